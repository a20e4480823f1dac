import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Flags of residents")
struct FlagTests {
  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try NotesCommune.make(languages: ["fr", "en"], configuration: "moderation:\n  hide_after_flags: 3")
    desk = try commune.desk(role: "councillor")
    try commune.publishNote("un mot public")
  }

  private func flag(_ item: String = "notes/note/1", from address: String, reason: String = "insult", note: String = "")
    -> TestCommune.Answer
  {
    let body = "item=\(item)&reason=\(reason)&note=\(note.split(separator: " ").joined(separator: "+"))"
    return commune.send(
      "POST", "/api/v1/moderation/flag/notes/note/1", Array(body.utf8),
      [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")], from: address)
  }

  private func row() throws -> Row {
    try #require(try commune.rows("SELECT * FROM host_moderation WHERE id = 1").first)
  }

  @Test("the page has one form for the record and its comments, and a link beside each comment")
  func form() throws {
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "un avis"), ("author", "Zoé")])
    try commune.approveAll()
    try commune.publish()
    let page = try #require(commune.file("notes/1.html"))
    #expect(page.contains("moderation/flag/notes/note/1"))
    #expect(page.contains("value=\"host/comment/1\"") && page.contains("value=\"notes/note/1\""))
    #expect(page.contains("data-flag=\"host/comment/1\""))
    #expect(try commune.brokenLinks().isEmpty)
  }

  @Test("one flag brings a public record back to the queue and leaves it public; its receipt says what was decided")
  func kept() throws {
    let sent = flag(from: "198.51.100.1", note: "il insulte mon voisin")
    #expect(sent.status == 303)
    #expect(commune.get(sent.header("Location") ?? "").body.contains("La mairie va lire ce contenu"))
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    #expect(try row().text("state") == "pending")
    #expect(desk.get("/desk/moderation?view=flagged").body.contains("il insulte mon voisin"))
    #expect(desk.post("/desk/moderation/1", [("decision", "approve")]).status == 303)
    #expect(commune.get(sent.header("Location") ?? "").body.contains("reste publié"))
    #expect(commune.receipt(sent)["flag"]?.asString == "dismissed")
    #expect(try commune.rows("SELECT measure FROM host_decision ORDER BY id DESC").first?.text("measure") == "kept")
  }

  @Test("as many flags as the setting says hide it until somebody reads; the author reads that no person did")
  func hidden() throws {
    let author = try #require(try commune.rows("SELECT receipt FROM host_moderation").first?.int("receipt"))
    let token = commune.opened.host.receiptTokenForTest(author)
    for number in 1...2 { #expect(flag(from: "198.51.100.\(number)").status == 303) }
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    #expect(flag(from: "198.51.100.3").status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") == nil)
    #expect(commune.filesHolding("un mot public").isEmpty)
    #expect(try row().text("state") == "pending")
    let page = commune.get("/receipt/\(author)-\(token)").body
    #expect(page.contains("Masqué en attendant lecture") && page.contains("une règle qui compte les signalements"))
    #expect(flag(from: "198.51.100.4").status == 404)
    #expect(desk.post("/desk/moderation/1", [("decision", "approve")]).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    #expect(try row().int("flags") == 0)
  }

  @Test("one connection counts once a day, whatever it says")
  func once() throws {
    #expect(flag(from: "198.51.100.9").status == 303)
    #expect(flag(from: "198.51.100.9", reason: "advertising").status == 409)
    #expect(flag(from: "198.51.100.9", reason: "off-topic").status == 409)
    try commune.publish()
    #expect(try row().int("flags") == 1)
    #expect(commune.file("notes/1.html") != nil)
    commune.now = commune.now.adding(seconds: 2 * 86_400)
    #expect(flag(from: "198.51.100.9").status == 303)
    try commune.turnClocks()
    #expect(try commune.count("SELECT count(*) FROM host_flag WHERE origin IS NOT NULL") == 1)
  }

  @Test("one person who comes back each day hides nothing, however many days")
  func oneVoice() throws {
    for day in 0..<5 {
      #expect(flag(from: "198.51.100.9").status == 303, "day \(day)")
      commune.now = commune.now.adding(seconds: 86_400)
    }
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    #expect(try row().int("flags") == 5 && row().text("state") == "pending", "somebody still has to read it")
    // Shortly before and after the key of addresses changes, within one day of 24 hours.
    commune.now = Timestamp(seconds: (commune.now.seconds / 86_400 + 1) * 86_400 - 60)
    for _ in 0..<2 {
      #expect(flag(from: "198.51.100.9").status == 303)
      #expect(flag(from: "198.51.100.10").status == 303)
      commune.now = commune.now.adding(seconds: 120)
    }
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
  }

  @Test("what somebody decided to keep is not hidden by a rule any more")
  func keptForGood() throws {
    for number in 1...2 { #expect(flag(from: "198.51.100.\(number)").status == 303) }
    #expect(desk.post("/desk/moderation/1", [("decision", "approve")]).status == 303)
    commune.now = commune.now.adding(seconds: 2 * 86_400)
    for number in 1...5 { #expect(flag(from: "198.51.100.\(number)").status == 303) }
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
    #expect(try row().int("flags") == 5)
  }

  @Test("what is not public cannot be flagged, nor what the page does not have, nor for a reason nobody published")
  func refusals() throws {
    commune.write("en attente")
    #expect(flag("notes/note/2", from: "198.51.100.1").status >= 400)
    #expect(flag("host/comment/7", from: "198.51.100.1").status >= 400)
    #expect(flag(from: "198.51.100.1", reason: "because").status == 422)
    let pending = commune.post(
      "/api/v1/moderation/flag/notes/note/2", [("item", "notes/note/2"), ("reason", "insult")])
    #expect(pending.status == 404)
    #expect(try commune.count("SELECT count(*) FROM host_flag") == 0)
  }

  @Test("undoing a decision opens its flags again")
  func undone() throws {
    let sent = flag(from: "198.51.100.1")
    _ = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult")])
    #expect(commune.receipt(sent)["flag"]?.asString == "upheld")
    let id = try commune.count("SELECT max(id) FROM host_decision")
    #expect(desk.post("/desk/undo/\(id)", []).status == 303)
    #expect(commune.receipt(sent)["flag"]?.asString == "open")
    #expect(try row().int("flags") == 1)
    try commune.publish()
    #expect(commune.file("notes/1.html") != nil)
  }

  @Test("an imported record without decision can be flagged too")
  func imported() throws {
    let commune = try NotesCommune.make()
    _ = try commune.importText("notes", "a;importé\n")
    let sent = commune.post("/api/v1/moderation/flag/notes/note/1", [("item", "notes/note/1"), ("reason", "insult")])
    #expect(sent.status == 303)
    let row = try #require(try commune.rows("SELECT * FROM host_moderation WHERE module = 'notes'").first)
    #expect(try row.text("state") == "pending" && row.int("shown") == 1)
  }
}
