import ParticipationKit

extension NotesModule {
  /// Three a day for each person.
  private var told: Action {
    Action(
      "tell", titles: ["fr": "Raconter", "en": "Tell"], quota: Quota(3, per: .day),
      form: { _ in Form(title: "Acte", fields: [Field("body", .text, "Mots", required: true)], submit: "Envoyer") },
      perform: { context, sent in
        let id = try context.ledger.insert(
          "INSERT INTO notes_note(body, email, headline, updated_at, publication) VALUES(?,'','',?,'pending')",
          [.text(sent.text("body")), .timestamp(context.now)])
        return Outcome(subject: note(id), changed: [], message: "C’est noté.")
      })
  }

  /// An action for each level of participation: what it was told of its participant stands in the headline of a note.
  var levels: [Action] {
    [told]
      + [
        ("vow", Audience.confirmed, false), ("walk", .resident, false), ("vote", .onePerPerson, false),
        ("roof", .onePerHousehold, false), ("wish", .anyoneOrResident, false), ("ballot", .onePerPerson, true),
      ].map { name, audience, isSecret in
        Action(
          name, audience: audience, titles: ["fr": "Acte \(name)", "en": "Act \(name)"], isSecret: isSecret,
          form: { context in
            context.key == "closed"
              ? nil : Form(title: "Acte", fields: [Field("body", .text, "Mots", required: true)], submit: "Envoyer")
          },
          perform: { context, sent in
            if sent.text("body") == "refuse" { throw Problem.conflict("Non.") }
            let seen = "\(context.participant.level.name) \(context.participant.right.count) \(context.actor.channel)"
            let id = try context.ledger.insert(
              "INSERT INTO notes_note(body, email, headline, updated_at, publication) VALUES(?,'',?,?,'pending')",
              [.text(sent.text("body")), .text(seen), .timestamp(context.now)])
            return Outcome(subject: note(id), changed: [], message: "C’est noté.")
          })
      }
  }
}
