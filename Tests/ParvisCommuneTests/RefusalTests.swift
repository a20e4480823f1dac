import ParticipationKit
import ParticipationTesting
import Testing

@Suite("Refused acts")
struct RefusalTests {
  let commune: TestCommune

  init() throws {
    commune = try NotesCommune.make(languages: ["fr", "en"])
    try commune.publishNote("un")
  }

  static let html = [("Accept", "text/html"), ("Content-Type", "application/x-www-form-urlencoded")]

  private func raw(_ body: String, type: String, accept: String, _ path: String = "/api/v1/notes/write")
    -> TestCommune.Answer
  {
    commune.send("POST", path, Array(body.utf8), [("Content-Type", type), ("Accept", accept)])
  }

  @Test("422: the form comes back with everything typed but secrets, and says what to correct at the field")
  func correction() throws {
    let answer = commune.write(
      "",
      [
        ("email", "pas une adresse"), ("label", "t<\"&é"), ("colours", "r"), ("colours", "b"), ("code", "SECRET-CODE"),
        ("topic_other", "le lavoir"), ("lang", "en"),
      ])
    #expect(answer.status == 422)
    #expect(answer.body.contains("pas une adresse"))
    #expect(answer.body.contains("t&lt;&quot;&amp;é") || answer.body.contains("t&lt;&#34;&amp;é"))
    #expect(answer.body.contains("le lavoir"))
    #expect(answer.body.contains("This field is needed."))
    #expect(answer.body.contains("aria-invalid=\"true\""))
    #expect(!answer.body.contains("SECRET-CODE"))
    #expect(answer.body.components("checked").count - 1 == 2)
    #expect(answer.header("Cache-Control") == "no-store")
  }

  @Test("problem details have type, title, status, detail, instance and a pointer for each field (RFC 9457)")
  func problemDetails() throws {
    let answer = commune.post(
      "/api/v1/notes/write", json: .object([("weight", 77), ("a/b~c", "x")]))
    #expect(answer.status == 422)
    #expect(answer.header("Content-Type") == "application/problem+json")
    let problem = answer.json
    #expect(problem["type"]?.asString == "https://essai.example/donnees.html#problem-invalid")
    // The address of the type leads to words about it.
    try commune.publish()
    #expect(commune.file("donnees.html")?.contains("id=\"problem-invalid\"") == true)
    #expect(problem["title"]?.asString == "Unprocessable Content")
    #expect(problem["status"]?.asInteger == 422)
    #expect(problem["detail"]?.asString?.isEmpty == false)
    #expect(problem["instance"]?.asString == "/api/v1/notes/write")
    let pointers = problem["errors"]?.asArray?.compactMap { $0["pointer"]?.asString } ?? []
    #expect(pointers == ["#/a~1b~0c", "#/body", "#/weight"])
  }

  @Test(
    "what cannot be read is 400 or 415, for people and programs",
    arguments: [
      ("body=%FF", "application/x-www-form-urlencoded", 400), ("body=%4", "application/x-www-form-urlencoded", 400),
      ("body=%00", "application/x-www-form-urlencoded", 400), ("{", "application/json", 400),
      ("[1]", "application/json", 400), ("\"x\"", "application/json", 400),
      ("{\"body\":\"\\ud800\"}", "application/json", 400),
      ("body=x", "text/plain", 415), ("body=x", "", 415), ("body=x", "multipart/form-data; boundary=x", 415),
    ])
  func unreadable(body: String, type: String, status: Int) throws {
    let page = raw(body, type: type, accept: "text/html")
    #expect(page.status == status)
    #expect(page.header("Content-Type")?.hasPrefix("text/html") == true)
    #expect(page.body.contains("role=\"alert\""))
    let data = raw(body, type: type, accept: "application/json")
    #expect(data.status == status)
    #expect(data.json["status"]?.asInteger == status)
    #expect(try commune.count("SELECT count(*) FROM notes_note", in: "notes") == 1)
  }

  @Test(
    "there is no such action, record, module, or it is for staff: 404",
    arguments: [
      "/api/v1/notes/nothing", "/api/v1/nothing/write", "/api/v1/notes/cheer/99", "/api/v1/notes/headline/1",
      "/api/v1/answers/publish/notes/note/1", "/api/v1/comments/add/notes/note/99", "/api/v1/comments/add/notes",
      "/api/v1/comments/other/notes/note/1", "/api/v1/", "/api/v1/notes", "/api/v1/comments/add/host/comment/1",
    ])
  func missing(path: String) throws {
    #expect(raw("code=x", type: "application/x-www-form-urlencoded", accept: "text/html", path).status == 404)
    let data = raw("{}", type: "application/json", accept: "application/json", path)
    #expect(data.status == 404)
    #expect(data.json["status"]?.asInteger == 404)
  }

  @Test("other methods are 405 and say which one is possible", arguments: ["PUT", "DELETE", "PATCH"])
  func methods(method: String) throws {
    let answer = commune.send(method, "/api/v1/notes/write", [], [])
    #expect(answer.status == 405)
    #expect(answer.header("Allow") == "POST, OPTIONS")
    for (path, allowed) in [
      ("/receipt/0-x", "GET, HEAD"), ("/desk/sign-in", "GET, HEAD, POST"), ("/me", "GET, HEAD, POST"),
      ("/follow/p/1-x", "GET, HEAD, POST"), ("/me/data", "GET, HEAD, POST"),
    ] {
      let page = commune.send(method, path, [], [])
      #expect(page.status == 405 && page.header("Allow") == allowed, "\(path)")
    }
  }

  @Test("409: a closed action says why, in page and data")
  func closed() throws {
    #expect(commune.post("/api/v1/notes/shut", []).body.contains("C’est clos depuis hier."))
    let data = commune.post("/api/v1/notes/shut", json: .object([]))
    #expect(data.status == 409)
    #expect(data.json["detail"]?.asString == "C’est clos depuis hier.")
    let desk = try commune.desk(role: "clerk")
    desk.act("notes", "headline", key: "1", [("headline", "shut")])
    let comment = commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "x")])
    #expect(comment.status == 409)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("Les commentaires sont clos.") == true)
  }

  @Test("429: beyond the hourly limit, with the time to wait and everything typed; another address is free")
  func limits() throws {
    for number in 1...3 { #expect(commune.post("/api/v1/notes/cheer/1", [("code", "c\(number)")]).status == 303) }
    let answer = commune.post("/api/v1/notes/cheer/1", [("code", "gardez-moi")])
    #expect(answer.status == 429)
    let wait = Int(answer.header("Retry-After") ?? "") ?? 0
    #expect(wait > 3_000)
    #expect(answer.body.contains("gardez-moi"))
    let data = commune.post("/api/v1/notes/cheer/1", json: .object([("code", "x")]))
    #expect(data.status == 429)
    #expect(data.header("Retry-After") != nil)
    let other = commune.send(
      "POST", "/api/v1/notes/cheer/1", Array("code=y".utf8), RefusalTests.html, from: "2001:db8::1")
    #expect(other.status == 303)
    commune.now = commune.now.adding(seconds: 3_600)
    #expect(commune.post("/api/v1/notes/cheer/1", [("code", "z")]).status == 303)
  }

  @Test("the field that people do not see keeps robots out and what was typed in")
  func trap() throws {
    let answer = commune.write("bonjour à tous", [("website", "https://spam.example")])
    #expect(answer.status == 400)
    #expect(answer.body.contains("bonjour à tous"))
  }

  @Test("a language header of any form is survived, and the form’s own language wins")
  func languages() throws {
    for header in [";", ";;,,", ",;q=1", "en", "EN-gb;q=0.9", "de, ;", "", "*", "é;q=ü"] {
      #expect(commune.get("/receipt/x", headers: [("Accept-Language", header)]).status == 404)
    }
    let english = commune.post("/api/v1/notes/write", [], headers: [("Accept-Language", "en-GB,fr;q=0.1")])
    #expect(english.body.contains("This field is needed."))
    let french = commune.post("/api/v1/notes/write", [("lang", "fr")], headers: [("Accept-Language", "en")])
    #expect(french.body.contains("Ce champ est nécessaire."))
  }

  @Test(
    "a receipt opens for its whole address only", arguments: ["", "0", "0-", "0-0", "-1-x", "x-y", "99-abc", "0-%00"])
  func receipts(name: String) throws {
    #expect(commune.get("/receipt/" + name).status == 404)
    #expect(commune.get("/receipt/\(name).json").json["status"]?.asInteger == 404)
  }
}

extension String {
  /// The parts between occurrences of a text.
  func components(_ separator: String) -> [Substring] { split(separator: separator, omittingEmptySubsequences: false) }
}
