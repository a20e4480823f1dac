import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("What never leaves")
struct SecrecyTests {
  @Test("no pending or refused word, address, token, key or staff name is in any file of the site")
  func markers() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    _ = try commune.opened.people.add(
      email: "MARKstaff@essai.example", name: "MARKname", role: "clerk", password: "MARK password long", locale: "fr")
    let invitation = try commune.opened.people.invite(role: "agent")
    let shown = commune.write("visible", [("email", "MARKmail@essai.example"), ("code", "MARKcode")])
    try commune.approveAll()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "question"), ("body", "MARKrefused comment")])
    commune.write("MARKrefused note")
    try commune.refuseAll(reason: "insult")
    commune.write("MARKpending note", [("label", "MARKlabel")])
    commune.post(
      "/api/v1/comments/add/notes/note/1",
      [("kind", "comment"), ("body", "MARKpending comment"), ("author", "MARKauthor")])
    let desk = try commune.desk(role: "clerk")
    desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "insult"), ("note", "MARKnote")])
    desk.act("answers", "publish", key: "notes/note/1", [("body", "Réponse"), ("author", "La mairie")])
    try commune.publish()
    let receipt = String((shown.header("Location") ?? "").split(separator: "-").last ?? "")
    let session = try commune.opened.signInForTest(role: "clerk")
    let secrets =
      [
        "MARK", "markstaff", "192.0.2.7", receipt, String(invitation.split(separator: "/").last ?? ""),
        session.formToken,
      ]
    #expect(secrets.allSatisfy { $0.utf8.count >= 4 })
    for file in commune.files() + (try commune.fullBuild()) {
      for secret in secrets where file.bytes.holds(secret) {
        Issue.record("\(secret.prefix(8)) in \(file.path)")
      }
    }
    #expect(commune.file("notes/1.html")?.contains("visible") == true)
  }

  @Test("a log line holds neither address nor token nor words, also when a module fails with them")
  func logLines() throws {
    let folder = try Folder()
    let lines = Lines()
    let commune = try folder.open(log: { lines.add($0) })
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: true)
    let client = WireClient(port: server.port)
    let proxy = [("X-Forwarded-For", "203.0.113.77")]
    let sent = client.form("/api/v1/notes/write", "body=MARKwords", proxy)
    _ = client.form("/api/v1/notes/write", "body=fail", proxy)
    _ = client.form("/api/v1/notes/write", "body=trespass", proxy)
    let receipt = sent?.header("Location") ?? ""
    _ = client.send("GET", receipt)
    _ = client.send("GET", "/" + (try commune.people.invite(role: "clerk")))
    _ = client.form("/desk/sign-in", "email=MARKmail%40essai.example&password=MARKpassword", proxy)
    server.stop()
    let text = lines.all.joined(separator: "\n")
    #expect(lines.all.count >= 6)
    #expect(text.contains("path=/receipt/… status=200"))
    #expect(text.contains("incident="))
    let token = receipt.split(separator: "-").last.map(String.init) ?? "missing"
    for secret in ["MARK", "203.0.113.77", "127.0.0.1", token] { #expect(!text.contains(secret)) }
    let setup = lines.all.filter { $0.contains("/desk/setup/") }
    #expect(setup.allSatisfy { $0.contains("/desk/setup/… ") } && !setup.isEmpty)
  }

  @Test("an answer to a failure says a number to read out, and nothing of what went wrong inside")
  func incident() throws {
    let commune = try NotesCommune.make()
    let answer = commune.post("/api/v1/notes/write", json: .object([("body", "fail")]))
    #expect(answer.status == 500)
    #expect(!answer.body.contains("MARKER-IN-ERROR") && !answer.body.contains("Refusal"))
    #expect(answer.json["detail"]?.asString?.contains("Numéro de l’incident") == true)
    let page = commune.write("trespass")
    #expect(page.status == 500)
    #expect(page.body.contains("trespass") && !page.body.contains("host_register"))
  }

  @Test("a module that touches another’s table is refused, and nothing of its act is kept")
  func namespaces() throws {
    let commune = try NotesCommune.make()
    #expect(commune.write("trespass").status == 500)
    for (namespace, sql) in [
      ("notes", "SELECT email FROM host_person"), ("notes", "SELECT * FROM publication_document"),
      ("notes", "SELECT * FROM sqlite_schema"), ("publication", "SELECT value FROM host_secret"),
    ] {
      #expect(throws: (any Error).self) { try commune.rows(sql, in: namespace) }
    }
    #expect(throws: (any Error).self) { try commune.rows("SELECT 1", in: "nothing") }
  }

  @Test("a rendering ledger cannot write")
  func readOnly() throws {
    let commune = try NotesCommune.make()
    #expect(throws: ReadOnlyLedger.self) {
      try commune.opened.host.ports.store.reading { try $0("notes").execute("DELETE FROM notes_note") }
    }
  }
}
