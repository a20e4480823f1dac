import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// Whoever follows a consultation hears of its opening, its end and of proposals that are public.
@Suite("What followers of a consultation are told")
struct FollowTests {
  let commune: TestCommune

  init() throws {
    let file = RecountTests.file.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("title:") ? "title: Essai\ntitle_en: Trial" : String($0) }.joined(separator: "\n")
    commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": file],
      configuration: TestCommune.withMail)
    try commune.sendMail()
  }

  /// Somebody follows, in a language, and confirms by the mailed link.
  private func follow(_ email: String, _ locale: String, _ subject: String, _ frequency: String = "now") throws {
    commune.post("/follow/ask/\(subject)", [("email", email), ("frequency", frequency), ("lang", locale)])
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    #expect(commune.post(String(link.dropFirst("https://essai.example".count)), []).status == 303)
  }

  private func propose(_ title: String) {
    let answer = commune.post(
      "/api/v1/consultation/propose/essai",
      [("title", title), ("body", "Des **bancs** sous les tilleuls, pour s’asseoir."), ("author", "")])
    #expect(answer.status == 303, "\(answer.body)")
  }

  @Test("a proposal is told once it is public, in French and in English, and one that is withheld never")
  func proposals() throws {
    try follow("fr@essai.example", "fr", "consultation/consultation/essai")
    try follow("en@essai.example", "en", "consultation/consultation/essai")
    propose("Des bancs partout")
    #expect(try commune.sendMail().isEmpty)
    try commune.approveAll()
    let mails = try commune.sendMail()
    #expect(mails.count == 2)
    let french = mails.first { $0.to.hasPrefix("fr") }
    #expect(french?.text.contains("Nouvelle proposition\u{A0}: Des bancs partout") == true)
    #expect(mails.first { $0.to.hasPrefix("en") }?.text.contains("New proposal: Des bancs partout") == true)
    #expect(mails.allSatisfy { $0.text.contains("> Des bancs sous les tilleuls") })
    propose("Une insulte de trop")
    try commune.refuseAll(reason: "insult")
    #expect(try commune.sendMail().isEmpty)
  }

  @Test("two days before its end and at its end a consultation says so, each once, also in a digest")
  func clock() throws {
    try follow("fr@essai.example", "fr", "consultation/index/index")
    try follow("en@essai.example", "en", "consultation/index/index", "daily")
    commune.now = Timestamp(rfc3339: "2026-11-28T17:30:00Z") ?? commune.now
    var mails = try commune.sendMail()
    #expect(mails.map(\.to) == ["fr@essai.example"])
    #expect(mails[0].text.contains("Plus que deux jours\u{A0}: Essai") && mails[0].text.contains("30 novembre 2026"))
    #expect(try commune.sendMail().isEmpty)
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    mails = try commune.sendMail()
    #expect(mails.first { $0.to == "fr@essai.example" }?.text.contains("Résultats publiés\u{A0}: Essai") == true)
    let digest = try #require(mails.first { $0.to == "en@essai.example" })
    #expect(digest.text.contains("Two days left: ") && !digest.text.contains("Results published: "))
    commune.now = commune.now.adding(seconds: 86_400)
    mails = try commune.sendMail()
    #expect(mails.map(\.to) == ["en@essai.example"] && mails[0].text.contains("Results published: "))
  }
}
