import ParticipationKit

extension ModerationQueue {
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
    let end = record.at.adding(seconds: Int64(try settings(in: ledgers).undoMinutes) * 60)
    return end > host.ports.now() ? end : nil
  }

  /// Whether somebody may undo a decision: their own, or any with the permission for settings, so that what a stolen
  /// account did can be taken back.
  func mayUndo(_ record: Record, _ actor: Actor) -> Bool {
    (record.person != nil && record.person == actor.personID) || host.roles.may(actor.role, "host.settings")
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
    let before = record.before
    let wasShown = before["shown"]?.asBool ?? false
    var changed = try restoreTexts(of: record, entry, actor: actor, locale: locale, now: now, in: ledgers)
    if wasShown != entry.isShown {
      let decision = Decision(isApproved: wasShown, reason: wasShown ? "" : "undone", note: "")
      changed += try effect(of: decision, on: entry, by: actor, locale: locale, now: now, in: ledgers)
    }
    let position = try append(
      Leaf(
        what: wasShown ? "approved" : "reopened", subject: entry.subject,
        content: ["undone", String(record.position), String(actor.personID ?? 0)],
        effect: wasShown ? .shows(reason: "") : .hides(reason: "undone")), at: now, in: ledgers)
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
    try ledgers.host.execute(
      "UPDATE host_appeal SET state = 'reversed', handled_at = ? WHERE decision = ? AND state = 'open'",
      [.timestamp(now), .integer(id)])
    _ = try keep(
      .undone, entry, Decision(isApproved: wasShown, reason: record.reason, note: ""), person: actor.personID,
      position: position, now: now, in: ledgers)
    try host.ports.enqueue(changed + [ModerationCounts.subject], ledgers)
  }

  private func integer(_ value: JSONValue?) -> SQLValue { value?.asInteger.map { .integer($0) } ?? .null }
}
