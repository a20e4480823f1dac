import ParticipationKit
import ParticipationTesting
import Testing

@Suite("What a form accepts")
struct FormTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  @Test(
    "a wrong value is refused at its field, from a page as from a program",
    arguments: [
      ("body", String(repeating: "é", count: 501)), ("body", "a\u{202E}b"), ("body", "a\u{7}b"), ("body", " \u{A0} "),
      ("email", "a@b"), ("email", "a b@essai.example"), ("email", "a@essai.example\u{301}"), ("topic", "sewers"),
      ("colours", "x"), ("weight", "0"), ("weight", "10"), ("weight", "2.5"), ("weight", "٣"), ("weight", "1e3"),
      ("weight", "99999999999999999999"), ("day", "2026-02-29"), ("day", "12/03/2026"), ("hour", "2026-03-12T25:00"),
      ("hour", "2026-03-12"), ("place", "91,0"), ("place", "nan,0"), ("place", "48.1"), ("agreed", "maybe"),
      ("label", "une étiquette bien trop longue"), ("label", "a\u{2066}b"), ("unknown", "x"), ("Body", "x"),
      ("code", "a\u{1B}[2J"), ("body_other", "x"),
    ])
  func wrong(field: String, value: String) throws {
    var fields = [("body", "bon"), (field, value)]
    if field == "body" { fields.removeFirst() }
    #expect(commune.post("/api/v1/notes/write", fields).status == 422)
    let data = commune.post("/api/v1/notes/write", json: .object(fields.map { ($0.0, .string($0.1)) }))
    #expect(data.status == 422)
    #expect(data.json["errors"]?.asArray?.first?["pointer"]?.asString == "#/\(field)")
    #expect(try commune.count("SELECT count(*) FROM notes_note", in: "notes") == 0)
  }

  @Test(
    "a wrong type in JSON is refused, never guessed",
    arguments: [
      ("body", JSONValue.object([("a", 1)])), ("body", .array([1, 2])), ("body", .array([.array([])])),
      ("body", .array(["a", "b"])), ("colours", .object([])), ("topic_other", .object([("x", 1)])),
      ("topic_other", .array([.null])), ("weight", .array(["1", "2"])), ("unknown", .object([])),
      ("body", 5), ("body", true), ("body", 1.5), ("body", .array(["x"])), ("topic", .array(["roads"])), ("topic", 1),
      ("topic_other", 2), ("weight", true), ("weight", .array(["3"])), ("agreed", 1), ("agreed", .array(["true"])),
      ("colours", 1),
    ])
  func wrongTypes(field: String, value: JSONValue) throws {
    let rest: [(String, JSONValue)] = field == "body" ? [] : [("body", "bon")]
    let answer = commune.post("/api/v1/notes/write", json: .object(rest + [(field, value)]))
    #expect(answer.status == 422)
    #expect(answer.json["errors"]?.asArray?.first?["pointer"]?.asString == "#/\(field)")
  }

  @Test("two colours are possible, three are not, and an own answer counts as one")
  func choices() throws {
    #expect(commune.write("a", [("colours", "r"), ("colours", "g")]).status == 303)
    #expect(commune.write("b", [("colours", "r"), ("colours", "g"), ("colours", "b")]).status == 422)
    #expect(commune.write("c", [("colours", "r"), ("colours", "r"), ("colours", "g")]).status == 303)
    let data = commune.post(
      "/api/v1/notes/write", json: .object([("body", "d"), ("colours", ["r", "b"]), ("weight", 3), ("agreed", true)]))
    #expect(data.status == 201)
    #expect(commune.write("e", [("topic_other", "le lavoir")]).status == 303)
    #expect(commune.write("f", [("topic", "roads"), ("topic", "trees")]).status == 422)
  }

  @Test("words are kept as people mean them: line ends as one, edges trimmed, quotes and accents untouched")
  func normalised() throws {
    commune.write("  \u{A0}l’été\r\n\"œuvre\"\u{301}\rfin \n", [("label", " deux\t\n mots ")])
    let row = try #require(try commune.rows("SELECT body, headline FROM notes_note", in: "notes").first)
    #expect(Array(try row.text("body").utf8) == Array("l’été\n\"œuvre\"\u{301}\nfin".utf8))
    #expect(try row.text("headline") == "deux mots")
  }

  @Test("what a comment may hold: four kilobytes, few levels, no surplus field")
  func commentLimits() throws {
    try commune.publishNote("un")
    let path = "/api/v1/comments/add/notes/note/1"
    let long = String(repeating: "a", count: 4_097)
    #expect(commune.post(path, [("kind", "comment"), ("body", long)]).status == 422)
    let deep = commune.post(path, [("kind", "comment"), ("body", String(repeating: "> ", count: 30) + "x")])
    #expect(deep.status == 422)
    #expect(deep.body.contains("niveaux"))
    #expect(commune.post(path, [("kind", "comment"), ("body", "x"), ("email", "a@b.example")]).status == 422)
    #expect(commune.post(path, [("body", "x")]).status == 422)
  }
}
