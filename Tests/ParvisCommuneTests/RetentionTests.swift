import ParticipationKit
import ParticipationTesting
@testable import ParvisCommune
@testable import ParvisHost
import Testing

@Suite("What time alone removes")
struct RetentionTests {
  @Test("a refused text is gone after its time, from the table, the queue and the receipt; its reason and leaf stay")
  func refused() throws {
    let commune = try NotesCommune.make()
    let sent = commune.write("MARKrefused words", [("label", "MARKlabel")])
    try commune.refuseAll(reason: "insult")
    try commune.work()
    #expect(try commune.count("SELECT count(*) FROM notes_note WHERE body <> ''", in: "notes") == 1)
    commune.now = commune.now.adding(seconds: 366 * 86_400)
    try commune.work()
    #expect(try commune.count("SELECT count(*) FROM notes_note WHERE body <> ''", in: "notes") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE excerpt <> ''") == 0)
    #expect(commune.receipt(sent)["reason"]?.asString == "insult")
    let leaves = try commune.rows("SELECT leaf FROM host_register WHERE kind = 'retention'")
    #expect(leaves.count == 1)
    #expect(try leaves.allSatisfy { !(try $0.text("leaf").contains("MARK")) })
    #expect(try commune.filesInData(holding: "MARK").isEmpty)
  }

  @Test("a day on which nothing was removed leaves no leaf, and a second turn on the same day does nothing")
  func onceADay() throws {
    let commune = try NotesCommune.make()
    let before = try commune.count("SELECT count(*) FROM host_register")
    for _ in 0..<3 { try commune.work() }
    #expect(try commune.count("SELECT count(*) FROM host_register") == before)
    #expect(try commune.count("SELECT count(*) FROM host_retention_run") == 1)
  }

  @Test("a disabled account loses name and address after its time, and what it decided stays")
  func disabled() throws {
    let commune = try NotesCommune.make()
    let people = commune.opened.people
    for (name, role) in [("MARKgone", "councillor"), ("stays", "clerk")] {
      _ = try people.add(
        email: "\(name)@essai.example", name: name, role: role, password: "a long password here", locale: "fr")
    }
    try people.setDisabled(email: "MARKgone@essai.example", true, locale: "fr")
    commune.now = commune.now.adding(seconds: 370 * 86_400)
    try commune.work()
    #expect(try commune.filesInData(holding: "MARKgone").isEmpty)
    #expect(try commune.filesInData(holding: "markgone").isEmpty)
    #expect(try commune.count("SELECT count(*) FROM host_person") == 2)
  }

  @Test("half a year after a decision, passages taken out and words around it are gone; an open appeal keeps them")
  func aroundDecisions() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "councillor")
    for words in ["avant MARKone après", "avant MARKtwo après"] {
      let sent = commune.write(words)
      let id = try commune.count("SELECT max(id) FROM host_moderation")
      desk.post(
        "/desk/moderation/\(id)",
        [
          ("decision", "redact"), ("field", "body"), ("reason", "insult"), ("note", "MARKreply\(id)"),
          ("marked", words.replacing("MARK", with: "[[MARK").replacing(" après", with: "]] après")),
          ("publish", "true"),
        ])
      guard words.contains("two") else { continue }
      let name = String((sent.header("Location") ?? "").dropFirst("/receipt/".count))
      #expect(commune.post("/api/v1/moderation/appeal/\(name)", [("body", "MARKappeal")]).status == 303)
    }
    commune.post(
      "/api/v1/moderation/flag/notes/note/1", [("item", "notes/note/1"), ("reason", "insult"), ("note", "MARKflag")])
    desk.post("/desk/moderation/1", [("decision", "approve")])
    commune.now = commune.now.adding(seconds: 183 * 86_400)
    try commune.work()
    #expect(try commune.count("SELECT count(*) FROM host_redaction WHERE before LIKE '%MARK%'") == 2)
    commune.now = commune.now.adding(seconds: 2 * 86_400)
    try commune.work()
    #expect(try commune.count("SELECT count(*) FROM host_redaction WHERE before LIKE '%MARKone%'") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_flag WHERE note <> ''") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_decision WHERE note = 'MARKreply1'") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_redaction WHERE before LIKE '%MARKtwo%'") == 1)
    let other = try commune.desk(role: "clerk")
    let card = other.get("/desk/moderation/1")
    #expect(card.status == 200 && !card.body.contains("MARK"))
    #expect(other.post("/desk/appeals/1", [("answer", "reverse"), ("note", "Oui.")]).status == 303)
    #expect(try commune.count("SELECT count(*) FROM notes_note WHERE body LIKE '%MARKtwo%'", in: "notes") == 1)
  }

  @Test("what nobody read for a year goes; what was public, or flagged lately, stays")
  func untouched() throws {
    let commune = try NotesCommune.make(configuration: "moderation:\n  hide_after_flags: 1")
    try commune.publishNote("public words")
    commune.write("MARKunread")
    commune.now = commune.now.adding(seconds: 364 * 86_400)
    #expect(
      commune.post(
        "/api/v1/moderation/flag/notes/note/1", [("item", "notes/note/1"), ("reason", "insult")]
      ).status == 303)
    commune.now = commune.now.adding(seconds: 3 * 86_400)
    commune.write("fresh words")
    try commune.work()
    let bodies = try commune.rows("SELECT body FROM notes_note ORDER BY id", in: "notes").map { try $0.text("body") }
    #expect(bodies == ["public words", "", "fresh words"])
  }

  @Test("the periods of commune.yaml count, and one that is out of bounds is refused with its line")
  func settings() throws {
    let commune = try NotesCommune.make(configuration: "retention:\n  receipts: 30")
    commune.write("des mots", [("label", "MARKlabel")])
    commune.now = commune.now.adding(seconds: 31 * 86_400)
    try commune.work()
    try commune.publish()
    #expect(commune.file("vie-privee.html")?.contains("30 jours") == true)
    #expect(throws: CommuneError.self) { try NotesCommune.make(configuration: "retention:\n  receipts: 5000") }
    #expect(throws: CommuneError.self) { try NotesCommune.make(configuration: "retention:\n  receits: 40") }
  }

  @Test("the page on personal data says how long what is kept, and when that was last enforced")
  func publicPage() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try commune.work()
    try commune.publish()
    let page = commune.file("vie-privee.html") ?? ""
    #expect(page.contains("365 jours") && page.contains("Dernier passage") && page.contains("action=\"me/data\""))
    #expect(commune.file("en/vie-privee.html")?.contains("Last turn") == true)
    for words in ["webhooks", "Annonces faites aux abonnés", "suivis jamais confirmés", "Suivis par courriel"] {
      #expect(page.contains(words), "\(words)")
    }
    let record = ProcessingRecord(host: commune.opened.host).markdown("fr")
    for period in PrivacySettings.periods {
      let title = commune.opened.host.words.text("privacy.clock.\(period.name)", "fr")
      #expect(page.contains(title), "each clock stands on the public page: \(period.name)")
      #expect(record.contains(title), "and in the record of article 30: \(period.name)")
    }
  }

  @Test("other programs that are called stand in the record of processing, by name")
  func webhooks() throws {
    let commune = try NotesCommune.make(
      configuration: "webhooks:\n  - name: passerelle-sms\n    url: https://sms.example/x\n    secret_file: data/secret"
    )
    #expect(ProcessingRecord(host: commune.opened.host).markdown("fr").contains("passerelle-sms. Ils ne reçoivent"))
    #expect(!ProcessingRecord(host: try NotesCommune.make().opened.host).markdown("fr").contains("Ils ne reçoivent"))
  }
}

extension TestCommune {
  /// A turn of the server's loop: daily work, publication, a new database file when something was erased.
  func work() throws {
    try opened.host.runDailyWork()
    try publish()
    try opened.compactForTest()
  }

  /// The files below `data/`, as they lie on the disk now, that hold some bytes.
  func filesInData(holding text: String) throws -> [String] {
    try ["parvis.sqlite", "parvis.sqlite-wal"].filter { name in
      guard let bytes = try Files.read(folder + "/data/" + name) else { return false }
      return bytes.holds(text)
    }
  }
}
