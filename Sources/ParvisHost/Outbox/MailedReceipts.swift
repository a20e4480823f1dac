import ParticipationKit

/// Receipts by mail: the number, the leaf with its salt, and as a file the same JSON as the receipt's page, so that the
/// act can be checked against a copy of the site without the town hall.
struct MailedReceipts: Sendable {
  let host: Host

  /// The receipt of an act, to the author who left an address with it or who confirmed it by a mailed link. To an
  /// address that nobody confirmed goes everything but the words: the town hall must not carry what somebody wants to
  /// say to somebody else. Nothing is sent for a secret act: a mail would tie an address to an hour.
  func received(
    _ request: ActRequest, _ action: HostedAction, _ outcome: Outcome, position: Int, in ledgers: Ledgers
  ) throws {
    guard host.outbox.sendsMail, !action.isSecret,
      let author = try recipient(request, outcome.subject, position, in: ledgers)
    else { return }
    let locale = author.locale
    func text(_ key: String) -> String { host.words.text(key, locale) }
    let number = ReceiptBook.number(position)
    var facts = [
      (label: text("receipt.number"), value: number),
      (label: text("receipt.action"), value: host.actionTitle(request.module, request.action, locale)),
    ]
    var blocks: [MailBlock] = [.paragraph(text("mail.receipt.text"))]
    let receipt = try self.receipt(position, locale, in: ledgers)
    if let receipt {
      facts += [
        (text("receipt.position"), String(position)), (text("receipt.proof.leaf"), receipt.leaf),
        (text("receipt.proof.salt"), hexadecimal(receipt.salt)),
      ].filter { !$0.1.isEmpty }
    }
    blocks += [.facts(facts), .link(text("mail.receipt.link"), server: path(position))]
    if let receipt {
      blocks += [file(receipt, author), .paragraph(text("mail.receipt.proof"))]
      if !author.isConfirmed, !receipt.payload.isEmpty { blocks.append(.paragraph(text("mail.receipt.unconfirmed"))) }
    }
    try host.sendMessage(
      OutgoingMessage(
        kind: "receipt", to: author.address, locale: locale,
        subject: host.words.text("mail.receipt.subject", locale, ["number": number, "commune": host.facts.name]),
        blocks: blocks, about: outcome.subject, once: "r\(position)"), in: ledgers)
  }

  /// What a later message to the author adds: the link to the receipt, and once a signed head covers the act the file
  /// again, now with the way to that head. Nothing for what came by an import.
  func reminder(of subject: Subject, to author: Authors.Author, in ledgers: Ledgers) throws -> [MailBlock] {
    guard let position = try host.moderation.receipt(of: subject, in: ledgers) else { return [] }
    let link = MailBlock.link(host.words.text("mail.receipt.link", author.locale), server: path(position))
    guard let receipt = try receipt(position, author.locale, in: ledgers), receipt.inclusion != nil else {
      return [link]
    }
    return [link, file(receipt, author)]
  }

  private func recipient(
    _ request: ActRequest, _ subject: Subject, _ position: Int, in ledgers: Ledgers
  ) throws -> Authors.Author? {
    var linked: MailAddress?
    if case .link(_, let email, _) = request.standing { linked = MailAddress(email) }
    // What others do with a record later is no receipt of the author's.
    if try host.moderation.receipt(of: subject, in: ledgers) == position,
      let author = try host.authors.author(of: subject, in: ledgers)
    {
      return Authors.Author(
        address: author.address, locale: author.locale,
        isConfirmed: author.isConfirmed || author.address.normalised == linked?.normalised)
    }
    return linked.map { Authors.Author(address: $0, locale: request.locale, isConfirmed: true) }
  }

  private func path(_ position: Int) -> String { ReceiptBook(host: host).path(position) }

  /// The receipt; nil after an erasure, when there is nothing left that could be proven.
  private func receipt(_ position: Int, _ locale: String, in ledgers: Ledgers) throws -> Receipt? {
    let receipt = try ReceiptBook(host: host).receipt(position: position, locale: locale, in: ledgers)
    return receipt?.salt.isEmpty == true ? nil : receipt
  }

  private func file(_ receipt: Receipt, _ author: Authors.Author) -> MailBlock {
    let value = ReceiptPage(host: host).value(receipt)
    let shown = (value.asObject ?? []).map { ($0.name, $0.name == "payload" && !author.isConfirmed ? .null : $0.value) }
    let name = author.locale == "en" ? "receipt" : "recu"
    return .file(
      host.words.text("mail.receipt.file", author.locale), name: "\(name)-\(receipt.number).json", json: .object(shown))
  }
}
