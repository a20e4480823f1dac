import ParticipationKit
import Testing

@testable import Incidents

@Suite("The lines of reports.ndjson")
struct ReportRecordTests {
  private static let good: [(String, JSONValue)] = [
    ("reference", "a-1"), ("service", "eau"), ("description", "Une fuite devant le 3."),
    ("received", "2026-03-02T07:40:00Z"), ("publication", "published"),
  ]

  private func record(_ members: [(String, JSONValue)]) throws -> ReportRecord {
    var all = Self.good
    for member in members {
      all.removeAll { $0.0 == member.0 }
      all.append(member)
    }
    return try ReportRecordReader.record(JSONValue.object(all).bytes[...])
  }

  private func step(_ members: [(String, JSONValue)]) -> [(String, JSONValue)] {
    [("history", .array([.object(members)]))]
  }

  @Test("what is left out has a plain meaning")
  func defaults() throws {
    let record = try record([])
    #expect(record.channel == "import")
    #expect(record.number == nil)
    #expect(record.point == nil)
    #expect(record.published == record.received)
    #expect(record.history.isEmpty)
    #expect(try self.record([("publication", "pending")]).published == nil)
  }

  @Test("what is written is read back the same, with and without contact")
  func roundTrip() throws {
    let members: [(String, JSONValue)] = [
      ("number", "2026-0042"), ("street", "rue-haute"), ("place", "au pont"), ("lat", 48.8), ("long", 5.2),
      ("contact_name", "A. B."), ("contact_email", "a@b.example"), ("wants_updates", true), ("channel", "paper"),
      (
        "answer",
        .object([("author", "La maire"), ("text", "C’est fait."), ("at", "2026-03-05T08:00:00Z")])
      ),
      (
        "history",
        [
          .object([
            ("at", "2026-03-03T08:00:00Z"), ("state", "referred"), ("text", "Transmis."), ("role", "agent"),
            ("referred_to", "Syndicat"),
          ]),
          .object([("at", "2026-03-04T08:00:00Z"), ("state", "referred"), ("visibility", "internal")]),
        ]
      ),
    ]
    let first = try record(members)
    let full = first.value(withContact: true)
    #expect(try ReportRecordReader.record(full.bytes[...]).value(withContact: true) == full)
    let bare = first.value(withContact: false)
    #expect(!bare.text.contains("a@b.example"))
    #expect(try ReportRecordReader.record(bare.bytes[...]).contactEmail == nil)
  }

  @Test(
    "a wrong member is refused by name",
    arguments: [
      ("colour", JSONValue.string("red"), "colour"), ("number", "2026-1", "2026-0042"), ("number", 42, "number"),
      ("publication", "public", "pending"), ("received", "2026-02-30T00:00:00Z", "received"), ("lat", 48.8, "lat"),
      ("channel", "fax", "telephone"), ("wants_updates", "yes", "true"), ("history", "none", "history"),
      ("reference", .null, "reference"), ("description", .null, "description"),
      ("description", "a\u{0}b", "description"),
    ])
  func wrong(name: String, value: JSONValue, words: String) {
    #expect {
      try record([(name, value)])
    } throws: { error in
      (error as? ReportRecord.Fault).map { $0.en.contains(words) && !$0.fr.isEmpty } ?? false
    }
  }

  @Test("a text longer than the policy for residents is refused, not cut")
  func long() {
    #expect(throws: ReportRecord.Fault.self) {
      try record([("description", .string(String(repeating: "é", count: 4097)))])
    }
  }

  @Test("public steps follow the rules of the desk; internal notes need none")
  func steps() throws {
    let time: (String, JSONValue) = ("at", "2026-03-03T08:00:00Z")
    #expect(throws: ReportRecord.Fault.self) { try record(step([time, ("state", "resolved")])) }
    #expect(throws: ReportRecord.Fault.self) { try record(step([time, ("state", "referred"), ("text", "x")])) }
    #expect(throws: ReportRecord.Fault.self) { try record(step([time, ("state", "duplicate"), ("text", "x")])) }
    #expect(throws: ReportRecord.Fault.self) { try record(step([time, ("state", "lost")])) }
    #expect(throws: ReportRecord.Fault.self) { try record(step([("state", "planned")])) }
    #expect(throws: ReportRecord.Fault.self) {
      try record(step([time, ("state", "planned"), ("role", "Madame le maire")]))
    }
    #expect(try record(step([time, ("state", "resolved"), ("visibility", "internal")])).history.count == 1)
  }

  @Test("a line that is no JSON object is refused with the place")
  func noObject() {
    #expect(throws: ReportRecord.Fault("une liste ; attendu : un objet JSON", "a list; expected a JSON object")) {
      try ReportRecordReader.record(Array("[]".utf8)[...])
    }
    #expect {
      try ReportRecordReader.record(Array("{\"reference\":".utf8)[...])
    } throws: { error in
      (error as? ReportRecord.Fault)?.en.contains("byte") ?? false
    }
  }
}
