import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// The town hall promises something in an official answer. Residents can prove what it said.
@Suite("An official answer is proven, and cannot be replaced in silence")
struct RegisterAnswerTests {
  let commune: TestCommune
  let desk: TestDesk

  /// A note and a comment, both answered, under a signed head.
  init() throws {
    commune = try NotesCommune.make()
    commune.write("un banc")
    try commune.approveAll()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "question"), ("body", "quand ?")])
    try commune.approveAll()
    desk = try commune.desk(role: "clerk")
    for (subject, words) in [("notes/note/1", "Oui, lundi."), ("host/comment/1", "À dix heures.")] {
      answer(subject, words)
    }
    try commune.signHead()
  }

  private func answer(_ subject: String, _ words: String) {
    desk.act("answers", "publish", key: subject, [("body", words), ("author", "La maire")])
  }

  private func built(older: String? = nil) throws -> [String] {
    _ = try commune.fullBuild()
    return try commune.findingsOfBoth(site: commune.folder + "/full", older: older)
  }

  @Test("both answers carry a proof, and the copy verifies")
  func proven() throws {
    #expect(try commune.findingsOfBoth() == [])
    let note = try JSONValue.parse(Array(try #require(commune.file("api/v1/notes/1.json")).utf8))
    #expect(note["answer"]?["proof"]?["subject"]?.asString == "host/answer/notes/note/1")
    #expect(note["answer"]?["on"]?.asString == "notes/note/1" && note["answer"]?["changed"]?.isNull == true)
    let comment = note["discussion"]?.asArray?.first
    #expect(comment?["answer"]?["proof"]?["subject"]?.asString == "host/answer/host/comment/1")
  }

  @Test("an answer that is replaced or removed without a leaf is found, in one copy alone")
  func replaced() throws {
    try commune.tamper("host", "UPDATE host_answer SET body = 'Non.' WHERE subject = 'notes/note/1'")
    #expect(try built().contains { $0.contains("the words of host/answer/notes/note/1") })
    try commune.tamper("host", "DELETE FROM host_answer WHERE subject = 'host/comment/1'")
    #expect(try built().contains { $0.contains("host/answer/host/comment/1, published by leaf") })
    try commune.tamper("host", "DELETE FROM host_proof WHERE subject = 'host/answer/notes/note/1'")
    #expect(try built().contains { $0.contains("“notes/note/1” is published and the register does not know it") })
  }

  @Test("a document that cannot be made keeps no head from being signed; its answer is proven by a later one")
  func cannotBeMade() throws {
    let answer = "host/answer/notes/note/1"
    try commune.tamper("host", "DELETE FROM host_proof WHERE subject = '\(answer)'")
    try commune.tamper("notes", "UPDATE notes_note SET headline = 'broken' WHERE id = 1")
    func proofs() throws -> Int {
      try commune.count("SELECT count(*) FROM host_proof WHERE subject = '\(answer)'")
    }
    func heads() throws -> Int { try commune.count("SELECT count(*) FROM host_head") }
    let before = try heads()
    commune.write("un arbre")
    _ = try commune.opened.host.signHead()
    #expect(try heads() == before + 1 && proofs() == 0)
    try commune.tamper("notes", "UPDATE notes_note SET headline = '' WHERE id = 1")
    _ = try commune.opened.host.signHead()
    #expect(try proofs() == 1)
  }

  @Test("a revised answer is a leaf of its own, says since when, and beside an older copy nothing is wrong")
  func revised() throws {
    let older = try commune.copySite("older")
    commune.now = commune.now.adding(seconds: 600)
    answer("notes/note/1", "Oui, mardi.")
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: older) == [])
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE leaf LIKE '%\"what\":\"revised\"%'") == 1)
    let page = try #require(commune.file("notes/1.html"))
    #expect(page.contains("Oui, mardi.") && page.contains("modifiée le"))
  }

  @Test("whoever holds the key cannot change an answer by one more approval, nor a resident’s words by a revision")
  func keyHolder() throws {
    let older = try commune.copySite("older")
    let host = commune.opened.host
    func show(_ subject: Subject, _ what: String, _ words: [(String, JSONValue)]) throws {
      try host.ports.store.perform { ledgers in
        try host.seals.show(
          subject, what: what, words: words, moment: host.moment(host.ports.now(), isSecret: false), in: ledgers)
      }
    }
    try show(
      Subject("host", "answer", "notes/note/1"), "approved",
      OfficialAnswer.words(on: "notes/note/1", author: "La maire", source: "Non."))
    try commune.tamper("host", "UPDATE host_answer SET body = 'Non.' WHERE subject = 'notes/note/1'")
    try commune.signHead()
    #expect(try built() == [])
    #expect(
      try built(older: older).contains { $0.contains("host/answer/notes/note/1 was changed without a decision") })
    try show(Subject("notes", "note", "1"), "revised", [("body", "dix bancs")])
    try commune.tamper("notes", "UPDATE notes_note SET body = 'dix bancs' WHERE id = 1")
    try commune.signHead()
    #expect(try built().contains { $0.contains("notes/note/1 was revised, and it is no official answer") })
  }

  @Test("an answer goes with what it answers, by that one’s decision, and comes back with it")
  func hidden() throws {
    let older = try commune.copySite("older")
    try commune.decide("notes", "1", approve: false)
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: older) == [])
    #expect(commune.file("api/v1/notes/1.json") == nil)
    try commune.decide("notes", "1", approve: true)
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: older) == [])
    #expect(commune.file("notes/1.html")?.contains("Oui, lundi.") == true)
  }

  @Test("what was answered before it was public, or before the register knew of answers, is proven with the next head")
  func later() throws {
    commune.write("un arbre")
    answer("notes/note/2", "Volontiers.")
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
    try commune.decide("notes", "2", approve: true)
    try commune.tamper(
      "host", "INSERT INTO host_answer(subject, author, body, published_at) VALUES('notes/topic/none', 'x', 'y', 0)")
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
    #expect(commune.file("api/v1/notes/2.json")?.contains("host/answer/notes/note/2") == true)
    #expect(try commune.count("SELECT count(*) FROM host_proof WHERE subject LIKE 'host/answer/%'") == 3)
  }
}
