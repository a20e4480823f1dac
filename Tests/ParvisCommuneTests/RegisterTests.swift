import ParticipationKit
import ParticipationTesting
import ParvisHost
import Testing

@testable import ParvisCommune

@Suite("The register")
struct RegisterTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  @Test(
    "each accepted act, decision, account and import appends one leaf, an answer one for its words too; refused, none")
  func oneLeafEach() throws {
    commune.write("un")
    commune.write("")
    commune.write("fail")
    try commune.approveAll()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "oui")])
    let desk = try commune.desk(role: "clerk")
    desk.act("answers", "publish", key: "notes/note/1", [("body", "Bien."), ("author", "La mairie")])
    desk.act("answers", "publish", key: "notes/note/1", [("body", ""), ("author", "La mairie")])
    _ = try commune.opened.people.add(
      email: "a@essai.example", name: "Ana", role: "agent", password: "une phrase assez longue", locale: "fr")
    try commune.importText("notes", "a;texte\nb;texte\n")
    try commune.importText("notes", "a;texte\nb;texte\n")
    let kinds = try commune.rows("SELECT kind FROM host_register ORDER BY position").map { try $0.text("kind") }
    #expect(kinds == ["act", "decision", "act", "decision", "act", "account", "import"])
  }

  @Test("positions have no gap, and each stored hash is SHA-256 of a zero byte and the leaf (RFC 6962)")
  func hashesVerify() throws {
    for number in 1...5 { commune.write("mot \(number)") }
    try commune.approveAll()
    let rows = try commune.rows("SELECT position, leaf, hash FROM host_register ORDER BY position")
    #expect(rows.count == 10)
    for (index, row) in rows.enumerated() {
      #expect(try row.int("position") == index)
      let leaf = Array(try row.text("leaf").utf8)
      #expect(try row.blob("hash") == Wiring.sealing.sha256([0] + leaf))
      #expect(try JSONValue.parse(leaf)["position"]?.asInteger == index)
    }
  }

  @Test("a leaf says nothing of the words, and the author can prove them with the salt of the receipt")
  func commitment() throws {
    let sent = commune.write("mots SECRETS", [("email", "ana@essai.example")])
    let receipt = commune.receipt(sent)
    let leaf = try #require(receipt["leaf"]?.asString)
    #expect(!leaf.contains("SECRET") && !leaf.contains("ana@"))
    let salt = try #require(receipt["salt"]?.asString).utf8
    let digits = salt.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
    let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    let payload = Array(#"{"body":["mots SECRETS"]}"#.utf8)
    #expect(receipt["payload"]?.asString == String(decoding: payload, as: UTF8.self))
    let commitment = Wiring.sealing.sha256(bytes + payload).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    #expect(try JSONValue.parse(Array(leaf.utf8))["commitment"]?.asString == commitment.joined())
  }

  @Test("when an effect fails, nothing of its act is kept: no row, no case, no leaf, no receipt, no mark")
  func allOrNothing() throws {
    try commune.publish()
    for body in ["fail", "trespass"] {
      #expect(commune.write(body).status == 500)
      #expect(try commune.count("SELECT count(*) FROM notes_note", in: "notes") == 0)
      for table in ["host_moderation", "host_register", "host_receipt", "host_repeat"] {
        #expect(try commune.count("SELECT count(*) FROM \(table)") == 0)
      }
      #expect(try commune.count("SELECT count(*) FROM publication_queue", in: "publication") == 0)
    }
    #expect(commune.write("bon").status == 303)
  }
}
