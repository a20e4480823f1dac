internal import ParticipationKit

/// Writes a stream in its format.
struct StreamWriter {
  let facts: CommuneFacts
  let locale: String

  /// - Parameters:
  ///   - asOf: When the last act that a bulk dump holds was recorded; nil for other streams.
  ///   - known: What earlier feeds wrote.
  ///   - each: Gives the entries one by one.
  func bytes(
    _ entry: PublishedSite.ModuleStream, asOf: Timestamp? = nil, _ known: inout FeedMemory,
    _ each: ((StreamEntry) throws -> Void) throws -> Void
  ) rethrows -> [UInt8] {
    switch entry.stream.format {
    case .atom:
      var entries: [StreamEntry] = []
      try each { entries.append($0) }
      return atom(entry, entries, &known)
    case .geoJSON: return try GeoJSONWriter(address: facts.address).bytes(asOf: asOf, each)
    case .csv: return try CSVWriter(address: facts.address).bytes(each)
    case .calendar:
      let title = entry.stream.titles[locale] ?? entry.stream.titles["fr"] ?? entry.stream.name
      return try CalendarWriter(facts: facts, title: "\(title) – \(facts.name)").bytes(each)
    default: return try NDJSONWriter(address: facts.address).bytes(each)
    }
  }

  /// What stands beside a bulk dump: for CSV the metadata file that the W3C's "CSV on the Web" expects under this name
  /// (https://www.w3.org/TR/tabular-metadata/), whose `dc:modified` is the "as of"; for NDJSON a JSON object.
  func metadata(_ entry: PublishedSite.ModuleStream, count: Int, asOf: Timestamp?) -> [UInt8] {
    let title = entry.stream.titles[locale] ?? entry.stream.titles["fr"] ?? entry.stream.name
    let file = "\(entry.stream.name).\(entry.stream.format.suffix)"
    let time: JSONValue = asOf.map { .timestamp($0) } ?? .null
    let members: [(String, JSONValue)]
    if entry.stream.format == .csv {
      members =
        [("@context", "http://www.w3.org/ns/csvw"), ("url", .string(file)), ("dc:title", .string(title))]
        + (asOf == nil ? [] : [("dc:modified", ["@value": time, "@type": "xsd:dateTime"])])
    } else {
      members = [
        ("url", .string(file)), ("title", .string(title)), ("entries", .integer(count)), ("as_of", time),
      ]
    }
    return JSONValue.object(members).bytes + [0x0A]
  }

  private func atom(
    _ entry: PublishedSite.ModuleStream, _ entries: [StreamEntry], _ known: inout FeedMemory
  ) -> [UInt8] {
    let title = entry.stream.titles[locale] ?? entry.stream.titles["fr"] ?? entry.stream.name
    let feed = AtomFeed(
      facts: facts, locale: locale, title: "\(title) – \(facts.name)", path: entry.path,
      page: "index.html", id: "stream/\(entry.module)/\(entry.stream.name)")
    return feed.bytes(entries, &known)
  }
}

/// What identifies the commune in permanent ids: its INSEE code under a name that is nobody's, since its address may
/// change and ids never do.
struct PermanentID {
  /// A `tag:` URI (RFC 4151) for something of the commune. The date only says that the name was ours on that day.
  static func tag(_ facts: CommuneFacts, _ name: String) -> String {
    var out = Array("tag:".utf8)
    out.append(contentsOf: facts.inseeCode.utf8.map { isPlain($0) ? $0 : UInt8(ascii: "-") })
    out.add(".parvis.invalid,2026:")
    for byte in name.utf8 {
      if isPlain(byte) || byte == UInt8(ascii: "/") {
        out.append(byte)
      } else {
        out.append(UInt8(ascii: "%"))
        let digits = String(byte, radix: 16, uppercase: true)
        out.add(digits.utf8.count == 1 ? "0" + digits : digits)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte)
  }
}

/// An address from the site's root made absolute.
struct AbsoluteAddress {
  static func append(_ path: SitePath, _ base: String, to out: inout [UInt8]) {
    out.add(base)
    out.add(path.description)
  }

  static func text(_ path: SitePath, _ base: String) -> String { base + path.description }
}
