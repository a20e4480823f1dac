import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// Who proposed, or wrote words of their own in a questionnaire, may be forgotten; the numbers of others stay right.
@Suite("Erasing a proposal and a free answer")
struct ErasureTests {
  private struct Sent {
    let commune: TestCommune
    let proposal: String
    let answer: String
  }

  private func name(_ answer: TestCommune.Answer) -> String {
    String((answer.header("Location") ?? "").dropFirst("/receipt/".count))
  }

  private func make() throws -> Sent {
    let commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": RecountTests.file])
    let proposed = commune.post(
      "/api/v1/consultation/propose/essai",
      [
        ("title", "MARKtitle au lavoir"), ("body", "MARKbody pour s’asseoir à l’ombre des tilleuls."),
        ("name_shown", "full"), ("author", "MARKauthor Perrin"),
      ])
    let answered = commune.post("/api/v1/consultation/answer/essai", [("usage_other", "MARKanswer des outils")])
    commune.post(
      "/api/v1/consultation/propose/essai",
      [("title", "OTHERtitle au lavoir"), ("body", "OTHERbody pour s’asseoir à l’ombre des tilleuls.")])
    #expect(proposed.status == 303 && answered.status == 303, "\(proposed.body)")
    try commune.approveAll()
    commune.post("/api/v1/consultation/support/1", [])
    commune.post(
      "/api/v1/comments/add/consultation/proposal/1", [("kind", "comment"), ("body", "OTHERcomment bien dit")])
    try commune.approveAll()
    try commune.passNight()
    return Sent(commune: commune, proposal: name(proposed), answer: name(answered))
  }

  private func expectGone(_ marks: [String], _ commune: TestCommune) throws {
    for mark in marks {
      let left = commune.files(holding: mark)
      #expect(left.isEmpty, "\(mark) in \(left)")
      let rebuilt = try commune.fullBuild().filter { String(decoding: $0.bytes, as: UTF8.self).contains(mark) }
      #expect(rebuilt.isEmpty, "\(mark) in \(rebuilt.map(\.path))")
      #expect(try !commune.exportText("proposals", options: ["consultation": "essai"]).contains(mark))
    }
  }

  @Test("what is taken off leaves the table that it stands in at once, and no other table is written for it")
  func dumps() throws {
    let commune = try make().commune
    let said = commune.post(
      "/api/v1/comments/add/consultation/proposal/1", [("kind", "comment"), ("body", "Bien dit aussi")])
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    try commune.passNight()
    let desk = try commune.desk(role: "clerk")
    func dump(_ name: String) -> [String?] {
      ["", "-metadata.json"].map { commune.file("consultation/\(name)\($0)") }
    }
    let (proposals, results, texts) = (dump("proposals.csv"), dump("results.csv"), dump("texts.ndjson"))
    #expect(proposals[0]?.contains("MARKtitle") == true && texts[1] != nil && results[1] != nil)
    let erased = commune.post("/me/data/r-\(name(said))", [("step", "erase")])
    #expect(erased.status == 200, "\(erased.body)")
    try commune.publish()
    #expect(dump("proposals.csv") != proposals, "a comment stands with its proposal")
    #expect(dump("results.csv") == results && dump("texts.ndjson") == texts)
    let refused = desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "off-topic")])
    #expect(refused.status == 303, "\(refused.body)")
    try commune.publish()
    let left = dump("proposals.csv")
    #expect(left[0]?.contains("MARKtitle") == false && left[0]?.contains("OTHERtitle") == true)
    #expect(dump("results.csv") == results && dump("texts.ndjson") == texts)
  }

  @Test(
    "a proposal’s words and name leave pages, lists, feeds, tables, search, the titles of comments, and the database")
  func proposal() throws {
    let sent = try make()
    let commune = sent.commune
    let marks = ["MARKtitle", "MARKbody", "MARKauthor"]
    for mark in marks { #expect(commune.files(holding: mark).contains { $0.hasPrefix("site/") }, "planted: \(mark)") }
    let erased = commune.post("/me/data/r-\(sent.proposal)", [("step", "erase")])
    #expect(erased.status == 200, "\(erased.body)")
    try commune.passNight()
    try expectGone(marks, commune)
    #expect(commune.file("consultation/proposal/1.html")?.contains("effacé") == true, "its number and place stay")
    #expect(!commune.files(holding: "OTHERbody").isEmpty && !commune.files(holding: "OTHERcomment").isEmpty)
    let value = try JSONValue.parse(Array((commune.file("api/v1/consultation/proposal/1.json") ?? "").utf8))
    #expect(value["supports"]?["total"]?.asInteger == 1, "the supports of others are counted on")
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    let broken = try commune.brokenLinks()
    #expect(broken == [])
  }

  @Test(
    "a free answer leaves the results and the database, before closing and after; what was chosen stays counted",
    arguments: [true, false])
  func freeAnswer(afterClosing: Bool) throws {
    let sent = try make()
    let commune = sent.commune
    if afterClosing {
      commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
      try commune.passNight()
      #expect(commune.files(holding: "MARKanswer").contains { $0.hasPrefix("site/") })
    }
    #expect(!commune.files(holding: "MARKanswer").isEmpty, "planted")
    let page = commune.get("/me/data/r-\(sent.answer)")
    #expect(page.status == 200)
    let erased = commune.post("/me/data/r-\(sent.answer)", [("step", "erase")])
    #expect(erased.status == 200, "\(erased.body)")
    commune.now = Timestamp(rfc3339: "2026-12-02T12:00:00Z") ?? commune.now
    try commune.passNight()
    if !page.body.contains("MARKanswer") {
      // A secret act: its receipt leads to nothing that was answered, so the town hall takes such words out.
      #expect(!commune.get("/receipt/\(sent.answer).json").body.contains("MARKanswer"))
      return
    }
    try expectGone(["MARKanswer"], commune)
    let results = try JSONValue.parse(Array((commune.file("api/v1/consultation/essai/results.json") ?? "").utf8))
    #expect(results["people"]?["total"]?.asInteger == 1)
  }
}
