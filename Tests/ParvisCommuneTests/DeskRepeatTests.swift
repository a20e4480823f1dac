import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

/// A hand that trembles clicks twice. The desk acts once.
@Suite("A form of the desk that is sent twice")
struct DeskRepeatTests {
  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try NotesCommune.make()
    commune.write("un")
    desk = try commune.desk(role: "clerk")
  }

  /// The key that a screen gave to a form.
  private func key(_ path: String) throws -> String {
    let key = try #require(commune.valueOfInput("once", in: desk.get(path).body))
    #expect(key.utf8.count == 32)
    return key
  }

  private func leaves() throws -> Int { try commune.count("SELECT count(*) FROM host_register") }

  @Test("an act is done once, and the second answer is the first one; the form filled in otherwise is another act")
  func act() throws {
    let once = try key("/desk/m/notes/all")
    let before = try leaves()
    let first = desk.act("notes", "headline", key: "1", [("headline", "Titre"), ("once", once)])
    let second = desk.act("notes", "headline", key: "1", [("headline", "Titre"), ("once", once)])
    #expect(first.status == 303 && second.header("Location") == first.header("Location"))
    #expect(try leaves() == before + 1)
    #expect(desk.act("notes", "headline", key: "1", [("headline", "Autre"), ("once", once)]).status == 303)
    #expect(try leaves() == before + 2)
    // The same words from a screen that was shown anew are meant.
    let again = try key("/desk/m/notes/all")
    #expect(again != once)
    _ = desk.act("notes", "headline", key: "1", [("headline", "Titre"), ("once", again)])
    #expect(try leaves() == before + 3)
    #expect(try commune.rows("SELECT headline FROM notes_note", in: "notes").first?.text("headline") == "Titre")
  }

  @Test("what is shown once is in both answers, since the browser shows the second")
  func shownOnce() throws {
    let once = try key("/desk/m/notes/all")
    let before = try leaves()
    let first = desk.act("notes", "codes", [("once", once)])
    let second = desk.act("notes", "codes", [("once", once)])
    #expect(first.status == 200 && second.status == 200)
    func lines(_ answer: TestCommune.Answer) -> Substring? {
      answer.body.firstRange(of: "<dl").map { answer.body[$0.lowerBound...].prefix(200) }
    }
    #expect(lines(first) != nil && lines(first) == lines(second))
    #expect(try leaves() == before + 1)
    // Not for ever, and not for somebody else.
    let other = try commune.desk(role: "administrator")
    #expect(other.act("notes", "codes", [("once", once)]).status == 200)
    #expect(try leaves() == before + 2)
    commune.now = commune.now.adding(seconds: 61)
    #expect(desk.act("notes", "codes", [("once", once)]).status == 303)
    #expect(try leaves() == before + 2)
  }

  @Test("a decision clicked twice is no conflict with oneself, and one leaf")
  func decision() throws {
    let screen = desk.get("/desk/moderation").body
    let fields = [
      ("decision", "approve"), ("once", try key("/desk/moderation")),
      ("seen", try #require(commune.valueOfInput("seen", in: screen))),
    ]
    let before = try leaves()
    for _ in 1...2 { #expect(desk.post("/desk/moderation/1", fields).status == 303) }
    #expect(try leaves() == before + 1)
    // Somebody else with the old screen is told.
    let other = try commune.desk(role: "councillor")
    #expect(other.post("/desk/moderation/1", fields).status == 409)
  }

  @Test("an invitation clicked twice is one link, and a used one does not come back")
  func invitation() throws {
    let once = try key("/desk/people")
    func link() throws -> String {
      let body = desk.post("/desk/people/invite", [("role", "agent"), ("once", once)]).body
      let at = try #require(body.firstRange(of: "desk/setup/"))
      return "/desk/setup/" + body[at.upperBound...].prefix { $0 != "<" }
    }
    let first = try link()
    #expect(try link() == first)
    #expect(try commune.count("SELECT count(*) FROM host_invitation") == 1)
    let account = [("name", "B"), ("email", "b@essai.example"), ("password", "le chat dort sur le mur")]
    #expect(commune.post(first, account).status == 303)
    #expect(try link() == first)
    #expect(commune.get(first).status == 410)
  }
}
