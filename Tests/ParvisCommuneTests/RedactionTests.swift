import ParticipationKit
import ParticipationTesting
import Testing

@Suite("Passages taken out")
struct RedactionTests {
  let commune: TestCommune
  let desk: TestDesk

  init() throws {
    commune = try NotesCommune.make(languages: ["fr", "en"])
    desk = try commune.desk(role: "councillor")
  }

  private func redact(_ id: Int, _ marked: String, _ more: [(String, String)] = []) -> TestCommune.Answer {
    desk.post(
      "/desk/moderation/\(id)",
      [("decision", "redact"), ("field", "body"), ("marked", marked), ("reason", "personal-data")] + more)
  }

  private func everywhere(_ text: String) throws -> [String] {
    let full = try commune.fullBuild().filter { $0.bytes.holds(text) }.map(\.path)
    return commune.filesHolding(text) + full + (try commune.exportText("notes").contains(text) ? ["export"] : [])
  }

  @Test("the passage is in no page, data, feed, shard or export; staff see the original; the author reads why")
  func nowhere() throws {
    let sent = commune.write("Le chien de MARKER aboie la nuit")
    #expect(redact(1, "Le chien de [[MARKER]] aboie la nuit", [("publish", "true")]).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("[passage retiré") == true)
    #expect(try everywhere("MARKER").isEmpty)
    #expect(desk.get("/desk/moderation/1").body.contains("Le chien de MARKER aboie"))
    #expect(!desk.get("/desk/moderation").body.contains("MARKER"))
    let page = commune.get(sent.header("Location") ?? "").body
    #expect(page.contains("Un passage de votre texte est retiré") && page.contains("Contester cette décision"))
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE kind = 'decision'") == 2)
  }

  @Test("it also leaves a page that was public, and what comments quote of it; undoing puts it back")
  func afterPublication() throws {
    commune.write("Dites **MARKER** à tous")
    try commune.approveAll()
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "oui"), ("block", "0")])
    commune.post("/api/v1/comments/add/notes/note/1", [("kind", "comment"), ("body", "non"), ("block", "1")])
    try commune.approveAll()
    try commune.publish()
    #expect(!commune.filesHolding("MARKER").isEmpty)
    #expect(redact(1, "Dites **[[MARKER]]** à tous").status == 303)
    try commune.publish()
    #expect(try everywhere("MARKER").isEmpty)
    #expect(commune.file("notes/1.html") != nil)
    let id = try commune.count("SELECT max(id) FROM host_decision")
    #expect(desk.post("/desk/undo/\(id)", []).status == 303)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("<strong>MARKER</strong>") == true)
    #expect(commune.files().map(\.path) == (try commune.fullBuild()).map(\.path))
  }

  @Test("only marks may be added; they close, and mark something")
  func marks() throws {
    commune.write("un deux trois")
    let agent = try commune.desk(role: "agent")
    let foreign = agent.post(
      "/desk/moderation/1",
      [("decision", "redact"), ("field", "body"), ("marked", "un [[deux]] trois"), ("reason", "insult")])
    #expect(foreign.status == 403)
    for wrong in [
      "un deux trois", "un [[deux trois", "un deux]] trois", "[[un [[deux]] trois]]", "un [[dix]] trois",
      "[[]]un deux trois",
      "un [[deux]] trois quatre", "",
    ] { #expect(redact(1, wrong).status == 422, "\(wrong)") }
    #expect(
      desk.post(
        "/desk/moderation/1",
        [("decision", "redact"), ("field", "email"), ("marked", "[[x]]"), ("reason", "insult")]
      ).status == 404)
    #expect(redact(1, "un [[deux]] trois", [("reason", "x")]).status == 303)
    #expect(
      try commune.rows("SELECT body FROM notes_note", in: "notes").first?.text("body")
        == "un [passage retiré\u{A0}: Donnée personnelle ou mise en cause d’une personne] trois")
  }

  @Test("without a reason the marks come back open, and no button that refuses the whole is offered in their place")
  func withoutReason() throws {
    commune.write("un MARKER trois")
    let refused = desk.post(
      "/desk/moderation/1",
      [("decision", "redact"), ("field", "body"), ("marked", "un [[MARKER]] trois"), ("reason", "")])
    #expect(refused.status == 422 && refused.body.contains("Retirer un passage demande un motif de la charte"))
    #expect(refused.body.contains("<details class=\"fold\" open>") && refused.body.contains("un [[MARKER]] trois"))
    #expect(!refused.body.contains("<details class=\"refusal\" open>"))
    #expect(!desk.get("/desk/moderation/1").body.contains("<details class=\"fold\" open>"))
    #expect(redact(1, "un [[MARKER]] trois").status == 303)
    #expect(desk.get("/desk/moderation/1").body.contains("pour l’équipe seulement\u{A0}: Texte"))
  }

  @Test("several passages, line ends of browsers, brackets after a passage, and text that holds brackets itself")
  func texts() throws {
    commune.write("a (b) [c]\nd e")
    #expect(redact(1, "[[a]](b) [c]\r\n[[d]] e").status == 422)
    #expect(redact(1, "[[a ]](b) [c]\r\n[[d]] e").status == 303)
    let first = try #require(try commune.rows("SELECT body FROM notes_note", in: "notes").first?.text("body"))
    #expect(first.hasSuffix("] (b) [c]\n[passage retiré\u{A0}: Donnée personnelle ou mise en cause d’une personne] e"))
    commune.write("un [[lien]] ici")
    #expect(redact(2, "un [[lien]] {{ici}}").status == 303)
    #expect(desk.get("/desk/moderation/2").body.contains("un [[lien]] ici"))
  }
}
