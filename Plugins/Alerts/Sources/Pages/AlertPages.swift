import ParticipationKit

/// The page and the data of one alert.
struct AlertDocument {
  let site: Site

  var family: DocumentFamily {
    DocumentFamily(
      "alert", rank: .record, titles: ["fr": "Alerte", "en": "Alert"], path: { "alerts/\($0)" },
      keys: { ledger, after, limit in try AlertTable(ledger: ledger).publicKeys(after: after, limit: limit) },
      load: { context, key in try load(key, context) })
  }

  private func load(_ key: String, _ context: RenderContext) throws -> Document? {
    guard let alert = try AlertTable(ledger: context.ledger).find(key), alert.isShown else { return nil }
    let body = try site.markdown(alert.text.body, .editor)
    let isCurrent = alert.isCurrent(at: context.now)
    let pieces = AlertPieces(site: site)
    return Document(
      value: .object(alert.members), changesAt: isCurrent ? alert.text.ends : nil, updated: alert.updatedAt,
      search: SearchEntry(title: alert.text.title, text: body.plainText),
      page: { view in
        let level = view.text("level.\(alert.text.level.rawValue)")
        return Page(
          title: alert.text.title, summary: pieces.until(alert, isCurrent, view), kicker: level,
          body: [
            .p([], [pieces.badge(alert, isCurrent, view)]), .h2(view.text("page.text"), [.class("sr")]),
            .div(pieces.language(view), [body.node]),
            .p([.class("meta")], [.text(view.text("page.since") + " "), view.time(alert.text.starts)]),
          ]
        )
        .titled(in: site.commune.languages.first ?? "")
      })
  }
}

/// What several pages say of an alert.
struct AlertPieces {
  let site: Site

  /// Until when it stands, or since when it is over: words that stay true in a copy.
  func until(_ alert: Alert, _ isCurrent: Bool, _ view: View) -> String {
    let date = DateWords(locale: view.locale).longWithTime(view.zone.civil(alert.text.ends))
    return view.text(isCurrent ? "until" : "over", ["date": date])
  }

  func badge(_ alert: Alert, _ isCurrent: Bool, _ view: View) -> HTMLNode {
    .span(until(alert, isCurrent, view), [.class("state " + (isCurrent ? alert.text.level.style : "over"))])
  }

  /// The town hall writes in the commune's first language; a page in another one says so (WCAG 2.2, 3.1.2).
  func language(_ view: View) -> [HTMLAttribute] {
    guard let language = site.commune.languages.first, language != view.locale else { return [] }
    return [.lang(language)]
  }

  func heading(_ tag: HTMLTag, _ alert: Alert, _ view: View) -> HTMLNode {
    .element(tag, language(view), [.a(view.path("alert", alert.key), view.title(alert.text.title))])
  }

  func row(_ alert: Alert, _ isCurrent: Bool, _ view: View) -> HTMLNode {
    .fragment([
      .p(view.text("level.\(alert.text.level.rawValue)"), [.class("kind")]), heading(.h3, alert, view),
      .p([], [badge(alert, isCurrent, view)]),
    ])
  }
}

/// The module's front page: what stands now, and what stood last.
struct AlertList {
  static let pastShown = 50
  let site: Site

  var family: DocumentFamily {
    .single(
      "list", titles: ["fr": "Liste des alertes", "en": "List of alerts"], path: "alerts/index",
      load: { context in try load(context) })
  }

  private func load(_ context: RenderContext) throws -> Document {
    let table = AlertTable(ledger: context.ledger)
    let current = try table.current(at: context.now)
    let past = try table.past(at: context.now, limit: Self.pastShown)
    let updated = (current + past).map(\.updatedAt).max() ?? Timestamp(milliseconds: 0)
    return Document(
      value: .object([
        ("current", .array(current.map { .object($0.members) })), ("past", .array(past.map { .object($0.members) })),
      ]),
      changesAt: current.map(\.text.ends).min(), updated: updated,
      page: { view in try page(current, past, view) })
  }

  private func page(_ current: [Alert], _ past: [Alert], _ view: View) throws -> Page {
    let pieces = AlertPieces(site: site)
    func rows(_ alerts: [Alert], _ isCurrent: Bool) -> HTMLNode {
      .ul([.class("rows")], items: alerts.map { pieces.row($0, isCurrent, view) })
    }
    var body: [HTMLNode] = [
      .p(view.text("list.lead"), [.class("lead")]), .h2(view.text("list.current")),
      current.isEmpty ? .p(view.text("list.none")) : rows(current, true),
      try view.followForm(on: site.subject("list", "index")),
    ]
    if !past.isEmpty { body += [.h2(view.text("list.past")), rows(past, false)] }
    if past.count == Self.pastShown { body.append(.p(view.text("list.older"), [.class("meta")])) }
    body.append(.p([.class("meta")], [.a(view.path("screen"), view.text("list.screen"))]))
    return Page(title: view.text("list.title"), summary: view.text("list.lead"), body: body)
  }
}

/// The page for a screen in the town hall's window: what stands now, in large letters, fetched again by itself. Nobody
/// scrolls it, so the most urgent alert is there in full and the others with their titles.
struct ScreenDocument {
  static let refreshSeconds = 300
  static let most = 4
  let site: Site

  var family: DocumentFamily {
    .single(
      "screen", titles: ["fr": "Écran d’affichage", "en": "Display screen"], path: "alerts/screen",
      load: { context in try load(context) })
  }

  private func load(_ context: RenderContext) throws -> Document {
    let current = try AlertTable(ledger: context.ledger).current(at: context.now)
    let text = try current.first.map { try site.markdown($0.text.body, .editor).node } ?? .empty
    return Document(
      value: .object([("current", .array(current.prefix(Self.most).map { .object($0.members) }))]),
      dependsOn: [site.subject("list", "index")], changesAt: current.map(\.text.ends).min(),
      updated: current.map(\.updatedAt).max() ?? Timestamp(milliseconds: 0),
      page: { view in page(current, text, view) })
  }

  private func page(_ current: [Alert], _ text: HTMLNode, _ view: View) -> Page {
    var body = current.prefix(Self.most).enumerated().map { place, alert in
      notice(alert, text: place == 0 ? text : .empty, view)
    }
    if body.isEmpty { body.append(.p(view.text("list.none"), [.class("lead")])) }
    let more = current.count - Self.most
    if more > 0 { body.append(.p(view.text("screen.more", ["count": String(more)]))) }
    body.append(.p([.class("meta")], [.a(view.path("list"), site.commune.address + "alerts/")]))
    return Page(
      title: view.text("screen.title"), summary: view.text("list.lead"), kicker: site.commune.name, body: body
    ).forScreen(refreshedEvery: Self.refreshSeconds)
  }

  private func notice(_ alert: Alert, text: HTMLNode, _ view: View) -> HTMLNode {
    let pieces = AlertPieces(site: site)
    return .article(
      [.class("notice " + alert.text.level.style)],
      [
        .p(view.text("level.\(alert.text.level.rawValue)"), [.class("kind")]),
        .element(.h2, pieces.language(view), [.text(view.title(alert.text.title))]),
        .p([], [pieces.badge(alert, true, view)]), .div(pieces.language(view), [text]),
      ])
  }
}
