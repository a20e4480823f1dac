import ParticipationKit

/// `/desk/sign-in/code`: the second step of signing in, for who gave the right password.
struct SecondStepPage: Sendable {
  let host: Host

  func answer(_ request: WebRequest, locale: String) throws -> WebResponse {
    guard let token = request.cookie(Desk.cookieName), let session = try host.people.session(token),
      session.stage == .code
    else { return .redirect("/desk/sign-in") }
    guard request.method == "POST" else { return page(200, session, nil, locale) }
    let raw = try deskForm(request, host, locale)
    let kept = KeptForm(signIn: raw)
    guard host.constantTimeEqual(raw.first("form_token"), session.formToken) else {
      throw Problem.forbidden(host.words.text("error.formToken", locale))
    }
    do {
      let started = try host.people.finishSignIn(
        session, typed: raw.first("code"), request: SignInRequest(request, cookie: Desk.cookieName, host: host),
        locale: locale)
      let cookie = Desk.cookie(started.token, host: host)
      guard let kept, let session = try host.people.session(started.token) else {
        return WebResponse.redirect("/desk").adding([cookie])
      }
      return kept.page(session, host: host, locale: locale).adding([cookie])
    } catch let problem as Problem {
      return page(problem.status, session, problem, locale, keeping: kept)
    }
  }

  /// The form; what was sent before signing in goes along unseen.
  func page(
    _ status: Int, _ session: DeskSession, _ problem: Problem?, _ locale: String, keeping kept: KeptForm? = nil
  ) -> WebResponse {
    let words = host.words
    let form = Form(
      title: words.text("security.step.title", locale),
      fields: [
        Field(
          "code", .line, words.text("security.step.code", locale), help: words.text("security.step.help", locale),
          required: true, maxLength: 40, autocomplete: "one-time-code")
      ], submit: words.text("desk.signIn.submit", locale))
    let state = RenderingPort.FormState(
      action: SitePath("desk/sign-in/code"), id: "code", values: [:], errors: [],
      hidden: [("form_token", session.formToken), ("lang", locale)] + (kept?.hidden ?? []), locale: locale,
      showsTitle: false, isDesk: true)
    var body: [HTMLNode] = []
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    body.append(host.ports.rendering.form(form, state))
    body.append(.p([], [.a(SitePath("desk/sign-in"), words.text("security.step.again", locale))]))
    let page = Page(title: form.title, summary: form.title, body: body)
    return .html(status, host.ports.rendering.page(page, "desk/sign-in/code", locale))
  }
}
