import ParticipationKit

/// `/desk/security`: one's own second factor, password and sessions.
struct SecurityScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }
  private var factor: SecondFactor { SecondFactor(host: host) }

  /// Where a session that is not a full one is led, whatever was asked for; nil for nowhere.
  static func detour(_ session: DeskSession, _ steps: [String]) -> String? {
    switch session.stage {
    case .full: nil
    case .code: "/desk/sign-in/code"
    case .enrolment:
      steps == ["security", "enrol"] || steps == ["sign-out"] ? nil : "/desk/security/enrol"
    }
  }

  func get(_ steps: [String]) throws -> WebResponse {
    switch steps.first {
    case nil: try overview(problem: nil)
    case "enrol": try enrolment(problem: nil)
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }

  func post(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    let person = room.session.person
    switch step {
    case "password":
      do {
        try host.people.changePassword(
          room.session, old: raw.first("old"), new: raw.first("password"), locale: room.locale)
      } catch let problem as Problem where problem.status == 422 || problem.status == 429 {
        return try overview(problem: problem)
      }
      return try overview(told: room.text("security.password.done"), problem: nil)
    case "end": try host.people.endSession(raw.first("session"), of: person.id)
    case "end-others": try host.people.endOtherSessions(room.session)
    case "enrol": return try enrol(raw)
    case "codes": return try shownCodes(factor.renewCodes(person.id), room)
    case "remove":
      try host.people.resetOwnFactor(room.session)
      return .redirect("/desk/security/enrol")
    default: throw Problem.notFound(room.text("error.notFound"))
    }
    return .redirect("/desk/security")
  }

  private func overview(told: String = "", problem: Problem?) throws -> WebResponse {
    let state = try factor.state(of: room.session.person.id)
    var body: [HTMLNode] =
      told.isEmpty ? [] : [.div([.class("told"), .named("role", "status")], [.p(told)])]
    body.append(.section([], [.h2(room.text("security.factor"))] + factorNodes(state)))
    let form = Form(
      title: room.text("security.password"),
      fields: [
        Field(
          "old", .secret, room.text("security.password.old"), required: true, maxLength: 1024,
          autocomplete: "current-password"),
        Field(
          "password", .secret, room.text("security.password.new"), help: room.text("desk.setup.password.help"),
          required: true, maxLength: 1024, autocomplete: "new-password"),
      ], submit: room.text("security.password.submit"))
    body.append(.section([], [room.sheet(form, to: "desk/security/password", id: "password", problem: problem)]))
    body.append(.section([], [.h2(room.text("security.sessions"))] + (try sessionNodes())))
    return room.page(problem?.status ?? 200, title: room.text("desk.security"), body)
  }

  private func factorNodes(_ state: SecondFactor.State) -> [HTMLNode] {
    guard let since = state.since else {
      return [
        .p(room.text("security.factor.none")),
        .p([], [.a(SitePath("desk/security/enrol"), room.text("security.factor.add"), [.class("button")])]),
      ]
    }
    return [
      .p([], [.text(room.text("security.factor.since") + " "), room.moment(since)]),
      .p(room.text("security.codes.left", ["count": String(state.codesLeft)])),
      room.button(room.text("security.codes.renew"), to: "desk/security/codes"),
      room.button(room.text("security.factor.change"), to: "desk/security/remove"),
    ]
  }

  private func sessionNodes() throws -> [HTMLNode] {
    let sessions = try host.people.sessions(of: room.session)
    let rows = sessions.map { session -> [HTMLNode] in
      let device = session.device.isEmpty ? room.text("security.session.unknown") : session.device
      return [
        .text(device), room.moment(session.started),
        session.isThisOne
          ? .text(room.text("security.session.this"))
          : room.button(
            room.text("security.session.end"), to: "desk/security/end",
            fields: [(name: "session", value: session.handle)], hint: device),
      ]
    }
    let headings = ["security.session.device", "security.session.since", "people.change"].map { room.text($0) }
    var nodes: [HTMLNode] = [.table(caption: room.text("security.sessions"), headings: headings, rows: rows)]
    if sessions.count > 1 {
      nodes.append(room.button(room.text("security.session.endOthers"), to: "desk/security/end-others"))
    }
    return nodes
  }

  private func enrolment(problem: Problem?) throws -> WebResponse {
    let person = room.session.person
    let secret = try factor.pendingSecret(of: person.id)
    let address = factor.address(secret: secret, email: person.email)
    let form = Form(
      title: room.text("security.enrol.third"),
      fields: [
        Field(
          "code", .line, room.text("security.step.code"), required: true, maxLength: 40, autocomplete: "one-time-code")
      ], submit: room.text("security.enrol.submit"))
    var body: [HTMLNode] = []
    if room.session.stage == .enrolment { body.append(.p(room.text("security.enrol.must"), [.class("told")])) }
    body += [
      .h2(room.text("security.enrol.first")), .p(room.text("security.enrol.first.help")),
      .h2(room.text("security.enrol.second")),
    ]
    if let picture = QRPicture(address, ports: host.ports.accounts) {
      body.append(picture.node(label: room.text("security.enrol.qr")))
    }
    body += [
      .p(room.text("security.enrol.typed")),
      .p([], [.element(.code, [.class("code"), .id("secret")], [.text(SecondFactor.base32(secret))])]),
      room.sheet(form, to: "desk/security/enrol", id: "enrol", problem: problem, returning: "/desk/security"),
    ]
    return room.page(problem?.status ?? 200, title: room.text("security.enrol.title"), body)
  }

  private func enrol(_ raw: RawSubmission) throws -> WebResponse {
    let person = room.session.person
    let key = host.secrets.derive("signin-code", Array(String(person.id).utf8))
    let codes: [String]
    do {
      try host.people.throttle(key, now: host.ports.now(), locale: room.locale)
      codes = try factor.enrol(person.id, typed: raw.first("code"), locale: room.locale)
    } catch let problem as Problem where problem.status == 422 || problem.status == 429 {
      return try enrolment(problem: problem)
    }
    host.limiter.refund(key)
    // What the session may do grew, so it gets a new name; the others end, because they never showed a second factor.
    try host.people.endOtherSessions(room.session)
    let started = try host.people.promote(
      room.session, request: SignInRequest(room.request, cookie: Desk.cookieName, host: host))
    guard let session = try host.people.session(started.token) else { return .redirect("/desk/sign-in") }
    let fresh = DeskRoom(
      host: host, request: room.request, session: session, locale: room.locale, steps: room.steps)
    return try shownCodes(codes, fresh).adding([Desk.cookie(started.token, host: host)])
  }

  /// Recovery codes, shown once.
  private func shownCodes(_ codes: [String], _ room: DeskRoom) throws -> WebResponse {
    room.page(
      200, title: room.text("security.codes.title"),
      [
        .p(room.text("security.codes.help"), [.class("lead")]),
        .ol(
          [.class("codes")],
          items: codes.map { .element(.code, [.class("code")], [.text(CodeSymbols.printed($0))]) }),
        .p([.class("no-print")], [.a(SitePath("desk"), room.text("security.codes.kept"), [.class("button")])]),
      ])
  }
}

/// `/desk/confirm`: who is signed in shows again who they are, before what could harm others.
struct ConfirmScreen: Sendable {
  let room: DeskRoom

  func get(problem: Problem? = nil, back: String? = nil) throws -> WebResponse {
    let back = Desk.returnPath(back ?? room.request.parameter("return") ?? "")
    let hasFactor = try SecondFactor(host: room.host).state(of: room.session.person.id).since != nil
    var fields = [
      Field(
        "password", .secret, room.text("desk.signIn.password"), required: true, maxLength: 1024,
        autocomplete: "current-password")
    ]
    if hasFactor {
      fields.append(
        Field(
          "code", .line, room.text("security.step.code"), help: room.text("security.step.help"), required: true,
          maxLength: 40, autocomplete: "one-time-code"))
    }
    let form = Form(title: room.text("security.confirm.title"), fields: fields, submit: room.text("security.confirm"))
    return room.page(
      problem?.status ?? 200, title: form.title,
      [
        .p(room.text("security.confirm.why"), [.class("lead")]),
        room.sheet(form, to: "desk/confirm", id: "confirm", problem: problem, returning: back, showsTitle: false),
      ])
  }

  func post(_ raw: RawSubmission) throws -> WebResponse {
    let back = Desk.returnPath(raw.first("return"))
    do {
      try room.host.people.confirm(
        room.session, password: raw.first("password"), code: raw.first("code"), locale: room.locale)
    } catch let problem as Problem where problem.status == 422 || problem.status == 429 {
      return try get(problem: problem, back: back)
    }
    return .redirect(back)
  }
}
