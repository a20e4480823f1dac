import ParticipationKit

/// A signature and its way back.
func signatures(of petition: @escaping @Sendable (String) -> Subject) -> [Action] {
  func form(_ title: String) -> @Sendable (FormContext) throws -> Form? {
    { _ in Form(title: title, fields: [], submit: title) }
  }
  @Sendable func outcome(_ context: ActionContext, _ message: String) -> Outcome {
    Outcome(subject: petition(context.key), changed: [petition(context.key)], message: message)
  }
  return [
    Action(
      "sign", audience: .onePerPerson, titles: ["fr": "Signer", "en": "Sign"], form: form("Signer"),
      perform: { context, _ in
        try context.ledger.execute(
          "INSERT INTO petition_signature(petition, right) VALUES(?, ?)",
          [.text(context.key), .blob(context.participant.right)])
        return outcome(context, "Votre signature est comptée.")
      }),
    Action(
      "unsign", audience: .onePerPerson, titles: ["fr": "Ne plus signer", "en": "Sign no more"],
      form: form("Ne plus signer"),
      perform: { context, _ in
        try context.ledger.execute(
          "DELETE FROM petition_signature WHERE petition = ? AND right = ?",
          [.text(context.key), .blob(context.participant.right)])
        return outcome(context, "Votre signature est retirée.")
      }
    ).withdrawing("sign"),
  ]
}
