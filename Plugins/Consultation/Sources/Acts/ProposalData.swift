internal import ParticipationKit

// The rights of a person over proposals and free answers that are known to be theirs, by a receipt or an account.

extension ConsultationModule {
  var proposalData: PersonalData {
    PersonalData(export: { try exportData($0, $1) }, erase: { try eraseData($0, $1) }).labelled(in: site.words)
  }

  private func exportData(_ ledger: Ledger, _ person: PersonReference) throws -> JSONValue {
    var values: [JSONValue] = try proposals(of: person, ledger).map { proposal in
      .object([
        ("proposal", .string(site.subject("proposal", proposal.id).description)),
        ("consultation", .string(proposal.consultation)), ("title", .string(proposal.title)),
        ("body", .string(proposal.body)), ("author", .string(proposal.author)),
        ("created", .timestamp(proposal.createdAt)), ("publication", .string(proposal.publication.rawValue)),
        ("channel", .string(proposal.channel)),
      ])
    }
    for answer in try answers(of: person, ledger) {
      values.append(
        .object([
          ("consultation", .string(answer.consultation)), ("question", .string(answer.question)),
          ("text", .string(answer.text)), ("publication", .string(answer.publication.rawValue)),
        ]))
    }
    return values.isEmpty ? .null : .array(values)
  }

  /// The words and the name go; the number in the list and the supports of others stay.
  private func eraseData(_ context: ActionContext, _ person: PersonReference) throws -> Erasure {
    let table = ProposalTable(ledger: context.ledger)
    var records: [Subject] = []
    var changed: [Subject] = []
    for proposal in try proposals(of: person, context.ledger) {
      try table.erase(proposal.id, title: text("erase.title", mainLocale), at: context.now)
      records.append(site.subject("proposal", proposal.id))
      if proposal.publication == .published { changed += try subjects(changedByPublicationOf: proposal, table) }
    }
    for answer in try answers(of: person, context.ledger) {
      try AnswerTable(ledger: context.ledger).erase(text: answer.id)
      records.append(site.subject("text-answer", answer.id))
      if answer.publication == .published { changed.append(site.subject("results", answer.consultation)) }
    }
    return Erasure(
      records: records, kept: records.isEmpty ? [] : [text("erase.kept", context.locale)], changed: changed)
  }

  private func proposals(of person: PersonReference, _ ledger: Ledger) throws -> [Proposal] {
    let table = ProposalTable(ledger: ledger)
    return try person.records.filter { $0.kind == "proposal" }.compactMap {
      try Int($0.key).flatMap { try table.find($0) }
    }
  }

  private func answers(of person: PersonReference, _ ledger: Ledger) throws -> [OpenAnswer] {
    let table = AnswerTable(ledger: ledger)
    return try person.records.filter { $0.kind == "text-answer" }
      .compactMap { try Int($0.key).flatMap { try table.text($0) } }
  }
}
