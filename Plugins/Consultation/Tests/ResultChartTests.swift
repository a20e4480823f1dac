import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

@Suite("The charts of the results")
struct ResultChartTests {
  @Test("answers to a question that the file no longer has stay on the page, under its id, and still recount")
  func stray() throws {
    let commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": RecountTests.file])
    commune.post("/api/v1/consultation/answer/essai", [("usage", "cafe"), ("venir", "soins")])
    // As if the file had called the question otherwise when it was answered.
    try commune.tamper("consultation", "UPDATE consultation_answer SET question = 'ancienne' WHERE question = 'venir'")
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    try commune.signHead()
    #expect(commune.file("consultation/essai/results.html")?.contains(#"<h2 id="q-ancienne">3. "#) == true)
    let data = commune.file("api/v1/consultation/essai/results.json") ?? ""
    #expect(data.contains(#""id":"ancienne""#) && data.contains(#""id":"soins""#))
    #expect(try commune.registerFindings() == [])
  }

  @Test("each question is a heading, and French words on the English page are marked as French")
  func headings() throws {
    let commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": RecountTests.file])
    commune.post("/api/v1/consultation/answer/essai", [("usage", "cafe")])
    commune.post("/api/v1/consultation/answer/essai", [("usage_other", "Un four")])
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    try commune.publish()
    let french = commune.file("consultation/essai/results.html") ?? ""
    #expect(french.contains(#"<figcaption><h2 id="q-usage">1. À quoi servir"#))
    #expect(!french.contains(#"<span lang="fr">"#))
    let english = commune.file("en/consultation/essai/results.html") ?? ""
    #expect(english.contains(#"1. <span lang="fr">À quoi servir"#) && english.contains(#"<span lang="fr">Café</span>"#))
    let data = commune.file("api/v1/consultation/essai/results.json") ?? ""
    #expect(data.contains(#""id":"other","label":"Autre chose""#))
  }
}
