internal import ParticipationKit

// The front page: the newest reports in a list and on the map, the counts a service, the way to everything else.

extension IncidentsModule {
  var indexFamily: DocumentFamily {
    .single(
      "index", titles: ["fr": "Derniers signalements", "en": "Newest reports"], path: "incidents/index",
      load: { try indexDocument($0) })
  }

  private func indexDocument(_ context: RenderContext) throws -> Document? {
    let table = ReportTable(ledger: context.ledger)
    let reports = try table.newest(Report.newestCount)
    let tallies = try table.tallies()
    let newestPage = reports.first?.page
    let pages = try newestPages(table, from: newestPage, count: 5)
    let counts = tallies.map { tally -> JSONValue in
      .object([
        ("service_code", .string(tally.service)), ("open", .integer(tally.open)), ("closed", .integer(tally.closed)),
      ])
    }
    let value = JSONValue.object([
      ("requests", try requestValues(reports, in: table)), ("services", .array(counts)),
      ("pages", .array(pages.map { .integer($0) })),
      (
        "tally", ["list": "services", "kind": "incidents/report", "by": "service_code", "of": "status"]
      ),
    ])
    return Document(
      value: value, updated: reports.map(\.updatedAt).max() ?? Timestamp(milliseconds: 0),
      page: { view in try indexPage(reports, tallies, pages, view) })
  }

  /// The list pages that have reports, newest first.
  private func newestPages(_ table: ReportTable, from page: Int?, count: Int) throws -> [Int] {
    var pages: [Int] = []
    var next = page
    while let page = next, pages.count < count {
      pages.append(page)
      next = try table.page(before: page)
    }
    return pages
  }

  private func indexPage(
    _ reports: [Report], _ tallies: [(service: String, open: Int, closed: Int)], _ pages: [Int], _ view: View
  ) throws -> Page {
    let open = tallies.reduce(0) { $0 + $1.open }
    let closed = tallies.reduce(0) { $0 + $1.closed }
    let lead =
      reports.isEmpty
      ? view.text("index.none")
      : view.text("index.lead", ["count": String(open + closed), "closed": String(closed)])
    var body: [HTMLNode] = [
      .p(lead, [.class("lead")]), actions(view), .div([.class("doings")], [try view.followForm(on: listSubject)]),
    ]
    if !reports.isEmpty {
      body.append(listAndMap(reports, view))
      body.append(tallyTable(tallies, view))
      body.append(.h2(view.text("index.all"), [.class("no-print")]))
      body.append(pager(pages.map { ($0, "pager.page", "") }, view))
    }
    body.append(dataLinks(view))
    return Page(title: view.text("index.title"), summary: view.text("index.summary"), body: body)
  }

  private func actions(_ view: View) -> HTMLNode {
    .p(
      [.class("actions")],
      [
        .a(view.path("new"), view.text("index.report"), [.class("button")]), " ",
        .a(view.path("services"), view.text("index.services")), " ",
        content.streets.isEmpty ? .empty : .a(view.path("streets"), view.text("index.streets")),
      ])
  }

  /// The same for programs, after what people read.
  private func dataLinks(_ view: View) -> HTMLNode {
    .p(
      [.class("actions meta")],
      [
        .a(SitePath("incidents/reports.geojson"), view.text("index.geojson")), " ",
        .a(SitePath("incidents/reports.csv"), view.text("index.csv")), " ",
        .a(SitePath("incidents/feed.atom"), view.text("index.feed")),
      ])
  }

  private func listAndMap(_ reports: [Report], _ view: View) -> HTMLNode {
    let rows = reports.enumerated().map { index, report in
      HTMLNode.element(.li, [], [row(report, marker: String(index + 1), view)])
    }
    let list = HTMLNode.element(.ol, [.class("rows")], rows)
    guard let map = content.map else { return list }
    let pins = reports.enumerated().compactMap { index, report -> MapPin? in
      guard let point = publicPoint(report) else { return nil }
      let words = view.text(
        "map.pin",
        [
          "number": String(index + 1), "title": title(report, view.locale), "state": view.text(report.state.wordKey),
        ])
      return MapPin(
        point: point, look: report.state.look, label: String(index + 1), title: words,
        page: view.path("report", report.number))
    }
    let legend = ReportState.Look.allCases.map { ($0, view.text("look.\($0.rawValue)")) }
    let figure = HTMLNode.element(
      .figure, [.class("map")],
      [
        map.overview(pins: pins, title: view.text("map.title", ["commune": site.commune.name]), legend: legend),
        .element(.figcaption, [], [.text(view.text("map.caption"))]),
      ])
    return .div([.class("cols map-list")], [list, figure])
  }

  private func tallyTable(_ tallies: [(service: String, open: Int, closed: Int)], _ view: View) -> HTMLNode {
    let known = content.services.all.compactMap { service in tallies.first { $0.service == service.code } }
    let gone = tallies.filter { content.services[$0.service] == nil }
    let rows = (known + gone).filter { $0.open + $0.closed > 0 }.map { tally -> [HTMLNode] in
      let name = content.services.name(tally.service, view.locale)
      let link: HTMLNode =
        content.services[tally.service] == nil ? .text(name) : .a(view.path("service", tally.service), name)
      return [link, .text(String(tally.open)), .text(String(tally.closed))]
    }
    return .table(
      caption: view.text("tally.caption"),
      headings: [view.text("label.service"), view.text("tally.open"), view.text("tally.closed")], rows: rows)
  }
}
