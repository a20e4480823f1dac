import ParticipationKit

// The part of `/desk/calm` that says how often one person takes part.
extension CalmScreen {
  /// What can be limited: everything, each module, each action of the public.
  private var quotaScopes: [(value: String, title: String)] {
    let comments = host.comments.action
    var all = [(value: "all", title: room.text("calm.all"))]
    all.append(("\(Comments.id)/\(comments.name)", comments.titles[room.locale] ?? comments.name))
    for entry in host.registry.entries {
      let id = entry.manifest.id
      let module = SitePick.text(entry.manifest.names, room.locale)
      let own = entry.instance.actions.filter(\.audience.isPublic)
      if own.count > 1 { all.append((id, module)) }
      for action in own {
        all.append(("\(id)/\(action.name)", "\(module) – \(action.titles[room.locale] ?? action.name)"))
      }
    }
    return all
  }

  func quotas(_ problem: Problem?, _ values: [String: [String]]) throws -> [HTMLNode] {
    let limits = try host.ports.store.reading { try host.quotas.all(in: $0) }
    let scopes = quotaScopes
    let items = limits.map { limit -> HTMLNode in
      let scope = limit.scope.isEmpty ? "all" : limit.scope
      let line = room.text(
        "quota.line",
        [
          "what": scopes.first { $0.value == scope }?.title ?? scope, "most": String(limit.most),
          "period": room.text("quota.per.\(limit.period.name)"), "who": room.text("quota.who.\(limit.who)"),
        ])
      return .fragment([
        .p(line),
        room.button(
          room.text("quota.end"), to: "desk/calm/quota-end", fields: [("scope", scope), ("who", limit.who)],
          hint: line),
      ])
    }
    return [
      .h2(room.text("quota.title"), [.id("quotas")]), .p(room.text("quota.lead")),
      items.isEmpty ? .p(room.text("quota.none")) : .ul([.class("rows")], items: items),
      room.sheet(
        quotaForm(), to: "desk/calm/quota", id: "quota", values: values, problem: problem, returning: "/desk/calm",
        showsTitle: false),
    ]
  }

  private func quotaForm() -> Form {
    Form(
      title: room.text("quota.title"),
      fields: [
        Field(
          "scope", .choice, room.text("quota.scope"), required: true,
          choices: quotaScopes.map { Choice($0.value, $0.title) }),
        Field(
          "who", .choice, room.text("quota.who"), required: true,
          choices: Quotas.sorts.map { Choice($0, room.text("quota.who.\($0)")) }),
        Field(
          "most", .number, room.text("quota.most"), help: room.text("quota.most.help"), required: true,
          range: Quotas.range),
        Field(
          "period", .choice, room.text("quota.period"), help: room.text("quota.address.help"), required: true,
          choices: Quota.Period.all.map { Choice($0.name, room.text("quota.per.\($0.name)")) }),
      ], submit: room.text("quota.submit"))
  }

  func setQuota(_ raw: RawSubmission) throws {
    let sent = try FormChecker(words: host.words, locale: room.locale).check(raw, against: quotaForm())
    guard let period = Quota.Period(name: sent.text("period")), let most = Int(sent.text("most")) else { return }
    let who = sent.text("who")
    guard who != "address" || period == period.atMostADay else {
      throw Problem.invalid("period", room.text("quota.address.help"))
    }
    let scope = sent.text("scope")
    try host.quotas.set(
      Quotas.Limit(scope: scope == "all" ? "" : scope, who: who, most: most, period: period),
      actor: room.session.actor, locale: room.locale)
  }

  func endQuota(_ raw: RawSubmission) throws {
    let scope = raw.first("scope")
    try host.quotas.end(
      scope: scope == "all" ? "" : scope, who: raw.first("who"), actor: room.session.actor, locale: room.locale)
  }
}
