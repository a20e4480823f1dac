import ParticipationKit
import ParticipationTesting
import Testing

@Suite("From an act to the page")
struct JourneyTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make(languages: ["fr", "en"]) }

  @Test("a resident gets a receipt at once, and nothing is public before a decision")
  func nothingBeforeDecision() throws {
    try commune.publish()
    // The register grows by a leaf, which says nothing of the words.
    func pages() -> [(path: String, bytes: [UInt8])] {
      commune.files().filter { !$0.path.contains("regist") && !$0.path.hasPrefix("sitemap") }
    }
    let before = pages()
    let sent = commune.write("Un banc **au soleil**")
    #expect(sent.status == 303)
    let page = commune.get(sent.header("Location") ?? "")
    #expect(page.status == 200)
    #expect(page.body.contains("00001"))
    #expect(page.body.contains("En attente de lecture"))
    #expect(page.header("Cache-Control") == "no-store")
    #expect(commune.receipt(sent)["state"]?.asString == "pending")
    try commune.publish()
    let after = pages()
    #expect(commune.filesHolding("au soleil").isEmpty)
    #expect(before.map(\.path) == after.map(\.path))
    #expect(zip(before, after).allSatisfy { $0.bytes == $1.bytes })
  }

  @Test("an approved record is in page, data, list, index, feed, table, search, sitemap and front page")
  func approvedEverywhere() throws {
    let sent = commune.write("Un banc **au soleil**")
    try commune.approveAll()
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("<strong>au soleil</strong>") == true)
    #expect(commune.file("en/notes/1.html") != nil)
    let data = try JSONValue.parse(Array((commune.file("api/v1/notes/1.json") ?? "").utf8))
    #expect(data["body"]?.asString == "Un banc **au soleil**")
    #expect(commune.file("notes/list-1.html")?.contains("Mot 1") == true)
    #expect(commune.file("notes/index.html")?.contains("Mot 1") == true)
    #expect(commune.file("notes/notes.atom")?.contains("Mot 1") == true)
    #expect(commune.file("notes/notes.csv")?.contains("cheers") == true)
    #expect(commune.file("index.html")?.contains("1 ") == true)
    #expect(commune.filesHolding("banc").contains { $0.hasPrefix("search") || $0.contains("search") })
    #expect(commune.filesHolding("https://essai.example/notes/1.html").contains { $0.contains("sitemap") })
    #expect(commune.receipt(sent)["state"]?.asString == "approved")
    #expect(commune.get(sent.header("Location") ?? "").body.contains("notes/1.html"))
    #expect(try commune.brokenLinks() == [])
  }

  @Test("a refused record stays out, and its author reads the reason on the receipt")
  func refusedStaysOut() throws {
    let sent = commune.write("Achetez mes fenêtres")
    try commune.refuseAll(reason: "advertising")
    try commune.publish()
    #expect(commune.filesHolding("fenêtres") == [])
    let receipt = commune.receipt(sent)
    #expect(receipt["state"]?.asString == "refused")
    #expect(receipt["reason"]?.asString == "advertising")
    let page = commune.get(sent.header("Location") ?? "", headers: [("Accept-Language", "en")])
    #expect(page.body.contains("Not published"))
    #expect(!page.body.contains("notes/1.html"))
  }

  @Test("a decision can be revised: what was published goes, with list and feed, and comes back under its number")
  func revised() throws {
    for body in ["un", "deux", "trois"] { try commune.publishNote(body) }
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "Sur le premier")])
    try commune.approveAll()
    try commune.publish()
    #expect(commune.file("comments/feed.atom")?.contains("Sur le premier") == true)
    let desk = try commune.desk(role: "councillor")
    let refused = desk.post(
      "/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic"), ("note", "Hors sujet, désolé.")])
    #expect(refused.status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") == nil)
    #expect(commune.file("notes/list-1.html")?.contains("Mot 1<") == false)
    #expect(commune.file("notes/notes.atom")?.contains("Mot 1<") == false)
    #expect(commune.filesHolding("Mot 1<") == [] && commune.filesHolding("Sur le premier") == [])
    #expect(try commune.brokenLinks() == [])
    #expect(desk.post("/desk/moderation/1", [("decision", "approve")]).status == 303)
    try commune.publish()
    #expect(commune.file("notes/list-1.html")?.contains("Mot 1<") == true)
    #expect(commune.file("notes/list-2.html")?.contains("Mot 3<") == true)
  }

  @Test("two people who decide the same case: the second is told and loses nothing")
  func staleDecision() throws {
    commune.write("un")
    let desk = try commune.desk(role: "clerk")
    let seen = try #require(commune.valueOfInput("seen", in: desk.get("/desk/moderation").body))
    commune.now = commune.now.adding(seconds: 60)
    #expect(desk.post("/desk/moderation/1", [("decision", "approve"), ("seen", seen)]).status == 303)
    let late = desk.post(
      "/desk/moderation/1", [("decision", "refuse"), ("reason", "insult"), ("note", "gardez ceci"), ("seen", seen)])
    #expect(late.status == 409)
    #expect(late.body.contains("gardez ceci"))
    #expect(try commune.rows("SELECT state FROM host_moderation").map { try $0.text("state") } == ["approved"])
  }

  @Test("a comment on a record and one on a block show where they belong, after approval only")
  func comments() throws {
    try commune.publishNote("Premier paragraphe.\n\nSecond paragraphe.")
    let whole = commune.post(
      "/api/v1/comments/add/notes/note/1", [("kind", "question"), ("body", "Quand **donc** ?"), ("author", "Ana")])
    let block = commune.post(
      "/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "Bien dit"), ("block", "1")])
    #expect(whole.status == 303 && block.status == 303)
    try commune.publish()
    #expect(commune.filesHolding("Bien dit") == [])
    try commune.approveAll()
    try commune.publish()
    let data = try JSONValue.parse(Array((commune.file("api/v1/notes/1.json") ?? "").utf8))
    let talk = data["discussion"]?.asArray ?? []
    #expect(talk.map { $0["kind"]?.asString } == ["question", "comment"])
    #expect(talk.map { $0["author"]?.asString } == ["Ana", nil])
    #expect(talk.last?["quote"]?.asString == "Second paragraphe.")
    #expect(commune.file("notes/1.html")?.contains("<strong>donc</strong>") == true)
    let unknown = commune.post(
      "/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "x"), ("block", "9")])
    #expect(unknown.status == 422)
  }

  @Test("a comment keeps the language of its form, so that no page has it pronounced in another one")
  func language() throws {
    try commune.publishNote("Un pont.")
    let path = "/api/v1/comments/add/notes/note/1"
    commune.post(path, [("kind", "comment"), ("body", "A bridge, please"), ("lang", "en")])
    commune.post(path, [("kind", "comment"), ("body", "Un pont, oui"), ("lang", "fr")])
    try commune.approveAll()
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("<div lang=\"en\"><p>A bridge, please</p>") == true)
    #expect(commune.file("notes/1.html")?.contains("<div lang=\"fr\"") == false)
    #expect(commune.file("en/notes/1.html")?.contains("<div lang=\"fr\"><p>Un pont, oui</p>") == true)
    #expect(commune.file("en/notes/1.html")?.contains("<div lang=\"en\"") == false)
    let data = try JSONValue.parse(Array((commune.file("api/v1/notes/1.json") ?? "").utf8))
    #expect(data["discussion"]?.asArray?.map { $0["language"]?.asString } == ["en", "fr"])
  }

  @Test("an official answer is a state of its own: it shows with record and comment, and on the receipts")
  func officialAnswer() throws {
    let sent = commune.write("Un banc ?")
    try commune.approveAll()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "question"), ("body", "Quand ?")])
    try commune.approveAll()
    let desk = try commune.desk(role: "councillor")
    let fields = [("body", "Au **printemps**."), ("author", "La mairie")]
    #expect(desk.act("answers", "publish", key: "notes/note/1", fields).status == 303)
    #expect(
      desk.act("answers", "publish", key: "host/comment/1", [("body", "En mai."), ("author", "Voirie")]).status == 303)
    try commune.publish()
    let page = commune.file("notes/1.html") ?? ""
    #expect(page.contains("<strong>printemps</strong>"))
    #expect(page.contains("En mai."))
    #expect(commune.get(sent.header("Location") ?? "").body.contains("printemps"))
    #expect(desk.act("answers", "publish", key: "notes/nothing/1", fields).status == 404)
    #expect(desk.act("answers", "publish", key: "elsewhere/note/1", fields).status == 404)
  }

  @Test("an answer that no page could show is refused, so that the page can still be published")
  func answerTooDeep() throws {
    try commune.publishNote("un")
    let desk = try commune.desk(role: "clerk")
    let deep = String(repeating: "> ", count: 40) + "x"
    let refused = desk.act("answers", "publish", key: "notes/note/1", [("body", deep), ("author", "La mairie")])
    #expect(refused.status == 422)
    #expect(refused.body.contains("&gt; &gt;"))
    try commune.publish()
  }

  @Test("a staff action changes the page; what it shows once is answered and never stored")
  func staffAction() throws {
    try commune.publishNote("un")
    let desk = try commune.desk(role: "clerk")
    #expect(desk.act("notes", "headline", key: "1", [("headline", "Grand titre")]).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("Grand titre") == true)
    let codes = desk.act("notes", "codes", [])
    #expect(codes.status == 200)
    #expect(codes.body.contains("CODE-ONCE-4711"))
    #expect(try commune.count("SELECT count(*) FROM host_receipt WHERE lines LIKE '%4711%'") == 0)
    let wrong = desk.act("notes", "headline", key: "1", [("headline", ""), ("surplus", "x")])
    #expect(wrong.status == 422)
  }

  @Test("what only time changes is written again when its time has come")
  func timeAlone() throws {
    try commune.publishNote("un")
    #expect(commune.file("notes/1.html")?.contains("fresh") == true)
    commune.now = commune.now.adding(seconds: 86_400)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("settled") == true)
  }
}

extension TestCommune {
  /// The value of the first hidden input with a name.
  func valueOfInput(_ name: String, in html: String) -> String? {
    guard let at = html.firstRange(of: "name=\"\(name)\" value=\"") else { return nil }
    return String(html[at.upperBound...].prefix { $0 != "\"" })
  }
}
