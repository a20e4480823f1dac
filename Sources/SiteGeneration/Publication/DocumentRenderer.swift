internal import ParticipationKit

/// A document made into files, which lie one after the other in the renderer's buffer.
struct RenderedDocument {
  /// The files: path and place in the buffer.
  var files: [(path: String, range: Range<Int>)] = []
  /// The row to store, still without number.
  var stored: StoredDocument
  /// The files that it carries.
  var carried: [FileReference] = []
}

/// Makes documents into bytes: all pages and the JSON resource in one buffer, digested at once.
///
/// One a pass; the buffer is used again for each document.
final class DocumentRenderer {
  private let site: PublishedSite
  private(set) var buffer: [UInt8] = []
  private let addressJSON: [UInt8]
  private let isDigested: Bool

  /// - Parameter isDigested: Whether documents are compared with what was published before.
  init(site: PublishedSite, isDigested: Bool = true) {
    self.site = site
    self.isDigested = isDigested
    // The address as JSON text without its quotes; a checked path can follow it as it is.
    addressJSON = Array(JSONValue.string(site.facts.address).bytes.dropFirst().dropLast())
    buffer.reserveCapacity(64 << 10)
  }

  /// Makes a document; nil when there is none (any more).
  /// - Throws: ``PublicationError`` for a path that may not be written; what the module throws.
  func render(_ origin: Origin, _ key: String, _ snapshot: Snapshot) throws -> RenderedDocument? {
    guard let document = try origin.load(snapshot, key) else { return nil }
    let base = origin.path(key)
    let isFree = origin.module == "host" ? CheckedPath.isPlain(base) : CheckedPath.belongs(base, to: origin.module)
    guard isFree else {
      throw PublicationError.path(module: origin.module, kind: origin.kind, key: key, found: base)
    }
    buffer.removeAll(keepingCapacity: true)
    var files: [(path: String, range: Range<Int>)] = []
    var search: [UInt8]?
    if let page = document.page {
      search = try appendPages(page, document, origin, key, base, snapshot, &files)
    }
    if let value = document.value {
      // Readers of JSON take one of two members of a name, or refuse the file.
      if let taken = value.asObject?.first(where: { Self.hostMembers.contains($0.name) }) {
        throw PublicationError.member(module: origin.module, kind: origin.kind, key: key, name: taken.name)
      }
      let start = buffer.count
      append(value, id: Subject(origin.module, origin.kind, key), base, document.updated)
      files.append((jsonPath(base), start..<buffer.count))
    }
    let stored = self.stored(document, origin, key, base, files, search, snapshot.now)
    return RenderedDocument(files: files, stored: stored, carried: document.files)
  }

  /// - Returns: The rows of the search, one a language, then their words, a line each; nil for pages that are not
  ///   searched.
  private func appendPages(
    _ page: @Sendable (View) throws -> Page, _ document: Document, _ origin: Origin, _ key: String, _ base: String,
    _ snapshot: Snapshot, _ files: inout [(path: String, range: Range<Int>)]
  ) throws -> [UInt8]? {
    var rows: [UInt8] = []
    var words: [UInt8] = []
    var isSearched = false
    let hasData = document.value != nil
    let alternates = site.facts.languages.map { (locale: $0, path: site.pagePath(base, $0)) }
    for (locale, path) in alternates {
      let view = snapshot.view(origin.module, locale)
      let made = try page(view)
      let start = buffer.count
      let place = Place(
        path: path, locale: locale, module: origin.module, alternates: alternates,
        feeds: site.feeds(of: origin.module, locale), jsonPath: hasData ? jsonPath(base) : nil,
        isIndexed: origin.isListed)
      let extras = PageExtras(script: origin.script, withoutScript: origin.withoutScript?(view))
      let body = site.shell.append(made, at: place, extras: extras, to: &buffer)
      files.append((path, start..<buffer.count))
      // Each language has its line, be it empty.
      let title = TitleText.set(made.title, locale: made.titleLanguage.isEmpty ? locale : made.titleLanguage)
      if path != alternates[0].path {
        rows.append(0x0A)
        words.append(0x0A)
      }
      guard let parts = self.words(of: made, body, document, origin, key) else { continue }
      isSearched = true
      rows.reserveCapacity(rows.count + parts.reduce(160) { $0 + $1.room })
      SearchShard.append(path: base + ".html", title: title, kind: origin.label(locale), parts, to: &rows)
      words += SearchWords.line(title, parts)
    }
    return isSearched ? rows + [0x0A] + words : nil
  }

  /// What the search finds of a page: all its words when the document has an entry; else its title and summary when it
  /// is the only one of its family, as a front page. Old versions and pages of long lists are not found.
  private func words(
    of page: Page, _ body: Range<Int>, _ document: Document, _ origin: Origin, _ key: String
  ) -> [PageWords.Part]? {
    guard origin.isListed, page.refreshSeconds == nil else { return nil }
    guard let entry = document.search else {
      return key == "index" && !page.title.isEmpty ? [PageWords.Part(text: Array(page.summary.utf8))] : nil
    }
    var words = PageWords(buffer, body)
    if !words.says(entry.text) { words.add(unsaid: entry.text) }
    return words.parts
  }

  private static let hostMembers = ["id", "url", "updated"]

  /// The resource: the module's data, then what the host writes.
  private func append(_ value: JSONValue, id: Subject, _ base: String, _ updated: Timestamp) {
    value.append(to: &buffer)
    if value.kindName == "object" {
      buffer.removeLast()
      if buffer.last != UInt8(ascii: "{") { buffer.append(UInt8(ascii: ",")) }
      buffer.add("\"id\":")
      JSONValue.string(id.description).append(to: &buffer)
      buffer.add(",\"url\":\"")
      buffer.add(addressJSON)
      buffer.add(base)
      buffer.add(".html\",\"updated\":")
      (updated.milliseconds > 0 ? JSONValue.timestamp(updated) : .null).append(to: &buffer)
      buffer.append(UInt8(ascii: "}"))
    }
    buffer.append(UInt8(ascii: "\n"))
  }

  private func stored(
    _ document: Document, _ origin: Origin, _ key: String, _ base: String,
    _ files: [(path: String, range: Range<Int>)], _ search: [UInt8]?, _ now: Timestamp
  ) -> StoredDocument {
    var lines = ""
    for file in files { lines += "\(file.path) \(file.range.count)\n" }
    var depends = ""
    let subjects = document.dependsOn + document.files.map { CarriedFile.subject($0) }
    if subjects.count == 1 {
      depends = subjects[0].description
    } else if !subjects.isEmpty {
      depends = Set(subjects).map(\.description).sorted().joined(separator: "\n")
    }
    // A time that has passed already would be due for ever.
    let changesAt = document.changesAt.flatMap { $0 > now ? $0 : nil }
    return StoredDocument(
      number: -1, subject: Subject(origin.module, origin.kind, key), path: base, files: lines,
      digest: isDigested ? site.ports.digest(buffer) : nil, updated: document.updated, changesAt: changesAt,
      search: search,
      isListed: origin.isListed && document.page != nil, depends: depends)
  }

  private func jsonPath(_ base: String) -> String { PublishedSite.dataPath(base) }
}
