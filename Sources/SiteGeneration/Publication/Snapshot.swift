internal import ParticipationKit

/// One instant of the database, with the contexts and views that documents are made from.
final class Snapshot {
  let now: Timestamp
  /// The tables of the publication itself.
  let ledger: Ledger
  /// The shards of the search as they will be; known before the search page is made.
  var searchShards: [Int] = []
  private let ports: PublicationPorts
  private let ledgers: PublicationPorts.Ledgers
  private var contexts: [String: RenderContext] = [:]
  private var views: [String: [String: View]] = [:]

  init(ports: PublicationPorts, ledgers: @escaping PublicationPorts.Ledgers, now: Timestamp) {
    self.ports = ports
    self.ledgers = ledgers
    self.now = now
    ledger = ledgers("publication")
  }

  /// The bytes of a file of a module.
  func bytes(of file: FileReference, _ module: String) throws -> [UInt8] { try ports.file(module, file, ledgers) }

  /// When the last act that this instant holds was recorded; nil before the first.
  func lastAct() throws -> Timestamp? { try ports.lastAct(ledgers) }

  /// What a module's documents are made from.
  func context(_ module: String) -> RenderContext {
    if let known = contexts[module] { return known }
    let made = ports.context(module, ledgers, now)
    contexts[module] = made
    return made
  }

  /// The view of a module in a language.
  func view(_ module: String, _ locale: String) -> View {
    if let known = views[module]?[locale] { return known }
    let made = ports.view(module, locale, ledgers, now)
    views[module, default: [:]][locale] = made
    return made
  }
}

/// Where documents come from: a module's family, or one of the host's own pages.
struct Origin: Sendable {
  /// The order of writing.
  struct Stage: Sendable, Hashable, Comparable {
    let order: Int
    /// After all shards of the search are known.
    static let search = Stage(order: 1000)

    static func < (a: Stage, b: Stage) -> Bool { a.order < b.order }
  }

  let module: String
  let kind: String
  /// Module and kind, as marks name it.
  var name: String { "\(module)/\(kind)" }
  let stage: Stage
  /// What a document is called in search results, by language.
  let labels: [String: String]
  /// Whether its pages are in the sitemap and may be listed by search engines.
  let isListed: Bool
  /// A script of the site that its pages load besides, and what stands in place of it without scripts.
  let script: String?
  let withoutScript: (@Sendable (View) -> HTMLNode)?
  let path: @Sendable (String) -> String
  let keys: @Sendable (Snapshot, String?, Int) throws -> [String]
  let load: @Sendable (Snapshot, String) throws -> Document?

  /// What a document is called in search results.
  func label(_ locale: String) -> String { labels[locale] ?? labels["fr"] ?? labels["en"] ?? kind }

  /// A module's family.
  init(_ published: PublishedFamily) {
    let (module, family) = (published.module, published.family)
    self.module = module
    kind = family.kind
    stage = Stage(order: family.rank.order)
    labels = family.titles
    isListed = true
    script = nil
    withoutScript = nil
    path = family.path
    keys = { snapshot, after, limit in try family.keys(snapshot.context(module).ledger, after, limit) }
    load = { snapshot, key in try family.load(snapshot.context(module), key) }
  }

  /// A page of the host.
  init(
    page kind: String, path: String, stage: Stage, labels: [String: String], isListed: Bool = true,
    script: String? = nil,
    withoutScript: (@Sendable (View) -> HTMLNode)? = nil,
    load: @escaping @Sendable (Snapshot) throws -> Document?
  ) {
    module = "host"
    self.kind = kind
    self.stage = stage
    self.labels = labels
    self.isListed = isListed
    self.script = script
    self.withoutScript = withoutScript
    self.path = { _ in path }
    keys = { _, after, _ in after == nil ? ["index"] : [] }
    self.load = { snapshot, key in key == "index" ? try load(snapshot) : nil }
  }
}
