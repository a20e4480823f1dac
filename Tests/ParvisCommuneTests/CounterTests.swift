import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Acts that a clerk enters for somebody")
struct CounterTests {
  @Test("an act is marked with its channel, and its receipt prints with number, address and QR")
  func channels() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    for channel in ["counter", "telephone", "paper"] {
      let answer = clerk.post(
        "/desk/counter/do/notes/wish",
        [("body", "pour une dame"), ("counter_channel", channel), ("counter_once", channel)])
      #expect(answer.status == 303)
      #expect(try commune.lastHeadline() == "anyone 0 \(channel)")
      let page = clerk.get(answer.header("Location") ?? "").body
      for part in ["class=\"qr\"", "https://essai.example/receipt/", "Reçu n°"] { #expect(page.contains(part)) }
    }
    #expect(
      try commune.rows("SELECT DISTINCT channel FROM host_receipt ORDER BY 1").map { try $0.text("channel") }
        == ["counter", "paper", "telephone"])
  }

  @Test("a double click enters one act; a channel that does not exist none")
  func once() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    let fields = [("body", "une fois"), ("counter_channel", "paper"), ("counter_once", "0123")]
    let first = clerk.post("/desk/counter/do/notes/wish", fields)
    let second = clerk.post("/desk/counter/do/notes/wish", fields)
    #expect(first.header("Location") == second.header("Location"))
    #expect(try commune.notes() == 1)
    for channel in ["", "web", "desk", "import"] {
      let wrong = clerk.post("/desk/counter/do/notes/wish", [("body", "gardez ceci"), ("counter_channel", channel)])
      #expect(wrong.status == 422 && wrong.body.contains("gardez ceci"))
    }
    #expect(try commune.notes() == 1)
  }

  @Test("the clerk stands in for a confirmed address and for residence, never for a code that counts once")
  func levels() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    let code = try commune.letters(1).codes[0]
    func enter(_ action: String, _ more: [(String, String)] = []) -> Int {
      let body = more.contains { $0.0 == "body" } ? [] : [("body", "mots")]
      return clerk.post("/desk/counter/do/notes/\(action)", body + [("counter_channel", "counter")] + more).status
    }
    #expect(enter("vow") == 303)
    #expect(enter("walk") == 303)
    #expect(try commune.lastHeadline() == "resident 0 counter")
    #expect(enter("vote") == 422)
    #expect(enter("vote", [("access_code", code)]) == 303)
    #expect(enter("vote", [("access_code", code), ("body", "encore")]) == 409)
  }

  @Test("a page is found by its address or by words, with what can be done there")
  func finding() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("Un banc près du lavoir")
    let clerk = try commune.desk(role: "clerk")
    for wanted in ["https%3A%2F%2Fessai.example%2Fnotes%2F1.html", "notes%2F1.html", "lavoir"] {
      let page = clerk.get("/desk/counter?page=\(wanted)").body
      #expect(page.contains("desk/counter/do/comments/add/notes/note/1"), "\(wanted)")
    }
    #expect(clerk.get("/desk/counter?page=rien+de+tel").body.contains("Aucune page"))
    let said = clerk.post(
      "/desk/counter/do/comments/add/notes/note/1",
      [("kind", "comment"), ("body", "Bonne idée"), ("counter_channel", "telephone")])
    #expect(said.status == 303)
    #expect(try commune.rows("SELECT channel FROM host_comment").first?.text("channel") == "telephone")
  }

  @Test("only acts of the counter show their receipts there, and staff actions cannot be entered")
  func limits() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    commune.write("par le site")
    #expect(clerk.get("/desk/counter/receipt/0").status == 404)
    #expect(clerk.get("/desk/counter/do/notes/headline/1").status == 404)
    let staff = clerk.post("/desk/counter/do/notes/headline/1", [("headline", "x"), ("counter_channel", "counter")])
    #expect(staff.status == 404)
  }
}
