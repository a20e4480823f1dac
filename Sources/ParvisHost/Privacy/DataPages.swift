import ParticipationKit

/// `/me/data` and `/me/data/<token>`: asking for the link to one's own data, and what stands behind it. No cookie is
/// read; looking changes nothing; only a button acts.
struct DataPages: Sendable {
  static let path = "/me/data"

  let host: Host

  static func owns(_ path: String) -> Bool {
    path == DataPages.path || path.utf8.starts(with: (DataPages.path + "/").utf8)
  }

  func answer(_ request: WebRequest, locale: String) -> WebResponse {
    let response: WebResponse
    do {
      guard ["GET", "HEAD", "POST"].contains(request.method) else {
        throw host.wrongMethod(request, locale)
      }
      let token = String(request.path.dropFirst(DataPages.path.count + 1))
      response = try token.isEmpty ? ask(request, locale) : own(request, token, locale)
    } catch {
      let responder = ProblemResponder(host: host)
      let problem = responder.problem(error, locale: locale)
      response =
        request.prefersJSON
        ? responder.json(problem, instance: DataPages.path)
        : responder.page(problem, path: String(request.path.dropFirst()), locale: locale)
    }
    return response.adding([
      ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex"), ("X-Frame-Options", "DENY"),
    ])
  }

  func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    host.words.text(key, locale, arguments)
  }

  /// A page at a path, from which its links are counted.
  private func page(
    _ status: Int, _ title: String, _ body: [HTMLNode], at path: String = "me/data", _ locale: String
  ) -> WebResponse {
    .html(status, host.ports.rendering.page(Page(title: title, summary: title, body: body), path, locale))
  }

  // MARK: Asking

  private func ask(_ request: WebRequest, _ asked: String) throws -> WebResponse {
    let statement = host.privacyStatement
    guard request.method == "POST" else {
      return page(200, text("privacy.ask.title", asked), [sheet(statement.askForm(asked), [:], [], asked)], asked)
    }
    let raw =
      request.mediaType == "application/json"
      ? try RawSubmission(json: request.body, words: host.words, locale: asked) : try deskForm(request, host, asked)
    let locale = host.facts.languages.contains(raw.first("lang")) ? raw.first("lang") : asked
    guard raw.first("website").isEmpty else {
      throw Problem(status: 400, code: "robot", detail: text("error.robot", locale))
    }
    let key = Array("data-link".utf8) + host.secrets.addressKey(request.remoteAddress, at: host.ports.now())
    if let wait = host.limiter.take(key, limit: DataLinks.limits.connection, now: host.ports.now()) {
      throw Problem(
        status: 429, code: "too-many", detail: text("error.tooMany", locale, ["minutes": String((wait + 59) / 60)]),
        retryAfterSeconds: wait)
    }
    do {
      let submission = try FormChecker(words: host.words, locale: locale).check(raw, against: statement.askForm(locale))
      try DataLinks(host: host).send(to: submission.text("email"), locale: locale)
    } catch let problem as Problem where problem.status == 422 && !request.prefersJSON {
      return page(
        422, text("privacy.ask.title", locale),
        [sheet(statement.askForm(locale), raw.values, problem.fieldErrors, locale)], locale)
    }
    if request.prefersJSON {
      let body = JSONValue.object([("receipt", .object([("message", .string(text("privacy.asked", locale)))]))])
      return WebResponse(
        status: 202, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body: body.bytes)
    }
    return page(202, text("privacy.asked.title", locale), [.p(text("privacy.asked", locale), [.class("lead")])], locale)
  }

  private func sheet(
    _ form: Form, _ values: [String: [String]], _ errors: [Problem.FieldError], _ locale: String
  ) -> HTMLNode {
    host.ports.rendering.form(
      form,
      RenderingPort.FormState(
        action: SitePath("me/data"), id: "my-data", values: values, errors: errors, hidden: [("lang", locale)],
        locale: locale, showsTitle: false, isDesk: false))
  }

  // MARK: One's own data

  private func own(_ request: WebRequest, _ token: String, _ locale: String) throws -> WebResponse {
    let gone = Problem(status: 410, code: "link", detail: text("privacy.link.gone", locale))
    guard let key = try host.ports.store.reading({ try DataLinks(host: host).key(token, in: $0) }) else { throw gone }
    guard request.method == "POST" else { return try show(key, token, done: nil, locale) }
    let raw = try deskForm(request, host, locale)
    switch raw.first("step") {
    case "export":
      let value = try host.rights.export(key, actor: .anyone, locale: locale)
      return WebResponse(
        status: 200,
        headers: [
          ("Content-Type", "application/json"), ("Cache-Control", "no-store"),
          ("Content-Disposition", "attachment; filename=\"parvis-\(ByteText.slug(host.facts.name)).json\""),
        ], body: value.bytes)
    case "ask-link": return try sendLink(key, token, locale)
    case "ask-erase", "erase":
      guard DataLinks.erases(token) else {
        throw Problem(status: 403, code: "link", detail: text("privacy.erase.link.help", locale))
      }
      return try erase(raw, key, token, locale)
    default: throw Problem.notFound(text("error.notFound", locale))
    }
  }

  private func erase(
    _ raw: RawSubmission, _ key: PersonalRights.Key, _ token: String, _ locale: String
  ) throws -> WebResponse {
    let record = raw.first("record")
    guard raw.first("step") == "erase" else {
      return page(
        200, text("privacy.erase.title", locale), confirmation(token, record, locale), at: "me/data/\(token)", locale)
    }
    let done = try host.rights.erase(
      key, only: record.isEmpty ? nil : Subject(record) ?? Subject("host", "none", "none"), actor: .anyone,
      reason: "person", locale: locale)
    return try show(key, token, done: done, locale)
  }

  /// Sends the link that erases to the address that a mailed link is for, whoever asks.
  private func sendLink(_ key: PersonalRights.Key, _ token: String, _ locale: String) throws -> WebResponse {
    guard case .email(let address) = key else { throw Problem.notFound(text("error.notFound", locale)) }
    try DataLinks(host: host).send(to: address, locale: locale)
    return page(
      202, text("follow.data.title", locale), [.p(text("follow.data.sent", locale), [.class("lead")])],
      at: "me/data/\(token)", locale)
  }

  private func show(
    _ key: PersonalRights.Key, _ token: String, done: PersonalRights.Done?, _ locale: String
  ) throws -> WebResponse {
    let held = try host.ports.store.reading { try host.rights.find(key, locale: locale, in: $0) }
    var body: [HTMLNode] = []
    if let done {
      body.append(
        .div(
          [.class("told"), .named("role", "status")],
          [
            .p(text("privacy.erase.done", locale, ["count": String(done.count)])),
            .ul(items: done.kept.map { .text($0) }),
          ]
        ))
    }
    let sheet = HeldSheet(host: host, locale: locale)
    let erases = DataLinks.erases(token)
    body += sheet.nodes(held) { entry in
      erases
        ? button(token, "ask-erase", text("privacy.erase.one", locale), record: entry.subject.description, locale)
        : .empty
    }
    if !held.isEmpty {
      body.append(
        .div(
          [.class("actions no-print")],
          [
            button(token, "export", text("privacy.export", locale), locale),
            erases
              ? button(token, "ask-erase", text("privacy.erase.all", locale), locale)
              : button(token, "ask-link", text("privacy.erase.link", locale), locale),
          ]))
      if !erases { body.append(.p(text("privacy.erase.link.help", locale), [.class("meta no-print")])) }
    }
    return page(200, text("privacy.mine", locale), body, at: "me/data/\(token)", locale)
  }

  private func confirmation(_ token: String, _ record: String, _ locale: String) -> [HTMLNode] {
    [
      .p(text(record.isEmpty ? "privacy.erase.ask" : "privacy.erase.ask.one", locale), [.class("lead")]),
      .p(text("privacy.stays.text", locale)),
      .div(
        [.class("actions")],
        [
          button(token, "erase", text("privacy.erase.submit", locale), record: record, locale),
          .a(SitePath("me/data/\(token)"), text("privacy.erase.cancel", locale), [.class("button quiet")]),
        ]),
    ]
  }

  private func button(
    _ token: String, _ step: String, _ label: String, record: String = "", _ locale: String
  ) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath("me/data/\(token)"))],
      [("step", step), ("record", record), ("lang", locale)].map {
        .element(.input, [.named("type", "hidden"), .named("name", $0.0), .named("value", $0.1)])
      } + [
        .element(
          .button, [.class(step == "erase" ? "button" : "button quiet"), .named("type", "submit")], [.text(label)])
      ])
  }
}
