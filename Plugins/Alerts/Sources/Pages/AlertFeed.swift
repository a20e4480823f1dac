import ParticipationKit

/// The feed of alerts, by when they began.
struct AlertFeed {
  let site: Site

  var stream: Stream {
    Stream(
      "feed", .atom, titles: AlertsModule.manifest.names, dependsOn: [site.subject("list", "index")],
      entries: { context in try entries(context) })
  }

  private func entries(_ context: RenderContext) throws -> [StreamEntry] {
    let locale = site.commune.languages.first ?? "fr"
    let rows = try context.ledger.rows(
      "SELECT * FROM alerts_alert WHERE is_shown = 1 ORDER BY starts_at DESC, key DESC LIMIT 50")
    return try rows.map { row in
      let alert = try Alert(row)
      let words = try AlertWords(alert.text, site: site)
      return StreamEntry(
        subject: site.subject("alert", alert.key), page: SitePath("alerts/\(alert.key).html"),
        title: words.title(locale), summary: words.parts(locale).joined(separator: " "),
        published: alert.text.starts, updated: max(alert.text.starts, alert.updatedAt))
    }
  }
}

/// The notice on the commune's front page while an alert stands: the most urgent one in full, the others by title.
struct HomeNotice {
  let site: Site

  var contribution: SlotContribution {
    SlotContribution(.home, order: 1) { context in try load(context) }
  }

  /// On the front page of the desk: how many alerts stand.
  var deskTile: SlotContribution {
    SlotContribution(.desk, order: 20) { context in
      let count = try AlertTable(ledger: context.ledger).current(at: context.now).count
      return SlotContent(dependsOn: [site.subject("list", "index")]) { view in
        .p(
          [.class("count")],
          [
            .element(.b, [], [.text(String(count))]), " ", .span(view.text("desk.tile", ["count": String(count)])),
          ])
      }
    }
  }

  private func load(_ context: RenderContext) throws -> SlotContent {
    let current = try AlertTable(ledger: context.ledger).current(at: context.now)
    let body = try current.first.map { try site.markdown($0.text.body, .editor).node } ?? .empty
    return SlotContent(
      dependsOn: [site.subject("list", "index")], changesAt: current.map(\.text.ends).min(),
      node: { view in notice(current, body, view) })
  }

  private func notice(_ current: [Alert], _ body: HTMLNode, _ view: View) -> HTMLNode {
    guard let first = current.first else { return .empty }
    let pieces = AlertPieces(site: site)
    var nodes: [HTMLNode] = [
      .p(view.text("level.\(first.text.level.rawValue)"), [.class("kind")]), pieces.heading(.h3, first, view),
      .p([], [pieces.badge(first, true, view)]), .div(pieces.language(view), [body]),
    ]
    let others = current.dropFirst().prefix(3)
    if !others.isEmpty {
      nodes.append(
        .ul(
          [.class("meta")],
          items: others.map { .a(view.path("alert", $0.key), view.title($0.text.title), pieces.language(view)) }))
    }
    nodes.append(.a(view.path("list"), view.text("home.all", ["count": String(current.count)]), [.class("go")]))
    return .article([.class("notice")], nodes)
  }
}
