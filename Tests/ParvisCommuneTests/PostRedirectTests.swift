import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

/// Going back must show the page that was, not ask whether to send a form once more: whatever the desk answers a
/// browser's form with has an address of its own.
@Suite("After a form of the desk")
struct PostRedirectTests {
  @Test("no form of any route is answered with a page at its own address; where it leads, the outcome stands, twice")
  func everyRoute() throws {
    let commune = try NotesCommune.make()
    commune.write("un mot")
    for route in commune.deskRoutes where route.method == "POST" && route.path != "/desk/sign-out" {
      let desk = try commune.desk(role: "administrator")
      let answer = desk.navigate(
        route.path, [("body", "x"), ("email", "nobody@essai.example"), ("counter_channel", "paper")])
      #expect(answer.status == 303, "\(route.path): \(answer.status)")
      let place = answer.header("Location") ?? ""
      #expect(place.hasPrefix("/desk") || place.hasPrefix("/receipt/"), "\(route.path) leads to \(place)")
      guard place.contains("answer=") else { continue }
      let shown = desk.get(place)
      #expect(shown.body.contains("<h1") && desk.get(place).body == shown.body, "\(place)")
    }
  }

  @Test("what an act shows once is at its address for this session alone, and at no other’s")
  func shownOnce() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    let answer = desk.navigate("/desk/do/notes/codes", [])
    let place = try #require(answer.header("Location"))
    #expect(answer.status == 303 && desk.get(place).body.contains("CODE-ONCE-4711"))
    #expect(!(try commune.desk(role: "clerk").get(place).body.contains("CODE-ONCE-4711")))
    #expect(!commune.get(place).body.contains("CODE-ONCE-4711"))
    #expect(try commune.filesInData(holding: "CODE-ONCE-4711").isEmpty)
    commune.now = commune.now.adding(seconds: 3601)
    #expect(!desk.get(place).body.contains("CODE-ONCE-4711"), "after an hour it is gone")
  }

  @Test("a program gets its answer at once, and a file stays a file")
  func programs() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    #expect(desk.act("notes", "codes", []).status == 200)
    let file = try commune.desk(role: "administrator").navigate("/desk/data/export", [("email", "a@essai.example")])
    #expect(file.status != 303 || file.header("Location")?.contains("/desk") == true)
  }
}
