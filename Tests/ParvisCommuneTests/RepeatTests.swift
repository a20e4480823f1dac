import ParticipationKit
import ParticipationTesting
import Testing

@Suite("Acts that come twice")
struct RepeatTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  private func notes() throws -> Int { try commune.count("SELECT count(*) FROM notes_note", in: "notes") }

  private func json(_ body: String, key: String, from address: String = "192.0.2.7") -> TestCommune.Answer {
    commune.send(
      "POST", "/api/v1/notes/write", JSONValue.object([("body", .string(body))]).bytes,
      [("Content-Type", "application/json"), ("Accept", "application/json"), ("Idempotency-Key", key)], from: address)
  }

  @Test("the same words from the same address within ten minutes are one act, with the same receipt")
  func sameWords() throws {
    let first = commune.write("un")
    commune.now = commune.now.adding(seconds: 599)
    let second = commune.write("un")
    #expect(first.header("Location") == second.header("Location"))
    #expect(try notes() == 1)
    commune.write("deux")
    #expect(try notes() == 2)
    commune.now = commune.now.adding(seconds: 700)
    commune.write("un")
    #expect(try notes() == 3)
  }

  @Test("the same words from another address are another act")
  func otherAddress() throws {
    commune.write("un")
    let body = Array("body=un".utf8)
    let form = [("Content-Type", "application/x-www-form-urlencoded")]
    let other = commune.send("POST", "/api/v1/notes/write", body, form, from: "198.51.100.9")
    #expect(other.status == 303)
    #expect(try notes() == 2)
  }

  @Test("a key makes an act happen once for a day, from any address, and says that it is a repetition")
  func idempotencyKey() throws {
    let first = json("un", key: "6f7c1c2e-aaaa-bbbb-cccc-0123456789ab")
    #expect(first.status == 201)
    commune.now = commune.now.adding(seconds: 80_000)
    let second = json("un", key: "6f7c1c2e-aaaa-bbbb-cccc-0123456789ab", from: "198.51.100.9")
    #expect(second.status == 200)
    #expect(second.json["receipt"]?["repeated"]?.asBool == true)
    #expect(second.header("Location") == first.header("Location"))
    #expect(try notes() == 1)
    commune.now = commune.now.adding(seconds: 10_000)
    #expect(json("un", key: "6f7c1c2e-aaaa-bbbb-cccc-0123456789ab").status == 201)
  }

  @Test("a key that somebody else used does not show their receipt, and does not swallow this act silently")
  func foreignKey() throws {
    let first = json("mots d’Ana", key: "1")
    let second = json("mots de Bob", key: "1", from: "198.51.100.9")
    #expect(second.status == 422)
    #expect(second.json["type"]?.asString?.hasSuffix("idempotency-key-reused") == true)
    #expect(second.header("Location") != first.header("Location"))
    #expect(json("mots de Bob", key: "2", from: "198.51.100.9").status == 201)
  }

  @Test("a browser whose script got no answer sends the form itself: still one act")
  func scriptThenForm() throws {
    let script = json("un", key: "a-key-of-the-script")
    let form = commune.write("un")
    #expect(form.header("Location") == script.header("Location"))
    #expect(try notes() == 1)
  }

  @Test("two different keys with the same words are two acts: the person meant it")
  func twoKeys() throws {
    #expect(json("un", key: "k1").status == 201)
    #expect(json("un", key: "k2").status == 201)
    #expect(try notes() == 2)
  }

  @Test("a repeated act is refused by the module’s own rule once the words differ")
  func uniqueness() throws {
    try commune.publishNote("un")
    #expect(commune.post("/api/v1/notes/cheer/1", [("code", "x")]).status == 303)
    let other = Array("code=x".utf8)
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")]
    let refused = commune.send("POST", "/api/v1/notes/cheer/1", other, form, from: "198.51.100.9")
    #expect(refused.status == 409)
    #expect(refused.body.contains("Ce code a déjà servi."))
    #expect(refused.body.contains("value=\"x\""))
  }
}
