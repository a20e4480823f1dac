internal import ParticipationKit

// Proposals with their state and supports, one JSON object a line: what came in by another way, and demonstrations.

extension ConsultationModule {
  static var proposalShape: ImportLine.Shape {
    ImportLine.Shape(
      texts: [
        "reference", "consultation", "title", "body", "author", "created", "published", "state", "reason", "answer",
        "answer_author", "answered",
      ],
      others: ["supports_verified", "supports_unverified"],
      required: ["reference", "consultation", "title", "body", "created", "state"])
  }

  var proposalImporter: Importer {
    Importer(
      "proposals", titles: ["fr": "Propositions (NDJSON)", "en": "Proposals (NDJSON)"],
      read: { context, source in
        var report = ImportReport()
        var changed: Set<Subject> = []
        let table = ProposalTable(ledger: context.action.ledger)
        try ImportLine.forEach(source, shape: Self.proposalShape) { line, bytes in
          let proposal = try proposal(line, context.action.actor.channel)
          if try own(line.text("reference"), in: proposal.consultation, table) != nil {
            // Made here and exported from here: the database is the truth, not its copy.
            report.unchanged += 1
          } else if let known = try table.find(reference: line.text("reference"), in: proposal.consultation) {
            let told = try told(of: known, by: proposal, line, context, &report)
            guard let merged = try refresh(known, as: told, table, &changed) else {
              // A file that only says what was taken out here is left out, and its report says so.
              if told.says(proposal) { report.unchanged += 1 }
              return
            }
            report.updated += 1
            try seal(merged, since: known, bytes, context)
          } else {
            let (added, subjects) = try add(proposal, line, table, context)
            changed.formUnion(subjects)
            report.added += 1
            try seal(added, since: nil, bytes, context)
          }
        }
        report.isBroad = changed.count > 500
        report.changed = report.isBroad ? [] : changed.sorted()
        return report
      })
  }

  private func proposal(_ line: ImportLine, _ channel: String) throws -> Proposal {
    let consultation = try line.consultation(in: consultations)
    let state = try line.word("state", of: Publication.allCases.map(\.rawValue))
    if state == Publication.withheld.rawValue, line.optionalText("reason") == nil {
      throw line.error(
        "« reason » manque ; attendu : le motif d’une proposition refusée",
        "“reason” is missing; expected: why the proposal is withheld")
    }
    let created = try line.instant("created", zone: site.zone)
    let published = line.optionalText("published") == nil ? created : try line.instant("published", zone: site.zone)
    let body = ByteText.trimmed(line.text("body"))
    do {
      _ = try site.markdown(body, .resident)
    } catch let refusal as MarkdownRefusal {
      throw line.error(
        "« body » refusé (\(refusal.limit)) : \(refusal.found) ; attendu : \(refusal.allowed) au plus",
        "“body” refused (\(refusal.limit)): \(refusal.found); expected: at most \(refusal.allowed)")
    }
    let publication = Publication(rawValue: state) ?? .withheld
    return Proposal(
      id: 0, consultation: consultation.id, title: ByteText.singleLine(line.text("title")), body: body,
      author: ByteText.singleLine(line.text("author")), createdAt: created,
      updatedAt: publication == .published ? published : created, publication: publication, publishedNumber: nil,
      publishedAt: publication == .published ? published : nil,
      verifiedSupports: try line.count("supports_verified"), unverifiedSupports: try line.count("supports_unverified"),
      channel: channel, reference: line.text("reference"), publicReference: nil, authorReference: nil,
      authorType: nil, zipCode: nil, revisedAt: nil, responses: 0)
  }

  private func add(
    _ proposal: Proposal, _ line: ImportLine, _ table: ProposalTable, _ context: ImportContext
  ) throws -> (Proposal, [Subject]) {
    var stored = proposal
    if proposal.publication == .published {
      let number = try table.tally(proposal.consultation).last + 1
      stored.publishedNumber = number
      try table.addToTally(proposal.consultation, published: 1, last: number)
    }
    // The reference was just looked for in the same transaction, so the row is new.
    let id = try table.insert(stored) ?? 0
    stored.id = id
    let words = excerpt("\(proposal.title) – \(proposal.body)")
    if proposal.publication == .pending {
      try context.action.submitForModeration(kind: "proposal", key: String(id), excerpt: words)
    } else {
      try context.addDecision(
        ImportedDecision(
          kind: "proposal", key: String(id), excerpt: words, isApproved: proposal.publication == .published,
          reason: line.text("reason"), decided: proposal.publishedAt ?? proposal.createdAt))
    }
    try addAnswer(to: id, line, context)
    let changed = proposal.publication == .published ? try subjects(changedByPublicationOf: stored, table) : []
    return (stored, changed)
  }

  /// Puts a proposal into the batch: its words when they are public, and what it brings to the counts in any case.
  private func seal(
    _ proposal: Proposal, since known: Proposal?, _ line: [UInt8], _ context: ImportContext
  ) throws {
    let counts = [
      support(of: proposal.id, proposal.verifiedSupports - (known?.verifiedSupports ?? 0), isVerified: true),
      support(of: proposal.id, proposal.unverifiedSupports - (known?.unverifiedSupports ?? 0), isVerified: false),
    ].filter { $0.amount != 0 }
    let isPublished = (known?.publication ?? proposal.publication) == .published
    if !isPublished { try context.include(line) }
    guard isPublished || !counts.isEmpty else { return }
    try context.seal(
      site.subject("proposal", proposal.id), words: isPublished ? words(of: proposal, []) : [], counts: counts)
  }

  private func addAnswer(to id: Int, _ line: ImportLine, _ context: ImportContext) throws {
    guard let text = line.optionalText("answer") else { return }
    guard let author = line.optionalText("answer_author"), line.optionalText("answered") != nil else {
      throw line.error(
        "« answer_author » et « answered » vont avec « answer » ; attendu : au nom de qui, et quand",
        "“answer_author” and “answered” go with “answer”; expected: in whose name, and when")
    }
    try context.addAnswer(
      ImportedAnswer(
        subject: site.subject("proposal", id), author: ByteText.singleLine(author), text: ByteText.trimmed(text),
        published: try line.instant("answered", zone: site.zone)))
  }

  /// What a line may say of a proposal that is here: words that were taken out here stay out.
  private func told(
    of known: Proposal, by proposal: Proposal, _ line: ImportLine, _ context: ImportContext,
    _ report: inout ImportReport
  ) throws -> Proposal {
    let subject = site.subject("proposal", known.id)
    guard !known.says(proposal), try context.hasRemovedWords(subject) else { return proposal }
    report.keepWords(line: line.number, of: subject)
    var told = proposal
    (told.title, told.body, told.author) = (known.title, known.body, known.author)
    return told
  }

  /// Brings a proposal up to date; nil when it says the same. A moderator's decision here is never undone.
  private func refresh(
    _ known: Proposal, as proposal: Proposal, _ table: ProposalTable, _ changed: inout Set<Subject>
  ) throws -> Proposal? {
    let isSame =
      known.says(proposal) && known.createdAt == proposal.createdAt
      && known.verifiedSupports >= proposal.verifiedSupports && known.unverifiedSupports >= proposal.unverifiedSupports
    if isSame { return nil }
    var merged = proposal
    merged.id = known.id
    merged.verifiedSupports = max(known.verifiedSupports, proposal.verifiedSupports)
    merged.unverifiedSupports = max(known.unverifiedSupports, proposal.unverifiedSupports)
    try table.update(merged)
    try table.setSupports(of: known.id, verified: merged.verifiedSupports, unverified: merged.unverifiedSupports)
    if known.publication == .published {
      changed.formUnion([site.subject("proposal", known.id), site.subject("consultation", known.consultation)])
      if let page = known.page { changed.insert(subject(of: ListPage(consultation: known.consultation, number: page))) }
    }
    return merged
  }
}
