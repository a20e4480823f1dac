import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

@Suite("Noting that the notice left")
struct NoticeTests {
  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try TestCommune([ModuleDescriptor(AgendaModule.self)])
    desk = try commune.desk(role: "clerk")
    try commune.importText("meeting", ReimportTests.file("draft", [.init(title: "Budget")]))
  }

  private func send(at sent: String, from other: TestDesk? = nil) -> TestCommune.Answer {
    (other ?? desk).act(
      "agenda", "set-state", key: "conseil", [("state", "sent"), ("confirm", "true"), ("sent", sent)])
  }

  @Test("the form says that Parvis sends nothing and checks no delay")
  func words() {
    let page = desk.get("/desk/m/agenda/meeting/conseil").body
    #expect(page.contains("Parvis n’envoie rien aux élus") && page.contains("Le délai légal n’est pas vérifié"))
    #expect(!page.contains("Envoyer la convocation"))
  }

  @Test("the front page of the desk names the next meeting and whether residents can write, until it is over")
  func deskTile() throws {
    let home = desk.get("/desk").body
    #expect(home.contains("<p>Conseil") && home.contains("Projet, remarques jusqu’au"))
    commune.now = Timestamp(rfc3339: "2026-11-29T00:00:00Z") ?? commune.now
    #expect(try !commune.desk(role: "clerk").get("/desk").body.contains("Projet"))
  }

  @Test("the page gives the instant that the clerk gave; one that has not passed is refused")
  func instant() throws {
    #expect(send(at: "2026-11-21T18:00").status == 422)
    #expect(send(at: "2026-11-20T17:30").status == 303)
    try commune.publish()
    #expect(commune.file("api/v1/agenda/conseil.json")?.contains(#""sent":"2026-11-20T16:30:00Z""#) == true)
  }

  @Test("noted after the meeting began, a notice that left before is taken, and none is convened afterwards")
  func late() throws {
    commune.now = Timestamp(rfc3339: "2026-11-27T20:00:00Z") ?? commune.now
    // The session of a week ago is over.
    let desk = try commune.desk(role: "clerk")
    #expect(send(at: "", from: desk).status == 409)
    #expect(send(at: "2026-11-20T17:30", from: desk).status == 303)
  }
}
