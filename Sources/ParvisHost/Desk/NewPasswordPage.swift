import ParticipationKit

/// `/desk/password/<token>`: a new password for who forgot the old one. Looking at it uses nothing up.
struct NewPasswordPage: Sendable {
  let host: Host

  func answer(_ request: WebRequest, token: String, locale: String) throws -> WebResponse {
    guard let person = try host.people.passwordLinkOwner(token) else {
      throw Problem(status: 410, code: "invitation", detail: host.words.text("people.password.gone", locale))
    }
    guard request.method == "POST" else { return page(200, token, person, nil, locale) }
    let raw = try deskForm(request, host, locale)
    do {
      try host.people.setPassword(link: token, raw.first("password"), locale: locale)
      return .redirect("/desk/sign-in")
    } catch let problem as Problem where problem.status == 422 {
      return page(422, token, person, problem, locale)
    }
  }

  private func page(
    _ status: Int, _ token: String, _ person: Person, _ problem: Problem?, _ locale: String
  ) -> WebResponse {
    let words = host.words
    let form = Form(
      title: words.text("people.password.title", locale),
      fields: [
        Field(
          "password", .secret, words.text("desk.setup.password", locale),
          help: words.text("desk.setup.password.help", locale), required: true, maxLength: 1024,
          autocomplete: "new-password")
      ], submit: words.text("people.password.submit", locale))
    let path = "desk/password/\(token)"
    let state = RenderingPort.FormState(
      action: SitePath(path), id: "new-password", values: [:], errors: problem?.fieldErrors ?? [], hidden: [],
      locale: locale, showsTitle: false, isDesk: true)
    let page = Page(
      title: form.title, summary: form.title,
      body: [
        .p(words.text("people.password.intro", locale, ["email": person.email]), [.class("lead")]),
        host.ports.rendering.form(form, state),
      ])
    return .html(status, host.ports.rendering.page(page, path, locale))
  }
}
