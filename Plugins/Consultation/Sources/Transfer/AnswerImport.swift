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
        var late: [String: Count] = [:]
        try ImportLine.forEach(source, shape: Self.answerShape) { line, _ in
          let consultation = try line.consultation(in: consultations)
          let sheet = try sheet(line, consultation)
          if let known = try AnswerTable(ledger: context.action.ledger).stored(line.text("reference"), consultation.id)
          {
            if try isSame(known, sheet, line, consultation, context) {
              report.unchanged += 1
            } else {
              report.skip(
                line: line.number,
                fr: "« \(line.text("reference")) » est déjà compté avec d’autres réponses ; rien n’est changé",
                en: "“\(line.text("reference"))” is counted already with other answers; nothing is changed")
            }
            return
          }
          try add(sheet, line, consultation, context)
          report.added += 1
          changed.insert(site.subject("results", consultation.id))
          if consultation.phase(at: context.action.now) == .over {
            late[consultation.id, default: Count()].add(1, isVerified: try isVerified(line))
          }
        }
        for (id, count) in late.sorted(by: { $0.key < $1.key }) { try checkLate(count, id) }
        report.changed = changed.sorted()
        return report
      })
  }

  /// How many sheets of a kind a list that is published after closing must hold at least.
  static let smallestLateBatch = 5

  /// After closing each list of rows can be compared with the one before it: a few new sheets would be read off one by
  /// one. So they come together or not at all.
  private func checkLate(_ count: Count, _ id: String) throws {
    let least = Self.smallestLateBatch
    guard [count.verified, count.unverified].contains(where: { $0 > 0 && $0 < least }) else { return }
    throw ImportError(
      line: nil,
      fr: """
        la consultation « \(id) » est close et ses résultats sont publiés ; le fichier ajoute \(count.verified) \
        réponse(s) avec code et \(count.unverified) sans code ; attendu : aucune ou au moins \(least) de chaque sorte, \
        sinon deux dépouillements comparés montreraient qui a répondu quoi. Réunissez-les, ou importez le papier avant \
        la clôture
        """,
      en: """
        the consultation “\(id)” is closed and its results are published; the file adds \(count.verified) answer(s) \
        with a code and \(count.unverified) without; expected: none or at least \(least) of each kind, otherwise two \
        counts compared would show who answered what. Bring them together, or import paper before closing
        """)
  }

  private func isVerified(_ line: ImportLine) throws -> Bool {
    guard let isVerified = line["verified"]?.asBool else {
      throw line.error("« verified » ; attendu : true ou false", "“verified”; expected: true or false")
    }
    return isVerified
  }

  /// Keys follow from the reference and the commune's key: random to everybody else, and the same in each import.
  private func keys(_ reference: String, _ consultation: Consultation) -> (Int) -> [UInt8] {
    var drawn = 0
    return { count in
      drawn += 1
      return Array(site.seal("answer/\(consultation.id)/\(reference)/\(drawn)").prefix(count))
    }
  }

  /// Whether a sheet that is here says the same. Words that a moderator or an erasure took out are not compared.
  private func isSame(
    _ known: AnswerTable.StoredSheet, _ sheet: AnswerSheet, _ line: ImportLine, _ consultation: Consultation,
    _ context: ImportContext
  ) throws -> Bool {
    let told = Set(sheet.choices.map { [$0.question, $0.choice] })
    guard told == known.choices, try isVerified(line) == known.isVerified else { return false }
    let table = AnswerTable(ledger: context.action.ledger)
    let keys = keys(line.text("reference"), consultation)
    _ = AnswerTable.randomKey(keys)
    for text in sheet.texts {
      let key = AnswerTable.randomKey(keys)
      guard let stored = try table.text(key), stored.text != text.text else { continue }
      guard try context.hasRemovedWords(site.subject("text-answer", key)) else { return false }
    }
    return true
  }

  private func add(
    _ sheet: AnswerSheet, _ line: ImportLine, _ consultation: Consultation, _ context: ImportContext
  ) throws {
    let isVerified = try isVerified(line)
    let states = Publication.allCases.map(\.rawValue)
    let state = try line.word("texts_state", of: states, missing: Publication.pending.rawValue)
    let channel = try line.word("channel", of: ["web", "paper", "telephone", "import"], missing: "import")
    let reference = line.text("reference")
    let table = AnswerTable(ledger: context.action.ledger)
    // The reference was just looked for in the same transaction, so the row is new.
    let texts =
      try table.insert(
        sheet, consultation.id, channel: channel, isVerified: isVerified, reference: reference,
        random: keys(reference, consultation)) ?? []
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
      let taken = try texts(answers.first { $0.name == question.id }?.value, question, line)
      let own = try texts(others.first { $0.name == question.id }?.value, question, line)
      try checkLength(question.kind == .text ? taken : own, question, line)
      let other = own.first ?? ""
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

  /// An answer as texts: one, or a list of them. Anything else would be an answer that is lost without a word.
  private func texts(_ value: JSONValue?, _ question: Question, _ line: ImportLine) throws -> [String] {
    guard let value, !value.isNull else { return [] }
    if let text = value.asString { return [text] }
    let texts = value.asArray?.map(\.asString) ?? [nil]
    guard !texts.contains(nil) else {
      throw line.error(
        "question « \(question.id) » : attendu : un texte ou une liste de textes",
        "question “\(question.id)”: expected: a text or a list of texts")
    }
    return texts.compactMap { $0 }
  }

  /// Words of one's own are as long as the form allows, and one an answer.
  private func checkLength(_ texts: [String], _ question: Question, _ line: ImportLine) throws {
    let limit = Self.maxLength(of: question)
    guard texts.count > 1 || (texts.first.map { ByteText.length($0) } ?? 0) > limit else { return }
    throw line.error(
      "question « \(question.id) » : attendu : un seul texte de \(limit) signes au plus",
      "question “\(question.id)”: expected: one text of at most \(limit) characters")
  }
}
