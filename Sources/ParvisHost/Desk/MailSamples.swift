import ParticipationKit

/// `/desk/mail/samples`: how every kind of message reads, with invented words.
struct MailSamples: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  static let kinds = [
    "receipt", "published", "refused", "withdrawn", "hidden", "redacted", "undone", "answer", "appeal", "follow",
    "notice", "digest", "confirm", "signin", "data", "erased",
  ]

  func get(_ steps: [String]) throws -> WebResponse {
    guard let name = steps.first else {
      return room.page(
        200, title: room.text("maildesk.samples"),
        [
          .ul(
            [.class("rows")],
            items: Self.kinds.map { .a(SitePath("desk/mail/samples/\($0)"), room.text("maildesk.sample.\($0)")) })
        ])
    }
    guard Self.kinds.contains(name), let mail = try mail(name) else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    if steps.count > 1, steps[1] == "html" { return MailScreens.htmlPart(mail.html) }
    let screens = MailScreens(room: room)
    return room.page(
      200, title: room.text("maildesk.sample.\(name)"),
      screens.preview(.mail(mail), path: "desk/mail/samples/\(name)/html") + [
        .p([], [.a(SitePath("desk/mail/samples"), room.text("desk.queue.back"))])
      ])
  }

  private func mail(_ name: String) throws -> ComposedMail? {
    guard let to = MailAddress("odile@exemple.example") else { return nil }
    let settings = host.outgoing.mail ?? MailSettings(from: to, name: host.facts.name)
    let letter = self.letter(name)
    let isAsked = ["follow", "confirm", "signin", "data"].contains(name)
    let server = host.serverBase
    return try host.outbox.compose(
      letter, settings: settings,
      MailComposer.Envelope(
        to: to, subject: letter.subject, date: host.ports.now(), messageID: "sample@\(settings.from.domain)",
        unsubscribe: isAsked ? nil : server + "follow/stop/all/0-sample"),
      footer: host.outbox.footer(
        Outbox.FooterLinks(choices: "0-sample", data: "m-0-sample"), isAsked: isAsked, locale: room.locale),
      locale: room.locale)
  }

  private func text(_ key: String, _ more: [String: String] = [:]) -> String {
    room.text(key, ["commune": host.facts.name].merging(more) { _, new in new })
  }

  private func letter(_ name: String) -> Outbox.Letter {
    let link = MailBlock.link(text("mail.receipt.link"), server: "receipt/0-sample")
    let words = room.text("maildesk.sample.words")
    let title = room.text("maildesk.sample.title")
    switch name {
    case "receipt":
      return Outbox.Letter(
        subject: text("mail.receipt.subject", ["number": "00042"]),
        blocks: [.paragraph(text("mail.receipt.text")), .facts([(text("receipt.number"), "00042")]), link])
    case "published":
      return Outbox.Letter(
        subject: text("mail.decision.subject.published"), blocks: [.paragraph(text("mail.decision.published")), link])
    case "undone":
      return Outbox.Letter(
        subject: text("mail.undone.subject"), blocks: [.paragraph(text("mail.undone.pending")), link])
    case "refused", "withdrawn", "hidden", "redacted":
      let reason = name == "hidden" ? "mod.reason.flags" : "reason.personal-data"
      // What the moderator wrote; nobody did where a rule hides.
      let message: [MailBlock] = name == "hidden" ? [] : [.quote(words)]
      return Outbox.Letter(
        subject: text("mail.decision.subject.\(name)"),
        blocks: [.paragraph(text("mail.decision.\(name)"))] + message + [
          .facts([
            (text("mod.statement.measure"), text("mod.measure.\(name).author")),
            (text("mod.statement.reason"), text(reason)),
          ]), link,
        ])
    case "answer":
      return Outbox.Letter(
        subject: text("mail.answer.subject"),
        blocks: [.paragraph(text("mail.answer.text", ["author": host.facts.name])), .quote(words), link])
    case "appeal":
      return Outbox.Letter(
        subject: text("mail.appeal.subject.confirmed"),
        blocks: [
          .paragraph(text("mail.appeal.confirmed")), .quote(words), .paragraph(text("mod.appeal.next")), link,
        ])
    case "confirm", "signin", "data", "erased": return own(name)
    case "follow":
      return Outbox.Letter(
        subject: text("mail.follow.subject"),
        blocks: [
          .paragraph(text("mail.follow.text", ["title": title])),
          .link(text("mail.follow.link"), server: "follow/confirm/sample"), .paragraph(text("mail.follow.days")),
        ])
    case "notice":
      return Outbox.Letter(
        subject: title,
        blocks: [.paragraph(title), .quote(words), .link(text("mail.event.read"), page: "index.html")])
    default:
      let event: [MailBlock] = [.heading(title), .quote(words), .link(text("mail.event.read"), page: "index.html")]
      return Outbox.Letter(
        subject: text("mail.digest.daily", ["count": "2"]),
        blocks: [.paragraph(text("mail.digest.intro", ["count": "2"]))] + event + event)
    }
  }

  /// What the host writes about an act that waits, an entrance, somebody's own data; with links that lead nowhere.
  private func own(_ name: String) -> Outbox.Letter {
    switch name {
    case "confirm":
      return Outbox.Letter(
        subject: text("participant.mail.confirm.subject", ["action": host.comments.action.titles[room.locale] ?? ""]),
        blocks: [
          .paragraph(text("participant.mail.confirm")), .paragraph(text("participant.mail.ignore")),
          .link(text("participant.confirm.submit"), server: "confirm/sample"),
        ])
    case "signin":
      return Outbox.Letter(
        subject: text("participant.mail.enter.subject"),
        blocks: [
          .paragraph(text("participant.mail.enter")), .paragraph(text("participant.mail.ignore")),
          .link(text("me.enter.submit"), server: "me/enter/sample"),
        ])
    case "data":
      return Outbox.Letter(
        subject: text("privacy.mail.subject"),
        blocks: [.paragraph(text("privacy.mail")), .link(text("privacy.mail.button"), server: "me/data/sample")])
    default:
      return Outbox.Letter(
        subject: text("mail.erased.subject"),
        blocks: [
          .paragraph(text("mail.erased.text", ["count": "2"])), .paragraph(text("mail.erased.notYou")),
        ])
    }
  }
}
