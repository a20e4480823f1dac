internal import ParticipationKit

// Comments on proposals with their states, one JSON object a line.

extension ConsultationModule {
  static var commentShape: ImportLine.Shape {
    ImportLine.Shape(
      texts: [
        "reference", "consultation", "proposal", "kind", "author", "sent", "text", "state", "reason", "answer_author",
        "answer",
      ], required: ["reference", "proposal", "kind", "sent", "text", "state"])
  }

  var commentImporter: Importer {
    Importer(
      "proposal-comments",
      titles: [
        "fr": "Propositions : commentaires et questions (NDJSON)", "en": "Proposals: comments and questions (NDJSON)",
      ],
      read: { context, source in
        var report = ImportReport()
        var changed: Set<Subject> = []
        let table = ProposalTable(ledger: context.action.ledger)
        try ImportLine.forEach(source, shape: Self.commentShape) { line, bytes in
          guard let proposal = try commented(line, table) else {
            let reference = line.text("proposal")
            return report.skip(
              line: line.number, fr: "proposition inconnue « \(reference) » ; attendu : une proposition importée avant",
              en: "unknown proposal “\(reference)”; expected: a proposal imported before")
          }
          let comment = try comment(line, on: site.subject("proposal", proposal.id))
          guard try context.addComment(comment) else {
            report.unchanged += 1
            return
          }
          try context.include(bytes)
          report.added += 1
          changed.insert(comment.subject)
        }
        report.isBroad = changed.count > 500
        report.changed = report.isBroad ? [] : changed.sorted()
        return report
      })
  }

  /// The proposal that a line names, by its reference and, when two consultations have it, by `consultation`.
  private func commented(_ line: ImportLine, _ table: ProposalTable) throws -> Proposal? {
    let reference = line.text("proposal")
    let named = try line.optionalText("consultation").map { _ in [try line.consultation(in: consultations)] }
    let found = try (named ?? consultations.all).compactMap { consultation in
      try table.find(reference: reference, in: consultation.id) ?? own(reference, in: consultation.id, table)
    }
    guard found.count < 2 else {
      let known = found.map(\.consultation).joined(separator: ", ")
      throw line.error(
        "« \(reference) » est une proposition de plusieurs consultations ; attendu : « consultation » parmi \(known)",
        "“\(reference)” is a proposal of several consultations; expected: “consultation”, one of \(known)")
    }
    return found.first
  }

  private func comment(_ line: ImportLine, on subject: Subject) throws -> ImportedComment {
    let state = try line.word("state", of: Publication.allCases.map(\.rawValue))
    if state == Publication.withheld.rawValue, line.optionalText("reason") == nil {
      throw line.error(
        "« reason » manque ; attendu : le motif d’un commentaire refusé",
        "“reason” is missing; expected: why the comment is withheld")
    }
    if (line.optionalText("answer") == nil) != (line.optionalText("answer_author") == nil) {
      throw line.error("« answer » et « answer_author » vont ensemble", "“answer” and “answer_author” go together")
    }
    return ImportedComment(
      reference: line.text("reference"), subject: subject, kind: try line.word("kind", of: ["comment", "question"]),
      author: line.text("author"), sent: try line.instant("sent", zone: site.zone), text: line.text("text"),
      state: state, reason: line.text("reason"), answerAuthor: line.text("answer_author"), answer: line.text("answer"))
  }
}
