import ParticipationKit
import ParticipationTesting
import ParvisHost
import Testing

@testable import ParvisCommune

/// Who is refused is told in their language, and a program finds the same members everywhere.
@Suite("Refusals of the wire, in words")
struct ProblemWordsTests {
  private static let both = NotesCommune.yaml.replacing("languages: [fr]", with: "languages: [fr, en]")

  private func post(
    _ commune: TestCommune, _ body: String, type: String = "application/json", _ headers: [(String, String)] = []
  ) -> TestCommune.Answer {
    commune.send("POST", "/api/v1/notes/write", Array(body.utf8), [("Content-Type", type)] + headers)
  }

  @Test(
    "what cannot be read, a wrong type and a wrong media type are told in the language that is asked for",
    arguments: [
      ("{\"body\": ", "application/json", 400, "une valeur manque", "a value is missing"),
      ("[1]", "application/json", 400, "et non une liste", "not a list"),
      ("{\"body\": {}}", "application/json", 422, "Ce champ attend un texte.", "This field expects a text."),
      ("{\"body\":\"x\",\"colours\":[1]}", "application/json", 422, "une liste de textes", "a list of texts"),
      ("{\"body\":[\"x\",\"y\"]}", "application/json", 422, "une seule réponse", "one answer only"),
      ("x", "text/plain", 415, "Envoyez un formulaire", "Please send a form"),
      ("body=%FF", "application/x-www-form-urlencoded", 400, "n’est pas en UTF-8", "is not UTF-8"),
    ])
  func languages(_ body: String, _ type: String, _ status: Int, _ fr: String, _ en: String) throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    for (language, words) in [("fr", fr), ("en", en), ("de", fr)] {
      let answer = post(
        commune, body, type: type, [("Accept", "application/json"), ("Accept-Language", language)])
      #expect(answer.status == status && answer.header("Content-Type") == "application/problem+json")
      #expect(answer.body.contains(words), "\(language): \(answer.body)")
    }
  }

  @Test("the form's own language wins over that of the browser, also when there is no such action")
  func formLanguage() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    let answer = commune.send(
      "POST", "/api/v1/notes/nothing", Array("lang=en".utf8),
      [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept-Language", "fr"),
        ("Accept", "application/json"),
      ])
    #expect(answer.status == 404 && answer.body.contains("There is no such action."))
  }

  @Test(
    "over the wire: below /api/ a missing file and a wrong method are problems, elsewhere pages; data says its limits")
  func wire() throws {
    let folder = try Folder(yaml: Self.both)
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let client = WireClient(port: server.port)
    for (language, words) in [("fr", "n’existe pas"), ("en", "does not exist")] {
      let missing = client.send("GET", "/api/v1/notes/4711.json", [("Accept-Language", language)])
      #expect(missing?.status == 404 && missing?.header("Content-Type") == "application/problem+json")
      #expect(missing?.body.contains(words) == true && missing?.body.contains("#problem-not-found") == true)
    }
    let page = client.send("GET", "/nowhere.html")
    #expect(page?.status == 404 && page?.header("Content-Type")?.hasPrefix("text/") == true)
    for (path, accept, type) in [
      ("/api/v1/notes/write", "*/*", "application/problem+json"), ("/api/v2/x", "*/*", "application/problem+json"),
      ("/index.html", "text/html", "text/html; charset=utf-8"),
    ] {
      let wrong = client.send("PUT", path, [("Accept", accept), ("Accept-Language", "en")], body: "x")
      #expect(wrong?.status == 405 && wrong?.header("Content-Type") == type, "\(path)")
      #expect(wrong?.body.contains("does not accept the method PUT") == true, "\(path)")
      #expect(wrong?.header("Allow")?.isEmpty == false)
    }
  }

  @Test("an Idempotency-Key of 100 bytes is taken, a longer one is refused before anything is done")
  func longKey() throws {
    let commune = try NotesCommune.make()
    func send(_ count: Int) -> TestCommune.Answer {
      post(commune, "{\"body\":\"mot\"}", [("Idempotency-Key", String(repeating: "k", count: count))])
    }
    #expect(send(100).status == 201)
    let refused = send(101)
    #expect(refused.status == 400 && refused.json["type"]?.asString?.hasSuffix("#problem-idempotency-key") == true)
    #expect(refused.json["detail"]?.asString?.contains("100 octets") == true)
    #expect(try commune.notes() == 1)
  }

  @Test("a stranger is told whether the server works, and not how much waits")
  func health() throws {
    let commune = try NotesCommune.make()
    commune.write("un mot qui attend")
    #expect(commune.get("/healthz").body == "{\"status\":\"ok\"}")
    let told = commune.opened.doctor().first { $0.name == "moderation" }
    #expect(told?.detail["fr"] == "1 en attente de lecture")
  }

  @Test("each problem that the sources name has its line on the page of open data, in both languages")
  func types() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try commune.publish()
    for path in ["donnees.html", "en/donnees.html"] {
      let page = try #require(commune.file(path))
      for code in [
        "invalid", "json", "encoding", "too-many-fields", "media-type", "too-large", "method", "not-found", "forbidden",
        "conflict", "calm", "link", "idempotency-key-reused", "idempotency-key", "robot", "too-many", "quota", "busy",
        "module", "disk", "full", "internal",
      ] { #expect(page.contains("id=\"problem-\(code)\""), "\(path): \(code)") }
      #expect(!page.contains("problem."), "a word is missing")
    }
  }
}
