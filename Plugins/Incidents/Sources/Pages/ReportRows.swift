internal import ParticipationKit

// Lists of reports: the rows, the numbered pages and the pager.

extension IncidentsModule {
  /// One report in a list; with a marker where a map stands beside.
  func row(_ report: Report, marker: String?, _ view: View) -> HTMLNode {
    var heading: [HTMLNode] = []
    if let marker { heading.append(.span(marker, [.class("marker"), .aria("hidden", "true")])) }
    heading.append(.a(view.path("report", report.number), title(report, view.locale)))
    return [
      .element(.h2, [], heading), .p(place(report, view.locale)),
      .ul(
        [.class("meta")],
        items: datedState(report, view) + [
          [.text(view.text("report.received") + " "), view.day(report.createdAt)],
          .text(view.text("report.number", ["number": report.number])),
        ]),
    ]
  }

  var listPageFamily: DocumentFamily {
    DocumentFamily(
      "report-page", rank: .list,
      titles: ["fr": "Page de la liste des signalements", "en": "Page of the list of reports"],
      path: { "incidents/page-\($0)" },
      keys: { ledger, after, limit in
        try ReportTable(ledger: ledger).pages(after: after.flatMap { Int($0) } ?? 0, limit: limit).map(String.init)
      }, load: { try listPage($0, $1) })
  }

  private func listPage(_ context: RenderContext, _ key: String) throws -> Document? {
    guard let number = ByteText.decimal(key.utf8), number > 0, String(number) == key else { return nil }
    let table = ReportTable(ledger: context.ledger)
    let reports = try table.published(onPage: number)
    guard let updated = reports.map(\.updatedAt).max() else { return nil }
    let older = try table.page(before: number)
    let newer = try table.page(after: number)
    let requests = try requestValues(reports, in: table)
    return Document(
      value: .object([("page", .integer(number)), ("requests", requests)]), updated: updated,
      page: { view in
        let title = view.text("list.title", ["page": String(number)])
        let links = [older.map { ($0, "pager.older", "prev") }, newer.map { ($0, "pager.newer", "next") }]
        return Page(
          title: title, summary: view.text("list.summary", ["page": String(number)]),
          body: [
            .p(view.text("list.lead"), [.class("lead")]),
            .element(.ol, [.class("rows")], reports.map { .element(.li, [], [row($0, marker: nil, view)]) }),
            pager(links.compactMap { $0 }, view),
          ])
      })
  }

  /// Links to other pages of the list; nothing without any.
  func pager(_ links: [(page: Int, key: String, rel: String)], _ view: View) -> HTMLNode {
    guard !links.isEmpty else { return .empty }
    let items = links.map { link -> HTMLNode in
      let words = view.text(link.key, ["page": String(link.page)])
      let rel: [HTMLAttribute] = link.rel == "prev" ? [.rel("prev")] : link.rel == "next" ? [.rel("next")] : []
      return .a(view.path("report-page", String(link.page)), words, rel)
    }
    return .element(
      .nav, [.class("pager"), .aria("label", view.text("pager.label"))], [.ul(items: items)])
  }
}
