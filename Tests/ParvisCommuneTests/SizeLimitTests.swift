import ParticipationKit
import ParticipationTesting
import ParvisHost
import Testing

@testable import ParvisCommune

/// What is as long as it may be passes; one character more is refused with words that say the limit, and what was
/// typed is still there. Nobody loses a text to a limit.
@Suite("At the limit of every surface, and one beyond")
struct SizeLimitTests {
  private static let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")]
  private static let json = [("Content-Type", "application/json"), ("Accept", "application/json")]

  private func text(_ count: Int) -> String { String(repeating: "a", count: count) }

  @Test("a line and a text of a form: the limit passes, one character more is 422 with both numbers and every word")
  func fields() throws {
    let commune = try NotesCommune.make()
    for (name, limit) in [("body", 500), ("label", 20)] {
      let others = name == "body" ? [] : [("body", "MARKother")]
      #expect(commune.post("/api/v1/notes/write", [(name, text(limit))] + others).status == 303, "\(name)")
      let refused = commune.post("/api/v1/notes/write", [(name, text(limit + 1))] + others)
      #expect(refused.status == 422 && refused.body.contains(text(limit + 1)), "\(name)")
      #expect(refused.body.contains(String(limit)) && refused.body.contains(String(limit + 1)))
      if name == "label" { #expect(refused.body.contains("MARKother")) }
      let program = commune.post(
        "/api/v1/notes/write", json: .object([(name, .string(text(limit + 1)))] + others.map { ($0.0, .string($0.1)) }))
      #expect(program.status == 422)
      #expect(program.json["errors"]?.asArray?.first?["pointer"]?.asString?.contains(name) == true)
    }
    #expect(try commune.notes() == 2)
  }

  @Test(
    "limits count characters, as the page and the API description do: who writes accents has as much room",
    arguments: ["é", "e\u{301}", "😀", "œ"])
  func characters(_ unit: String) throws {
    let commune = try NotesCommune.make()
    let longest = String(repeating: unit, count: 500 / ByteText.length(unit))
    #expect(commune.write(longest).status == 303)
    let refused = commune.write(longest + "a")
    #expect(
      refused.status == 422 && refused.body.contains("501 signes pour 500 au plus"), "\(refused.body.prefix(300))")
    #expect(refused.body.contains("maxlength=\"500\""), "the page lets as many be typed")
  }

  @Test("a comment as long as comments may be, accents or not, and one character more")
  func comment() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    let limit = MarkdownPolicy.resident.maxLength
    func say(_ words: String) -> TestCommune.Answer {
      commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", words)])
    }
    #expect(say(text(limit)).status == 303)
    #expect(say(String(repeating: "é", count: limit)).status == 303, "rendered, too: Markdown has the same limit")
    let refused = say("MARK" + text(limit - 3))
    #expect(refused.status == 422 && refused.body.contains("MARK" + text(limit - 3)))
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 2)
  }

  @Test("forms of the desk: an answer and a note to the author, at the limit and beyond, with everything typed")
  func desk() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    let desk = try commune.desk(role: "clerk")
    let limit = 4096
    func answer(_ words: String) -> TestCommune.Answer {
      desk.act("answers", "publish", key: "notes/note/1", [("body", words), ("author", "MARKauthor")])
    }
    let size = try #require(answerLimit(commune))
    #expect(answer(text(size)).status == 303)
    let refused = answer(text(size + 1))
    #expect(refused.status == 422 && refused.body.contains("MARKauthor") && refused.body.contains(text(size + 1)))
    commune.write("encore")
    let note = desk.post(
      "/desk/moderation/2", [("decision", "refuse"), ("reason", "insult"), ("note", text(limit * 4))])
    #expect(note.status == 422 && note.body.contains(text(limit * 4)))
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE state = 'refused'") == 0)
    let calm = [("scope", "all"), ("mode", "closed"), ("until", "2026-11-25T18:00")]
    #expect(desk.post("/desk/calm/set", calm + [("words_fr", text(601))]).status == 422)
    #expect(desk.post("/desk/calm/set", calm + [("words_fr", text(600))]).status == 303)
  }

  private func answerLimit(_ commune: TestCommune) -> Int? {
    let desk = try? commune.desk(role: "clerk")
    let page = desk?.get("/desk/answers/notes/note/1").body ?? ""
    let limits = page.starts(after: "data-max=\"") + page.starts(after: "maxlength=\"")
    return limits.compactMap { Int($0.prefix { $0 != "\"" }) }.max()
  }

  @Test("a form and a JSON body of 64 KiB over the wire; one byte more is 413 in the person’s language")
  func wire() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let client = WireClient(port: server.port)
    let kinds: [(headers: [(String, String)], head: String, tail: String)] = [
      (Self.form, "body=", ""), (Self.json, "{\"body\":\"", "\"}"),
    ]
    for (headers, head, tail) in kinds {
      let room = (64 << 10) - head.utf8.count - tail.utf8.count
      func send(_ count: Int) -> WireClient.Reply? {
        client.send("POST", "/api/v1/notes/write", headers, body: head + text(count) + tail)
      }
      let limit = try #require(send(room))
      #expect(limit.status == 422, "as large as is read: the field is what is too long; \(limit.status)")
      let over = try #require(send(room + 1))
      #expect(over.status == 413 && over.body.contains("64"), "\(over.status)")
      #expect(over.body.contains("Rien n’a été enregistré"))
    }
    let many = (0..<501).map { "f\($0)=1" }.joined(separator: "&")
    #expect(client.form("/api/v1/notes/write", many)?.status == 400, "more fields than any form has")
  }

  @Test("a header as long as the server reads passes, a longer one is refused, and the server goes on")
  func header() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let client = WireClient(port: server.port)
    #expect(client.send("GET", "/healthz", [("X-Long", text(4000))])?.status == 200)
    let refused = client.send("GET", "/healthz", [("X-Long", text(200_000))])
    #expect(refused == nil || [400, 413, 431].contains(refused?.status ?? 0), "\(refused?.status ?? 0)")
    #expect(client.send("GET", "/healthz")?.status == 200)
    let key = client.form(
      "/api/v1/notes/write", "body=mot", [("Idempotency-Key", text(101)), ("Accept", "application/json")])
    #expect([201, 303, 400, 422].contains(key?.status ?? 0))
  }

  @Test("an imported line with a text beyond the limit is named with its line, and nothing of the file is taken")
  func imports() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    let limit = MarkdownPolicy.resident.maxLength
    func note(_ count: Int) -> String { "{\"body\":\"\(text(count))\"}" }
    let before = try commune.notes()
    #expect(throws: (any Error).self) {
      try commune.importText("notes", [note(10), note(9 << 20)].joined(separator: "\n"))
    }
    #expect(try commune.notes() == before && limit > 0)
  }
}

extension String {
  /// What follows each place of a mark.
  fileprivate func starts(after mark: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self[...]
    while let hit = rest.firstRange(of: mark) {
      rest = rest[hit.upperBound...]
      parts.append(rest.prefix(12))
    }
    return parts
  }
}
