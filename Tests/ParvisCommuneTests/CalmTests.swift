import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Calm")
struct CalmTests {
  private func set(
    _ desk: TestDesk, _ scope: String, _ mode: String, until: String = "2026-11-25T18:00",
    words: String = "Le temps de relire."
  ) -> TestCommune.Answer {
    desk.post(
      "/desk/calm/set", [("scope", scope), ("mode", mode), ("until", until), ("words_fr", words)])
  }

  @Test("closed: forms give way to the notice with the clerk’s words and date, acts get 409, and then all comes back")
  func closed() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("avant")
    let desk = try commune.desk(role: "clerk")
    #expect(set(desk, "all", "closed").status == 303)
    try commune.work()
    let page = commune.file("notes/index.html") ?? ""
    #expect(page.contains("Le temps de relire.") && page.contains("25 novembre 2026"))
    #expect(!page.contains("action=\"../api/v1/notes/write\""))
    let refused = commune.write("pendant")
    #expect(refused.status == 409 && refused.body.contains("Le temps de relire."))
    #expect(commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "non")]).status == 409)
    commune.now = commune.now.adding(seconds: 5 * 86_400)
    #expect(commune.write("après").status == 303)
    try commune.work()
    #expect(commune.file("notes/index.html")?.contains("Le temps de relire.") == false)
    let leaves = try commune.rows("SELECT leaf FROM host_register WHERE kind = 'calm' ORDER BY position")
    #expect(try leaves.map { try $0.text("leaf").contains("ended") } == [false, true])
  }

  @Test("a link to the form for a comment leads into its fold, and to the notice that calm puts in its place")
  func anchorOfComments() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("avant")
    try commune.work()
    let anchor = "id=\"\(View.commentFormAnchor(Subject("notes", "note", "1")))\""
    let open = try #require(commune.file("notes/1.html"))
    let fold = open.split(separator: "<details class=\"say no-print\"", maxSplits: 1).last ?? ""
    #expect(fold.contains(anchor), "a browser unfolds what holds the target of a link")
    _ = set(try commune.desk(role: "clerk"), "comments", "closed")
    try commune.work()
    #expect(commune.file("notes/1.html")?.contains("<div \(anchor)><div class=\"told calm\">") == true)
  }

  @Test("calm of one module leaves the others open, and ends at once when the clerk says so")
  func oneModule() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("avant")
    let desk = try commune.desk(role: "clerk")
    _ = set(desk, "comments", "closed")
    #expect(commune.write("encore").status == 303)
    #expect(commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "non")]).status == 409)
    #expect(desk.post("/desk/calm/end", [("scope", "comments")]).status == 303)
    #expect(commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "oui")]).status == 303)
  }

  @Test("moderated: the form stays and says that texts are read first")
  func moderated() throws {
    let commune = try NotesCommune.make()
    _ = set(try commune.desk(role: "clerk"), "notes", "moderated")
    try commune.work()
    let page = commune.file("notes/index.html") ?? ""
    #expect(page.contains("lu par un modérateur") && page.contains("api/v1/notes/write"))
    #expect(commune.write("pendant").status == 303)
  }

  @Test("an end in the past, too far away or missing is refused with everything typed; other roles are refused")
  func refusals() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    for until in ["2026-11-20T18:00", "2027-11-20T18:00", "", "demain"] {
      let answer = set(desk, "all", "closed", until: until, words: "MARKtyped")
      #expect(answer.status == 422 && answer.body.contains("MARKtyped"), "\(until)")
    }
    for role in ["councillor", "agent"] {
      #expect(set(try commune.desk(role: role), "all", "closed").status == 403)
      #expect(try commune.desk(role: role).get("/desk/calm").status == 403)
    }
    #expect(try commune.count("SELECT count(*) FROM host_calm") == 0)
  }
}
