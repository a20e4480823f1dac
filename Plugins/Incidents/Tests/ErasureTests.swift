import ParticipationKit
import ParticipationTesting
import Testing

@testable import Incidents

/// Who reported may be forgotten: no word, place or address of theirs stays in a page, a feed, a table, the map, the
/// database file or its log.
@Suite("Erasing a report")
struct ErasureTests {
  private static let marks = ["MARKdescription", "MARKplace", "MARKname", "markmail@essai.example"]

  @Test("words that are taken off or out leave the tables of the whole list at once, not at their next hour")
  func dumps() throws {
    let (commune, _) = try make(published: true)
    _ = try commune.fullBuild()
    let desk = try commune.desk(role: "clerk")
    func tables() -> [String] { commune.files(in: "site").filter { $0.path.hasSuffix(".csv") }.map(\.path) }
    func holding(_ mark: String) -> [String] { commune.files(holding: mark).filter { $0.hasSuffix(".csv") } }
    #expect(!tables().isEmpty && !holding("MARKdescription").isEmpty && !holding("OTHERdescription").isEmpty)
    let refused = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic")])
    let redacted = desk.post(
      "/desk/moderation/2",
      [
        ("decision", "redact"), ("field", "description"), ("marked", "[[OTHERdescription]]"),
        ("reason", "personal-data"),
      ])
    #expect(refused.status == 303 && redacted.status == 303)
    try commune.publish()
    #expect(holding("MARKdescription") == [] && holding("OTHERdescription") == [])
  }

  private func make(published: Bool) throws -> (commune: TestCommune, receipt: String) {
    let commune = try TestCommune([ModuleDescriptor(IncidentsModule.self)], content: ScopedAgentTests.content)
    let sent = ScopedAgentTests.report(
      commune, "voirie", "MARKdescription of a hole",
      [
        ("place_text", "MARKplace"), ("contact_name", "MARKname"), ("contact_email", "markmail@essai.example"),
        ("wants_updates", "on"),
      ].filter { $0.0 != "place_text" })
    #expect(sent.status == 303, "\(sent.body)")
    _ = ScopedAgentTests.report(commune, "eau", "OTHERdescription")
    if published { try commune.approveAll() }
    try commune.passNight()
    return (commune, String((sent.header("Location") ?? "").dropFirst("/receipt/".count)))
  }

  @Test(
    "nothing is left of it anywhere; its number and place in the list, and what others sent, stay",
    arguments: [true, false])
  func everywhere(published: Bool) throws {
    let (commune, receipt) = try make(published: published)
    for mark in ["MARKdescription", "MARKname", "markmail@essai.example"] {
      #expect(!commune.files(holding: mark).isEmpty, "planted: \(mark)")
    }
    #expect(!published || commune.files(holding: "MARKdescription").contains { $0.hasPrefix("site/") })
    #expect(commune.files(holding: "MARKname").allSatisfy { $0.hasPrefix("data/") }, "names are never published")
    let link = "/me/data/r-\(receipt)"
    #expect(commune.get(link).body.contains("MARKdescription"))
    let erased = commune.post(link, [("step", "erase")])
    #expect(erased.status == 200, "\(erased.body)")
    try commune.passNight()
    for mark in Self.marks where mark != "MARKplace" {
      let left = commune.files(holding: mark)
      #expect(left.isEmpty, "\(mark) in \(left)")
      let rebuilt = try commune.fullBuild().filter { String(decoding: $0.bytes, as: UTF8.self).contains(mark) }
      #expect(rebuilt.isEmpty, "\(mark) in \(rebuilt.map(\.path))")
      #expect(try !commune.exportText("reports").contains(mark))
      #expect(!commune.get("/receipt/\(receipt).json").body.contains(mark))
      #expect(try !commune.desk(role: "clerk").get("/desk/moderation").body.contains(mark))
    }
    #expect(!commune.files(holding: "OTHERdescription").isEmpty, "what others sent is not touched")
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    #expect(try commune.brokenLinks().isEmpty)
  }
}
