import ParticipationKit

extension ModerationQueue {
  /// For how long at most, in minutes, a publication can be taken back: for a slip of the hand. After that, words that
  /// were public are taken off by a decision, with a reason, a notice to their author and an appeal.
  static let unpublishMinutes = 10

  /// Until when a decision can be undone; nil when it cannot: it was undone, a later one stands on it, or it answered
  /// an appeal.
  func undoEnd(_ record: Record, in ledgers: Ledgers) throws -> Timestamp? {
    guard !record.isUndone, record.measure != .undone, record.appeal == nil, record.before["state"] != nil else {
      return nil
    }
    let later = try ledgers.host.count(
      "SELECT count(*) FROM host_decision WHERE entry = ? AND id > ? AND undone_at IS NULL AND measure <> 'undone'",
      [.integer(record.entry), .integer(record.id)])
    guard later == 0 else { return nil }
    let whole = try settings(in: ledgers).undoMinutes
    let takesOff = record.measure == .published && record.before["shown"]?.asBool != true
    let end = record.at.adding(seconds: Int64(takesOff ? min(whole, ModerationQueue.unpublishMinutes) : whole) * 60)
    return end > host.ports.now() ? end : nil
  }

  /// Whether somebody may undo a decision: their own, or any with the permission for settings, so that what a stolen
  /// account did can be taken back.
  func mayUndo(_ record: Record, _ actor: Actor) -> Bool {
    (record.person != nil && record.person == actor.personID) || host.roles.may(actor.role, "host.settings")
  }

  /// Whether a decision can be undone now by somebody: in time, with the right to, and not past an appeal that another
  /// person has to answer.
  func canUndo(_ record: Record, _ actor: Actor, in ledgers: Ledgers) throws -> Bool {
    guard mayUndo(record, actor), try undoEnd(record, in: ledgers) != nil else { return false }
    return try !keepsFromAppeal(record, actor, in: ledgers)
  }

  /// Whether an appeal waits that this person may not answer, so that undoing would dispose of it.
  private func keepsFromAppeal(_ record: Record, _ actor: Actor, in ledgers: Ledgers) throws -> Bool {
    guard let appeal = try appeal(against: record.id, in: ledgers), appeal.state == "open",
      let entry = try entry(record.entry, in: ledgers)
    else { return false }
    if case .nobody = try mayAnswer(record, entry, actor, in: ledgers) { return true }
    return false
  }

  /// Takes a decision back: everything is as it was before, and that this happened is a decision and a leaf of its own.
  /// - Throws: ``Problem`` when it is too late or somebody decided since.
  func undo(_ id: Int, actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers) throws {
    let words = host.words
    guard let record = try record(id, in: ledgers), let entry = try entry(record.entry, in: ledgers) else {
      throw Problem.notFound(words.text("desk.queue.gone", locale))
    }
    try checkMay(actor, entry, locale: locale)
    guard mayUndo(record, actor) else { throw Problem.forbidden(words.text("mod.undo.notYours", locale)) }
    guard try undoEnd(record, in: ledgers) != nil else { throw Problem.conflict(words.text("mod.undo.late", locale)) }
    guard try !keepsFromAppeal(record, actor, in: ledgers) else {
      throw Problem.conflict(words.text("mod.undo.appealed", locale))
    }
    let before = record.before
    let wasShown = before["shown"]?.asBool ?? false
    var changed = try restoreTexts(of: record, entry, actor: actor, locale: locale, now: now, in: ledgers)
    if wasShown != entry.isShown {
      let decision = Decision(isApproved: wasShown, reason: wasShown ? "" : "undone", note: "")
      changed += try effect(
        of: decision, on: entry, by: actor, tells: false, locale: locale, now: now, in: ledgers)
    }
    let position = try append(
      Leaf(
        // Words that come back are other words than those of an older copy of the site, and the leaf says why.
        what: wasShown ? record.measure == .redacted ? "redacted" : "approved" : "reopened", subject: entry.subject,
        content: ["undone", String(record.position), String(actor.personID ?? 0)],
        effect: wasShown
          ? .shows(reason: record.measure == .redacted ? "undone" : "") : .hides(reason: "undone"),
        counted: (.undone, record.reason)),
      at: now, in: ledgers)
    try ledgers.host.execute(
      """
      UPDATE host_moderation SET state = ?, reason = ?, note = ?, shown = ?, public_at = ?, decided_at = ?,
        decided_by = ?, position = ?, version = version + 1 WHERE id = ?
      """,
      [
        .text(before["state"]?.asString ?? "pending"), .text(before["reason"]?.asString ?? ""),
        .text(before["note"]?.asString ?? ""), .bool(wasShown), integer(before["publicAt"]),
        integer(before["decided"]), integer(before["by"]), integer(before["position"]), .integer(entry.id),
      ])
    try ledgers.host.execute(
      "UPDATE host_decision SET undone_at = ? WHERE id = ?", [.timestamp(now), .integer(id)])
    try reopenFlags(closedBy: id, of: entry.id, in: ledgers)
    if try !reverseAppeal(against: record, entry, by: actor, now: now, in: ledgers) {
      try host.authors.undone(
        entry.subject, record, state: before["state"]?.asString ?? "pending", isShown: wasShown, in: ledgers)
    }
    _ = try keep(
      .undone, entry, Decision(isApproved: wasShown, reason: record.reason, note: ""), person: actor.personID,
      position: position, now: now, in: ledgers)
    try host.ports.enqueue(changed + [ModerationCounts.subject], ledgers)
  }

  /// The appeal against a decision that is taken back is won, and its author told so.
  /// - Returns: Whether there was one.
  private func reverseAppeal(
    against record: Record, _ entry: Entry, by actor: Actor, now: Timestamp, in ledgers: Ledgers
  ) throws -> Bool {
    let won = try ledgers.host.execute(
      """
      UPDATE host_appeal SET state = 'reversed', handled_at = ?, handled_by = ? WHERE decision = ? AND state = 'open'
      """, [.timestamp(now), actor.personID.map { .integer($0) } ?? .null, .integer(record.id)])
    if won > 0 { try host.authors.appealAnswered(entry.subject, isReversed: true, note: "", in: ledgers) }
    return won > 0
  }

  private func integer(_ value: JSONValue?) -> SQLValue { value?.asInteger.map { .integer($0) } ?? .null }
}
