import ParticipationKit
import ParticipationTesting
@testable import ParvisCommune
@testable import ParvisHost
import Testing

@Suite("Erasing at the counter")
struct CounterErasureTests {
  static let password = "a long password here"

  private func clerk(_ commune: TestCommune) throws -> TestDesk {
    let desk = try commune.desk(role: "clerk")
    let hash = try commune.opened.host.ports.sealing.hashPassword(Self.password)
    try commune.opened.host.ports.store.perform { ledgers in
      _ = try ledgers("host").execute("UPDATE host_person SET password = ?", [.text(hash)])
    }
    return desk
  }

  @Test("the number of a receipt opens and erases nothing; its code does, and who did it is known")
  func number() throws {
    let commune = try NotesCommune.make()
    commune.write("MARKnote words")
    let desk = try clerk(commune)
    for typed in ["00001", "1", "#00001", "0-" + String(repeating: "0", count: 32), "1-", "receipt/"] {
      for step in ["find", "export", "erase"] {
        let answer = desk.post("/desk/data/\(step)", [("who", typed), ("password", Self.password)])
        #expect(answer.status == 422 && !answer.body.contains("MARKnote"), "\(typed) \(step)")
      }
    }
    #expect(try commune.count("SELECT count(*) FROM host_erasure") == 0)
    let code = "0-\(commune.opened.host.receiptTokenForTest(0))"
    #expect(desk.post("/desk/data/find", [("who", code)]).body.contains("MARKnote"))
    #expect(desk.post("/desk/data/erase", [("who", code), ("password", Self.password)]).status == 200)
    let row = try #require(
      try commune.rows(
        """
        SELECT a.person, e.position, r.salt, r.leaf FROM host_erasure e JOIN host_data_access a USING(position)
        JOIN host_register r USING(position)
        """
      ).first)
    let person = try row.int("person")
    let payload = "erased\u{0}counter\u{0}\(person)"
    let commitment = commune.opened.host.ports.sealing.sha256(try row.blob("salt") + Array(payload.utf8))
    #expect(try row.text("leaf").contains(commitment.map { TestCommune.hex($0) }.joined()))
    let acts = try commune.rows("SELECT act FROM host_data_access ORDER BY position").map { try $0.text("act") }
    #expect(acts == ["find", "erase"])
    let screen = desk.get("/desk/data").body
    #expect(screen.contains("Qui a cherché") && screen.contains("Test clerk") && !screen.contains("MARKnote"))
  }

  @Test("a link that was mailed opens at the counter too; the title holds no secret")
  func mailed() throws {
    let commune = try NotesCommune.make()
    commune.write("MARKnote words", [("email", "mark@essai.example")])
    commune.post("/me/data", [("email", "mark@essai.example")])
    let desk = try clerk(commune)
    #expect(!desk.get("/desk/data").body.contains("me/data/"), "a list that shows no link")
    let page = desk.post("/desk/data/link", [("link", "1")]).body
    let token = try #require(page.split(separator: "/me/data/").last?.prefix { $0 != "<" })
    let link = "https://essai.example/me/data/\(token)"
    #expect(token.utf8.count == 64)
    #expect(try commune.filesInData(holding: String(token)).isEmpty, "no link lies in the database")
    #expect(try commune.count("SELECT count(*) FROM host_data_access WHERE act = 'link'") == 1)
    #expect(desk.post("/desk/counter/link", [("link", "1")]).status == 410, "not by the door for acts")
    let answer = desk.post("/desk/data/find", [("who", link)])
    #expect(answer.status == 200 && answer.body.contains("MARKnote words"))
    #expect(answer.body.contains("<h1>Données de mark@essai.example</h1>"))
  }

  @Test("the author is told by mail, without the words, and the address goes with that message")
  func told() throws {
    let commune = try NotesCommune.mailing()
    commune.write("MARKnote words", [("email", "mark@essai.example")])
    try commune.sendMail()
    let desk = try clerk(commune)
    let position = try commune.count("SELECT max(receipt) FROM host_moderation")
    let code = "\(position)-\(commune.opened.host.receiptTokenForTest(position))"
    #expect(desk.post("/desk/data/erase", [("who", code), ("password", Self.password)]).status == 200)
    let mails = try commune.sendMail()
    #expect(mails.count == 1 && mails.first?.to == "mark@essai.example")
    #expect(mails.first?.text.contains("effacé") == true && mails.first?.text.contains("MARKnote") == false)
    try commune.work()
    #expect(try commune.filesInData(holding: "mark@essai").isEmpty)
    // Who erases with the own link knows it, and gets no mail about it.
    commune.write("autre mot", [("email", "own@essai.example")])
    try commune.sendMail()
    let own = try commune.count("SELECT max(receipt) FROM host_moderation")
    commune.post("/me/data/r-\(own)-\(commune.opened.host.receiptTokenForTest(own))", [("step", "erase")])
    #expect(try commune.sendMail().isEmpty)
  }
}

extension TestCommune {
  static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
