import ParticipationKit
import ParticipationTesting
import ParvisCommune
@testable import ParvisHost
import Testing

/// The commune can ask for more than a module does: a confirmed address, residents, once a person. What it decides
/// must hold for forms and acts alike, and never ask for less than the module.
@Suite("Who may act, as the commune decides")
struct LevelTests {
  private func set(_ commune: TestCommune, _ scope: String, _ level: String) throws -> TestCommune.Answer {
    let answer = try commune.desk(role: "clerk").post("/desk/rules/save", [("level:" + scope, level)])
    try commune.work()
    return answer
  }

  @Test("residents alone: the form asks for the code, an act without one is refused, and the register says it changed")
  func residents() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    #expect(commune.write("avant").status == 303)
    #expect(try set(commune, "notes/write", "resident").status == 303)
    let refused = commune.write("MARKtyped")
    #expect(refused.status == 422 && refused.body.contains("MARKtyped") && refused.body.contains("access_code"))
    for text in ["un", "deux"] { #expect(commune.write(text, [("access_code", code)]).status == 303) }
    #expect(
      try commune.count("SELECT count(*) FROM host_register WHERE kind = 'setting' AND leaf LIKE '%level:notes/write%'")
        == 1)
    #expect(try set(commune, "notes/write", "anyone").status == 303)
    #expect(commune.write("après").status == 303)
  }

  @Test("a confirmed address: comments wait for the button behind a mailed link")
  func confirmed() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("avant")
    #expect(try set(commune, "comments/add", "confirmed").status == 303)
    #expect(commune.file("notes/1.html")?.contains("name=\"confirm_email\"") == true, "pages are made anew")
    let comment = "/api/v1/comments/add/notes/note/1"
    #expect(commune.post(comment, [("kind", "comment"), ("body", "oui")]).status == 422)
    let held = commune.post(
      comment, [("kind", "comment"), ("body", "oui"), ("confirm_email", "ana@essai.example")])
    #expect(held.status == 202)
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 0)
    #expect(commune.post(try commune.lastLink(), []).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 1)
  }

  @Test("a confirmed address is asked for once, and the decision goes there")
  func oneAddress() throws {
    let commune = try NotesCommune.mailing()
    #expect(try set(commune, "comments/add", "confirmed").status == 303)
    let page = try #require(commune.file("notes/1.html"))
    #expect(page.contains("name=\"confirm_email\"") && !page.contains("Facultatif, jamais publiée"))
    #expect(page.contains("La décision et la réponse y arrivent aussi."))
    let held = commune.post(
      "/api/v1/comments/add/notes/note/1",
      [("kind", "comment"), ("body", "oui"), ("confirm_email", "ana@essai.example")])
    #expect(held.status == 202)
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/confirm/") })
    #expect(commune.get(TestCommune.path(link)).body.contains("ana@essai.example"))
    #expect(commune.post(TestCommune.path(link), []).status == 303)
    #expect(try commune.sendMail().map(\.to) == ["ana@essai.example"])
    try commune.approveAll()
    let told = try commune.sendMail()
    #expect(told.map(\.to) == ["ana@essai.example"] && told.first?.text.contains("elle est publiée") == true)
  }

  @Test("an act that counts by code can be made to need it; once for each record then")
  func once() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    #expect(commune.act("wish", []).status == 303, "without a code, counted apart")
    #expect(try set(commune, "notes/wish", "one-per-person").status == 303)
    #expect(commune.act("wish", []).status == 422)
    #expect(commune.act("wish", [("access_code", code)]).status == 303)
    #expect(commune.act("wish", [("access_code", code), ("body", "encore")]).status == 409)
  }

  @Test(
    "a level below the module's own, one that would keep an address beside a secret act, and nonsense are refused",
    arguments: [
      ("notes/vote", "anyone"), ("notes/vote", "resident"), ("notes/ballot", "confirmed"), ("notes/wish", "resident"),
      ("notes/write", "king"), ("notes/headline", "resident"), ("notes/none", "resident"),
    ])
  func refused(scope: String, level: String) throws {
    let commune = try NotesCommune.make()
    let before = try commune.count("SELECT count(*) FROM host_setting")
    #expect([303, 422].contains(try set(commune, scope, level).status))
    #expect(try commune.count("SELECT count(*) FROM host_setting") == before)
  }

  @Test("what was decided holds after the server starts again")
  func lasting() throws {
    let commune = try NotesCommune.make()
    #expect(try set(commune, "notes/write", "resident").status == 303)
    let again = try LevelBook(store: commune.opened.host.ports.store)
    #expect(again.audience("notes", "write", .anyone, isSecret: false) == .resident)
  }
}
