import ParticipationKit

// Links that are mailed: an act that waits for its author to confirm an address, and signing in without a password.
// Opening a link changes nothing, because robots open the links of a mail; the button on its page does.
extension Participants {
  /// How long a held act waits, in seconds.
  static let heldSeconds: Int64 = 48 * 3600
  /// How long a link for signing in works, in seconds.
  static let enterSeconds: Int64 = 3600
  /// How many links one address is sent in an hour, so that nobody's mailbox is filled by others.
  static let linksAnHour = 5

  /// A link as it is stored.
  struct Link: Sendable {
    let digest: [UInt8]
    let email: String
    let locale: String
    let act: String
  }

  /// Checks an act as any other, keeps it, and sends its author a link.
  /// - Returns: What to tell: the same for every address.
  /// - Throws: ``Problem`` when the form is not right.
  func hold(_ request: ActRequest) throws -> String {
    let prepared = try host.runner.prepare(request)
    return try prepared.counting { try hold(request, prepared.action, prepared.submission) }
  }

  private func hold(_ request: ActRequest, _ action: HostedAction, _ submission: Submission) throws -> String {
    guard !submission.text(Participants.emailField).isEmpty else {
      throw Problem.invalid(Participants.emailField, host.words.text("participant.withdraw.needed", request.locale))
    }
    let now = host.ports.now()
    let typed = ByteText.trimmed(request.submission.first(Participants.codeField))
    let code = try host.ports.store.reading { ledgers -> [UInt8]? in
      let code =
        typed.isEmpty ? nil : try host.letters.held(typed: typed, now: now, locale: request.locale, in: ledgers)
      try host.calm.check(request, action, isResident: code != nil, now: now, in: ledgers)
      return code
    }
    let email = People.normalised(submission.text(Participants.emailField))
    let act = JSONValue.object([
      ("module", .string(request.module)), ("action", .string(request.action)), ("key", .string(request.key)),
      ("suspect", .bool(request.signals.isSuspect)), ("code", .string(code.map(hexadecimal))),
      (
        "values",
        .object(
          request.submission.values.sorted { $0.key < $1.key }
            .filter { ![Participants.emailField, Participants.codeField].contains($0.key) }
            .map { ($0.key, .array($0.value.map { .string($0) })) })
      ),
    ]).text
    let locale = request.locale
    let title = action.titles[locale] ?? action.name
    let words = host.words
    try send(purpose: "act", email: email, locale: locale, act: act, lasts: Participants.heldSeconds) { path in
      HostMessage(
        kind: "confirm", to: email, locale: locale,
        subject: words.text("participant.mail.confirm.subject", locale, ["action": title]),
        paragraphs: [words.text("participant.mail.confirm", locale), words.text("participant.mail.ignore", locale)],
        link: path, linkTitle: words.text("participant.confirm.submit", locale))
    }
    return words.text("participant.held", locale, ["email": email])
  }

  /// Sends a link for signing in: the same mail and the same answer whether the address has an account or not.
  func sendEntrance(to email: String, locale: String) throws {
    let words = host.words
    try send(purpose: "enter", email: email, locale: locale, act: "", lasts: Participants.enterSeconds) { path in
      HostMessage(
        kind: "signin", to: email, locale: locale, subject: words.text("participant.mail.enter.subject", locale),
        paragraphs: [words.text("participant.mail.enter", locale), words.text("participant.mail.ignore", locale)],
        link: path, linkTitle: words.text("me.enter.submit", locale))
    }
  }

  private func send(
    purpose: String, email: String, locale: String, act: String, lasts: Int64,
    _ message: @escaping @Sendable (String) -> HostMessage
  ) throws {
    let now = host.ports.now()
    let token = SecretToken(host.ports.sealing)
    let path = purpose == "act" ? "confirm/\(token.text)" : "me/enter/\(token.text)"
    let key = host.secrets.derive("link-email", Array(email.utf8))
    let isTooMany = host.limiter.take(key, limit: Participants.linksAnHour, now: now) != nil
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute("DELETE FROM host_link WHERE expires_at < ?", [.timestamp(now)])
      // The same words sent again are the same act: one mail for a double click.
      let same = try ledgers.host.row(
        """
        SELECT 1 FROM host_link WHERE purpose = 'act' AND purpose = ? AND email = ? AND act = ? AND used_at IS NULL
          AND created_at > ?
        """, [.text(purpose), .text(email), .text(act), .timestamp(now.adding(seconds: -ActRunner.repeatSeconds))])
      guard same == nil, !isTooMany else { return }
      try ledgers.host.execute(
        """
        INSERT INTO host_link(token, purpose, email, locale, act, created_at, expires_at) VALUES(?,?,?,?,?,?,?)
        """,
        [
          .blob(token.digest), .text(purpose), .text(email), .text(locale), .text(act), .timestamp(now),
          .timestamp(now.adding(seconds: lasts)),
        ])
      try host.send(message(path), now: now, in: ledgers)
    }
  }

  /// A link that still works; nil otherwise. Looking does not use it up.
  func link(_ token: String, purpose: String) throws -> Link? {
    let digest = SecretToken(token, host.ports.sealing).digest
    let now = host.ports.now()
    return try host.ports.store.reading { ledgers in
      try ledgers.host.row(
        """
        SELECT email, locale, act FROM host_link WHERE token = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?
        """, [.blob(digest), .text(purpose), .timestamp(now)]
      ).map { row in
        Link(
          digest: digest, email: try row.text("email"), locale: try row.text("locale"), act: try row.text("act"))
      }
    }
  }

  /// Uses a link up; the condition decides between two presses.
  /// - Throws: ``Problem`` 410.
  func use(_ digest: [UInt8], purpose: String, now: Timestamp, locale: String, in ledgers: Ledgers) throws {
    let used = try ledgers.host.execute(
      "UPDATE host_link SET used_at = ? WHERE token = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?",
      [
        // The day is enough: the hour could be that of a secret act.
        .timestamp(host.moment(now, isSecret: true).stored), .blob(digest), .text(purpose), .timestamp(now),
      ])
    guard used == 1 else {
      throw Problem(status: 410, code: "link", detail: host.words.text("participant.link.gone", locale))
    }
  }

  /// The act that a link holds.
  func heldAct(_ link: Link) -> ActRequest? {
    guard let value = try? JSONValue.parse(Array(link.act.utf8)), let module = value["module"]?.asString,
      let action = value["action"]?.asString, let key = value["key"]?.asString,
      let members = value["values"]?.asObject
    else { return nil }
    var values: [String: [String]] = [:]
    for member in members { values[member.name] = (member.value.asArray ?? []).compactMap(\.asString) }
    var request = ActRequest(
      module: module, action: action, key: key, submission: RawSubmission(values: values), locale: link.locale,
      actor: .anyone, addressKey: [], idempotencyKey: nil)
    request.signals.elapsed = value["suspect"]?.asBool == true ? 0 : nil
    let code = value["code"]?.asString.flatMap { bytes(hexadecimal: $0) }
    request.standing = .link(link.digest, email: link.email, code: code)
    return request
  }
}
