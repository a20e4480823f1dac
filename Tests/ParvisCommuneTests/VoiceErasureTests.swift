import ParticipationKit
import ParticipationTesting
@testable import ParvisCommune
@testable import ParvisHost
import Testing

@Suite("What was said about a text goes with it")
struct VoiceErasureTests {
  /// A published note with a flag, refused with an appeal against that; the receipts of the three.
  private func commune() throws -> (commune: TestCommune, note: String, flag: String, appeal: String) {
    let commune = try NotesCommune.make()
    let name = { (answer: TestCommune.Answer) in
      String((answer.header("Location") ?? "").dropFirst("/receipt/".count))
    }
    let note = name(commune.write("MARKnote words"))
    try commune.approveAll()
    let flag = name(
      commune.post(
        "/api/v1/moderation/flag/notes/note/1",
        [("item", "notes/note/1"), ("reason", "insult"), ("note", "MARKflag words")]))
    let desk = try commune.desk(role: "councillor")
    _ = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult"), ("note", "MARKreply")])
    let appeal = name(commune.post("/api/v1/moderation/appeal/\(note)", [("body", "MARKappeal words")]))
    return (commune, note, flag, appeal)
  }

  @Test("an erasure removes the words of flags and appeals from their receipts, and every salt about the text")
  func withTheText() throws {
    let (commune, note, _, _) = try commune()
    let other = try commune.desk(role: "clerk")
    _ = other.post("/desk/appeals/1", [("answer", "confirm"), ("note", "MARKanswer")])
    #expect(try commune.filesInData(holding: "MARK").isEmpty == false)
    #expect(commune.post("/me/data/r-\(note)", [("step", "erase")]).status == 200)
    try commune.work()
    #expect(try commune.filesInData(holding: "MARK").isEmpty)
    let salted = try commune.rows(
      """
      SELECT leaf FROM host_register WHERE salt <> x'' AND (leaf LIKE '%"subject":"notes/note/1"%'
        OR leaf LIKE '%"subject":"host/flag/1"%' OR leaf LIKE '%"subject":"host/appeal/1"%')
      """)
    #expect(try salted.map { try $0.text("leaf") } == [], "with a salt, texts can be tried against a leaf")
  }

  @Test("the receipt of a flag or of an appeal erases what was said with it, and nothing else")
  func alone() throws {
    let (commune, _, flag, appeal) = try commune()
    #expect(commune.get("/me/data/r-\(flag)").body.contains("MARKflag words"))
    #expect(commune.post("/me/data/r-\(flag)", [("step", "export")]).body.contains("MARKflag words"))
    #expect(commune.post("/me/data/r-\(flag)", [("step", "erase")]).status == 200)
    #expect(commune.post("/me/data/r-\(appeal)", [("step", "erase")]).status == 200)
    try commune.work()
    #expect(try commune.filesInData(holding: "MARKflag").isEmpty)
    #expect(try commune.filesInData(holding: "MARKappeal").isEmpty)
    #expect(try commune.filesInData(holding: "MARKnote").isEmpty == false, "another's words are not touched")
    #expect(commune.get("/receipt/\(flag)").body.contains("effacé le"))
  }

  @Test("what was erased before its day is not published on it, and cannot be approved or flagged any more")
  func embargoed() throws {
    let commune = try NotesCommune.mailing()
    let sent = commune.write("MARKnote words")
    let id = try commune.count("SELECT max(id) FROM host_moderation")
    try commune.opened.host.decideForTest(id, publicAt: commune.now.adding(seconds: 3600))
    let note = String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
    commune.post("/me/data/r-\(note)", [("step", "erase")])
    commune.now = commune.now.adding(seconds: 7200)
    #expect(try commune.opened.host.releaseDue(now: commune.now) == 0)
    let desk = try commune.desk(role: "councillor")
    #expect(desk.post("/desk/moderation/\(id)", [("decision", "approve")]).status == 409)
    try commune.publish()
    #expect(commune.file("notes/2.html") == nil)
    // A comment that is a gap now stands no longer among what can be flagged.
    let comment = commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "avis")])
    try commune.approveAll()
    let name = String((comment.header("Location") ?? "").dropFirst("/receipt/".count))
    commune.post("/me/data/r-\(name)", [("step", "erase")])
    let flag = commune.post(
      "/api/v1/moderation/flag/notes/note/1", [("item", "host/comment/1"), ("reason", "insult")])
    #expect(flag.status >= 400)
  }
}
