import Glibc
import OneTimeCodes
import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("The second factor: codes of a telephone, recovery codes, roles that must have one")
struct SecondFactorTests {
  let password = "le chat dort sur le mur"

  /// A browser: keeps the cookie that the server sets.
  final class Browser {
    let commune: TestCommune
    var cookie = ""

    init(_ commune: TestCommune) { self.commune = commune }

    private func keep(_ answer: TestCommune.Answer) -> TestCommune.Answer {
      if let set = answer.header("Set-Cookie") { cookie = String(set.prefix { $0 != ";" }) }
      return answer
    }

    func get(_ path: String) -> TestCommune.Answer { commune.get(path, headers: [("Cookie", cookie)]) }

    func post(_ path: String, _ fields: [(String, String)]) -> TestCommune.Answer {
      keep(commune.post(path, fields, headers: [("Cookie", cookie), ("User-Agent", "Firefox/140 (Linux)")]))
    }

    /// Sends a form of a page with the token that stands in it.
    func submit(_ path: String, from page: String, _ fields: [(String, String)]) -> TestCommune.Answer {
      let token = commune.valueOfInput("form_token", in: get(page).body) ?? ""
      return post(path, [("form_token", token)] + fields)
    }
  }

  private func commune(_ configuration: String = "") throws -> TestCommune {
    let commune = try NotesCommune.make(configuration: configuration)
    _ = try commune.opened.people.add(
      email: "ana@essai.example", name: "Ana", role: "clerk", password: password, locale: "fr")
    return commune
  }

  private func signIn(_ browser: Browser) -> TestCommune.Answer {
    browser.post("/desk/sign-in", [("email", "ana@essai.example"), ("password", password)])
  }

  private func code(_ commune: TestCommune, secret: String, steps: Int = 0) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var bits = 0
    var buffer: UInt32 = 0
    var bytes: [UInt8] = []
    for symbol in secret.utf8 {
      buffer = buffer << 5 | UInt32(alphabet.firstIndex(of: symbol) ?? 0)
      bits += 5
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    return OneTimePassword.code(secret: bytes, counter: UInt64(Int(commune.now.seconds) / 30 + steps))
  }

  private func text(after mark: String, in body: String) -> String {
    guard let range = body.range(of: mark) else { return "" }
    return String(body[range.upperBound...].prefix { $0 != "<" })
  }

  /// Enrols and gives the secret and the recovery codes.
  private func enrol(_ browser: Browser) throws -> (secret: String, codes: [String]) {
    let page = browser.get("/desk/security/enrol").body
    let secret = text(after: "id=\"secret\">", in: page)
    #expect(secret.utf8.count == 32)
    #expect(page.contains("<svg") && page.contains("shape-rendering"))
    let done = browser.submit(
      "/desk/security/enrol", from: "/desk/security/enrol", [("code", code(browser.commune, secret: secret))])
    #expect(done.status == 200)
    let list = text(between: "<ol", "</ol>", in: done.body)
    let codes = list.components("<code class=\"code\">").dropFirst().map { String($0.prefix { $0 != "<" }) }
    #expect(codes.count == 10)
    return (secret, codes)
  }

  private func text(between start: String, _ end: String, in body: String) -> String {
    guard let first = body.range(of: start) else { return "" }
    let rest = body[first.upperBound...]
    guard let last = rest.range(of: end) else { return "" }
    return String(rest[..<last.lowerBound])
  }

  @Test("after enrolment the password alone opens nothing, and the code does, with a new session")
  func twoSteps() throws {
    let commune = try commune()
    let browser = Browser(commune)
    #expect(signIn(browser).header("Location") == "/desk")
    let (secret, _) = try enrol(browser)
    #expect(browser.get("/desk").status == 200)

    let other = Browser(commune)
    #expect(signIn(other).header("Location") == "/desk/sign-in/code")
    let waiting = other.cookie
    for path in ["/desk", "/desk/people", "/desk/security", "/desk/m/notes/all"] {
      #expect(other.get(path).status == 303, "\(path)")
    }
    #expect(other.submit("/desk/people/invite", from: "/desk/sign-in/code", [("role", "agent")]).status == 303)
    #expect(try commune.count("SELECT count(*) FROM host_invitation") == 0)
    #expect(other.submit("/desk/sign-in/code", from: "/desk/sign-in/code", [("code", "000000")]).status == 401)
    commune.now = commune.now.adding(seconds: 60)
    let entered = other.submit(
      "/desk/sign-in/code", from: "/desk/sign-in/code", [("code", code(commune, secret: secret))])
    #expect(entered.header("Location") == "/desk")
    #expect(other.cookie != waiting)
    #expect(other.get("/desk").status == 200)
    #expect(commune.get("/desk", headers: [("Cookie", waiting)]).status == 303)
  }

  @Test("a code works one step early or late, never twice, and an older one never after a newer one")
  func steps() throws {
    let commune = try commune()
    let browser = Browser(commune)
    _ = signIn(browser)
    let (secret, _) = try enrol(browser)
    func enter(_ steps: Int) -> Int {
      let other = Browser(commune)
      _ = signIn(other)
      return other.submit(
        "/desk/sign-in/code", from: "/desk/sign-in/code", [("code", code(commune, secret: secret, steps: steps))]
      ).status
    }
    // The enrolment used the code of this step.
    #expect(enter(0) == 401)
    commune.now = commune.now.adding(seconds: 300)
    #expect(enter(-2) == 401)
    #expect(enter(2) == 401)
    #expect(enter(-1) == 303)
    #expect(enter(-1) == 401)
    #expect(enter(1) == 303)
    #expect(enter(0) == 401)
  }

  @Test("a recovery code stands in once, typed however, and is stored as a digest only")
  func recovery() throws {
    let commune = try commune()
    let browser = Browser(commune)
    _ = signIn(browser)
    let (_, codes) = try enrol(browser)
    let typed = codes[3].lowercased().replacing("-", with: " ")
    for status in [303, 401] {
      let other = Browser(commune)
      _ = signIn(other)
      #expect(other.submit("/desk/sign-in/code", from: "/desk/sign-in/code", [("code", typed)]).status == status)
    }
    #expect(browser.get("/desk/security").body.contains("9 codes de secours restent"))
    let symbols = codes[3].replacing("-", with: "")
    for file in commune.files(in: "data") {
      #expect(!file.bytes.holds(symbols), "\(file.path)")
    }
  }

  @Test("guessing codes stops after ten tries, whoever asks from wherever")
  func guessing() throws {
    let commune = try commune()
    let browser = Browser(commune)
    _ = signIn(browser)
    let (secret, _) = try enrol(browser)
    commune.now = commune.now.adding(seconds: 60)
    let other = Browser(commune)
    _ = signIn(other)
    for _ in 1...10 {
      #expect(other.submit("/desk/sign-in/code", from: "/desk/sign-in/code", [("code", "000000")]).status == 401)
    }
    let right = other.submit(
      "/desk/sign-in/code", from: "/desk/sign-in/code", [("code", code(commune, secret: secret))])
    #expect(right.status == 429)
  }

  @Test("a role that must have a factor gets no further than its enrolment")
  func required() throws {
    let commune = try commune("staff:\n  second_factor: [clerk]")
    let browser = Browser(commune)
    _ = signIn(browser)
    for path in ["/desk", "/desk/people", "/desk/security", "/desk/moderation"] {
      #expect(browser.get(path).header("Location") == "/desk/security/enrol", "\(path)")
    }
    let before = browser.cookie
    _ = try enrol(browser)
    #expect(browser.cookie != before)
    #expect(browser.get("/desk/people").status == 200)
    #expect(commune.get("/desk", headers: [("Cookie", before)]).status == 303)
  }

  @Test("a new password ends the other sessions, and the old one opens nothing")
  func passwordChange() throws {
    let change = "un autre mot de passe"
    let commune = try commune()
    let (one, two) = (Browser(commune), Browser(commune))
    _ = signIn(one)
    _ = signIn(two)
    #expect(one.get("/desk/security").body.components("Firefox, Linux").count == 4)
    let wrong = one.submit(
      "/desk/security/password", from: "/desk/security", [("old", "faux faux faux"), ("password", change)])
    #expect(wrong.status == 422)
    #expect(two.get("/desk").status == 200)
    let done = one.submit("/desk/security/password", from: "/desk/security", [("old", password), ("password", change)])
    #expect(done.status == 200)
    #expect(one.get("/desk").status == 200)
    #expect(two.get("/desk").status == 303)
    #expect(signIn(Browser(commune)).status == 401)
  }

  @Test("a session is ended from the list, one’s own ones only")
  func sessions() throws {
    let commune = try commune()
    let (one, two) = (Browser(commune), Browser(commune))
    _ = signIn(one)
    _ = signIn(two)
    let stranger = try commune.desk(role: "administrator")
    let handle = try #require(commune.valueOfInput("session", in: one.get("/desk/security").body))
    #expect(stranger.post("/desk/security/end", [("session", handle)]).status == 303)
    #expect(two.get("/desk").status == 200)
    #expect(one.submit("/desk/security/end", from: "/desk/security", [("session", handle)]).status == 303)
    #expect(two.get("/desk").status == 303)
    #expect(one.get("/desk").status == 200)
  }

  @Test("a session that was planted before signing in ends with it")
  func fixation() throws {
    let commune = try commune()
    let browser = Browser(commune)
    let (planted, _) = try commune.opened.signInForTest(role: "agent")
    browser.cookie = planted
    _ = signIn(browser)
    #expect(browser.cookie != planted)
    #expect(commune.get("/desk", headers: [("Cookie", planted)]).status == 303)
  }

  @Test("what touches the rights of others asks again after a quarter of an hour who is there")
  func confirmation() throws {
    let commune = try commune()
    let browser = Browser(commune)
    _ = signIn(browser)
    _ = try commune.opened.people.add(
      email: "bo@essai.example", name: "Bo", role: "agent", password: password, locale: "fr")
    commune.now = commune.now.adding(seconds: 900)
    let fields = [("email", "bo@essai.example"), ("role", "councillor")]
    let asked = browser.submit("/desk/people/role", from: "/desk/people", fields)
    #expect(asked.header("Location") == "/desk/confirm?return=%2Fdesk%2Fpeople")
    #expect(try commune.opened.people.all().last?.role == "agent")
    let page = "/desk/confirm?return=%2Fdesk%2Fpeople"
    #expect(browser.submit("/desk/confirm", from: page, [("password", "non non non")]).status == 422)
    let confirmed = browser.submit(
      "/desk/confirm", from: page, [("password", password), ("return", "/desk/people")])
    #expect(confirmed.header("Location") == "/desk/people")
    #expect(browser.submit("/desk/people/role", from: "/desk/people", fields).status == 303)
    #expect(try commune.opened.people.all().last?.role == "councillor")
  }

  @Test("a leaked password is refused, by a plain list and by a sorted list of SHA-1")
  func leaked() throws {
    let words = (0..<2_000).map { "un mot de passe \($0)" }
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
    let sorted = words.map { hex(sha1(Array($0.utf8))) }.sorted().enumerated().map { "\($1):\($0)" }
    for text in [words.joined(separator: "\n"), sorted.joined(separator: "\r\n") + "\r\n"] {
      let commune = try commune("staff:\n  leaked_passwords: leaked.txt")
      let file = try #require(fopen(commune.folder + "/leaked.txt", "w"))
      fputs(text, file)
      fclose(file)
      for number in [0, 1, 17, 999, 1_998, 1_999] {
        #expect(throws: Problem.self) {
          try commune.opened.people.add(
            email: "x\(number)@essai.example", name: "X", role: "agent", password: words[number], locale: "fr")
        }
      }
      _ = try commune.opened.people.add(
        email: "y@essai.example", name: "Y", role: "agent", password: "un mot de passe 2000", locale: "fr")
    }
  }
}

extension StringProtocol {
  /// Where a text begins and ends.
  fileprivate func range(of mark: String) -> Range<Index>? { ranges(of: mark).first }
}
