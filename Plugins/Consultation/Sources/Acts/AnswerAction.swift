internal import ParticipationKit

// Answering a questionnaire: once a letter code, which the host checks, or without code and then counted apart.

extension ConsultationModule {
  var answerAction: Action {
    Action(
      "answer", audience: .anyoneOrResident,
      titles: ["fr": "Répondre à une consultation", "en": "Answer a consultation"], hourlyLimit: 20, isSecret: true,
      form: { context in
        guard let consultation = consultations[context.key], !consultation.questions.isEmpty else { return nil }
        try checkOpen(consultation, context.now, context.locale)
        try checkNotCounted(consultation.id, context.ledger, context.locale)
        return answerForm(consultation, context.locale)
      }, perform: { try answer($0, $1) }
    ).describing { locale in
      consultations.all.filter { !$0.questions.isEmpty }.map { ($0.id, answerForm($0, locale)) }
    }
  }

  private func answer(_ context: ActionContext, _ submission: Submission) throws -> Outcome {
    let locale = context.locale
    let consultation = try consultation(context.key, locale)
    try checkOpen(consultation, context.now, locale)
    try checkNotCounted(consultation.id, context.ledger, locale)
    let sheet = try sheet(submission, consultation, locale)
    let isVerified = context.participant.isVerified
    let texts = try AnswerTable(ledger: context.ledger).insert(
      sheet, consultation.id, channel: context.actor.channel, isVerified: isVerified, reference: nil,
      random: context.random)
    for text in texts ?? [] {
      try context.submitForModeration(
        kind: "text-answer", key: String(text.key), excerpt: excerpt(text.text), category: consultation.id)
    }
    // Nothing public changes before closing: results are sealed until then.
    return Outcome(
      subject: site.subject("consultation", consultation.id), changed: [],
      message: text(isVerified ? "outcome.answer.verified" : "outcome.answer.unverified", locale),
      lines: [
        (text("label.consultation", locale), consultation.title.text(locale)),
        (text("label.results", locale), words(consultation.closes, locale)),
      ], counts: [ballot(consultation.id, isVerified: isVerified)])
  }

  /// The first words for the moderator's list.
  func excerpt(_ text: String) -> String {
    ByteText.singleLine(text, scalars: 160)
  }
}
