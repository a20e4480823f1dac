import ParticipationKit

/// What anybody can do: sign up, and sign off with the receipt.
struct SignupActions {
  let site: Site

  var all: [Action] { [signUp, signOff] }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  private var signUp: Action {
    Action(
      "sign-up", titles: ["fr": "S’inscrire à un atelier", "en": "Sign up for a workshop"], hourlyLimit: 12,
      form: { context in
        guard let session = try SessionTable(ledger: context.ledger).find(context.key) else {
          return context.key.isEmpty ? signUpForm(context.locale, intro: "") : nil
        }
        try refuseIfClosed(session, context.now, context.locale)
        return signUpForm(context.locale, intro: say(session.free > 0 ? "signUp.free" : "signUp.full", context.locale))
      },
      perform: { context, form in try signUp(context, form) })
  }

  private func signUpForm(_ locale: String, intro: String) -> Form {
    Form(
      title: say("signUp", locale), intro: intro.isEmpty ? .empty : .p(intro),
      fields: [
        Field("name", .line, say("field.name", locale), required: true, maxLength: 120, autocomplete: "name"),
        Field(
          "email", .email, say("field.email", locale), help: say("field.email.help", locale), autocomplete: "email"),
        Field(
          "phone", .line, say("field.phone", locale), help: say("field.phone.help", locale), maxLength: 40,
          autocomplete: "tel"),
      ], submit: say("signUp", locale))
  }

  private func refuseIfClosed(_ session: Session, _ now: Timestamp, _ locale: String) throws {
    if session.isCancelled { throw Problem.conflict(say("error.cancelled", locale)) }
    guard session.takesSignups(at: now) else {
      let date = DateWords(locale: locale).longWithTime(site.zone.civil(session.text.closes))
      throw Problem.conflict(say("error.closed", locale, ["date": date]))
    }
  }

  private func signUp(_ context: ActionContext, _ form: Submission) throws -> Outcome {
    let locale = context.locale
    let sessions = SessionTable(ledger: context.ledger)
    guard let session = try sessions.find(context.key) else { throw Problem.notFound(say("error.noSession", locale)) }
    try refuseIfClosed(session, context.now, locale)
    let name = ByteText.singleLine(form.text("name"))
    guard !name.isEmpty else { throw Problem.invalid("name", say("error.name", locale)) }
    let email = form.optionalText("email").map { ByteText.trimmed($0) }
    let phone = form.optionalText("phone").map { ByteText.singleLine($0) }.flatMap { $0.isEmpty ? nil : $0 }
    guard email != nil || phone != nil else { throw Problem.invalid("phone", say("error.contact", locale)) }
    let isConfirmed = session.free > 0
    let id = try SignupTable(ledger: context.ledger).add(
      session: session.key, name: name, email: email, phone: phone, isConfirmed: isConfirmed,
      right: context.participant.right, now: context.now)
    try sessions.touch(session.key, now: context.now)
    let subject = site.subject("signup", id)
    if let email { try context.informAuthor(email, about: subject, updates: true) }
    let rank = ["rank": String(session.waiting + 1)]
    return Outcome(
      subject: subject, changed: Places(site: site).changed(session.key),
      message: say(isConfirmed ? "done.confirmed" : "done.waiting", locale, rank),
      lines: [
        (say("line.session", locale), session.text.title),
        (say("line.when", locale), DateWords(locale: locale).longWithTime(site.zone.civil(session.text.starts))),
        (say("line.place", locale), session.text.place),
      ])
  }

  private var signOff: Action {
    Action(
      "sign-off", titles: ["fr": "Se désinscrire d’un atelier", "en": "Sign off from a workshop"], hourlyLimit: 12,
      form: { context in
        if !context.key.isEmpty {
          guard let session = try SessionTable(ledger: context.ledger).find(context.key) else { return nil }
          guard session.text.ends > context.now else {
            throw Problem.conflict(say("error.over", context.locale))
          }
        }
        return Form(
          title: say("signOff", context.locale), fields: [], submit: say("signOff", context.locale))
      },
      perform: { context, _ in
        let table = SignupTable(ledger: context.ledger)
        let mine = try table.present(right: context.participant.right, session: context.key)
        // The office gave the place back, or an erasure did.
        guard let first = mine.first else { throw Problem.conflict(say("error.noSignup", context.locale)) }
        return Outcome(
          subject: site.subject("signup", first.id), changed: try Places(site: site).release(mine, context),
          message: say("done.left", context.locale))
      }
    ).withdrawing("sign-up")
  }
}
