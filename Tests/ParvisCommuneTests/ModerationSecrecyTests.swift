import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Moderation and what nobody may read")
struct ModerationSecrecyTests {
  /// Notes and comments in every state that moderation knows, each with a marker of its own.
  private func everyState(_ commune: TestCommune) throws {
    let desk = try commune.desk(role: "clerk")
    func write(_ words: String) throws -> Int {
      commune.write(words, [("email", "MARKmail@essai.example")])
      return try commune.count("SELECT max(id) FROM host_moderation")
    }
    func decide(_ id: Int, _ fields: [(String, String)]) { desk.post("/desk/moderation/\(id)", fields) }
    let shown = try write("visible")
    decide(shown, [("decision", "approve")])
    decide(try write("MARKrefused"), [("decision", "refuse"), ("reason", "insult"), ("note", "MARKnote")])
    decide(try write("MARKembargo"), [("decision", "approve"), ("public_at", "2027-01-01T08:00")])
    decide(
      try write("avant MARKpassage après"),
      [
        ("decision", "redact"), ("field", "body"), ("marked", "avant [[MARKpassage]] après"), ("reason", "insult"),
        ("publish", "true"),
      ])
    let undone = try write("MARKundone")
    decide(undone, [("decision", "approve")])
    try commune.publish()
    desk.post("/desk/undo/\(try commune.count("SELECT max(id) FROM host_decision"))", [])
    let withdrawn = try write("MARKwithdrawn")
    decide(withdrawn, [("decision", "approve")])
    try commune.publish()
    decide(withdrawn, [("decision", "refuse"), ("reason", "off-topic")])
    let hidden = try write("MARKhidden")
    decide(hidden, [("decision", "approve")])
    try commune.publish()
    let key = try #require(
      try commune.rows("SELECT key FROM host_moderation WHERE id = \(hidden)").first?.text("key"))
    for number in 1...3 {
      let body = "item=notes/note/\(key)&reason=insult&note=MARKflag"
      _ = commune.send(
        "POST", "/api/v1/moderation/flag/notes/note/\(key)", Array(body.utf8),
        [("Content-Type", "application/x-www-form-urlencoded")], from: "203.0.113.\(number)")
    }
    for words in ["MARKcomment", "MARKcomment2"] {
      commune.post(
        "/api/v1/comments/add/notes/note/1", [("kind", "question"), ("body", words), ("author", "MARKauthor")])
    }
    let comment = try commune.count("SELECT max(id) FROM host_moderation")
    decide(comment, [("decision", "refuse"), ("reason", "insult")])
    _ = try write("MARKpending")
  }

  @Test("whatever moderation decided or has not decided yet, no marked word is in any emitted file or export")
  func emitted() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try everyState(commune)
    try commune.publish()
    let files = commune.files() + (try commune.fullBuild())
    #expect(files.count > 40)
    for file in files where file.bytes.holds("MARK") {
      Issue.record("a marked word is in \(file.path)")
    }
    for file in files where file.bytes.holds("203.0.113.") {
      Issue.record("an address is in \(file.path)")
    }
    let export = try commune.exportText("notes")
    #expect(!export.contains("MARK"))
    #expect(commune.file("notes/1.html")?.contains("visible") == true)
    #expect(commune.file("moderation/index.html")?.contains("Masqué en attendant lecture") == true)
  }

  @Test("what was written act by act is what a full build writes, in every state")
  func same() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try everyState(commune)
    try commune.publish()
    let (one, other) = (commune.files(), try commune.fullBuild())
    #expect(one.map(\.path) == other.map(\.path))
    for (a, b) in zip(one, other) where a.bytes != b.bytes { Issue.record("\(a.path) differs") }
  }

  @Test("neither the register nor the log holds words, reasons given, or receipts of appeals")
  func registerAndLog() throws {
    let folder = try Folder()
    let lines = Lines()
    let commune = try folder.open(log: { lines.add($0) })
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: true)
    let client = WireClient(port: server.port)
    let sent = client.form("/api/v1/notes/write", "body=MARKwords", [("X-Forwarded-For", "203.0.113.77")])
    let receipt = sent?.header("Location") ?? ""
    try commune.decideAll(approve: false, reason: "insult")
    let name = receipt.split(separator: "/").last.map(String.init) ?? "missing"
    _ = client.form("/api/v1/moderation/appeal/\(name)", "body=MARKappeal", [("X-Forwarded-For", "203.0.113.77")])
    server.stop()
    let log = lines.all.joined(separator: "\n")
    let token = name.split(separator: "-").last.map(String.init) ?? "missing"
    for secret in ["MARK", "203.0.113.77", token] { #expect(!log.contains(secret), "\(secret)") }
    #expect(log.contains("path=/api/v1/moderation/appeal/…"))
    let again = try folder.open()
    let leaves = try again.host.ports.store.reading { ledgers in
      try ledgers("host").rows("SELECT leaf FROM host_register").map { try $0.text("leaf") }.joined()
    }
    again.close()
    #expect(leaves.contains("\"refused\"") && leaves.contains("moderation/appeal"))
    #expect(!leaves.contains("MARK") && !leaves.contains(token))
  }
}
