import ParticipationKit
import ParticipationTesting
import Testing

@testable import Incidents

/// The roads crew works on roads, in the module's screens as in the queue.
@Suite("An agent who works for one service")
struct ScopedAgentTests {
  static let content = [
    "services/eau.md": "---\ncode: eau\nname: Eau\ngroup: Réseaux\ndescription: Fuite\n---\n",
    "services/voirie.md": "---\ncode: voirie\nname: Route\ngroup: Réseaux\ndescription: Trou\n---\n",
  ]

  static func report(_ commune: TestCommune, _ service: String, _ words: String, _ more: [(String, String)] = [])
    -> TestCommune.Answer
  {
    commune.post(
      "/api/v1/incidents/report",
      [
        ("service", service), ("place_text", "rue Haute"), ("description", words), ("not_emergency", "on"),
      ] + more)
  }

  private func make() throws -> (commune: TestCommune, desk: TestDesk) {
    let commune = try TestCommune([ModuleDescriptor(IncidentsModule.self)], content: Self.content)
    #expect(Self.report(commune, "voirie", "MARKroads hole").status == 303)
    #expect(Self.report(commune, "eau", "MARKwater leak").status == 303)
    let made = try commune.desk(role: "administrator").post(
      "/desk/roles/new",
      [
        ("title", "Voirie"), ("permissions", "incidents.handle"), ("permissions", "host.moderate"),
        ("areas", "incidents/voirie"),
      ])
    #expect(made.status == 303, "\(made.body)")
    return (commune, try commune.desk(role: "voirie"))
  }

  private func numbers(_ commune: TestCommune) throws -> (roads: String, water: String) {
    let list = try commune.desk(role: "clerk").get("/desk/m/incidents/reports?service=voirie").body
    let other = try commune.desk(role: "clerk").get("/desk/m/incidents/reports?service=eau").body
    func number(_ page: String) -> String {
      let mark = "/desk/m/incidents/reports/"
      var rest = page[...]
      while let hit = rest.firstRange(of: "m/incidents/reports/") {
        rest = rest[hit.upperBound...]
        let found = rest.prefix { $0 != "\"" && $0 != "<" }
        if found.contains("2026") { return String(found) }
      }
      return mark
    }
    return (number(list), number(other))
  }

  @Test("the list, its counts and filters, a report’s screen, its forms and the intake keep to the service")
  func screens() throws {
    let (commune, desk) = try make()
    let (roads, water) = try numbers(commune)
    let list = desk.get("/desk/m/incidents/reports").body
    #expect(list.contains(roads) && !list.contains(water))
    #expect(list.contains("(1)") && !list.contains("(2)"), "the counts are of the service")
    #expect(!list.contains("service=eau"))
    #expect(!desk.get("/desk/m/incidents/reports?service=eau").body.contains(water))
    #expect(desk.get("/desk/m/incidents/reports/\(roads)").body.contains("MARKroads"))
    let other = desk.get("/desk/m/incidents/reports/\(water)")
    #expect(other.status == 403 && !other.body.contains("MARKwater"))
    let intake = desk.get("/desk/m/incidents/reports/new").body
    #expect(intake.contains("value=\"voirie\"") && !intake.contains("value=\"eau\""))
  }

  @Test("what is sent by hand for another service is refused, and nothing changes")
  func verbs() throws {
    let (commune, desk) = try make()
    let (roads, water) = try numbers(commune)
    for action in ["update-report", "recheck-report"] {
      #expect(desk.act("incidents", action, key: water, [("state", "in_progress")]).status == 403, "\(action)")
    }
    let fields = [
      ("service", "eau"), ("place_text", "ici"), ("description", "par téléphone"), ("channel", "telephone"),
      ("not_emergency", "on"),
    ]
    #expect(desk.act("incidents", "record-report", fields).status == 422)
    #expect(desk.act("incidents", "record-report", key: "eau", fields).status == 403)
    #expect(
      desk.act("incidents", "record-report", [("service", "voirie")] + fields.dropFirst()).status < 400)
    #expect(desk.act("incidents", "recheck-report", key: roads, []).status == 303)
  }

  @Test("a report handed to another service is theirs from then on, in the list and in the queue")
  func handedOver() throws {
    let (commune, desk) = try make()
    let (roads, _) = try numbers(commune)
    let moved = desk.act("incidents", "update-report", key: roads, [("state", "in-review"), ("service", "eau")])
    #expect(moved.status == 303, "\(moved.body)")
    #expect(desk.get("/desk/m/incidents/reports/\(roads)").status == 403)
    #expect(!desk.get("/desk/moderation").body.contains("MARKroads"))
    #expect(try commune.desk(role: "clerk").get("/desk/moderation").body.contains("MARKroads"))
  }
}
