import ParticipationKit
import ParticipationTesting
import ParvisHost
import Synchronization
import Testing

@testable import ParvisCommune

@Suite("Serving")
struct ServingTests {
  static let form = ("Content-Type", "application/x-www-form-urlencoded")

  @Test("CORS is exact: the site’s own origin and no other, never with credentials")
  func exactOrigins() throws {
    let commune = try NotesCommune.make()
    func allowed(_ origin: String) -> String? {
      commune.post("/api/v1/notes/write", [("body", "x")], headers: [("Origin", origin)])
        .header("Access-Control-Allow-Origin")
    }
    #expect(allowed("https://essai.example") == "https://essai.example")
    for origin in [
      "https://evil.example", "http://essai.example", "https://essai.example.evil.example", "https://essai.example:444",
      "https://essai.example/", "https://ESSAI.example", "null", "",
    ] {
      #expect(allowed(origin) == nil, "\(origin)")
    }
    for (origin, isOwn) in [("https://essai.example", true), ("https://evil.example", false)] {
      let answer = commune.send("OPTIONS", "/api/v1/notes/write", [], [("Origin", origin)])
      #expect(answer.status == 204)
      #expect((answer.header("Access-Control-Allow-Origin") != nil) == isOwn)
      #expect(answer.header("Access-Control-Allow-Methods") == "POST")
      #expect(answer.header("Access-Control-Allow-Headers")?.contains("Idempotency-Key") == true)
      #expect(answer.header("Access-Control-Allow-Credentials") == nil)
      #expect(answer.header("Vary") == "Origin")
    }
    let refused = commune.post("/api/v1/notes/write", [], headers: [("Origin", "https://essai.example")])
    #expect(refused.status == 422 && refused.header("Access-Control-Allow-Origin") != nil)
  }

  @Test("a site on another origin than its server: forms and receipts lead to the server, pages stay relative")
  func twoOrigins() throws {
    let yaml = NotesCommune.yaml.replacing("modules:", with: "server: http://127.0.0.1:4711/bureau\nmodules:")
    let folder = try Folder(yaml: yaml)
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    #expect(eventually { folder.text("site/notes/index.html") != nil })
    let page = folder.text("site/notes/index.html") ?? ""
    #expect(page.contains("action=\"http://127.0.0.1:4711/bureau/api/v1/notes/write\""))
    #expect(!page.contains("action=\"../api"))
    let client = WireClient(port: server.port)
    let origin = ("Origin", "https://essai.example")
    let data = client.send(
      "POST", "/api/v1/notes/write", [origin, ("Content-Type", "application/json"), ("Accept", "application/json")],
      body: "{\"body\":\"d’ailleurs\"}")
    #expect(data?.status == 201)
    #expect(data?.header("Location")?.hasPrefix("http://127.0.0.1:4711/bureau/receipt/0-") == true)
    #expect(data?.header("Access-Control-Allow-Origin") == "https://essai.example")
    #expect(data?.header("Access-Control-Expose-Headers") == "Location")
    let plain = client.form("/api/v1/notes/write", "body=encore", [origin])
    #expect(plain?.status == 303)
    #expect(plain?.header("Location")?.hasPrefix("http://127.0.0.1:4711/bureau/receipt/1-") == true)
    let policy = client.send("GET", "/notes/index.html")?.header("Content-Security-Policy") ?? ""
    #expect(policy.contains("form-action 'self' http://127.0.0.1:4711;"))
  }

  @Test("more than is accepted gets a page in the person’s language, or problem details, that say limit and outcome")
  func tooLarge() throws {
    let folder = try Folder(yaml: NotesCommune.yaml.replacing("languages: [fr]", with: "languages: [fr, en]"))
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let long = String(repeating: "a", count: 64 << 10)
    for (language, words) in [("fr", "Rien n’a été enregistré"), ("en", "Nothing was recorded")] {
      let page = WireClient(port: server.port).form(
        "/api/v1/notes/write", "body=\(long)", [("Accept", "text/html"), ("Accept-Language", language)])
      #expect(page?.status == 413 && page?.header("Content-Type") == "text/html; charset=utf-8")
      #expect(page?.body.contains(words) == true && page?.body.contains("64 Ki") == true)
      #expect(page?.header("Content-Security-Policy") != nil)
    }
    let data = WireClient(port: server.port).send(
      "POST", "/api/v1/notes/write",
      [("Content-Type", "application/json"), ("Origin", "https://essai.example")], body: "{\"body\":\"\(long)\"}")
    #expect(data?.status == 413 && data?.header("Content-Type") == "application/problem+json")
    #expect(data?.header("Access-Control-Allow-Origin") == "https://essai.example")
    let problem = try JSONValue.parse(Array((data?.body ?? "").utf8))
    #expect(problem["type"]?.asString?.hasSuffix("#problem-too-large") == true)
    #expect(eventually { folder.text("site/donnees.html")?.contains("id=\"problem-too-large\"") == true })
  }

  @Test("X-Forwarded-For counts behind a proxy only, and only the hop that the proxy wrote")
  func forwardedFor() throws {
    for isBehindProxy in [true, false] {
      let folder = try Folder()
      let commune = try folder.open()
      let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: isBehindProxy)
      try commune.act("write", ["body": "un"])
      try commune.decideAll(approve: true, reason: "")
      let client = WireClient(port: server.port)
      var statuses: [Int] = []
      for number in 1...5 {
        let header = ("X-Forwarded-For", "10.0.0.\(number), 203.0.113.7")
        statuses.append(client.form("/api/v1/notes/cheer/1", "code=c\(number)", [header])?.status ?? 0)
      }
      #expect(statuses == [303, 303, 303, 429, 429])
      let other = client.form("/api/v1/notes/cheer/1", "code=other", [("X-Forwarded-For", "203.0.113.8")])
      #expect(other?.status == (isBehindProxy ? 303 : 429))
      server.stop()
    }
  }

  @Test("limits count an IPv4 address, and the whole network of an IPv6 address")
  func networks() {
    #expect(CommuneServer.network("192.0.2.7") == "192.0.2.7")
    #expect(CommuneServer.network("::ffff:192.0.2.7") == "192.0.2.7")
    #expect(CommuneServer.network("2001:db8:1:2::9") == CommuneServer.network("2001:db8:1:2:aaaa::1"))
    #expect(CommuneServer.network("2001:db8:1:2::9") != CommuneServer.network("2001:db8:1:3::9"))
    #expect(CommuneServer.network("no address") == "no address")
  }

  @Test("the server shows files, health, receipts and the desk with their headers, and publishes what is decided")
  func overTheWire() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let client = WireClient(port: server.port)
    #expect(eventually { client.send("GET", "/notes/index.html")?.status == 200 })
    #expect(client.send("GET", "/healthz")?.body.contains("\"status\":\"ok\"") == true)
    let sent = try #require(client.form("/api/v1/notes/write", "body=par+le+fil"))
    let receipt = try #require(client.send("GET", sent.header("Location") ?? ""))
    #expect(receipt.status == 200)
    for (name, value) in [
      ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
    ] { #expect(receipt.header(name) == value) }
    #expect(receipt.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
    let head = try #require(client.send("HEAD", sent.header("Location") ?? ""))
    #expect(head.status == 200 && head.body.isEmpty)
    #expect(client.send("GET", "/desk")?.header("Location") == "/desk/sign-in")
    try commune.decideAll(approve: true, reason: "")
    #expect(eventually { client.send("GET", "/notes/1.html")?.status == 200 })
    #expect(eventually { client.send("GET", "/api/v1/notes/1.json")?.body.contains("par le fil") == true })
    #expect(client.send("POST", "/notes/1.html", [ServingTests.form], body: "x")?.status == 405)
  }

  @Test("a stop finishes acts in flight and publishes what they changed; the folder is free again")
  func gracefulStop() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    let port = server.port
    let accepted = Mutex(0)
    let done = Arrival<Bool>()
    BackgroundThread.start {
      for number in 1...12 {
        let status = WireClient(port: port).form("/api/v1/notes/write", "body=mot+\(number)")?.status
        if status == 303 { accepted.withLock { $0 += 1 } }
      }
      done.set(true)
    }
    #expect(eventually { accepted.withLock { $0 } >= 3 })
    try commune.decideAll(approve: true, reason: "")
    server.stop()
    _ = done.value()
    #expect(folder.text("site/notes/1.html") != nil)
    #expect(WireClient(port: port).send("GET", "/healthz") == nil)
    let again = try folder.open()
    let kept = try again.host.ports.store.reading { try $0("notes").count("SELECT count(*) FROM notes_note") }
    #expect(kept >= accepted.withLock { $0 })
    again.close()
  }

  @Test("a port in use is said in words")
  func busyPort() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let second = try Folder()
    let other = try second.open()
    defer { other.close() }
    do {
      _ = try CommuneServer.start(other, host: "127.0.0.1", port: server.port, behindProxy: false)
      Issue.record("two servers on one port")
    } catch let error as CommuneError {
      #expect(error.kind == .busyPort && error.exitCode == 3)
      #expect(error.message("fr").contains("\(server.port)") && error.message("en").contains("\(server.port)"))
    }
  }
}
