internal import ParticipationKit

/// What a site is made of; does not change while a publisher lives.
struct PublishedSite: Sendable {
  /// A stream with its module and file.
  struct ModuleStream: Sendable {
    let module: String
    let stream: Stream
    var path: String { "\(module)/\(stream.name).\(stream.format.suffix)" }
    /// The file that says as of when a bulk dump is, where its format has no place for it.
    var metadataPath: String? { stream.hasMetadataFile ? path + Stream.metadataSuffix : nil }
    var files: [String] { [path] + (metadataPath.map { [$0] } ?? []) }
  }

  let ports: PublicationPorts
  let shell: Shell
  let facts: CommuneFacts
  /// Families and pages in the order of writing.
  let origins: [Origin]
  let streams: [ModuleStream]
  /// Files that do not change while a publisher lives.
  let statics: [(path: String, bytes: [UInt8])]
  /// Files that the host makes besides.
  let fileSets: [FileSet]
  private let families: [String: Int]
  private let feedsByModule: [String: [String: [(title: String, path: String)]]]

  init(
    ports: PublicationPorts, shell: Shell, facts: CommuneFacts, origins: [Origin], streams: [ModuleStream],
    statics: [(path: String, bytes: [UInt8])], fileSets: [FileSet] = []
  ) {
    self.ports = ports
    self.shell = shell
    self.facts = facts
    let ordered = origins.enumerated().sorted { a, b in
      a.element.stage == b.element.stage ? a.offset < b.offset : a.element.stage < b.element.stage
    }.map(\.element)
    self.origins = ordered
    self.streams = streams
    self.fileSets = fileSets
    self.statics = statics.sorted { $0.path < $1.path }
    families = Dictionary(
      ordered.enumerated().map { ("\($0.element.module)/\($0.element.kind)", $0.offset) },
      uniquingKeysWith: { first, _ in first })
    feedsByModule = PublishedSite.feeds(streams, facts, shell)
  }

  /// The family that owns a subject.
  func origin(of subject: Subject) -> Int? { families["\(subject.module)/\(subject.kind)"] }

  /// The family that a mark names.
  func family(named mark: Subject) -> Int? { mark.module == "host" ? families[mark.key] : nil }

  /// The file of a page in a language.
  func pagePath(_ base: String, _ locale: String) -> String {
    locale == facts.languages.first ? base + ".html" : locale + "/" + base + ".html"
  }

  /// The files that a document of a path may have.
  func files(of base: String) -> [String] {
    facts.languages.map { pagePath(base, $0) } + [PublishedSite.dataPath(base)]
  }

  /// The file of a document's JSON resource.
  static func dataPath(_ base: String) -> String { "api/v1/" + base + ".json" }

  /// The paths of the documents that a file may belong to.
  func bases(of file: String) -> [String] {
    if file.hasPrefix("api/v1/"), file.hasSuffix(".json") { return [String(file.dropFirst(7).dropLast(5))] }
    guard file.hasSuffix(".html") else { return [] }
    let base = String(file.dropLast(5))
    let others = facts.languages.dropFirst().filter { base.hasPrefix($0 + "/") }
    return [base] + others.map { String(base.dropFirst($0.utf8.count + 1)) }
  }

  /// The feeds that a module's pages name: its own, or that of the commune.
  func feeds(of module: String, _ locale: String) -> [(title: String, path: String)] {
    feedsByModule[feedsByModule[module] == nil ? "" : module]?[locale] ?? []
  }

  private static func feeds(
    _ streams: [ModuleStream], _ facts: CommuneFacts, _ shell: Shell
  ) -> [String: [String: [(title: String, path: String)]]] {
    var table: [String: [String: [(title: String, path: String)]]] = [:]
    for locale in facts.languages {
      let whole = shell.words.text("feed.title", locale, ["commune": facts.name])
      table["", default: [:]][locale] = [(whole, CommuneFeed.path)]
      for entry in streams where entry.stream.format == .atom {
        let title = entry.stream.titles[locale] ?? entry.stream.titles["fr"] ?? entry.stream.name
        table[entry.module, default: [:]][locale, default: []].append((title, entry.path))
      }
    }
    return table
  }
}
