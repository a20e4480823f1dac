import ParticipationKit

// Where the role of a member of staff holds, for the screens and actions of modules.

extension RoleBook {
  /// Where a role works in a module; nil for nowhere.
  func reach(_ role: String, in module: String) -> Reach? {
    guard role != Role.administrator else { return .everything }
    guard let role = self.role(role), role.touches(module: module) else { return nil }
    if role.holds(in: module) { return .everything }
    let head = "\(module)/"
    let own = role.areas.filter { $0.utf8.starts(with: head.utf8) }.map { String($0.dropFirst(head.count)) }
    return Reach(categories: Set(own))
  }
}

extension Host {
  /// Where somebody may do an action: everywhere for the public, for imports and for the host's own actions, which
  /// look at the area of what they act on by themselves.
  /// - Throws: ``Problem`` 403 when what the key names lies outside, or the action cannot be divided.
  func reach(
    of actor: Actor, _ action: HostedAction, key: String, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> Reach {
    guard !action.audience.isPublic, actor.personID != nil, registry.entry(action.module) != nil else {
      return .everything
    }
    return try reach(of: actor, in: action.module, locale: locale) {
      guard let category = action.category else { throw Problem.forbidden(words.text("error.permission", locale)) }
      return try category(ledgers, key, locale, now)
    }
  }

  /// Where somebody works in a module, when that covers the category of a record; the closure gives nil for a list.
  /// - Throws: ``Problem`` 403.
  func reach(
    of actor: Actor, in module: String, locale: String, category: () throws -> String?
  ) throws -> Reach {
    let refused = Problem.forbidden(words.text("error.permission", locale))
    guard let reach = roles.reach(actor.role, in: module) else { throw refused }
    guard reach.categories != nil else { return reach }
    if let category = try category(), !reach.covers(category) { throw refused }
    return reach
  }

  /// After an act that may have moved a record to another category, the queue follows: who works there sees it, and
  /// who does not no longer does.
  func follow(
    _ subject: Subject, into action: HostedAction, _ request: ActRequest, now: Timestamp, in ledgers: Ledgers
  ) throws {
    guard let category = try action.category?(ledgers, request.key, request.locale, now) else { return }
    try ledgers.host.execute(
      "UPDATE host_moderation SET category = ? WHERE module = ? AND kind = ? AND key = ? AND category <> ?1",
      [.text(category), .text(subject.module), .text(subject.kind), .text(subject.key)])
  }
}
