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
    let findings = try commune.registerFindings()
    #expect(findings == [])
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

  @Test("a name and an address are gone some time after the refusal, and at last when nobody closed the report")
  func contacts() throws {
    try commune.importText(
      "reports",
      [
        Self.line("refused", email: "MARKone@essai.example", more: [("publication", "withheld")]),
        Self.line("open", email: "MARKtwo@essai.example"),
      ].joined(separator: "\n"))
    func kept() throws -> [String] {
      try commune.turnClocks()
      let text = try commune.exportText("reports", options: ["contacts": "yes"])
      return ["MARKone", "MARKtwo"].filter { text.contains($0) }
    }
    #expect(try kept() == ["MARKone", "MARKtwo"])
    commune.now = commune.now.adding(seconds: 200 * 86_400)
    #expect(try kept() == ["MARKtwo"])
    commune.now = commune.now.adding(seconds: 1000 * 86_400)
    #expect(try kept() == [])
  }

  @Test("taken up again by the commune, a report no longer names the body it was referred to")
  func takenUp() throws {
    func step(_ day: String, _ state: String, _ body: JSONValue) -> JSONValue {
      .object([
        ("at", .string("2026-11-\(day)T10:00:00Z")), ("state", .string(state)), ("text", "Suite."),
        ("role", "agent"), ("referred_to", body),
      ])
    }
    func agency() throws -> String? {
      try commune.publish()
      let data = try JSONValue.parse(Array((commune.file("api/v1/incidents/2026-0001.json") ?? "").utf8))
      return data["agency_responsible"]?.asString
    }
    let referred = step("03", "referred", "Syndicat d’énergie")
    try commune.importText("reports", Self.line("r1", history: [referred]))
    #expect(try agency() == "Syndicat d’énergie")
    try commune.importText("reports", Self.line("r1", history: [referred, step("04", "in-progress", .null)]))
    #expect(try agency() == nil)
  }

  @Test("a duplicate of a duplicate leads to the report that is kept; a kept one that is not public is not named")
  func duplicates() throws {
    try commune.importText("reports", ["a", "b", "c"].map { Self.line($0) }.joined(separator: "\n"))
    func close(_ number: String, as kept: String) {
      let sent = desk.act(
        "incidents", "update-report", key: number,
        [("state", "duplicate"), ("text", "Déjà signalé."), ("duplicate_of", kept)])
      #expect(sent.status == 303)
    }
    func data() throws -> JSONValue {
      try commune.publish()
      return try JSONValue.parse(Array((commune.file("api/v1/incidents/2026-0001.json") ?? "").utf8))
    }
    close("2026-0001", as: "2026-0002")
    #expect(try data()["duplicate_of"]?.asString == "2026-0002")
    close("2026-0002", as: "2026-0003")
    #expect(try data()["duplicate_of"]?.asString == "2026-0003")
    desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "personal-data")])
    let words = try data().text
    #expect(!words.contains("2026-0002"), "\(words)")
  }
}

/// Where the commune does not publish points.
@Suite("A place that is published by its street only")
struct CoarsePlaceTests {
  @Test("neither the distance to a street nor a point far from all streets tells the doorstep")
  func words() throws {
    let commune = try TestCommune(
      [ModuleDescriptor(IncidentsModule.self)], content: ReimportTests.content,
      settings: ["incidents": "public_point: street"])
    func line(_ reference: String, _ latitude: Double) -> String {
      ReimportTests.line(
        reference, more: [("street", .null), ("lat", .number(latitude)), ("long", .number(5.20123))])
    }
    try commune.importText("reports", line("near", 48.80212) + "\n" + line("far", 48.91234))
    try commune.publish()
    let near = commune.file("api/v1/incidents/2026-0001.json") ?? ""
    #expect(near.contains("500\u{A0}m") && !near.contains("120\u{A0}m"), "\(near)")
    #expect(commune.file("api/v1/incidents/2026-0002.json")?.contains("Lieu non précisé") == true)
    for file in commune.files() {
      let text = String(decoding: file.bytes, as: UTF8.self)
      #expect(!text.contains("48.80212") && !text.contains("48.91234"), "\(file.path)")
    }
  }
}
