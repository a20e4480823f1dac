/// The content types of what a site holds. Our own table: stock servers disagree on half of them (measured).
enum ContentTypes {
  /// The type of a file called `name`, by its last extension.
  static func type(of name: some BidirectionalCollection<UInt8>) -> String {
    // C2SP tlog-tiles asks for this type of the one file of a site that has no ending and is text.
    if name.elementsEqual("checkpoint".utf8) { return "text/plain; charset=utf-8" }
    guard let dot = name.lastIndex(of: 0x2E) else { return fallback }
    let ending = name[dot...].dropFirst()
    guard ending.count <= 12 else { return fallback }
    return known[String(decoding: ending.map(HTTPBytes.lowercased), as: UTF8.self)] ?? fallback
  }

  private static let fallback = "application/octet-stream"

  private static let known: [String: String] = [
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    // The verifiers of the register: to be read before they are run.
    "py": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "xml": "application/xml",
    "atom": "application/atom+xml",
    "json": "application/json",
    "geojson": "application/geo+json",
    "jsonld": "application/ld+json",
    "ndjson": "application/x-ndjson",
    "webmanifest": "application/manifest+json",
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "zip": "application/zip",
  ]

  /// Whether files of this type are data that pages of other sites may read: all that a site emits is public.
  static func isOpenData(_ type: String) -> Bool { openData.contains(type) }

  private static let openData: Set<String> = Set(
    ["json", "geojson", "jsonld", "ndjson", "csv", "atom", "ics"].compactMap { known[$0] })

  /// Whether files of this type may be kept for a while without asking again: pictures, papers and fonts.
  /// Anything that carries text people act on is asked for again, which costs a 304.
  static func isSlowlyChanging(_ type: String) -> Bool {
    type.hasPrefix("image/") || type.hasPrefix("font/") || type == "application/pdf"
  }
}
