import ParticipationKit

/// A message that a person asked for a moment ago, with one link.
struct HostMessage: Sendable {
  /// What it is, as `confirm` or `signin`.
  let kind: String
  /// The address.
  let to: String
  let locale: String
  let subject: String
  let paragraphs: [String]
  /// The path of the link on the server.
  let link: String
  /// What the link does, in a few words.
  let linkTitle: String
}

extension Host {
  /// Hands a message over for delivery, within the transaction of what it is about. Where the commune sends no mail, it
  /// is held for the counter; where it does, no link of anybody lies at the desk.
  func send(_ message: HostMessage, now: Timestamp, in ledgers: Ledgers) throws {
    if outbox.sendsMail {
      guard let address = MailAddress(message.to) else { return }
      let sent = OutgoingMessage(
        kind: message.kind, to: address, locale: message.locale, subject: message.subject,
        blocks: message.paragraphs.map { .paragraph($0) } + [.link(message.linkTitle, server: message.link)],
        isAsked: true)
      try sendMessage(sent, in: ledgers)
      return
    }
    try ledgers.host.execute(
      "DELETE FROM host_held_message WHERE created_at < ?",
      [.timestamp(now.adding(seconds: -Participants.heldSeconds))])
    try ledgers.host.execute(
      """
      INSERT INTO host_held_message(kind, address, locale, subject, body, link, created_at) VALUES(?,?,?,?,?,?,?)
      """,
      [
        .text(message.kind), .text(message.to), .text(message.locale), .text(message.subject),
        .text(message.paragraphs.joined(separator: "\n\n")), .text(HeldLinks(host: self).sealed(message.link)),
        .timestamp(now),
      ])
  }
}
