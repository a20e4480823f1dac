import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

/// Short ways around letters, for the tests of this target.
extension TestCommune {
  /// Makes a batch of letters and gives its id and the codes as printed.
  func letters(_ count: Int, kind: String = "person", until: String = "2027-12-31") throws -> (
    id: String, codes: [String]
  ) {
    let clerk = try desk(role: "clerk")
    let made = clerk.post(
      "/desk/letters/make", [("label", "Bourg"), ("count", String(count)), ("kind", kind), ("until", until)])
    let path = made.header("Location") ?? ""
    return (String(path.split(separator: "/").last ?? ""), TestCommune.codes(in: clerk.get(path).body))
  }

  /// The codes that a page of letters shows.
  static func codes(in page: String) -> [String] {
    page.components("class=\"code big\">").dropFirst().map { String($0.prefix { $0 != "<" }) }
  }

  /// Sends a public act.
  func act(_ name: String, key: String = "", _ fields: [(String, String)], headers: [(String, String)] = []) -> Answer {
    let body = fields.contains { $0.0 == "body" } ? [] : [("body", "mots")]
    return post(
      "/api/v1/notes/\(name)" + (key.isEmpty ? "" : "/" + key), body + fields, headers: headers)
  }

  /// What the last act was told of its participant.
  func lastHeadline() throws -> String {
    try rows("SELECT headline FROM notes_note ORDER BY id DESC LIMIT 1", in: "notes").first?.text("headline") ?? ""
  }

  func notes() throws -> Int { try count("SELECT count(*) FROM notes_note", in: "notes") }
}

@Suite("Letter codes: made, printed, used, lost, made again, revoked")
struct LetterCodeTests {
  @Test("what people type of a printed code is read, and what cannot be a code is refused")
  func typing() {
    for typed in ["k7mq2rtd94hx", " K7MQ 2RTD 94HX ", "K7MQ–2RTD–94HX", "k7mq.2rtd.94hx", "K7MQ\u{A0}2RTD\u{202F}94HX"]
    {
      #expect(CodeSymbols.read(typed, count: 12) == "K7MQ2RTD94HX", "\(typed)")
    }
    for typed in [
      "", "K7MQ-2RTD-94H", "K7MQ-2RTD-94HXX", "K7MQ-2RTD-94H0", "K7MQ-2RTD-94HO", "K7MQ-2RTD-94H1", "K7MQ-2RTD-94HI",
      "K7MQ-2RTD-94Hé", "K7MQ-2RTD-94H\u{301}X", "K7MQ/2RTD/94HX", String(repeating: "A", count: 5000),
    ] {
      #expect(CodeSymbols.read(typed, count: 12) == nil, "\(typed)")
    }
    #expect(Set(CodeSymbols.alphabet).count == 32)
    #expect(!CodeSymbols.alphabet.contains { "0O1I".utf8.contains($0) })
    #expect(CodeSymbols.printed("K7MQ2RTD94HX") == "K7MQ-2RTD-94HX")
  }

  @Test("letters show codes, a QR and plain words in both languages; the database and the site hold no code")
  func letters() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    let leaves = try commune.count("SELECT count(*) FROM host_register")
    let (id, codes) = try commune.letters(3)
    #expect(Set(codes).count == 3)
    #expect(try commune.count("SELECT count(*) FROM host_register") == leaves + 2, "made, and shown")
    let page = try commune.desk(role: "clerk").get("/desk/letters/\(id)").body
    for words in ["class=\"qr\"", "lang=\"en\"", "Letter by letter:", "En toutes lettres\u{A0}:", "feuille 3"] {
      #expect(page.contains(words), "\(words)")
    }
    try commune.publish()
    for file in commune.files(in: "data") + commune.files() {
      for code in codes {
        #expect(!file.bytes.holds(code), "\(file.path)")
        #expect(!file.bytes.holds(code.replacing("-", with: "")), "\(file.path)")
      }
    }
  }

  @Test("a code counts once for each record, and a verified resident is told apart from anybody")
  func once() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(2).codes[0]
    #expect(commune.act("vote", key: "a", []).status == 422)
    #expect(commune.act("vote", key: "a", [("access_code", "ZZZZ-ZZZZ-ZZZZ")]).status == 422)
    #expect(commune.act("vote", key: "a", [("access_code", code)]).status == 303)
    #expect(try commune.lastHeadline() == "resident 32 web")
    let again = commune.act("vote", key: "a", [("access_code", code.lowercased()), ("body", "autres mots")])
    #expect(again.status == 409)
    #expect(commune.act("vote", key: "b", [("access_code", code)]).status == 303)
    #expect(commune.act("wish", key: "a", [("access_code", code)]).status == 303)
    #expect(try commune.lastHeadline() == "resident 32 web")
    #expect(commune.act("wish", key: "a", []).status == 303)
    #expect(try commune.lastHeadline() == "anyone 0 web")
    for number in 1...3 {
      #expect(commune.act("walk", [("access_code", code), ("body", "pas \(number)")]).status == 303)
    }
  }

  @Test("an act that the module refuses uses no code up")
  func refused() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    let refused = commune.post("/api/v1/notes/vote", [("body", "refuse"), ("access_code", code)])
    #expect(refused.status == 409)
    #expect(refused.body.contains("Non."))
    #expect(commune.act("vote", [("access_code", code)]).status == 303)
  }

  @Test("a household’s code is asked for where a household counts once")
  func household() throws {
    let commune = try NotesCommune.make()
    let person = try commune.letters(1).codes[0]
    let household = try commune.letters(1, kind: "household").codes[0]
    #expect(commune.act("roof", [("access_code", person)]).status == 422)
    #expect(commune.act("roof", [("access_code", household)]).status == 303)
    #expect(commune.act("roof", [("access_code", household), ("body", "encore")]).status == 409)
  }

  @Test("the letters can be shown until they are printed or a code is used, then never again")
  func seed() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    let first = try commune.letters(2)
    #expect(clerk.post("/desk/letters/\(first.id)/printed", []).status == 303)
    #expect(TestCommune.codes(in: clerk.get("/desk/letters/\(first.id)").body).isEmpty)
    let second = try commune.letters(2)
    #expect(commune.act("vote", [("access_code", second.codes[1])]).status == 303)
    #expect(TestCommune.codes(in: clerk.get("/desk/letters/\(second.id)").body).isEmpty)
    #expect(commune.act("vote", [("access_code", first.codes[0]), ("body", "b")]).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_letter_batch WHERE seed IS NOT NULL") == 0)
  }

  @Test("a lost letter is worth nothing, another one for the same sheet is, and each step is a leaf")
  func lost() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    let (id, codes) = try commune.letters(2)
    let leaves = try commune.count("SELECT count(*) FROM host_register")
    #expect(clerk.post("/desk/letters/\(id)/lost", [("sheet", "1")]).status == 303)
    #expect(commune.act("vote", [("access_code", codes[0])]).status == 422)
    let again = clerk.post("/desk/letters/\(id)/reissue", [("sheet", "1")])
    let fresh = try #require(TestCommune.codes(in: again.body).first)
    #expect(fresh != codes[0])
    #expect(try commune.count("SELECT count(*) FROM host_register") == leaves + 2)
    #expect(commune.act("vote", [("access_code", codes[0])]).status == 422)
    #expect(commune.act("vote", [("access_code", fresh)]).status == 303)
    // A code that was used is replaced only by who says that they know it.
    #expect(clerk.post("/desk/letters/\(id)/reissue", [("sheet", "1")]).status == 409)
    #expect(clerk.post("/desk/letters/\(id)/reissue", [("sheet", "1"), ("known", "true")]).status == 200)
    #expect(commune.act("vote", key: "c", [("access_code", fresh)]).status == 422)
    for sheet in ["0", "3", "x", ""] {
      #expect(clerk.post("/desk/letters/\(id)/lost", [("sheet", sheet)]).status == 404)
    }
  }

  @Test("revoking takes the unused codes back; a day that has passed takes all")
  func revoked() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    let (id, codes) = try commune.letters(3)
    #expect(commune.act("vote", [("access_code", codes[0])]).status == 303)
    #expect(clerk.post("/desk/letters/\(id)/revoke", []).status == 422)
    let done = clerk.post("/desk/letters/\(id)/revoke", [("sure", "true")])
    #expect(done.status == 303)
    #expect(clerk.get(done.header("location") ?? "").body.contains("Codes révoqués\u{A0}: 2. Ont déjà servi\u{A0}: 1."))
    let again = clerk.post("/desk/letters/\(id)/revoke", [("sure", "true")])
    let empty = clerk.get(again.header("location") ?? "").body
    #expect(empty.contains("Aucun code n’a été révoqué"), "the clerk learns that nothing was left")
    #expect(commune.act("vote", key: "b", [("access_code", codes[0])]).status == 303)
    #expect(commune.act("vote", key: "b", [("access_code", codes[1])]).status == 422)
    let short = try commune.letters(1, until: "2026-11-21").codes[0]
    commune.now = commune.now.adding(seconds: 86_400)
    #expect(commune.act("vote", key: "c", [("access_code", short)]).status == 422)
    let clerkAgain = try commune.desk(role: "clerk")
    let past = [("count", "1"), ("kind", "person"), ("until", "2026-11-21")]
    #expect(clerkAgain.post("/desk/letters/make", past).status == 422)
    for count in ["0", "1001", "x"] {
      let fields = [("count", count), ("kind", "person"), ("until", "2027-01-01")]
      #expect(clerkAgain.post("/desk/letters/make", fields).status == 422)
    }
  }

  @Test("a right says neither who nor what: rights of one code cannot be joined, nor found from what is stored of it")
  func rights() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    for key in ["a", "b", "c"] { #expect(commune.act("ballot", key: key, [("access_code", code)]).status == 303) }
    let rights = try commune.rows("SELECT hex(digest) AS d, used_on FROM host_right")
    #expect(Set(try rights.map { try $0.text("d") }).count == 3)
    #expect(try rights.allSatisfy { try $0.text("used_on") == "2026-11-21" })
    #expect(try commune.count("SELECT count(*) FROM host_participant_act") == 0)
  }
}
