import ParticipationKit
import ParticipationTesting
import Sealing
import Testing

@testable import ParvisCommune
@testable import ParvisHost

@Suite("A receipt proves what was sent, without the town hall")
struct RegisterReceiptTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  @Test("a receipt is found in a copy of the site, and says with what words")
  func good() throws {
    let sent = commune.write("un banc", [("email", "ana@essai.example")])
    try commune.signHead()
    let receipt = commune.receipt(sent)
    #expect(receipt["payload"]?.asString == #"{"body":["un banc"]}"#)
    #expect(try commune.findingsOfBoth(receipt: receipt) == [])
    let page = commune.get(sent.header("Location") ?? "").body
    #expect(page.contains("Prouver cet envoi") && page.contains("un banc"))
  }

  @Test("a head from the notice board and the receipt’s own path are enough: no site is needed")
  func pathAlone() throws {
    for number in 0..<5 { commune.write("mot \(number)") }
    let sent = commune.write("le mien")
    #expect(commune.receipt(sent)["inclusion"]?.isNull == true)
    try commune.signHead()
    let receipt = commune.receipt(sent)
    let inclusion = try #require(receipt["inclusion"])
    let path = try #require(inclusion["path"]?.asArray).map { try Hex.decode($0.asString ?? "") }
    let leaf = MerkleHash.leaf(Array((receipt["leaf"]?.asString ?? "").utf8))
    let head = try #require(try commune.opened.host.signHead())
    #expect(
      MerkleProof.isIncluded(
        leafHash: leaf, index: receipt["position"]?.asInteger ?? -1, size: inclusion["size"]?.asInteger ?? -1,
        path: path,
        root: head.root))
  }

  @Test("a forged receipt is told apart: other words, another leaf, a place that is not there yet")
  func forged() throws {
    let receipt = commune.receipt(commune.write("un banc"))
    let other = commune.receipt(commune.write("un arbre"))
    try commune.signHead()
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
      .object((receipt.asObject ?? []).map { ($0.name, $0.name == name ? value : $0.value) })
    }
    func says(_ receipt: JSONValue, _ words: String) throws -> Bool {
      try commune.findingsOfBoth(receipt: receipt).contains { $0.contains(words) }
    }
    #expect(try says(with("payload", #"{"body":["dix bancs"]}"#), "is not what was sent"))
    #expect(try says(with("leaf", other["leaf"] ?? .null), "is not that of the receipt"))
    #expect(try says(with("position", 99), "does not cover leaf 99 yet"))
    #expect(try says("rien", "cannot be read"))
  }

  @Test("the head of a receipt must be one of this register’s, and its path must lead there")
  func headOfReceipt() throws {
    commune.write("un arbre")
    let sent = commune.write("un banc")
    try commune.signHead()
    let receipt = commune.receipt(sent)
    #expect(try commune.findingsOfBoth(receipt: receipt) == [])
    func findings(_ name: String, _ value: JSONValue) throws -> [String] {
      let inclusion = (receipt["inclusion"]?.asObject ?? []).map { ($0.name, $0.name == name ? value : $0.value) }
      let members = (receipt.asObject ?? []).map { ($0.name, $0.name == "inclusion" ? .object(inclusion) : $0.value) }
      return try commune.findingsOfBoth(receipt: .object(members))
    }
    let stranger = try NotesCommune.make()
    let other = stranger.write("ailleurs")
    try stranger.signHead()
    let note = try #require(stranger.receipt(other)["inclusion"]?["checkpoint"])
    #expect(
      try findings("checkpoint", note).contains { $0.contains("the head of the receipt is not signed by the key") })
    #expect(try findings("root", .string(String(repeating: "00", count: 32))).contains { $0.contains("the head of") })
    #expect(
      try findings("path", .array([.string(String(repeating: "00", count: 32))])).contains { $0.contains("path") })
  }

  @Test("an erasure takes words, salt and payload away; the leaf stays and says why")
  func erased() throws {
    let sent = commune.write("mon nom est Ana")
    try commune.approveAll()
    try commune.signHead()
    let older = try commune.copySite("older")
    let host = commune.opened.host
    try host.ports.store.perform { ledgers in
      try host.seals.erase(
        Subject("notes", "note", "1"), reason: "rgpd", by: .clock,
        moment: host.moment(host.ports.now(), isSecret: false),
        in: ledgers)
    }
    try commune.tamper("notes", "DELETE FROM notes_note WHERE id = 1")
    try commune.signHead()
    _ = try commune.fullBuild()
    #expect(try commune.findingsOfBoth(site: commune.folder + "/full", older: older) == [])
    let receipt = commune.receipt(sent)
    #expect(receipt["payload"]?.isNull == true && receipt["salt"]?.asString == "")
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE salt = x''") == 3)
  }

  private func redact(_ marked: String, _ more: [(String, String)] = []) throws {
    let desk = try commune.desk(role: "councillor")
    let answer = desk.post(
      "/desk/moderation/1",
      [("decision", "redact"), ("field", "body"), ("marked", marked), ("reason", "personal-data")] + more)
    try #require(answer.status == 303)
  }

  /// What both checks say of a receipt, and what ours tells of the words.
  private func fate(_ receipt: JSONValue) throws -> (faults: [String], words: String) {
    let verdict = try Commune.verifyRegister(commune.folder + "/site", receipt: receipt.bytes)
    return (try commune.findingsOfBoth(receipt: receipt), verdict.receipt["en"] ?? "")
  }

  @Test("of a receipt that was forged nothing is told, so that nobody quotes it as published")
  func fateOfForged() throws {
    let receipt = commune.receipt(commune.write("un banc"))
    try commune.approveAll()
    try commune.signHead()
    #expect(try fate(receipt).words.contains("is published"))
    let forged = (receipt.asObject ?? []).map {
      ($0.name, $0.name == "payload" ? #"{"body":["dix bancs"]}"# : $0.value)
    }
    let (faults, told) = try fate(.object(forged))
    #expect(!faults.isEmpty && told.isEmpty, "\(told)")
  }

  @Test("a receipt says what became of the words: nothing yet, published as sent, refused with its reason")
  func fates() throws {
    let receipts = [commune.write("un banc"), commune.write("deux bancs"), commune.write("attend")].map {
      commune.receipt($0)
    }
    try commune.decide("notes", "1", approve: true)
    try commune.decide("notes", "2", approve: false)
    try commune.signHead()
    for (receipt, words) in zip(
      receipts, ["is published, by leaf 3", "reason “off-topic”", "nothing of it is published"])
    {
      let (faults, told) = try fate(receipt)
      #expect(faults == [] && told.contains(words), "\(told)")
    }
  }

  @Test("words that are published otherwise than sent are a fault, though the register’s own leaf commits to them")
  func otherWords() throws {
    let receipt = commune.receipt(commune.write("un banc"))
    try commune.tamper("notes", "UPDATE notes_note SET body = 'dix bancs' WHERE id = 1")
    try commune.decide("notes", "1", approve: true)
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [], "the copy alone cannot know what was sent")
    let (faults, told) = try fate(receipt)
    #expect(faults.contains { $0.contains("published otherwise than sent") && $0.contains("dix bancs") }, "\(faults)")
    #expect(told.contains("with other words"))
  }

  @Test("a passage that was taken out, before or after publication, is told and no fault; put back, it is as sent")
  func redacted() throws {
    let receipt = commune.receipt(commune.write("dites Jean Dupont à tous"))
    try redact("dites [[Jean Dupont]] à tous", [("publish", "true")])
    try commune.signHead()
    var told = try fate(receipt)
    #expect(told.faults == [] && told.words.contains("with other words"), "\(told)")
    let older = try commune.copySite("older")
    let administrator = try commune.desk(role: "administrator")
    for id in try commune.rows("SELECT id FROM host_decision ORDER BY id DESC").map({ try $0.int("id") }) {
      #expect(administrator.post("/desk/undo/\(id)", []).status == 303)
    }
    try commune.decide("notes", "1", approve: true)
    try redact("[[dites]] Jean Dupont à tous")
    try commune.signHead()
    told = try fate(receipt)
    #expect(told.faults == [] && told.words.contains("redacted"), "\(told)")
    let last = try commune.count("SELECT max(id) FROM host_decision")
    let copy = try commune.copySite("redacted")
    #expect(administrator.post("/desk/undo/\(last)", []).status == 303)
    try commune.signHead()
    told = try fate(receipt)
    #expect(told.faults == [] && told.words.contains("is published, by leaf"), "\(told)")
    for before in [older, copy] { #expect(try commune.findingsOfBoth(older: before) == []) }
  }
}
