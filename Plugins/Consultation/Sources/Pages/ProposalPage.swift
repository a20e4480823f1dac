internal import ParticipationKit

// The page of one proposal: two queries and one discussion.

extension ConsultationModule {
  var proposalFamily: DocumentFamily {
    DocumentFamily(
      "proposal", rank: .record, titles: ["fr": "Proposition", "en": "Proposal"],
      path: { "consultation/proposal/\($0)" },
      keys: { ledger, after, limit in
        let last = after.flatMap { Int($0) } ?? 0
        return try ProposalTable(ledger: ledger).publishedIDs(after: last, limit: limit).map { String($0) }
      },
      load: { context, key in
        guard let (proposal, consultation) = try publicProposal(key, context.ledger) else { return nil }
        return try document(proposal, consultation, context)
      })
  }

  typealias Response = (question: Int, reference: String, title: String, value: String)

  private func document(
    _ proposal: Proposal, _ consultation: Consultation, _ context: RenderContext
  ) throws -> Document {
    let subject = site.subject("proposal", proposal.id)
    let discussion = try context.discussion(on: subject)
    let answer = try context.officialAnswer(to: subject)
    let own = try context.language(of: subject)
    let responses: [Response] =
      proposal.responses == 0 ? [] : try ProposalTable(ledger: context.ledger).responses(of: proposal.id)
    let body = rendered(proposal.body)
    let now = context.now
    let updated = [proposal.updatedAt, discussion.updated, answer?.updated].compactMap { $0 }.max()
    return Document(
      value: value(proposal, responses, discussion, answer),
      changesAt: consultation.closes > now ? consultation.closes : nil, updated: updated ?? proposal.updatedAt,
      search: SearchEntry(title: proposal.title)
    ) { view in
      let language = writtenLanguage(view, own)
      let words = [body] + responses.map { response(view, $0) }
      var column: [HTMLNode] = language.isEmpty ? words : [.div(language, words)]
      if let answer { column.append(view.answer(answer)) }
      column.append(
        .section(
          [.aria("labelledby", "comments")],
          [
            .h2(view.text("comments"), [.id("comments")]),
            view.discussion(discussion),
            .div([.class("doings")], [try view.commentForm(on: subject), try view.followForm(on: subject)]),
          ]))
      return Page(
        title: proposal.title, summary: excerpt(proposal.body.isEmpty ? proposal.title : proposal.body),
        kicker: kicker(proposal, view),
        crumbs: crumbs(proposal, consultation, view),
        body: [
          byline(proposal, view),
          .div([.class("cols")], [.div([.class("col")], column), try supportBox(proposal, consultation, now, view)]),
        ]
      )
      .titled(in: own.isEmpty ? mainLocale : own)
    }
  }

  private func value(
    _ proposal: Proposal, _ responses: [Response], _ discussion: Discussion, _ answer: OfficialAnswer?
  ) -> JSONValue {
    .object(
      [
        ("number", proposal.publishedNumber.map { .integer($0) } ?? .null),
        ("reference", .string(proposal.publicReference)), ("authorType", .string(proposal.authorType)),
        ("created", .timestamp(proposal.createdAt)), ("published", .timestamp(proposal.publishedAt)),
      ] + words(of: proposal, responses) + [
        ("supports", value(Count(verified: proposal.verifiedSupports, unverified: proposal.unverifiedSupports))),
        ("answer", answer?.value ?? .null), ("comments", discussion.value),
      ])
  }

  /// What the author wrote, as the register commits to it.
  func words(of proposal: Proposal, _ responses: [Response]) -> [(String, JSONValue)] {
    [
      ("consultation", .string(site.subject("consultation", proposal.consultation).description)),
      ("title", .string(proposal.title)), ("author", .string(proposal.author.isEmpty ? nil : proposal.author)),
      ("markdown", .string(proposal.body)),
      (
        "responses",
        .array(
          responses.map {
            .object([
              ("questionId", .string($0.reference)), ("questionTitle", .string($0.title)), ("value", .string($0.value)),
            ])
          })
      ),
    ]
  }

  private func kicker(_ proposal: Proposal, _ view: View) -> String {
    let number = proposal.publicReference ?? proposal.publishedNumber.map { String($0) } ?? ""
    return view.text("proposal.kicker", ["number": number])
  }

  private func crumbs(
    _ proposal: Proposal, _ consultation: Consultation, _ view: View
  ) -> [(title: String, path: SitePath)] {
    [(consultation.title.text(view.locale), view.path("consultation", consultation.id))]
  }

  private func byline(_ proposal: Proposal, _ view: View) -> HTMLNode {
    let author = proposal.author.isEmpty ? proposal.authorType ?? view.text("author.unnamed") : proposal.author
    let words = view.text("proposal.by", ["author": author])
    guard let published = proposal.publishedAt else { return .p(words, [.class("meta")]) }
    return .p([.class("meta")], [.text("\(words), \(view.text("proposal.published")) "), view.day(published)])
  }

  private func response(_ view: View, _ response: Response) -> HTMLNode {
    let value = ChoiceValue(response.value)
    let words: HTMLNode =
      value.map { .ul(items: $0.all.map { .text($0) }) } ?? .fragment(plainParagraphs(response.value))
    return .section([], [.h2(view.title(response.title)), words])
  }

  private func supportBox(
    _ proposal: Proposal, _ consultation: Consultation, _ now: Timestamp, _ view: View
  ) throws -> HTMLNode {
    let arguments = ["count": String(proposal.verifiedSupports)]
    var nodes: [HTMLNode] = [
      .h2(view.text("support.title"), [.id("support-title")]),
      .p(
        [.class("count")],
        [
          .element(.b, [], [.text(String(proposal.supports))]),
          .text(" " + view.text("support.word", ["count": String(proposal.supports)])),
        ]),
      .ul(
        [.class("meta")],
        items: [
          .text(view.text("support.verified", arguments)),
          .text(view.text("support.unverified", ["count": String(proposal.unverifiedSupports)])),
        ]),
    ]
    if consultation.phase(at: now) == .over {
      nodes.append(.p(view.text("support.over", ["date": words(consultation.closes, view.locale)]), [.class("hint")]))
    } else {
      nodes.append(
        try view.form(
          "support", key: String(proposal.id), options: View.FormOptions(id: "support", showsTitle: false)))
    }
    return .element(.aside, [.class("aside"), .aria("labelledby", "support-title")], nodes)
  }
}
