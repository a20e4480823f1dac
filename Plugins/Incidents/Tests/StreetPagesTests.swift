import ParticipationKit
import ParticipationTesting
import Testing

@testable import Incidents

/// The page of a street lists what the public may read of it, and is where one follows it.
@Suite("Pages of streets")
struct StreetPagesTests {
  let commune: TestCommune

  init() throws {
    var content = ReimportTests.content
    content["map/streets.yaml"] = """
      hamlets:
        - { id: moulin, name: Le Moulin }
      streets:
        - { id: rue-haute, name: Rue Haute }
        - { id: rue-basse, name: Rue Basse, hamlet: moulin }
      """
    commune = try TestCommune(
      [ModuleDescriptor(IncidentsModule.self)], content: content, configuration: TestCommune.withMail)
  }

  private func page(_ street: String) -> String { commune.file("incidents/streets/\(street).html") ?? "" }

  @Test("the list of streets leads to a page for each, by hamlet; a street without reports says so")
  func list() throws {
    try commune.publish()
    let list = commune.file("incidents/streets.html") ?? ""
    for street in ["rue-haute", "rue-basse", "moulin"] {
      #expect(list.contains("streets/\(street).html"), "\(street)")
      #expect(page(street).contains("Rien n’y a été signalé"), "\(street)")
    }
    #expect(page("rue-basse").contains("<h1>Rue Basse (Le Moulin)</h1>"))
    #expect(commune.file("incidents/index.html")?.contains("incidents/streets.html\"") == true)
    #expect(page("rue-basse").contains("value=\"rue-basse\" checked"), "the form has the street already")
  }

  @Test("a report stands on the page of its street from its approval until it is withheld")
  func published() throws {
    let answer = commune.post(
      "/api/v1/incidents/report",
      [("service", "eau"), ("street", "rue-haute"), ("description", "Une fuite."), ("not_emergency", "true")])
    #expect(answer.status == 303)
    try commune.publish()
    #expect(!page("rue-haute").contains("2026-0001"), "nothing before a decision")
    try commune.approveAll()
    try commune.publish()
    #expect(page("rue-haute").contains("incidents/2026-0001.html") || page("rue-haute").contains("../2026-0001.html"))
    #expect(!page("rue-basse").contains("2026-0001"))
    let report = commune.file("incidents/2026-0001.html") ?? ""
    #expect(report.contains("streets/rue-haute.html"), "the place leads to its street")
    let desk = try commune.desk(role: "administrator")
    #expect(desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult")]).status == 303)
    try commune.publish()
    #expect(!page("rue-haute").contains("2026-0001"))
  }

  @Test("a report that an import moves leaves the page of its old street")
  func moved() throws {
    try commune.importText("reports", ReimportTests.line("r1"))
    try commune.publish()
    #expect(page("rue-haute").contains("2026-0001"))
    try commune.importText("reports", ReimportTests.line("r1", more: [("street", "rue-basse")]))
    try commune.publish()
    #expect(!page("rue-haute").contains("2026-0001") && page("rue-basse").contains("2026-0001"))
  }

  @Test("whoever follows a street without any report hears of the first, with a link back to the street")
  func followed() throws {
    let asked = commune.post(
      "/follow/ask/incidents/street/rue-basse", [("email", "a@essai.example"), ("frequency", "now"), ("lang", "fr")])
    #expect(asked.status < 400)
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    #expect(commune.post(String(link.dropFirst("https://essai.example".count)), []).status == 303)
    for street in ["rue-haute", "rue-basse"] {
      commune.post(
        "/api/v1/incidents/report",
        [("service", "eau"), ("street", street), ("description", "Fuite \(street)."), ("not_emergency", "true")])
    }
    try commune.approveAll()
    let told = try commune.sendMail()
    #expect(told.count == 1 && told.first?.text.contains("Fuite rue-basse.") == true)
  }
}
