import ParticipationKit

/// One queue over all modules: what waits, what was decided, and deciding.
struct ModerationQueue: Sendable {
  struct Entry: Sendable {
    let id: Int
    let module: String
    let kind: String
    let key: String
    let excerpt: String
    let state: String
    let submitted: Timestamp
    let decided: Timestamp?
    let decidedBy: Int?
    let reason: String
    let note: String

    /// Changes with each decision and each new submission.
    var version: String { "\(state)-\(decided?.milliseconds ?? submitted.milliseconds)" }

    init(_ row: Row) throws {
      id = try row.int("id")
      module = try row.text("module")
      kind = try row.text("kind")
      key = try row.text("key")
      excerpt = try row.text("excerpt")
      state = try row.text("state")
      submitted = try row.timestamp("submitted_at")
      decided = row.optionalTimestamp("decided_at")
      decidedBy = row.optionalInt("decided_by")
      reason = try row.text("reason")
      note = try row.text("note")
    }
  }

  let host: Host

  /// The moderated kind of an entry: the host's comments, or a module's.
  func kind(_ module: String, _ kind: String) -> HostedKind? {
    if module == "host", kind == "comment" { return host.comments.moderatedKind }
    return host.registry.moderatedKind(module, kind).map { HostedKind($0, module: module) }
  }

  /// Puts a record into the queue, within its act's transaction.
  func submit(
    module: String, kind: String, key: String, excerpt: String, now: Timestamp, in ledgers: Ledgers
  ) throws {
    try record(
      module: module, kind: kind, key: key, excerpt: excerpt, state: "pending", submitted: now, reason: "", in: ledgers)
  }

  /// Adds an entry in any state; imports use it.
  func record(
    module: String, kind: String, key: String, excerpt text: String, state: String, submitted: Timestamp,
    reason: String, in ledgers: Ledgers
  ) throws {
    try ledgers.host.execute(
      """
      INSERT INTO host_moderation(module, kind, key, excerpt, state, submitted_at, decided_at, reason)
      VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(module, kind, key) DO UPDATE SET state = excluded.state,
        excerpt = excluded.excerpt, submitted_at = excluded.submitted_at, decided_at = excluded.decided_at,
        decided_by = NULL, reason = excluded.reason, note = '', position = NULL
      """,
      [
        .text(module), .text(kind), .text(key), .text(excerpt(text, 160)), .text(state), .timestamp(submitted),
        state == "pending" ? .null : .timestamp(submitted), .text(reason),
      ])
  }

  /// How many entries wait.
  func waiting(in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count("SELECT count(*) FROM host_moderation WHERE state = 'pending'")
  }

  /// A page of waiting entries, oldest first, after an id.
  func pending(after id: Int, limit: Int, in ledgers: Ledgers) throws -> [Entry] {
    try ledgers.host.rows(
      "SELECT * FROM host_moderation WHERE state = 'pending' AND id > ? ORDER BY id LIMIT ?",
      [.integer(id), .integer(limit)]
    ).map(Entry.init)
  }

  /// The last decisions, newest first.
  func decided(limit: Int, in ledgers: Ledgers) throws -> [Entry] {
    try ledgers.host.rows(
      "SELECT * FROM host_moderation WHERE state <> 'pending' ORDER BY decided_at DESC, id DESC LIMIT ?",
      [.integer(limit)]
    ).map(Entry.init)
  }

  /// One entry by id.
  func entry(_ id: Int, in ledgers: Ledgers) throws -> Entry? {
    try ledgers.host.row("SELECT * FROM host_moderation WHERE id = ?", [.integer(id)]).map(Entry.init)
  }

  /// The entry of a subject; nil when it is not moderated.
  func entry(for subject: Subject, in ledgers: Ledgers) throws -> Entry? {
    try ledgers.host.row(
      "SELECT * FROM host_moderation WHERE module = ? AND kind = ? AND key = ?",
      [.text(subject.module), .text(subject.kind), .text(subject.key)]
    ).map(Entry.init)
  }

  /// What a moderator sees.
  func evidence(_ entry: Entry, locale: String, in ledgers: Ledgers) throws -> Evidence? {
    try kind(entry.module, entry.kind)?.evidence(ledgers, entry.key, locale, host.ports.now())
  }

  /// Decides an entry: effect, state, leaf and documents in one transaction.
  /// - Throws: ``Problem`` when the entry is gone or the decision is incomplete.
  func decide(
    _ id: Int, _ decision: Decision, actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws {
    let words = host.words
    try host.authorise(.staff("host.moderate"), actor, locale: locale)
    guard let entry = try entry(id, in: ledgers), let kind = kind(entry.module, entry.kind) else {
      throw Problem.notFound(words.text("desk.queue.gone", locale))
    }
    if !decision.isApproved, !Charter.reasons.contains(decision.reason) {
      throw Problem.invalid("reason", words.text("decision.reasonNeeded", locale))
    }
    let context = host.actionContext(
      module: entry.module, key: entry.key, actor: actor, locale: locale, now: now, in: ledgers)
    var changed = try kind.decide(ledgers, context, decision)
    let hasComments = try ledgers.host.row(
      "SELECT 1 FROM host_comment WHERE subject = ? AND publication = 'published' LIMIT 1",
      [.text("\(entry.module)/\(entry.kind)/\(entry.key)")])
    if hasComments != nil { changed.append(CommentFeed.subject) }
    let state = decision.isApproved ? "approved" : "refused"
    let position = try host.register.append(
      kind: "decision", what: state, subject: "\(entry.module)/\(entry.kind)/\(entry.key)",
      payload: Array("\(state)\u{0}\(decision.reason)\u{0}\(decision.note)\u{0}\(actor.personID ?? 0)".utf8), at: now,
      in: ledgers)
    try ledgers.host.execute(
      """
      UPDATE host_moderation SET state = ?, decided_at = ?, decided_by = ?, reason = ?, note = ?, position = ?
      WHERE id = ?
      """,
      [
        .text(state), .timestamp(now), actor.personID.map { .integer($0) } ?? .null, .text(decision.reason),
        .text(decision.note), .integer(position), .integer(id),
      ])
    try host.authors.decided(entry, decision, now: now, in: ledgers)
    try host.ports.enqueue(changed, ledgers)
  }
}
