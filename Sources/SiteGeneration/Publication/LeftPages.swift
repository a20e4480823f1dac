public import ParticipationKit

/// What a module that is no longer in service left in the site: its documents and streams, read back from the files
/// that the last publication wrote. For keeping them readable without the module's code.
public struct LeftPages: Sendable {
  /// One document.
  public struct Page: Sendable {
    /// The subject that it belonged to.
    public let subject: Subject
    /// The path without language and suffix.
    public let path: String
    /// When its content last changed.
    public let updated: Timestamp
    /// The JSON resource, without what the host adds; nil for none.
    public let value: JSONValue?
    /// The title in search results; nil for a document that is not searched.
    public let searchTitle: String?
    /// What stands on the page in each language: the inside of `main`, without forms.
    public let texts: [(locale: String, title: String, summary: String, body: [UInt8])]
    /// The files that it carried.
    public let files: [FileReference]
  }

  private let folder: String
  private let facts: CommuneFacts

  /// The pages in the folder of a site.
  public init(folder: String, facts: CommuneFacts) {
    self.folder = folder
    self.facts = facts
  }

  /// The documents of a module, one by one. One whose files are not there is left out.
  /// - Parameter ledger: The tables of the namespace `publication`.
  /// - Throws: The store's error, or what the body throws.
  public func forEachPage(of module: String, in ledger: Ledger, _ body: (Page) throws -> Void) throws {
    let site = try? SiteFolder(root: folder, isFresh: false, inspect: { _ in })
    let sql = """
      SELECT \(StoredDocument.columns) FROM publication_document WHERE module = ? AND digest IS NOT NULL ORDER BY number
      """
    try ledger.forEach(sql, [.text(module)]) { row in
      if let page = try page(StoredDocument(row), site) { try body(page) }
      return true
    }
  }

  /// The streams of a module, one by one.
  /// - Parameter ledger: The tables of the namespace `publication`.
  /// - Throws: The store's error, or what the body throws.
  public func forEachFile(
    of module: String, in ledger: Ledger, _ body: (_ path: String, _ bytes: [UInt8]) throws -> Void
  ) throws {
    let site = try? SiteFolder(root: folder, isFresh: false, inspect: { _ in })
    for row in try ledger.rows("SELECT path FROM publication_file WHERE origin = 'stream' ORDER BY path") {
      let path = try row.text("path")
      guard CheckedPath.belongs(path, to: module), let bytes = try site?.read(path) else { continue }
      try body(path, bytes)
    }
  }

  private func page(_ document: StoredDocument, _ site: SiteFolder?) throws -> Page? {
    var texts: [(locale: String, title: String, summary: String, body: [UInt8])] = []
    var value: JSONValue?
    for file in document.fileList {
      guard let bytes = try site?.read(file.path) else { continue }
      if file.path.hasSuffix(".json") {
        value = LeftPages.own(try? JSONValue.parse(bytes))
      } else if let locale = locale(of: file.path), let read = LeftPages.read(bytes, commune: facts.name) {
        texts.append((locale, read.title, read.summary, read.body))
      }
    }
    guard !texts.isEmpty || value != nil else { return nil }
    let row = document.search.flatMap { try? JSONValue.parse(Array($0.prefix { $0 != 0x0A })) }?.asArray
    return Page(
      subject: document.subject, path: document.path, updated: document.updated, value: value,
      searchTitle: row.flatMap { $0.count > 1 ? $0[1].asString : nil }, texts: texts,
      files: document.carried)
  }

  /// The language of a page by its path: the first one has no folder.
  private func locale(of path: String) -> String? {
    let others = facts.languages.dropFirst()
    return others.first { path.utf8.starts(with: "\($0)/".utf8) } ?? facts.languages.first
  }

  /// The resource without `id`, `url` and `updated`, which the host writes at its end.
  private static func own(_ value: JSONValue?) -> JSONValue? {
    guard let members = value?.asObject else { return value }
    return .object(members.dropLast(members.count >= 3 ? 3 : 0).map { ($0.name, $0.value) })
  }

  // MARK: A page

  private static let mainEnd = Array("\n</main>\n".utf8)

  /// Title, summary and the inside of `main` of a page that ``Shell`` wrote; nil for other bytes.
  static func read(_ page: [UInt8], commune: String) -> (title: String, summary: String, body: [UInt8])? {
    guard let start = first(ChromeParts.mainStart, in: page[...]),
      let end = first(mainEnd, in: page[start.upperBound...])
    else { return nil }
    let suffix = " – " + commune
    // The tag may name the language of a title that is not the page's.
    var title = text(page, after: "<title", before: "</title>")
    title = String(title.drop { $0 != ">" }.dropFirst())
    if title.hasSuffix(suffix) { title = String(title.dropLast(suffix.count)) }
    let summary = text(page, after: "<meta name=\"description\" content=\"", before: "\">")
    return (title, summary, withoutForms(page[start.upperBound..<end.lowerBound]))
  }

  private static func text(_ page: [UInt8], after start: String, before end: String) -> String {
    guard let head = first(Array(start.utf8), in: page[...]),
      let tail = first(Array(end.utf8), in: page[head.upperBound...])
    else { return "" }
    return HTMLNode.stored(Array(page[head.upperBound..<tail.lowerBound])).plainText
  }

  /// What is left when nothing can be sent any more: forms, and the folds that hold them, are taken out.
  static func withoutForms(_ body: ArraySlice<UInt8>) -> [UInt8] {
    var out = Array(body)
    for (start, end) in [("<details class=\"say no-print\"", "</details>"), ("<form ", "</form>")] {
      var kept: [UInt8] = []
      var rest = out[...]
      while let head = first(Array(start.utf8), in: rest),
        let tail = first(Array(end.utf8), in: rest[head.lowerBound...])
      {
        kept += rest[..<head.lowerBound] + anchors(in: rest[head.lowerBound..<tail.upperBound])
        rest = rest[tail.upperBound...]
      }
      out = kept + rest
    }
    return out
  }

  /// The place of a form for comments, and those of its passages, without the form: links beside the passages of a
  /// text go on leading there.
  private static func anchors(in form: ArraySlice<UInt8>) -> [UInt8] {
    let start = Array(" id=\"c-".utf8)
    let passage = Array("-block--".utf8)
    var out: [UInt8] = []
    var hasForm = false
    var rest = form
    while let head = first(start, in: rest), let end = rest[head.upperBound...].firstIndex(of: UInt8(ascii: "\"")) {
      let id = rest[head.lowerBound...end]
      rest = rest[(end + 1)...]
      let isPassage = first(passage, in: id) != nil
      guard isPassage || !hasForm else { continue }
      if !isPassage { hasForm = true }
      out += Array("<span".utf8) + id + Array("></span>".utf8)
    }
    return out
  }

  /// Where some bytes stand first.
  private static func first(_ wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    guard let head = wanted.first, bytes.count >= wanted.count else { return nil }
    var at = bytes.startIndex
    while let found = bytes[at...].firstIndex(of: head), found + wanted.count <= bytes.endIndex {
      if bytes[found..<found + wanted.count].elementsEqual(wanted) { return found..<found + wanted.count }
      at = found + 1
    }
    return nil
  }
}
