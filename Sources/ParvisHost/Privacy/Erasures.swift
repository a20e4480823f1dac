import ParticipationKit

/// Removes words, names and addresses and leaves the places where they stood.
///
/// The rows stay, so numbers and lists keep their order; the register keeps the leaf, whose salt goes, so that nobody
/// can try texts against its commitment; a leaf `decision`/`erased` says that and when it was done, nothing of what.
struct Erasures: Sendable {
  /// Who asks for an erasure and why.
  struct Order {
    let actor: Actor
    /// `person`, `counter` or `retention`: public for ever, so it says nothing of anybody.
    let reason: String
    let locale: String
    let now: Timestamp
  }

  let host: Host

  /// Stands for any record of a module that erased something without saying what.
  static func anything(of module: String) -> Subject { Subject(module, "~erased", "any") }

  /// When a record was erased; nil when it was not.
  func date(of subject: Subject, in ledgers: Ledgers) throws -> Timestamp? {
    try ledgers.host.row("SELECT at FROM host_erasure WHERE subject = ?", [.text(subject.description)])?
      .timestamp("at")
  }

  /// Whether anything was ever erased.
  func hasAny(in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row("SELECT 1 FROM host_erasure LIMIT 1") != nil
  }

  /// Erases records and what modules hold by an address, within a transaction. A record that was erased before is left
  /// alone.
  /// - Returns: The records whose words are gone now, and what stays and why.
  func erase(_ records: [Subject], email: String, _ order: Order, in ledgers: Ledgers) throws -> Erasure {
    let open = try records.filter { try date(of: $0, in: ledgers) == nil }
    var gone: [Subject] = []
    var kept: [String] = []
    var changed: [Subject] = []
    var unnamed: [Subject] = []
    for subject in open where subject.module == "host" {
      guard let touched = try eraseOwn(subject, order, in: ledgers) else { continue }
      gone.append(subject)
      changed += touched
    }
    for entry in host.registry.entries {
      let id = entry.manifest.id
      let own = open.filter { $0.module == id }
      guard !own.isEmpty || !email.isEmpty else { continue }
      guard let data = entry.instance.personalData else {
        if !own.isEmpty { kept.append(SitePick.text(entry.manifest.personalData.texts, order.locale)) }
        continue
      }
      let context = host.actionContext(
        module: id, key: "", actor: order.actor, locale: order.locale, now: order.now, in: ledgers)
      let done = try data.erase(context, PersonReference(email: email, records: own))
      gone += done.records
      kept += done.kept
      changed += done.changed
      if done.records.isEmpty, !done.changed.isEmpty { unnamed.append(Erasures.anything(of: id)) }
    }
    for subject in gone {
      try forget(subject, order, in: ledgers)
      // Comments on it name it in the feed of comments.
      changed += try host.moderation.commentsOn(subject, locale: order.locale, in: ledgers)
    }
    try host.ports.enqueue(changed, ledgers)
    // What was erased leaves the bulk dumps at once, not when their hour comes.
    try host.enqueueDumps(of: gone + unnamed, in: ledgers)
    if !gone.isEmpty || !changed.isEmpty { try askForCompaction(order.now, in: ledgers) }
    return Erasure(records: gone, kept: kept, changed: changed)
  }

  /// The words that somebody sent to the host itself: a comment, a flag, an appeal. Nil for anything else.
  private func eraseOwn(_ subject: Subject, _ order: Order, in ledgers: Ledgers) throws -> [Subject]? {
    let sql: String
    switch subject.kind {
    case "comment": return try eraseComment(subject, order, in: ledgers)
    case "flag": sql = "UPDATE host_flag SET note = '' WHERE id = ?"
    case "appeal": sql = "UPDATE host_appeal SET body = '' WHERE id = ?"
    default: return nil
    }
    guard let id = Int(subject.key), try ledgers.host.execute(sql, [.integer(id)]) == 1 else { return nil }
    return []
  }

  /// The words of a comment and its author's name; the quoted passage of the commune's own text stays.
  private func eraseComment(_ subject: Subject, _ order: Order, in ledgers: Ledgers) throws -> [Subject]? {
    guard let id = Int(subject.key),
      let row = try ledgers.host.row("SELECT subject FROM host_comment WHERE id = ?", [.integer(id)]),
      let about = Subject(try row.text("subject"))
    else { return nil }
    try ledgers.host.execute("UPDATE host_comment SET body = '', author = '' WHERE id = ?", [.integer(id)])
    let target = try host.comments.target(about, locale: order.locale, in: ledgers)
    return [about, CommentFeed.subject] + (target?.alsoChanges ?? [])
  }

  /// Removes what the host itself kept about a record: first words in the queue, notes, receipts, salts.
  private func forget(_ subject: Subject, _ order: Order, in ledgers: Ledgers) throws {
    let ledger = ledgers.host
    let name = SQLValue.text(subject.description)
    let columns = try HostColumns(ledger)
    let entry = try host.moderation.entry(for: subject, in: ledgers)
    if let id = entry?.id {
      // What still waited, for somebody to read it or for its day, waits no more.
      try ledger.execute(
        """
        UPDATE host_moderation SET excerpt = '', note = '', decided_at = coalesce(decided_at, ?1), flags = 0,
          state = CASE WHEN state = 'pending' OR public_at IS NOT NULL THEN 'refused' ELSE state END,
          public_at = NULL WHERE id = ?2
        """, [.timestamp(order.now), .integer(id)])
      try forgetVoices(of: id, in: ledgers)
      for (column, sql) in Erasures.byEntry where columns.has(column) { try ledger.execute(sql, [.integer(id)]) }
    }
    var position = -1
    if order.reason == "retention" {
      try host.seals.forget(subject, in: ledgers)
    } else {
      position = try host.seals.erase(
        subject, reason: order.reason, by: order.actor, moment: .exact(order.now), in: ledgers)
      try host.dataAccess.note(.erase, at: position, by: order.actor, now: order.now, in: ledgers)
    }
    let address =
      columns.has("host_contact.subject")
      ? try ledger.row("SELECT address FROM host_contact WHERE subject = ?", [name])?.optionalInt("address") : nil
    for (column, sql) in Erasures.bySubject where columns.has(column) { try ledger.execute(sql, [name]) }
    // The address came with these words and goes with them, unless it serves for something else.
    if let address { try host.addresses.eraseUnused(address, now: order.now, in: ledgers) }
    try forgetCopies(subject, in: ledgers)
    try forgetArchive(subject, in: ledgers)
    try ledger.execute("DELETE FROM host_likeness WHERE subject = ?", [name])
    try ledger.execute(
      "INSERT OR IGNORE INTO host_erasure(subject, at, reason, position) VALUES(?,?,?,?)",
      [name, .timestamp(order.now), .text(order.reason), .integer(position)])
  }

  /// What others said about a record, in a flag or an appeal, and what their receipts repeat of it.
  private func forgetVoices(of entry: Int, in ledgers: Ledgers) throws {
    for kind in ["flag", "appeal"] {
      for row in try ledgers.host.rows("SELECT id FROM host_\(kind) WHERE entry = ?", [.integer(entry)]) {
        try host.seals.forget(Subject("host", kind, String(try row.int("id"))), in: ledgers)
      }
    }
  }

  /// The archive of a module that left holds words as they were published, and nobody finds one person's in them: the
  /// archive in which an erased record may stand gives way as a whole.
  private func forgetArchive(_ subject: Subject, in ledgers: Ledgers) throws {
    let ledger = ledgers.host
    let about = try ledger.row(
      "SELECT subject FROM host_comment WHERE 'host/comment/' || id = ?", [.text(subject.description)])
    let module = try about.flatMap { Subject(try $0.text("subject"))?.module } ?? subject.module
    var removed = 0
    for table in ["host_archive_page", "host_archive_document", "host_archive_file"] {
      removed += try ledger.execute("DELETE FROM \(table) WHERE module = ?", [.text(module)])
    }
    if removed > 0 { try host.ports.enqueueAll(ledgers) }
  }

  /// What the host copied of the record's title and words into what others wrote about it.
  private func forgetCopies(_ subject: Subject, in ledgers: Ledgers) throws {
    let name = SQLValue.text(subject.description)
    try ledgers.host.execute(
      """
      UPDATE host_receipt SET lines = '[]' WHERE subject IN
        (SELECT 'host/comment/' || id FROM host_comment WHERE subject = ?)
      """, [name])
    try ledgers.host.execute(
      "UPDATE host_comment SET title = ?, quote = '' WHERE subject = ?",
      [.text(host.words.text("privacy.erased.title", host.facts.languages[0])), name])
  }

  /// What other parts of the host keep about a record in the queue: passages taken out, notes, appeals, likeness.
  private static let byEntry: [(column: String, sql: String)] = [
    ("host_decision.note", "UPDATE host_decision SET note = '', before = '{}' WHERE entry = ?"),
    ("host_redaction.before", "UPDATE host_redaction SET before = '', after = '' WHERE entry = ?"),
    ("host_appeal.body", "UPDATE host_appeal SET body = '', note = '' WHERE entry = ?"),
    (
      "host_flag.note",
      """
      UPDATE host_flag SET note = '', state = CASE state WHEN 'open' THEN 'dismissed' ELSE state END WHERE entry = ?
      """
    ),
    ("host_sketch.entry", "DELETE FROM host_sketch WHERE entry = ?"),
    ("host_uncompared.entry", "DELETE FROM host_uncompared WHERE entry = ?"),
  ]

  /// What they keep under the record's name: what followers were told, contacts.
  private static let bySubject: [(column: String, sql: String)] = [
    ("host_event.words", "UPDATE host_event SET words = '', withdrawn = 1 WHERE source = ?1 OR subject = ?1"),
    ("host_contact.subject", "DELETE FROM host_contact WHERE subject = ?"),
    (
      "host_outbox.about",
      """
      UPDATE host_outbox SET content = '', subject = '', address = NULL,
        state = CASE state WHEN 'waiting' THEN 'dropped' ELSE state END WHERE about = ?
      """
    ),
  ]

  /// Asks for the database file to be written anew: until then, removed words may lie in pages that are free.
  func askForCompaction(_ now: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "INSERT INTO host_compaction(id, asked_at) VALUES(1, ?) ON CONFLICT(id) DO UPDATE SET asked_at = ?",
      [.timestamp(now), .timestamp(now)])
    // Wakes the loop that does it, also when no page changes.
    try host.ports.enqueue([Retention.subject], ledgers)
  }
}

/// The leaves of privacy and calm, in one place.
struct PrivacyLeaf {
  let host: Host

  /// Appends a leaf that says what its details say and nothing of words or persons.
  func append(
    kind: String, what: String, subject: String, details: [(String, JSONValue)], at: Timestamp, in ledgers: Ledgers
  ) throws -> Int {
    try host.register.append(
      kind: kind, what: what, subject: subject, payload: JSONValue.object(details).bytes, at: at, in: ledgers)
  }
}

/// A text in the wished language, or in one that there is.
struct SitePick {
  static func text(_ texts: [String: String], _ locale: String) -> String {
    texts[locale] ?? texts["fr"] ?? texts["en"] ?? ""
  }
}
