import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

/// Nobody may lock the town hall out of its own desk, by mistake or otherwise.
@Suite("Who may disable whom")
struct DeskGuardTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make(languages: ["fr", "en"]) }

  private var people: People { commune.opened.people }

  private func isDisabled(_ email: String) throws -> Bool {
    try #require(try people.all().first { $0.email == email }).isDisabled
  }

  @Test("a clerk disables a councillor but no administrator, and is told why; the button is not even shown")
  func administratorIsOutOfReach() throws {
    let administrator = try commune.desk(role: "administrator")
    let clerk = try commune.desk(role: "clerk")
    _ = try commune.desk(role: "councillor")
    let screen = clerk.get("/desk/people").body
    #expect(screen.contains("value=\"test2@essai.example\"") && !screen.contains("value=\"test0@essai.example\""))
    let refused = clerk.post("/desk/people/disable", [("email", " TEST0@essai.example")])
    #expect(refused.status == 409 && refused.body.contains("Seul un administrateur"))
    #expect(try !isDisabled("test0@essai.example"))
    #expect(administrator.get("/desk").status == 200)
    #expect(clerk.post("/desk/people/disable", [("email", "test2@essai.example")]).status == 303)
    #expect(try isDisabled("test2@essai.example"))
    // An administrator may disable another one.
    _ = try commune.desk(role: "administrator")
    #expect(administrator.post("/desk/people/disable", [("email", "test3@essai.example")]).status == 303)
    #expect(clerk.post("/desk/people/enable", [("email", "test3@essai.example")]).status == 409)
    #expect(try isDisabled("test3@essai.example"))
  }

  @Test("the last account that can manage accounts is neither disabled nor given a lesser role, whoever asks")
  func lastManagerStays() throws {
    _ = try commune.desk(role: "clerk")
    _ = try commune.desk(role: "councillor")
    let before = try commune.count("SELECT count(*) FROM host_register")
    for locale in ["fr", "en"] {
      for change in [
        { try people.setDisabled(email: "test0@essai.example", true, locale: locale) },
        { try people.setRole(email: "test0@essai.example", role: "agent", locale: locale) },
      ] {
        let problem = #expect(throws: Problem.self) { try change() }
        #expect(problem?.status == 409)
        #expect(problem?.detail.contains(locale == "fr" ? "dernier compte" : "last active account") == true)
      }
    }
    #expect(try commune.count("SELECT count(*) FROM host_register") == before)
    #expect(try commune.count("SELECT count(*) FROM host_session") == 2)
    // With a second one it goes.
    _ = try commune.desk(role: "administrator")
    try people.setRole(email: "test0@essai.example", role: "agent", locale: "fr")
    #expect(throws: Problem.self) { try people.setDisabled(email: "test2@essai.example", true, locale: "fr") }
  }

  @Test("a change that changes nothing ends no session and leaves no leaf")
  func nothingToChange() throws {
    let clerk = try commune.desk(role: "clerk")
    let before = try commune.count("SELECT count(*) FROM host_register")
    try people.setRole(email: "test0@essai.example", role: "clerk", locale: "fr")
    try people.setDisabled(email: "test0@essai.example", false, locale: "fr")
    #expect(clerk.get("/desk").status == 200)
    #expect(try commune.count("SELECT count(*) FROM host_register") == before)
  }
}
