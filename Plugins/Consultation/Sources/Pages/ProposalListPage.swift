internal import ParticipationKit

// A page of the list of proposals: fifty, numbered from the oldest, so that a new one never moves the others.

extension ConsultationModule {
  var proposalPageFamily: DocumentFamily {
    DocumentFamily(
      "proposal-page", rank: .list, titles: ["fr": "Liste de propositions", "en": "List of proposals"],
      path: { key in
        // What no page has is the pattern that the description of the API asks for.
        guard let page = ListPage(key: key) else { return "consultation/{consultation}/proposals-{page}" }
        return "consultation/\(page.consultation)/proposals-\(page.number)"
      },
      keys: { ledger, after, limit in try listKeys(ProposalTable(ledger: ledger), after: after, limit: limit) },
      load: { context, key in
        guard let page = ListPage(key: key), let consultation = consultations[page.consultation] else { return nil }
        return try document(page, consultation, ProposalTable(ledger: context.ledger))
      })
  }

  private func listKeys(_ table: ProposalTable, after: String?, limit: Int) throws -> [String] {
    let start = after.flatMap { ListPage(key: $0) }
    var keys: [String] = []
    for id in consultations.all.map(\.id).sorted() {
      if let start, id < start.consultation { continue }
      var last = start.flatMap { $0.consultation == id ? $0.number : nil } ?? 0
      while keys.count < limit, let next = try table.page(after: last, id) {
        keys.append(next.key)
        last = next.number
      }
      if keys.count >= limit { break }
    }
    return keys
  }

  private func document(_ page: ListPage, _ consultation: Consultation, _ table: ProposalTable) throws -> Document? {
    let proposals = try table.published(on: page)
    guard !proposals.isEmpty else { return nil }
    let newer = try table.page(after: page.number, page.consultation)
    let older = try table.page(before: page.number, page.consultation)
    let data = JSONValue.object([
      ("consultation", .string(site.subject("consultation", page.consultation).description)),
      ("page", .integer(page.number)), ("newer", .string(newer.map { dataAddress($0.consultation, "\($0.number)") })),
      ("older", .string(older.map { dataAddress($0.consultation, "\($0.number)") })),
      ("proposals", .array(proposals.map { listValue($0) })),
    ])
    return Document(value: data, updated: proposals.map(\.updatedAt).max() ?? consultation.opens) { view in
      let number = String(page.number)
      let name = consultation.title.text(view.locale)
      return Page(
        title: view.text("list.title", ["number": number]),
        summary: view.text("list.summary", ["number": number, "title": name]), kicker: name,
        crumbs: [(name, view.path("consultation", page.consultation))],
        body: [
          .ol([.class("rows")], items: proposals.map { row($0, heading: .h2, view) }),
          pager(page, newer: newer, older: older, view),
        ])
    }
  }

  /// The way from a consultation's data to those of all its proposals. The number of pages alone grows, not the value.
  func pages(of consultation: String, last: ListPage?) -> JSONValue {
    .object([
      ("size", .integer(Proposal.pageSize)), ("last", last.map { .integer($0.number) } ?? .null),
      ("url", .string(dataAddress(consultation, "{page}"))),
    ])
  }

  private func dataAddress(_ consultation: String, _ page: String) -> String {
    "\(site.commune.address)api/v1/consultation/\(consultation)/proposals-\(page).json"
  }

  private func pager(_ page: ListPage, newer: ListPage?, older: ListPage?, _ view: View) -> HTMLNode {
    func link(_ page: ListPage, _ key: String, _ rel: StaticString) -> HTMLNode {
      .a(view.path("proposal-page", page.key), view.text(key), [.rel(rel)])
    }
    var items: [HTMLNode] = []
    if let newer { items.append(link(newer, "list.newer", "next")) }
    items.append(.span(String(page.number), [.aria("current", "page")]))
    if let older { items.append(link(older, "list.older", "prev")) }
    return .element(.nav, [.class("pager"), .aria("label", view.text("list.pages"))], [.ul(items: items)])
  }
}
