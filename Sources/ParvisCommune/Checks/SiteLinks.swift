import ParticipationKit

/// Follows the links of an emitted site, as a reader of a copied folder would: every file and fragment must exist.
struct SiteLinks {
  let root: String

  func check() throws -> [Diagnostic] {
    var pages: [String: Page] = [:]
    var files: Set<String> = []
    try collect("", &pages, &files)
    let base = try rootPath()
    var findings: [Diagnostic] = []
    for path in pages.keys.sorted() {
      guard let page = pages[path] else { continue }
      for link in page.links {
        if let finding = check(link, from: path, base, pages, files) { findings.append(finding) }
      }
    }
    return findings
  }

  private struct Page {
    var links: [String] = []
    var ids: Set<String> = []
  }

  private func collect(_ folder: String, _ pages: inout [String: Page], _ files: inout Set<String>) throws {
    for name in try Files.names(root + "/" + folder) {
      let path = folder.isEmpty ? name : folder + "/" + name
      if Files.isFolder(root + "/" + path) {
        try collect(path, &pages, &files)
      } else {
        files.insert(path)
        guard path.hasSuffix(".html"), let bytes = try Files.read(root + "/" + path) else { continue }
        pages[path] = scan(bytes)
      }
    }
  }

  /// The `href`, `src` and `id` values. The writer quotes every value, so a scan for `name="` reads all of them.
  private func scan(_ bytes: [UInt8]) -> Page {
    var page = Page()
    for (name, keep) in [(" href=\"", 0), (" src=\"", 0), (" id=\"", 1)] {
      let mark = Array(name.utf8)
      var index = 0
      while let start = find(mark, in: bytes, from: index) {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.count
        let value = unescape(bytes[start..<end])
        if keep == 1 { page.ids.insert(value) } else { page.links.append(value) }
        index = end
      }
    }
    return page
  }

  private func find(_ mark: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
    var index = from
    while index + mark.count <= bytes.count {
      guard let next = bytes[index...].firstIndex(of: mark[0]), next + mark.count <= bytes.count else { return nil }
      if bytes[next..<(next + mark.count)].elementsEqual(mark) { return next + mark.count }
      index = next + 1
    }
    return nil
  }

  private func unescape(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var out = ""
    var rest = text[...]
    let entities = [("&amp;", "&"), ("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")]
    while let start = rest.firstIndex(of: "&") {
      out += rest[..<start]
      rest = rest[start...]
      let entity = entities.first { rest.hasPrefix($0.0) } ?? ("&", "&")
      out += entity.1
      rest = rest.dropFirst(entity.0.count)
    }
    return out + rest
  }

  /// Where the site lies on its host, as `/` or `/folder/`: what the front page gives as its own address says it. The
  /// page of missing addresses is read under any of them, so its links begin with this.
  private func rootPath() throws -> String {
    guard let bytes = try Files.read(root + "/index.html"),
      let start = find(Array("rel=\"canonical\" href=\"".utf8), in: bytes, from: 0)
    else { return "/" }
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\"")) ?? bytes.count
    let page = WebAddress(unescape(bytes[start..<end])).path
    return page.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(page[...$0]) } ?? "/"
  }

  private func check(
    _ link: String, from path: String, _ base: String, _ pages: [String: Page], _ files: Set<String>
  ) -> Diagnostic? {
    for scheme in ["http:", "https:", "mailto:", "tel:", "webcal:"] where link.utf8.starts(with: scheme.utf8) {
      return nil
    }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let file = String(
      (parts.first ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first ?? "")
    let target = file.isEmpty ? path : SiteLinks.resolve(file, from: path, base)
    guard let target, files.contains(target) else {
      return Diagnostic(
        .error, file: path, line: nil, fr: "le lien « \(link) » ne mène à rien", en: "the link “\(link)” leads nowhere")
    }
    if parts.count == 2, !parts[1].isEmpty, let page = pages[target], !page.ids.contains(parts[1]) {
      return Diagnostic(
        .error, file: path, line: nil, fr: "le lien « \(link) » : l’ancre n’existe pas",
        en: "the link “\(link)”: there is no such anchor")
    }
    return nil
  }

  /// A link as a path from the root of the site; nil when it leads out of it.
  static func resolve(_ link: String, from path: String, _ base: String) -> String? {
    if link.utf8.first == UInt8(ascii: "/") {
      guard link.utf8.starts(with: base.utf8) else { return nil }
      return resolve(String(decoding: link.utf8.dropFirst(base.utf8.count), as: UTF8.self), from: "", base)
    }
    var steps = path.split(separator: "/").dropLast().map(String.init)
    for step in link.split(separator: "/", omittingEmptySubsequences: false) {
      switch step {
      case "..":
        guard !steps.isEmpty else { return nil }
        steps.removeLast()
      case ".", "": continue
      default: steps.append(String(step))
      }
    }
    return steps.joined(separator: "/")
  }
}
