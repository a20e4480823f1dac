internal import ParticipationKit

// The page of a consultation: what it is about, until when, the questionnaire, the newest proposals.

extension ConsultationModule {
  var consultationFamily: DocumentFamily {
    DocumentFamily(
      "consultation", rank: .index, titles: ["fr": "Consultation", "en": "Consultation"],
      path: { "consultation/\($0)" },
      keys: { _, after, limit in consultationKeys(after: after, limit: limit) },
      load: { context, key in try consultations[key].map { try document($0, context) } })
  }

  func consultationKeys(after: String?, limit: Int) -> [String] {
    let ids = consultations.all.map(\.id).sorted()
    return Array(ids.filter { $0 > (after ?? "") }.prefix(limit))
  }

  private func document(_ consultation: Consultation, _ context: RenderContext) throws -> Document {
    let table = ProposalTable(ledger: context.ledger)
    let tally = try table.tally(consultation.id)
    let newest = try table.newest(consultation.id, limit: Self.newestCount)
    let lastPage = try table.page(before: Int(Int32.max), consultation.id)
    let now = context.now
    let announced = try announced(consultation.id, context.ledger)
    let isCounted = try isCounted(consultation.id, context.ledger)
    return Document(
      value: value(consultation, announced, proposals: tally.published, newest: newest, lastPage: lastPage),
      changesAt: consultation.changesAt(after: now),
      updated: ([lastChange(consultation, now)] + newest.map(\.updatedAt)).max() ?? consultation.opens,
      search: SearchEntry(title: consultation.title.french, text: consultation.bodyText)
    ) { view in
      let summary = consultation.summary.text(view.locale)
      let body: [HTMLNode] = [
        .ul([.class("meta")], items: dates(consultation, now, view)),
        .fragment(changes(of: consultation, since: announced, view)),
        summary.isEmpty ? .empty : .p([.class("lead")], [node(consultation.summary, view)]),
        presentation(consultation, view),
        resultsLink(consultation, now, view),
        try view.followForm(on: site.subject("consultation", consultation.id)),
        isCounted ? .empty : try questionnaire(consultation, now, view),
        try proposals(consultation, tally.published, newest, lastPage, now, view),
      ]
      return Page(
        title: consultation.title.text(view.locale), summary: self.summary(consultation, view.locale),
        kicker: view.text("consultation.kicker"), body: body)
    }
  }

  /// The questionnaire as JSON: what the digest of ``Announced`` is made of.
  func sections(of consultation: Consultation) -> [JSONValue] {
    consultation.sections.map { section in
      .object([("title", value(section.title)), ("questions", .array(section.questions.map { value($0) }))])
    }
  }

  private func value(
    _ consultation: Consultation, _ announced: Announced?, proposals: Int, newest: [Proposal], lastPage: ListPage?
  ) -> JSONValue {
    .object([
      ("title", value(consultation.title)), ("summary", value(consultation.summary)),
      ("opens", .timestamp(consultation.opens)), ("closes", .timestamp(consultation.closes)),
      ("markdown", .string(consultation.bodySource)), ("questionnaire", .array(sections(of: consultation))),
      (
        "announced",
        announced.map {
          .object([("closes", .timestamp($0.closes)), ("questionnaire_sha256", .string($0.questionnaire))])
        } ?? .null
      ),
      ("acceptsProposals", JSONValue(booleanLiteral: consultation.acceptsProposals)),
      (
        "proposals",
        .object([
          ("count", .integer(proposals)), ("newest", .array(newest.map { listValue($0) })),
          ("pages", pages(of: consultation.id, last: lastPage)),
        ])
      ),
    ])
  }

  private func value(_ question: Question) -> JSONValue {
    .object([
      ("id", .string(question.id)), ("type", .string(question.kind.rawValue)), ("title", value(question.title)),
      ("required", JSONValue(booleanLiteral: question.isRequired)), ("max", question.max.map { .integer($0) } ?? .null),
      ("other", JSONValue(booleanLiteral: question.allowsOther)),
      (
        "options",
        .array(question.options.map { .object([("id", .string($0.id)), ("label", value($0.label))]) })
      ),
    ])
  }

  /// The state first, then both dates in full: the page may be read as a copy, long after.
  private func dates(_ consultation: Consultation, _ now: Timestamp, _ view: View) -> [HTMLNode] {
    let span = view.text(
      "consultation.span",
      ["opens": words(consultation.opens, view.locale), "closes": words(consultation.closes, view.locale)])
    let count = consultation.questions.count
    return [stateMark(consultation, now, view), .text(span)]
      + (count == 0 ? [] : [.text(view.text("questions", ["count": String(count)]))])
  }

  /// The body of the file, which is written in the commune's first language.
  private func presentation(_ consultation: Consultation, _ view: View) -> HTMLNode {
    if consultation.body.isEmpty { return .empty }
    return .section(
      [.aria("labelledby", "presentation")],
      [
        .h2(view.text("consultation.presentation"), [.id("presentation")]),
        .div(writtenLanguage(view), [consultation.body]),
      ])
  }

  private func resultsLink(_ consultation: Consultation, _ now: Timestamp, _ view: View) -> HTMLNode {
    guard !consultation.questions.isEmpty else { return .empty }
    if consultation.phase(at: now) == .over {
      return .p(
        [.class("actions")], [.a(view.path("results", consultation.id), view.text("results.read"), [.class("button")])])
    }
    return .p(
      view.text("results.sealed", ["date": words(consultation.closes, view.locale)]), [.class("hint")])
  }

  private func questionnaire(_ consultation: Consultation, _ now: Timestamp, _ view: View) throws -> HTMLNode {
    guard !consultation.questions.isEmpty, consultation.phase(at: now) != .over else { return .empty }
    return .section(
      [.aria("labelledby", "questions")],
      [
        .h2(view.text("consultation.answer"), [.id("questions")]),
        try view.form("answer", key: consultation.id, options: View.FormOptions(id: "answer", showsTitle: false)),
      ])
  }

  private func proposals(
    _ consultation: Consultation, _ count: Int, _ newest: [Proposal], _ lastPage: ListPage?, _ now: Timestamp,
    _ view: View
  ) throws -> HTMLNode {
    guard consultation.acceptsProposals || count > 0 else { return .empty }
    var nodes: [HTMLNode] = [.h2(view.text("proposals", ["count": String(count)]), [.id("proposals")])]
    if newest.isEmpty {
      nodes.append(.p(view.text("proposals.none")))
    } else {
      nodes.append(.ol([.class("rows")], items: newest.map { row($0, heading: .h3, view) }))
      if let lastPage, count > newest.count {
        nodes.append(.p([], [.a(view.path("proposal-page", lastPage.key), view.text("proposals.all"), [.class("go")])]))
      }
    }
    if consultation.acceptsProposals, consultation.phase(at: now) != .over {
      nodes.append(try view.form("propose", key: consultation.id, options: View.FormOptions(id: "propose")))
    }
    return .section([.aria("labelledby", "proposals")], nodes)
  }
}
