import ParticipationKit

// What asks people to show who they are: a signature by letter code, a promise by confirmed address, each of which can
// be taken back.
extension PlainBox {
  static let voices = """
    CREATE TABLE box_voice(id INTEGER PRIMARY KEY, idea INTEGER NOT NULL, right BLOB NOT NULL, words TEXT NOT NULL,
      publication TEXT NOT NULL DEFAULT 'pending' CHECK(publication IN ('pending', 'published', 'withheld')),
      UNIQUE(idea, right)) STRICT
    """

  func voice(_ key: String) -> Subject { site.subject("voice", key) }

  var voiceActions: [Action] {
    [
      raise("sign", .onePerPerson, ["fr": "Signer", "en": "Sign"]),
      raise("pledge", .confirmed, ["fr": "Promettre", "en": "Promise"]),
      lower("unsign", .onePerPerson, ["fr": "Ne plus signer", "en": "Sign no more"]).withdrawing("sign"),
      lower("unpledge", .confirmed, ["fr": "Ne plus promettre", "en": "Promise no more"]).withdrawing("pledge"),
    ]
  }

  func raise(_ name: String, _ audience: Audience, _ titles: [String: String]) -> Action {
    Action(
      name, audience: audience, titles: titles,
      form: { context in
        guard try isPublished(context.ledger, context.key) else { return nil }
        return Form(
          title: text(name, context.locale),
          fields: [Field("words", .line, text("why", context.locale), required: true, maxBytes: 300)],
          submit: text(name, context.locale))
      }, perform: { try raise($0, $1) })
  }

  func raise(_ context: ActionContext, _ sent: Submission) throws -> Outcome {
    do {
      let id = try context.ledger.insert(
        "INSERT INTO box_voice(idea, right, words) VALUES(?, ?, ?)",
        [.text(context.key), .blob(context.participant.right), .text(sent.text("words"))])
      try context.submitForModeration(kind: "voice", key: String(id), excerpt: sent.text("words"))
      return Outcome(
        subject: voice(String(id)), changed: [idea(context.key)], message: text("counted", context.locale))
    } catch is UniquenessConflict {
      throw Problem.conflict(text("counted", context.locale))
    }
  }

  func lower(_ name: String, _ audience: Audience, _ titles: [String: String]) -> Action {
    Action(
      name, audience: audience, titles: titles,
      form: { context in
        guard try isPublished(context.ledger, context.key) else { return nil }
        return Form(title: text(name, context.locale), fields: [], submit: text(name, context.locale))
      },
      perform: { context, _ in
        try context.ledger.execute(
          "DELETE FROM box_voice WHERE idea = ? AND right = ?",
          [.text(context.key), .blob(context.participant.right)])
        return Outcome(
          subject: idea(context.key), changed: [idea(context.key)], message: text("taken", context.locale))
      })
  }

  var voiceKind: ModeratedKind {
    ModeratedKind(
      "voice", titles: ["fr": "Voix", "en": "Voice"],
      evidence: { context in
        try context.ledger.row("SELECT * FROM box_voice WHERE id = ?", [.text(context.key)]).map {
          Evidence(
            title: text("why", context.locale), body: .p(try $0.text("words")),
            document: idea(String(try $0.int("idea"))))
        }
      }, decide: decideVoice)
  }

  func decideVoice(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    try context.ledger.execute(
      "UPDATE box_voice SET publication = ? WHERE id = ?",
      [.text(decision.isApproved ? "published" : "withheld"), .text(context.key)])
    let row = try context.ledger.row("SELECT idea FROM box_voice WHERE id = ?", [.text(context.key)])
    return try row.map { [idea(String(try $0.int("idea")))] } ?? []
  }

  private func isPublished(_ ledger: Ledger, _ key: String) throws -> Bool {
    try ledger.row("SELECT 1 FROM box_idea WHERE id = ? AND \(Self.published)", [.text(key)]) != nil
  }

  /// How many voices an idea has, and what those say that were read.
  func voices(_ ledger: Ledger, _ key: Int) throws -> (count: Int, words: [String]) {
    let rows = try ledger.rows("SELECT words, publication FROM box_voice WHERE idea = ? ORDER BY id", [.integer(key)])
    let words = try rows.filter { try $0.text("publication") == "published" }.map { try $0.text("words") }
    return (count: rows.count, words: words)
  }
}
