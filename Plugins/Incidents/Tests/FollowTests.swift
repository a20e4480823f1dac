import Glibc
import ParticipationKit
import ParticipationTesting
import Testing

@testable import Incidents

/// Whoever follows a street hears of new reports and of what becomes of them, in the words that are public.
@Suite("What followers of a street are told")
struct FollowTests {
  let commune: TestCommune

  init() throws {
    let names = ["services/voirie.md", "map/streets.yaml", "map/outline.geojson", "map/roads.geojson"]
    var content: [String: String] = [:]
    for name in names { content[name] = try FollowTests.file(name) }
    commune = try TestCommune(
      [ModuleDescriptor(IncidentsModule.self)], content: content, configuration: TestCommune.withMail)
    try commune.sendMail()
  }

  /// A file of the demonstration commune.
  private static func file(_ path: String) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let handle = try #require(fopen("/\(root)/Content/\(path)", "r"))
    defer { fclose(handle) }
    var bytes: [UInt8] = []
    while case let next = fgetc(handle), next != EOF { bytes.append(UInt8(truncatingIfNeeded: next)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Somebody follows, in a language, and confirms by the mailed link.
  private func follow(_ email: String, _ locale: String, _ subject: String, _ frequency: String = "now") throws {
    commune.post("/follow/ask/\(subject)", [("email", email), ("frequency", frequency), ("lang", locale)])
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    #expect(commune.post(String(link.dropFirst("https://essai.example".count)), []).status == 303)
  }

  private func report(_ words: String) {
    let answer = commune.post(
      "/api/v1/incidents/report",
      [
        ("service", "voirie"), ("street", "other"), ("place_text", "Devant le lavoir"), ("description", words),
        ("not_emergency", "true"), ("contact_name", "MARKname"),
      ])
    #expect(answer.status == 303, "\(answer.body)")
  }

  @Test("a report is told once it is public, and its handling with the public words, in French and in English")
  func journey() throws {
    try follow("fr@essai.example", "fr", "incidents/index/index")
    try follow("en@essai.example", "en", "incidents/index/index")
    report("Un banc est cassé devant le lavoir.")
    #expect(try commune.sendMail().isEmpty, "what waits for a moderator is told to nobody")
    try commune.approveAll()
    var mails = try commune.sendMail()
    #expect(Set(mails.map(\.to)) == ["fr@essai.example", "en@essai.example"] && mails.count == 2)
    #expect(mails.first { $0.to.hasPrefix("fr") }?.text.contains("Signalement 2026-0001\u{A0}: ") == true)
    #expect(mails.first { $0.to.hasPrefix("en") }?.text.contains("Report 2026-0001: ") == true)
    #expect(mails.allSatisfy { $0.text.contains("> Un banc est cassé") && !$0.source.contains("MARKname") })
    try commune.desk(role: "agent").act(
      "incidents", "update-report", key: "2026-0001",
      [("state", "planned"), ("text", "Réparé **lundi**."), ("note", "MARKnote devis")])
    mails = try commune.sendMail()
    #expect(mails.count == 2)
    #expect(mails.allSatisfy { $0.text.contains("> Réparé lundi.") && !$0.source.contains("MARKnote") })
  }

  @Test("a report that is withheld, and what is done with it, is told to nobody; nor what was withdrawn meanwhile")
  func withheld() throws {
    try follow("fr@essai.example", "fr", "incidents/index/index")
    try follow("jour@essai.example", "fr", "incidents/index/index", "daily")
    report("Une insulte que personne ne doit lire.")
    try commune.refuseAll(reason: "insult")
    try commune.desk(role: "agent").act(
      "incidents", "update-report", key: "2026-0001", [("state", "planned"), ("text", "Des mots.")])
    #expect(try commune.sendMail().isEmpty)
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(try commune.sendMail().isEmpty, "no empty digest either")
  }
}
