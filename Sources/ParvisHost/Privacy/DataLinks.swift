import ParticipationKit

/// Personal links to one's own data: asked for with an address, sent by mail; the foot of any mail; or a receipt's own
/// secret.
///
/// The answer, its time and what is written are the same for every address, known or not: the mail alone tells, and
/// only its owner reads it.
struct DataLinks: Sendable {
  /// How long a link works, in seconds.
  static let seconds: Int64 = 48 * 3600
  /// How many links one address is sent in an hour, and how many one connection may ask for.
  static let limits = (address: 3, connection: 10)

  /// How many days the link at the foot of a mail works, counted from the mail.
  static let mailedDays: Int64 = 30

  /// Whether a link erases. That at the foot of a mail does not: mails are kept and passed on, so it has a link sent to
  /// the address that erases, and soon ends.
  static func erases(_ token: String) -> Bool { !isMailed(token) }

  private static func isMailed(_ token: String) -> Bool { token.utf8.starts(with: "m-".utf8) }

  let host: Host

  /// The link that every mail carries, for the address it goes to. Nothing is stored: it says the day of the mail, and
  /// the digest covers that too.
  func mailed(_ entry: Addresses.Entry, on date: Timestamp) -> String {
    let day = date.seconds / 86_400
    return "m-\(entry.id)-\(day)-\(host.addresses.token(entry, "data \(day)"))"
  }

  private func mailed(_ name: Substring, in ledgers: Ledgers) throws -> PersonalRights.Key? {
    let parts = name.split(separator: "-", maxSplits: 2).map(String.init)
    guard parts.count == 3, let day = ByteText.decimal(parts[1].utf8),
      host.ports.now().seconds / 86_400 - Int64(day) <= DataLinks.mailedDays
    else { return nil }
    return try host.addresses.entry(link: "\(parts[0])-\(parts[2])", "data \(day)", in: ledgers)?.email.map {
      .email($0.normalised)
    }
  }

  /// Sends a link, unless the address was sent enough; nobody is told which.
  func send(to typed: String, locale: String) throws {
    let email = People.normalised(typed)
    let now = host.ports.now()
    let token = SecretToken(host.ports.sealing)
    let key = host.secrets.derive("data-link", Array(email.utf8))
    let isTooMany = host.limiter.take(key, limit: DataLinks.limits.address, now: now) != nil
    try host.ports.store.perform { ledgers in
      guard !isTooMany else { return }
      try ledgers.host.execute(
        "INSERT INTO host_data_link(token, email, created_at, expires_at) VALUES(?,?,?,?)",
        [
          .blob(token.digest), .text(email), .timestamp(now), .timestamp(now.adding(seconds: DataLinks.seconds)),
        ])
      try host.sendDataLink("me/data/\(token.text)", to: email, locale: locale, now: now, in: ledgers)
    }
  }

  /// Who stands behind a link; nil when it never worked or does no longer. Looking does not use it up.
  func key(_ token: String, in ledgers: Ledgers) throws -> PersonalRights.Key? {
    if token.utf8.starts(with: "r-".utf8) {
      return ReceiptBook(host: host).position(named: token.dropFirst(2)).map { .receipt($0) }
    }
    if DataLinks.isMailed(token) { return try mailed(token.dropFirst(2), in: ledgers) }
    let digest = SecretToken(token, host.ports.sealing).digest
    return try ledgers.host.row(
      "SELECT email FROM host_data_link WHERE token = ? AND expires_at > ?",
      [.blob(digest), .timestamp(host.ports.now())]
    ).map { .email(try $0.text("email")) }
  }
}

extension Host {
  /// Hands the message with a personal link over for delivery, within the transaction that made the link. The one place
  /// by which this part of the host sends anything. Where no mail leaves, it is held for the counter.
  func sendDataLink(
    _ path: String, to email: String, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws {
    let message = HostMessage(
      kind: "data", to: email, locale: locale, subject: words.text("privacy.mail.subject", locale),
      paragraphs: [words.text("privacy.mail", locale, ["commune": facts.name])], link: path,
      linkTitle: words.text("privacy.mail.button", locale))
    try send(message, now: now, in: ledgers)
  }
}
