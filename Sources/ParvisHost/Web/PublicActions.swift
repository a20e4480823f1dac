import ParticipationKit

/// `POST /api/v1/<module>/<action>[/<key>]`: forms and JSON, without cookies.
struct PublicActions: Sendable {
  let host: Host

  func answer(_ request: WebRequest, locale: String, reply: @escaping @Sendable (WebResponse) -> Void) {
    let cors = self.cors(request)
    let parts = request.path.dropFirst("/api/v1/".count).split(
      separator: "/", maxSplits: 2, omittingEmptySubsequences: false
    ).map(String.init)
    let module = parts.first ?? ""
    let name = parts.count > 1 ? parts[1] : ""
    let key = parts.count > 2 ? parts[2] : ""
    guard request.method == "POST" else {
      reply(refuseMethod(request, locale: locale).adding(cors))
      return
    }
    let submission: RawSubmission
    var language = locale
    let action: HostedAction
    do {
      submission = try read(request, locale: locale)
      // The form says in which language its page was read.
      let asked = submission.first("lang")
      if host.facts.languages.contains(asked) { language = asked }
      try checkKey(request, locale: language)
      guard let found = host.action(module, name), found.audience.isPublic else {
        throw Problem.notFound(host.words.text("error.noAction", language))
      }
      action = found
    } catch {
      reply(failure(error, request, locale: language, form: nil).adding(cors))
      return
    }
    let locale = language
    var act = ActRequest(
      module: module, action: name, key: key, submission: submission, locale: locale, actor: .anyone,
      addressKey: host.secrets.addressKey(request.remoteAddress, at: host.ports.now()),
      idempotencyKey: request.header("Idempotency-Key"))
    act.signals = ActSignals(request, sealing: host.ports.sealing, now: host.ports.now())
    // The receipt of the act that is taken back proves enough.
    if action.audience.level == .confirmed, submission.first(Withdrawals.receiptField).isEmpty {
      let held = act
      let isTaken = host.ports.background { reply(hold(held, request).adding(cors)) }
      if !isTaken {
        reply(failure(StoreUnavailable(reason: "busy"), request, locale: locale, form: nil).adding(cors))
      }
      return
    }
    host.perform(act) { [act] result in
      switch result {
      case .success(let done):
        reply(success(done, request).adding(cors))
      case .failure(let error):
        // Rendering the refused form reads the store, so it leaves the writer's thread.
        let isTaken = host.ports.background {
          reply(failure(error, request, locale: locale, form: act).adding(cors))
        }
        // Too much waits: the reason is still said, without the form.
        if !isTaken { reply(failure(error, request, locale: locale, form: nil).adding(cors)) }
      }
    }
  }

  /// An act that waits until its author confirms an address: the same answer whoever they are.
  private func hold(_ act: ActRequest, _ request: WebRequest) -> WebResponse {
    do {
      let told = try host.participants.hold(act)
      if request.prefersJSON {
        let body = JSONValue.object([("held", .object([("message", .string(told))]))])
        return WebResponse(
          status: 202, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
          body: body.bytes)
      }
      let page = Page(
        title: host.words.text("participant.held.title", act.locale), summary: told,
        body: [.div([.class("told"), .named("role", "status")], [.p(told)])])
      return .html(202, host.ports.rendering.page(page, String(request.path.dropFirst()), act.locale))
    } catch {
      return failure(error, request, locale: act.locale, form: act)
    }
  }

  /// The most bytes of an `Idempotency-Key`.
  static let longestKey = 100

  private func checkKey(_ request: WebRequest, locale: String) throws {
    guard let key = request.header("Idempotency-Key"), key.utf8.count > PublicActions.longestKey else { return }
    let limit = String(PublicActions.longestKey)
    throw Problem(
      status: 400, code: "idempotency-key",
      detail: host.words.text("error.idempotencyKey", locale, ["limit": limit]))
  }

  private func read(_ request: WebRequest, locale: String) throws -> RawSubmission {
    switch request.mediaType {
    case "application/x-www-form-urlencoded": try RawSubmission(form: request.body, words: host.words, locale: locale)
    case "application/json": try RawSubmission(json: request.body, words: host.words, locale: locale)
    case "multipart/form-data":
      throw Problem(status: 415, code: "files", detail: host.words.text("error.file.none", locale))
    default: throw Problem(status: 415, code: "media-type", detail: host.words.text("error.mediaType", locale))
    }
  }

  /// The methods of an action: POST, and OPTIONS for browsers that ask from another origin.
  private func refuseMethod(_ request: WebRequest, locale: String) -> WebResponse {
    if request.method == "OPTIONS" {
      return WebResponse(
        status: 204,
        headers: [
          ("Allow", "POST, OPTIONS"), ("Access-Control-Allow-Methods", "POST"),
          ("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key, Parvis-Elapsed, Parvis-Work"),
          ("Access-Control-Max-Age", "86400"),
        ], body: [])
    }
    return ProblemResponder(host: host).json(
      host.wrongMethod(request, locale), instance: request.path, allowed: "POST, OPTIONS")
  }

  /// CORS is exact: the site's own origin and no other, never with credentials.
  func cors(_ request: WebRequest) -> [(name: String, value: String)] {
    guard let origin = request.header("Origin"), origin == host.siteOrigin else { return [("Vary", "Origin")] }
    return [
      ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", "Location"), ("Vary", "Origin"),
    ]
  }

  private func success(_ done: ActResult, _ request: WebRequest) -> WebResponse {
    let path = "/receipt/\(done.position)-\(done.receiptToken)"
    let location = host.serverAddress.map { $0 + path.dropFirst() } ?? path
    guard request.prefersJSON else { return .redirect(location) }
    let body = JSONValue.object([
      (
        "receipt",
        .object([
          ("number", .string(ReceiptBook.number(done.position))), ("url", .string(location)),
          ("message", .string(done.message)), ("repeated", .bool(done.isRepeat)),
        ])
      )
    ])
    return WebResponse(
      status: done.isRepeat ? 200 : 201,
      headers: [("Content-Type", "application/json"), ("Location", location), ("Cache-Control", "no-store")],
      body: body.bytes)
  }

  /// A refused act: problem details, or the form with everything typed.
  private func failure(_ error: any Error, _ request: WebRequest, locale: String, form act: ActRequest?) -> WebResponse
  {
    let responder = ProblemResponder(host: host)
    let problem = responder.problem(error, locale: locale)
    if request.prefersJSON { return responder.json(problem, instance: request.path) }
    guard let act, let action = host.action(act.module, act.action),
      let form = try? host.runner.form(action, key: act.key, locale: locale)
    else { return responder.page(problem, path: String(request.path.dropFirst()), locale: locale) }
    let state = RenderingPort.FormState(
      action: SitePath(request.path), id: "form", values: act.submission.values, errors: problem.fieldErrors,
      hidden: [("lang", locale)], locale: locale, showsTitle: false, isDesk: false)
    let page = Page(
      title: form.title, summary: problem.detail,
      body: [
        // The form itself says which fields are wrong; what stands above it is then the comforting sentence.
        problem.fieldErrors.isEmpty
          ? .div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])
          : .p(problem.detail, [.class("lead")]),
        host.ports.rendering.form(form, state),
      ])
    let bytes = host.ports.rendering.page(page, String(request.path.dropFirst()), locale)
    let retry = problem.retryAfterSeconds.map { [(name: "Retry-After", value: String($0))] } ?? []
    return WebResponse.html(problem.status, bytes).adding(retry)
  }
}

extension Host {
  /// The origin of the site, from its address: scheme, host and port.
  var siteOrigin: String { WebAddress(facts.address).origin }

  /// Where links to the server begin. A commune that is tried out has an address of this machine, and its server may
  /// listen on another port: then what it was reached by counts.
  /// - Parameter authority: Host and port by which the server is reached; nil when it is not known.
  public func linkBase(heardAt authority: String?) -> String {
    if let serverAddress { return serverAddress }
    let own = WebAddress(facts.address).origin
    let isLocal = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { local in
      own == local || own.utf8.starts(with: (local + ":").utf8)
    }
    guard isLocal, let authority, !authority.isEmpty else { return facts.address }
    return "http://\(authority)/"
  }
}
