import ParticipationKit

extension NotesModule {
  var actions: [Action] { [write, cheer, shut, headline, codes] + levels }

  /// Every kind of field, so that one form meets every rule of the checker.
  private var write: Action {
    Action(
      "write", titles: ["fr": "Envoyer un petit mot", "en": "Send a note"], hourlyLimit: 20,
      form: { _ in
        Form(
          title: "Petit mot",
          fields: [
            Field("body", .text, "Votre mot", required: true, maxLength: 500),
            Field("email", .email, "Adresse"), Field("topic", .choice, "Sujet", choices: topics, allowsOther: true),
            Field(
              "colours", .choices, "Couleurs", choices: ["r", "g", "b"].map { Choice($0, $0) }, maxChoices: 2),
            Field("weight", .number, "Poids", range: 1...9), Field("day", .date, "Jour"),
            Field("hour", .dateTime, "Heure"), Field("place", .point, "Lieu"), Field("code", .secret, "Code"),
            Field("agreed", .confirmation, "D’accord"), Field("label", .line, "Titre", maxLength: 20),
          ], submit: "Envoyer")
      },
      perform: { context, sent in
        let id = try context.ledger.insert(
          "INSERT INTO notes_note(body, email, headline, updated_at, publication) VALUES(?,?,?,?,'pending')",
          [.text(sent.text("body")), .text(sent.text("email")), .text(sent.text("label")), .timestamp(context.now)])
        let label = sent.text("label")
        try context.submitForModeration(
          kind: "note", key: String(id), excerpt: sent.text("body"),
          category: topics.contains { $0.value == label } ? label : "")
        try context.informAuthor(sent.text("email"), about: note(id), updates: sent.bool("agreed"))
        if sent.text("body") == "fail" { throw Refusal(words: "MARKER-IN-ERROR") }
        if sent.text("body") == "trespass" {
          try context.ledger.execute("DELETE FROM host_register")
        }
        return Outcome(
          subject: note(id), changed: [], message: site.words.text("sent", context.locale),
          lines: [(label: "Longueur", value: String(sent.text("body").utf8.count))])
      })
  }

  /// Once for each code: a UNIQUE constraint decides.
  private var cheer: Action {
    Action(
      "cheer", titles: ["fr": "Applaudir", "en": "Cheer"], hourlyLimit: 3,
      form: { context in
        let count = try context.ledger.count(
          "SELECT count(*) FROM notes_note WHERE id = ? AND publication = 'published'", [.text(context.key)])
        return count == 0
          ? nil : Form(title: "Bravo", fields: [Field("code", .line, "Code", required: true)], submit: "Bravo")
      },
      perform: { context, sent in
        let id = Int(context.key) ?? 0
        do {
          try context.ledger.execute(
            "INSERT INTO notes_cheer(note, code) VALUES(?,?)", [.integer(id), .text(sent.text("code"))])
        } catch is UniquenessConflict {
          throw Problem.conflict("Ce code a déjà servi.")
        }
        try context.ledger.execute("UPDATE notes_note SET cheers = cheers + 1 WHERE id = ?", [.integer(id)])
        return Outcome(
          subject: note(id), changed: try touched(id, in: context.ledger), message: "Bravo",
          counts: [CountChange(note(id), "cheers")])
      })
  }

  private var shut: Action {
    Action(
      "shut", titles: ["fr": "Clos", "en": "Shut"],
      form: { _ in throw Problem.conflict("C’est clos depuis hier.") },
      perform: { _, _ in throw Problem.conflict("C’est clos depuis hier.") })
  }

  private var headline: Action {
    Action(
      "headline", audience: .staff("notes.edit"), titles: ["fr": "Titrer", "en": "Give a headline"],
      category: { try category(of: $0) },
      form: { context in
        let count = try context.ledger.count("SELECT count(*) FROM notes_note WHERE id = ?", [.text(context.key)])
        return count == 0
          ? nil : Form(title: "Titre", fields: [Field("headline", .line, "Titre", required: true)], submit: "Titrer")
      },
      perform: { context, sent in
        let id = Int(context.key) ?? 0
        try context.ledger.execute(
          "UPDATE notes_note SET headline = ?, updated_at = ? WHERE id = ?",
          [.text(sent.text("headline")), .timestamp(context.now), .integer(id)])
        try context.announce(
          Event(
            .changed, about: note(id), within: [all],
            words: ["fr": Event.Words(title: "Titre : \(sent.text("headline"))", text: "Le mot \(id) a un titre.")]))
        return Outcome(
          subject: note(id), changed: try touched(id, in: context.ledger), message: "Le titre est changé.")
      })
  }

  private var codes: Action {
    Action(
      "codes", audience: .staff("notes.edit"), titles: ["fr": "Codes", "en": "Codes"],
      form: { _ in Form(title: "Codes", fields: [], submit: "Tirer") },
      perform: { context, _ in
        Outcome(
          subject: all, changed: [], message: "À imprimer maintenant.", lines: [(label: "1", value: "CODE-ONCE-4711")])
      })
  }

  /// Notes are divided by the topic in their headline.
  private func category(of context: FormContext) throws -> String? {
    let row = try context.ledger.row("SELECT headline FROM notes_note WHERE id = ?", [.text(context.key)])
    return try row.map { row in
      let headline = try row.text("headline")
      return topics.contains { $0.value == headline } ? headline : ""
    }
  }

  struct Refusal: Error {
    let words: String
  }

  // MARK: Desk and slots

  var deskScreens: [DeskScreen] {
    [
      DeskScreen(
        "all", titles: ["fr": "Tous les mots", "en": "All notes"], permission: "notes.edit",
        category: { try category(of: $0) }
      ) { context in
        if context.key.isEmpty {
          let rows = try context.rendering.ledger.rows("SELECT id, email, headline FROM notes_note ORDER BY id")
            .filter { context.rendering.reach.covers(try $0.text("headline")) }
          return DeskContent(
            title: "Tous les mots",
            body: [
              .ul(
                items: try rows.map {
                  .a(context.path("all", String(try $0.int("id"))), try $0.text("email"))
                }), try context.view.form("codes"),
            ])
        }
        let form = try context.view.form("headline", key: context.key)
        return form.isEmpty ? nil : DeskContent(title: "Mot \(context.key)", body: [form])
      },
      DeskScreen("one", titles: ["fr": "Un mot"], permission: "notes.edit", isListed: false) { context in
        context.key.isEmpty ? nil : DeskContent(title: context.key, body: [])
      },
    ]
  }

  var slots: [SlotContribution] {
    [
      SlotContribution(.home, order: 1) { context in
        let count = try context.ledger.count("SELECT count(*) FROM notes_note WHERE publication = 'published'")
        return SlotContent(dependsOn: [all]) { view in
          .p([], [.text("\(count) "), .a(view.path("index"), "petits mots")])
        }
      },
      SlotContribution(.desk, order: 1) { _ in
        SlotContent(dependsOn: []) { view in try view.form("codes") }
      },
    ]
  }
}
