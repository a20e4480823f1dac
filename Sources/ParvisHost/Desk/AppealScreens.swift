import ParticipationKit

/// Appeals: what authors say against a decision, for somebody else to answer.
struct AppealScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }
  private var queue: ModerationQueue { host.moderation }

  func list(problem: Problem? = nil, values: [String: [String]] = [:], id wrong: Int = 0) throws -> WebResponse {
    try room.require("host.moderate")
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      let appeals = try queue.openAppeals(room.areas, limit: 50, in: ledgers)
      guard !appeals.isEmpty else { return [.p(room.text("mod.appeals.none"), [.class("lead")])] }
      return try appeals.compactMap { appeal in
        try node(
          appeal, note: appeal.id == wrong ? values["note"]?.first ?? "" : "",
          problem: appeal.id == wrong ? problem : nil, in: ledgers)
      }
    }
    let alert = problem.map { [HTMLNode.div([.class("errors"), .named("role", "alert")], [.p($0.detail)])] } ?? []
    return room.page(problem?.status ?? 200, title: room.text("mod.appeals"), alert + body)
  }

  private func node(
    _ appeal: Appeals.Appeal, note: String, problem: Problem?, in ledgers: Ledgers
  ) throws -> HTMLNode? {
    guard let entry = try queue.entry(appeal.entry, in: ledgers),
      let record = try queue.record(appeal.decision, in: ledgers),
      room.host.roles.may(room.session.person.role, "host.moderate", in: entry.area)
    else { return nil }
    let evidence = try queue.evidence(entry, locale: room.locale, in: ledgers)
    let id = "appeal-\(appeal.id)"
    let card = CaseCard(room: room)
    let name = try record.person.flatMap {
      try ledgers.host.row("SELECT name FROM host_person WHERE id = ?", [.integer($0)])?.text("name")
    }
    let decided =
      room.text("mod.measure.\(record.measure.rawValue)") + " · "
      + host.reasonTitle(record.reason, room.locale) + " · " + (name ?? room.text("mod.automatic"))
    var nodes: [HTMLNode] = [
      .p(host.kindTitle(entry.module, entry.kind, room.locale), [.class("kind")]),
      .h2(evidence?.title ?? entry.excerpt, [.id(id + "-title")]),
      evidence.map { .element(.blockquote, [], [$0.body]) } ?? .p(room.text("desk.queue.gone")),
      .ul([.class("meta")], items: [.text(decided), card.time(record.at)]),
    ]
    if !record.note.isEmpty { nodes.append(.element(.blockquote, [], [.p(record.note)])) }
    nodes.append(.h3(room.text("mod.appeal.said")))
    nodes.append(.element(.blockquote, [], [.p(appeal.body)]))
    nodes.append(.p([.class("meta")], [card.time(appeal.sent)]))
    switch try queue.mayAnswer(record, entry, room.session.actor, in: ledgers) {
    case .nobody(let isOnlyOne):
      nodes.append(.p(room.text(isOnlyOne ? "mod.appeal.onlyOne" : "mod.appeal.own"), [.class("told")]))
    case .samePerson:
      nodes.append(.p(room.text("mod.appeal.samePersonDesk"), [.class("told")]))
      nodes.append(form(appeal, record, id, note, problem))
    case .other: nodes.append(form(appeal, record, id, note, problem))
    }
    return .article([.class("case"), .id(id), .aria("labelledby", id + "-title")], nodes)
  }

  private func form(
    _ appeal: Appeals.Appeal, _ record: ModerationQueue.Record, _ id: String, _ note: String, _ problem: Problem?
  ) -> HTMLNode {
    let isWrong = problem != nil
    let reverse = record.measure == .redacted ? "mod.appeal.restore" : "mod.appeal.reverse"
    return .element(
      .form, [.named("method", "post"), .action(SitePath("desk/appeals/\(appeal.id)"))],
      room.hiddenInputs(returning: "/desk/appeals") + [
        .div(
          [.class(isWrong ? "field wrong" : "field")],
          [
            .element(.label, [.named("for", id + "-note")], [.text(room.text("mod.appeal.answer"))]),
            .p(room.text("mod.appeal.answer.help"), [.class("hint"), .id(id + "-hint")]),
            .element(
              .textarea,
              [
                .named("name", "note"), .id(id + "-note"), .named("rows", "3"), .flag("required"),
                .aria("describedby", id + "-hint"),
              ] + (isWrong ? [.aria("invalid", "true")] : []), [.text(note)]),
          ]),
        .div(
          [.class("decide")],
          [
            button("reverse", room.text(reverse), "button"),
            button("confirm", room.text("mod.appeal.confirm"), "button refuse"),
          ]),
      ])
  }

  private func button(_ value: String, _ label: String, _ look: String) -> HTMLNode {
    .element(
      .button, [.class(look), .named("type", "submit"), .named("name", "answer"), .named("value", value)],
      [.text(label)])
  }

  func post(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.moderate")
    let word = raw.first("answer")
    guard let id = Int(step), word == "reverse" || word == "confirm" else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    let (host, actor, locale, now) = (host, room.session.actor, room.locale, host.ports.now())
    do {
      let note = try room.note(raw.first("note"))
      try host.ports.store.perform { ledgers in
        try host.moderation.answer(
          appeal: id, reversing: word == "reverse", note: note, actor: actor, locale: locale, now: now, in: ledgers)
      }
    } catch let problem as Problem where problem.status == 422 {
      return try list(problem: problem, values: raw.values, id: id)
    }
    return .redirect("/desk/appeals")
  }
}
