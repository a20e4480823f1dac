internal import ParticipationKit

// Answers to a questionnaire, one JSON object a line: what came in by another way, and demonstrations.

extension ConsultationModule {
  static var answerShape: ImportLine.Shape {
    ImportLine.Shape(
      texts: ["reference", "consultation", "texts_state", "channel"], others: ["verified", "answers", "others"],
      required: ["reference", "consultation", "verified", "answers"])
  }

  var answerImporter: Importer {
    Importer(
      "answers", titles: ["fr": "Réponses à un questionnaire (NDJSON)", "en": "Answers to a questionnaire (NDJSON)"],
      read: { context, source in
        var report = ImportReport()
        var changed: Set<Subject> = []
        try ImportLine.forEach(source, shape: Self.answerShape) { line, _ in
          let consultation = try line.consultation(in: consultations)
          guard try add(line, consultation, context) else {
            report.unchanged += 1
            return
          }
          report.added += 1
          changed.insert(site.subject("results", consultation.id))
        }
        report.changed = changed.sorted()
        return report
      })
  }

  private func add(_ line: ImportLine, _ consultation: Consultation, _ context: ImportContext) throws -> Bool {
    guard let isVerified = line["verified"]?.asBool else {
      throw line.error("« verified » ; attendu : true ou false", "“verified”; expected: true or false")
    }
    let states = Publication.allCases.map(\.rawValue)
    let state = try line.word("texts_state", of: states, missing: Publication.pending.rawValue)
    let channel = try line.word("channel", of: ["web", "paper", "telephone", "import"], missing: "import")
    let sheet = try sheet(line, consultation)
    let reference = line.text("reference")
    // Keys follow from the reference and the commune's key: random to everybody else, and the same in each import.
    var drawn = 0
    let keys = { (count: Int) -> [UInt8] in
      drawn += 1
      return Array(site.seal("answer/\(reference)/\(drawn)").prefix(count))
    }
    let table = AnswerTable(ledger: context.action.ledger)
    let texts = try table.insert(
      sheet, consultation.id, channel: channel, isVerified: isVerified, reference: reference, random: keys)
    guard let texts else { return false }
    let ballot = ballot(consultation.id, isVerified: isVerified)
    try context.seal(ballot.subject, words: [], counts: [ballot])
    for text in texts {
      if state == Publication.pending.rawValue {
        try context.action.submitForModeration(
          kind: "text-answer", key: String(text.key), excerpt: excerpt(text.text))
        continue
      }
      try table.setPublication(Publication(rawValue: state) ?? .withheld, ofText: text.key)
      if state == Publication.published.rawValue, let stored = try table.text(text.key) {
        try context.seal(site.subject("text-answer", text.key), words: words(of: stored))
      }
    }
    return true
  }

  private func sheet(_ line: ImportLine, _ consultation: Consultation) throws -> AnswerSheet {
    guard let answers = line["answers"]?.asObject else {
      throw line.error("« answers » ; attendu : un objet, une question par membre", "“answers”; expected: an object")
    }
    let others = line["others"]?.asObject ?? []
    for name in (answers + others).map(\.name) where consultation.question(name) == nil {
      let known = consultation.questions.map(\.id).joined(separator: ", ")
      throw line.error(
        "question inconnue « \(name) » ; attendu : \(known)", "unknown question “\(name)”; expected: \(known)")
    }
    var sheet = AnswerSheet()
    for question in consultation.questions {
      let answer = answers.first { $0.name == question.id }?.value
      let taken = answer?.asArray?.compactMap(\.asString) ?? answer?.asString.map { [$0] } ?? []
      let other = others.first { $0.name == question.id }?.value.asString ?? ""
      if let fault = AnswerReader(question: question).read(taken, other: other, into: &sheet) {
        let options = question.options.map(\.id).joined(separator: ", ")
        throw line.error(
          "question « \(question.id) » (\(question.kind.rawValue)) : \(fault.rawValue) ; attendu : \(options)",
          "question “\(question.id)” (\(question.kind.rawValue)): \(fault.rawValue); expected: \(options)")
      }
    }
    guard !sheet.choices.isEmpty else { throw line.error("aucune réponse", "no answer") }
    return sheet
  }
}
