import ParticipationKit

/// The one queue over all modules: read, decide with a reason, done.
struct ModerationScreens: Sendable {
  static let pageSize = 20

  let room: DeskRoom

  private var host: Host { room.host }

  func get(_ steps: [String]) throws -> WebResponse {
    try room.require("host.moderate")
    if let step = steps.first {
      guard let id = Int(step) else { throw Problem.notFound(room.text("error.notFound")) }
      return try single(id)
    }
    let after = Int(room.request.parameter("after") ?? "") ?? 0
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      let waiting = try host.moderation.waiting(areas: room.areas, in: ledgers)
      let entries = try host.moderation.pending(
        after: after, limit: ModerationScreens.pageSize + 1, areas: room.areas, in: ledgers)
      guard !entries.isEmpty else { return [.p(room.text("desk.queue.empty"), [.class("lead")])] }
      var nodes: [HTMLNode] = [.p(room.text("desk.queue.count", ["count": String(waiting)]), [.class("lead")])]
      for entry in entries.prefix(ModerationScreens.pageSize) {
        nodes.append(try card(entry, values: [:], problem: nil, in: ledgers))
      }
      if entries.count > ModerationScreens.pageSize {
        let next = entries[ModerationScreens.pageSize - 1].id
        nodes.append(nextLink(after: next))
      }
      return nodes
    }
    return room.page(200, title: room.text("desk.moderation"), body)
  }

  private func nextLink(after id: Int) -> HTMLNode {
    .element(
      .form, [.named("method", "get"), .action(SitePath("desk/moderation"))],
      [
        .element(.input, [.named("type", "hidden"), .named("name", "after"), .named("value", String(id))]),
        .element(.button, [.class("button quiet"), .named("type", "submit")], [.text(room.text("desk.queue.next"))]),
      ])
  }

  private func single(_ id: Int, status: Int = 200, values: [String: [String]] = [:], problem: Problem? = nil) throws
    -> WebResponse
  {
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      guard let entry = try host.moderation.entry(id, in: ledgers) else {
        throw Problem.notFound(room.text("desk.queue.gone"))
      }
      try host.authorise("host.moderate", in: entry.area, room.session.actor, locale: room.locale)
      // What somebody else decided is said above the case; what is wrong with a refusal, at its reason.
      let conflict = problem.flatMap { $0.status == 409 ? $0 : nil }
      let notice = conflict.map { [HTMLNode.div([.class("errors"), .named("role", "alert")], [.p($0.detail)])] } ?? []
      return notice + [
        try card(entry, values: values, problem: conflict == nil ? problem : nil, in: ledgers),
        .p([], [.a(SitePath("desk/moderation"), room.text("desk.queue.back"))]),
      ]
    }
    return room.page(status, title: room.text("decision.title"), body)
  }

  /// The last decisions, each of which can be revised.
  func decided() throws -> WebResponse {
    try room.require("host.moderate")
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      let entries = try host.moderation.decided(limit: 100, areas: room.areas, in: ledgers)
      guard !entries.isEmpty else { return [.p(room.text("desk.decided.empty"), [.class("lead")])] }
      return [
        .element(
          .ol, [.class("rows")], entries.map { entry in .element(.li, [], [.fragment(decidedRow(entry))]) })
      ]
    }
    return room.page(200, title: room.text("desk.decided"), body)
  }

  private func decidedRow(_ entry: ModerationQueue.Entry) -> [HTMLNode] {
    var meta: [HTMLNode] = [
      .span(room.text("desk.state.\(entry.state)"), [.class("state \(entry.state == "approved" ? "done" : "stop")")])
    ]
    if !entry.reason.isEmpty { meta.append(.text(room.text("reason.\(entry.reason)"))) }
    if let decided = entry.decided { meta.append(time(decided)) }
    return [
      .element(
        .h2, [], [.a(SitePath("desk/moderation/\(entry.id)"), TitleText.set(entry.excerpt, locale: room.locale))]),
      .ul([.class("meta")], items: meta),
    ]
  }

  private func time(_ instant: Timestamp) -> HTMLNode {
    let words = DateWords(locale: room.locale).longWithTime(host.zone.civil(instant))
    return .element(.time, [.datetime(instant.rfc3339)], [.text(words)])
  }

  /// One case: the words in their context, publish, or refuse with a reason.
  private func card(
    _ entry: ModerationQueue.Entry, values: [String: [String]], problem: Problem?, in ledgers: Ledgers
  ) throws -> HTMLNode {
    let id = "case-\(entry.id)"
    let kind = host.moderation.kind(entry.module, entry.kind)
    let evidence = try host.moderation.evidence(entry, locale: room.locale, in: ledgers)
    var nodes: [HTMLNode] = [
      .p(kind?.titles[room.locale] ?? entry.kind, [.class("kind")]),
      .h2(TitleText.set(evidence?.title ?? entry.excerpt, locale: room.locale), [.id(id + "-title")]),
      evidence.map { .element(.blockquote, [], [$0.body]) } ?? .p(room.text("desk.queue.gone")),
      .p([.class("meta")], [.text(room.text("desk.queue.submitted") + " "), time(entry.submitted)]),
    ]
    if entry.state != "pending" {
      let mark = entry.state == "approved" ? "done" : "stop"
      nodes.append(.p([], [.span(room.text("desk.state.\(entry.state)"), [.class("state \(mark)")])]))
    }
    if let path = evidence?.document.flatMap({ host.pagePath($0, room.locale) }) {
      nodes.append(.p([], [.a(path, room.text("desk.queue.see"))]))
    }
    nodes.append(approveForm(entry))
    nodes.append(refuseForm(entry, id, values, problem))
    return .article([.class("case"), .id(id), .aria("labelledby", id + "-title")], nodes)
  }

  private func approveForm(_ entry: ModerationQueue.Entry) -> HTMLNode {
    decisionForm(
      entry, "approve",
      [
        .element(.button, [.class("button"), .named("type", "submit")], [.text(room.text("decision.approve"))])
      ])
  }

  private func refuseForm(
    _ entry: ModerationQueue.Entry, _ id: String, _ values: [String: [String]], _ problem: Problem?
  ) -> HTMLNode {
    let chosen = values["reason"]?.first ?? ""
    var options: [HTMLNode] = [.element(.option, [.named("value", "")], [.text(room.text("decision.reason.none"))])]
    for reason in Charter.reasons {
      let selected: [HTMLAttribute] = reason == chosen ? [.flag("selected")] : []
      options.append(
        .element(.option, [.named("value", reason)] + selected, [.text(room.text("reason.\(reason)"))]))
    }
    let error = problem.map { [HTMLNode.p($0.detail, [.class("error"), .id(id + "-error")])] } ?? []
    let wrong: [HTMLAttribute] =
      problem == nil ? [] : [.aria("invalid", "true"), .aria("describedby", id + "-error")]
    let fields: [HTMLNode] = [
      .div(
        [.class(problem == nil ? "field" : "field wrong")],
        [.element(.label, [.named("for", id + "-reason")], [.text(room.text("decision.reason"))])] + error + [
          .element(
            .select, [.named("name", "reason"), .id(id + "-reason"), .flag("required")] + wrong, options)
        ]),
      .div(
        [.class("field")],
        [
          .element(.label, [.named("for", id + "-note")], [.text(room.text("decision.note"))]),
          .p(room.text("decision.note.help"), [.class("hint"), .id(id + "-hint")]),
          .element(
            .textarea,
            [.named("name", "note"), .id(id + "-note"), .named("rows", "3"), .aria("describedby", id + "-hint")],
            [.text(values["note"]?.first ?? "")]),
        ]),
      .element(.button, [.class("button refuse"), .named("type", "submit")], [.text(room.text("decision.refuse"))]),
    ]
    let open: [HTMLAttribute] = problem == nil ? [] : [.flag("open")]
    return .element(
      .details, open,
      [
        .element(.summary, [.class("button quiet")], [.text(room.text("decision.refuse"))]),
        decisionForm(entry, "refuse", fields),
      ])
  }

  private func decisionForm(_ entry: ModerationQueue.Entry, _ decision: String, _ fields: [HTMLNode]) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath("desk/moderation/\(entry.id)"))],
      room.hiddenInputs(returning: room.here) + [
        .element(.input, [.named("type", "hidden"), .named("name", "decision"), .named("value", decision)]),
        .element(.input, [.named("type", "hidden"), .named("name", "seen"), .named("value", entry.version)]),
      ] + fields)
  }

  func decide(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.moderate")
    guard let id = Int(step) else { throw Problem.notFound(room.text("error.notFound")) }
    let word = raw.first("decision")
    guard word == "approve" || word == "refuse" else {
      throw Problem(status: 422, code: "invalid", detail: room.text("decision.unknown"))
    }
    let note = ByteText.trimmed(raw.first("note"))
    guard note.utf8.count <= 2000, !ByteText.hasForbiddenControl(note) else {
      return try single(
        id, status: 422, values: raw.values,
        problem: Problem.invalid(
          "note", room.text("error.tooLong", ["found": String(note.utf8.count), "allowed": "2000"])))
    }
    let decision = Decision(
      isApproved: word == "approve", reason: word == "approve" ? "" : raw.first("reason"), note: note)
    let actor = room.session.actor
    let (host, locale, now) = (host, room.locale, host.ports.now())
    let seen = raw.first("seen")
    let once = room.onceKey(raw)
    do {
      try host.ports.store.perform { ledgers in
        // The second click on one button is not a second person.
        if let once, try !host.isFirstUse(of: once, now: now, in: ledgers) { return }
        // Two people read the same case: the second one sees what the first one decided before deciding otherwise.
        if !seen.isEmpty, let entry = try host.moderation.entry(id, in: ledgers), entry.version != seen {
          throw Problem.conflict(host.words.text("decision.changed", locale))
        }
        try host.moderation.decide(id, decision, actor: actor, locale: locale, now: now, in: ledgers)
      }
    } catch let problem as Problem where problem.status == 422 || problem.status == 409 {
      return try single(id, status: problem.status, values: raw.values, problem: problem)
    }
    let asked = Desk.returnPath(raw.first("return"))
    let back = asked.utf8.starts(with: "/desk/moderation/".utf8) ? "/desk/decided" : asked
    return .redirect("\(back)\(back.utf8.contains(UInt8(ascii: "?")) ? "&" : "?")decided=\(id)")
  }
}
