import ParticipationKit
import ParticipationTesting
import Testing

@testable import Incidents

/// Reports that come from a file more than once, in a commune with the host around.
@Suite("Importing reports again")
struct ReimportTests {
  static let content = [
    "services/eau.md": "---\ncode: eau\nname: Eau\ndescription: Fuite\n---\n",
    "map/streets.yaml": "streets:\n  - { id: rue-haute, name: Rue Haute, lat: 48.801, lon: 5.201 }\n",
  ]

  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try TestCommune([ModuleDescriptor(IncidentsModule.self)], content: Self.content)
    desk = try commune.desk(role: "administrator")
  }

  static func line(
    _ reference: String, description: String = "Chez MARKER au 3.", email: String? = nil,
    more: [(String, JSONValue)] = [],
    history: [JSONValue] = []
  ) -> String {
    let members: [(String, JSONValue)] = [
      ("reference", .string(reference)), ("service", "eau"), ("street", "rue-haute"),
      ("description", .string(description)), ("received", "2026-11-02T10:00:00Z"), ("publication", "published"),
      ("contact_email", .string(email)), ("history", .array(history)),
    ]
    return JSONValue.object(members.filter { member in !more.contains { $0.0 == member.0 } } + more).text
  }

  static func step(_ state: String, _ text: String = "C’est fait.", role: String = "agent") -> JSONValue {
    .object([
      ("at", "2026-11-03T10:00:00Z"), ("state", .string(state)), ("text", .string(text)), ("role", .string(role)),
    ])
  }

  private func exported() throws -> JSONValue {
    try JSONValue.parse(Array(commune.exportText("reports").utf8.drop { $0 == 0x0A }.prefix { $0 != 0x0A }))
  }

  @Test("what a moderator took out stays out; what became of the report comes in")
  func redacted() throws {
    try commune.importText("reports", Self.line("r1"))
    let taken = desk.post(
      "/desk/moderation/1",
      [
        ("decision", "redact"), ("field", "description"), ("marked", "Chez [[MARKER]] au 3."),
        ("reason", "personal-data"),
      ])
    #expect(taken.status == 303)
    #expect(try commune.importText("reports", Self.line("r1")).unchanged == 1)
    let told = try commune.importText("reports", Self.line("r1", history: [Self.step("resolved")]))
    #expect(told.updated == 1 && told.skippedCount == 1)
    #expect(told.skipped.first?.fr.contains("reste tel quel") == true)
    let report = try exported()
    #expect(report["description"]?.asString?.contains("MARKER") == false)
    #expect(report["history"]?.asArray?.last?["state"]?.asString == "resolved")
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
  }

  @Test("what was erased here stays erased, its contact too, and its export is read back")
  func erased() throws {
    try commune.importText("reports", Self.line("r1", email: "marker@essai.example"))
    // What the host and the module keep after an erasure, as ``PersonalData/erase`` leaves it.
    try commune.tamper(
      "incidents", "UPDATE incidents_report SET description = '', contact_email = NULL, place_text = ''")
    try commune.tamper(
      "host", "INSERT INTO host_erasure(subject, at, reason, position) VALUES('incidents/report/2026-0001', 0, 'x', 0)")
    let again = try commune.importText(
      "reports", Self.line("r1", email: "marker@essai.example", history: [Self.step("planned")]))
    #expect(again.updated == 1 && again.skippedCount == 1)
    let text = try commune.exportText("reports", options: ["contacts": "yes"])
    #expect(!text.lowercased().contains("marker"))
    let other = try TestCommune([ModuleDescriptor(IncidentsModule.self)], content: Self.content)
    #expect(try other.importText("reports", text).added == 1)
    #expect(try other.exportText("reports") == (try commune.exportText("reports")))
  }

  @Test("steps of a role that only this commune has are read back, and staff read whose they are")
  func ownRoles() throws {
    try commune.importText("reports", Self.line("r1", history: [Self.step("planned", role: "garde-champetre")]))
    #expect(try exported()["history"]?.asArray?.first?["role"]?.asString == "garde-champetre")
    #expect(desk.get("/desk/m/incidents/reports/2026-0001").body.contains("service de la commune"))
  }
}
