import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@Suite("Who may do what at the desk")
struct DeskAccessTests {
  /// A route of the desk: who is let in, and what an answer to them is.
  struct Route: Sendable, CustomTestStringConvertible {
    let method: String
    let path: String
    let fields: [(String, String)]
    let roles: Set<String>
    var testDescription: String { "\(method) \(path)" }

    init(_ method: String, _ path: String, _ roles: Set<String>, _ fields: [(String, String)] = []) {
      self.method = method
      self.path = path
      self.fields = fields
      self.roles = roles
    }
  }

  static let everybody: Set<String> = ["clerk", "councillor", "agent", "administrator"]
  static let moderators: Set<String> = ["clerk", "councillor", "administrator"]
  static let clerks: Set<String> = ["clerk", "administrator"]

  static let routes = [
    Route("GET", "/desk", everybody), Route("GET", "/desk/", everybody),
    Route("GET", "/desk/moderation", moderators), Route("GET", "/desk/moderation/1", moderators),
    Route("POST", "/desk/moderation/1", moderators, [("decision", "approve")]),
    Route("POST", "/desk/moderation/1", moderators, [("decision", "refuse"), ("reason", "insult")]),
    Route("GET", "/desk/moderation/read", moderators), Route("GET", "/desk/appeals", moderators),
    Route("POST", "/desk/moderation/bulk", moderators, [("entry", "1:0"), ("decision", "approve")]),
    Route("POST", "/desk/moderation/bulk", moderators, [("entry", "1:0"), ("refuse", "insult")]),
    Route("POST", "/desk/moderation/1", moderators, [("decision", "hold")]),
    Route("GET", "/desk/rules", clerks), Route("POST", "/desk/rules/save", clerks, [("flags", "7")]),
    Route("GET", "/desk/decided", moderators), Route("GET", "/desk/answers", moderators),
    Route("GET", "/desk/answers/notes/note/1", moderators),
    Route("POST", "/desk/do/answers/publish/notes/note/1", moderators, [("body", "Oui"), ("author", "La mairie")]),
    Route("GET", "/desk/data", clerks), Route("GET", "/desk/data/record", clerks),
    Route("GET", "/desk/data/record.md", clerks),
    Route("POST", "/desk/data/find", clerks, [("who", "a@essai.example")]),
    Route("GET", "/desk/calm", clerks), Route("POST", "/desk/calm/end", clerks, [("scope", "")]),
    Route("GET", "/desk/people", clerks), Route("POST", "/desk/people/invite", clerks, [("role", "agent")]),
    Route("POST", "/desk/people/disable", clerks, [("email", "test0@essai.example")]),
    Route("POST", "/desk/people/enable", clerks, [("email", "test0@essai.example")]),
    Route("GET", "/desk/mail", clerks), Route("GET", "/desk/mail/samples", clerks),
    Route("GET", "/desk/mail/samples/digest", clerks), Route("POST", "/desk/mail/1/allow", clerks),
    Route("GET", "/desk/m/notes/all", clerks), Route("GET", "/desk/m/notes/all/1", clerks),
    Route("POST", "/desk/do/notes/headline/1", clerks, [("headline", "Titre")]),
    Route("POST", "/desk/do/notes/codes", clerks), Route("POST", "/desk/sign-out", everybody),
  ]

  private func commune() throws -> TestCommune {
    let commune = try NotesCommune.make()
    commune.write("PENDING words")
    // The first account that is made this way is `test0@essai.example`; no password needs to be hashed for it.
    _ = try commune.opened.signInForTest(role: "agent")
    return commune
  }

  /// What an act could change: a refused request leaves all of it as it was.
  private func state(_ commune: TestCommune) throws -> [Int] {
    try ["host_register", "host_answer", "host_invitation", "host_receipt"].map {
      try commune.count("SELECT count(*) FROM \($0)")
    } + [
      try commune.count("SELECT count(*) FROM host_moderation WHERE state <> 'pending'"),
      try commune.count("SELECT count(*) FROM host_person WHERE disabled_at IS NOT NULL"),
      try commune.count("SELECT count(*) FROM notes_note WHERE headline <> ''", in: "notes"),
    ]
  }

  @Test("each role gets what is its own and 403 for the rest, and a refused request changes nothing", arguments: routes)
  func matrix(route: Route) throws {
    for role in DeskAccessTests.everybody.sorted() {
      let commune = try commune()
      let desk = try commune.desk(role: role)
      let before = try state(commune)
      let answer = route.method == "GET" ? desk.get(route.path) : desk.post(route.path, route.fields)
      if route.roles.contains(role) {
        #expect(answer.status == 200 || answer.status == 303, "\(role)")
        #expect(answer.header("X-Frame-Options") == "DENY")
      } else {
        #expect(answer.status == 403, "\(role)")
        #expect(!answer.body.contains("PENDING"))
        #expect(try state(commune) == before)
      }
    }
  }

  @Test("without a session every route leads to sign-in and changes nothing", arguments: routes)
  func unauthenticated(route: Route) throws {
    let commune = try commune()
    let before = try state(commune)
    for cookie in ["", "parvis_desk=", "parvis_desk=0000", "other=1; parvis_desk=\(String(repeating: "a", count: 64))"]
    {
      let headers = cookie.isEmpty ? [] : [("Cookie", cookie)]
      let answer =
        route.method == "GET"
        ? commune.get(route.path, headers: headers) : commune.post(route.path, route.fields, headers: headers)
      if route.method == "POST", !route.fields.isEmpty {
        // The form to sign in, which carries what was sent and nothing of the desk.
        #expect(answer.status == 401)
        #expect(answer.body.contains("name=\"password\"") && !answer.body.contains("PENDING"))
      } else {
        #expect(answer.status == 303)
        #expect(answer.header("Location") == "/desk/sign-in")
        #expect(answer.body.isEmpty)
      }
    }
    #expect(try state(commune) == before)
  }

  @Test("a form without the session’s token, with another’s, or from another site does nothing", arguments: routes)
  func crossSite(route: Route) throws {
    guard route.method == "POST" else { return }
    let commune = try commune()
    let (cookie, token) = try commune.opened.signInForTest(role: "administrator")
    let (_, other) = try commune.opened.signInForTest(role: "administrator")
    let before = try state(commune)
    let foreign: [[(String, String)]] = [
      [("Origin", "https://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "cross-site")],
      [("Sec-Fetch-Site", "same-site")], [("Origin", "https://essai.example.evil.example")],
      [("Origin", "http://essai.example")],
    ]
    for headers in foreign {
      let answer = commune.post(
        route.path, route.fields + [("form_token", token)],
        headers: [("Cookie", cookie), ("Host", "bureau.example")] + headers)
      #expect(answer.status == 403, "\(headers)")
    }
    for wrong in ["", other, token + "0", String(token.dropLast())] {
      let answer = commune.post(route.path, route.fields + [("form_token", wrong)], headers: [("Cookie", cookie)])
      #expect(answer.status == 403)
    }
    let json = commune.send(
      "POST", route.path, Array("{\"form_token\":\"\(token)\"}".utf8),
      [("Cookie", cookie), ("Content-Type", "application/json")])
    #expect(json.status == 415)
    #expect(try state(commune) == before)
    let own = commune.post(
      route.path, route.fields + [("form_token", token)],
      headers: [
        ("Cookie", cookie), ("Host", "bureau.example"), ("Origin", "https://bureau.example"),
        ("Sec-Fetch-Site", "same-origin"),
      ])
    #expect(own.status == 303 || own.status == 200)
  }

  @Test(
    "there are no other routes",
    arguments: [
      "/desk/nothing", "/desk/moderation/x", "/desk/moderation/99", "/desk/m/notes", "/desk/m/notes/nothing",
      "/desk/m/nothing/all", "/desk/m/notes/all/99", "/desk/do/notes/headline/1", "/desk/answers/x",
    ])
  func missing(path: String) throws {
    let commune = try commune()
    let desk = try commune.desk(role: "administrator")
    #expect(desk.get(path).status == 404)
    #expect(desk.post("/desk/do/notes/write", [("body", "x")]).status == 404)
    #expect(desk.post("/desk/people/other", []).status == 404)
    #expect(desk.post("/desk/moderation", []).status == 404)
  }

  @Test("public actions and receipts never look at a cookie")
  func publicWithoutCookie() throws {
    let commune = try commune()
    let (cookie, _) = try commune.opened.signInForTest(role: "administrator")
    let answer = commune.post("/api/v1/notes/headline/1", [("headline", "x")], headers: [("Cookie", cookie)])
    #expect(answer.status == 404)
    let sent = commune.post("/api/v1/notes/write", [("body", "avec")], headers: [("Cookie", cookie)])
    #expect(sent.header("Set-Cookie") == nil)
    #expect(try commune.rows("SELECT channel FROM host_receipt ORDER BY position").last?.text("channel") == "web")
  }
}
