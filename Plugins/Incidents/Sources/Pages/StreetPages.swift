internal import ParticipationKit

// A page a street: what was reported there, the form with the street filled in, and the way to follow it.

extension IncidentsModule {
  var streetsFamily: DocumentFamily {
    .single(
      "streets", rank: .list, titles: ["fr": "Rues et hameaux", "en": "Streets and hamlets"], path: "incidents/streets",
      load: { _ in
        guard !content.streets.isEmpty else { return nil }
        let all = content.streets.all.map { street -> JSONValue in
          .object([("street", .string(street.id)), ("street_name", .string(content.streets.name(street.id)))])
        }
        return Document(
          value: .object([("streets", .array(all))]), updated: Timestamp(milliseconds: 0),
          page: { view in streetsPage(view) })
      })
  }

  private func streetsPage(_ view: View) -> Page {
    func links(_ streets: [Street]) -> HTMLNode {
      .element(
        .ul, [.class("columns")],
        streets.map { .element(.li, [], [.a(view.path("street", $0.id), $0.name)]) })
    }
    let village = content.streets.all.filter { $0.hamlet == nil && !$0.isHamlet }
    var body: [HTMLNode] = [.p(view.text("streets.lead"), [.class("lead")])]
    if !village.isEmpty { body += [.h2(view.text("form.village")), links(village)] }
    for hamlet in content.streets.all where hamlet.isHamlet {
      body += [.h2(hamlet.name), links([hamlet] + content.streets.all.filter { $0.hamlet == hamlet.id })]
    }
    return Page(title: view.text("streets.title"), summary: view.text("streets.lead"), body: body)
  }

  var streetFamily: DocumentFamily {
    DocumentFamily(
      "street", rank: .list, titles: ["fr": "Rue ou hameau", "en": "Street or hamlet"],
      path: { "incidents/streets/\($0)" },
      keys: { _, after, limit in contentKeys(content.streets.all.map(\.id), after: after, limit) },
      load: { try streetDocument($0, $1) })
  }

  private func streetDocument(_ context: RenderContext, _ id: String) throws -> Document? {
    guard content.streets[id] != nil else { return nil }
    let table = ReportTable(ledger: context.ledger)
    let reports = try table.newest(Report.pageSize, inStreet: id)
    return Document(
      value: .object([
        ("street", .string(id)), ("street_name", .string(content.streets.name(id))),
        ("requests", try requestValues(reports, in: table)),
      ]), updated: reports.map(\.updatedAt).max() ?? Timestamp(milliseconds: 0),
      search: SearchEntry(title: content.streets.name(id), text: ""),
      page: { view in try streetPage(id, reports, view) })
  }

  private func streetPage(_ id: String, _ reports: [Report], _ view: View) throws -> Page {
    let name = content.streets.name(id)
    let rows = reports.map { HTMLNode.element(.li, [], [row($0, marker: nil, view)]) }
    let list =
      rows.isEmpty ? HTMLNode.p(view.text("street.none")) : .element(.ol, [.class("rows")], rows)
    let words = view.text("follow.place", ["street": name])
    return Page(
      title: name, summary: view.text("street.summary", ["street": name]),
      crumbs: [(view.text("streets.title"), view.path("streets"))],
      body: [
        .p(view.text("street.lead"), [.class("lead")]),
        .div([.class("doings")], [try view.followForm(on: site.subject("street", id), label: words)]), list,
        try view.form("report", values: ["street": [id]], options: View.FormOptions(id: "report")),
      ])
  }

  /// The street as a link to its page; the bare words once it left the list.
  func placeLink(_ report: Report, _ view: View) -> HTMLNode {
    let words = place(report, view.locale)
    guard let street = report.street, content.streets[street] != nil else { return .text(words) }
    return .a(view.path("street", street), words)
  }

  /// The page of the street of a report, which lists it.
  func streetSubject(_ report: Report) -> Subject? { report.street.map { site.subject("street", $0) } }
}
