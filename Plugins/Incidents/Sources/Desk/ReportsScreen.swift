internal import ParticipationKit

// The list for staff: every report, newest first, by state and service, twenty-five a page.

extension IncidentsModule {
  private static let deskPageSize = 25

  var reportsScreen: DeskScreen {
    DeskScreen(
      "reports", titles: ["fr": "Signalements", "en": "Reports"], permission: "incidents.handle",
      category: { try category(of: $0) },
      render: { context in
        switch context.key {
        case "": try listScreen(context)
        case "new": try intakeScreen(context)
        default: try reportScreen(context)
        }
      })
  }

  /// What the list shows: all words come from the address, so unknown ones count as none.
  private struct Filter {
    let state: ReportState?
    let service: String?
    let reach: Reach
    let before: Int?

    func query(state: ReportState?, service: String?, before: Int? = nil) -> String {
      var parts: [String] = []
      if let state { parts.append("state=\(state.rawValue)") }
      if let service { parts.append("service=\(service)") }
      if let before { parts.append("before=\(before)") }
      return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
  }

  private func listScreen(_ context: DeskContext) throws -> DeskContent? {
    let filter = Filter(
      state: context.query["state"].flatMap(ReportState.init(rawValue:)),
      service: context.query["service"].flatMap { content.services[$0]?.code },
      reach: context.rendering.reach,
      before: context.query["before"].flatMap { Int($0) })
    let reports = try deskList(context.rendering.ledger, filter)
    let view = context.view
    let list = context.path("reports").path
    var body: [HTMLNode] = [
      .p([.class("actions")], [.a(context.path("reports", "new"), view.text("desk.new"), [.class("button")])]),
      try stateFilters(context, filter, list), serviceFilters(filter, list, view),
    ]
    if reports.isEmpty {
      body.append(.p(view.text("desk.none")))
    } else {
      // A list and no table: on a telephone the state would stand off the screen.
      body.append(.h2(view.text("desk.caption")))
      body.append(.ul([.class("rows")], items: reports.prefix(Self.deskPageSize).map { row($0, context) }))
    }
    if reports.count > Self.deskPageSize {
      let last = reports[Self.deskPageSize - 1].id
      let query = filter.query(state: filter.state, service: filter.service, before: last)
      body.append(
        .element(
          .nav, [.class("pager"), .aria("label", view.text("pager.label"))],
          [.ul(items: [.a(SitePath(list + query), view.text("desk.older"), [.rel("next")])])]))
    }
    return DeskContent(title: view.text("index.title"), body: body)
  }

  private func intakeScreen(_ context: DeskContext) throws -> DeskContent? {
    DeskContent(
      title: context.view.text("desk.new"),
      body: [
        try context.view.form("record-report", options: View.FormOptions(id: "report", showsTitle: false))
      ])
  }

  private func deskList(_ ledger: Ledger, _ filter: Filter) throws -> [Report] {
    var conditions = ["id < ?"]
    var arguments: [SQLValue] = [.integer(filter.before ?? Int.max)]
    if let state = filter.state {
      conditions.append("state = ?")
      arguments.append(.text(state.rawValue))
    }
    if let service = filter.service {
      conditions.append("service = ?")
      arguments.append(.text(service))
    }
    conditions.append(filter.reach.condition)
    arguments += filter.reach.arguments
    return try ledger.rows(
      """
      SELECT \(Report.columns) FROM incidents_report WHERE \(conditions.joined(separator: " AND "))
      ORDER BY id DESC LIMIT \(Self.deskPageSize + 1)
      """, arguments
    ).map { try Report($0) }
  }

  private func row(_ report: Report, _ context: DeskContext) -> HTMLNode {
    let view = context.view
    let title = "\(report.number) – \(content.services.name(report.service, view.locale))"
    return .fragment([
      .element(.h3, [], [.a(context.path("reports", report.number), title)]), .p(exactPlace(report, view.locale)),
      .ul(
        [.class("meta")],
        items: [
          [state(report.state, view)], [.text(view.text("publication.\(report.publication.rawValue)"))],
          [.text(view.text("report.received") + " "), view.day(report.createdAt)],
        ]),
    ])
  }

  private func stateFilters(_ context: DeskContext, _ filter: Filter, _ list: String) throws -> HTMLNode {
    let view = context.view
    var counts: [String: Int] = [:]
    let sql = "SELECT state, count(*) AS count FROM incidents_report WHERE \(filter.reach.condition) GROUP BY state"
    for row in try context.rendering.ledger.rows(sql, filter.reach.arguments) {
      counts[try row.text("state")] = try row.int("count")
    }
    var items: [HTMLNode] = [
      filterLink(list + filter.query(state: nil, service: filter.service), view.text("desk.all"), filter.state == nil)
    ]
    for state in ReportState.allCases where counts[state.rawValue] != nil || filter.state == state {
      items.append(
        filterLink(
          list + filter.query(state: state, service: filter.service),
          "\(view.text(state.wordKey)) (\(counts[state.rawValue] ?? 0))", filter.state == state))
    }
    return .ul([.class("filters"), .aria("label", view.text("desk.by-state"))], items: items)
  }

  private func serviceFilters(_ filter: Filter, _ list: String, _ view: View) -> HTMLNode {
    var items = [
      filterLink(list + filter.query(state: filter.state, service: nil), view.text("desk.all"), filter.service == nil)
    ]
    for service in content.services.all where filter.reach.covers(service.code) {
      items.append(
        filterLink(
          list + filter.query(state: filter.state, service: service.code), service.name(view.locale),
          filter.service == service.code))
    }
    let opened: [HTMLAttribute] = filter.service == nil ? [] : [.flag("open")]
    return .element(
      .details, opened,
      [
        .element(.summary, [], [.text(view.text("desk.by-service"))]),
        .ul([.class("filters"), .aria("label", view.text("desk.by-service"))], items: items),
      ])
  }

  private func filterLink(_ address: String, _ words: String, _ isCurrent: Bool) -> HTMLNode {
    .a(SitePath(address), words, isCurrent ? [.aria("current", "true")] : [])
  }
}
