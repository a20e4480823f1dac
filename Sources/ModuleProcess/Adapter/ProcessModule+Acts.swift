internal import ParticipationKit

// What people and staff do.

extension ProcessModule {
  func action(_ declared: DeclaredAction) -> Action {
    let action = Action(
      declared.name, audience: declared.audience, titles: declared.titles, hourlyLimit: declared.hourlyLimit,
      quota: declared.quota, form: { try self.form(declared, $0) },
      perform: { try self.perform(declared, $0, $1) })
    return declared.withdraws.map { action.withdrawing($0) } ?? action
  }

  private func form(_ declared: DeclaredAction, _ context: FormContext) throws -> Form? {
    if !declared.forms.isEmpty { return declared.forms[context.locale] ?? declared.forms["fr"] }
    let name = "\(declared.name)/\(context.locale)/\(context.key)"
    let arguments = arguments([
      "key": .text(context.key), "locale": .text(context.locale), "now": .timestamp(context.now),
    ])
    let members: [(String, JSONValue)] = [
      ("action", .string(declared.name)), ("key", .string(context.key)), ("locale", .string(context.locale)),
      ("now", instant(context.now)), ("rows", try rows(declared.queries, context.ledger, arguments)),
    ]
    do {
      return try ask(.reading, "form", members, within: limits.reading) { answer in
        if let problem = try EffectReader.problem(answer["problem"], "form") { throw problem }
        guard let value = answer["form"], !value.isNull else { return nil }
        let form = try FormReader.form(value, NodeReader(site: self.site, locale: context.locale))
        self.forms.keep(form, name)
        return form
      }
    } catch let failure as ModuleUnavailable {
      // The form as it was: so an act is refused for the reason that holds, with everything that was typed.
      if let known = forms[name] { return known }
      throw failure
    }
  }

  /// The rows of declared queries.
  /// - Throws: ``ModuleUnavailable`` when there are too many for a frame; the store's error.
  func rows(
    _ names: [String], _ ledger: Ledger, _ arguments: CallArguments, for lane: Lane = .reading
  ) throws -> JSONValue {
    try using(lane) { try queries.frame(names, ledger, arguments) }
  }

  private func perform(_ declared: DeclaredAction, _ context: ActionContext, _ submission: Submission) throws -> Outcome
  {
    let sent = submission.wire
    var values: [String: SQLValue] = [
      "key": .text(context.key), "locale": .text(context.locale), "now": .timestamp(context.now),
    ]
    for field in sent.fields { values["field:" + field.name] = field.texts.first.map { .text($0) } ?? .null }
    let arguments = arguments(values)
    let members: [(String, JSONValue)] = [
      ("action", .string(declared.name)), ("key", .string(context.key)), ("locale", .string(context.locale)),
      ("now", instant(context.now)), ("actor", ProcessModule.actor(context.actor)),
      (
        "participant",
        [
          "level": .string(context.participant.level.name),
          "right": context.participant.right.isEmpty ? .null : .string(hexadecimal(context.participant.right)),
        ]
      ), ("fields", sent.json), ("random", .string(hexadecimal(context.random(32)))),
      ("rows", try rows(declared.queries, context.ledger, arguments, for: .acting)),
    ]
    return try ask(.acting, "act", members, within: limits.act) { answer in
      let subjects = try self.effects.run(answer, context.ledger)
      try self.effects.follow(answer, context, subjects, submission: submission)
      return try self.effects.outcome(answer, subjects)
    }
  }

  /// Who acts: never a name.
  static func actor(_ actor: Actor) -> JSONValue {
    [
      "staff": .bool(actor.personID != nil), "role": .string(actor.role), "channel": .string(actor.channel),
    ]
  }

  // MARK: Moderation

  func moderated(_ declared: DeclaredModeration) -> ModeratedKind {
    let words = declared.words.map { name -> @Sendable (FormContext) throws -> [(String, JSONValue)]? in
      { context in
        let row = try self.queries.rows(name, context.ledger, self.arguments(["key": .text(context.key)])).first
        return row.map { row in zip(row.columns, row.values).map { ($0, $1.wire) } }
      }
    }
    return ModeratedKind(
      declared.kind, titles: declared.titles, evidence: { try self.evidence(declared, $0) },
      decide: { try self.decide(declared, $0, $1) }, texts: declared.texts.map { text(declared, $0) }, words: words)
  }

  private func evidence(_ declared: DeclaredModeration, _ context: FormContext) throws -> Evidence? {
    let arguments = arguments([
      "key": .text(context.key), "kind": .text(declared.kind), "locale": .text(context.locale),
      "now": .timestamp(context.now),
    ])
    let members: [(String, JSONValue)] = [
      ("kind", .string(declared.kind)), ("key", .string(context.key)), ("locale", .string(context.locale)),
      ("now", instant(context.now)), ("rows", try rows(declared.queries, context.ledger, arguments)),
    ]
    do {
      return try evidence(members, context.locale)
    } catch let failure as ModuleUnavailable {
      // The queue stays readable: the words by themselves, as the declaration says where they are.
      guard let plain = try plainEvidence(declared, context) else { throw failure }
      return plain
    }
  }

  private func plainEvidence(_ declared: DeclaredModeration, _ context: FormContext) throws -> Evidence? {
    var nodes: [HTMLNode] = []
    for text in declared.texts {
      let row = try queries.rows(text.read, context.ledger, arguments(["key": .text(context.key)])).first
      guard let words = row?.values.first?.asText, !words.isEmpty else { continue }
      nodes += [.p([], [.strong(text.titles[context.locale] ?? text.name)]), .p(words)]
    }
    guard !nodes.isEmpty else { return nil }
    let told =
      context.locale == "en"
      ? "The module does not answer for the moment: these are the words alone."
      : "Le module ne répond pas pour l’instant : voici les mots seuls."
    let title = "\(declared.titles[context.locale] ?? declared.kind) \(context.key)"
    return Evidence(title: title, body: .fragment([.p(told, [.class("told")])] + nodes), document: nil)
  }

  private func evidence(_ members: [(String, JSONValue)], _ locale: String) throws -> Evidence? {
    try ask(.reading, "evidence", members, within: limits.reading) { answer in
      guard let value = answer["evidence"], !value.isNull else { return nil }
      guard let title = value["title"]?.asString else { throw ChildFailure.answer("evidence.title", "a text") }
      return Evidence(
        title: title,
        body: .fragment(try NodeReader(site: self.site, locale: locale).nodes(value["body"], "evidence.body")),
        document: try value["document"].map { try self.subjects.subject($0, "evidence.document") })
    }
  }

  private func decide(_ declared: DeclaredModeration, _ context: ActionContext, _ decision: Decision) throws
    -> [Subject]
  {
    let arguments = arguments([
      "key": .text(context.key), "kind": .text(declared.kind), "locale": .text(context.locale),
      "now": .timestamp(context.now), "approved": .bool(decision.isApproved), "reason": .text(decision.reason),
    ])
    let members: [(String, JSONValue)] = [
      ("kind", .string(declared.kind)), ("key", .string(context.key)), ("locale", .string(context.locale)),
      ("now", instant(context.now)), ("actor", ProcessModule.actor(context.actor)),
      (
        "decision",
        [
          "approved": .bool(decision.isApproved), "reason": .string(decision.reason), "note": .string(decision.note),
        ]
      ), ("rows", try rows(declared.decisionQueries, context.ledger, arguments, for: .acting)),
    ]
    return try ask(.acting, "decide", members, within: limits.act) { answer in
      let subjects = try self.effects.run(answer, context.ledger)
      try self.effects.follow(answer, context, subjects)
      return try subjects.subjects(answer["changed"], "decide.changed")
    }
  }

  /// A text of a record from which a moderator takes something out: the host reads and writes it by itself.
  private func text(_ declared: DeclaredModeration, _ text: DeclaredModeration.Text) -> ModeratedText {
    ModeratedText(
      text.name, titles: text.titles,
      read: { context in
        let arguments = self.arguments(["key": .text(context.key)])
        return try self.queries.rows(text.read, context.ledger, arguments).first?.values.first?.asText
      },
      write: { context, words in
        let arguments = self.arguments([
          "key": .text(context.key), "text": .text(words), "now": .timestamp(context.now),
        ])
        try self.run(text.write, context.ledger, arguments)
        return self.subjects(text.changed, context.key)
      })
  }

  /// Runs a declared statement.
  @discardableResult
  func run(_ declared: DeclaredRun, _ ledger: Ledger, _ arguments: CallArguments) throws -> Int {
    guard let sql = declaration.statements[declared.statement] else { return 0 }
    return try ledger.execute(sql, arguments.bound(declared.arguments))
  }

  // MARK: The clock

  func job(_ declared: DeclaredJob) -> ClockJob {
    ClockJob(
      declared.name,
      times: { ledger, now in
        try self.queries.rows(declared.times, ledger, self.arguments(["now": .timestamp(now)])).map { row in
          (key: try row["key"].asText ?? String(row.int("key")), at: try row.timestamp("at"))
        }
      },
      perform: { context in
        let arguments = self.arguments(["key": .text(context.key), "now": .timestamp(context.now)])
        let members: [(String, JSONValue)] = [
          ("job", .string(declared.name)), ("key", .string(context.key)), ("now", self.instant(context.now)),
          ("rows", try self.rows(declared.queries, context.ledger, arguments, for: .acting)),
        ]
        return try self.ask(.acting, "job", members, within: self.limits.act) { answer in
          let subjects = try self.effects.run(answer, context.ledger)
          try self.effects.follow(answer, context, subjects)
          return ClockOutcome(
            subject: try subjects.subject(answer["subject"], "subject"),
            changed: try subjects.subjects(answer["changed"], "changed"))
        }
      })
  }
}
