import ParticipationKit

/// A module that keeps every rule: ideas with an e-mail address, moderated, commented, followed, imported and exported.
/// Each broken module of these tests is this one with a single thing changed.
struct PlainBox: ParticipationModule, SchemaProviding, SettingsProviding, CatalogueProviding, ActionProviding,
  ModerationProviding, DocumentProviding, StreamProviding, CommentProviding, FollowProviding, DeskProviding,
  ImportProviding, ExportProviding, PersonalDataProviding
{
  static let manifest = Manifest(
    id: "box", version: "1.0.0", names: ["fr": "Boîte", "en": "Box"], owner: "Essai", licence: "EUPL-1.2",
    traits: ["commentable", "followable", "reportable"],
    permissions: [Permission("box.edit", roles: ["clerk"], titles: ["fr": "Corriger", "en": "Correct"])],
    personalData: .stores(["fr": "Une adresse, un an.", "en": "An address, one year."]), frontPage: "index")

  static let migrations = [
    Migration(
      1, "ideas",
      [
        """
        CREATE TABLE box_idea(id INTEGER PRIMARY KEY, words TEXT NOT NULL, email TEXT NOT NULL DEFAULT '',
          sent_at INTEGER NOT NULL, decided_at INTEGER,
          publication TEXT NOT NULL CHECK(publication IN ('pending', 'published', 'withheld'))) STRICT
        """
      ]),
    Migration(2, "references", ["ALTER TABLE box_idea ADD COLUMN reference TEXT NOT NULL DEFAULT ''"]),
  ]

  static let settings = [
    SettingField(
      "shown", .int, default: 20, range: 1...100,
      help: ["fr": "Combien d’idées sur la page.", "en": "How many ideas on the page."])
  ]

  static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", Array(texts(french).utf8)), ("en", Array(texts(english).utf8)),
  ]
  static let french = [
    "idea": "Idée {n}", "ask": "Votre idée", "mail": "Votre adresse", "send": "Envoyer", "sent": "La mairie la lira.",
    "none": "Aucune idée encore.", "fix": "Corriger", "fixed": "C’est corrigé.",
  ]
  static let english = [
    "idea": "Idea {n}", "ask": "Your idea", "mail": "Your address", "send": "Send", "sent": "It will be read.",
    "none": "No idea yet.", "fix": "Correct", "fixed": "Corrected.",
  ]

  static func texts(_ texts: [String: String]) -> String {
    JSONValue.object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }).text
  }

  let site: Site
  let shown: Int

  init(settings: Settings, site: Site) {
    self.site = site
    shown = settings.int("shown")
  }

  func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  func idea(_ key: String) -> Subject { site.subject("idea", key) }
  var index: Subject { site.subject("index", "index") }

  // MARK: Acts

  var actions: [Action] {
    [
      Action(
        "suggest", titles: ["fr": "Proposer", "en": "Suggest"],
        form: { context in
          Form(
            title: text("ask", context.locale),
            fields: [
              Field("words", .text, text("ask", context.locale), required: true, maxLength: 500),
              Field("email", .email, text("mail", context.locale), autocomplete: "email"),
            ], submit: text("send", context.locale))
        }, perform: suggest),
      Action(
        "fix", audience: .staff("box.edit"), titles: ["fr": "Corriger", "en": "Correct"],
        form: { context in
          guard try row(context.ledger, context.key) != nil else { return nil }
          return Form(
            title: text("fix", context.locale),
            fields: [Field("words", .text, text("ask", context.locale), required: true, maxLength: 500)],
            submit: text("fix", context.locale))
        },
        perform: { context, sent in
          try context.ledger.execute(
            "UPDATE box_idea SET words = ? WHERE id = ?", [.text(sent.text("words")), .text(context.key)])
          return Outcome(
            subject: idea(context.key), changed: [idea(context.key), index], message: text("fixed", context.locale))
        }),
    ]
  }

  func suggest(_ context: ActionContext, _ sent: Submission) throws -> Outcome {
    let id = try context.ledger.insert(
      "INSERT INTO box_idea(words, email, sent_at, publication) VALUES(?, ?, ?, 'pending')",
      [.text(sent.text("words")), .text(sent.text("email")), .timestamp(context.now)])
    try context.submitForModeration(kind: "idea", key: String(id), excerpt: sent.text("words"))
    return Outcome(subject: idea(String(id)), changed: [], message: text("sent", context.locale))
  }

  func row(_ ledger: Ledger, _ key: String) throws -> Row? {
    try ledger.row("SELECT * FROM box_idea WHERE id = ?", [.text(key)])
  }

  var moderatedKinds: [ModeratedKind] {
    [
      ModeratedKind(
        "idea", titles: ["fr": "Idée", "en": "Idea"],
        evidence: { context in
          try row(context.ledger, context.key).map {
            Evidence(
              title: text("idea", context.locale, ["n": context.key]), body: .p(try $0.text("words")),
              document: idea(context.key))
          }
        }, decide: decide)
    ]
  }

  func decide(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    try context.ledger.execute(
      "UPDATE box_idea SET publication = ?, decided_at = ? WHERE id = ?",
      [.text(decision.isApproved ? "published" : "withheld"), .timestamp(context.now), .text(context.key)])
    if decision.isApproved {
      let arguments = ["n": context.key]
      try context.announce(
        Event(
          .published, about: idea(context.key),
          words: [
            "fr": Event.Words(title: text("idea", "fr", arguments)),
            "en": Event.Words(title: text("idea", "en", arguments)),
          ]))
    }
    return [idea(context.key), index]
  }

  // MARK: People

  var commentableKinds: [CommentableKind] {
    [
      CommentableKind("idea") { context in
        guard let row = try row(context.ledger, context.key), try row.text("publication") == "published" else {
          return nil
        }
        return CommentTarget(title: text("idea", context.locale, ["n": context.key]), document: idea(context.key))
      }
    ]
  }

  var followableKinds: [FollowableKind] {
    [
      FollowableKind("idea") { context in
        guard let row = try row(context.ledger, context.key), try row.text("publication") == "published" else {
          return nil
        }
        return FollowTarget(title: text("idea", context.locale, ["n": context.key]), document: idea(context.key))
      }
    ]
  }

  var personalData: PersonalData {
    PersonalData(
      records: { ledger, email in
        try ledger.rows("SELECT id FROM box_idea WHERE email = ?", [.text(email)]).map {
          idea(String(try $0.int("id")))
        }
      },
      export: { ledger, person in
        .array(
          try person.records.compactMap { try row(ledger, $0.key) }.map {
            .object([("words", .string(try $0.text("words"))), ("email", .string(try $0.text("email")))])
          })
      },
      erase: { context, person in
        for record in person.records {
          try context.ledger.execute(
            "UPDATE box_idea SET words = '', email = '' WHERE id = ?", [.text(record.key)])
        }
        return Erasure(records: person.records, changed: person.records + [index])
      })
  }
}
