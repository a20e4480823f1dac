import ParticipationKit

/// `/me…` and `/confirm/<token>`: what a participant does with a mailed link. The only public pages behind a session.
struct PersonalPages: Sendable {
  let host: Host

  static func owns(_ path: String) -> Bool {
    path == "/me" || path.utf8.starts(with: "/me/".utf8) || path.utf8.starts(with: "/confirm/".utf8)
  }

  func answer(_ request: WebRequest, locale: String) -> WebResponse {
    do {
      guard ["GET", "HEAD", "POST"].contains(request.method) else {
        throw host.wrongMethod(request, locale)
      }
      try host.checkOrigin(request, locale: locale)
      let steps = request.path.split(separator: "/").map(String.init)
      if steps.first == "confirm" { return harden(try confirm(request, steps.dropFirst().first ?? "", locale)) }
      if steps.dropFirst().first == "enter" {
        return harden(try enter(request, steps.dropFirst(2).first ?? "", locale))
      }
      if steps.dropFirst().first == "sign-in" { return harden(try signIn(request, locale)) }
      guard let token = request.cookie(Participants.cookieName), let session = try host.participants.session(token)
      else {
        // A code that was scanned is shown also to who is not signed in.
        if steps.dropFirst() == ["code"], request.method != "POST" { return harden(codePage(request, locale)) }
        return harden(.redirect("/me/sign-in"))
      }
      let room = PersonalRoom(
        host: host, request: request, session: session, locale: locale, steps: Array(steps.dropFirst()))
      return harden(try room.answer())
    } catch {
      let problem = ProblemResponder(host: host).problem(error, locale: locale)
      return harden(
        ProblemResponder(host: host).page(problem, path: String(request.path.dropFirst()), locale: locale))
    }
  }

  private func harden(_ response: WebResponse) -> WebResponse {
    response.adding([
      ("X-Frame-Options", "DENY"), ("X-Robots-Tag", "noindex"), ("Referrer-Policy", "same-origin"),
    ])
  }

  /// The cookie of a session.
  static func cookie(_ token: String, host: Host) -> (name: String, value: String) {
    let secure = (host.serverAddress ?? host.facts.address).utf8.starts(with: "https:".utf8) ? "; Secure" : ""
    let age = token.isEmpty ? 0 : Participants.sessionSeconds
    return (
      "Set-Cookie",
      "\(Participants.cookieName)=\(token); Path=/me; Max-Age=\(age); HttpOnly; SameSite=Strict\(secure)"
    )
  }

  func page(_ status: Int, _ title: String, _ body: [HTMLNode], _ request: WebRequest, _ locale: String) -> WebResponse
  {
    let page = Page(title: title, summary: title, body: body)
    return .html(status, host.ports.rendering.page(page, String(request.path.dropFirst()), locale))
  }

  private func sheet(
    _ form: Form, to path: String, values: [String: [String]] = [:], problem: Problem? = nil, _ locale: String
  ) -> [HTMLNode] {
    var nodes: [HTMLNode] = []
    if let problem, problem.fieldErrors.isEmpty {
      nodes.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)]))
    }
    let state = RenderingPort.FormState(
      action: SitePath(path), id: "form", values: values, errors: problem?.fieldErrors ?? [],
      hidden: [("lang", locale)], locale: locale, showsTitle: false, isDesk: true)
    return nodes + [host.ports.rendering.form(form, state)]
  }

  /// `/confirm/<token>`: the page shows what waits; its button does it.
  private func confirm(_ request: WebRequest, _ token: String, _ locale: String) throws -> WebResponse {
    guard let link = try host.participants.link(token, purpose: "act"), let act = host.participants.heldAct(link),
      let action = host.action(act.module, act.action)
    else { throw Problem(status: 410, code: "link", detail: host.words.text("participant.link.gone", locale)) }
    let locale = link.locale
    let title = action.titles[locale] ?? action.name
    if request.method == "POST" {
      let done = try host.runner.runAndWait(act)
      return .redirect("/receipt/\(done.position)-\(done.receiptToken)")
    }
    var body: [HTMLNode] = [.p(host.words.text("participant.confirm.intro", locale), [.class("lead")])]
    if let form = try host.runner.form(action, key: act.key, locale: locale, standing: act.standing) {
      let sent = action.isSecret ? act.submission : act.submission.answering(to: link.email, form)
      let rows = form.fields.filter { $0.kind != .secret && $0.kind != .hidden }.compactMap {
        field -> (String, HTMLNode)? in
        let texts = (sent.values[field.name] ?? []).map { text in
          field.choices.first { $0.value == text }?.label ?? text
        }
        return texts.contains { !$0.isEmpty } ? (field.label, .text(texts.joined(separator: ", "))) : nil
      }
      body.append(.facts(rows))
    }
    let form = Form(title: title, fields: [], submit: host.words.text("participant.confirm.submit", locale))
    body += sheet(form, to: "confirm/\(token)", locale)
    return page(200, title, body, request, locale)
  }

  /// `/me/enter/<token>`: the button of the page signs in.
  private func enter(_ request: WebRequest, _ token: String, _ locale: String) throws -> WebResponse {
    guard let link = try host.participants.link(token, purpose: "enter") else {
      throw Problem(status: 410, code: "link", detail: host.words.text("participant.link.gone", locale))
    }
    let words = host.words
    if request.method == "POST" {
      let session = try host.participants.enter(
        link, request: SignInRequest(request, cookie: Participants.cookieName, host: host))
      return WebResponse.redirect("/me").adding([PersonalPages.cookie(session, host: host)])
    }
    let form = Form(
      title: words.text("me.enter.title", link.locale), fields: [], submit: words.text("me.enter.submit", link.locale))
    return page(
      200, form.title,
      [.p(words.text("me.enter.intro", link.locale, ["email": link.email]), [.class("lead")])]
        + sheet(form, to: "me/enter/\(token)", link.locale), request, link.locale)
  }

  /// `/me/sign-in`: asks for an address and sends a link; the answer is the same for every address.
  private func signIn(_ request: WebRequest, _ locale: String) throws -> WebResponse {
    let words = host.words
    let form = Form(
      title: words.text("me.signIn.title", locale),
      fields: [
        Field(
          "email", .email, words.text("participant.email", locale), help: words.text("me.signIn.help", locale),
          required: true, autocomplete: "email")
      ], submit: words.text("me.signIn.submit", locale))
    guard request.method == "POST" else {
      return page(200, form.title, sheet(form, to: "me/sign-in", locale), request, locale)
    }
    let raw = try deskForm(request, host, locale)
    do {
      let now = host.ports.now()
      let key = Array("me-address".utf8) + host.secrets.addressKey(request.remoteAddress, at: now)
      if let wait = host.limiter.take(key, limit: 20, now: now) {
        let minutes = String((wait + 59) / 60)
        throw Problem(
          status: 429, code: "throttled", detail: words.text("error.throttled", locale, ["minutes": minutes]),
          retryAfterSeconds: wait)
      }
      let sent = try FormChecker(words: words, locale: locale).check(raw, against: form)
      try host.participants.sendEntrance(to: People.normalised(sent.text("email")), locale: locale)
    } catch let problem as Problem {
      return page(
        problem.status, form.title, sheet(form, to: "me/sign-in", values: raw.values, problem: problem, locale),
        request, locale)
    }
    return page(
      200, form.title,
      [.div([.class("told"), .named("role", "status")], [.p(words.text("me.signIn.sent", locale))])], request, locale)
  }

  /// A code that was scanned by somebody who is not signed in.
  private func codePage(_ request: WebRequest, _ locale: String) -> WebResponse {
    let words = host.words
    let symbols = CodeSymbols.read(request.parameter("code") ?? "", count: LetterCodes.length)
    var body: [HTMLNode] = []
    if let symbols {
      body.append(.p([], [.element(.strong, [.class("code")], [.text(CodeSymbols.printed(symbols))])]))
    }
    body += [
      .p(words.text("me.code.use", locale), [.class("lead")]),
      .p([], [.a(SitePath("index.html"), words.text("me.code.site", locale), [.class("button")])]),
      .p([], [.a(SitePath("me/sign-in"), words.text("me.code.account", locale))]),
    ]
    return page(200, words.text("me.code.title", locale), body, request, locale)
  }
}
