import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

/// While calm lets residents alone act, a letter code opens every form: who has one must not be shut out, however the
/// act goes on, and who has none must not slip through.
@Suite("Calm for residents only")
struct CalmResidentTests {
  private let comment = "/api/v1/comments/add/notes/note/1"

  private func calm() throws -> (commune: TestCommune, codes: [String]) {
    let commune = try NotesCommune.make()
    try commune.publishNote("avant")
    let codes = try commune.letters(2).codes
    let set = try commune.desk(role: "clerk").post(
      "/desk/calm/set", [("scope", "all"), ("mode", "residents"), ("until", "2026-11-25T18:00")])
    #expect(set.status == 303)
    try commune.work()
    return (commune, codes)
  }

  @Test(
    "forms of actions for anyone ask for a code; with one the act passes as often as one likes, without it none does")
  func codeOpensForms() throws {
    let (commune, codes) = try calm()
    let page = commune.file("notes/1.html") ?? ""
    #expect(page.contains("name=\"access_code\""), "the comment form asks for the code")
    for number in 1...2 {
      let said = commune.post(
        comment, [("kind", "comment"), ("body", "oui \(number)"), ("access_code", codes[0])])
      #expect(said.status == 303)
    }
    #expect(commune.write("un mot", [("access_code", codes[0])]).status == 303)
    let without = commune.post(comment, [("kind", "comment"), ("body", "MARKtyped")])
    #expect(without.status == 422 && without.body.contains("MARKtyped") && without.body.contains("access_code"))
    for wrong in ["K7MQ-2RTD-94HX", "rien"] {
      #expect(commune.post(comment, [("kind", "comment"), ("body", "non"), ("access_code", wrong)]).status == 422)
    }
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 2)
    commune.now = commune.now.adding(seconds: 5 * 86_400)
    try commune.work()
    #expect(commune.file("notes/1.html")?.contains("access_code") == false)
    #expect(commune.post(comment, [("kind", "comment"), ("body", "plus tard")]).status == 303)
  }

  @Test("an act that waits for a mail passes with a code; the code itself is not stored, and counts when it is done")
  func held() throws {
    let (commune, codes) = try calm()
    let mail = ("confirm_email", "ana@essai.example")
    #expect(commune.act("vow", [mail]).status == 422)
    #expect(commune.act("vow", [mail, ("access_code", "K7MQ-2RTD-94HX")]).status == 422)
    #expect(try commune.messages() == 0)
    let waiting = commune.act("vow", [mail, ("access_code", codes[0])])
    #expect(waiting.status == 202)
    let stored = try commune.rows("SELECT act FROM host_link").first?.text("act") ?? ""
    let plain = codes[0].filter { $0 != "-" && $0 != " " }
    #expect(!stored.lowercased().contains(plain.lowercased()) && !stored.contains(codes[0]))
    #expect(try commune.count("SELECT count(*) FROM host_letter_code WHERE used = 1") == 0)
    let before = try commune.notes()
    let link = try commune.lastLink()
    #expect(commune.get(link).status == 200)
    #expect(commune.post(link, []).status == 303)
    #expect(try commune.notes() == before + 1)
    #expect(try commune.count("SELECT count(*) FROM host_letter_code WHERE used = 1") == 1)
  }

  @Test("a code that was taken back while the act waited does not open it; an act held without code waits for the end")
  func heldTooLong() throws {
    let (commune, codes) = try calm()
    let mail = ("confirm_email", "ana@essai.example")
    #expect(commune.act("vow", [mail, ("access_code", codes[0])]).status == 202)
    #expect(try commune.desk(role: "clerk").post("/desk/letters/1/lost", [("sheet", "1")]).status == 303)
    let before = try commune.notes()
    #expect(commune.post(try commune.lastLink(), []).status == 422)
    #expect(try commune.notes() == before)

    let later = try NotesCommune.make()
    #expect(later.act("vow", [mail]).status == 202)
    let link = try later.lastLink()
    let clerk = try later.desk(role: "clerk")
    #expect(
      clerk.post("/desk/calm/set", [("scope", "all"), ("mode", "residents"), ("until", "2026-11-25T18:00")]).status
        == 303)
    #expect(later.post(link, []).status == 409)
    #expect(clerk.post("/desk/calm/end", [("scope", "")]).status == 303)
    #expect(later.post(link, []).status == 303, "nothing was lost")
  }

  @Test("an account that holds a code acts without typing it; one that holds none is asked")
  func account() throws {
    let (commune, codes) = try calm()
    let ana = try commune.personal("ana@essai.example")
    let fields = [("body", "un"), ("form_token", ana.token)]
    #expect(commune.post("/me/do/notes/vow", fields, headers: ana.headers).status == 422)
    #expect(
      commune.post("/me/code", [("access_code", codes[0]), ("form_token", ana.token)], headers: ana.headers).status
        == 303)
    for body in ["un", "deux"] {
      let sent = commune.post("/me/do/notes/vow", [("body", body), ("form_token", ana.token)], headers: ana.headers)
      #expect(sent.status == 303, "calm limits nobody to once")
    }
  }

  @Test("the counter stays open while participation is for residents or closed")
  func counter() throws {
    let (commune, _) = try calm()
    let clerk = try commune.desk(role: "clerk")
    func enter(_ action: String, _ body: String) -> Int {
      clerk.post("/desk/counter/do/\(action)", [("body", body), ("counter_channel", "counter"), ("kind", "comment")])
        .status
    }
    #expect(enter("comments/add/notes/note/1", "au guichet") == 303)
    #expect(clerk.get("/desk/counter/do/notes/wish").body.contains("access_code"))
    #expect(
      clerk.post("/desk/calm/set", [("scope", "all"), ("mode", "closed"), ("until", "2026-11-25T18:00")]).status == 303)
    #expect(enter("comments/add/notes/note/1", "encore") == 303)
  }

  @Test("telling the commune of unlawful words stays possible for anyone, whatever is calm")
  func flags() throws {
    let (commune, _) = try calm()
    let flag = "/api/v1/moderation/flag/notes/note/1"
    let told = commune.post(flag, [("item", "notes/note/1"), ("reason", "insult")])
    #expect(told.status == 303, "\(told.status)")
  }
}
