import ParticipationKit

/// Makes answers of errors: problem details (RFC 9457) for programs, pages for people.
struct ProblemResponder: Sendable {
  let host: Host

  /// The problem that stands for any error. What is not a ``Problem`` gets a number that can be read out on the
  /// telephone, and is written to the log under that number without anything about the person.
  func problem(_ error: any Error, locale: String) -> Problem {
    if let problem = error as? Problem { return problem }
    let incident = hexadecimal(host.ports.sealing.random(4))
    // An error without a description of its own would print what it holds, which may be somebody's words.
    let description = (error as? any CustomStringConvertible).map { ": \($0.description)" } ?? ""
    host.ports.log("incident=\(incident) error=\(type(of: error))\(description)")
    if let unavailable = error as? StoreUnavailable {
      let key = ["full": "error.full", "disk": "error.disk"][unavailable.reason] ?? "error.busy"
      return Problem(
        status: unavailable.reason == "full" ? 507 : 503, code: unavailable.reason,
        detail: host.words.text(key, locale, ["incident": incident]), retryAfterSeconds: 30)
    }
    if let silent = error as? ModuleUnavailable {
      let name = SitePick.text(host.registry.entry(silent.module)?.manifest.names ?? [:], locale)
      return Problem(
        status: 503, code: "module",
        detail: host.words.text(
          "error.module", locale, ["module": name.isEmpty ? silent.module : name, "incident": incident]),
        retryAfterSeconds: silent.retryAfterSeconds)
    }
    return Problem(
      status: 500, code: "internal", detail: host.words.text("error.internal", locale, ["incident": incident]))
  }

  /// Problem details.
  /// - Parameter allowed: The methods that a 405 names, as RFC 9110 §15.5.6 asks; most pages take these.
  func json(_ problem: Problem, instance: String, allowed: String = "GET, HEAD, POST") -> WebResponse {
    var members: [(String, JSONValue)] = [
      ("type", .string("\(host.facts.address)donnees.html#problem-\(problem.code)")),
      ("title", .string(ProblemResponder.title(problem.status))), ("status", .integer(problem.status)),
      ("detail", .string(problem.detail)), ("instance", .string(instance)),
    ]
    if !problem.fieldErrors.isEmpty {
      members.append(
        (
          "errors",
          .array(
            problem.fieldErrors.map {
              .object([("pointer", .string(ProblemResponder.pointer($0.field))), ("detail", .string($0.message))])
            })
        ))
    }
    return WebResponse(
      status: problem.status,
      headers: [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
        + headers(problem, allowed),
      body: JSONValue.object(members).bytes)
  }

  /// A page that says what happened.
  /// - Parameter allowed: The methods that a 405 names, as RFC 9110 §15.5.6 asks; most pages take these.
  func page(
    _ problem: Problem, path: String, locale: String, body: [HTMLNode] = [], allowed: String = "GET, HEAD, POST"
  ) -> WebResponse {
    let words = host.words
    let home = HTMLNode.a(SitePath("index.html"), words.text("error.home", locale))
    let page = Page(
      title: words.text("error.heading", locale), summary: problem.detail,
      body: [.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])] + body + [
        .p([.class("no-print")], [home])
      ])
    return .html(problem.status, host.ports.rendering.page(page, path, locale)).adding(headers(problem, allowed))
  }

  private func headers(_ problem: Problem, _ allowed: String) -> [(name: String, value: String)] {
    (problem.retryAfterSeconds.map { [("Retry-After", String($0))] } ?? [])
      + (problem.status == 405 ? [("Allow", allowed)] : [])
  }

  /// A JSON pointer to a member as a fragment (RFC 6901 §6).
  static func pointer(_ member: String) -> String {
    var escaped = ""
    for scalar in member.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "#/" + PercentCoding.encode(escaped)
  }

  static func title(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 503: "Service Unavailable"
    case 507: "Insufficient Storage"
    default: "Internal Server Error"
    }
  }
}

/// The store cannot take the act now. The composition throws it for a full disk, a failing one or a full queue.
public struct StoreUnavailable: Error, Sendable {
  /// `full` for a full disk, `disk` for one that fails, `busy` for a full queue.
  public let reason: String

  /// Makes the error.
  public init(reason: String) { self.reason = reason }
}

extension Host {
  /// 405: this address does not take the method of `request`.
  func wrongMethod(_ request: WebRequest, _ locale: String) -> Problem {
    Problem(status: 405, code: "method", detail: words.text("error.method", locale, ["method": request.method]))
  }

  /// Does something that may need a module's process; when that gives no answer, people are told in their words, and
  /// what they typed comes back with it.
  /// - Throws: ``Problem`` 503 in place of `ModuleUnavailable`; what the body throws otherwise.
  func spoken<Value>(_ locale: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let silent as ModuleUnavailable {
      throw ProblemResponder(host: self).problem(silent, locale: locale)
    }
  }
}
