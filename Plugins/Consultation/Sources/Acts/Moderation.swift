internal import ParticipationKit

// What a moderator sees, and what a decision does. Decisions may be revised.

extension ConsultationModule {
  var moderatedProposal: ModeratedKind {
    ModeratedKind(
      "proposal", titles: ["fr": "Proposition", "en": "Proposal"],
      evidence: { context in
        guard let id = Int(context.key), let proposal = try ProposalTable(ledger: context.ledger).find(id) else {
          return nil
        }
        var body: [HTMLNode] = [rendered(proposal.body)]
        if !proposal.author.isEmpty { body.append(.p(proposal.author, [.class("meta")])) }
        if let consultation = consultations[proposal.consultation] {
          body.append(.p(consultation.title.text(context.locale), [.class("meta")]))
        }
        return Evidence(title: proposal.title, body: .fragment(body), document: site.subject("proposal", proposal.id))
      }, decide: { try decideProposal($0, $1) },
      texts: [
        proposalText("title", ["fr": "Titre", "en": "Title"]),
        proposalText("body", ["fr": "Texte", "en": "Text"]),
        proposalText("author", ["fr": "Nom publié", "en": "Published name"]),
      ],
      words: { context in
        let table = ProposalTable(ledger: context.ledger)
        guard let id = Int(context.key), let proposal = try table.find(id) else { return nil }
        return words(of: proposal, proposal.responses == 0 ? [] : try table.responses(of: id))
      }, counted: ["supports.verified", "supports.unverified"])
  }

  /// A text of a proposal from which a moderator may take something out.
  private func proposalText(_ column: String, _ titles: [String: String]) -> ModeratedText {
    ModeratedText(
      column, titles: titles,
      read: { context in try Int(context.key).flatMap { try ProposalTable(ledger: context.ledger).text(column, of: $0) }
      },
      write: { context, words in
        let table = ProposalTable(ledger: context.ledger)
        guard let id = Int(context.key), let proposal = try table.find(id) else { return [] }
        try context.ledger.execute(
          "UPDATE consultation_proposal SET \(column) = ?, updated_at = ? WHERE id = ?",
          [.text(words), .timestamp(context.now), .integer(id)])
        return proposal.publication == .published ? try subjects(changedByPublicationOf: proposal, table) : []
      })
  }

  private func decideProposal(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    let table = ProposalTable(ledger: context.ledger)
    guard let id = Int(context.key), let before = try table.find(id) else {
      throw Problem.notFound(text("error.unknown-proposal", context.locale))
    }
    let publication: Publication = decision.isApproved ? .published : .withheld
    guard before.publication != publication else { return [] }
    try table.setPublication(publication, of: before, at: context.now)
    guard before.publication == .published || publication == .published, let after = try table.find(id) else {
      return []
    }
    if publication == .published { try announcePublication(after, context) }
    return try subjects(changedByPublicationOf: after, table)
  }

  /// The documents that change when a proposal appears or disappears. A list page that appears or disappears with it
  /// changes its neighbours too, since they link to it.
  func subjects(changedByPublicationOf proposal: Proposal, _ table: ProposalTable) throws -> [Subject] {
    var changed = [
      site.subject("proposal", proposal.id), site.subject("consultation", proposal.consultation), indexSubject,
    ]
    guard let number = proposal.page else { return changed }
    let page = ListPage(consultation: proposal.consultation, number: number)
    changed.append(subject(of: page))
    if try table.isSparse(page) {
      let neighbours = [
        try table.page(before: number, page.consultation), try table.page(after: number, page.consultation),
      ]
      changed += neighbours.compactMap { $0 }.map { subject(of: $0) }
    }
    return changed
  }

  var moderatedText: ModeratedKind {
    ModeratedKind(
      "text-answer", titles: ["fr": "Réponse libre", "en": "Free answer"],
      evidence: { context in
        guard let id = Int(context.key), let answer = try AnswerTable(ledger: context.ledger).text(id) else {
          return nil
        }
        let consultation = consultations[answer.consultation]
        let question = consultation?.question(answer.question)?.title.text(context.locale) ?? answer.question
        return Evidence(
          title: question,
          body: .fragment([
            .element(.blockquote, [], plainParagraphs(answer.text)),
            .p(consultation?.title.text(context.locale) ?? answer.consultation, [.class("meta")]),
          ]), document: site.subject("results", answer.consultation))
      },
      decide: { context, decision in
        let table = AnswerTable(ledger: context.ledger)
        guard let id = Int(context.key), let answer = try table.text(id) else {
          throw Problem.notFound(text("error.unknown-text", context.locale))
        }
        try table.setPublication(decision.isApproved ? .published : .withheld, ofText: id)
        return [site.subject("results", answer.consultation)]
      },
      texts: [
        ModeratedText(
          "text", titles: ["fr": "Réponse", "en": "Answer"],
          read: { context in try Int(context.key).flatMap { try AnswerTable(ledger: context.ledger).text($0) }?.text },
          write: { context, words in
            guard let id = Int(context.key), let answer = try AnswerTable(ledger: context.ledger).text(id) else {
              return []
            }
            try context.ledger.execute(
              "UPDATE consultation_text SET text = ? WHERE id = ?", [.text(words), .integer(id)])
            return [site.subject("results", answer.consultation)]
          })
      ],
      words: { context in
        try Int(context.key).flatMap { try AnswerTable(ledger: context.ledger).text($0) }.map { words(of: $0) }
      }, isSecret: true)
  }

  var commentableProposal: CommentableKind {
    CommentableKind("proposal") { context in
      guard let id = Int(context.key), let proposal = try ProposalTable(ledger: context.ledger).publicTitle(id),
        let consultation = consultations[proposal.consultation]
      else { return nil }
      let isOver = context.now >= consultation.closes
      let refusal =
        isOver ? text("error.over", context.locale, ["date": words(consultation.closes, context.locale)]) : nil
      return CommentTarget(
        title: proposal.title, document: site.subject("proposal", id), anchor: "comments",
        closesAt: consultation.closes, refusal: refusal)
    }
  }

  /// A resident's Markdown as nodes; its plain words when an import brought more than the policy allows.
  func rendered(_ source: String) -> HTMLNode {
    (try? site.markdown(source, .resident).node) ?? .fragment(plainParagraphs(source))
  }

  /// Text without mark-up: a paragraph a line.
  func plainParagraphs(_ text: String) -> [HTMLNode] {
    text.utf8.split(separator: 0x0A).map { .p(ByteText.trimmed(String($0) ?? "")) }
  }
}
