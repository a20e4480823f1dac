import ParticipationKit
import Testing

@testable import Consultation

@Suite("Records in the format of the Grand Débat")
struct GrandDebatReadingTests {
  static func line(
    id: String = "UHJvcG9zYWw6MQ==", title: String = "Moins d’emballages",
    published: String = "\"2019-01-22 10:04:31\"",
    trashed: String = "false", responses: String = response("160", "Oui"), more: String = ""
  ) -> String {
    """
    {"id":"\(id)","reference":"2-1","title":"\(title)","createdAt":"2019-01-22 09:00:00","publishedAt":\(published),\
    "updatedAt":null,"trashed":\(trashed),"trashedStatus":null,"authorId":"VXNlcjox","authorType":\
    "Citoyen / Citoyenne","authorZipCode":"55000","responses":[\(responses)]\(more)}
    """
  }

  static func response(_ id: String, _ value: String, title: String = "Que faire ?") -> String {
    "{\"questionId\":\"\(id)\",\"questionTitle\":\"\(title)\",\"value\":\"\(value)\",\"formattedValue\":\"\(value)\"}"
  }

  static func scan(_ text: String) throws -> GrandDebatRecord {
    var scanner = GrandDebatScanner()
    return try scanner.record(Array(text.utf8)[...])
  }

  @Test("Every field that is kept is read, and null is nothing")
  func fields() throws {
    let record = try Self.scan(Self.line())
    #expect(record.id == "UHJvcG9zYWw6MQ==")
    #expect(record.reference == "2-1")
    #expect(record.title == "Moins d’emballages")
    #expect(record.publishedAt == "2019-01-22 10:04:31")
    #expect(record.updatedAt == nil)
    #expect(record.authorType == "Citoyen / Citoyenne")
    #expect(record.responses == [.init(question: 0, value: "Oui")])
  }

  @Test("Questions are kept once over many lines, whatever their order, gaps or spelling of their titles")
  func questionsOnce() throws {
    var scanner = GrandDebatScanner()
    let lines = [
      [Self.response("1", "a"), Self.response("2", "b"), Self.response("3", "c")],
      [Self.response("2", "d"), Self.response("1", "e")],
      [
        Self.response("1", "f", title: "Q1 - Que faire ?"), Self.response("2", "", title: "x"), Self.response("3", "g"),
      ],
    ]
    let records = try lines.map { responses in
      try scanner.record(Array(Self.line(responses: responses.joined(separator: ",")).utf8)[...])
    }
    #expect(scanner.questions.entries.map(\.reference) == ["1", "2", "3"])
    #expect(scanner.questions.entries[0].title == "Que faire ?")
    #expect(records[0].responses.map(\.question) == [0, 1, 2])
    #expect(records[1].responses.map(\.question) == [1, 0])
    #expect(records[2].responses == [.init(question: 0, value: "f"), .init(question: 2, value: "g")])
  }

  @Test("Members may stand in any order with white space, and a value before its question is still its value")
  func order() throws {
    let text = """
      { "responses" : [ { "value" : "Oui", "questionTitle" : "T", "questionId" : "7" } ] , "createdAt" : \
      "2019-01-22 09:00:00" , "id" : "x" }
      """
    let record = try Self.scan(text)
    #expect(record.responses == [.init(question: 0, value: "Oui")])
    #expect(record.publishedAt == nil)
  }

  @Test("Escapes are read as JSON says, also in values of several choices")
  func escapes() throws {
    let value = #"{\"labels\":[\"Une aide\",\"Des conseils\"],\"other\":\"Le bois \\\"sec\\\"\"}"#
    let record = try Self.scan(
      Self.line(title: #"L\u2019eau \\ \ud83d\udca7 \/"#, responses: Self.response("160", value)))
    #expect(record.title == "L’eau \\ 💧 /")
    let choice = try #require(ChoiceValue(record.responses[0].value))
    #expect(choice.labels == ["Une aide", "Des conseils"])
    #expect(choice.all == ["Une aide", "Des conseils", "Le bois \"sec\""])
    #expect(ChoiceValue("Oui") == nil)
    #expect(ChoiceValue("{pas du JSON") == nil)
  }

  @Test("Names and addresses that some archives hold are passed over")
  func personalMembers() throws {
    let record = try Self.scan(
      Self.line(more: ",\"authorUsername\":\"jd\",\"authorEmail\":\"a@b.fr\",\"x\":[{\"y\":1.5e3}]"))
    let kept = [record.id, record.title, record.authorID ?? "", record.authorType ?? ""]
    #expect(!kept.contains("jd") && !kept.contains("a@b.fr"))
  }

  static let broken: [String] = [
    "", "{", "[]", "null", "{}", "{\"id\":\"x\"}", line() + "x", String(line().dropLast()),
    String(line().dropLast(2)), line(trashed: "\"no\""), line(title: "a\u{1}b"), line(title: #"\x"#),
    line(title: #"\ud83d"#),
    line(id: ""), line(responses: "{\"questionId\":\"1\"},"), line(responses: "{\"value\":\"x\"}"),
    line(responses: "{\"questionId\":1,\"value\":\"x\"}"), line(published: "12"), line(more: ",\"id\":\"y\""),
    line(more: ",\"x\":" + String(repeating: "[", count: 2000)), line(more: ",\"x\":nul"),
  ]

  @Test("A broken line is refused with a place inside it", arguments: broken)
  func brokenLine(text: String) throws {
    let fault = #expect(throws: GrandDebatFault.self) { try Self.scan(text) }
    let offset = try #require(fault?.offset)
    #expect((0...text.utf8.count).contains(offset))
    #expect(fault?.fr.isEmpty == false && fault?.en.isEmpty == false)
  }

  @Test("Cut anywhere, a line is refused and never traps")
  func cutAnywhere() {
    let bytes = Array(Self.line(responses: Self.response("160", #"d\u00e9j\u00e0 \"vu\""#)).utf8)
    for end in 0..<bytes.count {
      var scanner = GrandDebatScanner()
      #expect(throws: GrandDebatFault.self) { try scanner.record(bytes[..<end]) }
    }
  }

  @Test("Bytes that are no UTF-8 are refused where they would be kept", arguments: ["abc", "Oui"])
  func invalidText(word: String) throws {
    var bytes = Array(Self.line(title: "abc").utf8)
    let place = try #require(bytes.firstRange(of: Array(word.utf8)))
    bytes[place.lowerBound] = 0xE9
    var scanner = GrandDebatScanner()
    #expect(throws: GrandDebatFault.self) { try scanner.record(bytes[...]) }
  }

  @Test(
    "Junk in the postal code is not kept",
    arguments: [
      ("55000", true), ("01000", true), ("97400", true), ("00000", false), ("99999", false), ("5500", false),
      ("550000", false), ("2A004", false), ("", false), ("５５０００", false),
    ])
  func postalCodes(code: String, isKept: Bool) {
    #expect((GrandDebatRecord.postalCode(code) == code) == isKept)
  }
}
