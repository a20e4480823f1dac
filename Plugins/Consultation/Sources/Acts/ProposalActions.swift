internal import ParticipationKit

// Proposing, and supporting what others proposed.

extension ConsultationModule {
  var proposeAction: Action {
    Action(
      "propose", titles: ["fr": "Faire une proposition", "en": "Make a proposal"], hourlyLimit: 10,
      form: { context in
        guard let consultation = consultations[context.key], consultation.acceptsProposals else { return nil }
        try checkOpen(consultation, context.now, context.locale)
        return proposalForm(context.locale)
      }, perform: { try propose($0, $1) })
  }

  private func proposalForm(_ locale: String) -> Form {
    Form(
      title: text("form.propose.title", locale),
      fields: [
        Field(
          "title", .line, text("form.propose.name", locale), help: text("form.propose.name.help", locale),
          required: true, maxLength: 200),
        Field(
          "body", .text, text("form.propose.body", locale), help: text("form.propose.body.help", locale),
          required: true, maxLength: MarkdownPolicy.resident.maxLength),
      ] + PublicName.fields(locale), submit: text("form.propose.submit", locale))
  }

  private func propose(_ context: ActionContext, _ submission: Submission) throws -> Outcome {
    let locale = context.locale
    let consultation = try consultation(context.key, locale)
    try checkOpen(consultation, context.now, locale)
    let title = ByteText.singleLine(submission.text("title"))
    let body = ByteText.trimmed(submission.text("body"))
    var faults: [Problem.FieldError] = []
    if title.unicodeScalars.count < 5 {
      faults.append(.init(field: "title", message: text("error.title-short", locale)))
    }
    if body.unicodeScalars.count < 20 {
      faults.append(.init(field: "body", message: text("error.body-short", locale)))
    } else {
      do {
        _ = try site.markdown(body, .resident)
      } catch let refusal as MarkdownRefusal {
        let arguments = ["found": String(refusal.found), "allowed": String(refusal.allowed)]
        faults.append(.init(field: "body", message: text("error.body-\(refusal.limit)", locale, arguments)))
      }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults, detail: text("error.correct", locale)) }
    let proposal = Proposal(
      id: 0, consultation: consultation.id, title: title, body: body,
      author: PublicName.shown(submission), createdAt: context.now, updatedAt: context.now,
      publication: .pending, publishedNumber: nil, publishedAt: nil, verifiedSupports: 0, unverifiedSupports: 0,
      channel: context.actor.channel, reference: nil, publicReference: nil, authorReference: nil, authorType: nil,
      zipCode: nil, revisedAt: nil, responses: 0)
    let id = try ProposalTable(ledger: context.ledger).add(proposal)
    let isPublic = try context.submitForModeration(
      kind: "proposal", key: String(id), excerpt: excerpt("\(title) – \(body)"), category: consultation.id)
    return Outcome(
      subject: site.subject("proposal", id), changed: [],
      message: text(isPublic ? "outcome.propose.public" : "outcome.propose", locale),
      lines: [
        (text("label.consultation", locale), consultation.title.text(locale)), (text("label.title", locale), title),
      ])
  }

  var supportAction: Action {
    Action(
      "support", audience: .anyoneOrResident, titles: ["fr": "Soutenir une proposition", "en": "Support a proposal"],
      hourlyLimit: 20,
      form: { context in
        guard let id = Int(context.key), let proposal = try ProposalTable(ledger: context.ledger).publicTitle(id),
          let consultation = consultations[proposal.consultation]
        else { return nil }
        try checkOpen(consultation, context.now, context.locale)
        return Form(
          title: text("form.support.title", context.locale),
          fields: [],
          submit: text("form.support.submit", context.locale))
      }, perform: { try support($0, $1) })
  }

  private func support(_ context: ActionContext, _ submission: Submission) throws -> Outcome {
    let locale = context.locale
    guard let (proposal, consultation) = try publicProposal(context.key, context.ledger) else {
      throw Problem.notFound(text("error.unknown-proposal", locale))
    }
    try checkOpen(consultation, context.now, locale)
    let voter = context.participant.isVerified ? context.participant.right : nil
    let table = ProposalTable(ledger: context.ledger)
    guard try table.support(proposal.id, voter: voter, at: context.now) else {
      throw Problem.conflict(text("error.supported", locale))
    }
    return Outcome(
      subject: site.subject("proposal", proposal.id), changed: try subjects(changedBySupportOf: proposal, table),
      message: text(voter == nil ? "outcome.support.unverified" : "outcome.support.verified", locale),
      lines: [(text("label.title", locale), proposal.title)],
      counts: [support(of: proposal.id, 1, isVerified: voter != nil)])
  }

  /// What a support adds to the counts of a proposal.
  func support(of proposal: Int, _ amount: Int, isVerified: Bool) -> CountChange {
    CountChange(site.subject("proposal", proposal), isVerified ? "supports.verified" : "supports.unverified", amount)
  }

  /// A published proposal with its consultation.
  func publicProposal(_ key: String, _ ledger: Ledger) throws -> (Proposal, Consultation)? {
    guard let id = Int(key), let proposal = try ProposalTable(ledger: ledger).find(id),
      proposal.publication == .published, let consultation = consultations[proposal.consultation]
    else { return nil }
    return (proposal, consultation)
  }

  /// A support shows on the proposal, on its list page and among the newest.
  private func subjects(changedBySupportOf proposal: Proposal, _ table: ProposalTable) throws -> [Subject] {
    var changed = [site.subject("proposal", proposal.id)]
    if let page = proposal.page {
      changed.append(subject(of: ListPage(consultation: proposal.consultation, number: page)))
    }
    let newest = try table.newest(proposal.consultation, limit: Self.newestCount)
    if newest.contains(where: { $0.id == proposal.id }) {
      changed.append(site.subject("consultation", proposal.consultation))
    }
    return changed
  }
}
