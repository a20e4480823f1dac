import ParticipationKit
import Synchronization

/// Whom the commune asks for more than an action does itself: an action for anyone can ask for a confirmed address, for
/// residents, or for one act a person or household. Nothing is ever asked for less than the action says.
///
/// Kept in memory, as ``RoleBook``: each form and each act asks, and one process writes.
final class LevelBook: Sendable {
  /// What the names of the settings begin with.
  static let prefix = "level:"

  private let asked = Mutex<[String: ParticipationLevel]>([:])

  init(store: StorePort) throws {
    try store.read { try self.reload(in: $0) }
  }

  /// Reads what the commune decided.
  func reload(in ledgers: Ledgers) throws {
    var levels: [String: ParticipationLevel] = [:]
    for row in try ledgers.host.rows("SELECT name, value FROM host_setting WHERE name LIKE 'level:%'") {
      let name = try row.text("name")
      let value = try row.text("value")
      levels[String(name.dropFirst(LevelBook.prefix.count))] = LevelBook.all.first { $0.name == value }
    }
    let found = levels
    asked.withLock { $0 = found }
  }

  private static let all: [ParticipationLevel] = [.confirmed, .resident, .onePerPerson, .onePerHousehold]

  /// Who may do an action here.
  func audience(_ module: String, _ action: String, _ own: Audience, isSecret: Bool) -> Audience {
    guard let level = asked.withLock({ $0["\(module)/\(action)"] }),
      LevelBook.choices(own, isSecret: isSecret).contains(level)
    else { return own }
    return own.raised(to: level)
  }

  /// The levels to which an action can be raised, its own first; that alone when it is for staff or asks for more than
  /// anyone by itself.
  ///
  /// An action that counts by letter code counts once for each record, so a level at which residents act as often as
  /// they like would ask for less. A secret act is never held with an address beside it.
  static func choices(_ own: Audience, isSecret: Bool) -> [ParticipationLevel] {
    guard own.isPublic, own.level == .anyone else { return [own.level] }
    let mailed: [ParticipationLevel] = isSecret ? [] : [.confirmed]
    return [.anyone] + mailed + (own.takesCode ? [.onePerPerson, .onePerHousehold] : [.resident])
  }
}

extension Host {
  /// The actions for which the commune can ask for more, with the levels and the one that holds.
  var adjustableActions: [(scope: String, action: HostedAction, choices: [ParticipationLevel])] {
    var found = [(scope: "\(Comments.id)/\(comments.action.name)", own: Audience.anyone, action: comments.action)]
    for entry in registry.entries {
      // What takes an act back asks for what the act asks for.
      for action in entry.instance.actions where action.withdraws == nil {
        let module = entry.manifest.id
        guard let hosted = self.action(module, action.name) else { continue }
        found.append(("\(module)/\(action.name)", action.audience, hosted))
      }
    }
    return found.compactMap { entry in
      let choices = LevelBook.choices(entry.own, isSecret: entry.action.isSecret)
      return choices.count > 1 ? (entry.scope, entry.action, choices) : nil
    }
  }
}
