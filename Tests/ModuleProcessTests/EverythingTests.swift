import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@testable import ModuleProcess

/// What a module in a process of its own can offer besides what the example shows.
@Suite struct EverythingTests {
  private let module: Everything
  private let commune: TestCommune

  init() throws {
    module = try Everything()
    commune = try TestCommune([module.descriptor], configuration: TestCommune.withMail)
    #expect(
      commune.post(
        "/api/v1/every/send", [("words", "Le *chien* de Camille"), ("email", "camille@essai.example")]
      ).status == 303)
    try commune.approveAll()
    try commune.publish()
  }

  @Test func aFormOfItsOwnMakingWordsAndSettingsAreOnThePage() throws {
    let front = try #require(commune.file("every/index.html"))
    #expect(front.contains("Pour Essai") && front.contains("name=\"words\"") && front.contains("FORT"))
    let quiet = try TestCommune([module.descriptor], settings: ["every": "loud: false"])
    try quiet.publish()
    #expect(quiet.file("every/index.html")?.contains("bas") == true)
  }

  @Test func peopleCommentAndFollowItsRecords() throws {
    #expect(
      commune.post("/api/v1/comments/add/every/note/1", [("kind", "comment"), ("body", "Bien dit")]).status == 303)
    try commune.approveAll()
    try commune.publish()
    let page = try #require(commune.file("every/1.html"))
    #expect(page.contains("Bien dit") && page.contains("follow/ask/every/note/1"))
    #expect(
      page.contains("<em>chien</em>") && page.contains("href=\"index.html\"") || page.contains("every/index.html"))
    let data = try JSONValue.parse(Array(try #require(commune.file("api/v1/every/1.json")).utf8))
    #expect(data["comments"]?.asArray?.count == 1)
  }

  @Test func theFrontPageOfTheCommuneShowsItsContribution() throws {
    #expect(commune.file("index.html")?.contains("Il y a 1 mots") == true)
  }

  @Test func theClockDoesItsJobOnce() throws {
    #expect(commune.file("every/1.html")?.contains("ouvert") == true)
    commune.now = commune.now.adding(seconds: 2 * 3600)
    try commune.publish()
    #expect(commune.file("every/1.html")?.contains("clos") == true)
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
  }

  @Test func aLongStreamIsReadInPortions() throws {
    try commune.tamper(
      "every",
      """
      INSERT INTO every_note(words, email, closes, publication)
      SELECT 'mot', '', 0, 'published' FROM json_each('[\((1..<1500).map(String.init).joined(separator: ","))]')
      """)
    let files = try commune.fullBuild()
    let stream = try #require(files.first { $0.path.contains("every/notes.ndjson") && !$0.path.contains("metadata") })
    #expect(stream.bytes.split(separator: 0x0A).count == 1500)
    #expect(files.contains { $0.path == "every/1500.html" })
  }

  @Test func itsCalendarHasWhatTakesPlaceAndDropsWhatIsOver() throws {
    let calendar = try #require(commune.file("every/dates.ics"))
    #expect(calendar.contains("DTSTART:20261121T130000Z\r\n") && calendar.contains("DTEND:20261121T143000Z\r\n"))
    #expect(calendar.contains("LOCATION:Salle\\; étage 2\r\n") && !calendar.contains("CANCELLED"))
    // The job of the clock closes the note at one o'clock; two hours later time alone takes it out.
    commune.now = commune.now.adding(seconds: 2 * 3600)
    try commune.publish()
    commune.now = commune.now.adding(seconds: 3600)
    try commune.publish()
    let after = try #require(commune.file("every/dates.ics"))
    #expect(after.contains("BEGIN:VCALENDAR") && !after.contains("BEGIN:VEVENT"))
  }

  @Test func aModeratorTakesAPassageOut() throws {
    let desk = try commune.desk(role: "clerk")
    let fields = [
      ("decision", "redact"), ("field", "words"), ("marked", "Le *chien* de [[Camille]]"), ("reason", "personal-data"),
    ]
    #expect(desk.post("/desk/moderation/1", fields).status == 303)
    try commune.publish()
    #expect(commune.file("every/1.html")?.contains("chien") == true)
    #expect(commune.file("every/1.html")?.contains("Camille") == false)
  }

  @Test func anAddressLeadsToTheRecordsThatTheHostErasesByItself() throws {
    let data = try #require(commune.opened.host.registry.entry("every")?.instance.personalData)
    try commune.opened.host.ports.store.read { ledgers in
      let ledger = ledgers("every")
      let subject = Subject("every", "note", "1")
      #expect(try data.records(ledger, "camille@essai.example") == [subject])
      #expect(try data.records(ledger, "") == [])
      let all = try data.export(ledger, PersonReference(email: "camille@essai.example", records: []))
      #expect(all.asArray?.first?["words"]?.asString == "Le *chien* de Camille")
    }
  }
}
