import ParticipationKit

extension Host {
  var announcements: Announcements { Announcements(host: self) }

  /// What an effect of a module may tell about people who want to hear.
  func notices(module: String, locale: String, now: Timestamp, in ledgers: Ledgers) -> Notices {
    Notices(
      announce: { try self.announcements.add($0, module: module, now: now, in: ledgers) },
      inform: { email, subject, updates in
        try self.authors.remember(email, about: subject, updates: updates, locale: locale, now: now, in: ledgers)
      }, forget: { try self.authors.forget($0, in: ledgers) })
  }
}

/// What happened, kept until everybody who follows it was told.
struct Announcements: Sendable {
  let host: Host

  /// Keeps an event, within the transaction that made it happen. Who hears of it is found out later, off the act.
  func add(_ event: Event, module: String, now: Timestamp, in ledgers: Ledgers) throws {
    guard host.outgoing.mail != nil || !host.outgoing.webhooks.isEmpty else { return }
    let words = JSONValue.object(
      event.words.sorted { $0.key < $1.key }.map { locale, words in
        (locale, .object([("title", .string(words.title)), ("text", .string(words.text))]))
      })
    let ledger = ledgers.host
    let changes = try ledger.execute(
      """
      INSERT INTO host_event(kind, subject, source, document, anchor, words, key, at) VALUES(?,?,?,?,?,?,?,?)
      ON CONFLICT(key) DO NOTHING
      """,
      [
        .text(event.kind.name), .text(event.subject.description), .text(event.source?.description ?? ""),
        .text(event.document.description), .text(event.anchor), .text(words.text),
        event.key.isEmpty ? .null : .text("\(module):\(event.key)"), .timestamp(now),
      ])
    guard changes == 1 else { return }
    let id = try ledger.count("SELECT max(id) FROM host_event")
    for subject in Set([event.subject] + event.within) {
      try ledger.execute(
        "INSERT INTO host_event_about(subject, event) VALUES(?,?)", [.text(subject.description), .integer(id)])
    }
    host.ports.expectDelivery()
  }

  /// What these words say is not public any more: nobody else is told.
  func withdraw(_ subject: Subject, in ledgers: Ledgers) throws {
    let name = SQLValue.text(subject.description)
    try ledgers.host.execute(
      "UPDATE host_event SET withdrawn = 1, words = '{}' WHERE source = ?1 AND withdrawn = 0", [name])
    try ledgers.host.execute(
      """
      UPDATE host_event SET withdrawn = 1, words = '{}' WHERE withdrawn = 0 AND id IN
        (SELECT event FROM host_event_about WHERE subject = ?1) AND subject = ?1
      """, [name])
  }

  /// Tells the events that nobody was told of yet: at once to those who chose so, and to the programs that are called.
  /// - Returns: How many events were told.
  func tellAll(now: Timestamp, in ledgers: Ledgers) throws -> Int {
    let ids = try ledgers.host.rows("SELECT id, kind FROM host_event WHERE told = 0 ORDER BY id LIMIT 200")
    for row in ids { try tell(try row.int("id"), kind: try row.text("kind"), now: now, in: ledgers) }
    return ids.count
  }

  private func tell(_ id: Int, kind: String, now: Timestamp, in ledgers: Ledgers) throws {
    let ledger = ledgers.host
    if host.outgoing.mail != nil {
      let content = SQLValue.text(MailContent.events([id], "now").json.text)
      let key = SQLValue.text("e\(id)-")
      try ledger.execute(
        """
        INSERT INTO host_outbox(channel, kind, address, locale, subject, content, about, key, is_asked, state,
          created_at, due_at)
        SELECT 'mail', 'notice', m.id, m.locale, '', ?2, '', ?3 || m.id, 0, 'waiting', ?4, ?4
        FROM host_mail_address m WHERE m.stopped_at IS NULL AND m.id IN (
          SELECT f.address FROM host_event_about a JOIN host_follow f ON f.subject = a.subject
          WHERE a.event = ?1 AND f.frequency = 'now' AND f.since < ?1)
        ON CONFLICT(key) DO NOTHING
        """, [.integer(id), content, key, .timestamp(now)])
      try ledger.execute(
        """
        UPDATE host_follow SET since = ?1 WHERE frequency = 'now' AND since < ?1
          AND subject IN (SELECT subject FROM host_event_about WHERE event = ?1)
        """, [.integer(id)])
      try tellAuthors(id, kind: kind, content: content, key: key, now: now, ledger)
    }
    for hook in host.outgoing.webhooks where hook.kinds.isEmpty || hook.kinds.contains(kind) {
      try ledger.execute(
        """
        INSERT INTO host_outbox(channel, kind, hook, locale, subject, content, about, key, is_asked, state, created_at,
          due_at) VALUES('call', ?, ?, '', '', ?, '', ?, 0, 'waiting', ?, ?) ON CONFLICT(key) DO NOTHING
        """,
        [
          .text(kind), .text(hook.name), .text(MailContent.events([id], "now").json.text),
          .text("w\(id)-\(hook.name)"), .timestamp(now), .timestamp(now),
        ])
    }
    try ledger.execute("UPDATE host_event SET told = 1 WHERE id = ?", [.integer(id)])
  }

  /// The authors who asked to hear what becomes of their record. Of an official answer they are told anyway.
  private func tellAuthors(
    _ id: Int, kind: String, content: SQLValue, key: SQLValue, now: Timestamp, _ ledger: Ledger
  ) throws {
    guard kind != Event.Kind.answered.name, kind != Event.Kind.published.name else { return }
    try ledger.execute(
      """
      INSERT INTO host_outbox(channel, kind, address, locale, subject, content, about, key, is_asked, state,
        created_at, due_at)
      SELECT 'mail', 'notice', m.id, c.locale, '', ?2, '', ?3 || m.id, 0, 'waiting', ?4, ?4
      FROM host_event e JOIN host_contact c ON c.subject = e.subject AND c.updates = 1
        JOIN host_mail_address m ON m.id = c.address AND m.stopped_at IS NULL
      WHERE e.id = ?1 ON CONFLICT(key) DO NOTHING
      """, [.integer(id), content, key, .timestamp(now)])
  }
}
