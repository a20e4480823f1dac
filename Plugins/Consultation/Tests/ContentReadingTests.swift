import ParticipationKit
import Testing

@testable import Consultation

@Suite("A consultation's file, as a clerk writes it")
struct ContentReadingTests {
  @Test("A complete file is read with its instants in the commune's zone")
  func readsFile() throws {
    let module = try Fixture.module()
    let consultation = try #require(module.consultations["laiterie"])
    #expect(consultation.opens.rfc3339 == "2026-09-01T06:00:00Z")
    #expect(consultation.closes.rfc3339 == "2026-10-31T17:00:00Z")
    #expect(consultation.acceptsProposals)
    #expect(consultation.questions.map(\.id) == ["usage"])
    #expect(consultation.questions[0].options.map(\.id) == ["un-cafe", "un-gite"])
  }

  @Test("Closing is exact: the instant of closing is late, the one before is in time")
  func closing() throws {
    let consultation = try #require(try Fixture.module().consultations["laiterie"])
    let before = Timestamp(milliseconds: consultation.closes.milliseconds - 1)
    #expect(consultation.phase(at: before) == .open)
    #expect(consultation.phase(at: consultation.closes) == .over)
    #expect(consultation.phase(at: Timestamp(milliseconds: consultation.opens.milliseconds - 1)) == .ahead)
    #expect(consultation.changesAt(after: before) == consultation.closes)
    #expect(consultation.changesAt(after: consultation.closes) == nil)
  }

  @Test("An act before opening or after closing is refused with the date in words")
  func refusedWithDate() throws {
    let module = try Fixture.module()
    let consultation = try #require(module.consultations["laiterie"])
    let late = #expect(throws: Problem.self) { try module.checkOpen(consultation, consultation.closes, "fr") }
    #expect(late?.status == 409)
    #expect(late?.detail.contains("samedi 31 octobre 2026 à 18\u{A0}h") == true)
    let early = #expect(throws: Problem.self) {
      try module.checkOpen(consultation, Timestamp(seconds: 0), "en")
    }
    #expect(early?.detail.contains("Tuesday 1 September 2026") == true)
  }

  static let broken: [(String, Fixture.Fields, Int, String)] = [
    ("unknown field", Fixture.fields() + [("color", Fixture.text("bleu", line: 17))], 17, "color"),
    ("missing closing", Fixture.fields().filter { $0.name != "closes" }, 1, "closes"),
    ("closing before opening", replacing("closes", "2026-08-01T08:00", line: 5), 5, "closes"),
    ("a day without time", replacing("opens", "2026-09-01", line: 4), 4, "2026-11-02T08:00"),
    ("a reserved id", Fixture.fields(id: "proposals"), 2, "proposals"),
    ("an id of digits", Fixture.fields(id: "2026"), 2, "2026"),
    ("an id with accents", Fixture.fields(id: "déchets"), 2, "déchets"),
    ("an unknown type", Fixture.fields([Fixture.question(type: "choix")]), 11, "single"),
    ("one option only", Fixture.fields([Fixture.question(options: ["Oui"])]), 13, "options"),
    ("the same option twice", Fixture.fields([Fixture.question(options: ["Oui", "oui"])]), 14, "oui"),
    ("an option called other", Fixture.fields([Fixture.question(options: ["Other", "Oui"])]), 14, "other"),
    ("a text with options", Fixture.fields([Fixture.question(type: "text")]), 13, "text"),
    ("the id of a question with a hyphen", Fixture.fields([Fixture.question(id: "mon-usage")]), 10, "mon-usage"),
    ("a question called access_code", Fixture.fields([Fixture.question(id: "access_code")]), 10, "access_code"),
    ("two questions with one id", Fixture.fields([Fixture.question(), Fixture.question()]), 10, "usage"),
    (
      "a maximum for one answer",
      Fixture.fields([Fixture.question(more: [("max", .scalar("2", line: 15))])]), 15, "max"
    ),
    (
      "required that is neither true nor false",
      Fixture.fields([Fixture.question(more: [("required", .scalar("oui", line: 16))])]), 16, "required"
    ),
    ("a section without question", Fixture.fields([]), 8, "questions"),
  ]

  private static func replacing(_ name: String, _ value: String, line: Int) -> Fixture.Fields {
    Fixture.fields().map { $0.name == name ? (name, Fixture.text(value, line: line)) : $0 }
  }

  @Test("What is wrong is said with file, line and expectation", arguments: broken.indices)
  func saysWhatIsWrong(index: Int) throws {
    let (name, fields, line, word) = Self.broken[index]
    let findings = Fixture.findings([Fixture.file(fields)])
    let finding = try #require(findings.first { $0.line == line }, "\(name): \(findings)")
    #expect(finding.file == "content/consultations/laiterie.md")
    for locale in ["fr", "en"] { #expect(finding.message(locale).contains(word), "\(name)") }
    #expect(finding.message("fr") != finding.message("en"))
  }

  @Test("A file that offers nothing to do is refused")
  func nothingToDo() {
    let fields = Fixture.fields().filter { !["questionnaire", "accepts_proposals"].contains($0.name) }
    #expect(Fixture.findings([Fixture.file(fields)]).count == 1)
  }

  @Test("Two files with one id are both named, and all findings of all files come at once")
  func severalFiles() {
    let twin = Fixture.findings([Fixture.file(Fixture.fields()), Fixture.file(Fixture.fields(), name: "copie")])
    #expect(twin.count == 1)
    #expect(twin.first?.message("fr").contains("content/consultations/laiterie.md") == true)
    let two = Fixture.findings([
      Fixture.file(Fixture.fields(id: "2026")), Fixture.file(Fixture.fields([Fixture.question(type: "x")]), name: "b"),
    ])
    #expect(Set(two.map(\.file)).count == 2)
  }
}
