import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// What anybody can count again, and what nobody can find out.
@Suite("A questionnaire is secret, and anybody can count it again")
struct RecountTests {
  static let file = file(id: "essai")

  static func file(id: String) -> String {
    """
    ---
    id: \(id)
    title: Essai
    opens: 2026-11-01T08:00
    closes: 2026-11-30T18:00
    accepts_proposals: true
    questionnaire:
      - title: Usage
        questions:
          - { id: usage, type: single, title: À quoi servir ?, options: [Café, Gîte], other: true }
          - { id: venir, type: multiple, title: Qu’y faire ?, options: [Achats, Soins, Atelier] }
    ---

    Texte.

    """
  }

  let commune: TestCommune

  init() throws {
    commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": Self.file])
  }

  @discardableResult
  private func answer(_ fields: [(String, String)]) -> TestCommune.Answer {
    commune.post("/api/v1/consultation/answer/essai", fields)
  }

  /// Three answers, one of them with words of its own, and one on paper; then the closing.
  private func fill() throws -> TestCommune.Answer {
    let first = answer([("usage", "cafe"), ("venir", "achats"), ("venir", "soins")])
    #expect(first.status == 303, "\(first.body)")
    answer([("usage", "gite")])
    answer([("usage_other", "Un musée des outils"), ("venir", "atelier")])
    try commune.importText(
      "answers",
      #"{"reference":"p1","consultation":"essai","verified":true,"channel":"paper","answers":{"usage":"cafe"}}"#)
    try commune.publish()
    try commune.approveAll()
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    try commune.signHead()
    return first
  }

  @Test("at closing the rows are published once, and counting them again gives the published results")
  func recount() throws {
    _ = try fill()
    #expect(try commune.registerFindings() == [])
    let results = try JSONValue.parse(Array((commune.file("api/v1/consultation/essai/results.json") ?? "").utf8))
    #expect(results["people"]?["total"]?.asInteger == 4 && results["people"]?["verified"]?.asInteger == 1)
    #expect(results["recount"]?["counted"] == ["people.verified", "people.unverified"])
    let before = commune.files().filter { $0.path.hasPrefix("register/list") }.count
    commune.now = commune.now.adding(seconds: 86_400)
    try commune.publish()
    #expect(commune.files().filter { $0.path.hasPrefix("register/list") }.count == before)
  }

  private func paper(_ references: ClosedRange<Int>, verified: Bool = true) -> String {
    references.map {
      #"{"reference":"late\#($0)","consultation":"essai","verified":\#(verified),"channel":"paper","#
        + #""answers":{"usage":"gite"}}"#
    }.joined(separator: "\n")
  }

  @Test("paper that comes after closing is counted by a new list, and still recounts")
  func latePaper() throws {
    _ = try fill()
    try commune.importText("answers", paper(1...5))
    try commune.publish()
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    #expect(commune.file("api/v1/consultation/essai/results.json")?.contains(#""total":9"#) == true)
  }

  @Test("a few late sheets are refused: two lists compared would show how one person answered")
  func lateBallot() throws {
    _ = try fill()
    for few in [paper(1...1), paper(1...4), paper(1...5) + "\n" + paper(6...6, verified: false)] {
      #expect(throws: (any Error).self) { try commune.importText("answers", few) }
      #expect(throws: (any Error).self) { try commune.importText("answers", few, dryRun: true) }
    }
    try commune.publish()
    #expect(commune.file("api/v1/consultation/essai/results.json")?.contains(#""total":4"#) == true)
    // The same file a second time brings nothing, so it is not a small batch.
    try commune.importText("answers", paper(1...5))
    #expect(try commune.importText("answers", paper(1...5)).unchanged == 5)
  }

  @Test("a ballot added, removed or changed by hand after closing is found by the recount")
  func stuffed() throws {
    _ = try fill()
    func findings(_ sql: String...) throws -> [String] {
      for statement in sql { try commune.tamper("consultation", statement) }
      _ = try commune.fullBuild()
      return try commune.registerFindings(site: commune.folder + "/full")
    }
    let changed = try findings("UPDATE consultation_answer SET choice = 'gite' WHERE choice = 'cafe'")
    #expect(changed.contains { $0.contains("usage / cafe") } && changed.contains { $0.contains("usage / gite") })
    let added = try findings(
      "UPDATE consultation_answer SET choice = 'cafe' WHERE choice = 'gite' AND 0",
      "INSERT INTO consultation_submission(id, consultation, channel, verified) VALUES(7, 'essai', 'web', 1)")
    #expect(added.contains { $0.contains("“people.verified” is 2, the register counts 1") })
    let word = try findings("UPDATE consultation_text SET text = 'Un parking'")
    #expect(word.contains { $0.contains("consultation/text-answer/") && $0.contains("the words of") })
  }

  @Test("of a secret act the register, the receipt and the tables keep the day, and nothing of what was answered")
  func secrecy() throws {
    let sent = try fill()
    let receipt = commune.get((sent.header("Location") ?? "") + ".json").json
    let leaf = receipt["leaf"]?.asString ?? ""
    #expect(leaf.contains(#""day":"2026-11-21""#) && !leaf.contains(#""at":"#) && !leaf.contains("commitment"))
    #expect(receipt["payload"]?.isNull == true && receipt["salt"]?.asString == "")
    #expect(receipt["sent"]?.asString == "2026-11-21T00:00:00Z")
    #expect(commune.get(sent.header("Location") ?? "").body.contains("21 novembre 2026"))
    let list = commune.files().last { $0.path.hasPrefix("register/list") }.map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
    let lines = (list ?? "").split(separator: "\n").map(String.init)
    #expect(lines == lines.sorted() && lines.count == 4 + 6 + 7, "\(lines)")
    #expect(lines.allSatisfy { !$0.contains("musée") && $0.hasPrefix(#"{"salt":""#) })
  }

  @Test("supports are counted by their leaves, with and without code apart")
  func supports() throws {
    commune.post(
      "/api/v1/consultation/propose/essai",
      [("title", "Un banc au lavoir"), ("body", "Pour s’asseoir à l’ombre des tilleuls.")])
    try commune.approveAll()
    commune.post("/api/v1/consultation/support/1", [])
    try commune.importText(
      "proposals",
      [
        #"{"reference":"x1","consultation":"essai","title":"Un arbre","body":"Un tilleul de plus.""#,
        #""created":"2026-11-02T10:00","state":"published","supports_verified":3,"supports_unverified":4}"#,
      ].joined(separator: ","))
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    try commune.tamper("consultation", "UPDATE consultation_proposal SET verified_supports = verified_supports + 1")
    _ = try commune.fullBuild()
    let found = try commune.registerFindings(site: commune.folder + "/full")
    #expect(found.contains { $0.contains("consultation/proposal/1: “supports.verified” is 1, the register counts 0") })
    #expect(found.contains { $0.contains("consultation/proposal/2: “supports.verified” is 4, the register counts 3") })
  }
}
