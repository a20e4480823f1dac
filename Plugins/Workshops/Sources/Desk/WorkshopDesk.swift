import ParticipationKit

/// The screens for staff: all sessions, one session with its people, and its attendance sheet.
struct WorkshopDesk {
  let site: Site

  var screens: [DeskScreen] {
    [
      DeskScreen(
        "sessions", titles: WorkshopsModule.manifest.names, permission: WorkshopsModule.runPermission,
        render: { context in try list(context) }),
      DeskScreen(
        "session", titles: ["fr": "Atelier", "en": "Workshop"], permission: WorkshopsModule.runPermission,
        isListed: false,
        render: { context in
          guard let session = try SessionTable(ledger: context.rendering.ledger).find(context.key) else { return nil }
          return try one(session, context)
        }),
      DeskScreen(
        "sheet", titles: ["fr": "Feuille de présence", "en": "Attendance sheet"],
        permission: WorkshopsModule.runPermission, isListed: false,
        render: { context in
          guard let session = try SessionTable(ledger: context.rendering.ledger).find(context.key) else { return nil }
          return try AttendanceSheet(session: session, context: context).content
        }),
    ]
  }

  private func list(_ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let now = context.rendering.now
    let pieces = SessionPieces(site: site, view: view)
    func rows(_ sessions: [Session]) -> HTMLNode { pieces.rows(sessions, now) { context.path("session", $0.key) } }
    let table = SessionTable(ledger: context.rendering.ledger)
    let (coming, past) = (try table.coming(after: now), try table.past(before: now, limit: 50))
    var nodes: [HTMLNode] = [
      fold(view.text("form.create"), try view.form("create-session", options: .folded("new"))),
      .h2(view.text("list.coming")), coming.isEmpty ? .p(view.text("list.none")) : rows(coming),
    ]
    if !past.isEmpty { nodes += [.h2(view.text("list.past")), rows(past)] }
    return DeskContent(title: view.text("list.title"), body: nodes)
  }

  private func one(_ session: Session, _ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let now = context.rendering.now
    let pieces = SessionPieces(site: site, view: view)
    let signups = try SignupTable(ledger: context.rendering.ledger).all(of: session.key)
    var nodes: [HTMLNode] = [
      .p([], [pieces.badge(session, now)]),
      .ul(
        [.class("meta")],
        items: [
          view.time(session.text.starts), .text(session.text.place), .text(pieces.places(session)),
          .a(view.path("session", session.key), view.text("desk.seePage")),
          .a(context.path("sheet", session.key), view.text("desk.sheet")),
        ]),
      .h2(view.text("desk.people")), try people(signups, view),
    ]
    if session.text.ends > now, !session.isCancelled {
      let values = SessionFields(site: site, locale: view.locale).values(of: session)
      nodes += [
        fold(
          view.text("form.edit"),
          try view.form("edit-session", key: session.key, values: values, options: .folded("edit"))),
        fold(view.text("form.cancel"), try view.form("cancel-session", key: session.key, options: .folded("cancel"))),
      ]
    }
    if session.text.starts <= now, !session.isCancelled, !signups.isEmpty {
      let came = signups.filter { $0.came == true }.map { String($0.id) }
      nodes.append(
        fold(
          view.text("form.attend"),
          try view.form("note-attendance", key: session.key, values: ["came": came], options: .folded("came"))))
    }
    return DeskContent(title: session.text.title, body: nodes)
  }

  private func people(_ signups: [Signup], _ view: View) throws -> HTMLNode {
    guard !signups.isEmpty else { return .p(view.text("desk.nobody")) }
    return .element(
      .ol, [.class("rows")],
      try signups.map { signup in
        let name = signup.name ?? view.text("erased")
        return .element(
          .li, [],
          [
            .h3(name), .p(Contact.words(signup), [.class("meta")]),
            .p(
              [],
              [
                .span(
                  view.text("state.\(signup.state)"), [.class(signup.isConfirmed ? "state done" : "state wait")])
              ]),
            fold(
              view.text("form.remove"),
              try view.form("remove-signup", key: String(signup.id), options: .folded("remove-\(signup.id)"))),
          ])
      })
  }

  /// A form behind its title, opened at will without script.
  private func fold(_ title: String, _ form: HTMLNode) -> HTMLNode {
    .element(.details, [.class("say")], [.element(.summary, [.class("button quiet")], [.text(title)]), form])
  }
}

extension View.FormOptions {
  /// A form whose title stands on the fold.
  static func folded(_ id: String) -> View.FormOptions { View.FormOptions(id: id, showsTitle: false) }
}

/// How to reach somebody.
struct Contact {
  static func words(_ signup: Signup) -> String {
    [signup.phone, signup.email].compactMap(\.self).joined(separator: " · ")
  }
}

/// The sheet that lies on the table: names, a box to tick, a place to sign; then those who wait. Made for paper.
struct AttendanceSheet {
  let session: Session
  let context: DeskContext

  var content: DeskContent {
    get throws {
      let view = context.view
      let signups = try SignupTable(ledger: context.rendering.ledger).all(of: session.key)
      let confirmed = signups.filter(\.isConfirmed)
      var nodes: [HTMLNode] = [
        .p([.class("meta")], [view.time(session.text.starts), .text(", " + session.text.place)]),
        .p(view.text("sheet.help"), [.class("hint no-print")]),
      ]
      if confirmed.isEmpty {
        nodes.append(.p(view.text("desk.nobody")))
      } else {
        nodes.append(
          .table(
            caption: view.text("sheet.caption", ["count": String(confirmed.count)]),
            headings: ["sheet.name", "sheet.contact", "sheet.came", "sheet.signature"].map { view.text($0) },
            rows: confirmed.map { signup in
              [
                .text(signup.name ?? view.text("erased")), .text(Contact.words(signup)),
                .text(signup.came.map { view.text($0 ? "yes" : "no") } ?? "☐"),
                // Two lines: a hand needs room.
                [.text("\u{A0}"), .element(.br), .text("\u{A0}")],
              ]
            }))
      }
      let waiting = signups.filter { !$0.isConfirmed }
      if !waiting.isEmpty {
        nodes += [
          .h2(view.text("sheet.waiting")),
          .ol(items: waiting.map { .text("\($0.name ?? view.text("erased")) – \(Contact.words($0))") }),
        ]
      }
      return DeskContent(title: view.text("sheet.title", ["title": session.text.title]), body: nodes)
    }
  }
}
