import ParticipationKit

/// How a commune moderates: what `commune.yaml` says at first, and the desk afterwards.
///
/// A scope is a path: `incidents`, `incidents/report`, `incidents/report/lighting`; for comments `comments`,
/// `comments/agenda`, `comments/agenda/item`; empty for the whole commune. The longest scope that is set decides.
public struct ModerationSettings: Sendable {
  /// When words are read.
  public enum Mode: String, Sendable, CaseIterable {
    /// Nothing is public before somebody has read it.
    case before
    /// Words are public at once and read afterwards.
    case after
  }

  /// The mode by scope; the empty scope is the commune's.
  public let modes: [String: Mode]
  /// After how many residents' flags a published record is hidden until somebody has read it; 0 for never.
  public let hideAfterFlags: Int
  /// For how many minutes a decision can be undone.
  public let undoMinutes: Int

  /// Makes settings.
  public init(modes: [String: Mode] = [:], hideAfterFlags: Int = 3, undoMinutes: Int = 1440) {
    self.modes = modes
    self.hideAfterFlags = hideAfterFlags
    self.undoMinutes = undoMinutes
  }

  /// What is allowed for the number of flags.
  public static let flagRange = 0...100
  /// What is allowed for the minutes of undoing: up to a week.
  public static let undoRange = 0...10_080

  /// The mode that holds for a scope.
  func mode(_ scope: String) -> Mode { modes[rule(for: scope)] ?? .before }

  /// The scope whose rule holds for a scope: itself or the nearest above it that is set; empty for the commune's own.
  func rule(for scope: String) -> String {
    if modes.isEmpty { return "" }
    var steps = scope.split(separator: "/")
    while !steps.isEmpty, modes[steps.joined(separator: "/")] == nil { steps.removeLast() }
    return steps.joined(separator: "/")
  }

  /// The scope of a record.
  static func scope(_ module: String, _ kind: String, _ category: String) -> String {
    if module == "host", kind == "comment" { return category.isEmpty ? Comments.id : "\(Comments.id)/\(category)" }
    return category.isEmpty ? "\(module)/\(kind)" : "\(module)/\(kind)/\(category)"
  }
}

/// One change of a setting at the desk.
struct SettingChange: Sendable {
  let name: String
  let value: String
}

extension ModerationQueue {
  /// The settings that hold now: the commune's file, and above it what was decided at the desk.
  func settings(in ledgers: Ledgers) throws -> ModerationSettings {
    let start = host.moderationSettings
    var modes = start.modes
    var flags = start.hideAfterFlags
    var undo = start.undoMinutes
    for row in try ledgers.host.rows("SELECT name, value FROM host_setting ORDER BY name") {
      let value = try row.text("value")
      switch try row.text("name") {
      case "moderation.flags": flags = Int(value) ?? flags
      case "moderation.undo": undo = Int(value) ?? undo
      case let name where name.utf8.starts(with: "moderation.mode:".utf8):
        let scope = String(name.dropFirst("moderation.mode:".count))
        // `as above` removes what the file says for this scope, so that the wider one decides.
        modes[scope] = ModerationSettings.Mode(rawValue: value)
      default: break
      }
    }
    return ModerationSettings(modes: modes, hideAfterFlags: flags, undoMinutes: undo)
  }

  /// The scopes that staff can set: the commune, each module, each kind, and each category seen so far.
  func scopes(in ledgers: Ledgers) throws -> [String] {
    var scopes: Set<String> = ["", Comments.id]
    for entry in host.registry.entries where !entry.instance.moderatedKinds.isEmpty {
      scopes.insert(entry.manifest.id)
      for kind in entry.instance.moderatedKinds { scopes.insert("\(entry.manifest.id)/\(kind.kind)") }
    }
    for row in try ledgers.host.rows("SELECT module, kind, category FROM host_queue_count LIMIT 200") {
      scopes.insert(
        ModerationSettings.scope(try row.text("module"), try row.text("kind"), try row.text("category")))
    }
    scopes.formUnion(host.moderationSettings.modes.keys)
    return scopes.sorted()
  }

  /// Changes settings: a leaf each, since they change what people may read and when. Gives how many changed.
  func change(_ changes: [SettingChange], actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers) throws
    -> Int
  {
    try host.authorise(.staff("host.settings"), actor, locale: locale)
    var count = 0
    for change in changes {
      let known = try ledgers.host.row("SELECT value FROM host_setting WHERE name = ?", [.text(change.name)])
      if try known?.text("value") == change.value { continue }
      let payload = Array("\(change.name)\u{0}\(change.value)\u{0}\(actor.personID ?? 0)".utf8)
      let position = try host.register.append(
        kind: "setting", what: change.name, subject: "host/setting/\(change.name)", payload: payload, at: now,
        in: ledgers)
      try ledgers.host.execute(
        """
        INSERT INTO host_setting(name, value, person, at, position) VALUES(?,?,?,?,?)
        ON CONFLICT(name) DO UPDATE SET value = excluded.value, person = excluded.person, at = excluded.at,
          position = excluded.position
        """,
        [
          .text(change.name), .text(change.value), actor.personID.map { .integer($0) } ?? .null, .timestamp(now),
          .integer(position),
        ])
      count += 1
    }
    if count > 0 { try host.ports.enqueue([ModerationCounts.subject], ledgers) }
    return count
  }
}
