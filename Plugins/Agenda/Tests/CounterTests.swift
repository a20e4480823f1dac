import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

/// Who comes to the counter about a point of the agenda must find it as the page shows it: items have no page of their
/// own.
@Suite("Finding an item of the agenda at the counter")
struct CounterTests {
  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try TestCommune([ModuleDescriptor(AgendaModule.self)])
    desk = try commune.desk(role: "clerk")
    try commune.importText(
      "meeting",
      ReimportTests.file("draft", [.init(title: "Budget"), .init(title: "Haies"), .init(title: "Voirie")]))
    try commune.publish()
  }

  private func offered(_ wanted: String) -> [String] {
    let page = desk.get("/desk/counter?page=\(wanted)").body
    return page.split(separator: "desk/counter/do/comments/add/agenda/item/").dropFirst().map { part in
      String(part.prefix { $0 != "\"" })
    }
  }

  @Test("the meeting's address offers all its items; the words of a title, or an address with its anchor, that item")
  func found() throws {
    let all = offered("https%3A%2F%2Fessai.example%2Fagenda%2Fconseil.html")
    #expect(all.count == 3 && offered("agenda%2Fconseil") == all)
    let hedges = offered("haies")
    #expect(hedges.count == 1 && all.contains(hedges[0]))
    let page = commune.file("agenda/conseil.html") ?? ""
    let key = hedges[0].split(separator: "--").last ?? ""
    #expect(page.contains("id=\"item-\(key)\""))
    #expect(offered("agenda%2Fconseil.html%23item-\(key)") == hedges)
  }

  @Test("what is offered opens, and what is entered there waits for its reader")
  func entered() throws {
    let place = try #require(offered("haies").first)
    let path = "/desk/counter/do/comments/add/agenda/item/\(place)"
    #expect(desk.get(path).status == 200)
    let sent = desk.post(path, [("kind", "comment"), ("body", "Taillez en mars."), ("counter_channel", "telephone")])
    #expect(sent.status == 303)
    #expect(desk.get("/desk/moderation").body.contains("Taillez en mars."))
  }
}
