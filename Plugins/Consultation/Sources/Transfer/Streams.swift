internal import ParticipationKit

// Feeds and tables. Nothing in them has a time of an answer, and no line joins two answers of one person: in a village
// a row of answers is a fingerprint.

extension ConsultationModule {
  private func pagePath(_ path: String) -> SitePath { SitePath("\(path).html") }

  private func entry(_ proposal: Proposal, fields: [(name: String, value: JSONValue)] = []) -> StreamEntry {
    let published = proposal.publishedAt ?? proposal.createdAt
    return StreamEntry(
      subject: site.subject("proposal", proposal.id), page: pagePath("consultation/proposal/\(proposal.id)"),
      title: proposal.title, summary: excerpt(proposal.body), published: published,
      updated: published, fields: fields)
  }

  /// The newest proposals of all consultations.
  var feedStream: Stream {
    Stream(
      "proposals", .atom, titles: ["fr": "Nouvelles propositions", "en": "New proposals"], dependsOn: [indexSubject]
    ) { context in
      let table = ProposalTable(ledger: context.ledger)
      let newest = try consultations.all.flatMap { try table.newest($0.id, limit: 50) }
      let sorted = newest.sorted {
        ($1.publishedAt ?? $1.createdAt, $1.id) < ($0.publishedAt ?? $0.createdAt, $0.id)
      }
      return sorted.prefix(50).map { entry($0) }
    }
  }

  /// Every published proposal, as a table.
  var proposalStream: Stream {
    Stream(
      "proposals", .csv, titles: ["fr": "Toutes les propositions", "en": "All proposals"],
      dependsOn: [indexSubject, .every("consultation", "proposal")], isBulk: true,
      forEach: { context, body in
        for consultation in consultations.all {
          try ProposalTable(ledger: context.ledger).forEachNewest(consultation.id, limit: .max) { proposal in
            try body(
              entry(
                proposal,
                fields: [
                  ("consultation", .string(consultation.id)),
                  ("number", proposal.publishedNumber.map { .integer($0) } ?? .null),
                  ("author", .string(proposal.author)), ("markdown", .string(proposal.body)),
                  ("supports_verified", .integer(proposal.verifiedSupports)),
                  ("supports_unverified", .integer(proposal.unverifiedSupports)),
                ]))
          }
        }
      })
  }

  /// The counts of closed consultations, a line a choice.
  var resultStream: Stream {
    Stream(
      "results", .csv, titles: ["fr": "Résultats des consultations closes", "en": "Results of closed consultations"],
      dependsOn: consultations.all.map { site.subject("results", $0.id) }, isBulk: true
    ) { context in
      var entries: [StreamEntry] = []
      for consultation in consultations.all where consultation.phase(at: context.now) == .over {
        let tally = try AnswerTable(ledger: context.ledger).tally(consultation.id)
        for question in consultation.questions where question.kind != .text {
          for row in tally.rows(of: question) {
            entries.append(resultEntry(consultation, question, row.choice, row.count, tally))
          }
        }
      }
      return entries
    }
  }

  private func resultEntry(
    _ consultation: Consultation, _ question: Question, _ choice: String, _ count: Count, _ tally: Tally
  ) -> StreamEntry {
    let isSplit = tally.showsSplit(of: question.id) || count.total == 0
    let label = question.label(of: choice, mainLocale) ?? choice
    return StreamEntry(
      subject: site.subject("results", "\(consultation.id)/\(question.id)/\(choice)"),
      page: pagePath("consultation/\(consultation.id)/results"), title: question.title.text(mainLocale),
      summary: label, published: consultation.closes, updated: consultation.closes,
      fields: [
        ("consultation", .string(consultation.id)), ("question", .string(question.id)), ("choice", .string(choice)),
        ("label", .string(label)), ("verified", isSplit ? .integer(count.verified) : .null),
        ("unverified", isSplit ? .integer(count.unverified) : .null), ("total", .integer(count.total)),
        ("respondents", .integer(tally.respondents(question.id).total)),
      ])
  }

  /// The published answers in words of people's own, of closed consultations.
  var textStream: Stream {
    Stream(
      "texts", .ndjson, titles: ["fr": "Réponses libres publiées", "en": "Published free answers"],
      dependsOn: consultations.all.map { site.subject("results", $0.id) } + [.every("consultation", "text-answer")],
      isBulk: true
    ) { context in
      let table = AnswerTable(ledger: context.ledger)
      var entries: [StreamEntry] = []
      for consultation in consultations.all where consultation.phase(at: context.now) == .over {
        for question in consultation.questions where question.kind == .text || question.allowsOther {
          entries += try table.publishedTexts(consultation.id, question.id, limit: .max).map { answer in
            StreamEntry(
              subject: site.subject("text-answer", answer.id),
              page: pagePath("consultation/\(consultation.id)/results"),
              title: question.title.text(mainLocale), summary: answer.text, published: consultation.closes,
              updated: consultation.closes,
              fields: [
                ("consultation", .string(consultation.id)), ("question", .string(question.id)),
                ("text", .string(answer.text)),
              ])
          }
        }
      }
      return entries
    }
  }
}
