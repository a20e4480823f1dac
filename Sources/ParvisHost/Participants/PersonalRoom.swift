import ParticipationKit

/// One request to the personal pages by somebody who is signed in.
struct PersonalRoom: Sendable {
  let host: Host
  let request: WebRequest
  let session: ParticipantSession
  let locale: String
  /// The steps of the address after `/me`.
  let steps: [String]

  func text(_ key: String, _ arguments: [String: String] = [:]) -> String { host.words.text(key, locale, arguments) }

  func answer() throws -> WebResponse {
    guard request.method == "POST" else {
      switch steps.first {
      case nil: return try home(problem: nil)
      case "code": return try home(problem: nil, code: request.parameter("code") ?? "")
      case "do" where steps.count >= 3: return try form(problem: nil, values: [:])
      default: throw Problem.notFound(text("error.notFound"))
      }
    }
    let raw = try deskForm(request, host, locale)
    guard host.constantTimeEqual(raw.first("form_token"), session.formToken) else {
      throw Problem.forbidden(text("error.formToken"))
    }
    switch steps.joined(separator: "/") {
    case "sign-out", "sign-out-all":
      try host.participants.end(session, everywhere: steps == ["sign-out-all"])
      return WebResponse.redirect("/me/sign-in").adding([PersonalPages.cookie("", host: host)])
    case "name":
      return try changing {
        try host.participants.setPublicName(raw.first("name"), of: session.participant, locale: locale)
      }
    case "code": return try changing { try enterCode(raw) }
    default:
      guard steps.first == "do", steps.count >= 3 else { throw Problem.notFound(text("error.notFound")) }
      return try act(raw)
    }
  }

  private func changing(_ body: () throws -> Void) throws -> WebResponse {
    do {
      try body()
    } catch let problem as Problem where problem.status == 422 || problem.status == 429 {
      return try home(problem: problem)
    }
    return .redirect("/me")
  }

  private func enterCode(_ raw: RawSubmission) throws {
    let now = host.ports.now()
    let key = host.secrets.derive("me-code", Array(String(session.participant).utf8))
    if let wait = host.limiter.take(key, limit: 10, now: now) {
      throw Problem(
        status: 429, code: "throttled", detail: text("error.throttled", ["minutes": String((wait + 59) / 60)]),
        retryAfterSeconds: wait)
    }
    try host.ports.store.perform { [host, session, locale] ledgers in
      try host.letters.authorise(
        session.participant, typed: raw.first(Participants.codeField), now: now, locale: locale, in: ledgers)
    }
  }

  // MARK: Pages

  private func page(_ status: Int, _ title: String, _ body: [HTMLNode]) -> WebResponse {
    PersonalPages(host: host).page(status, title, body, request, locale)
  }

  private func sheet(
    _ form: Form, to path: String, id: String, values: [String: [String]] = [:], problem: Problem? = nil,
    showsTitle: Bool = true
  ) -> HTMLNode {
    let own = problem.map { problem in
      problem.fieldErrors.filter { error in form.fields.contains { $0.name == error.field } }
    }
    let state = RenderingPort.FormState(
      action: SitePath(path), id: id, values: values, errors: own ?? [],
      hidden: [("form_token", session.formToken), ("lang", locale)], locale: locale, showsTitle: showsTitle,
      isDesk: true)
    return host.ports.rendering.form(form, state)
  }

  private func home(problem: Problem?, code: String = "") throws -> WebResponse {
    var body: [HTMLNode] = [.p(text("me.lead", ["email": session.email]), [.class("lead")])]
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    body.append(.section([], [.h2(text("me.acts"))] + (try acts())))
    body.append(.p([], [.a(SitePath("me/data"), text("me.data"))]))
    body.append(.section([], try authorization(problem, code: code)))
    let name = Form(
      title: text("me.name.title"),
      fields: [
        Field("name", .line, text("me.name"), help: text("me.name.help"), maxLength: 80, autocomplete: "name")
      ], submit: text("me.name.submit"))
    body.append(
      .section(
        [], [sheet(name, to: "me/name", id: "name", values: ["name": [session.publicName]], problem: problem)]))
    let leave = Form(title: text("me.leave"), fields: [], submit: text("desk.signOut"))
    let leaveAll = Form(title: "", fields: [], submit: text("me.leave.all"))
    body.append(
      .section(
        [],
        [
          sheet(leave, to: "me/sign-out", id: "leave"),
          sheet(leaveAll, to: "me/sign-out-all", id: "leave-all", showsTitle: false),
        ]))
    return page(problem?.status ?? 200, text("me.title"), body)
  }

  private func acts() throws -> [HTMLNode] {
    let receipts = try host.participants.acts(of: session.participant, limit: 100, locale: locale)
    if receipts.isEmpty { return [.p(text("me.acts.none"))] }
    let book = ReceiptBook(host: host)
    let rows = receipts.map { receipt -> HTMLNode in
      let parts = receipt.what.split(separator: "/", maxSplits: 1).map(String.init)
      let title = parts.count == 2 ? host.actionTitle(parts[0], parts[1], locale) : receipt.what
      let sent = DateWords(locale: locale).longWithTime(host.zone.civil(receipt.sent))
      return .fragment([
        .element(.h3, [], [.a(SitePath(book.path(receipt.position)), "\(title) – \(receipt.number)")]),
        .ul(
          [.class("meta")],
          items: [
            .element(.time, [.datetime(receipt.sent.rfc3339)], [.text(sent)]),
            .span(text("receipt.state.\(receipt.state)"), [.class("state \(receipt.state)")]),
          ] + receipt.lines.map { .text($0.value) }),
      ])
    }
    return [.ol([.class("rows")], items: rows)]
  }

  private func authorization(_ problem: Problem?, code: String) throws -> [HTMLNode] {
    let isAuthorized = try host.ports.store.reading {
      try host.participants.authorization(of: session.participant, in: $0) != nil
    }
    if isAuthorized { return [.h2(text("me.code.title")), .p(text("me.code.done"))] }
    // What was scanned is filled in, so this is a line and not a secret; nothing is done until the button is pressed.
    let form = Form(
      title: text("me.code.title"),
      fields: [
        Field(
          Participants.codeField, .line, text("participant.code"), help: text("me.code.help"), required: true,
          maxLength: 60, autocomplete: "off")
      ], submit: text("me.code.submit"))
    let values = code.isEmpty ? [:] : [Participants.codeField: [code]]
    return [sheet(form, to: "me/code", id: "code", values: values, problem: problem)]
  }

  // MARK: Acts

  private var target: (module: String, action: String, key: String) {
    (steps[1], steps[2], steps.dropFirst(3).joined(separator: "/"))
  }

  private func publicAction() throws -> HostedAction {
    guard let action = host.action(target.module, target.action), action.audience.isPublic else {
      throw Problem.notFound(text("error.noAction"))
    }
    return action
  }

  private func form(problem: Problem?, values: [String: [String]]) throws -> WebResponse {
    let action = try publicAction()
    guard
      let form = try host.runner.form(
        action, key: target.key, locale: locale, standing: .account(session.participant))
    else { throw Problem.notFound(text("error.notFound")) }
    var values = values
    if values.isEmpty, !session.publicName.isEmpty { values = ["author": [session.publicName]] }
    var body: [HTMLNode] = []
    if let problem, problem.fieldErrors.isEmpty {
      body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)]))
    }
    body.append(
      sheet(
        form, to: String(request.path.dropFirst()), id: "form", values: values, problem: problem, showsTitle: false))
    body.append(.p([], [.a(SitePath("me"), text("me.title"))]))
    return page(problem?.status ?? 200, form.title, body)
  }

  private func act(_ raw: RawSubmission) throws -> WebResponse {
    _ = try publicAction()
    let now = host.ports.now()
    var act = ActRequest(
      module: target.module, action: target.action, key: target.key, submission: raw, locale: locale, actor: .anyone,
      addressKey: host.secrets.addressKey(request.remoteAddress, at: now), idempotencyKey: nil)
    act.standing = .account(session.participant)
    do {
      let done = try host.runner.runAndWait(act)
      return .redirect("/receipt/\(done.position)-\(done.receiptToken)")
    } catch let problem as Problem where problem.status != 403 && problem.status != 404 {
      return try form(problem: problem, values: raw.values)
    }
  }
}
