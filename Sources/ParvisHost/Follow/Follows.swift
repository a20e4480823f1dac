import ParticipationKit

extension Host {
  var follows: Follows { Follows(host: self) }
}

/// Following something without an account: an address that was confirmed, and how often it wants to hear.
struct Follows: Sendable {
  /// How often: at once, once a day, once a week, not at all.
  static let frequencies = ["now", "daily", "weekly", "none"]
  /// How long the link of a confirmation works, in seconds.
  static let requestSeconds: Int64 = 3 * 86_400
  /// How many confirmations one address is sent in a day, whoever asks.
  static let mostRequests = 3

  struct Followed: Sendable {
    let subject: Subject
    let frequency: String
  }

  struct Request: Sendable {
    let email: MailAddress
    let locale: String
    let subject: Subject
    let frequency: String
    let isUsed: Bool
  }

  let host: Host

  /// What can be followed; nil when there is no such thing or it is not public.
  func target(_ subject: Subject, locale: String, now: Timestamp? = nil, in ledgers: Ledgers) throws -> FollowTarget? {
    guard let entry = host.registry.entry(subject.module),
      let kind = entry.instance.followableKinds.first(where: { $0.kind == subject.kind })
    else { return nil }
    return try kind.target(
      FormContext(ledger: ledgers(subject.module), key: subject.key, locale: locale, now: now ?? host.ports.now()))
  }

  /// The form with which somebody asks to follow.
  func form(locale: String) -> Form {
    let words = host.words
    return Form(
      title: words.text("follow.title", locale), intro: .p(words.text("follow.intro", locale)),
      fields: [
        Field(
          "email", .email, words.text("follow.email", locale), help: words.text("follow.email.help", locale),
          required: true, autocomplete: "email"),
        Field(
          "frequency", .choice, words.text("follow.frequency", locale), required: true,
          choices: Follows.frequencies.filter { $0 != "none" }.map {
            Choice($0, words.text("follow.frequency.\($0)", locale))
          }),
      ], submit: words.text("follow.submit", locale))
  }

  /// Keeps a request and sends the link that confirms it. Says nothing about whether the address is known.
  func ask(
    _ email: MailAddress, subject: Subject, title: String, frequency: String, locale: String, in ledgers: Ledgers
  ) throws {
    let now = host.ports.now()
    let asked = try ledgers.host.count(
      "SELECT count(*) FROM host_mail_request WHERE lower(email) = ? AND created_at > ?",
      [.text(email.normalised), .timestamp(now.adding(seconds: -86_400))])
    guard asked < Follows.mostRequests else { return }
    let token = SecretToken(host.ports.sealing)
    try ledgers.host.execute(
      """
      INSERT INTO host_mail_request(hash, email, locale, subject, frequency, created_at, expires_at)
      VALUES(?,?,?,?,?,?,?)
      """,
      [
        .blob(token.digest), .text(email.description), .text(locale), .text(subject.description), .text(frequency),
        .timestamp(now), .timestamp(now.adding(seconds: Follows.requestSeconds)),
      ])
    let words = host.words
    try host.sendMessage(
      OutgoingMessage(
        kind: "follow", to: email, locale: locale,
        subject: words.text("mail.follow.subject", locale, ["commune": host.facts.name]),
        blocks: [
          .paragraph(words.text("mail.follow.text", locale, ["title": title])),
          .link(words.text("mail.follow.link", locale), server: "follow/confirm/\(token.text)"),
          .paragraph(words.text("mail.follow.days", locale)),
        ], about: subject, isAsked: true), in: ledgers)
  }

  /// The request of a link; nil when there is none or it is too old.
  func request(_ token: String, in ledgers: Ledgers) throws -> Request? {
    guard
      let row = try ledgers.host.row(
        "SELECT * FROM host_mail_request WHERE hash = ?", [.blob(SecretToken(token, host.ports.sealing).digest)]),
      try row.timestamp("expires_at") > host.ports.now(), let email = MailAddress(try row.text("email")),
      let subject = Subject(try row.text("subject"))
    else { return nil }
    return Request(
      email: email, locale: try row.text("locale"), subject: subject, frequency: try row.text("frequency"),
      isUsed: row.optionalInt("used_at") != nil)
  }

  /// Confirms a request: the address follows from now on. What happened before is not told.
  func confirm(_ token: String, _ request: Request, in ledgers: Ledgers) throws -> Addresses.Entry {
    let now = host.ports.now()
    let ledger = ledgers.host
    let entry = try host.addresses.resolve(request.email, locale: request.locale, now: now, in: ledgers)
    try ledger.execute(
      """
      UPDATE host_mail_address SET confirmed_at = coalesce(confirmed_at, ?1), stopped_at = NULL, stopped_why = '',
        locale = ?2 WHERE id = ?3
      """, [.timestamp(now), .text(request.locale), .integer(entry.id)])
    try ledger.execute(
      """
      INSERT INTO host_follow(address, subject, frequency, since, confirmed_at)
      VALUES(?1, ?2, ?3, (SELECT coalesce(max(id), 0) FROM host_event), ?4)
      ON CONFLICT(address, subject) DO UPDATE SET frequency = excluded.frequency,
        since = CASE frequency WHEN 'none' THEN excluded.since ELSE since END
      """,
      [.integer(entry.id), .text(request.subject.description), .text(request.frequency), .timestamp(now)])
    try ledger.execute(
      "UPDATE host_mail_request SET used_at = ? WHERE hash = ?",
      [.timestamp(now), .blob(SecretToken(token, host.ports.sealing).digest)])
    return entry
  }

  /// What an address follows.
  func all(_ address: Int, in ledgers: Ledgers) throws -> [Followed] {
    try ledgers.host.rows(
      "SELECT subject, frequency FROM host_follow WHERE address = ? ORDER BY confirmed_at, subject",
      [.integer(address)]
    ).compactMap { row in
      guard let subject = Subject(try row.text("subject")) else { return nil }
      return Followed(subject: subject, frequency: try row.text("frequency"))
    }
  }

  /// Changes how often. Who had stopped hears of what happens from now on, not of what was missed.
  func set(_ frequency: String, _ address: Int, _ subject: Subject, in ledgers: Ledgers) throws {
    if frequency == "now" { try tellWaiting(address, subject, in: ledgers) }
    try ledgers.host.execute(
      """
      UPDATE host_follow SET frequency = ?1,
        since = CASE WHEN frequency = 'none' THEN (SELECT coalesce(max(id), 0) FROM host_event) ELSE since END
      WHERE address = ?2 AND subject = ?3
      """, [.text(frequency), .integer(address), .text(subject.description)])
  }

  /// Whoever wants to hear at once from now on hears at once of what waited for the next digest.
  private func tellWaiting(_ address: Int, _ subject: Subject, in ledgers: Ledgers) throws {
    let ids = try ledgers.host.rows(
      """
      SELECT e.id FROM host_follow f JOIN host_event_about a ON a.subject = f.subject AND a.event > f.since
        JOIN host_event e ON e.id = a.event AND e.told = 1
      WHERE f.address = ? AND f.subject = ? AND f.frequency <> 'none' ORDER BY e.id LIMIT 100
      """, [.integer(address), .text(subject.description)]
    ).map { try $0.int("id") }
    guard let last = ids.last, let entry = try host.addresses.entry(address, in: ledgers) else { return }
    _ = try host.outbox.insert(
      kind: "digest", address: address, locale: entry.locale, subject: "", content: .events(ids, "now"), about: "",
      key: "s-\(last)-\(address)-\(subject)", isAsked: false, now: host.ports.now(), in: ledgers)
    try ledgers.host.execute(
      "UPDATE host_follow SET since = ? WHERE address = ? AND subject = ?",
      [.integer(last), .integer(address), .text(subject.description)])
  }

  /// Ends the messages of one frequency, or with `all` everything. Doing it again changes nothing.
  func stop(_ entry: Addresses.Entry, scope: String, in ledgers: Ledgers) throws {
    let now = host.ports.now()
    guard scope == "all" else {
      try ledgers.host.execute(
        "UPDATE host_follow SET frequency = 'none' WHERE address = ? AND frequency = ?",
        [.integer(entry.id), .text(scope)])
      try ledgers.host.execute(
        """
        UPDATE host_outbox SET state = 'dropped', ended_at = ?1, error = 'choice' WHERE address = ?2
          AND state = 'waiting' AND is_asked = 0 AND json_extract(content, '$.frequency') = ?3
        """, [.timestamp(now), .integer(entry.id), .text(scope)])
      if scope == "now" {
        try ledgers.host.execute("UPDATE host_contact SET updates = 0 WHERE address = ?", [.integer(entry.id)])
      }
      return
    }
    try ledgers.host.execute(
      "UPDATE host_follow SET frequency = 'none' WHERE address = ?", [.integer(entry.id)])
    try ledgers.host.execute("UPDATE host_contact SET updates = 0 WHERE address = ?", [.integer(entry.id)])
    try host.addresses.stop(entry.id, why: "choice", now: now, in: ledgers)
  }
}
