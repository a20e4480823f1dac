import ParticipationKit
import ParticipationTesting
import Testing

@Suite("Moderating")
struct ModerationDeskTests {
  let commune: TestCommune
  let clerk: TestDesk
  let councillor: TestDesk

  init() throws {
    commune = try NotesCommune.make(languages: ["fr", "en"])
    clerk = try commune.desk(role: "clerk")
    councillor = try commune.desk(role: "councillor")
  }

  private func decide(_ desk: TestDesk, _ id: Int, _ fields: [(String, String)]) -> TestCommune.Answer {
    desk.post("/desk/moderation/\(id)", fields)
  }

  private func refuse(_ desk: TestDesk, _ id: Int, _ reason: String = "insult") -> TestCommune.Answer {
    decide(desk, id, [("decision", "refuse"), ("reason", reason)])
  }

  private func leaves(_ kind: String) throws -> Int {
    try commune.count("SELECT count(*) FROM host_register WHERE kind = '\(kind)'")
  }

  private func lastDecision() throws -> Int { try commune.count("SELECT max(id) FROM host_decision") }

  @Test("each decision is one leaf and one row, and says whether the record is public")
  func transitions() throws {
    commune.write("un")
    #expect(decide(councillor, 1, [("decision", "approve")]).status == 303)
    #expect(refuse(councillor, 1).status == 303)
    #expect(refuse(councillor, 1, "off-topic").status == 303)
    #expect(decide(councillor, 1, [("decision", "approve")]).status == 303)
    let rows = try commune.rows("SELECT measure, person FROM host_decision ORDER BY id")
    #expect(try rows.map { try $0.text("measure") } == ["published", "withdrawn", "refused", "published"])
    #expect(try leaves("decision") == 4)
    #expect(try commune.rows("SELECT state, shown FROM host_moderation").map { try $0.int("shown") } == [1])
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
  }

  @Test("undoing brings back what was: state, page, reason; it is a leaf of its own, and works once")
  func undo() throws {
    commune.write("à publier")
    _ = decide(councillor, 1, [("decision", "approve")])
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    let before = try leaves("decision")
    #expect(councillor.post("/desk/undo/1", []).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") == nil)
    #expect(try leaves("decision") == before + 1)
    let row = try #require(try commune.rows("SELECT * FROM host_moderation").first)
    #expect(try row.text("state") == "pending")
    #expect(row.optionalInt("decided_by") == nil)
    #expect(councillor.post("/desk/undo/1", []).status == 409)
    #expect(try commune.count("SELECT sum(waiting) FROM host_queue_count") == 1)
    // A refusal after publication, undone, is public again.
    _ = decide(councillor, 1, [("decision", "approve")])
    _ = refuse(councillor, 1)
    #expect(councillor.post("/desk/undo/\(try lastDecision())", []).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    #expect(try commune.rows("SELECT state FROM host_moderation").first?.text("state") == "approved")
  }

  @Test("only who decided or the town hall undoes, only the last decision, and only for a while")
  func undoLimits() throws {
    commune.write("un")
    let other = try commune.desk(role: "councillor")
    _ = decide(councillor, 1, [("decision", "approve")])
    #expect(other.post("/desk/undo/1", []).status == 403)
    _ = refuse(councillor, 1)
    #expect(councillor.post("/desk/undo/1", []).status == 409)
    #expect(clerk.post("/desk/undo/2", []).status == 303)
    #expect(councillor.post("/desk/undo/99", []).status == 404)
    _ = refuse(councillor, 1)
    commune.now = commune.now.adding(seconds: 1440 * 60 + 1)
    let late = try commune.desk(role: "clerk")
    #expect(late.post("/desk/undo/\(try lastDecision())", []).status == 409)
    #expect(try commune.rows("SELECT state FROM host_moderation").first?.text("state") == "refused")
  }

  @Test("several at once: each its own decision, leaf and row; one that changed meanwhile does not keep the others")
  func bulk() throws {
    for number in 1...4 { commune.write("mot \(number)") }
    _ = decide(clerk, 2, [("decision", "approve")])
    let answer = councillor.post(
      "/desk/moderation/bulk",
      [
        ("entry", "1:0"), ("entry", "2:0"), ("entry", "3:0"), ("entry", "99:0"), ("entry", "x"),
        ("refuse", "off-topic"),
      ])
    #expect(answer.status == 207)
    let states = try commune.rows("SELECT state FROM host_moderation ORDER BY id").map { try $0.text("state") }
    #expect(states == ["refused", "approved", "refused", "pending"])
    #expect(try leaves("decision") == 3)
    #expect(try commune.count("SELECT count(*) FROM host_decision WHERE measure = 'refused'") == 2)
    #expect(answer.body.contains("/moderation/2") && answer.body.contains("/moderation/99"))
    #expect(councillor.post("/desk/moderation/bulk", [("entry", "4:0"), ("decision", "approve")]).status == 200)
    #expect(councillor.post("/desk/moderation/bulk", [("decision", "approve")]).status == 422)
    #expect(councillor.post("/desk/moderation/bulk", [("entry", "4:1")]).status == 422)
    #expect(councillor.post("/desk/moderation/bulk", [("entry", "4:1"), ("refuse", "nonsense")]).status == 207)
  }

  @Test("two moderators at once: the second sees what the first decided, and nothing is lost of what was typed")
  func twoModerators() throws {
    commune.write("un")
    let seen = try #require(commune.valueOfInput("seen", in: clerk.get("/desk/moderation/read").body))
    #expect(decide(clerk, 1, [("decision", "approve"), ("seen", seen)]).status == 303)
    let late = decide(
      councillor, 1, [("decision", "refuse"), ("reason", "insult"), ("note", "gardez"), ("seen", seen)])
    #expect(late.status == 409)
    #expect(late.body.contains("gardez"))
    let redact = decide(
      councillor, 1,
      [("decision", "redact"), ("field", "body"), ("marked", "[[un]]"), ("reason", "insult"), ("seen", seen)])
    #expect(redact.status == 409)
    #expect(try commune.count("SELECT count(*) FROM host_decision") == 1)
  }

  @Test("the filters show a kind, a category, what is held and what is flagged, and the counts agree with the rows")
  func filters() throws {
    commune.write("un")
    try commune.approveAll()
    commune.write("deux")
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "un commentaire")])
    let comments = clerk.get("/desk/moderation?kind=host%2Fcomment")
    #expect(comments.body.contains("un commentaire") && !comments.body.contains("deux"))
    #expect(clerk.get("/desk/moderation?kind=host%2Fcomment&category=notes%2Fnote").body.contains("un commentaire"))
    #expect(!clerk.get("/desk/moderation?kind=host%2Fcomment&category=x").body.contains("un commentaire"))
    #expect(decide(clerk, 2, [("decision", "hold")]).status == 303)
    #expect(clerk.get("/desk/moderation?view=mine").body.contains("deux"))
    #expect(!councillor.get("/desk/moderation?view=mine").body.contains("deux"))
    #expect(!councillor.get("/desk/moderation?view=free").body.contains("deux"))
    #expect(decide(clerk, 2, [("decision", "release")]).status == 303)
    #expect(!clerk.get("/desk/moderation?view=mine").body.contains("deux"))
    #expect(clerk.get("/desk/moderation?kind=%27%3B--&category=%27&view=%27").status == 200)
    let counted = try commune.count("SELECT sum(waiting) FROM host_queue_count")
    #expect(counted == (try commune.count("SELECT count(*) FROM host_moderation WHERE state = 'pending'")))
    #expect(counted == 2)
  }

  @Test("the same words from elsewhere are shown beside a case, others are not")
  func similar() throws {
    let text = "Le banc près de la fontaine est cassé depuis le mois de mars et personne ne vient le réparer"
    commune.write(text)
    commune.write(text + " malgré nos appels")
    commune.write("Une tout autre remarque sur les horaires de la bibliothèque municipale le samedi matin")
    let page = clerk.get("/desk/moderation/1").body
    #expect(page.contains("/moderation/2\"") || page.contains("moderation/2\">"))
    #expect(page.contains("1 texte semblable"))
    #expect(!clerk.get("/desk/moderation/3").body.contains("semblable"))
  }

  @Test("a short text sent again under another first name is the same text")
  func similarWords() throws {
    try commune.publishNote("Une note sur les arbres")
    for name in ["Zoé", "Marcel"] {
      commune.post(
        "/api/v1/comments/add/notes/note/1",
        [("kind", "comment"), ("body", "Non au bitume"), ("author", name), ("name_shown", "first")])
    }
    #expect(clerk.get("/desk/moderation/2").body.contains("1 texte semblable"))
  }

  @Test("what is left empty is said in the author’s language by the charter; what is written goes instead")
  func templates() throws {
    let french = commune.write("un")
    let english = commune.write("two", [("lang", "en")])
    _ = refuse(councillor, 1, "personal-data")
    _ = decide(councillor, 2, [("decision", "refuse"), ("reason", "personal-data"), ("note", "")])
    #expect(commune.get(french.header("Location") ?? "").body.contains("Votre texte nomme une personne"))
    let page = commune.get((english.header("Location") ?? "") + "?lang=en").body
    #expect(page.contains("Your text names a person"))
    for words in ["Why this decision", "Your text is not published.", "article 6", "None: a person read and decided."] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test("a settled rule changes when words are public, each change is a leaf, and what makes no sense is refused")
  func rules() throws {
    #expect(
      clerk.post("/desk/rules/save", [("mode:notes/note", "after"), ("flags", "2"), ("undo", "5")]).status == 303)
    #expect(try leaves("setting") == 3)
    #expect(clerk.post("/desk/rules/save", [("mode:notes/note", "after"), ("flags", "2")]).status == 303)
    #expect(try leaves("setting") == 3)
    let sent = commune.write("aussitôt")
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("aussitôt") == true)
    #expect(try commune.rows("SELECT state FROM host_moderation").first?.text("state") == "pending")
    #expect(commune.get(sent.header("Location") ?? "").body.contains("Publié, en attente de lecture"))
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE leaf LIKE '%\"unread\"%'") == 1)
    #expect(refuse(councillor, 1).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") == nil)
    for wrong in [("flags", "-1"), ("flags", "1000"), ("undo", "x"), ("mode:nothing", "after"), ("mode:", "never")] {
      #expect(clerk.post("/desk/rules/save", [wrong]).status == 422, "\(wrong)")
    }
    #expect(clerk.post("/desk/rules/save", [("mode:notes/note", "inherit")]).status == 303)
    commune.write("attend")
    try commune.publish()
    #expect(commune.file("notes/2.html") == nil)
    #expect(commune.file("moderation/index.html") != nil)
  }

  @Test("the public page tells of each kind when it is read, and by which rule")
  func kindsInPublic() throws {
    #expect(clerk.post("/desk/rules/save", [("mode:notes", "after"), ("mode:comments", "after")]).status == 303)
    try commune.publish()
    let page = try #require(commune.file("moderation/index.html"))
    #expect(page.contains("Ce que vous envoyez, et quand la mairie le lit"))
    let rules = try JSONValue.parse(Array(try #require(commune.file("api/v1/moderation/index.json")).utf8))["rules"]
    let kinds = try #require(rules?["kinds"]?.asArray)
    #expect(kinds.contains { $0["kind"] == "note" && $0["mode"] == "after" && $0["rule"] == "notes" }, "\(kinds)")
    #expect(kinds.contains { $0["kind"] == "comment" && $0["mode"] == "after" && $0["rule"] == "comments" })
    #expect(clerk.post("/desk/rules/save", [("mode:notes", "inherit")]).status == 303)
    try commune.publish()
    let after = try JSONValue.parse(Array(try #require(commune.file("api/v1/moderation/index.json")).utf8))["rules"]
    #expect(
      after?["kinds"]?.asArray?.contains { $0["kind"] == "note" && $0["mode"] == "before" && $0["rule"] == "" } == true)
  }

  @Test("commune.yaml sets the rules at first; a scope within another decides")
  func configuration() throws {
    let commune = try NotesCommune.make(
      configuration: "moderation:\n  mode: after\n  before: [comments]\n  hide_after_flags: 0")
    commune.write("un")
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "à lire avant")])
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("un") == true)
    #expect(commune.filesHolding("à lire avant").isEmpty)
    for wrong in ["mode: sometimes", "after: [a/b/c/d]", "hide_after_flags: -1", "nothing: 1"] {
      #expect(throws: (any Error).self, "\(wrong)") {
        try NotesCommune.make(configuration: "moderation:\n  \(wrong)")
      }
    }
  }

  @Test("a commune’s own charter gives the reasons, the messages and the published list")
  func charter() throws {
    let own = """
      order: 1
      title:
        fr: Bruit
        en: Noise
      ground: Arrêté du 3 mars
      template:
        fr: Moins fort.
        en: Less loud.

      """
    let commune = try TestCommune(
      NotesCommune.modules,
      content: NotesCommune.topics.merging(["charter/noise.yaml": own]) { a, _ in a }, languages: ["fr", "en"])
    let desk = try commune.desk(role: "councillor")
    let sent = commune.write("un")
    #expect(desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult")]).status == 422)
    #expect(desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "noise")]).status == 303)
    let page = commune.get(sent.header("Location") ?? "").body
    #expect(page.contains("Bruit") && page.contains("Moins fort.") && page.contains("Arrêté du 3 mars"))
    try commune.publish()
    #expect(commune.file("participer.html")?.contains("Bruit") == true)
    #expect(commune.file("en/moderation/index.html")?.contains("Noise") == true)
    #expect(throws: (any Error).self) {
      try TestCommune(NotesCommune.modules, content: ["charter/noise.yaml": "title: Bruit\nwhat: 1\n"])
    }
  }

  @Test("the public count of decisions says month, kind, measure and reason, in both languages and as data")
  func counts() throws {
    commune.write("un")
    commune.write("deux")
    _ = decide(councillor, 1, [("decision", "approve")])
    _ = refuse(councillor, 2, "advertising")
    try commune.publish()
    let value = try JSONValue.parse(Array((commune.file("api/v1/moderation/index.json") ?? "").utf8))
    let lines = (value["decisions"]?.asArray ?? []).map { line in
      [line["month"]?.asString, line["kind"]?.asString, line["measure"]?.asString, line["reason"]?.asString]
    }
    #expect(lines == [["2026-11", "note", "published", nil], ["2026-11", "note", "refused", "advertising"]])
    #expect(commune.file("moderation/index.html")?.contains("Publicité ou démarchage") == true)
    #expect(commune.file("en/moderation/index.html")?.contains("Advertising") == true)
    #expect(commune.file("index.html")?.contains("moderation/index.html") == true)
    #expect(try commune.brokenLinks().isEmpty)
    #expect(commune.files().map(\.path) == (try commune.fullBuild()).map(\.path))
  }
}
