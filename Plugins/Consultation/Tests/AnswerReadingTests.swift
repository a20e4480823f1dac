import ParticipationKit
import Testing

@testable import Consultation

@Suite("One person's answers")
struct AnswerReadingTests {
  static func question(
    _ kind: Question.Kind, required: Bool = false, max: Int? = nil, other: Bool = false
  ) -> Question {
    let none = LocalText(french: "", english: nil)
    let options = ["a", "b", "c"].map { Option(id: $0, label: LocalText(french: $0, english: nil)) }
    return Question(
      id: "q", kind: kind, title: none, help: none, isRequired: required, max: max,
      options: kind == .text ? [] : options, allowsOther: other)
  }

  static func read(
    _ question: Question, _ taken: [String], other: String = ""
  ) -> (sheet: AnswerSheet, fault: AnswerReader.Fault?) {
    var sheet = AnswerSheet()
    let fault = AnswerReader(question: question).read(taken, other: other, into: &sheet)
    return (sheet, fault)
  }

  @Test("A single answer is one choice; words of one's own count as other and lie apart")
  func single() {
    #expect(Self.read(Self.question(.single), ["b"]).sheet.choices.map(\.choice) == ["b"])
    let own = Self.read(Self.question(.single, other: true), [""], other: "  Un four ")
    #expect(own.sheet.choices.map(\.choice) == ["other"])
    #expect(own.sheet.texts.map(\.text) == ["Un four"])
    #expect(Self.read(Self.question(.single, other: true), ["b"], other: "x").fault == .several)
  }

  @Test("Several answers keep their order, count each once, and other among the maximum")
  func multiple() {
    let question = Self.question(.multiple, max: 2, other: true)
    #expect(Self.read(question, ["b", "a", "b"]).sheet.choices.map(\.choice) == ["b", "a"])
    #expect(Self.read(question, ["a", "b", "c"]).fault == .tooMany)
    #expect(Self.read(question, ["a", "b"], other: "x").fault == .tooMany)
    #expect(Self.read(question, ["a"], other: "x").sheet.choices.map(\.choice) == ["a", "other"])
  }

  @Test("The marker of a ticked other box counts without words too")
  func otherWithoutWords() {
    let read = Self.read(Self.question(.multiple, other: true), ["other"])
    #expect(read.sheet.choices.map(\.choice) == ["other"])
    #expect(read.sheet.texts.isEmpty)
  }

  @Test("What is not offered is refused")
  func refused() {
    #expect(Self.read(Self.question(.single), ["z"]).fault == .unknown)
    #expect(Self.read(Self.question(.single), [""], other: "x").fault == .notOffered)
    #expect(Self.read(Self.question(.single, required: true), [""]).fault == .missing)
    #expect(Self.read(Self.question(.text, required: true), [" \n "]).fault == .missing)
    #expect(Self.read(Self.question(.single, required: true, other: true), [""], other: "x").fault == nil)
  }

  @Test("A text counts its author and lies apart from the choices")
  func text() {
    let read = Self.read(Self.question(.text), [" Pas de parking.\n"])
    #expect(read.sheet.choices.map(\.choice) == [""])
    #expect(read.sheet.texts.map(\.text) == ["Pas de parking."])
  }

  @Test("A submission without any answer is refused; each fault has its words in both languages")
  func nothing() throws {
    let module = try Fixture.module()
    let consultation = try #require(module.consultations["laiterie"])
    let problem = #expect(throws: Problem.self) {
      try module.sheet(Submission(values: [:]), consultation, "fr")
    }
    #expect(problem?.fieldErrors.map(\.field) == ["usage"])
    for fault in AnswerReader.Fault.allCases {
      for locale in ["fr", "en"] {
        let key = "error.answer.\(fault.rawValue)"
        #expect(module.text(key, locale) != key)
      }
    }
  }

  @Test("No row of an answer holds a time, and nothing joins it to its code")
  func answersAreSecret() throws {
    let module = try Fixture.module()
    let noting = NotingLedger()
    let now = try #require(Timestamp(rfc3339: "2026-09-02T10:20:30Z"))
    let outcome = try module.answerAction.perform(
      noting.context(key: "laiterie", now: now), Submission(values: ["usage": ["un-cafe"]]))
    #expect(outcome.changed.isEmpty, "results are sealed until closing")
    #expect(outcome.subject == Subject("consultation", "consultation", "laiterie"))
    for statement in noting.statements {
      #expect(!statement.arguments.contains(.timestamp(now)))
      #expect(!statement.arguments.contains { $0.asText?.contains("10:20") ?? false })
    }
    #expect(noting.insertions(into: "consultation_submission") == 1)
    #expect(noting.insertions(into: "consultation_answer") == 1)
  }

  @Test("Keys of answers are positive, different, and say nothing of their order")
  func randomKeys() {
    var drawn: UInt8 = 0
    let keys = (0..<50).map { _ in
      AnswerTable.randomKey { count in
        drawn += 1
        return Array(Fixture.digest([drawn]).prefix(count))
      }
    }
    #expect(Set(keys).count == 50)
    #expect(keys.allSatisfy { $0 > 0 })
    #expect(keys != keys.sorted())
  }
}
