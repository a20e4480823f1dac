import ParticipationKit

/// Answers everything that is not an emitted file: actions, receipts, the desk, health.
public struct Router: Sendable {
  let host: Host

  /// Makes the router of a host.
  public init(host: Host) { self.host = host }

  /// What only the server answers, as the beginnings of paths: whatever stands in front passes these on, and every
  /// request to `/api/v1/` that does not read. A name that ends in `/` stands for what is below it.
  public static let serverPaths = ["/healthz", "/desk", "/desk/", "/receipt/", "/follow/", "/me", "/me/", "/confirm/"]

  /// Whether a path belongs to the host; everything else is a file of the site.
  public static func owns(_ path: String, method: String) -> Bool {
    for own in serverPaths where own == path || (own.utf8.last == 0x2F && path.utf8.starts(with: own.utf8)) {
      return true
    }
    return path.utf8.starts(with: "/api/v1/".utf8) && method != "GET" && method != "HEAD"
  }

  /// Whether forms with files go to a path: those of staff actions, and no others.
  public static func hasFileForms(_ path: String) -> Bool { path.utf8.starts(with: "/desk/do/".utf8) }

  /// Answers a request; `reply` is called exactly once, perhaps later and on another thread.
  public func answer(_ request: WebRequest, reply: @escaping @Sendable (WebResponse) -> Void) {
    let locale = self.locale(request)
    func inBackground(_ page: @escaping @Sendable () -> WebResponse) {
      let isTaken = host.ports.background { reply(page()) }
      if !isTaken { reply(busy(request, locale: locale)) }
    }
    if request.path == "/healthz" {
      reply(health(request))
    } else if request.path.utf8.starts(with: "/api/v1/".utf8) {
      PublicActions(host: host).answer(request, locale: locale, reply: reply)
    } else if request.path.utf8.starts(with: "/receipt/".utf8) {
      reply(ReceiptPage(host: host).answer(request, locale: locale))
    } else if DataPages.owns(request.path) {
      inBackground { DataPages(host: host).answer(request, locale: locale) }
    } else if PersonalPages.owns(request.path) {
      inBackground { PersonalPages(host: host).answer(request, locale: locale) }
    } else if request.path.utf8.starts(with: "/follow/".utf8) {
      inBackground { FollowPages(host: host).answer(request, locale: locale) }
    } else {
      // The desk hashes passwords and renders screens: never on a thread that carries requests.
      inBackground { Desk(host: host).answer(request, locale: locale) }
    }
  }

  /// Answers a request whose body is larger than is accepted: says the limit, and that nothing was recorded.
  /// - Parameters:
  ///   - request: The request without its body.
  ///   - limit: The most bytes that are accepted.
  public func tooLarge(_ request: WebRequest, limit: Int) -> WebResponse {
    let locale = self.locale(request)
    let detail = host.words.text("error.bodyTooLarge", locale, ["limit": String(limit >> 10)])
    let problem = Problem(status: 413, code: "too-large", detail: detail)
    let responder = ProblemResponder(host: host)
    let answer =
      request.prefersJSON
      ? responder.json(problem, instance: request.path)
      : responder.page(problem, path: String(request.path.dropFirst()), locale: locale)
    return answer.adding(PublicActions(host: host).cors(request))
  }

  /// Answers for an address below `/api/` where no file lies: programs read problem details, not a page.
  public func missing(_ request: WebRequest) -> WebResponse {
    let locale = self.locale(request)
    return ProblemResponder(host: host).json(
      .notFound(host.words.text("error.notFound", locale)), instance: request.path
    ).adding([("Access-Control-Allow-Origin", "*")])
  }

  /// Answers a method that a file does not take: problem details for programs, a page for people.
  public func wrongMethod(_ request: WebRequest) -> WebResponse {
    let locale = self.locale(request)
    let responder = ProblemResponder(host: host)
    guard !request.path.utf8.starts(with: "/api/".utf8), !request.prefersJSON else {
      return responder.json(host.wrongMethod(request, locale), instance: request.path, allowed: "GET, HEAD")
    }
    return responder.page(
      host.wrongMethod(request, locale), path: String(request.path.dropFirst()), locale: locale, allowed: "GET, HEAD")
  }

  /// Too much waits: 503 with the time after which to come back.
  private func busy(_ request: WebRequest, locale: String) -> WebResponse {
    let responder = ProblemResponder(host: host)
    let problem = responder.problem(StoreUnavailable(reason: "busy"), locale: locale)
    return responder.page(problem, path: String(request.path.dropFirst()), locale: locale)
  }

  private func health(_ request: WebRequest) -> WebResponse {
    do {
      // Anybody may ask, so nothing is told but whether it works; how much waits stands in `parvis doctor`.
      _ = try host.ports.store.reading { try $0.host.row("SELECT 1") }
      let body = JSONValue.object([("status", "ok")]).bytes
      return WebResponse(
        status: 200, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body: body)
    } catch {
      return WebResponse(
        status: 503, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
        body: JSONValue.object([("status", "degraded")]).bytes)
    }
  }

  /// The language of an answer: what the person asked for, else the commune's first.
  private func locale(_ request: WebRequest) -> String {
    let languages = host.facts.languages
    if let asked = request.parameter("lang"), languages.contains(asked) { return asked }
    for part in (request.header("Accept-Language") ?? "").split(separator: ",") {
      // A part can be a lone `;`, which splits into nothing.
      let tag = part.prefix { $0 != ";" }.filter { $0 != " " }.prefix(2).lowercased()
      if languages.contains(tag) { return tag }
    }
    return languages[0]
  }
}
