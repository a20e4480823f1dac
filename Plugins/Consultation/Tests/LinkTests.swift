import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

@Suite("Links of the module’s pages")
struct LinkTests {
  @Test("a consultation without questionnaire has no results page, so nothing links to one after closing")
  func proposalsOnly() throws {
    let file = """
      ---
      id: idees
      title: Vos idées
      opens: 2026-10-01T08:00
      closes: 2026-10-31T18:00
      accepts_proposals: true
      ---

      Texte.

      """
    let commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/idees.md": file])
    try commune.publish()
    #expect(commune.file("consultation/index.html")?.contains("Vos idées") == true)
    #expect(try commune.brokenLinks() == [])
  }
}
