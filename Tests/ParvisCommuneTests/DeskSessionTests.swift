import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Accounts, sessions and one-time links")
struct DeskSessionTests {
  let commune: TestCommune
  let password = "le chat dort sur le mur"

  init() throws { commune = try NotesCommune.make(languages: ["fr", "en"]) }

  private func add(_ email: String, role: String = "clerk") throws {
    _ = try commune.opened.people.add(email: email, name: "Ana", role: role, password: password, locale: "fr")
  }

  private func signIn(_ email: String, _ password: String) -> TestCommune.Answer {
    commune.post("/desk/sign-in", [("email", email), ("password", password)])
  }

  @Test("a one-time link survives being looked at, makes one account, and is used up by that")
  func invitation() throws {
    let path = "/" + (try commune.opened.people.invite(role: "clerk"))
    for _ in 1...3 {
      #expect(commune.get(path).status == 200)
      #expect(commune.send("HEAD", path, [], []).status == 200)
    }
    let fields = [("name", "Ana"), ("email", " Ana@Essai.example "), ("password", password)]
    let short = commune.post(path, [("name", "Ana"), ("email", "ana@essai.example"), ("password", "trop court")])
    #expect(short.status == 422)
    #expect(short.body.contains("ana@essai.example") && !short.body.contains("trop court"))
    let made = commune.post(path, fields)
    #expect(made.status == 303 && made.header("Location") == "/desk")
    #expect(commune.get(path).status == 410)
    #expect(commune.post(path, [("name", "B"), ("email", "b@essai.example"), ("password", password)]).status == 410)
    #expect(try commune.opened.people.all().map(\.email) == ["ana@essai.example"])
    #expect(signIn("ANA@essai.example", password).status == 303)
  }

  @Test("a link ends after seven days, and an address that is taken does not use it up")
  func invitationEnds() throws {
    try add("ana@essai.example")
    let path = "/" + (try commune.opened.people.invite(role: "agent"))
    let fields = [("name", "B"), ("email", "ana@essai.example"), ("password", password)]
    #expect(commune.post(path, fields).status == 422)
    #expect(commune.get(path).status == 200)
    commune.now = commune.now.adding(seconds: 7 * 86_400)
    #expect(commune.get(path).status == 410)
    #expect(commune.get("/desk/setup/").status == 410)
    #expect(commune.get("/desk/setup/0123").status == 410)
  }

  @Test("the cookie is out of scripts’ reach, for the desk alone, and stored as a digest only")
  func cookie() throws {
    try add("ana@essai.example")
    let cookie = try #require(signIn("ana@essai.example", password).header("Set-Cookie"))
    for part in ["HttpOnly", "SameSite=Strict", "Path=/desk", "Secure"] { #expect(cookie.contains(part)) }
    let token = String(cookie.split(separator: "=", maxSplits: 1)[1].prefix { $0 != ";" })
    #expect(token.utf8.count == 64)
    let stored = try commune.rows("SELECT hex(token) AS t FROM host_session").map { try $0.text("t").lowercased() }
    #expect(!stored.contains(token))
    #expect(commune.get("/desk", headers: [("Cookie", "parvis_desk=\(token)")]).status == 200)
  }

  @Test("what was sent after the session had ended comes back after signing in, and is done only on a press")
  func keptForm() throws {
    try add("ana@essai.example")
    let typed = [
      ("form_token", "of the old session"), ("return", "/desk/people"), ("role", "agent"), ("note", "le <soir>"),
    ]
    let asked = commune.post("/desk/people/invite", typed)
    #expect(asked.status == 401)
    #expect(!asked.body.contains("of the old session"), "the token of a session must not travel on")
    func hidden(_ page: String, _ name: String) throws -> String { try #require(commune.valueOfInput(name, in: page)) }
    #expect(asked.body.contains("value=\"le &lt;soir&gt;\""))
    let kept = try [
      ("kept_path", hidden(asked.body, "kept_path")), ("kept.note", "le <soir>"),
      ("kept.return", hidden(asked.body, "kept.return")), ("kept.role", hidden(asked.body, "kept.role")),
    ]

    let wrong = commune.post("/desk/sign-in", kept + [("email", "ana@essai.example"), ("password", "pas le bon mot")])
    #expect(wrong.status == 403 || wrong.status == 422 || wrong.status == 401)
    #expect(try hidden(wrong.body, "kept.role") == "agent", "a mistyped password loses nothing")

    let back = commune.post("/desk/sign-in", kept + [("email", "ana@essai.example"), ("password", password)])
    #expect(back.status == 200)
    #expect(back.body.contains("le &lt;soir&gt;"), "markup of a form is shown, never done")
    let cookie = String(try #require(back.header("Set-Cookie")).prefix { $0 != ";" })
    let fields = try ["form_token", "return", "role"].map { ($0, try hidden(back.body, $0)) }
    let done = commune.post("/desk/people/invite", fields, headers: [("Cookie", cookie)])
    #expect(done.status == 200 && done.body.contains("/desk/setup/"))
  }

  @Test("signing in carries nothing to a place outside the desk")
  func keptFormStaysAtTheDesk() throws {
    try add("ana@essai.example")
    for path in ["https://example.org/", "//example.org/desk/", "/api/v1/notes/add", "/desk/\\example.org"] {
      let fields = [("email", "ana@essai.example"), ("password", password), ("kept_path", path), ("kept.a", "b")]
      let answer = commune.post("/desk/sign-in", fields)
      #expect(answer.status == 303 && answer.header("Location") == "/desk", "\(path) was followed")
    }
  }

  @Test("a session ends with signing out, after twelve hours, with the account, and when its role changes")
  func sessionEnds() throws {
    try add("ana@essai.example")
    // Another one who can manage accounts, so that this one can be disabled.
    try add("bea@essai.example")
    func session() throws -> [(String, String)] {
      let cookie = try #require(signIn("ana@essai.example", password).header("Set-Cookie"))
      return [("Cookie", String(cookie.prefix { $0 != ";" }))]
    }
    func isIn(_ headers: [(String, String)]) -> Bool { commune.get("/desk", headers: headers).status == 200 }

    let first = try session()
    let token = try #require(commune.valueOfInput("form_token", in: commune.get("/desk", headers: first).body))
    #expect(isIn(first))
    #expect(commune.post("/desk/sign-out", [("form_token", token)], headers: first).status == 303)
    #expect(!isIn(first))

    let second = try session()
    commune.now = commune.now.adding(seconds: People.sessionSeconds)
    #expect(!isIn(second))

    let third = try session()
    try commune.opened.people.setRole(email: "ana@essai.example", role: "agent", locale: "fr")
    #expect(!isIn(third))

    let fourth = try session()
    try commune.opened.people.setDisabled(email: "ana@essai.example", true, locale: "fr")
    #expect(!isIn(fourth))
    #expect(signIn("ana@essai.example", password).status == 401)
  }

  @Test("a wrong address and a wrong password get the same answer, and ten tries close the door for a while")
  func guessing() throws {
    try add("ana@essai.example")
    let unknown = signIn("personne@essai.example", password)
    let wrong = signIn("ana@essai.example", "pas le bon mot")
    #expect(unknown.status == 401 && wrong.status == 401)
    #expect(
      unknown.body.replacing("personne@", with: "") == wrong.body.replacing("ana@", with: ""))
    for _ in 1...8 { _ = signIn("ana@essai.example", "non") }
    let closed = signIn("ana@essai.example", password)
    #expect(closed.status == 429)
    // Who knows the password is let in from elsewhere: nobody keeps an owner out by typing wrong ones.
    let typed = Array("email=ana%40essai.example&password=\(PercentCoding.encode(password))".utf8)
    let elsewhere = commune.send(
      "POST", "/desk/sign-in", typed, [("Content-Type", "application/x-www-form-urlencoded")], from: "198.51.100.7")
    #expect(elsewhere.status == 303)
    let body = Array("email=ana%40essai.example&password=\(PercentCoding.encode(password))".utf8)
    let form = [("Content-Type", "application/x-www-form-urlencoded")]
    commune.now = commune.now.adding(seconds: 900)
    #expect(commune.send("POST", "/desk/sign-in", body, form, from: "198.51.100.4").status == 303)
  }

  @Test("nobody disables the own account by mistake, however the address is typed")
  func ownAccount() throws {
    let desk = try commune.desk(role: "clerk")
    for email in ["test0@essai.example", " TEST0@essai.example "] {
      #expect(desk.post("/desk/people/disable", [("email", email)]).status == 409)
    }
    #expect(desk.get("/desk").status == 200)
  }

  @Test("a name is checked, a role must exist, and a password counts characters")
  func accountRules() throws {
    let people = commune.opened.people
    for (name, role, password) in [
      ("", "clerk", password), ("A\u{202E}b", "clerk", password),
      (String(repeating: "a", count: 81), "clerk", password),
      ("Ana", "king", password), ("Ana", "clerk", "onze signes"),
      ("Ana", "clerk", String(repeating: "a", count: 1_025)),
    ] {
      #expect(throws: Problem.self) {
        try people.add(email: "x@essai.example", name: name, role: role, password: password, locale: "fr")
      }
    }
    #expect(throws: Problem.self) { try people.setRole(email: "nobody@essai.example", role: "clerk", locale: "fr") }
  }

  @Test("the desk's home leads to screens that stand alone, never to one that needs a key")
  func listedScreens() throws {
    let desk = try commune.desk(role: "clerk")
    let home = desk.get("/desk").body
    #expect(home.contains("desk/m/notes/all\""))
    #expect(!home.contains("desk/m/notes/one"))
    #expect(desk.get("/desk/m/notes/one").status == 404)
    #expect(desk.get("/desk/m/notes/one/7").status == 200)
  }

  @Test("a decision needs a reason of the charter and keeps what was typed when it lacks one")
  func decisionRules() throws {
    commune.write("un")
    let desk = try commune.desk(role: "councillor")
    for reason in ["", "because", "insult\u{0}"] {
      let answer = desk.post(
        "/desk/moderation/1", [("decision", "refuse"), ("reason", reason), ("note", "gardez <ceci>")])
      #expect(answer.status == (reason.contains("\u{0}") ? 400 : 422))
      if answer.status == 422 { #expect(answer.body.contains("gardez &lt;ceci&gt;")) }
    }
    let long = desk.post(
      "/desk/moderation/1",
      [("decision", "refuse"), ("reason", "insult"), ("note", String(repeating: "a", count: 2_001))])
    #expect(long.status == 422)
    #expect(desk.post("/desk/moderation/1", [("decision", "maybe")]).status == 422)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE state = 'pending'") == 1)
  }

  @Test(
    "after an act one comes back to the desk and nowhere else",
    arguments: [
      ("/desk/m/notes/all?page=2", "/desk/m/notes/all?page=2&done="), ("/desk", "/desk?done="),
      ("https://evil.example/", "/desk?done="), ("//evil.example", "/desk?done="),
      ("/desk@evil.example", "/desk?done="),
      ("/\\evil.example", "/desk?done="), ("/deskevil", "/desk?done="), ("/desk/\r\nSet-Cookie: x", "/desk?done="),
      ("javascript:alert(1)", "/desk?done="), ("/desk/\\..\\..", "/desk?done="), ("/desk/é", "/desk?done="),
    ])
  func comesBack(wanted: String, location: String) throws {
    commune.write("un")
    let (cookie, token) = try commune.opened.signInForTest(role: "clerk")
    let answer = commune.post(
      "/desk/do/notes/headline/1", [("headline", "T"), ("form_token", token), ("return", wanted)],
      headers: [("Cookie", cookie)])
    #expect(answer.status == 303)
    #expect(answer.header("Location")?.hasPrefix(location) == true)
  }
}
