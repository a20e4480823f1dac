import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// What an import may and may not undo, in a commune with two consultations.
@Suite("Importing again")
struct ReimportTests {
  let commune: TestCommune

  init() throws {
    commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)],
      content: [
        "consultations/essai.md": RecountTests.file,
        "consultations/autre.md": RecountTests.file(id: "autre"),
      ])
  }

  static func proposal(
    _ reference: String, title: String = "Un arbre", body: String = "Un tilleul de plus.",
    in consultation: String = "essai",
    supports: Int = 0
  ) -> String {
    JSONValue.object([
      ("reference", .string(reference)), ("consultation", .string(consultation)), ("title", .string(title)),
      ("body", .string(body)), ("created", "2026-11-02T10:00"), ("state", "published"),
      ("supports_verified", .integer(supports)), ("supports_unverified", .integer(supports)),
    ]).text
  }

  private func proposals(_ consultation: String = "essai") throws -> [JSONValue] {
    try commune.exportText("proposals", options: ["consultation": consultation]).split(separator: "\n")
      .map { try JSONValue.parse(Array($0.utf8)) }
  }

  private func answer(_ reference: String, in consultation: String = "essai", _ choice: String = "cafe") -> String {
    JSONValue.object([
      ("reference", .string(reference)), ("consultation", .string(consultation)), ("verified", true),
      ("channel", "paper"), ("answers", .object([("usage", .string(choice))])),
    ]).text
  }

  @Test("who supports an imported proposal neither sees it as theirs nor can erase it")
  func supporter() throws {
    try commune.importText("proposals", Self.proposal("x1"))
    let sent = commune.post("/api/v1/consultation/support/1", [])
    #expect(sent.status == 303)
    let path = "/me/data/r-" + String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
    #expect(!commune.get(path).body.contains("tilleul"))
    commune.post(path, [("step", "erase"), ("record", "consultation/proposal/1")])
    commune.post(path, [("step", "erase")])
    #expect(try proposals().first?["body"]?.asString == "Un tilleul de plus.")
  }

  @Test("the author of a proposal made here still erases it with the receipt")
  func author() throws {
    let sent = commune.post(
      "/api/v1/consultation/propose/essai",
      [("title", "Un banc au lavoir"), ("body", "Pour s’asseoir à l’ombre des tilleuls.")])
    try commune.approveAll()
    commune.post("/api/v1/consultation/support/1", [])
    let path = "/me/data/r-" + String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
    #expect(commune.get(path).body.contains("tilleuls"))
    commune.post(path, [("step", "erase"), ("record", "consultation/proposal/1")])
    #expect(try proposals().first?["body"]?.asString == "")
  }

  @Test("what a moderator took out stays out; supports of the file still come in")
  func redacted() throws {
    try commune.importText("proposals", Self.proposal("x1", body: "Chez MARKER au 3."))
    let desk = try commune.desk(role: "councillor")
    let taken = desk.post(
      "/desk/moderation/1",
      [
        ("decision", "redact"), ("field", "body"), ("marked", "Chez [[MARKER]] au 3."), ("reason", "personal-data"),
      ])
    #expect(taken.status == 303)
    let again = try commune.importText("proposals", Self.proposal("x1", body: "Chez MARKER au 3."))
    #expect(again.skippedCount == 1 && again.updated == 0 && again.unchanged == 0)
    #expect(again.skipped.first?.fr.contains("reste tel quel") == true)
    let more = try commune.importText("proposals", Self.proposal("x1", body: "Chez MARKER au 4.", supports: 2))
    #expect(more.skippedCount == 1 && more.updated == 1)
    #expect(try proposals().first?["body"]?.asString?.contains("MARKER") == false)
    #expect(try proposals().first?["supports_verified"]?.asInteger == 2)
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
  }

  @Test("an export brought back changes nothing, whatever was made here or elsewhere")
  func exported() throws {
    try commune.importText("proposals", Self.proposal("x1"))
    commune.post(
      "/api/v1/consultation/propose/essai",
      [("title", "Un banc au lavoir"), ("body", "Pour s’asseoir à l’ombre des tilleuls.")])
    try commune.approveAll()
    let text = try commune.exportText("proposals", options: ["consultation": "essai"])
    #expect(text.contains(#""reference":"55999-proposal-2""#))
    let report = try commune.importText("proposals", text)
    #expect(report.unchanged == 2 && report.added + report.updated + report.skippedCount == 0)
    let debate = try commune.exportText("grand-debat", options: ["consultation": "essai"])
    let second = try commune.importText("grand-debat", debate, options: ["consultation": "essai"])
    #expect(second.added == 0)
    #expect(try proposals().count == 2)
  }

  @Test("a reference is that of its consultation: two files may number from 1")
  func references() throws {
    #expect(try commune.importText("proposals", Self.proposal("1")).added == 1)
    #expect(try commune.importText("proposals", Self.proposal("1", title: "Un banc", in: "autre")).added == 1)
    #expect(try commune.importText("answers", answer("1")).added == 1)
    let other = try commune.importText("answers", answer("1", in: "autre"))
    #expect(other.added == 1 && other.unchanged == 0)
    #expect(try proposals("essai").first?["title"]?.asString == "Un arbre")
    #expect(try proposals("autre").first?["title"]?.asString == "Un banc")
    let comment =
      #"{"reference":"c1","proposal":"1","kind":"comment","sent":"2026-11-03T10:00","text":"Oui","state":"published""#
    #expect(throws: (any Error).self) { try commune.importText("proposal-comments", comment + "}") }
    #expect(try commune.importText("proposal-comments", comment + #","consultation":"autre"}"#).added == 1)
    try commune.publish()
    #expect(commune.file("consultation/proposal/2.html")?.contains("Oui") == true)
  }

  @Test("answers that are no texts are refused, and a sheet that says something else now is left out with its line")
  func answers() throws {
    for wrong in [#"["cafe",3]"#, "3", "{}", "true"] {
      let line =
        #"{"reference":"p1","consultation":"essai","verified":true,"answers":{"venir":\#(wrong)}}"#
      #expect(throws: (any Error).self, "\(wrong)") { try commune.importText("answers", line) }
    }
    let long = String(repeating: "x", count: 201)
    let others =
      #"{"reference":"p1","consultation":"essai","verified":true,"answers":{},"others":{"usage":"\#(long)"}}"#
    #expect(throws: (any Error).self) { try commune.importText("answers", others) }
    #expect(try commune.importText("answers", answer("p1")).added == 1)
    #expect(try commune.importText("answers", answer("p1")).unchanged == 1)
    let other = try commune.importText("answers", answer("p1", "gite"))
    #expect(other.skippedCount == 1 && other.unchanged == 0 && other.skipped.first?.line == 1)
    let own =
      #"{"reference":"p2","consultation":"essai","verified":true,"answers":{},"others":{"usage":"\#("Un four")"}}"#
    #expect(try commune.importText("answers", own).added == 1)
    #expect(try commune.importText("answers", own).unchanged == 1)
    #expect(try commune.importText("answers", own.replacing("Un four", with: "Un puits")).skippedCount == 1)
  }
}
