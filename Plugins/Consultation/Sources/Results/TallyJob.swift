internal import ParticipationKit

// At closing the rows of the count are published in random order, and the register commits to them: from then on
// anybody can count again, and no row can be joined to another row of the same ballot.

extension ConsultationModule {
  var tallyJob: ClockJob {
    ClockJob(
      "tally",
      times: { ledger, now in
        try consultations.all.filter { !$0.questions.isEmpty }.map { consultation in
          guard consultation.closes <= now else { return (consultation.id, consultation.closes) }
          // Paper that is imported after closing is counted by a list of its own.
          let people = try AnswerTable(ledger: ledger).participation(consultation.id).total
          return ("\(consultation.id)/\(people)", consultation.closes)
        }
      },
      perform: { context in
        let id = context.key.split(separator: "/").first.map(String.init) ?? ""
        try noteCounted(id, context)
        let subject = site.subject("results", id)
        var lines: [String] = []
        let table = AnswerTable(ledger: context.ledger)
        let tally = try table.tally(id)
        let questions = consultations[id]?.questions.map(\.id) ?? []
        let split = Dictionary(
          questions.map { ($0, tally.showsSplit(of: $0)) }, uniquingKeysWith: { first, _ in first })
        try table.forEachRow(of: id) { question, choice, isVerified in
          // What the results withhold is not in the rows either.
          let isSaid = question.map { split[$0] ?? tally.showsSplit(of: $0) } ?? true
          let salt = context.random(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
          lines.append(
            JSONValue.object([
              ("salt", .string(salt)), ("question", .string(question)), ("choice", .string(choice)),
              ("verified", isSaid ? JSONValue(booleanLiteral: isVerified) : .null),
            ]).text)
        }
        return ClockOutcome(subject: subject, changed: [subject], published: lines.sorted())
      })
  }

  /// What an answer adds to the number of ballots.
  func ballot(_ consultation: String, isVerified: Bool) -> CountChange {
    CountChange(site.subject("results", consultation), isVerified ? "people.verified" : "people.unverified")
  }
}

extension AnswerTable {
  /// The rows of a count: one a ballot without question, one a person and question without choice, one a choice.
  func forEachRow(
    of consultation: String, _ body: (_ question: String?, _ choice: String?, _ isVerified: Bool) throws -> Void
  ) throws {
    let queries = [
      "SELECT NULL AS question, NULL AS choice, verified FROM consultation_submission WHERE consultation = ?",
      """
      SELECT DISTINCT a.submission, a.question AS question, NULL AS choice, s.verified FROM consultation_submission s
      JOIN consultation_answer a ON a.submission = s.id WHERE s.consultation = ?
      """,
      """
      SELECT a.question AS question, a.choice AS choice, s.verified FROM consultation_submission s
      JOIN consultation_answer a ON a.submission = s.id WHERE s.consultation = ? AND a.choice <> ''
      """,
    ]
    for query in queries {
      try ledger.forEach(query, [.text(consultation)]) { row in
        try body(row.optionalText("question"), row.optionalText("choice"), try row.bool("verified"))
        return true
      }
    }
  }
}
