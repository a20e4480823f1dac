internal import ParticipationKit

// The front page: every consultation, the latest first.

extension ConsultationModule {
  var indexFamily: DocumentFamily {
    .single(
      "index", titles: ["fr": "Consultations", "en": "Consultations"], path: "consultation/index",
      load: { context in try index(context) })
  }

  private func index(_ context: RenderContext) throws -> Document {
    let table = ProposalTable(ledger: context.ledger)
    let now = context.now
    let entries = try consultations.all.map { ($0, try table.tally($0.id).published) }
    let data = JSONValue.object([
      (
        "consultations",
        .array(
          entries.map { consultation, proposals in
            .object([
              ("id", .string(site.subject("consultation", consultation.id).description)),
              ("title", value(consultation.title)), ("opens", .timestamp(consultation.opens)),
              ("closes", .timestamp(consultation.closes)), ("questions", .integer(consultation.questions.count)),
              ("proposals", .integer(proposals)),
            ])
          })
      )
    ])
    return Document(
      value: data, changesAt: consultations.all.compactMap { $0.changesAt(after: now) }.min(),
      updated: consultations.all.map { lastChange($0, now) }.max() ?? Timestamp(milliseconds: 0)
    ) { view in
      let rows = entries.map { consultation, proposals in
        indexRow(consultation, proposals: proposals, now, view)
      }
      let list: HTMLNode = rows.isEmpty ? .p(view.text("index.empty")) : .ol([.class("rows")], items: rows)
      return Page(
        title: view.text("index.title"), summary: view.text("index.lead"),
        body: [.p(view.text("index.lead"), [.class("lead")]), try view.followForm(on: indexSubject), list])
    }
  }

  private func indexRow(
    _ consultation: Consultation, proposals: Int, _ now: Timestamp, _ view: View
  ) -> HTMLNode {
    var meta: [HTMLNode] = []
    let questions = consultation.questions.count
    if questions > 0 { meta.append(.text(view.text("questions", ["count": String(questions)]))) }
    if proposals > 0 { meta.append(.text(view.text("proposals", ["count": String(proposals)]))) }
    if questions > 0, consultation.phase(at: now) == .over {
      meta.append(.a(view.path("results", consultation.id), view.text("results.read")))
    }
    return .fragment([
      .element(
        .h2, [],
        [
          .element(
            .a, [.href(view.path("consultation", consultation.id))], [node(consultation.title, view)])
        ]),
      .p([], [stateMark(consultation, now, view)]), .p([], [node(consultation.summary, view)]),
      .ul([.class("meta")], items: meta),
    ])
  }

  /// When time last changed what a page says of a consultation.
  func lastChange(_ consultation: Consultation, _ now: Timestamp) -> Timestamp {
    switch consultation.phase(at: now) {
    case .ahead: Timestamp(milliseconds: 0)
    case .open: consultation.opens
    case .over: consultation.closes
    }
  }
}
