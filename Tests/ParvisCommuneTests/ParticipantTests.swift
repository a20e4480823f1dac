import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

/// What the desk would hand over at the counter: the path of the last link that left.
extension TestCommune {
  func lastLink() throws -> String { try opened.host.lastHeldLink() }

  func messages() throws -> Int { try count("SELECT count(*) FROM host_held_message") }

  /// Signs a resident in and gives the headers of their browser and the token of its forms.
  func personal(_ email: String) throws -> (headers: [(String, String)], token: String) {
    post("/me/sign-in", [("email", email)])
    let cookie = try #require(post(try lastLink(), []).header("Set-Cookie"))
    let headers = [("Cookie", String(cookie.prefix { $0 != ";" }))]
    return (headers, try #require(valueOfInput("form_token", in: get("/me", headers: headers).body)))
  }
}

@Suite("Acts that a mailed link confirms")
struct HeldActTests {
  private let mail = "Ana@Essai.example"

  @Test("nothing is done until the button is pressed, and looking at the link changes nothing")
  func confirmed() throws {
    let commune = try NotesCommune.make()
    let held = commune.act("vow", [("confirm_email", mail)])
    #expect(held.status == 202)
    #expect(try commune.notes() == 0)
    let link = try commune.lastLink()
    for _ in 1...3 {
      #expect(commune.get(link).status == 200)
      #expect(commune.send("HEAD", link, [], []).status == 200)
    }
    #expect(try commune.notes() == 0)
    #expect(commune.get(link).body.contains("mots"))
    let done = commune.post(link, [])
    #expect(done.status == 303 && done.header("Location")?.hasPrefix("/receipt/") == true)
    #expect(try commune.lastHeadline() == "confirmed 32 web")
    #expect(commune.receipt(done)["state"]?.asString == "none")
  }

  @Test("a link that was used, is too old, or was never made does nothing")
  func replayed() throws {
    let commune = try NotesCommune.make()
    _ = commune.act("vow", [("confirm_email", mail)])
    let link = try commune.lastLink()
    #expect(commune.post(link, []).status == 303)
    #expect(commune.post(link, []).status == 410)
    #expect(commune.get(link).status == 410)
    #expect(try commune.notes() == 1)
    _ = commune.act("vow", [("confirm_email", mail), ("body", "plus tard")])
    let late = try commune.lastLink()
    commune.now = commune.now.adding(seconds: 48 * 3600)
    #expect(commune.get(late).status == 410)
    #expect(commune.post(late, []).status == 410)
    for path in ["/confirm/", "/confirm/0123", "/confirm/" + String(repeating: "a", count: 64)] {
      #expect(commune.post(path, []).status == 410)
    }
    #expect(try commune.notes() == 1)
  }

  @Test("a link for an act signs nobody in, and one for signing in does no act")
  func purposes() throws {
    let commune = try NotesCommune.make()
    _ = commune.act("vow", [("confirm_email", mail)])
    let act = try commune.lastLink()
    #expect(commune.post(act.replacing("/confirm/", with: "/me/enter/"), []).status == 410)
    commune.post("/me/sign-in", [("email", mail)])
    let enter = try commune.lastLink()
    #expect(commune.post(enter.replacing("/me/enter/", with: "/confirm/"), []).status == 410)
    #expect(try commune.notes() == 0)
  }

  @Test("a form that is not right is refused before a message leaves, and keeps what was typed")
  func refused() throws {
    let commune = try NotesCommune.make()
    let without = commune.act("vow", [])
    #expect(without.status == 422 && without.body.contains("mots") && without.body.contains("confirm_email"))
    #expect(commune.act("vow", [("confirm_email", "pas une adresse")]).status == 422)
    #expect(commune.post("/api/v1/notes/vow", [("confirm_email", mail)]).status == 422)
    #expect(commune.act("vow", key: "closed", [("confirm_email", mail)]).status == 404)
    #expect(try commune.messages() == 0)
  }

  @Test("a double click sends one message, and nobody’s mailbox is filled by others")
  func messages() throws {
    let commune = try NotesCommune.make()
    for _ in 1...3 { #expect(commune.act("vow", [("confirm_email", mail)]).status == 202) }
    #expect(try commune.messages() == 1)
    for number in 1...20 {
      #expect(commune.act("vow", [("confirm_email", mail), ("body", "mot \(number)")]).status == 202)
    }
    #expect(try commune.messages() <= 5)
  }

  @Test("the words of a held act are gone when it is done")
  func forgotten() throws {
    let commune = try NotesCommune.make()
    _ = commune.act("vow", [("confirm_email", mail)])
    #expect(commune.post(try commune.lastLink(), []).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_link WHERE act <> '' OR email <> ''") == 0)
  }

  @Test("a form from another site presses no button")
  func crossSite() throws {
    let commune = try NotesCommune.make()
    _ = commune.act("vow", [("confirm_email", mail)])
    let link = try commune.lastLink()
    for headers in [[("Origin", "https://evil.example")], [("Sec-Fetch-Site", "cross-site")]] {
      #expect(commune.post(link, [], headers: headers).status == 403)
    }
    #expect(try commune.notes() == 0)
  }
}

@Suite("The personal pages")
struct PersonalPagesTests {
  @Test("an address that has an account and one that has none get the same bytes and the same message")
  func enumeration() throws {
    let commune = try NotesCommune.make()
    _ = try commune.personal("ana@essai.example")
    let known = commune.post("/me/sign-in", [("email", "ana@essai.example")])
    let unknown = commune.post("/me/sign-in", [("email", "bob@essai.example")])
    #expect(known.status == 200 && known.status == unknown.status)
    #expect(known.body == unknown.body)
    #expect(known.headers.map(\.value) == unknown.headers.map(\.value))
    let messages = try commune.rows("SELECT subject, body FROM host_held_message ORDER BY id DESC LIMIT 2")
    #expect(try messages[0].text("body") == messages[1].text("body"))
    let first = commune.act("vow", [("confirm_email", "ana@essai.example")])
    let second = commune.act("vow", [("confirm_email", "eve@essai.example")])
    #expect(first.status == second.status)
    #expect(first.body.replacing("ana@", with: "") == second.body.replacing("eve@", with: ""))
  }

  @Test("a link signs in once, into a new session, with a cookie for these pages alone")
  func entering() throws {
    let commune = try NotesCommune.make()
    commune.post("/me/sign-in", [("email", "ana@essai.example")])
    let link = try commune.lastLink()
    #expect(commune.get(link).status == 200)
    #expect(commune.get(link).header("Set-Cookie") == nil)
    let planted = "parvis_me=" + String(repeating: "a", count: 64)
    let entered = commune.post(link, [], headers: [("Cookie", planted)])
    let cookie = try #require(entered.header("Set-Cookie"))
    for part in ["HttpOnly", "SameSite=Strict", "Path=/me;", "Secure"] { #expect(cookie.contains(part)) }
    #expect(!cookie.hasPrefix(planted))
    #expect(commune.get("/me", headers: [("Cookie", planted)]).header("Location") == "/me/sign-in")
    #expect(commune.post(link, []).status == 410)
    commune.post("/me/sign-in", [("email", "ana@essai.example")])
    let late = try commune.lastLink()
    commune.now = commune.now.adding(seconds: 3600)
    #expect(commune.post(late, []).status == 410)
  }

  @Test("the page shows one’s own acts and nobody else’s, and never a secret one")
  func ownActs() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    let ana = try commune.personal("ana@essai.example")
    let bob = try commune.personal("bob@essai.example")
    let sent = commune.post(
      "/me/do/notes/vow", [("body", "MARK"), ("form_token", ana.token)], headers: ana.headers)
    #expect(sent.status == 303 && sent.header("Location")?.hasPrefix("/receipt/") == true)
    #expect(try commune.lastHeadline() == "confirmed 32 web")
    let home = commune.get("/me", headers: ana.headers).body
    #expect(home.contains("Acte vow") && home.contains("data\">Voir, emporter ou effacer"))
    #expect(!commune.get("/me", headers: bob.headers).body.contains("Acte vow"))
    let bound = commune.post(
      "/me/code", [("access_code", code), ("form_token", ana.token)], headers: ana.headers)
    #expect(bound.status == 303)
    let ballot = commune.post(
      "/me/do/notes/ballot/a", [("body", "secret"), ("form_token", ana.token)], headers: ana.headers)
    #expect(ballot.status == 303)
    #expect(try commune.lastHeadline() == "resident 32 web")
    #expect(!commune.get("/me", headers: ana.headers).body.contains("Acte ballot"))
  }

  @Test("a code and the account that holds it are one voter; a person’s code goes to one account")
  func oneVoter() throws {
    let commune = try NotesCommune.make()
    let code = try commune.letters(1).codes[0]
    let ana = try commune.personal("ana@essai.example")
    let bob = try commune.personal("bob@essai.example")
    func bind(_ who: (headers: [(String, String)], token: String)) -> Int {
      commune.post("/me/code", [("access_code", code), ("form_token", who.token)], headers: who.headers).status
    }
    #expect(bind(ana) == 303)
    #expect(bind(bob) == 422)
    let fields = [("body", "oui"), ("form_token", ana.token)]
    #expect(commune.post("/me/do/notes/vote/a", fields, headers: ana.headers).status == 303)
    #expect(commune.act("vote", key: "a", [("access_code", code), ("body", "encore")]).status == 409)
    #expect(commune.act("vote", key: "b", [("access_code", code)]).status == 303)
    #expect(commune.post("/me/do/notes/vote/b", fields, headers: ana.headers).status == 409)
    // A lost letter takes the authorization along.
    #expect(try commune.desk(role: "clerk").post("/desk/letters/1/lost", [("sheet", "1")]).status == 303)
    #expect(commune.post("/me/do/notes/vote/c", fields, headers: ana.headers).status == 422)
  }

  @Test("without the form’s token, from another site, or without session nothing happens")
  func crossSite() throws {
    let commune = try NotesCommune.make()
    let ana = try commune.personal("ana@essai.example")
    let bob = try commune.personal("bob@essai.example")
    for path in ["/me/name", "/me/code", "/me/sign-out", "/me/sign-out-all", "/me/do/notes/vow"] {
      for token in ["", bob.token, ana.token + "0"] {
        let fields = [("form_token", token), ("body", "x"), ("name", "X")]
        #expect(commune.post(path, fields, headers: ana.headers).status == 403, "\(path)")
      }
      let own = [("form_token", ana.token), ("body", "x"), ("name", "X")]
      let foreign = ana.headers + [("Origin", "https://evil.example")]
      #expect(commune.post(path, own, headers: foreign).status == 403)
      #expect(commune.post(path, own).header("Location") == "/me/sign-in")
    }
    #expect(try commune.notes() == 0)
    #expect(commune.get("/me", headers: ana.headers).status == 200)
  }

  @Test("signing out everywhere ends every session of the account and no other")
  func signOut() throws {
    let commune = try NotesCommune.make()
    let first = try commune.personal("ana@essai.example")
    let second = try commune.personal("ana@essai.example")
    let bob = try commune.personal("bob@essai.example")
    #expect(commune.post("/me/sign-out-all", [("form_token", first.token)], headers: first.headers).status == 303)
    for headers in [first.headers, second.headers] { #expect(commune.get("/me", headers: headers).status == 303) }
    #expect(commune.get("/me", headers: bob.headers).status == 200)
  }

  @Test("a public name is chosen, shown in forms, and checked")
  func publicName() throws {
    let commune = try NotesCommune.make()
    let ana = try commune.personal("ana@essai.example")
    let fields = [("form_token", ana.token), ("name", "Ana <b>")]
    #expect(commune.post("/me/name", fields, headers: ana.headers).status == 303)
    #expect(commune.get("/me", headers: ana.headers).body.contains("Ana &lt;b&gt;"))
    let wrong = [("form_token", ana.token), ("name", "a\u{202E}b")]
    #expect(commune.post("/me/name", wrong, headers: ana.headers).status == 422)
  }

  @Test("a receipt’s address cannot be guessed, cut or moved to another act")
  func forgedReceipt() throws {
    let commune = try NotesCommune.make()
    let one = try #require(commune.write("un").header("Location"))
    let two = try #require(commune.write("deux").header("Location"))
    #expect(commune.get(one).status == 200)
    let tokens = [one, two].map { String($0.split(separator: "-")[1]) }
    let positions = [one, two].map { String($0.split(separator: "-")[0]) }
    for path in [
      positions[0] + "-" + tokens[1], positions[1] + "-" + tokens[0], positions[0] + "-", positions[0],
      positions[0] + "-" + tokens[0].dropLast(), positions[0] + "-" + tokens[0] + "0", "/receipt/-1-" + tokens[0],
      "/receipt/99-" + tokens[0], positions[0] + "-" + tokens[0].uppercased(),
    ] where path != one {
      #expect(commune.get(path).status == 404, "\(path)")
    }
  }
}
