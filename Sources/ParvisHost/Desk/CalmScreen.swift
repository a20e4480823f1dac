import ParticipationKit

/// `/desk/calm`: what is switched on, and the form to switch.
struct CalmScreen: Sendable {
  let room: DeskRoom

  var host: Host { room.host }

  /// What can be calmed: everything, the comments, each module.
  private var scopes: [(value: String, title: String)] {
    [("", room.text("calm.all")), (Comments.id, room.text("calm.comments"))]
      + host.registry.entries.map { ($0.manifest.id, SitePick.text($0.manifest.names, room.locale)) }
  }

  func get(
    problem: Problem?, values: [String: [String]] = [:], quota: (problem: Problem, values: [String: [String]])? = nil
  ) throws -> WebResponse {
    try room.require("host.calm")
    let now = host.ports.now()
    let current = try host.ports.store.reading { try host.calm.all(now, in: $0) }
    var body: [HTMLNode] = [.p(room.text("calm.lead"), [.class("lead")])]
    if current.isEmpty { body.append(.p(room.text("calm.none"))) }
    for state in current {
      let title = scopes.first { $0.value == state.scope }?.title ?? state.scope
      body.append(
        .section(
          [.class("told")],
          [
            .h2("\(title) – \(room.text("calm.mode.\(state.mode)"))"), .p(host.calm.sentence(state, room.locale)),
            .element(
              .form, [.named("method", "post"), .action(SitePath("desk/calm/end"))],
              room.hiddenInputs(returning: "/desk/calm") + [
                .element(.input, [.named("type", "hidden"), .named("name", "scope"), .named("value", state.scope)]),
                .element(.button, [.class("button"), .named("type", "submit")], [.text(room.text("calm.end"))]),
              ]),
          ]))
    }
    body.append(.h2(room.text("calm.set")))
    body.append(
      host.ports.rendering.form(
        form(),
        RenderingPort.FormState(
          action: "desk/calm/set", id: "calm", values: values, errors: problem?.fieldErrors ?? [],
          hidden: room.hidden(returning: "/desk/calm"), locale: room.locale, showsTitle: false, isDesk: true)))
    body += try quotas(quota?.problem, quota?.values ?? [:])
    return room.page((problem ?? quota?.problem)?.status ?? 200, title: room.text("desk.calm"), body)
  }

  private func form() -> Form {
    let words = host.facts.languages.map { language in
      Field(
        "words_\(language)", .line, room.text("calm.words", ["language": language]), help: room.text("calm.words.help"),
        maxLength: Calm.mostLength)
    }
    return Form(
      title: room.text("calm.set"),
      fields: [
        Field(
          "scope", .choice, room.text("calm.scope"), required: true,
          choices: scopes.map { Choice($0.value.isEmpty ? "all" : $0.value, $0.title) }),
        Field(
          "mode", .choice, room.text("calm.mode"), required: true,
          choices: Calm.modes.map { Choice($0, room.text("calm.mode.\($0)")) }),
        Field(
          "until", .dateTime, room.text("calm.until"),
          help: room.text("calm.until.help", ["days": String(Calm.mostDays)]), required: true),
      ] + words, submit: room.text("calm.submit"))
  }

  func post(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.calm")
    switch step {
    case "set":
      do {
        try set(raw)
      } catch let problem as Problem where problem.status == 422 {
        return try get(problem: problem, values: raw.values)
      }
    case "end":
      let scope = raw.first("scope")
      guard scopes.contains(where: { $0.value == scope }) else { throw Problem.notFound(room.text("error.notFound")) }
      try host.calm.end(scope: scope, actor: room.session.actor, locale: room.locale)
    case "quota":
      do {
        try setQuota(raw)
      } catch let problem as Problem where problem.status == 422 {
        return try get(problem: nil, quota: (problem, raw.values))
      }
    case "quota-end": try endQuota(raw)
    default: throw Problem.notFound(room.text("error.notFound"))
    }
    return .redirect("/desk/calm")
  }

  private func set(_ raw: RawSubmission) throws {
    let submission = try FormChecker(words: host.words, locale: room.locale).check(raw, against: form())
    let now = host.ports.now()
    guard let civil = CivilDateTime(submission.text("until")) else { return }
    let until = host.zone.instant(civil)
    guard until > now, until < now.adding(seconds: Int64(Calm.mostDays) * 86_400) else {
      throw Problem.invalid("until", room.text("calm.until.help", ["days": String(Calm.mostDays)]))
    }
    var words: [String: String] = [:]
    for language in host.facts.languages { words[language] = submission.text("words_\(language)") }
    let scope = submission.text("scope")
    try host.calm.set(
      scope: scope == "all" ? "" : scope, mode: submission.text("mode"), until: until, words: words,
      actor: room.session.actor, locale: room.locale)
  }
}
