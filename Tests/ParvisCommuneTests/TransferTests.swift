import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune

@Suite("Imports and exports")
struct TransferTests {
  let commune: TestCommune

  init() throws { commune = try NotesCommune.make() }

  private func notes() throws -> Int { try commune.count("SELECT count(*) FROM notes_note", in: "notes") }

  @Test("a file is imported once: with its comments, one leaf, its pages; the same file again changes nothing")
  func once() throws {
    try commune.publish()
    let text = "a;premier\nb;deuxième\nc;troisième\n"
    let first = try commune.importText("notes", text)
    #expect(first.added == 3 && first.unchanged == 0)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("Importé") == true)
    #expect(commune.file("notes/list-2.html") != nil)
    let second = try commune.importText("notes", text)
    #expect(second.added == 0 && second.unchanged == 3)
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE kind = 'import'") == 1)
    #expect(try commune.exportText("notes") == text)
    let full = try commune.fullBuild()
    #expect(commune.files().map(\.path) == full.map(\.path))
    for (one, other) in zip(commune.files(), full) where one.bytes != other.bytes {
      Issue.record("\(one.path) differs")
    }
  }

  @Test("a mistake on the last line keeps nothing of the file and names the line")
  func rollBack() throws {
    do {
      try commune.importText("notes", "a;premier\nb;deuxième\nsans rien\n")
      Issue.record("imported")
    } catch let error as CommuneError {
      #expect(error.kind == .invalid && error.exitCode == 1)
      #expect(error.diagnostics.map(\.line) == [3])
      #expect(error.diagnostics.first?.message("fr").contains("référence;texte") == true)
    }
    #expect(try notes() == 0)
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 0)
    #expect(try commune.count("SELECT count(*) FROM publication_queue", in: "publication") == 0)
  }

  @Test("a comment that no page could show stops the import instead of breaking its page for ever")
  func unshowable() throws {
    #expect(throws: CommuneError.self) { try commune.importText("notes", "a;premier\nb;deep\n") }
    #expect(try notes() == 0)
  }

  @Test("what came decided and answered stands among the decisions, shows its answer, and can be decided again")
  func decided() throws {
    _ = try commune.importText("notes", "a;décidé ailleurs\n")
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("C’est <strong>fait</strong>.") == true)
    let entry = try #require(
      try commune.rows("SELECT id, state, excerpt FROM host_moderation WHERE module = 'notes'").first)
    #expect(try entry.text("state") == "approved")
    #expect(try entry.text("excerpt") == "décidé ailleurs")
    let desk = try commune.desk(role: "councillor")
    #expect(desk.get("/desk/decided").body.contains("décidé ailleurs"))
    let path = "/desk/moderation/\(try entry.int("id"))"
    #expect(desk.post(path, [("decision", "refuse"), ("reason", "insult")]).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html") == nil)
  }

  @Test("an answer that no page could show stops the import")
  func unshowableAnswer() throws {
    #expect(throws: CommuneError.self) { try commune.importText("notes", "a;décidé en profondeur\n") }
    #expect(try notes() == 0)
    #expect(try commune.count("SELECT count(*) FROM host_answer") == 0)
  }

  @Test("a dry run reports and keeps nothing")
  func dryRun() throws {
    let report = try commune.importText("notes", "a;premier\n", dryRun: true)
    #expect(report.added == 1)
    #expect(try notes() == 0)
    #expect(try commune.count("SELECT count(*) FROM host_register") == 0)
  }

  @Test("an unknown kind, an unknown option and a missing file are said with what is possible")
  func unknown() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { try commune.importText("nots", "") }.contains("Possible: notes"))
    #expect(message { try commune.importText("notes", "", options: ["stat": "x"]) }.contains("Possible: state"))
    #expect(message { _ = try commune.exportText("nots") }.contains("Possible: notes"))
    #expect(message { _ = try commune.exportText("notes", options: ["a": "b"]) }.contains("“a”"))
    let missing = message {
      _ = try commune.opened.runImport(kind: "notes", file: "/nowhere/at/all", options: [:], dryRun: false)
    }
    #expect(missing.contains("/nowhere/at/all") && missing.contains("cannot be read"))
  }

  @Test("an import while the server runs is published without waiting for an act")
  func importWakes() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    #expect(eventually { folder.text("site/index.html") != nil })
    try folder.write("import.txt", "a;réveil\n")
    _ = try commune.runImport(kind: "notes", file: folder.path + "/import.txt", options: [:], dryRun: false)
    #expect(eventually { folder.text("site/notes/1.html") != nil })
  }
}
