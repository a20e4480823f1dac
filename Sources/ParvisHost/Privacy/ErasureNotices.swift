import ParticipationKit

/// Tells people whose words somebody at the town hall erased for them, so that nobody's words vanish behind their back.
struct ErasureNotices: Sendable {
  /// The kind of message: its address goes with it when it has left.
  static let kind = "erased"

  struct Recipient: Sendable, Hashable {
    let address: MailAddress
    let locale: String
  }

  let host: Host

  /// Who is to be told: those who left an address with one of the records, and the address that was asked for. To be
  /// read before the erasure takes them away.
  func recipients(of records: [Subject], _ email: String, in ledgers: Ledgers) throws -> [Recipient] {
    guard host.outbox.sendsMail else { return [] }
    var found: [String: Recipient] = [:]
    if let address = MailAddress(email) {
      let locale = try host.addresses.entry(for: address, in: ledgers)?.locale ?? host.facts.languages[0]
      found[address.normalised] = Recipient(address: address, locale: locale)
    }
    for record in records {
      let row = try ledgers.host.row(
        """
        SELECT m.email, c.locale FROM host_contact c JOIN host_mail_address m ON m.id = c.address WHERE c.subject = ?
        """, [.text(record.description)])
      guard let row, let address = row.optionalText("email").flatMap({ MailAddress($0) }) else { continue }
      found[address.normalised] = Recipient(address: address, locale: try row.text("locale"))
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Sends it. The words are not in it.
  func send(to recipients: [Recipient], count: Int, in ledgers: Ledgers) throws {
    for recipient in recipients {
      let locale = recipient.locale
      let commune = ["commune": host.facts.name]
      try host.sendMessage(
        OutgoingMessage(
          kind: ErasureNotices.kind, to: recipient.address, locale: locale,
          subject: host.words.text("mail.erased.subject", locale, commune),
          blocks: [
            .paragraph(host.words.text("mail.erased.text", locale, ["count": String(count)])),
            .paragraph(host.words.text("mail.erased.notYou", locale, commune)),
          ]), in: ledgers)
    }
  }

  /// Removes the address of such a message once it left or will never leave, unless it serves for something else.
  func forget(message id: Int, now: Timestamp, in ledgers: Ledgers) throws {
    let row = try ledgers.host.row(
      "SELECT address FROM host_outbox WHERE id = ? AND kind = ?", [.integer(id), .text(ErasureNotices.kind)])
    guard let address = row?.optionalInt("address") else { return }
    try ledgers.host.execute(
      "UPDATE host_outbox SET address = NULL, content = '', subject = '' WHERE id = ?", [.integer(id)])
    try host.addresses.eraseUnused(address, now: now, in: ledgers)
  }
}
