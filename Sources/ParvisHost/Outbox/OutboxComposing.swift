import ParticipationKit

extension Outbox {
  /// What a row says now; nil when nothing is left to say or nobody to say it to.
  /// - Parameter forDesk: Whether it is only to be read by staff: then no link in it works and no code stands in it.
  func payload(_ row: Row, now: Timestamp, forDesk: Bool = false, in ledgers: Ledgers) throws -> OutboxJob.Payload? {
    if try row.text("channel") == "call" { return try call(row, in: ledgers).map { .call($0) } }
    return try mail(row, forDesk: forDesk, in: ledgers).map { .mail($0) }
  }

  /// The mail of a row, as it would leave now.
  func mail(_ row: Row, forDesk: Bool = false, in ledgers: Ledgers) throws -> ComposedMail? {
    guard let settings = host.outgoing.mail, let content = MailContent(try row.text("content")),
      let address = row.optionalInt("address"), let entry = try host.addresses.entry(address, in: ledgers),
      let to = entry.email
    else { return nil }
    let locale = try row.text("locale")
    let isAsked = try row.bool("is_asked")
    guard let letter = try letter(content, subject: try row.text("subject"), locale: locale, in: ledgers) else {
      return nil
    }
    let id = try row.int("id")
    let scope = content.scope
    return try compose(
      letter, settings: settings,
      MailComposer.Envelope(
        to: to, subject: letter.subject, date: try row.timestamp("created_at"), messageID: messageID(id, settings),
        unsubscribe: isAsked
          ? nil : host.serverBase + "follow/stop/\(scope)/\(entry.id)-\(host.addresses.token(entry, scope))"),
      footer: footer(
        FooterLinks(
          choices: "\(entry.id)-\(host.addresses.token(entry, "p"))",
          data: DataLinks(host: host).mailed(entry, on: try row.timestamp("created_at"))), isAsked: isAsked,
        locale: locale), locale: locale, forDesk: forDesk)
  }

  /// A subject line with the blocks below it.
  struct Letter: Sendable {
    let subject: String
    let blocks: [MailBlock]
  }

  func letter(_ content: MailContent, subject: String, locale: String, in ledgers: Ledgers) throws -> Letter? {
    switch content {
    case .blocks(let blocks): Letter(subject: subject, blocks: blocks)
    case .events(let ids, let frequency):
      try EventLetters(host: host).letter(ids, frequency: frequency, locale: locale, in: ledgers)
    }
  }

  func compose(
    _ letter: Letter, settings: MailSettings, _ envelope: MailComposer.Envelope, footer: [MailBlock], locale: String,
    forDesk: Bool = false
  ) throws -> ComposedMail {
    let text = MailText(
      site: host.facts.address, server: host.serverBase, locale: locale, hidesSecrets: forDesk)
    let composer = MailComposer(settings: settings, sha256: host.ports.sealing.sha256)
    return try composer.compose(
      envelope, text: text.plain(letter.blocks, footer: footer),
      html: text.html(title: letter.subject, letter.blocks, footer: footer), files: letter.blocks.compactMap(\.file))
  }

  /// The same for the same message, whenever it is tried; nobody else can make one, which is how a refusal that comes
  /// back is recognised.
  func messageID(_ id: Int, _ settings: MailSettings) -> String {
    let seal = host.secrets.derive("message-id", Array(String(id).utf8)).prefix(12)
    return "\(id).\(hexadecimal(Array(seal)))@\(settings.from.domain)"
  }

  /// What the links at the foot of a message are for one address.
  struct FooterLinks: Sendable {
    /// The name of its page of choices.
    let choices: String
    /// The name of the page of what is held about it.
    let data: String
  }

  /// What stands at the foot of every message to a resident: why it came, how to choose or stop unless it was asked for
  /// a moment ago, and always the way to one's own data.
  func footer(_ links: FooterLinks, isAsked: Bool, locale: String) -> [MailBlock] {
    let commune = ["commune": host.facts.name]
    var blocks: [MailBlock] = [
      .paragraph(host.words.text(isAsked ? "mail.footer.asked" : "mail.footer.why", locale, commune))
    ]
    if !isAsked {
      blocks.append(.link(host.words.text("mail.footer.choose", locale), server: "follow/p/\(links.choices)"))
    }
    blocks.append(.link(host.words.text("mail.footer.data", locale), server: "me/data/\(links.data)"))
    return blocks
  }

  /// A message to try the transport with; nil when the commune sends no mail.
  /// - Throws: ``MailHeaderError``.
  public func testJob(to address: MailAddress, locale: String) throws -> OutboxJob? {
    guard let settings = host.outgoing.mail else { return nil }
    let commune = ["commune": host.facts.name]
    let letter = Letter(
      subject: host.words.text("mail.test.subject", locale, commune),
      blocks: [.paragraph(host.words.text("mail.test.text", locale, commune))])
    let nonce = hexadecimal(host.ports.sealing.random(8))
    let mail = try compose(
      letter, settings: settings,
      MailComposer.Envelope(
        to: address, subject: letter.subject, date: host.ports.now(),
        messageID: "test.\(nonce)@\(settings.from.domain)", unsubscribe: nil),
      footer: [.paragraph(host.words.text("mail.footer.asked", locale, commune))], locale: locale)
    return OutboxJob(id: 0, kind: "test", payload: .mail(mail))
  }

  private func call(_ row: Row, in ledgers: Ledgers) throws -> WebhookCall? {
    guard case .events(let ids, _)? = MailContent(try row.text("content")), let id = ids.first,
      let event = try EventLetters(host: host).event(id, in: ledgers)
    else { return nil }
    return WebhookCall(hook: try row.text("hook"), id: try row.int("id"), body: event.json(host).bytes)
  }
}

extension MailBlock {
  fileprivate var file: MailComposer.File? {
    if case .file(_, let name, let text) = storage { MailComposer.File(name: name, text: text) } else { nil }
  }
}

extension MailContent {
  /// What one click ends: messages of this frequency, or all.
  var scope: String { if case .events(_, let frequency) = self { frequency } else { "all" } }
}
