import ParticipationKit
import ParticipationTesting
import Testing

@testable import Alerts

@Suite("Alerts as files, and the kit on the module")
struct AlertTransferTests {
  private static let line =
    #"{"key":"k1","level":"urgent","title":"Titre","markdown":"Texte","starts":"2026-11-20T08:00:00.000Z","#
    + #""ends":"2026-11-30T08:00:00.000Z"}"#

  @Test("a line is read once, brought up to date, and written as it was")
  func round() throws {
    let commune = try TestCommune([ModuleDescriptor(AlertsModule.self)])
    #expect(try commune.importText("alerts", Self.line + "\n").added == 1)
    #expect(try commune.importText("alerts", Self.line + "\n").unchanged == 1)
    let text = try commune.exportText("alerts")
    #expect(text.contains(#""key":"k1","level":"urgent","title":"Titre""#))
    #expect(try commune.importText("alerts", text).unchanged == 1)
    #expect(try commune.importText("alerts", Self.line.replacing("urgent", with: "information")).updated == 1)
  }

  @Test(
    "a line that cannot be read is left out with its reason, and the others are kept",
    arguments: [
      ("{", "objet JSON"), (#"{"key":"K 1"}"#, "minuscules"), (#"{"key":"index"}"#, "minuscules"),
      (line.replacing("urgent", with: "rouge"), "information, vigilance, urgent"),
      (line.replacing("2026-11-30", with: "2026-11-10"), "« ends » avant"),
      (line.replacing("2026-11-30T08:00:00.000Z", with: "demain"), "date et heure"),
      (line.replacing("\"Texte\"", with: "5"), "« markdown »"),
      (line.replacing("\"Texte\"", with: "[\"Texte\"]"), "« markdown »"),
    ])
  func faults(line: String, reason: String) throws {
    let commune = try TestCommune([ModuleDescriptor(AlertsModule.self)])
    let report = try commune.importText("alerts", line + "\n" + Self.line.replacing("k1", with: "k2") + "\n")
    #expect(report.added == 1 && report.skippedCount == 1)
    #expect(report.skipped.first?.fr.contains(reason) == true, "\(report.skipped)")
  }

  @Test("an alert may be its title alone: no text, null and an empty one are the same")
  func withoutText() throws {
    let commune = try TestCommune([ModuleDescriptor(AlertsModule.self)])
    #expect(try commune.importText("alerts", Self.line.replacing("\"Texte\"", with: "null") + "\n").added == 1)
    #expect(try commune.importText("alerts", Self.line.replacing("\"Texte\"", with: "\"\"") + "\n").unchanged == 1)
    let left = Self.line.replacing("\"markdown\":\"Texte\",", with: "")
    #expect(try commune.importText("alerts", left + "\n").unchanged == 1)
  }

  @Test("each role gets its own screens and actions and nobody else any")
  func routes() throws {
    #expect(try TestCommune([ModuleDescriptor(AlertsModule.self)]).routeFindings() == [])
  }

  @Test("the conformance kit keeps every rule, without exemption")
  func conformance() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let folder = try #require(ModuleFolder(path))
    let report = Conformance.check(ModuleDescriptor(AlertsModule.self), folder: folder)
    #expect(report.reaches(.platinum), "\(report.lines("en").joined(separator: "\n"))")
    #expect(report.results.allSatisfy { $0.state != .exempted })
  }
}
