import ParticipationKit
import ParticipationTesting
@testable import ParvisCommune
import ParvisHost
import Testing

@Suite("See, save and erase one’s own data")
struct PersonalRightsTests {
  static let email = "MARKmail@essai.example"

  /// A commune with a published note and a published comment of one person, and a note of somebody else.
  private func commune() throws -> (commune: TestCommune, comment: TestCommune.Answer) {
    let commune = try NotesCommune.make()
    commune.write("MARKnote words", [("email", Self.email.lowercased())])
    commune.write("somebody else", [("email", "other@essai.example")])
    try commune.approveAll()
    let comment = commune.post(
      "/api/v1/comments/add/notes/note/2", [("kind", "comment"), ("body", "MARKcomment words"), ("author", "MARKname")])
    try commune.approveAll()
    try commune.work()
    #expect(!commune.filesHolding("MARKnote").isEmpty && !commune.filesHolding("MARKname").isEmpty)
    return (commune, comment)
  }

  /// The path of the last personal link, from the message as it waits to be sent.
  private func link(_ commune: TestCommune) throws -> String {
    try commune.opened.host.lastHeldLink()
  }

  @Test("an erasure by the mailed link removes the words from pages, files, search, database bytes and a backup")
  func eraseEverywhere() throws {
    let (commune, _) = try commune()
    #expect(commune.post("/me/data", [("email", Self.email)]).status == 202)
    let path = try link(commune)
    #expect(commune.get(path).body.contains("MARKnote words"))
    #expect(!commune.get(path).body.contains("{&quot;"), "people read lists, not JSON")
    #expect(commune.post(path, [("step", "ask-erase")]).status == 200)
    #expect(commune.get(path).body.contains("MARKnote words"), "asking whether to erase must not erase")
    #expect(commune.post(path, [("step", "erase")]).status == 200)
    try commune.work()
    for file in commune.files() + (try commune.fullBuild()) {
      #expect(!file.bytes.holds("MARKnote"), "\(file.path)")
      #expect(!file.bytes.holds("markmail"), "\(file.path)")
    }
    #expect(try commune.filesInData(holding: "MARKnote").isEmpty)
    #expect(try commune.filesInData(holding: "markmail").isEmpty)
    try commune.opened.backup(to: commune.folder + "/data/backup.sqlite")
    let backup = try Files.read(commune.folder + "/data/backup.sqlite") ?? []
    #expect(!backup.isEmpty && !backup.holds("MARKnote"))
    #expect(commune.get(path).status == 410, "the link leads to an address that is erased")
    #expect(commune.file("notes/1.html")?.contains("effacé le") == true, "the place stays and says so")
    #expect(!commune.filesHolding("somebody else").isEmpty)
  }

  @Test("the holder of a receipt erases that one text; a gap with its date stays, and the leaf of the act too")
  func eraseByReceipt() throws {
    let (commune, comment) = try commune()
    let leaves = try commune.count("SELECT count(*) FROM host_register")
    let name = String((comment.header("Location") ?? "").dropFirst("/receipt/".count))
    let path = "/me/data/r-\(name)"
    #expect(commune.get("/receipt/\(name)").body.contains("me/data/r-\(name)"))
    #expect(commune.get(path).body.contains("MARKcomment words"))
    commune.post(path, [("step", "erase"), ("record", "host/comment/1")])
    try commune.work()
    #expect(commune.filesHolding("MARKcomment").isEmpty && commune.filesHolding("MARKname").isEmpty)
    #expect(try commune.filesInData(holding: "MARKcomment").isEmpty)
    #expect(try commune.filesInData(holding: "MARKname").isEmpty)
    #expect(commune.file("notes/2.html")?.contains("Texte effacé le") == true)
    #expect(!commune.filesHolding("MARKnote").isEmpty, "another's text is not touched")
    #expect(try commune.count("SELECT count(*) FROM host_register") == leaves + 1)
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE leaf LIKE '%\"what\":\"erased\"%'") == 1)
    #expect(commune.get("/receipt/\(name)").body.contains("effacé le"))
  }

  @Test("an address that was left with a text is shown masked by its receipt, and goes with the text")
  func addressByReceipt() throws {
    let commune = try NotesCommune.mailing()
    let comment = { (body: String) in
      commune.post(
        "/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", body), ("email", "ana@essai.example")])
    }
    let rows = "SELECT count(*) FROM host_mail_address WHERE email LIKE 'ana@%'"
    let data = { (sent: TestCommune.Answer) in
      "/me/data/r-" + (sent.header("Location") ?? "").dropFirst("/receipt/".count)
    }
    let (first, second) = (comment("un"), comment("deux"))
    let mailed = try #require(try commune.sendMail().first?.links.last { $0.contains("/me/data/m-") })
    #expect(commune.get(TestCommune.path(mailed)).status == 200)
    let page = commune.get(data(first)).body
    #expect(page.contains("a…@essai.example") && !page.contains("ana@essai.example"))
    let json = commune.post(data(first), [("step", "export")])
    #expect(json.json["host"]?["address"]?.asArray?.first?["masked_email"]?.asString == "a…@essai.example")
    #expect(!json.body.contains("ana@essai.example"))
    #expect(commune.post(data(first), [("step", "erase")]).status == 200)
    #expect(try commune.count(rows) == 1, "the other text still needs it")
    #expect(commune.post(data(second), [("step", "erase")]).status == 200)
    #expect(try commune.count(rows) == 0)
    #expect(commune.get(TestCommune.path(mailed)).status == 410)
    let receipt = commune.get(second.header("Location") ?? "").body
    #expect(!receipt.contains("Avec ces trois textes") && receipt.contains("il ne reste que la ligne du registre"))
    try commune.work()
    #expect(try commune.filesInData(holding: "ana@essai.example").isEmpty)
  }

  @Test("what is held is told in words: titles, kinds of messages and their subjects, never names of machines")
  func words() throws {
    let commune = try NotesCommune.mailing()
    try commune.follow("ana@essai.example", "notes/note/1", "now")
    commune.post(
      "/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "un"), ("email", "ana@essai.example")])
    let mail = try commune.sendMail().first
    let link = try #require(mail?.links.last { $0.contains("/me/data/m-") })
    let page = commune.get(TestCommune.path(link)).body
    #expect(page.contains("<dd>Accusé de réception</dd>") && page.contains("<dt>Objet</dt>"))
    #expect(!page.contains("<dd>receipt</dd>") && !page.contains(">notes/note/1<"))
    #expect(!page.contains("privacy."), "a word is missing")
  }

  @Test("looking never acts; a link of another, an old one and a forged one show and do nothing")
  func refused() throws {
    let (commune, comment) = try commune()
    commune.post("/me/data", [("email", Self.email)])
    let path = try link(commune)
    for forged in [path.dropLast() + "0", "/me/data/" + String(repeating: "a", count: 64), "/me/data/r-0-00"] {
      let text = String(forged)
      guard text != path else { continue }
      for answer in [
        commune.get(text), commune.post(text, [("step", "export")]), commune.post(text, [("step", "erase")]),
      ] {
        #expect(answer.status == 410)
        #expect(!answer.body.contains("MARK"))
      }
    }
    // A receipt's own secret does not open another receipt.
    let token = String((comment.header("Location") ?? "").split(separator: "-").last ?? "")
    #expect(commune.get("/me/data/r-0-\(token)").status == 410)
    commune.now = commune.now.adding(seconds: 49 * 3600)
    #expect(commune.get(path).status == 410)
    #expect(commune.post(path, [("step", "erase")]).status == 410)
    #expect(try commune.count("SELECT count(*) FROM notes_note WHERE body LIKE 'MARK%'", in: "notes") == 1)
  }

  @Test("asking gives the same bytes for a known and an unknown address, and a link is sent in both cases")
  func sameAnswer() throws {
    let (commune, _) = try commune()
    let known = commune.post("/me/data", [("email", Self.email)])
    let unknown = commune.post("/me/data", [("email", "nobody@essai.example")])
    #expect(known.status == 202 && known.status == unknown.status && known.body == unknown.body)
    #expect(try commune.count("SELECT count(*) FROM host_held_message") == 2)
    for _ in 0..<4 { #expect(commune.post("/me/data", [("email", Self.email)]).body == known.body) }
    #expect(
      try commune.count("SELECT count(*) FROM host_held_message WHERE address = 'markmail@essai.example'") == 3,
      "nobody’s mailbox is filled by others")
  }

  @Test("the export holds the person’s words and nobody else’s, leaves a leaf, and says nothing of whose it was")
  func export() throws {
    let (commune, _) = try commune()
    commune.post("/me/data", [("email", Self.email)])
    let answer = commune.post(try link(commune), [("step", "export")])
    #expect(answer.json["modules"]?["notes"]?.asArray?.first?["body"]?.asString == "MARKnote words")
    #expect(!answer.body.contains("somebody else") && !answer.body.contains("other@"))
    let leaf = try commune.rows("SELECT leaf FROM host_register WHERE kind = 'export'").first?.text("leaf") ?? ""
    #expect(!leaf.isEmpty && !leaf.lowercased().contains("mark"))
  }

  @Test("at the counter, data is found by address or receipt, and given out or erased only after the password")
  func counter() throws {
    let (commune, _) = try commune()
    let desk = try commune.desk(role: "clerk")
    #expect(desk.post("/desk/data/find", [("who", Self.email)]).body.contains("MARKnote words"))
    let code = "0-\(commune.opened.host.receiptTokenForTest(0))"
    for typed in [code, "https://essai.example/receipt/\(code)", code.uppercased()] {
      #expect(desk.post("/desk/data/find", [("who", typed)]).body.contains("MARKnote words"), "\(typed)")
    }
    #expect(desk.post("/desk/data/find", [("who", "nobody at all")]).status == 422)
    let refused = desk.post("/desk/data/erase", [("who", Self.email), ("password", "wrong")])
    #expect(refused.status == 422)
    #expect(try commune.count("SELECT count(*) FROM host_erasure") == 0)
    #expect(desk.post("/desk/data/export", [("who", Self.email)]).status == 422)
    #expect(desk.get("/desk/data").body.contains("1095") == false && desk.get("/desk/data").body.contains("365"))
    for role in ["agent", "councillor"] {
      let other = try commune.desk(role: role)
      #expect(other.get("/desk/data").status == 403)
      #expect(other.post("/desk/data/find", [("who", Self.email)]).status == 403)
    }
  }

  @Test("the record of processing names every module, every period and what each module says of itself")
  func record() throws {
    let commune = try NotesCommune.make(configuration: "data_officer: dpo@essai.example")
    let text = try commune.exportText("processing-record")
    #expect(text.contains("Petits mots") && text.contains("Une adresse, jamais publiée."))
    #expect(text.contains("dpo@essai.example") && text.contains("article 6, 1, e"))
    for line in commune.opened.host.privacyStatement.lines {
      #expect(text.contains(line.titles["fr"] ?? "?") && text.contains("\(line.days) jours"))
    }
    let desk = try commune.desk(role: "clerk")
    #expect(desk.get("/desk/data/record").body.contains("dpo@essai.example"))
    #expect(desk.get("/desk/data/record.md").header("Content-Type")?.contains("markdown") == true)
  }
}
