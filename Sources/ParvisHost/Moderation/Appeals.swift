import ParticipationKit

/// What an author says against a decision, from the page of the receipt: `POST /api/v1/moderation/appeal/<receipt>`.
/// Another moderator answers it.
struct Appeals: Sendable {
  /// For how long an author can appeal, in seconds: six months are at most 184 days (DSA art. 20 §1).
  static let seconds: Int64 = 184 * 86_400

  /// One appeal.
  struct Appeal: Sendable {
    let id: Int
    let entry: Int
    let decision: Int
    let body: String
    let sent: Timestamp
    let state: String
    let handledBy: Int?
    let handled: Timestamp?
    let note: String
    /// Whether the same person had to answer, because there is no other moderator.
    let isSamePerson: Bool

    init(_ row: Row) throws {
      id = try row.int("id")
      entry = try row.int("entry")
      decision = try row.int("decision")
      body = try row.text("body")
      sent = try row.timestamp("sent_at")
      state = try row.text("state")
      handledBy = row.optionalInt("handled_by")
      handled = row.optionalTimestamp("handled_at")
      note = try row.text("note")
      isSamePerson = try row.bool("is_same_person")
    }
  }

  let host: Host

  var action: HostedAction {
    HostedAction(
      module: Flags.id, name: "appeal", audience: .anyone,
      titles: ["fr": host.words.text("mod.appeal.action", "fr"), "en": host.words.text("mod.appeal.action", "en")],
      hourlyLimit: 6,
      form: { ledgers, key, locale, now in
        guard try own(receipt: key, in: ledgers) != nil else { return nil }
        guard try appealable(receipt: key, now: now, in: ledgers) != nil else {
          throw Problem.conflict(host.words.text("mod.appeal.none", locale))
        }
        return form(locale)
      }, perform: { ledgers, context, submission in try appeal(context, submission, in: ledgers) })
  }

  func form(_ locale: String) -> Form {
    let words = host.words
    return Form(
      title: words.text("mod.appeal.title", locale),
      fields: [
        Field(
          "body", .text, words.text("mod.appeal.body", locale), help: words.text("mod.appeal.body.help", locale),
          required: true, maxLength: 4096)
      ], submit: words.text("mod.appeal.submit", locale))
  }

  /// The decision that the owner of a receipt may appeal now; nil when there is none, or it was appealed already.
  func appealable(
    receipt key: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> (entry: ModerationQueue.Entry, record: ModerationQueue.Record)? {
    guard let entry = try own(receipt: key, in: ledgers),
      let record = try host.moderation.restriction(of: entry, in: ledgers),
      now <= record.at.adding(seconds: Appeals.seconds)
    else { return nil }
    let known = try ledgers.host.row("SELECT 1 FROM host_appeal WHERE decision = ?", [.integer(record.id)])
    return known == nil ? (entry, record) : nil
  }

  /// What the author sent whose receipt this is; nil for a forged name, or a receipt of somebody else's act.
  private func own(receipt key: String, in ledgers: Ledgers) throws -> ModerationQueue.Entry? {
    guard let position = ReceiptBook(host: host).position(named: key),
      let row = try ledgers.host.row("SELECT subject FROM host_receipt WHERE position = ?", [.integer(position)]),
      let subject = Subject(try row.text("subject")),
      let entry = try host.moderation.entry(for: subject, in: ledgers), entry.receipt == position
    else { return nil }
    return entry
  }

  private func appeal(_ context: ActionContext, _ submission: Submission, in ledgers: Ledgers) throws -> Outcome {
    let words = host.words
    guard let (entry, record) = try appealable(receipt: context.key, now: context.now, in: ledgers) else {
      throw Problem.conflict(words.text("mod.appeal.none", context.locale))
    }
    let id = try ledgers.host.insert(
      "INSERT INTO host_appeal(entry, decision, body, sent_at, state) VALUES(?,?,?,?,'open')",
      [
        .integer(entry.id), .integer(record.id), .text(ByteText.trimmed(submission.text("body"))),
        .timestamp(context.now),
      ])
    return Outcome(
      subject: Subject("host", "appeal", String(id)), changed: [ModerationCounts.subject],
      message: words.text("mod.appeal.done", context.locale))
  }
}

extension ModerationQueue {
  /// The restriction that an author can read and appeal: the last decision that was not undone, when it restricts; a
  /// passage taken out counts also when the rest was published afterwards.
  func restriction(of entry: Entry, in ledgers: Ledgers) throws -> Record? {
    let standing = try records(of: entry.id, in: ledgers).filter { !$0.isUndone && $0.measure != .undone }
    if let last = standing.first, last.measure.isRestriction { return last }
    return standing.first { $0.measure == .redacted }
  }

  /// The appeals that wait, oldest first.
  func openAppeals(_ areas: AreaFilter, limit: Int, in ledgers: Ledgers) throws -> [Appeals.Appeal] {
    try ledgers.host.rows(
      """
      SELECT a.* FROM host_appeal a JOIN host_moderation m ON m.id = a.entry WHERE a.state = 'open' AND NOT EXISTS
        (SELECT 1 FROM host_erasure e WHERE e.subject = m.module || '/' || m.kind || '/' || m.key)
        \(areas.sql) ORDER BY a.id LIMIT ?
      """, areas.arguments + [.integer(limit)]
    ).map(Appeals.Appeal.init)
  }

  /// The appeal against a decision; nil when there is none.
  func appeal(against decision: Int, in ledgers: Ledgers) throws -> Appeals.Appeal? {
    try ledgers.host.row("SELECT * FROM host_appeal WHERE decision = ?", [.integer(decision)])
      .map(Appeals.Appeal.init)
  }

  /// Who may answer an appeal: anybody who moderates there, but nobody who made a restriction that stands: who refuses
  /// what a rule had hidden has decided too. When nobody else moderates, an administrator may, and the answer says so.
  enum Answerer: Sendable {
    case other
    case samePerson
    case nobody(isOnlyOne: Bool)
  }

  /// Whether somebody may answer an appeal.
  func mayAnswer(_ record: Record, _ entry: Entry, _ actor: Actor, in ledgers: Ledgers) throws -> Answerer {
    let restrictions = try records(of: entry.id, in: ledgers).filter { !$0.isUndone && $0.measure.isRestriction }
    let deciders = Set((restrictions + [record]).compactMap(\.person))
    guard let person = actor.personID, deciders.contains(person) else { return .other }
    let others = try ledgers.host.rows("SELECT id, role FROM host_person WHERE disabled_at IS NULL").contains { row in
      let (id, role) = (try row.int("id"), try row.text("role"))
      return !deciders.contains(id) && host.roles.may(role, "host.moderate", in: entry.area)
    }
    if others { return .nobody(isOnlyOne: false) }
    return actor.role == Role.administrator ? .samePerson : .nobody(isOnlyOne: true)
  }

  /// Answers an appeal: the decision stands, or is reversed and the words are public again.
  /// - Throws: ``Problem`` when it was answered already, or by whom it may not be answered.
  func answer(
    appeal id: Int, reversing: Bool, note: String, actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws {
    let words = host.words
    guard let row = try ledgers.host.row("SELECT * FROM host_appeal WHERE id = ?", [.integer(id)]),
      let record = try record(try row.int("decision"), in: ledgers), let entry = try entry(record.entry, in: ledgers)
    else { throw Problem.notFound(words.text("desk.queue.gone", locale)) }
    try checkMay(actor, entry, locale: locale)
    guard try row.text("state") == "open" else { throw Problem.conflict(words.text("mod.appeal.answered", locale)) }
    var isSame = false
    switch try mayAnswer(record, entry, actor, in: ledgers) {
    case .other: break
    case .samePerson: isSame = true
    case .nobody(let isOnlyOne):
      throw Problem.forbidden(words.text(isOnlyOne ? "mod.appeal.onlyOne" : "mod.appeal.own", locale))
    }
    guard !note.isEmpty else { throw Problem.invalid("note", words.text("mod.appeal.noteNeeded", locale)) }
    let state = reversing ? "reversed" : "confirmed"
    _ = try append(
      Leaf(
        what: "appeal-\(state)", subject: Subject("host", "appeal", String(id)),
        content: [state, note, String(actor.personID ?? 0)]), at: now, in: ledgers)
    try ledgers.host.execute(
      "UPDATE host_appeal SET state = ?, handled_by = ?, handled_at = ?, note = ?, is_same_person = ? WHERE id = ?",
      [
        .text(state), actor.personID.map { .integer($0) } ?? .null, .timestamp(now), .text(note), .bool(isSame),
        .integer(id),
      ])
    if reversing { try reverse(record, entry, appeal: id, actor: actor, locale: locale, now: now, in: ledgers) }
    try host.authors.appealAnswered(entry.subject, isReversed: reversing, note: note, in: ledgers)
    try host.ports.enqueue([ModerationCounts.subject], ledgers)
  }

  private func reverse(
    _ record: Record, _ entry: Entry, appeal: Int, actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws {
    let changed = try restoreTexts(of: record, entry, actor: actor, locale: locale, now: now, in: ledgers)
    try host.ports.enqueue(changed, ledgers)
    try ledgers.host.execute(
      "UPDATE host_decision SET undone_at = ? WHERE id = ?", [.timestamp(now), .integer(record.id)])
    // A passage that is put back leaves alone what was decided about the whole.
    if record.measure == .redacted, entry.state != "approved" { return }
    let approval = Decision(isApproved: true, reason: "", note: "")
    try decide(
      entry.id, Ruling(decision: approval, appeal: appeal), actor: actor, locale: locale, now: now, in: ledgers)
  }
}
