import ParticipationKit

/// The screens for staff: meetings, one meeting, one item.
struct AgendaDesk {
  let site: Site

  var screens: [DeskScreen] {
    [
      DeskScreen(
        "meetings", titles: ["fr": "Séances", "en": "Meetings"], permission: AgendaModule.editPermission,
        render: { context in try MeetingsScreen(context: context).content }),
      DeskScreen(
        "meeting", titles: ["fr": "Séance", "en": "Meeting"], permission: AgendaModule.editPermission,
        isListed: false,
        render: { context in
          guard let meeting = try Meeting.find(context.key, in: context.rendering.ledger) else { return nil }
          return try MeetingScreen(site: site, context: context, meeting: meeting).content
        }),
      DeskScreen(
        "item", titles: ["fr": "Point de l’ordre du jour", "en": "Agenda item"],
        permission: AgendaModule.editPermission, isListed: false,
        render: { context in
          let ledger = context.rendering.ledger
          guard let item = try AgendaItem.find(context.key, in: ledger),
            let meeting = try Meeting.find(item.meeting, in: ledger)
          else { return nil }
          return try ItemScreen(site: site, context: context, meeting: meeting, item: item).content
        }),
    ]
  }
}

/// The list of meetings, and the form for a new one.
struct MeetingsScreen {
  let context: DeskContext

  var content: DeskContent {
    get throws {
      let view = context.view
      let meetings = try Meeting.all(in: context.rendering.ledger)
      let rows = meetings.map { meeting in
        HTMLNode.element(
          .li, [.class("dated")],
          DateLeaf(view: view, instant: meeting.startsAt).parts([
            .element(.h2, [], [.a(context.path("meeting", meeting.id), meeting.title)]),
            .p([], [.span(view.text("state.\(meeting.state.rawValue)"), [.class(DeskState.style(of: meeting))])]),
            .p(
              [.class("meta")],
              [
                // The day stands on the leaf and in the title: the hour and the place are what is new.
                .element(
                  .time, [.datetime(meeting.startsAt.rfc3339)],
                  [.text(DateWords(locale: view.locale).time(view.zone.civil(meeting.startsAt)))]),
                .text(" · " + meeting.place + (meeting.isPublic ? "" : " · " + view.text("desk.private"))),
              ]),
          ]))
      }
      return DeskContent(
        title: view.text("desk.meetings"),
        body: [
          rows.isEmpty ? .p(view.text("desk.none")) : .element(.ol, [.class("rows")], rows),
          try DeskState.fold(view.text("form.createMeeting"), view.form("create-meeting", options: .folded("new"))),
        ])
    }
  }
}

/// Pieces that several screens share.
struct DeskState {
  static func style(of meeting: Meeting) -> String {
    switch meeting.state {
    case .draft: "state new"
    case .sent: "state open"
    case .held: "state wait"
    case .minuted: "state done"
    }
  }

  /// A form behind its title, opened at will without script.
  static func fold(_ title: String, _ form: HTMLNode) -> HTMLNode {
    .element(.details, [.class("say")], [.element(.summary, [.class("button quiet")], [.text(title)]), form])
  }
}

extension View.FormOptions {
  /// A form whose title stands on the fold.
  static func folded(_ id: String) -> View.FormOptions { View.FormOptions(id: id, showsTitle: false) }
}

/// One meeting: its state, its items in order, and the forms for both.
struct MeetingScreen {
  let site: Site
  let context: DeskContext
  let meeting: Meeting

  private var view: View { context.view }

  var content: DeskContent {
    get throws {
      let items = try AgendaItem.all(of: meeting.id, in: context.rendering.ledger)
      return DeskContent(
        title: meeting.title,
        body: [facts, .h2(view.text("agenda")), list(items.filter { !$0.isWithdrawn })] + withdrawn(items)
          + (try forms()))
    }
  }

  private var facts: HTMLNode {
    var lines: [HTMLNode] = [
      .span(view.text("state.\(meeting.state.rawValue)"), [.class(DeskState.style(of: meeting))]),
      view.time(meeting.startsAt), .text(meeting.place),
      [.text(view.text("comments.deadline") + " "), view.time(meeting.commentsDeadline)],
    ]
    lines.append(
      meeting.isPublic
        ? .a(view.path("meeting", meeting.id), view.text("desk.seePage")) : .text(view.text("desk.private")))
    if let digest = meeting.digest {
      lines.append([.text("SHA-256 "), .element(.code, [.class("code")], [.text(digest)])])
    }
    return .ul([.class("meta")], items: lines)
  }

  private func list(_ items: [AgendaItem]) -> HTMLNode {
    guard !items.isEmpty else { return .p(view.text("agenda.empty")) }
    return .element(
      .ol, [.class("rows")],
      items.enumerated().map { index, item in
        .element(
          .li, [],
          [
            .h3Link(context.path("item", item.key), "\(index + 1). \(item.title)"), .p(about(item), [.class("meta")]),
          ])
      })
  }

  private func about(_ item: AgendaItem) -> String {
    var parts = [view.text("kind.\(item.kind.rawValue)")]
    if !item.text.rapporteur.isEmpty { parts.append(item.text.rapporteur) }
    if item.text.isClosed { parts.append(view.text("field.closed.short")) }
    if meeting.state == .held, item.minutes.isEmpty { parts.append(view.text("desk.noMinutes")) }
    let author = item.updatedBy.isEmpty ? view.text("author.import") : item.updatedBy
    let date = DateWords(locale: view.locale).longWithTime(view.zone.civil(item.updatedAt))
    parts.append(
      view.text("desk.savedBy", ["revision": String(item.revision), "author": author, "date": date]))
    return parts.joined(separator: " · ")
  }

  private func withdrawn(_ items: [AgendaItem]) -> [HTMLNode] {
    let items = items.filter(\.isWithdrawn)
    guard !items.isEmpty else { return [] }
    return [
      .h2(view.text("withdrawn.title")), .ul(items: items.map { .a(context.path("item", $0.key), $0.title) }),
    ]
  }

  private func forms() throws -> [HTMLNode] {
    var nodes: [HTMLNode] = []
    if meeting.state == .draft {
      nodes.append(
        DeskState.fold(
          view.text("form.addItem"),
          try view.form(
            "add-item", key: meeting.id, values: ["kind": [ItemKind.deliberation.rawValue]],
            options: .folded("add-item"))))
    }
    guard let next = meeting.state.next else { return nodes }
    if meeting.state == .draft {
      let values = MeetingFields(site: site, locale: view.locale).values(of: meeting)
      nodes.append(
        DeskState.fold(
          view.text("form.editMeeting"),
          try view.form("edit-meeting", key: meeting.id, values: values, options: .folded("edit-meeting"))))
    }
    nodes.append(
      DeskState.fold(
        view.text("form.setState.\(next.rawValue)"),
        try view.form(
          "set-state", key: meeting.id, values: ["state": [next.rawValue]], options: .folded("set-state"))))
    return nodes
  }
}
