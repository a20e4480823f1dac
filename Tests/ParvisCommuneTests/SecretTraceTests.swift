import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("What a secret act leaves in the database")
struct SecretTraceTests {
  @Test("no table keeps its hour, but what is forgotten within a day; a repeated act is still recognised")
  func hours() throws {
    let commune = try NotesCommune.make()
    commune.now = commune.now.adding(seconds: 17 * 60 + 31)
    let code = try commune.letters(1).codes[0]
    commune.now = commune.now.adding(seconds: 60)
    let fields = [("access_code", code)]
    let first = commune.act("ballot", fields)
    let known = try commune.rows("SELECT at FROM host_repeat ORDER BY at DESC LIMIT 1").first?.timestamp("at")
    #expect(try #require(known).seconds % 3600 == 0)
    commune.now = commune.now.adding(seconds: 500)
    let again = commune.act("ballot", fields)
    #expect(again.status == 303 && again.header("Location") == first.header("Location"))
    #expect(try commune.count("SELECT count(*) FROM host_repeat") > 0)
    commune.now = commune.now.adding(seconds: 2 * 86_400)
    try commune.work()
    #expect(try commune.count("SELECT count(*) FROM host_repeat") == 0, "forgotten by time, not by the next act")
  }

  @Test("somebody's secret act does not make the server forget what others sent: their key still names one act")
  func othersAreRemembered() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    commune.now = commune.now.adding(seconds: 17 * 60 + 31)
    let key = [("Idempotency-Key", "cle-du-matin")]
    let note: JSONValue = ["body": "Un banc au soleil"]
    let first = commune.post("/api/v1/notes/write", json: note, headers: key).header("Location")
    commune.now = commune.now.adding(seconds: 3 * 3600)
    #expect(commune.act("ballot", [("access_code", code)]).status == 303)
    try commune.work()
    let notes = try commune.count("SELECT count(*) FROM notes_note", in: "notes")
    let again = commune.post("/api/v1/notes/write", json: note, headers: key)
    #expect(again.status == 200 && again.header("Location") == first && first != nil, "\(again.body)")
    #expect(try commune.count("SELECT count(*) FROM notes_note", in: "notes") == notes)
  }

  @Test("an account and its link are known by their days only")
  func days() throws {
    let commune = try NotesCommune.make()
    commune.now = commune.now.adding(seconds: 17 * 60 + 31)
    _ = commune.act("vow", [("confirm_email", "ana@essai.example")])
    #expect(commune.post(try commune.lastLink(), []).status == 303)
    let row = try #require(
      try commune.rows("SELECT a.created_at, a.seen_at, l.used_at FROM host_account a, host_link l").first)
    for column in ["created_at", "seen_at", "used_at"] {
      #expect(try row.timestamp(column).seconds % 86_400 == 0, "\(column)")
    }
  }

  @Test("what waits in the queue after secret acts has numbers that say no order, and is read with the rest")
  func numbers() throws {
    let commune = try TestCommune([ModuleDescriptor(SecretNotes.self)])
    for number in 1...12 { #expect(commune.post("/api/v1/whispers/say", [("body", "mot \(number)")]).status == 303) }
    let rows = try commune.rows("SELECT id, key FROM host_moderation ORDER BY CAST(key AS INTEGER)")
    let ids = try rows.map { try $0.int("id") }
    #expect(ids.count == 12 && ids.allSatisfy { $0 < 0 })
    #expect(ids != ids.sorted() && ids != ids.sorted(by: >), "twelve random numbers that happen to be in order")
    #expect(Set(zip(ids.dropFirst(), ids).map { $0 - $1 }).count > 6)
    let desk = try commune.desk(role: "councillor")
    #expect(desk.get("/desk/moderation").body.contains("mot 7"))
    #expect(desk.get("/desk/moderation/\(ids[3])").body.contains("mot 4"))
    #expect(desk.post("/desk/moderation/\(ids[3])", [("decision", "approve")]).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE state = 'approved'") == 1)
  }
}

/// A module whose acts are secret and moderated, as the answers of a questionnaire.
struct SecretNotes: ParticipationModule, SchemaProviding, ActionProviding, ModerationProviding {
  static let manifest = Manifest(
    id: "whispers", version: "1.0.0", names: ["fr": "Murmures", "en": "Whispers"], owner: "Tests",
    licence: "EUPL-1.2", permissions: [], personalData: .none(because: ["fr": "Rien.", "en": "Nothing."]))
  static let migrations = [
    Migration(1, "whispers", ["CREATE TABLE whispers_word(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT"])
  ]

  let site: Site

  init(settings: Settings, site: Site) throws { self.site = site }

  var actions: [Action] {
    [
      Action(
        "say", titles: ["fr": "Dire", "en": "Say"], hourlyLimit: 60, isSecret: true,
        form: { _ in Form(title: "Dire", fields: [Field("body", .text, "Mot", required: true)], submit: "Dire") },
        perform: { context, sent in
          let id = try context.ledger.insert(
            "INSERT INTO whispers_word(body) VALUES(?)", [.text(sent.text("body"))])
          try context.submitForModeration(kind: "word", key: String(id), excerpt: sent.text("body"))
          return Outcome(subject: site.subject("word", String(id)), changed: [], message: "Merci.")
        })
    ]
  }

  var moderatedKinds: [ModeratedKind] {
    [
      ModeratedKind(
        "word", titles: ["fr": "Mot", "en": "Word"],
        evidence: { context in
          try context.ledger.row("SELECT body FROM whispers_word WHERE id = ?", [.text(context.key)]).map {
            Evidence(title: "Mot", body: .p(try $0.text("body")), document: nil)
          }
        }, decide: { _, _ in [] }, isSecret: true)
    ]
  }
}
