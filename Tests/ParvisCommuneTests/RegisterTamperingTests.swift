import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// Somebody with the database in hand changes the past. What residents can prove with two copies of the site.
@Suite("Whoever changes the database by hand is found out, offline")
struct RegisterTamperingTests {
  let commune: TestCommune

  /// Three notes, one refused, one with a comment and two cheers; all under a signed head, and a copy of the site kept.
  init() throws {
    commune = try NotesCommune.threeNotes()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "d’accord")])
    try commune.approveAll()
    for code in ["a", "b"] { commune.post("/api/v1/notes/cheer/1", [("code", code)]) }
    try commune.signHead()
  }

  /// What a check of a whole new site says, alone and beside the older copy.
  private func check(older: String) throws -> (alone: [String], both: [String]) {
    _ = try commune.fullBuild()
    let site = commune.folder + "/full"
    return (try commune.findingsOfBoth(site: site), try commune.findingsOfBoth(site: site, older: older))
  }

  @Test("an honest commune has nothing to fear: new acts, decisions and heads leave nothing to find")
  func honest() throws {
    #expect(try commune.findingsOfBoth() == [])
    let older = try commune.copySite("older")
    commune.write("quatrième")
    try commune.approveAll()
    try commune.decide("notes", "2", approve: false)
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: older) == [])
    #expect(commune.file("api/v1/notes/2.json") == nil)
  }

  @Test("what no head covers yet is named as not proven, and must be what the next copy’s register says")
  func waiting() throws {
    try commune.publishNote("quatrième")
    let older = try commune.copySite("older")
    let found = try commune.findingsOfBoth(site: older)
    #expect(found.count == 1 && found[0].contains("notes/note/4 waits for a signed head"), "\(found)")
    #expect(try Commune.verifyRegister(older, allowsWaiting: true).isGood)
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: older) == [])
    let path = older + "/api/v1/notes/4.json"
    let text = String(decoding: try Files.read(path) ?? [], as: UTF8.self)
    let position = try #require(try JSONValue.parse(Array(text.utf8))["proof"]?["position"]?.asInteger)
    let halves = text.split(separator: "\"position\":\(position)", maxSplits: 1)
    try TestFiles.replace(path, Array(halves.joined(separator: "\"position\":1000000000").utf8))
    #expect(try commune.findingsOfBoth(older: older).contains { $0.contains("waited for leaf 1000000000") })
  }

  @Test("whoever holds the key cannot change words by one more approval: the older copy shows both texts")
  func rewritten() throws {
    let older = try commune.copySite("older")
    let host = commune.opened.host
    try host.ports.store.perform { ledgers in
      try host.seals.show(
        Subject("notes", "note", "1"), words: [("body", "autre chose")],
        moment: host.moment(host.ports.now(), isSecret: false), in: ledgers)
    }
    try commune.tamper("notes", "UPDATE notes_note SET body = 'autre chose' WHERE id = 1")
    try commune.signHead()
    let found = try check(older: older)
    #expect(found.alone == [])
    #expect(
      found.both.contains {
        $0.contains("notes/note/1 was changed without a decision") && $0.contains("premier") && $0.contains("autre")
      }, "\(found.both)")
  }

  @Test("an erasure that somebody asked for leaves a site that verifies, alone and beside the older copy")
  func erasedOnDemand() throws {
    commune.write("à effacer", [("email", "moi@essai.example")])
    let sent = commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "à effacer aussi")])
    try commune.approveAll()
    try commune.signHead()
    let older = try commune.copySite("older")
    let receipt = String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
    #expect(commune.post("/me/data/r-\(receipt)", [("step", "erase")]).status == 200)
    _ = try commune.opened.host.rights.erase(
      .email("moi@essai.example"), actor: Retention.actor, reason: "person", locale: "fr")
    try commune.work()
    #expect(commune.filesHolding("à effacer").isEmpty)
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: older) == [])
    #expect(try commune.count("SELECT count(*) FROM host_proof WHERE subject = 'host/comment/2'") == 0)
  }

  @Test("a published record whose row was removed is named, with the leaf that published it")
  func rowRemoved() throws {
    let older = try commune.copySite("older")
    try commune.tamper("notes", "DELETE FROM notes_note WHERE id = 2")
    let found = try check(older: older)
    #expect(found.alone.count == 1)
    #expect(found.alone[0].contains("notes/note/2, published by leaf 4 (approved), is nowhere"))
    #expect(found.both.contains { $0.contains("notes/note/2 was published in the older copy and disappeared") })
  }

  @Test("a record that is hidden by changing its state, without a decision, is named too")
  func stateChanged() throws {
    let older = try commune.copySite("older")
    try commune.tamper("notes", "UPDATE notes_note SET publication = 'withheld' WHERE id = 2")
    let found = try check(older: older)
    #expect(found.alone.contains { $0.contains("notes/note/2, published by leaf 4") })
  }

  @Test("a word changed in a note or in a comment is found, with file, record and leaf")
  func textChanged() throws {
    let older = try commune.copySite("older")
    try commune.tamper("notes", "UPDATE notes_note SET body = 'autre chose' WHERE id = 1")
    try commune.tamper("host", "UPDATE host_comment SET body = 'pas d’accord'")
    let found = try check(older: older).alone
    #expect(found.count == 2)
    #expect(
      found.contains { $0.contains("api/v1/notes/1.json: the words of notes/note/1 (body) are not those that leaf 3") })
    #expect(found.contains { $0.contains("the words of host/comment/1 (on, kind, author, quote, markdown)") })
  }

  @Test("a comment moved to another note is found: the leaf says what it was about")
  func commentMoved() throws {
    let older = try commune.copySite("older")
    try commune.tamper("host", "UPDATE host_comment SET subject = 'notes/note/2'")
    #expect(try check(older: older).alone.contains { $0.contains("the words of host/comment/1") })
  }

  @Test("a removed leaf is named by its place, and the older copy says what it was")
  func leafRemoved() throws {
    let older = try commune.copySite("older")
    try commune.tamper("host", "DELETE FROM host_register WHERE position = 5")
    let found = try check(older: older)
    #expect(found.alone.contains { $0.contains("leaf 5 is missing") })
    #expect(found.both.contains { $0.contains("leaf 5 (decision refused notes/note/3) of the older copy is missing") })
    commune.write("après")
    #expect(throws: (any Error).self) { try commune.signHead() }
  }

  @Test("a changed leaf is found by its own tile, and with its hash changed too by the signed head and the older copy")
  func leafChanged() throws {
    let older = try commune.copySite("older")
    try commune.tamper(
      "host", "UPDATE host_register SET leaf = replace(leaf, 'off-topic', 'insult') WHERE position = 5")
    #expect(try check(older: older).alone.contains { $0.contains("leaf 5 does not have the hash") })
    let leaf = try #require(try commune.rows("SELECT leaf FROM host_register WHERE position = 5").first?.text("leaf"))
    let hash = Wiring.sealing.leafHash(Array(leaf.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    try commune.tamper("host", "UPDATE host_register SET hash = x'\(hash)' WHERE position = 5")
    let found = try check(older: older)
    #expect(found.alone.contains { $0.contains("the signed head over") })
    #expect(found.both.contains { $0.contains("leaf 5 (decision refused notes/note/3) of the older copy was changed") })
  }

  @Test("a whole past that is written anew and signed anew is found by whoever kept a copy")
  func pastRewritten() throws {
    let older = try commune.copySite("older")
    try commune.tamper(
      "host", "UPDATE host_register SET leaf = replace(leaf, 'off-topic', 'insult') WHERE position = 5")
    let leaf = try #require(try commune.rows("SELECT leaf FROM host_register WHERE position = 5").first?.text("leaf"))
    let hash = Wiring.sealing.leafHash(Array(leaf.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    try commune.tamper("host", "UPDATE host_register SET hash = x'\(hash)' WHERE position = 5")
    // The published count of decisions by reason has to follow, or the new leaves would not agree with it.
    try commune.tamper("host", "UPDATE host_decision_count SET reason = 'insult' WHERE reason = 'off-topic'")
    try commune.tamper("host", "DELETE FROM host_head")
    try commune.signHead()
    let found = try check(older: older)
    #expect(found.alone == [])
    #expect(found.both.contains { $0.contains("the past has changed") })
    #expect(found.both.contains { $0.contains("leaf 5 (decision refused notes/note/3)") })
  }

  @Test("a changed count is found, up or down, with what the register counts")
  func countChanged() throws {
    let older = try commune.copySite("older")
    try commune.tamper("notes", "UPDATE notes_note SET cheers = 200 WHERE id = 1")
    try commune.tamper("notes", "UPDATE notes_note SET cheers = 1 WHERE id = 2")
    let found = try check(older: older).alone
    #expect(found.contains { $0.contains("notes/note/1: “cheers” is 200, the register counts 2") })
    #expect(found.contains { $0.contains("notes/note/2: “cheers” is 1, the register counts 0") })
  }

  @Test("a record published without a decision is found: inserted by hand, or a refused one shown")
  func stuffed() throws {
    let older = try commune.copySite("older")
    try commune.tamper(
      "notes",
      """
      INSERT INTO notes_note(body, email, headline, updated_at, publication, published_number, published_at)
      VALUES('inventé', '', '', 0, 'published', 90, 0)
      """)
    try commune.tamper(
      "notes", "UPDATE notes_note SET publication = 'published', published_number = 91, published_at = 0 WHERE id = 3")
    let found = try check(older: older).alone
    #expect(found.contains { $0.contains("“notes/note/4” is published and the register does not know it") })
    #expect(found.contains { $0.contains("“notes/note/3” is published and the register does not know it") })
  }

  @Test("words that are said to be erased without a leaf that erases them are found: new ones, and published ones")
  func erasedWithoutLeaf() throws {
    let older = try commune.copySite("older")
    try commune.tamper(
      "notes",
      """
      INSERT INTO notes_note(body, email, headline, updated_at, publication, published_number, published_at)
      VALUES('inventé', '', '', 0, 'published', 90, 0)
      """)
    try commune.tamper("notes", "UPDATE notes_note SET body = '' WHERE id = 2")
    try commune.tamper("host", "UPDATE host_comment SET body = ''")
    try commune.tamper("host", "DELETE FROM host_proof WHERE subject <> 'notes/note/1'")
    for subject in ["notes/note/2", "notes/note/4", "host/comment/1"] {
      try commune.tamper(
        "host", "INSERT INTO host_erasure(subject, at, reason, position) VALUES('\(subject)', 0, 'person', 5)")
    }
    let found = try check(older: older).alone
    for subject in ["notes/note/2", "notes/note/4", "host/comment/1"] {
      #expect(found.contains { $0.contains("\(subject) is said to be erased, and leaf 5 of the register does not") })
    }
    #expect(commune.files().contains { $0.path == "api/v1/notes/1.json" })
  }

  @Test("a decision removed from the register with its record is found by the older copy")
  func decisionRemoved() throws {
    try commune.decide("notes", "2", approve: false)
    try commune.signHead()
    let older = try commune.copySite("older")
    let size = try commune.count("SELECT max(position) FROM host_register")
    try commune.tamper("host", "DELETE FROM host_register WHERE position = \(size)")
    try commune.tamper("host", "DELETE FROM host_head WHERE size > \(size)")
    let found = try check(older: older)
    #expect(found.both.contains { $0.contains("the older copy covers \(size + 1) leaves, this one \(size)") })
    #expect(
      found.both.contains { $0.contains("leaf \(size) (decision withdrawn notes/note/2) of the older copy is missing") }
    )
  }

  @Test("a signature of another key, a cut bundle and a missing tile are named")
  func filesChanged() throws {
    let copy = try commune.copySite("copy")
    let note = try #require(commune.file("register/checkpoint"))
    func findings(_ path: String, _ bytes: [UInt8]?) throws -> [String] {
      let name = path.replacingSlashes
      let copy = try commune.copySite(name)
      try TestFiles.replace(copy + "/" + path, bytes)
      return try commune.findingsOfBoth(site: copy)
    }
    #expect(try commune.findingsOfBoth(site: copy) == [])
    var forged = Array(note.utf8)
    forged[forged.count - 20] ^= 1
    #expect(try findings("register/checkpoint", forged).contains { $0.contains("not signed by the key") })
    let size = try commune.count("SELECT max(size) FROM host_head")
    let bundle = "register/tile/entries/000.p/\(size)"
    let bytes = try #require(commune.files().first { $0.path == bundle }?.bytes)
    #expect(try findings(bundle, Array(bytes.dropLast(9))).contains { $0.contains("the file is cut") })
    #expect(try findings("register/tile/0/000.p/\(size)", nil).contains { $0.contains("the file is missing") })
    #expect(try findings("register/key.txt", nil).contains { $0.contains("the register is missing") })
  }
}

extension String {
  fileprivate var replacingSlashes: String {
    "c-" + String(decoding: utf8.map { $0 == 0x2F ? 0x2D : $0 }, as: UTF8.self)
  }
}
