import ParticipationKit

extension CaseCard {
  /// Publish, or refuse with a reason: one tap for the first, two for the second.
  func decisions(
    _ entry: ModerationQueue.Entry, _ id: String, values: [String: [String]], problem: Problem?, in ledgers: Ledgers
  ) throws -> HTMLNode {
    .div(
      [.class("decide")],
      [
        approveForm(entry, returning: room.here),
        try refusal(entry, id, values: values, problem: problem, returning: room.here, in: ledgers),
      ])
  }

  /// The same at the thumb, with the way to the next case.
  func thumbs(
    _ entry: ModerationQueue.Entry, _ id: String, _ told: [HTMLNode], _ filter: QueueFilter, in ledgers: Ledgers
  ) throws -> HTMLNode {
    let here =
      "/desk/moderation/read"
      + filter.query(
        kind: filter.kind, category: filter.category, view: filter.view,
        more: [("after", String(entry.id))])
    let later = HTMLNode.element(
      .form, [.named("method", "get"), .action(SitePath("desk/moderation/read")), .class("later")],
      [("kind", filter.kind), ("category", filter.category), ("view", filter.view), ("after", String(entry.id))]
        .filter { !$0.1.isEmpty }.map {
          .element(.input, [.named("type", "hidden"), .named("name", $0.0), .named("value", $0.1)])
        } + [.element(.button, [.class("button quiet"), .named("type", "submit")], [.text(room.text("mod.later"))])])
    return .div(
      [.class("thumbs")],
      told + [
        .div(
          [.class("decide")],
          [
            approveForm(entry, returning: here),
            try refusal(entry, id, values: [:], problem: nil, returning: here, in: ledgers), later,
          ])
      ])
  }

  private func approveForm(_ entry: ModerationQueue.Entry, returning path: String) -> HTMLNode {
    let key = entry.isShown ? "mod.keep" : entry.publicAt == nil ? "decision.approve" : "mod.publishNow"
    return decisionForm(
      entry, "approve", returning: path,
      [.element(.button, [.class("button"), .named("type", "submit"), .data("key", "a")], [.text(room.text(key))])])
  }

  /// The reasons are the buttons: choosing one is deciding.
  private func refusal(
    _ entry: ModerationQueue.Entry, _ id: String, values: [String: [String]], problem: Problem?,
    returning path: String, in ledgers: Ledgers
  ) throws -> HTMLNode {
    let locale = try queue.authorLocale(of: entry, in: ledgers)
    let note = values["note"]?.first ?? ""
    let isWrong = problem != nil
    let error = problem.map { [HTMLNode.p($0.detail, [.class("error"), .id(id + "-error")])] } ?? []
    let wrong: [HTMLAttribute] = isWrong ? [.aria("invalid", "true")] : []
    let described = .aria("describedby", id + "-hint" + (isWrong ? " \(id)-error" : "")) as HTMLAttribute
    let message = HTMLNode.element(
      .details, [.class("message")] + (note.isEmpty && !isWrong ? [] : [.flag("open")]),
      [
        .element(.summary, [], [.text(room.text("mod.message.open"))]),
        .div(
          [.class(isWrong ? "field wrong" : "field")],
          [
            .element(.label, [.named("for", id + "-note")], [.text(room.text("decision.note"))]),
            .p(
              room.text("mod.message.help", ["language": room.text("mod.language.\(locale)")]),
              [.class("hint"), .id(id + "-hint")]),
          ] + error + [
            .element(
              .textarea, [.named("name", "note"), .id(id + "-note"), .named("rows", "3"), described] + wrong,
              [.text(note)])
          ]),
      ])
    let isOpen: [HTMLAttribute] = isWrong ? [.flag("open")] : []
    return .element(
      .details, [.class("refusal")] + isOpen,
      [
        .element(
          .summary, [.class("button refuse"), .data("key", "r")],
          [.text(room.text(entry.isShown ? "mod.withdraw" : "decision.refuse"))]),
        decisionForm(entry, "refuse", returning: path, [message] + reasonButtons("reason")),
      ])
  }

  /// A button for each reason of the charter.
  func reasonButtons(_ name: StaticString) -> [HTMLNode] {
    [
      .p(room.text("mod.reasons"), [.class("reasons-title")]),
      .div(
        [.class("reasons")],
        host.charter.reasons.enumerated().map { index, reason in
          .element(
            .button,
            [
              .class("button refuse"), .named("type", "submit"), .named("name", "\(name)"), .named("value", reason.id),
              .data("key", String(index + 1)),
            ], [.text(Charter.pick(reason.titles, room.locale))])
        }),
    ]
  }

  /// A form that decides something about an entry.
  func decisionForm(
    _ entry: ModerationQueue.Entry, _ decision: String, returning path: String, _ fields: [HTMLNode]
  ) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath("desk/moderation/\(entry.id)"))],
      room.hiddenInputs(returning: path) + [
        CaseForms.hidden("decision", decision), CaseForms.hidden("seen", entry.version),
      ] + fields)
  }

  /// What is ticked in the list, decided together.
  func bulkForm() -> HTMLNode {
    .element(
      .form, [.id("bulk"), .class("thumbs bulk"), .named("method", "post"), .action(SitePath("desk/moderation/bulk"))],
      room.hiddenInputs(returning: room.here) + [
        .div(
          [.class("decide")],
          [
            .element(
              .button,
              [.class("button"), .named("type", "submit"), .named("name", "decision"), .named("value", "approve")],
              [.text(room.text("mod.bulk.approve"))]),
            .element(
              .details, [.class("refusal")],
              [.element(.summary, [.class("button refuse")], [.text(room.text("mod.bulk.refuse"))])]
                + reasonButtons("refuse")),
          ])
      ])
  }

  func undoForm(_ decision: Int, returning path: String) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath("desk/undo/\(decision)")), .class("undo")],
      room.hiddenInputs(returning: path) + [
        .element(
          .button, [.class("button quiet"), .named("type", "submit"), .data("key", "u")], [.text(room.text("mod.undo"))]
        )
      ])
  }

  func holdForm(_ entry: ModerationQueue.Entry) -> HTMLNode {
    guard entry.state == "pending" else { return .empty }
    let isMine = entry.holder == room.session.person.id
    return decisionForm(
      entry, isMine ? "release" : "hold", returning: room.here,
      [
        .element(
          .button, [.class("button quiet"), .named("type", "submit")],
          [.text(room.text(isMine ? "mod.release" : "mod.hold"))])
      ])
  }

  func embargoForm(_ entry: ModerationQueue.Entry, _ values: [String: [String]]) -> HTMLNode {
    let id = "embargo-\(entry.id)"
    return decisionForm(
      entry, "approve", returning: "/desk/moderation",
      [
        .div(
          [.class("field")],
          [
            .element(.label, [.named("for", id)], [.text(room.text("mod.embargo.label"))]),
            .p(room.text("mod.embargo.help"), [.class("hint"), .id(id + "-hint")]),
            .element(
              .input,
              [
                .id(id), .named("name", "public_at"), .named("type", "datetime-local"), .flag("required"),
                .named("value", values["public_at"]?.first ?? ""), .aria("describedby", id + "-hint"),
              ]),
          ]),
        .element(.button, [.class("button"), .named("type", "submit")], [.text(room.text("mod.embargo.submit"))]),
      ])
  }
}

/// The forms of a case that need more than a button.
struct CaseForms: Sendable {
  let room: DeskRoom

  static func hidden(_ name: StaticString, _ value: String) -> HTMLNode {
    .element(.input, [.named("type", "hidden"), .named("name", "\(name)"), .named("value", value)])
  }

  /// A text in which passages can be marked: by hand, or with the script by selecting them.
  func redactForm(
    _ entry: ModerationQueue.Entry, _ text: ModerationQueue.Markable, _ values: [String: [String]]
  ) -> HTMLNode {
    let card = CaseCard(room: room)
    let id = "redact-\(entry.id)-\(text.name)"
    let pair = MarkedText.pair(for: text.text)
    let options = room.host.charter.reasons.map { reason in
      HTMLNode.element(
        .option,
        [.named("value", reason.id)] + (reason.id == values["reason"]?.first ? [.flag("selected")] : []),
        [.text(Charter.pick(reason.titles, room.locale))])
    }
    return card.decisionForm(
      entry, "redact", returning: "/desk/moderation/\(entry.id)",
      [
        CaseForms.hidden("field", text.name),
        .div(
          [.class("field")],
          [
            .element(.label, [.named("for", id)], [.text(text.title)]),
            .p(
              room.text("mod.redact.help", ["open": pair.open, "close": pair.close]),
              [.class("hint"), .id(id + "-hint")]),
            .element(
              .textarea,
              [
                .id(id), .named("name", "marked"), .named("rows", "6"), .aria("describedby", id + "-hint"),
                .data("open", pair.open), .data("close", pair.close), .data("mark", room.text("mod.redact.select")),
              ], [.text(values["field"]?.first == text.name ? values["marked"]?.first ?? text.text : text.text)]),
          ]),
        .div(
          [.class("field")],
          [
            .element(.label, [.named("for", id + "-reason")], [.text(room.text("mod.reasons"))]),
            .element(
              .select, [.id(id + "-reason"), .named("name", "reason"), .flag("required")],
              [.element(.option, [.named("value", "")], [.text(room.text("mod.reasons.choose"))])] + options),
          ]),
        .div(
          [.class("actions")],
          [
            .element(
              .button, [.class("button quiet"), .named("type", "submit")], [.text(room.text("mod.redact.submit"))]),
            entry.isShown
              ? .empty
              : .element(
                .button,
                [.class("button"), .named("type", "submit"), .named("name", "publish"), .named("value", "true")],
                [.text(room.text("mod.redact.publish"))]),
          ]),
      ])
  }
}
