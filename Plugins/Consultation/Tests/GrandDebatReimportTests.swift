import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// The import of the Grand Débat over real tables: what a second file may change.
@Suite("Importing the Grand Débat again")
struct GrandDebatReimportTests {
  let commune: TestCommune

  init() throws {
    commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)],
      content: [
        "consultations/essai.md": RecountTests.file, "consultations/autre.md": RecountTests.file(id: "autre"),
      ])
  }

  private func record(
    _ id: String, title: String = "Moins d’emballages", trashed: String = "false", value: String = "Oui"
  ) -> String {
    GrandDebatReadingTests.line(
      id: id, title: title, trashed: trashed, responses: GrandDebatReadingTests.response("160", value))
  }

  @discardableResult
  private func take(_ records: [String], in consultation: String = "essai") throws -> ImportReport {
    try commune.importText(
      "grand-debat", "[\n" + records.joined(separator: "\n,\n") + "\n]\n", options: ["consultation": consultation])
  }

  private func page(_ id: Int) throws -> String {
    try commune.publish()
    return commune.file("consultation/proposal/\(id).html") ?? ""
  }

  private func supports(_ id: Int) throws -> Int? {
    try commune.publish()
    let data = try JSONValue.parse(Array((commune.file("api/v1/consultation/proposal/\(id).json") ?? "{}").utf8))
    return data["supports"]?["unverified"]?.asInteger
  }

  @Test("the same file twice changes nothing, also when a record stands in it twice")
  func twice() throws {
    #expect(try take([record("a"), record("b"), record("a")]).added == 2)
    let again = try take([record("a"), record("b")])
    #expect(again.unchanged == 2 && again.added + again.updated + again.skippedCount == 0)
  }

  @Test("a record that says something else is brought up to date, and keeps the supports that people gave here")
  func changed() throws {
    try take([record("a"), record("b")])
    #expect(commune.post("/api/v1/consultation/support/1", []).status == 303)
    #expect(try supports(1) == 1)
    let again = try take([record("a", title: "Moins de bouteilles", value: "Non"), record("b")])
    #expect(again.updated == 1 && again.unchanged == 1)
    #expect(try page(1).contains("Moins de bouteilles"))
    #expect(try !page(1).contains("Moins d’emballages"))
    #expect(try supports(1) == 1)
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
  }

  @Test("a record that was trashed at its source leaves the pages, and the register says why")
  func trashed() throws {
    try take([record("a"), record("b", title: "Un MARKER")])
    #expect(try page(2).contains("MARKER"))
    let again = try take([record("a"), record("b", title: "Un MARKER", trashed: "true")])
    #expect(again.skippedCount == 1 && again.updated == 1)
    try commune.publish()
    #expect(commune.files().allSatisfy { !String(decoding: $0.bytes, as: UTF8.self).contains("MARKER") })
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
  }

  @Test("the same record in two consultations is two proposals; changing one leaves the other")
  func otherConsultation() throws {
    try take([record("a")])
    #expect(try take([record("a")], in: "autre").added == 1)
    #expect(try take([record("a", title: "Autre chose")], in: "autre").updated == 1)
    #expect(try page(1).contains("Moins d’emballages"))
    #expect(try page(2).contains("Autre chose"))
  }

  @Test("an export is a file of the same records, here and in another commune; words made here go with it")
  func exported() throws {
    try take([record("a"), record("b", title: "Un lavoir", value: "Peut-être")])
    commune.post(
      "/api/v1/consultation/propose/essai",
      [("title", "Un banc au lavoir"), ("body", "Pour s’asseoir à l’ombre des tilleuls.")])
    try commune.approveAll()
    let text = try commune.exportText("grand-debat", options: ["consultation": "essai"])
    #expect(text.contains("tilleuls"), "the words of a proposal that was made here are not lost")
    let back = try commune.importText("grand-debat", text, options: ["consultation": "essai"])
    #expect(back.unchanged == 3 && back.added + back.updated + back.skippedCount == 0)
    let other = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": RecountTests.file])
    #expect(try other.importText("grand-debat", text, options: ["consultation": "essai"]).added == 3)
    let again = try other.exportText("grand-debat", options: ["consultation": "essai"])
    #expect(again.split(separator: "\n").count == text.split(separator: "\n").count)
    #expect(again.contains("tilleuls"))
  }
}
