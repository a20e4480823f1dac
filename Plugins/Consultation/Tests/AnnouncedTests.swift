import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// What people were told at the opening, when the file says something else later.
@Suite("What was announced stays known")
struct AnnouncedTests {
  let commune: TestCommune

  init() throws {
    commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": RecountTests.file])
    try commune.publish()
  }

  private var page: String { commune.file("consultation/essai.html") ?? "" }

  @Test("the opening is a leaf with a published line, and a page that was not changed says nothing")
  func opening() throws {
    let data = try JSONValue.parse(Array((commune.file("api/v1/consultation/essai.json") ?? "").utf8))
    let digest = data["announced"]?["questionnaire_sha256"]?.asString ?? ""
    #expect(digest.utf8.count == 64)
    #expect(commune.files(in: "site/register").contains { String(decoding: $0.bytes, as: UTF8.self).contains(digest) })
    #expect(!page.contains("annoncée à l’ouverture") && !page.contains("modifié depuis l’ouverture"))
    #expect(try commune.registerFindings() == [])
  }

  @Test("the front page of the desk counts the answers while the consultation is open")
  func deskTile() throws {
    let desk = try commune.desk(role: "clerk")
    #expect(desk.get("/desk").body.contains("<b>0</b>"))
    #expect(commune.post("/api/v1/consultation/answer/essai", [("usage", "cafe")]).status == 303)
    #expect(desk.get("/desk").body.contains("<b>1</b> <span>réponse au questionnaire<br>"))
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    #expect(try !commune.desk(role: "clerk").get("/desk").body.contains("réponse au questionnaire"))
  }

  @Test("another closing and another questionnaire are said on the page, with the date that was announced")
  func changed() throws {
    try commune.tamper(
      "consultation", "UPDATE consultation_announced SET closes = closes - 86400000, questionnaire = '00'")
    _ = try commune.fullBuild()
    let full = commune.files(in: "full").first { $0.path == "consultation/essai.html" }
    let text = String(decoding: full?.bytes ?? [], as: UTF8.self)
    #expect(text.contains("annoncée à l’ouverture") && text.contains("29 novembre 2026"))
    #expect(text.contains("modifié depuis l’ouverture"))
  }

  @Test("once counted, a consultation takes no answer, and its results stay, whatever closing the file gives")
  func counted() throws {
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    try commune.publish()
    let counted = commune.file("consultation/essai/results.html") ?? ""
    // Going back before the closing is what a later closing in the file does.
    commune.now = Timestamp(rfc3339: "2026-11-29T12:00:00Z") ?? commune.now
    #expect(commune.post("/api/v1/consultation/answer/essai", [("usage", "cafe")]).status == 409)
    let full = try commune.fullBuild()
    let results = full.first { $0.path == "consultation/essai/results.html" }
    #expect(!counted.isEmpty && String(decoding: results?.bytes ?? [], as: UTF8.self) == counted)
    let again = full.first { $0.path == "consultation/essai.html" }
    let form = String(decoding: again?.bytes ?? [], as: UTF8.self).contains("consultation/answer/essai")
    #expect(again != nil && !form)
  }
}
