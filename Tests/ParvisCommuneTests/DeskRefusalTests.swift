import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

/// What a councillor typed in the evening is never lost, whichever button of the browser is pressed afterwards.
@Suite("A form of the desk that was refused")
struct DeskRefusalTests {
  let commune: TestCommune
  let cookie: (String, String)
  let token: String

  init() throws {
    commune = try NotesCommune.make(languages: ["fr", "en"])
    commune.write("un")
    let session = try commune.opened.signInForTest(role: "administrator")
    cookie = ("Cookie", session.cookie)
    token = session.formToken
  }

  private let refusal = [("decision", "refuse"), ("reason", ""), ("note", "gardez <ceci>")]

  /// As a browser sends it that goes to the answer.
  private func send(_ path: String, _ fields: [(String, String)], mode: String = "navigate") -> TestCommune.Answer {
    commune.post(path, fields + [("form_token", token)], headers: [cookie, ("Sec-Fetch-Mode", mode)])
  }

  @Test("a browser is led to an address that shows it again, as often as one goes back to it")
  func address() throws {
    let answer = send("/desk/moderation/1", refusal)
    let address = try #require(answer.header("Location"))
    #expect(answer.status == 303 && address.hasPrefix("/desk/moderation/1?answer="))
    for _ in 1...2 {
      let page = commune.get(address, headers: [cookie])
      #expect(page.status == 422 && page.body.contains("gardez &lt;ceci&gt;"))
      #expect(page.header("Cache-Control") == "no-store")
    }
    #expect(send("/desk/moderation/1", refusal, mode: "cors").status == 422, "a script gets it at once")
    #expect(send("/desk/moderation/1", [("decision", "approve")]).header("Location")?.contains("refused") == false)
  }

  @Test("a refused act has an address too, although its action has no page; when it is gone, the desk is shown")
  func act() throws {
    let long = String(repeating: "a", count: 500)
    let address = try #require(send("/desk/do/notes/headline/1", [("headline", long)]).header("Location"))
    #expect(address.hasPrefix("/desk/do/notes/headline/1?answer="))
    let page = commune.get(address, headers: [cookie])
    #expect(page.status == 422 && page.body.contains(long))
    commune.now = commune.now.adding(seconds: 3601)
    let gone = commune.get(address, headers: [cookie])
    #expect(gone.status == 303 && gone.header("Location") == "/desk")
    let other = try #require(send("/desk/moderation/1", refusal).header("Location"))
    commune.now = commune.now.adding(seconds: 3601)
    #expect(commune.get(other, headers: [cookie]).status == 200, "the case itself is still there")
  }

  @Test("the address is of use to nobody else")
  func owner() throws {
    let address = try #require(send("/desk/moderation/1", refusal).header("Location"))
    let (other, _) = try commune.opened.signInForTest(role: "administrator")
    #expect(!commune.get(address, headers: [("Cookie", other)]).body.contains("gardez"))
    #expect(!commune.get(address).body.contains("gardez"))
    let elsewhere = address.replacing("/desk/moderation/1", with: "/desk/moderation")
    #expect(!commune.get(elsewhere, headers: [cookie]).body.contains("gardez"))
  }

  @Test("what is kept has a limit, and the newest stays")
  func limit() throws {
    let pages = RefusedPages()
    let now = commune.now
    let page = WebResponse(status: 422, headers: [], body: [UInt8](repeating: 0x20, count: 1 << 20))
    for name in ["a", "b", "c", "d", "e"] { pages.keep(page, named: name, owner: "o", path: "/desk/x", now: now) }
    #expect(pages.page("a", owner: "o", path: "/desk/x", now: now) == nil)
    #expect(pages.page("b", owner: "o", path: "/desk/x", now: now) != nil)
    #expect(pages.page("e", owner: "o", path: "/desk/x", now: now) != nil)
  }

  @Test("a form of an earlier session is shown again in the new one, and done only on a press")
  func oldToken() throws {
    let fields = [("form_token", "of the earlier session"), ("return", "/desk/people"), ("role", "agent")]
    let answer = commune.post("/desk/people/invite", fields, headers: [cookie])
    #expect(answer.status == 403)
    #expect(commune.valueOfInput("form_token", in: answer.body) == token)
    #expect(commune.valueOfInput("role", in: answer.body) == "agent")
    #expect(answer.body.contains("action=\"../../desk/people/invite\""), "\(answer.body)")
    #expect(try commune.count("SELECT count(*) FROM host_invitation") == 0)
    let again = [("form_token", token), ("return", "/desk/people"), ("role", "agent")]
    #expect(commune.post("/desk/people/invite", again, headers: [cookie]).body.contains("/desk/setup/"))
  }
}
