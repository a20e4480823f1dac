import ParticipationKit
import ParticipationTesting
import Testing

@testable import Workshops

@Suite("Workshops as files and as a calendar, and the kit on the module")
struct SessionTransferTests {
  private static let line =
    #"{"key":"k1","title":"Titre, court","markdown":"Texte","place":"Salle","starts":"2026-12-03T13:00:00.000Z","#
    + #""ends":"2026-12-03T15:00:00.000Z","places":3,"fee":null}"#

  private let commune: TestCommune

  init() throws { commune = try TestCommune([ModuleDescriptor(WorkshopsModule.self)]) }

  @Test("a line is read once, brought up to date, and written as it was")
  func round() throws {
    #expect(try commune.importText("workshops", Self.line + "\n").added == 1)
    #expect(try commune.importText("workshops", Self.line + "\n").unchanged == 1)
    let text = try commune.exportText("workshops")
    #expect(try commune.importText("workshops", text).unchanged == 1)
    #expect(try commune.importText("workshops", Self.line.replacing("\"places\":3", with: "\"places\":4")).updated == 1)
  }

  @Test(
    "a line that cannot be read is left out with its reason",
    arguments: [
      ("[]", "objet JSON"), (line.replacing("k1", with: "K1"), "minuscules"),
      (line.replacing("\"places\":3", with: "\"places\":0"), "de 1 à 500"),
      (line.replacing("T15:", with: "T12:"), "« ends » avant"), (line.replacing("Salle", with: " "), "« place »"),
    ])
  func faults(line: String, reason: String) throws {
    let report = try commune.importText("workshops", line + "\n")
    #expect(report.added == 0 && report.skipped.first?.fr.contains(reason) == true, "\(report.skipped)")
  }

  @Test("a line that says nothing of a cancellation changes nothing of one that the desk made; one that does, does")
  func cancelled() throws {
    #expect(try commune.importText("workshops", Self.line + "\n").added == 1)
    let desk = try commune.desk(role: "clerk")
    let answer = desk.act("workshops", "cancel-session", key: "k1", [("note", "Salle fermée."), ("confirm", "true")])
    #expect(answer.status == 303, "\(answer.body)")
    for _ in 1...2 { #expect(try commune.importText("workshops", Self.line + "\n").unchanged == 1) }
    try commune.publish()
    #expect(commune.file("workshops/k1.html")?.contains("Salle fermée.") == true)
    let other = Self.line.replacing(
      "\"fee\":null", with: #""cancelled":"2026-12-01T09:00","cancel_note":"Panne de chauffage.""#)
    #expect(try commune.importText("workshops", other + "\n").updated == 1)
    #expect(try commune.importText("workshops", other + "\n").unchanged == 1)
    try commune.publish()
    #expect(commune.file("workshops/k1.html")?.contains("Panne de chauffage.") == true)
  }

  @Test("the calendar says when and where, in UTC, with commas escaped and lines folded")
  func calendar() throws {
    try commune.importText("workshops", Self.line + "\n")
    try commune.publish()
    let calendar = try #require(commune.file("workshops/sessions.ics"))
    for line in [
      "DTSTART:20261203T130000Z", "DTEND:20261203T150000Z", #"SUMMARY:Titre\, court"#, "LOCATION:Salle",
      "URL:https://essai.example/workshops/k1.html", "STATUS:CONFIRMED",
    ] { #expect(calendar.contains(line + "\r\n"), "\(line)") }
    let longest = calendar.utf8.split(separator: 0x0A).map(\.count).max() ?? 0
    #expect(longest <= 76, "75 bytes and CR")
  }

  @Test("each role gets its own screens and actions and nobody else any")
  func routes() throws { #expect(try commune.routeFindings() == []) }

  @Test("the conformance kit keeps every rule, without exemption")
  func conformance() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let folder = try #require(ModuleFolder(path))
    let report = Conformance.check(ModuleDescriptor(WorkshopsModule.self), folder: folder)
    #expect(report.reaches(.platinum), "\(report.lines("en").joined(separator: "\n"))")
    #expect(report.results.allSatisfy { $0.state != .exempted })
  }
}
