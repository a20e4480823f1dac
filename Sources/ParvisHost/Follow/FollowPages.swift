import ParticipationKit

/// `/follow/…`: asking, confirming, choosing, stopping. No cookie is read, and looking at a page changes nothing.
struct FollowPages: Sendable {
  let host: Host

  func answer(_ request: WebRequest, locale: String) -> WebResponse {
    let response: WebResponse
    do {
      guard ["GET", "HEAD", "POST"].contains(request.method) else {
        throw host.wrongMethod(request, locale)
      }
      let steps = request.path.split(separator: "/", maxSplits: 2).dropFirst().map(String.init)
      let rest = steps.count > 1 ? steps[1] : ""
      switch steps.first {
      case "ask" where request.method == "POST": response = try ask(request, rest, locale)
      case "confirm": response = try confirm(request, rest, locale)
      case "p": response = try FollowChoices(host: host).answer(request, rest, locale)
      case "stop": response = try stop(request, rest, locale)
      default: throw Problem.notFound(host.words.text("error.notFound", locale))
      }
    } catch {
      let problem = ProblemResponder(host: host).problem(error, locale: locale)
      let path = String(request.path.dropFirst())
      let responder = ProblemResponder(host: host)
      response =
        request.prefersJSON
        ? responder.json(problem, instance: request.path) : responder.page(problem, path: path, locale: locale)
    }
    return response.adding([
      ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex"), ("X-Frame-Options", "DENY"),
    ])
  }

  private func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    host.words.text(key, locale, arguments)
  }

  func page(_ status: Int, _ title: String, _ body: [HTMLNode], _ request: WebRequest, _ locale: String) -> WebResponse
  {
    let page = Page(title: title, summary: title, body: body)
    return .html(status, host.ports.rendering.page(page, String(request.path.dropFirst()), locale))
  }

  /// The same answer for every address, known or not.
  private func ask(_ request: WebRequest, _ key: String, _ asked: String) throws -> WebResponse {
    let raw = try deskForm(request, host, asked)
    let locale = host.facts.languages.contains(raw.first("lang")) ? raw.first("lang") : asked
    guard raw.first("website").isEmpty else {
      throw Problem(status: 400, code: "robot", detail: text("error.robot", locale))
    }
    guard host.outbox.sendsMail, let subject = Subject(key),
      let target = try host.ports.store.reading({ try host.follows.target(subject, locale: locale, in: $0) })
    else { throw Problem.notFound(text("error.notFound", locale)) }
    let limit = host.secrets.addressKey(request.remoteAddress, at: host.ports.now()) + Array("follow".utf8)
    if let wait = host.limiter.take(limit, limit: 20, now: host.ports.now()) {
      throw Problem(
        status: 429, code: "too-many",
        detail: text("error.tooMany", locale, ["minutes": String((wait + 59) / 60)]), retryAfterSeconds: wait)
    }
    do {
      let form = host.follows.form(locale: locale)
      let submission = try FormChecker(words: host.words, locale: locale).check(raw, against: form)
      guard let email = MailAddress(submission.text("email")) else {
        throw Problem.invalid("email", text("error.email", locale))
      }
      let frequency = submission.text("frequency")
      try host.ports.store.perform { ledgers in
        try host.follows.ask(
          email, subject: subject, title: target.title, frequency: frequency, locale: locale, in: ledgers)
      }
    } catch let problem as Problem where problem.status == 422 && !request.prefersJSON {
      return refused(problem, raw, request, locale)
    }
    if request.prefersJSON {
      // The script of the page shows it in the place of the form.
      let body = JSONValue.object([("receipt", .object([("message", .string(text("follow.asked", locale)))]))])
      return WebResponse(
        status: 202, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body: body.bytes)
    }
    return page(
      202, text("follow.asked.title", locale),
      [.p(text("follow.asked", locale), [.class("lead")]), back(target, locale)], request, locale)
  }

  private func refused(
    _ problem: Problem, _ raw: RawSubmission, _ request: WebRequest, _ locale: String
  ) -> WebResponse {
    let form = host.follows.form(locale: locale)
    let state = RenderingPort.FormState(
      action: SitePath(request.path), id: "follow", values: raw.values, errors: problem.fieldErrors,
      hidden: [("lang", locale)], locale: locale, showsTitle: false, isDesk: false)
    return page(
      422, form.title, [.p(problem.detail, [.class("lead")]), host.ports.rendering.form(form, state)], request, locale)
  }

  private func back(_ target: FollowTarget, _ locale: String) -> HTMLNode {
    guard let path = host.pagePath(target.document, locale) else { return .empty }
    let place = target.anchor.isEmpty ? path : path.at(target.anchor)
    return .p([], [.a(external: host.facts.address + place.description, target.title)])
  }

  /// A form of one button, for pages where a link alone must do nothing.
  func button(_ path: String, _ label: String, step: String = "", quiet: Bool = false, _ locale: String) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath(path))],
      [
        .element(.input, [.named("type", "hidden"), .named("name", "lang"), .named("value", locale)]),
        .element(.input, [.named("type", "hidden"), .named("name", "step"), .named("value", step)]),
        .element(
          .button, [.class(quiet ? "button quiet" : "button"), .named("type", "submit")], [.text(label)]),
      ])
  }

  private func confirm(_ request: WebRequest, _ token: String, _ asked: String) throws -> WebResponse {
    guard let found = try host.ports.store.reading({ try host.follows.request(token, in: $0) }) else {
      throw Problem(status: 410, code: "link", detail: text("follow.expired", asked))
    }
    let locale = found.locale
    let target = try host.ports.store.reading { try host.follows.target(found.subject, locale: locale, in: $0) }
    guard let target else { throw Problem(status: 410, code: "link", detail: text("follow.gone", locale)) }
    if found.isUsed {
      return page(
        200, text("follow.confirmed.title", locale),
        [.p(text("follow.used", locale), [.class("lead")]), back(target, locale)], request, locale)
    }
    guard request.method == "POST" else {
      return page(
        200, text("follow.confirm.title", locale),
        [
          .p(text("follow.confirm", locale, ["title": target.title]), [.class("lead")]),
          .p(text("follow.frequency.\(found.frequency)", locale)),
          button("follow/confirm/\(token)", text("follow.confirm.submit", locale), locale),
        ], request, locale)
    }
    let link = try host.ports.store.perform { ledgers in
      // Decided again where it is written: two presses of the button are one.
      guard let again = try host.follows.request(token, in: ledgers), !again.isUsed else { return "" }
      let entry = try host.follows.confirm(token, again, in: ledgers)
      return "/follow/p/\(entry.id)-\(host.addresses.token(entry, "p"))?done=confirmed"
    }
    return .redirect(link.isEmpty ? request.path : link)
  }

  /// `/follow/stop/<scope>/<id>-<token>`: a page with one button, and the target of RFC 8058's one click.
  private func stop(_ request: WebRequest, _ rest: String, _ locale: String) throws -> WebResponse {
    let parts = rest.split(separator: "/").map(String.init)
    guard parts.count == 2, ["all", "now", "daily", "weekly"].contains(parts[0]),
      let entry = try host.ports.store.reading({ try host.addresses.entry(link: parts[1], parts[0], in: $0) })
    else { throw Problem(status: 410, code: "link", detail: text("follow.unknown", locale)) }
    let locale = entry.locale
    guard request.method == "POST" else {
      return page(
        200, text("follow.stop.title", locale),
        [
          .p(text("follow.stop.\(parts[0])", locale), [.class("lead")]),
          button("follow/stop/\(rest)", text("follow.stop.submit", locale), locale),
        ], request, locale)
    }
    try host.ports.store.perform { try host.follows.stop(entry, scope: parts[0], in: $0) }
    return page(
      200, text("follow.stopped.title", locale), [.p(text("follow.stopped", locale), [.class("lead")])], request,
      locale)
  }
}
