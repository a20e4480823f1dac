internal import ParticipationKit

// Answering a questionnaire: once a code, or without code and then counted apart.

extension ConsultationModule {
  var answerAction: Action {
    Action(
      "answer", titles: ["fr": "Répondre à une consultation", "en": "Answer a consultation"], hourlyLimit: 20,
      form: { context in
        guard let consultation = consultations[context.key], !consultation.questions.isEmpty else { return nil }
        try checkOpen(consultation, context.now, context.locale)
        return answerForm(consultation, context.locale)
      }, perform: { try answer($0, $1) })
  }

  private func answer(_ context: ActionContext, _ submission: Submission) throws -> Outcome {
    let locale = context.locale
    let consultation = try consultation(context.key, locale)
    try checkOpen(consultation, context.now, locale)
    let sheet = try sheet(submission, consultation, locale)
    let code = try accessCode(submission, locale)
    if let code { try useCode(code, consultation, context) }
    let texts = try AnswerTable(ledger: context.ledger).insert(
      sheet, consultation.id, channel: context.actor.channel, isVerified: code != nil, reference: nil,
      random: context.random)
    for text in texts ?? [] {
      try context.submitForModeration(
        kind: "text-answer", key: String(text.key), excerpt: excerpt(text.text), category: consultation.id)
    }
    // Nothing public changes before closing: results are sealed until then.
    return Outcome(
      subject: site.subject("consultation", consultation.id), changed: [],
      message: text(code == nil ? "outcome.answer.unverified" : "outcome.answer.verified", locale),
      lines: [
        (text("label.consultation", locale), consultation.title.text(locale)),
        (text("label.results", locale), words(consultation.closes, locale)),
      ])
  }

  /// The code that a person typed; nil for none.
  /// - Throws: ``Problem`` 422 when it cannot be a code.
  func accessCode(_ submission: Submission, _ locale: String) throws -> AccessCode? {
    let typed = ByteText.trimmed(submission.text("access_code"))
    guard !typed.isEmpty else { return nil }
    guard let code = AccessCode(typed: typed) else {
      throw Problem.invalid("access_code", text("error.code.form", locale))
    }
    return code
  }

  private func useCode(_ code: AccessCode, _ consultation: Consultation, _ context: ActionContext) throws {
    let table = CodeTable(site: site, ledger: context.ledger)
    let batch = try knownBatch(of: code, consultation, table, mayBeUsed: false, context.locale)
    let day = site.zone.civil(context.now).date
    guard try table.use(code, consultation.id, on: day) else {
      throw Problem.conflict(text("error.code.used", context.locale))
    }
    if let batch { try table.forgetSheet(of: batch) }
  }

  /// The batch of a code that may still be used; nil when the code was used and may be.
  /// - Throws: ``Problem`` that says what is wrong with the code.
  @discardableResult
  func knownBatch(
    of code: AccessCode, _ consultation: Consultation, _ table: CodeTable, mayBeUsed: Bool, _ locale: String
  ) throws -> Int? {
    switch try table.standing(code, consultation.id) {
    case .unknown: throw Problem.invalid("access_code", text("error.code.unknown", locale))
    case .revoked: throw Problem.invalid("access_code", text("error.code.revoked", locale))
    case .used where !mayBeUsed: throw Problem.conflict(text("error.code.used", locale))
    case .used: return nil
    case .free(let batch): return batch
    }
  }

  /// The first words for the moderator's list.
  func excerpt(_ text: String) -> String {
    ByteText.singleLine(text, scalars: 160)
  }
}
