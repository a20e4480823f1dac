import ParticipationKit

/// One request to the desk by somebody who is signed in.
struct DeskRoom: Sendable {
  let host: Host
  let request: WebRequest
  let session: DeskSession
  let locale: String
  /// The steps of the address after `/desk`.
  let steps: [String]

  func text(_ key: String, _ arguments: [String: String] = [:]) -> String { host.words.text(key, locale, arguments) }

  func may(_ permission: String) -> Bool { host.roles.may(session.person.role, permission) }

  func require(_ permission: String) throws {
    try host.authorise(.staff(permission), session.actor, locale: locale)
  }

  func answer() throws -> WebResponse {
    // A refused form belongs to this session; the address of an act has no other page.
    if request.method == "GET" || request.method == "HEAD", let refused = refusedPage() { return refused }
    try enter()
    if request.method == "POST" {
      do {
        return afterPost(try post())
      } catch let problem as Problem {
        let page = ProblemResponder(host: host).page(
          problem, path: String(request.path.dropFirst()), locale: locale)
        return afterPost(page)
      }
    }
    guard request.method == "GET" || request.method == "HEAD" else {
      throw host.wrongMethod(request, locale)
    }
    switch steps.first {
    case nil: return try dashboard()
    case "moderation": return try ModerationScreens(room: self).get(Array(steps.dropFirst()))
    case "decided": return try ModerationScreens(room: self).decided()
    case "appeals" where steps.count == 1: return try AppealScreens(room: self).list()
    case "rules" where steps.count == 1: return try RulesScreen(room: self).get()
    case "answers": return try AnswerScreens(room: self).get(steps.dropFirst().joined(separator: "/"))
    case "mail": return try MailScreens(room: self).get(Array(steps.dropFirst()))
    case "people": return try PeopleScreens(room: self).list(link: nil, problem: nil)
    case "data": return try DataScreens(room: self).get(Array(steps.dropFirst()))
    case "calm": return try CalmScreen(room: self).get(problem: nil)
    case "modules" where steps.count == 1: return try ModuleScreen(room: self).get()
    case "roles": return try RoleScreens(room: self).get(Array(steps.dropFirst()))
    case "letters": return try LetterScreens(room: self).get(Array(steps.dropFirst()))
    case "counter": return try CounterScreens(room: self).get(Array(steps.dropFirst()))
    case "security": return try SecurityScreens(room: self).get(Array(steps.dropFirst()))
    case "confirm": return try ConfirmScreen(room: self).get()
    case "m" where steps.count >= 3: return try moduleScreen()
    default: throw Problem.notFound(text("error.notFound"))
    }
  }

  private func post() throws -> WebResponse {
    let raw = try deskForm(request, host, locale)
    guard host.constantTimeEqual(raw.first("form_token"), session.formToken) else {
      // The form of a session that has ended, in a browser where a new one has begun: what was typed is kept.
      guard let kept = KeptForm(request, steps: steps, host: host, locale: locale) else {
        throw Problem.forbidden(text("error.formToken"))
      }
      return kept.page(session, host: host, locale: locale, status: 403, at: request.path)
    }
    switch steps.first {
    case "sign-out":
      if let token = request.cookie(Desk.cookieName) { try host.people.end(token) }
      return WebResponse.redirect("/desk/sign-in").adding([Desk.cookie("", host: host)])
    case "mail": return try MailScreens(room: self).post(Array(steps.dropFirst()), raw)
    case "moderation" where steps.count == 2: return try ModerationPosts(room: self).post(steps[1], raw)
    case "undo" where steps.count == 2: return try ModerationPosts(room: self).undo(steps[1], raw)
    case "appeals" where steps.count == 2: return try AppealScreens(room: self).post(steps[1], raw)
    case "rules" where steps == ["rules", "save"]: return try RulesScreen(room: self).post(raw)
    case "people" where steps.count == 2: return try PeopleScreens(room: self).post(steps[1], raw)
    case "data" where steps.count == 2: return try DataScreens(room: self).post(steps[1], raw)
    case "calm" where steps.count == 2: return try CalmScreen(room: self).post(steps[1], raw)
    case "roles" where steps.count == 2: return try RoleScreens(room: self).post(steps[1], raw)
    case "letters": return try LetterScreens(room: self).post(Array(steps.dropFirst()), raw)
    case "counter": return try CounterScreens(room: self).post(Array(steps.dropFirst()), raw)
    case "security" where steps.count == 2: return try SecurityScreens(room: self).post(steps[1], raw)
    case "confirm": return try ConfirmScreen(room: self).post(raw)
    case "do" where steps.count >= 3: return try act(raw)
    default: throw Problem.notFound(text("error.notFound"))
    }
  }

  /// A staff action: `/desk/do/<module>/<action>[/<key>]`. A refused one comes back with everything typed.
  private func act(_ raw: RawSubmission) throws -> WebResponse {
    let key = steps.dropFirst(3).joined(separator: "/")
    guard let action = host.action(steps[1], steps[2]), !action.audience.isPublic else {
      throw Problem.notFound(text("error.noAction"))
    }
    let back = Desk.returnPath(raw.first("return"))
    var act = ActRequest(
      module: steps[1], action: steps[2], key: key, submission: raw, locale: locale, actor: session.actor,
      addressKey: [], idempotencyKey: nil)
    act.onceKey = onceKey(raw)
    let intake = FileIntake(host: host, module: steps[1], person: session.person.id, locale: locale)
    do {
      if may(action.audience.permission),
        let form = try host.runner.form(action, key: key, locale: locale, actor: session.actor),
        form.fields.contains(where: { $0.kind == .file })
      {
        act = act.with(intake.adopt(raw, request.files, form))
      }
      let result = try host.runner.runAndWait(act)
      guard result.lines.isEmpty else { return shown(result, action, back: back) }
      let mark = back.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
      return .redirect("\(back)\(mark)done=\(result.position)")
    } catch let problem as Problem {
      guard problem.status != 403, problem.status != 404,
        let form = try host.runner.form(action, key: key, locale: locale, actor: session.actor)
      else { throw problem }
      let state = RenderingPort.FormState(
        action: SitePath(request.path), id: "form", values: intake.shown(act.submission.values, form),
        errors: problem.fieldErrors, hidden: hidden(returning: back), locale: locale, showsTitle: false, isDesk: true)
      return page(
        problem.status, title: form.title,
        [
          .div([.class("errors"), .named("role", "alert")], [.p(problem.detail)]),
          host.ports.rendering.form(form, state), .p([], [.a(SitePath(back), text("desk.queue.back"))]),
        ])
    }
  }

  /// What an act shows once: nothing of it is stored, so it is answered here and not after a redirect.
  private func shown(_ result: ActResult, _ action: HostedAction, back: String) -> WebResponse {
    let rows = result.lines.flatMap { line -> [HTMLNode] in
      [.element(.dt, [], [.text(line.label)]), .element(.dd, [.class("code")], [.text(line.value)])]
    }
    return page(
      200, title: action.titles[locale] ?? action.name,
      [
        .div([.class("told"), .named("role", "status")], [.p(result.message)]),
        .element(.dl, [.class("facts")], rows), .p([.class("no-print")], [.a(SitePath(back), text("desk.queue.back"))]),
      ])
  }

  private func dashboard() throws -> WebResponse {
    let now = host.ports.now()
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      let waiting = try host.moderation.waiting(areas, in: ledgers)
      var tallies: [HTMLNode] = []
      if may("host.moderate") {
        tallies.append(tally(waiting, text("desk.moderation"), "desk/moderation"))
        let appeals = try host.moderation.openAppeals(areas, limit: 100, in: ledgers).count
        if appeals > 0 { tallies.append(tally(appeals, text("mod.appeals"), "desk/appeals")) }
      }
      if may("host.answer") {
        let open = try AnswerScreens(room: self).waiting(in: ledgers)
        tallies.append(tally(open, text("desk.answers.open"), "desk/answers"))
      }
      var nodes: [HTMLNode] = [.ul([.class("tallies")], items: tallies)]
      var rooms: [HTMLNode] = []
      for entry in host.registry.entries {
        var notices: [HTMLNode] = []
        guard let reach = host.roles.reach(session.person.role, in: entry.manifest.id) else { continue }
        let isWhole = reach.categories == nil
        let slots = entry.instance.slots.filter { $0.slot == .desk && (isWhole || $0.isDivided) }
        for slot in slots.sorted(by: { $0.order < $1.order }) {
          let context = host.renderContext(entry.manifest.id, ledgers, now: now, reach: reach)
          do {
            if let content = try slot.load(context) { notices.append(try content.node(view(entry.manifest.id))) }
          } catch let silent as ModuleUnavailable {
            host.ports.log("desk tile failed: \(silent)")
            notices.append(.p(text("modules.silent"), [.class("told")]))
          }
        }
        let screens = entry.instance.deskScreens.filter {
          $0.isListed && may($0.permission) && (isWhole || $0.category != nil)
        }
        guard !screens.isEmpty || !notices.isEmpty else { continue }
        rooms.append(roomSection(entry, screens, notices))
      }
      if !rooms.isEmpty { nodes.append(.div([.class("rooms")], rooms)) }
      return nodes
    }
    return page(200, title: text("desk.hello", ["name": session.person.name]), body)
  }

  /// A module's place on the front page of the desk; the heading of a module with one screen leads there.
  private func roomSection(
    _ entry: ModuleRegistry.Entry, _ screens: [DeskScreen], _ notices: [HTMLNode]
  ) -> HTMLNode {
    let name = entry.manifest.names[locale] ?? entry.manifest.id
    func path(_ screen: DeskScreen) -> SitePath { SitePath("desk/m/\(entry.manifest.id)/\(screen.name)") }
    if screens.count == 1 {
      return .section([.class("room")], [.element(.h2, [], [.a(path(screens[0]), name)])] + notices)
    }
    let links = screens.map { HTMLNode.a(path($0), $0.titles[locale] ?? $0.name) }
    return .section(
      [.class("room")], [.h2(name)] + notices + (links.isEmpty ? [] : [.ul([.class("rows")], items: links)]))
  }

  private func tally(_ count: Int, _ label: String, _ path: String) -> HTMLNode {
    .element(.a, [.href(SitePath(path))], [.element(.b, [], [.text(String(count))]), .span(label)])
  }

  private func moduleScreen() throws -> WebResponse {
    guard let entry = host.registry.entry(steps[1]),
      let screen = entry.instance.deskScreens.first(where: { $0.name == steps[2] })
    else { throw Problem.notFound(text("error.notFound")) }
    try require(screen.permission)
    var query: [String: String] = [:]
    for (name, value) in request.query where query[name] == nil { query[name] = value }
    let now = host.ports.now()
    let key = steps.dropFirst(3).joined(separator: "/")
    let content = try host.ports.store.reading { ledgers in
      let reach = try host.reach(of: session.actor, in: steps[1], locale: locale) {
        guard let category = screen.category else { throw Problem.forbidden(text("error.permission")) }
        return try category(FormContext(ledger: ledgers(steps[1]), key: key, locale: locale, now: now))
      }
      return try screen.render(
        DeskContext(
          rendering: host.renderContext(steps[1], ledgers, now: now, reach: reach), view: view(steps[1]), key: key,
          query: query, actor: session.actor,
          path: { SitePath("desk/m/\(steps[1])/\($0)" + ($1.isEmpty ? "" : "/" + $1)) }))
    }
    guard let content else { throw Problem.notFound(text("error.notFound")) }
    return page(200, title: content.title, [content.body])
  }
}

extension Desk {
  /// Where to go after an act: an address of the desk and nothing else, so that no form can lead away.
  static func returnPath(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let isDesk = text == "/desk" || text.utf8.starts(with: "/desk/".utf8) || text.utf8.starts(with: "/desk?".utf8)
    guard isDesk, bytes.count <= 500, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return "/desk" }
    return text
  }
}
