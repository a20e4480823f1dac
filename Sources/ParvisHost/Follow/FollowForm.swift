import ParticipationKit

extension Host {
  /// The form for following a subject, folded away until it is asked for; nothing without mail or when the subject
  /// cannot be followed.
  func followForm(on subject: Subject, locale: String, now: Timestamp, in ledgers: Ledgers) throws -> HTMLNode {
    guard outbox.sendsMail, try follows.target(subject, locale: locale, now: now, in: ledgers) != nil else {
      return .empty
    }
    let id = "follow-\(ByteText.slug("\(subject.kind)-\(subject.key)"))"
    let state = RenderingPort.FormState(
      action: SitePath("follow/ask/\(subject)"), id: id, values: ["frequency": ["daily"]], errors: [],
      hidden: [("lang", locale)], locale: locale, showsTitle: false, isDesk: false)
    return .element(
      .details, [.class("say no-print"), .id("\(id)-fold")],
      [
        .element(.summary, [.class("button quiet")], [.text(words.text("follow.open", locale))]),
        ports.rendering.form(follows.form(locale: locale), state),
      ])
  }
}
