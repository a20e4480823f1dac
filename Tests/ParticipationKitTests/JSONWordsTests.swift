import Testing

@testable import ParticipationKit

/// A clerk whose file has a comma too many reads French.
@Suite("What is wrong with JSON, in words")
struct JSONWordsTests {
  @Test(
    "each fault of syntax has French words, with the byte",
    arguments: [
      "{} x", "", "{1}", "{\"a\":1,\"a\":2}", "[1", "[1 2]", "-", "01", "1.", "1e", "1e999", "\"\u{1}\"", "\"a",
      "\"\\q\"", "\"\\ud800\"", "\"\\u12\"", "tru", "{\"a\" 1}", String(repeating: "[", count: 40),
    ])
  func french(_ text: String) throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue.parse(Array(text.utf8)) }
    #expect(error.reason("fr") != error.reason, "\(error.reason)")
    #expect(error.message("fr").contains("octet \(error.offset)"))
    #expect(error.message("en") == error.description)
  }

  @Test("whoever keeps a file is told line and column, in letters and not in bytes")
  func place() throws {
    let text = Array("{\n  \"é\": \"à\",\n  \"ü\" 1\n}".utf8)
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue.parse(text) }
    #expect(error.message("en", in: text) == "line 3, column 7: \(error.reason)")
    #expect(error.message("fr", in: text).hasPrefix("ligne 3, colonne 7 : "))
    let empty = try #require(throws: JSONSyntaxError.self) { try JSONValue.parse([UInt8]()) }
    #expect(empty.message("en", in: []).hasPrefix("line 1, column 1: "))
  }

  @Test("kinds of values are said in the language of the message")
  func kinds() {
    let values: [JSONValue] = [.null, .bool(true), .integer(1), .string(""), .array([]), .object([])]
    for value in values.dropFirst() {
      #expect(value.kindWords("fr") != value.kindWords("en") && value.kindWords("en") != value.kindName)
    }
  }
}
