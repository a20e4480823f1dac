import ParticipationKit
import Synchronization

/// A role of staff as the commune defines it: a set of permissions, and the part of the desk where they hold.
public struct StaffRole: Sendable, Hashable {
  /// The id: lower-case letters, digits and `-`.
  public let id: String
  /// What the commune calls it; empty for the built-in roles, whose names are translated.
  public let title: String
  /// The permissions.
  public let permissions: Set<String>
  /// Where they hold: modules as `incidents`, or categories of one as `incidents/voirie`; empty for everywhere.
  public let areas: [String]

  /// Whether it came with Parvis.
  public var isBuiltIn: Bool { Role.all.contains(id) }

  /// Whether the role holds in an area: a module's id, or that and a category.
  ///
  /// A role that holds in one category only does not hold in its module as a whole.
  public func holds(in area: String) -> Bool {
    areas.isEmpty || areas.contains { $0 == area || area.utf8.starts(with: "\($0)/".utf8) }
  }

  /// Whether the role holds anywhere in a module.
  func touches(module: String) -> Bool {
    areas.isEmpty || areas.contains { $0 == module || $0.utf8.starts(with: "\(module)/".utf8) }
  }
}

/// The roles of a commune: the built-in ones as start, what the administrators made of them, and roles of their own.
///
/// Kept in memory, because every request to the desk asks; there is one process that writes, so nothing goes stale.
public final class RoleBook: Sendable {
  /// The permission to change roles; nobody but administrators ever has it.
  static let managing = "host.roles"

  private let registry: ModuleRegistry
  private let changed = Mutex<[String: StaffRole]>([:])

  init(registry: ModuleRegistry, store: StorePort) throws {
    self.registry = registry
    try store.read { try self.reload(in: $0) }
  }

  /// Reads what the commune changed.
  func reload(in ledgers: Ledgers) throws {
    var roles: [String: StaffRole] = [:]
    for row in try ledgers.host.rows("SELECT * FROM host_role") {
      let id = try row.text("id")
      roles[id] = StaffRole(
        id: id, title: try row.text("title"), permissions: Set(RoleBook.list(try row.text("permissions"))),
        areas: RoleBook.list(try row.text("areas")))
    }
    changed.withLock { $0 = roles }
  }

  /// The role of an id; nil when there is none.
  public func role(_ id: String) -> StaffRole? {
    if id == Role.administrator { return builtIn(id) }
    if let role = changed.withLock({ $0[id] }) { return role }
    return Role.all.contains(id) ? builtIn(id) : nil
  }

  /// All roles: the built-in ones first, then the commune's own by id.
  public var all: [StaffRole] {
    let own = changed.withLock { $0.keys.filter { !Role.all.contains($0) }.sorted() }
    return (Role.all + own).compactMap(role)
  }

  private func builtIn(_ id: String) -> StaffRole {
    let all = registry.permissions
    let granted = id == Role.administrator ? all : all.filter { $0.roles.contains(id) }
    return StaffRole(id: id, title: "", permissions: Set(granted.map(\.name)), areas: [])
  }

  /// Whether a role has a permission anywhere. A module's permission needs a role that holds somewhere in that module.
  public func may(_ role: String, _ permission: String) -> Bool {
    if role == Role.administrator { return true }
    guard let role = self.role(role), role.permissions.contains(permission) else { return false }
    let module = String(permission.prefix { $0 != "." })
    return module == "host" || role.touches(module: module)
  }

  /// Whether a role has a permission in an area.
  public func may(_ role: String, _ permission: String, in area: String) -> Bool {
    may(role, permission) && (self.role(role)?.holds(in: area) ?? false)
  }

  /// Whether a role has every right of another, everywhere where the other has it: who holds it may give the other one,
  /// or take it. Only administrators are above administrators.
  func covers(_ role: String, _ other: String) -> Bool {
    if role == Role.administrator { return true }
    guard other != Role.administrator, let own = self.role(role) else { return false }
    // A role that is gone gives no rights.
    guard let other = self.role(other) else { return true }
    guard other.permissions.isSubset(of: own.permissions) else { return false }
    return own.areas.isEmpty || !other.areas.isEmpty && other.areas.allSatisfy(own.holds)
  }

  /// Stores a role within a transaction, with its leaf. Call ``reload(in:)`` after the commit.
  func store(_ role: StaffRole, at now: Timestamp, host: Host, in ledgers: Ledgers) throws {
    let permissions = JSONValue.array(role.permissions.sorted().map { .string($0) }).text
    let areas = JSONValue.array(role.areas.map { .string($0) }).text
    try ledgers.host.execute(
      """
      INSERT INTO host_role(id, title, permissions, areas) VALUES(?,?,?,?) ON CONFLICT(id) DO UPDATE SET
        title = excluded.title, permissions = excluded.permissions, areas = excluded.areas
      """, [.text(role.id), .text(role.title), .text(permissions), .text(areas)])
    try host.register.append(
      kind: "setting", what: "role", subject: "host/role/\(role.id)",
      payload: Array("\(role.title)\u{0}\(permissions)\u{0}\(areas)".utf8), at: now, in: ledgers)
  }

  private static func list(_ json: String) -> [String] {
    guard let parsed = try? JSONValue.parse(Array(json.utf8)).asArray else { return [] }
    return parsed.compactMap(\.asString)
  }
}

extension Host {
  /// The area of a record for roles that hold in a part only: its module, and its category when it is moderated by one.
  func area(of subject: Subject, in ledgers: Ledgers) throws -> String {
    let stored = try ledgers.host.row(
      "SELECT area FROM host_moderation WHERE module = ? AND kind = ? AND key = ?",
      [.text(subject.module), .text(subject.kind), .text(subject.key)])
    if let area = try stored?.text("area"), !area.isEmpty { return area }
    return subject.module
  }

  /// Checks that a member of staff may do something in an area.
  /// - Throws: ``Problem`` 403.
  func authorise(_ permission: String, in area: String, _ actor: Actor, locale: String) throws {
    try authorise(.staff(permission), actor, locale: locale)
    guard roles.may(actor.role, permission, in: area) else {
      throw Problem.forbidden(words.text("error.permission", locale))
    }
  }
}

/// The part of a list that a role may see, as SQL over a column `area`.
struct AreaFilter: Sendable {
  /// Begins with `AND`; empty for everything.
  let sql: String
  let arguments: [SQLValue]

  static let everywhere = AreaFilter([])

  init(_ areas: [String]) {
    guard !areas.isEmpty else {
      sql = ""
      arguments = []
      return
    }
    // `/` is followed by `0` in ASCII, so this range holds a module's categories and nothing else.
    sql = "AND (" + areas.map { _ in "area = ? OR (area > ? AND area < ?)" }.joined(separator: " OR ") + ")"
    arguments = areas.flatMap { [.text($0), .text("\($0)/"), .text("\($0)0")] }
  }
}

extension DeskRoom {
  /// The areas where this person's role holds.
  var areas: AreaFilter { AreaFilter(host.roles.role(session.person.role)?.areas ?? []) }

  /// Whether this person moderates what belongs to an area.
  func mayModerate(_ area: String) -> Bool { host.roles.may(session.person.role, "host.moderate", in: area) }
}
