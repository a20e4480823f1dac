import ParticipationKit

/// The desk: what staff see and do at `/desk/…`, with a session. Nothing else reads a cookie.
struct Desk: Sendable {
  static let cookieName = "parvis_desk"

  let host: Host

  func answer(_ request: WebRequest, locale: String) -> WebResponse {
    do {
      try host.checkOrigin(request, locale: locale)
      let steps = request.path.split(separator: "/").dropFirst().map(String.init)
      if let open = try openPages(request, steps, locale) { return harden(open) }
      guard let token = request.cookie(Desk.cookieName), let session = try host.people.session(token) else {
        guard let kept = KeptForm(request, steps: steps, host: host, locale: locale) else {
          return harden(.redirect("/desk/sign-in"))
        }
        return harden(SignInPage(host: host).page(401, [:], nil, locale, keeping: kept, at: request.path))
      }
      if let detour = SecurityScreens.detour(session, steps) { return harden(.redirect(detour)) }
      let room = DeskRoom(host: host, request: request, session: session, locale: locale, steps: steps)
      return harden(try room.answer())
    } catch let needed as ConfirmationNeeded {
      return harden(.redirect("/desk/confirm?return=\(PercentCoding.encode(needed.back))"))
    } catch {
      let problem = ProblemResponder(host: host).problem(error, locale: locale)
      return harden(
        ProblemResponder(host: host).page(problem, path: String(request.path.dropFirst()), locale: locale))
    }
  }

  /// Pages that need no session: signing in and the one-time link. Nil for all others.
  private func openPages(_ request: WebRequest, _ steps: [String], _ locale: String) throws -> WebResponse? {
    guard ["sign-in", "setup", "password"].contains(steps.first) else { return nil }
    guard ["GET", "HEAD", "POST"].contains(request.method) else {
      throw host.wrongMethod(request, locale)
    }
    return switch steps.first {
    case "sign-in" where steps.dropFirst().first == "code":
      try SecondStepPage(host: host).answer(request, locale: locale)
    case "sign-in": try SignInPage(host: host).answer(request, locale: locale)
    case "password":
      try NewPasswordPage(host: host).answer(request, token: steps.count > 1 ? steps[1] : "", locale: locale)
    case "setup": try SetupPage(host: host).answer(request, token: steps.count > 1 ? steps[1] : "", locale: locale)
    default: nil
    }
  }

  private func harden(_ response: WebResponse) -> WebResponse {
    response.adding([
      ("X-Frame-Options", "DENY"), ("X-Robots-Tag", "noindex"), ("Referrer-Policy", "same-origin"),
    ])
  }

  /// The cookie of a session. `Secure` when the commune's address is one of https.
  static func cookie(_ token: String, host: Host) -> (name: String, value: String) {
    let secure = (host.serverAddress ?? host.facts.address).utf8.starts(with: "https:".utf8) ? "; Secure" : ""
    let age = token.isEmpty ? 0 : People.sessionSeconds
    return ("Set-Cookie", "\(cookieName)=\(token); Path=/desk; Max-Age=\(age); HttpOnly; SameSite=Strict\(secure)")
  }
}

extension Host {
  /// Whether a request may bring files: a form of the desk, from its own pages, in a session that stands. Asked before
  /// anything of the form is read.
  public func takesFiles(_ request: WebRequest) -> Bool {
    guard Router.hasFileForms(request.path), (try? checkOrigin(request, locale: facts.languages[0])) != nil,
      let token = request.cookie(Desk.cookieName), let session = try? people.session(token)
    else { return false }
    return session.stage == .full
  }

  /// A form behind a session can only come from the server’s own pages: the browser says so by Origin and
  /// Sec-Fetch-Site.
  /// - Throws: ``Problem`` 403.
  func checkOrigin(_ request: WebRequest, locale: String) throws {
    guard request.method == "POST" else { return }
    let refused = Problem.forbidden(words.text("error.formToken", locale))
    if let site = request.header("Sec-Fetch-Site"), site != "same-origin", site != "none" { throw refused }
    guard let origin = request.header("Origin") else { return }
    let authority = request.header("Host") ?? ""
    let own = ["https://\(authority)", "http://\(authority)", WebAddress(serverAddress ?? facts.address).origin]
    guard own.contains(origin) else { throw refused }
  }
}

/// Reads a form of the desk.
func deskForm(_ request: WebRequest, _ host: Host, _ locale: String) throws -> RawSubmission {
  if let parts = request.parts {
    return RawSubmission(values: Dictionary(parts.map { ($0.name, [$0.value]) }, uniquingKeysWith: { $0 + $1 }))
  }
  guard request.mediaType == "application/x-www-form-urlencoded" else {
    throw Problem(status: 415, code: "media-type", detail: host.words.text("error.mediaType", locale))
  }
  return try RawSubmission(form: request.body, words: host.words, locale: locale)
}

/// `/desk/sign-in`.
struct SignInPage: Sendable {
  let host: Host

  func answer(_ request: WebRequest, locale: String) throws -> WebResponse {
    guard request.method == "POST" else { return page(200, [:], nil, locale) }
    let raw = try deskForm(request, host, locale)
    let kept = KeptForm(signIn: raw)
    do {
      let started = try host.people.signIn(
        email: raw.first("email"), password: raw.first("password"),
        request: SignInRequest(request, cookie: Desk.cookieName, host: host), locale: locale)
      let cookie = Desk.cookie(started.token, host: host)
      guard let kept, let session = try host.people.session(started.token) else {
        return WebResponse.redirect(started.stage == .code ? "/desk/sign-in/code" : "/desk").adding([cookie])
      }
      switch started.stage {
      case .full: return kept.page(session, host: host, locale: locale).adding([cookie])
      case .code: return SecondStepPage(host: host).page(200, session, nil, locale, keeping: kept).adding([cookie])
      case .enrolment: return WebResponse.redirect("/desk").adding([cookie])
      }
    } catch let problem as Problem {
      return page(problem.status, ["email": [raw.first("email")]], problem, locale, keeping: kept)
    }
  }

  /// The form, at the address where it is shown; what a person had sent without a session goes along and is offered
  /// again afterwards.
  func page(
    _ status: Int, _ values: [String: [String]], _ problem: Problem?, _ locale: String, keeping kept: KeptForm? = nil,
    at path: String = "/desk/sign-in"
  ) -> WebResponse {
    let words = host.words
    let form = Form(
      title: words.text("desk.signIn.title", locale),
      fields: [
        Field("email", .email, words.text("desk.signIn.email", locale), required: true, autocomplete: "username"),
        Field(
          "password", .secret, words.text("desk.signIn.password", locale), required: true, maxLength: 1024,
          autocomplete: "current-password"),
      ], submit: words.text("desk.signIn.submit", locale))
    let state = RenderingPort.FormState(
      action: SitePath("desk/sign-in"), id: "sign-in", values: values, errors: problem?.fieldErrors ?? [],
      hidden: kept?.hidden ?? [], locale: locale, showsTitle: false, isDesk: true)
    var body: [HTMLNode] = []
    if kept != nil {
      body.append(.div([.class("told"), .named("role", "status")], [.p(words.text("desk.kept.signIn", locale))]))
    }
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    body.append(host.ports.rendering.form(form, state))
    let page = Page(title: form.title, summary: form.title, body: body)
    return .html(status, host.ports.rendering.page(page, String(path.dropFirst()), locale))
  }
}

/// `/desk/setup/<token>`: a one-time link that makes an account. Looking at it uses nothing up.
struct SetupPage: Sendable {
  let host: Host

  func answer(_ request: WebRequest, token: String, locale: String) throws -> WebResponse {
    let words = host.words
    guard let role = try host.people.invitedRole(token) else {
      throw Problem(status: 410, code: "invitation", detail: words.text("error.invitation", locale))
    }
    guard request.method == "POST" else { return page(200, token, role, [:], nil, locale) }
    let raw = try deskForm(request, host, locale)
    do {
      let person = try host.people.add(
        email: raw.first("email"), name: ByteText.singleLine(raw.first("name")), role: role,
        password: raw.first("password"), invitation: token, locale: locale)
      let started = try host.people.start(
        person: person.id, role: role, isPasswordOnly: true,
        request: SignInRequest(request, cookie: Desk.cookieName, host: host), now: host.ports.now())
      return WebResponse.redirect("/desk").adding([Desk.cookie(started.token, host: host)])
    } catch let problem as Problem where problem.status == 422 {
      return page(422, token, role, ["email": [raw.first("email")], "name": [raw.first("name")]], problem, locale)
    }
  }

  private func page(
    _ status: Int, _ token: String, _ role: String, _ values: [String: [String]], _ problem: Problem?, _ locale: String
  ) -> WebResponse {
    let words = host.words
    let own = host.roles.role(role)?.title ?? ""
    let roleName = own.isEmpty ? words.text("role.\(role)", locale) : own
    let form = Form(
      title: words.text("desk.setup.title", locale),
      fields: [
        Field(
          "name", .line, words.text("desk.setup.name", locale), required: true, maxLength: 80, autocomplete: "name"),
        Field("email", .email, words.text("desk.signIn.email", locale), required: true, autocomplete: "username"),
        Field(
          "password", .secret, words.text("desk.setup.password", locale),
          help: words.text("desk.setup.password.help", locale), required: true, maxLength: 1024,
          autocomplete: "new-password"),
      ], submit: words.text("desk.setup.submit", locale))
    let path = "desk/setup/\(token)"
    let state = RenderingPort.FormState(
      action: SitePath(path), id: "setup", values: values, errors: problem?.fieldErrors ?? [], hidden: [],
      locale: locale, showsTitle: false, isDesk: true)
    let page = Page(
      title: form.title, summary: form.title,
      body: [
        .p(words.text("desk.setup.intro", locale, ["role": roleName]), [.class("lead")]),
        host.ports.rendering.form(form, state),
      ])
    return .html(status, host.ports.rendering.page(page, path, locale))
  }
}
