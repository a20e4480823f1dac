internal import ParticipationKit

// The page of one report: what, where, what became of it.

extension IncidentsModule {
  var reportFamily: DocumentFamily {
    DocumentFamily(
      "report", rank: .record, titles: ["fr": "Signalement", "en": "Report"], path: { "incidents/\($0)" },
      keys: { ledger, after, limit in try ReportTable(ledger: ledger).publishedNumbers(after: after, limit: limit) },
      load: { try reportDocument($0, $1) })
  }

  private func reportDocument(_ context: RenderContext, _ number: String) throws -> Document? {
    let table = ReportTable(ledger: context.ledger)
    guard let report = try table.published(number) else { return nil }
    var updates = try table.updates(of: report, publicOnly: true)
    let kepts = Set(([report.duplicateOf] + updates.map(\.duplicateOf)).compactMap { $0 }).sorted()
    // A kept report that is not public is not named.
    for index in updates.indices {
      guard let number = updates[index].duplicateOf, try table.published(number) == nil else { continue }
      updates[index].duplicateOf = nil
    }
    let steps = updates
    let answer = try context.officialAnswer(to: subject(of: report))
    let updated = max(report.updatedAt, answer?.updated ?? report.updatedAt)
    let kept = try report.duplicateOf.flatMap { try table.published($0) }
    let language = try context.language(of: subject(of: report))
    let note = steps.last { !$0.text.isEmpty }?.text
    let value = JSONValue.object(
      requestValue(report, note: note, updated: updated) + [
        ("published_datetime", .timestamp(report.publishedAt)), ("duplicate_of", .string(kept?.number)),
        ("updates", .array(steps.map(updateValue))), ("official_answer", answer?.value ?? .null),
      ])
    return Document(
      value: value, dependsOn: kepts.map { site.subject("report", $0) }, updated: updated,
      search: SearchEntry(title: title(report, mainLocale), text: report.number),
      page: { view in try reportPage(report, language, steps, answer, kept, view) })
  }

  private func reportPage(
    _ report: Report, _ language: String, _ updates: [ReportUpdate], _ answer: OfficialAnswer?, _ kept: Report?,
    _ view: View
  ) throws -> Page {
    let title = title(report, view.locale)
    let column: [HTMLNode] =
      [
        description(report, language, view), facts(factsOf(report, kept, view)), .h2(view.text("report.history")),
        timeline(report, updates, kept, view), answer.map { view.answer($0) } ?? .empty,
        .div([.class("doings")], try followForms(report, view) + [view.flagForm(on: subject(of: report))]),
      ]
    var columns = [HTMLNode.div([.class("col")], column)]
    if let map = reportMap(report, view) { columns.append(map) }
    return Page(
      title: title,
      summary: view.text(
        "report.summary",
        [
          "title": title, "state": view.text(report.state.wordKey), "number": report.number,
          "date": DateWords(locale: view.locale).medium(view.zone.civil(report.updatedAt).date),
        ]),
      kicker: view.text("report.number", ["number": report.number]),
      body: [
        .ul(
          [.class("meta")],
          items: datedState(report, view) + [
            [.text(view.text("report.received") + " "), view.time(report.createdAt)]
          ]),
        .div([.class(columns.count > 1 ? "cols" : "wide")], columns),
      ])
  }

  /// The state with the day since when it holds, as items of a list: in a copy of any age that stays true. The day on
  /// which a report was received stands beside and is not said twice.
  func datedState(_ report: Report, _ view: View) -> [HTMLNode] {
    let mark = state(report.state, view)
    guard view.zone.civil(report.updatedAt).date != view.zone.civil(report.createdAt).date else { return [mark] }
    return [mark, [.text(view.text("report.updated") + " "), view.day(report.updatedAt)]]
  }

  /// The state as word, shape and colour.
  func state(_ state: ReportState, _ view: View) -> HTMLNode {
    .span(view.text(state.wordKey), [.class("state \(state.look.rawValue)")])
  }

  private func description(_ report: Report, _ language: String, _ view: View) -> HTMLNode {
    guard let text = publicDescription(report) else { return .p(view.text("report.text-not-public")) }
    // The language of the form that sent it; of an import, that of the commune.
    let written = language.isEmpty ? mainLocale : language
    let attributes: [HTMLAttribute] = view.locale == written ? [] : [.lang(written)]
    return .div(attributes, [rendered(text)])
  }

  private func factsOf(_ report: Report, _ kept: Report?, _ view: View) -> [(label: String, value: HTMLNode)] {
    var entries: [(label: String, value: HTMLNode)] = [
      (view.text("label.place"), placeLink(report, view)),
      (view.text("label.service"), serviceLink(report, view)),
    ]
    let agency = report.referredTo ?? content.services[report.service]?.agency ?? ""
    if !agency.isEmpty { entries.append((view.text("label.agency"), .text(agency))) }
    if let kept {
      let words = "\(kept.number) – \(title(kept, view.locale))"
      entries.append((view.text("label.kept"), .a(view.path("report", kept.number), words)))
    }
    return entries
  }

  private func serviceLink(_ report: Report, _ view: View) -> HTMLNode {
    let name = content.services.name(report.service, view.locale)
    guard content.services[report.service] != nil else { return .text(name) }
    return .a(view.path("service", report.service), name)
  }

  private func timeline(_ report: Report, _ updates: [ReportUpdate], _ kept: Report?, _ view: View) -> HTMLNode {
    var steps: [(at: Timestamp, title: String, body: HTMLNode)] = [
      (report.createdAt, view.text("timeline.received"), .empty)
    ]
    if let published = report.publishedAt {
      steps.append((published, view.text("timeline.published"), .empty))
    }
    for update in updates { steps.append((update.at, stepTitle(update, view), stepBody(update, view))) }
    // Stable: what happened in the same instant stays in the order above.
    let ordered = steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    return .ol(
      [.class("timeline")],
      items: ordered.map { step in
        [
          .p([], [.element(.b, [], [.text(step.title)])]), .p([.class("meta")], [view.time(step.at)]), step.body,
        ]
      })
  }

  private func stepTitle(_ update: ReportUpdate, _ view: View) -> String {
    let word = view.text(update.state.wordKey)
    if let body = update.referredTo { return view.text("timeline.referred", ["state": word, "body": body]) }
    if let number = update.duplicateOf { return view.text("timeline.duplicate", ["state": word, "number": number]) }
    return word
  }

  private func stepBody(_ update: ReportUpdate, _ view: View) -> HTMLNode {
    guard !update.text.isEmpty else { return .empty }
    return .div(view.locale == mainLocale ? [] : [.lang(mainLocale)], [rendered(update.text)])
  }

  private func reportMap(_ report: Report, _ view: View) -> HTMLNode? {
    guard let map = content.map, let point = publicPoint(report) else { return nil }
    let pin = MapPin(point: point, look: report.state.look, label: "", title: "", page: nil)
    let words = view.text("map.one", ["place": place(report, view.locale)])
    return .element(
      .aside, [.class("aside"), .aria("label", view.text("map.place"))],
      [
        .element(
          .figure, [.class("map")],
          [map.single(pin, title: words), .element(.figcaption, [], [.text(place(report, view.locale))])])
      ])
  }
}
