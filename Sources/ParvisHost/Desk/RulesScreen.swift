import ParticipationKit

/// How the commune moderates: before or after publication by scope, when flags hide something, how long a decision
/// can be undone; and the charter as it is published.
struct RulesScreen: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  func get(status: Int = 200, values: [String: [String]] = [:], problem: Problem? = nil) throws -> WebResponse {
    try room.require("host.settings")
    let (settings, scopes) = try host.ports.store.reading { ledgers in
      (try host.moderation.settings(in: ledgers), try host.moderation.scopes(in: ledgers))
    }
    var body: [HTMLNode] = []
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    body.append(.p(room.text("mod.rules.lead"), [.class("lead")]))
    let fields =
      scopes.map { mode($0, settings, values) } + [
        number("flags", settings.hideAfterFlags, ModerationSettings.flagRange, values),
        number("undo", settings.undoMinutes, ModerationSettings.undoRange, values),
        .h2(room.text("mod.rules.levels"), [.id("levels")]), .p(room.text("mod.rules.levels.help"), [.class("hint")]),
      ] + host.adjustableActions.map { level($0, values) }
    body.append(
      .element(
        .form, [.named("method", "post"), .action(SitePath("desk/rules/save")), .class("sheet")],
        room.hiddenInputs(returning: "/desk/rules") + fields + [
          .div(
            [.class("actions")],
            [.element(.button, [.class("button"), .named("type", "submit")], [.text(room.text("mod.rules.submit"))])])
        ]))
    body.append(.h2(room.text("mod.rules.charter")))
    body.append(.p(room.text("mod.rules.charter.help"), [.class("hint")]))
    body.append(
      .ul(
        [.class("rows")],
        items: host.charter.reasons.map { reason in
          .fragment([
            .p([], [.strong(Charter.pick(reason.titles, room.locale))]),
            .p(Charter.pick(reason.templates, room.locale), [.class("hint")]),
          ])
        }))
    return room.page(status, title: room.text("mod.rules"), body)
  }

  private func mode(_ scope: String, _ settings: ModerationSettings, _ values: [String: [String]]) -> HTMLNode {
    let name = "mode:" + scope
    let id = "mode-" + (scope.isEmpty ? "all" : ByteText.slug(scope))
    let chosen = values[name]?.first ?? settings.modes[scope]?.rawValue ?? (scope.isEmpty ? "before" : "inherit")
    let words = (scope.isEmpty ? [] : ["inherit"]) + ModerationSettings.Mode.allCases.map(\.rawValue)
    return select(
      name, id: id, host.scopeTitle(scope, room.locale), chosen, words.map { ($0, room.text("mod.mode.\($0)")) })
  }

  /// Who may do an action, from the level that it asks for itself upwards.
  private func level(
    _ entry: (scope: String, action: HostedAction, choices: [ParticipationLevel]), _ values: [String: [String]]
  ) -> HTMLNode {
    let name = LevelBook.prefix + entry.scope
    let module = entry.action.module == Comments.id ? nil : host.registry.entry(entry.action.module)
    let title = entry.action.titles[room.locale] ?? entry.action.name
    return select(
      name, id: "level-" + ByteText.slug(entry.scope),
      (module.map { SitePick.text($0.manifest.names, room.locale) + " – " } ?? "") + title,
      values[name]?.first ?? entry.action.audience.level.name,
      entry.choices.map { ($0.name, room.text("mod.level.\($0.name)")) })
  }

  private func select(
    _ name: String, id: String, _ label: String, _ chosen: String, _ choices: [(value: String, label: String)]
  ) -> HTMLNode {
    .div(
      [.class("field")],
      [
        .element(.label, [.named("for", id)], [.text(label)]),
        .element(
          .select, [.id(id), .named("name", name)],
          choices.map { choice in
            .element(
              .option, [.named("value", choice.value)] + (choice.value == chosen ? [.flag("selected")] : []),
              [.text(choice.label)])
          }),
      ])
  }

  private func number(
    _ name: String, _ value: Int, _ range: ClosedRange<Int>, _ values: [String: [String]]
  ) -> HTMLNode {
    .div(
      [.class("field")],
      [
        .element(.label, [.named("for", "rule-" + name)], [.text(room.text("mod.rules.\(name)"))]),
        .p(room.text("mod.rules.\(name).help"), [.class("hint"), .id("rule-\(name)-hint")]),
        .element(
          .input,
          [
            .id("rule-" + name), .named("name", name), .named("type", "number"), .class("short"),
            .named("min", String(range.lowerBound)), .named("max", String(range.upperBound)), .flag("required"),
            .named("value", values[name]?.first ?? String(value)), .aria("describedby", "rule-\(name)-hint"),
          ]),
      ])
  }

  func post(_ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.settings")
    let (host, actor, locale, now) = (host, room.session.actor, room.locale, host.ports.now())
    do {
      var asked: [SettingChange] = []
      for (name, range) in [("flags", ModerationSettings.flagRange), ("undo", ModerationSettings.undoRange)] {
        guard let text = raw.values[name]?.first else { continue }
        guard let value = Int(text), range.contains(value) else {
          let ends = ["low": String(range.lowerBound), "high": String(range.upperBound)]
          throw Problem.invalid(name, room.text("error.range", ends))
        }
        asked.append(SettingChange(name: "moderation.\(name)", value: text))
      }
      let modes = raw.values.filter { $0.key.utf8.starts(with: "mode:".utf8) }.sorted { $0.key < $1.key }
      asked += try levels(raw)
      let changes = asked
      let count = try host.ports.store.perform { ledgers in
        let settings = try host.moderation.settings(in: ledgers)
        let scopes = try host.moderation.scopes(in: ledgers)
        var all = changes.filter { change in
          switch change.name {
          case "moderation.flags": change.value != String(settings.hideAfterFlags)
          case "moderation.undo": change.value != String(settings.undoMinutes)
          default: true
          }
        }
        for (name, value) in modes {
          let scope = String(name.dropFirst("mode:".count))
          let word = value.first ?? ""
          guard scopes.contains(scope), word == "inherit" || ModerationSettings.Mode(rawValue: word) != nil else {
            throw Problem.invalid(name, host.words.text("error.choice", locale))
          }
          let known = settings.modes[scope]?.rawValue ?? (scope.isEmpty ? "before" : "inherit")
          if word != known { all.append(SettingChange(name: "moderation.mode:\(scope)", value: word)) }
        }
        let count = try host.moderation.change(all, actor: actor, locale: locale, now: now, in: ledgers)
        // The forms of every page ask for what the level needs.
        if changes.contains(where: \.isLevel) { try host.ports.enqueueAll(ledgers) }
        return count
      }
      if changes.contains(where: \.isLevel) {
        try host.ports.store.read { try host.levels.reload(in: $0) }
        host.formTemplates.forget()
      }
      return .redirect("/desk/rules" + (count > 0 ? "?done=" : ""))
    } catch let problem as Problem where problem.status == 422 {
      return try get(status: 422, values: raw.values, problem: problem)
    }
  }

  /// The levels that were changed.
  private func levels(_ raw: RawSubmission) throws -> [SettingChange] {
    try host.adjustableActions.compactMap { entry in
      let name = LevelBook.prefix + entry.scope
      guard let word = raw.values[name]?.first, word != entry.action.audience.level.name else { return nil }
      guard entry.choices.contains(where: { $0.name == word }) else {
        throw Problem.invalid(name, room.text("error.choice"))
      }
      return SettingChange(name: name, value: word)
    }
  }
}

extension SettingChange {
  /// Whether it says who may act.
  fileprivate var isLevel: Bool { name.utf8.starts(with: LevelBook.prefix.utf8) }
}
