import ParticipationKit

/// The screens for staff: all alerts with the form for a new one, and one alert.
struct AlertDesk {
  let site: Site

  var screens: [DeskScreen] {
    [
      DeskScreen(
        "alerts", titles: AlertsModule.manifest.names, permission: AlertsModule.writePermission,
        render: { context in try list(context) }),
      DeskScreen(
        "alert", titles: ["fr": "Alerte", "en": "Alert"], permission: AlertsModule.writePermission, isListed: false,
        render: { context in
          guard let alert = try AlertTable(ledger: context.rendering.ledger).find(context.key) else { return nil }
          return try one(alert, context)
        }),
    ]
  }

  private func list(_ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let now = context.rendering.now
    let table = AlertTable(ledger: context.rendering.ledger)
    func rows(_ alerts: [Alert]) -> HTMLNode {
      .ul(
        [.class("rows")],
        items: alerts.map { alert in
          [
            .element(.h3, [], [.a(context.path("alert", alert.key), alert.text.title)]),
            .p([], [badge(alert, now, view)]),
          ]
        })
    }
    let (current, planned) = (try table.current(at: now), try table.planned())
    let past = try table.past(at: now, limit: AlertList.pastShown)
    var body: [HTMLNode] = [
      .element(
        .details, current.isEmpty && planned.isEmpty ? [.class("say"), .flag("open")] : [.class("say")],
        [
          .element(.summary, [.class("button")], [.text(view.text("form.publish"))]),
          try view.form("publish-alert", options: View.FormOptions(id: "new", showsTitle: false)),
        ]),
      .h2(view.text("list.current")), current.isEmpty ? .p(view.text("list.none")) : rows(current),
    ]
    if !planned.isEmpty { body += [.h2(view.text("desk.planned")), rows(planned)] }
    if !past.isEmpty { body += [.h2(view.text("list.past")), rows(past)] }
    return DeskContent(title: view.text("list.title"), body: body)
  }

  private func badge(_ alert: Alert, _ now: Timestamp, _ view: View) -> HTMLNode {
    guard alert.isShown else {
      let date = DateWords(locale: view.locale).longWithTime(view.zone.civil(alert.text.starts))
      return .span(view.text("desk.from", ["date": date]), [.class("state new")])
    }
    return AlertPieces(site: site).badge(alert, alert.isCurrent(at: now), view)
  }

  private func one(_ alert: Alert, _ context: DeskContext) throws -> DeskContent {
    let view = context.view
    let now = context.rendering.now
    var body: [HTMLNode] = [
      .p([], [badge(alert, now, view)]), try site.markdown(alert.text.body, .editor).node,
    ]
    if alert.isShown {
      body.append(.p([.class("meta")], [.a(view.path("alert", alert.key), view.text("desk.seePage"))]))
    }
    if alert.text.ends > now {
      let values = AlertFields(site: site, locale: view.locale).values(of: alert)
      body += [
        fold(
          view.text("form.edit"),
          try view.form("edit-alert", key: alert.key, values: values, options: .folded("edit"))),
        fold(view.text("form.end"), try view.form("end-alert", key: alert.key, options: .folded("end"))),
      ]
    }
    return DeskContent(title: alert.text.title, body: body)
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
