public import ParticipationKit

/// Why a set of modules cannot be registered.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
  /// The module.
  public let module: String
  /// What is wrong and what to do.
  public let reason: String

  /// The module and the reason.
  public var description: String { "module \(module): \(reason)" }
}

/// The modules of one commune, as plain values, with everything found by name.
public struct ModuleRegistry: Sendable {
  /// One registered module.
  public struct Entry: Sendable {
    /// Who it is.
    public let manifest: Manifest
    /// What it can do.
    public let instance: ModuleInstance
  }

  /// Ids that no module may have: they are segments of addresses or prefixes of tables of the host.
  public static let reservedIDs: Set<String> = [
    "host", "publication", "comments", "answers", "moderation", "api", "desk", "receipt", "follow", "search", "assets",
    "sqlite", "json", "pragma", "en", "fr", "sitemap", "healthz", "me", "confirm", "register", "files",
  ]

  /// The modules, sorted by id.
  public let entries: [Entry]
  private let byID: [String: Entry]
  private let importersByKind: [String: (module: String, importer: Importer)]
  private let exportersByKind: [String: (module: String, exporter: Exporter)]
  // By module and kind: each page asks several times, and a whole entry costs a reference count for each of its parts.
  private let moderatedByKind: [String: [String: ModeratedKind]]
  private let commentableByKind: [String: [String: CommentableKind]]
  private let pathsByKind: [String: [String: @Sendable (String) -> String]]

  /// Registers modules.
  /// - Throws: ``RegistryError`` for a bad or double id, a double action, document or import kind.
  public init(_ modules: [(Manifest, ModuleInstance)]) throws {
    entries = modules.map { Entry(manifest: $0.0, instance: $0.1) }.sorted { $0.manifest.id < $1.manifest.id }
    var byID: [String: Entry] = [:]
    var importers: [String: (module: String, importer: Importer)] = [:]
    var exporters: [String: (module: String, exporter: Exporter)] = [:]
    for entry in entries {
      let id = entry.manifest.id
      try ModuleRegistry.check(id: id)
      if byID.updateValue(entry, forKey: id) != nil { throw RegistryError(module: id, reason: "registered twice") }
      try ModuleRegistry.checkUnique(id, "action", entry.instance.actions.map(\.name))
      try ModuleRegistry.checkWithdrawals(id, entry.instance.actions)
      try ModuleRegistry.checkUnique(id, "document kind", entry.instance.documents.map(\.kind))
      try ModuleRegistry.checkUnique(id, "screen", entry.instance.deskScreens.map(\.name))
      for importer in entry.instance.importers {
        if importers.updateValue((id, importer), forKey: importer.kind) != nil {
          throw RegistryError(module: id, reason: "import kind \(importer.kind) exists already; choose another name")
        }
      }
      for exporter in entry.instance.exporters {
        if exporters.updateValue((id, exporter), forKey: exporter.kind) != nil {
          throw RegistryError(module: id, reason: "export kind \(exporter.kind) exists already; choose another name")
        }
      }
    }
    self.byID = byID
    importersByKind = importers
    exportersByKind = exporters
    moderatedByKind = byID.mapValues { ModuleRegistry.table($0.instance.moderatedKinds.map { ($0.kind, $0) }) }
    commentableByKind = byID.mapValues { ModuleRegistry.table($0.instance.commentableKinds.map { ($0.kind, $0) }) }
    pathsByKind = byID.mapValues { ModuleRegistry.table($0.instance.documents.map { ($0.kind, $0.path) }) }
  }

  /// Of two declarations of one kind the first counts.
  private static func table<Value>(_ kinds: [(String, Value)]) -> [String: Value] {
    Dictionary(kinds, uniquingKeysWith: { first, _ in first })
  }

  /// Checks an id: lower-case letters and digits, starting with a letter, at most 24, not reserved.
  /// - Throws: ``RegistryError``.
  public static func check(id: String) throws {
    let bytes = Array(id.utf8)
    let isPlain = bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    guard isPlain, let first = bytes.first, (0x61...0x7A).contains(first), bytes.count <= 24 else {
      throw RegistryError(
        module: id, reason: "an id has 1 to 24 lower-case letters and digits and starts with a letter")
    }
    if reservedIDs.contains(id) { throw RegistryError(module: id, reason: "this id is reserved for the host") }
  }

  private static func checkUnique(_ module: String, _ what: String, _ names: [String]) throws {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw RegistryError(module: module, reason: "\(what) \(name) is declared twice")
    }
  }

  /// A module by id.
  public func entry(_ id: String) -> Entry? { byID[id] }

  /// An action of a module.
  public func action(_ module: String, _ name: String) -> Action? {
    byID[module]?.instance.actions.first { $0.name == name }
  }

  /// A moderated kind of a module.
  public func moderatedKind(_ module: String, _ kind: String) -> ModeratedKind? {
    moderatedByKind[module]?[kind]
  }

  /// A commentable kind of a module.
  public func commentableKind(_ module: String, _ kind: String) -> CommentableKind? {
    commentableByKind[module]?[kind]
  }

  /// Whether a subject is of a kind that a module shows, moderates or lets comment.
  func hasRecords(_ subject: Subject) -> Bool {
    guard let instance = byID[subject.module]?.instance else { return false }
    return instance.documents.contains { $0.kind == subject.kind }
      || instance.moderatedKinds.contains { $0.kind == subject.kind }
      || instance.commentableKinds.contains { $0.kind == subject.kind }
  }

  /// The path of the document that a subject owns, without language and suffix; nil when no family has that kind.
  public func documentPath(_ subject: Subject) -> String? {
    pathsByKind[subject.module]?[subject.kind]?(subject.key)
  }

  /// The importer of a kind and its module.
  public func importer(_ kind: String) -> (module: String, importer: Importer)? { importersByKind[kind] }

  /// The exporter of a kind and its module.
  public func exporter(_ kind: String) -> (module: String, exporter: Exporter)? { exportersByKind[kind] }

  /// The kinds that can be imported, sorted.
  public var importKinds: [String] { importersByKind.keys.sorted() }

  /// The kinds that can be exported, sorted.
  public var exportKinds: [String] { exportersByKind.keys.sorted() }

  /// All permissions: the host's and the modules'.
  public var permissions: [Permission] { Role.hostPermissions + entries.flatMap(\.manifest.permissions) }
}

/// The roles of staff.
public struct Role: Sendable {
  private init() {}

  /// The town clerk: everything but installing.
  public static let clerk = "clerk"
  /// A councillor: moderates, answers, edits agendas.
  public static let councillor = "councillor"
  /// A technical agent: handles incidents.
  public static let agent = "agent"
  /// Whoever runs the installation: has every permission.
  public static let administrator = "administrator"
  /// All roles.
  public static let all = [clerk, councillor, agent, administrator]

  static let hostPermissions: [Permission] = [
    Permission(
      "host.moderate", roles: [clerk, councillor],
      titles: ["fr": "Modérer les contributions", "en": "Moderate contributions"]),
    Permission(
      "host.answer", roles: [clerk, councillor],
      titles: ["fr": "Répondre au nom de la commune", "en": "Answer on behalf of the commune"]),
    Permission(
      "host.counter", roles: [clerk],
      titles: ["fr": "Saisir un acte pour une personne", "en": "Enter an act for a person"]),
    Permission(
      "host.letters", roles: [clerk],
      titles: ["fr": "Faire et révoquer les codes par lettre", "en": "Make and revoke letter codes"]),
    Permission(
      RoleBook.managing, roles: [], titles: ["fr": "Définir les rôles", "en": "Define the roles"]),
    Permission(
      "host.mail", roles: [clerk],
      titles: ["fr": "Voir le courrier qui part, autoriser une adresse", "en": "See outgoing mail, allow an address"]),
    Permission(
      "host.settings", roles: [clerk],
      titles: ["fr": "Régler la modération", "en": "Set the rules of moderation"]),
    Permission(
      "host.people", roles: [clerk], titles: ["fr": "Gérer les comptes", "en": "Manage accounts"]),
    Permission(
      "host.calm", roles: [clerk],
      titles: ["fr": "Mettre la participation au calme", "en": "Calm participation down"]),
  ]
}
