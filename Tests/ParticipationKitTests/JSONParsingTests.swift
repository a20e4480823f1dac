import ParticipationKit
import Testing

@Suite("Reading JSON (RFC 8259): strict, so that a program is told its mistake instead of half understood")
struct JSONParsingTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

  @Test(
    "what the standard allows is read",
    arguments: [
      ("null", JSONValue.null), ("true", true), (" \t\r\nfalse ", false), ("0", 0), ("-0", 0), ("-12", -12),
      ("9223372036854775807", 9_223_372_036_854_775_807), ("1.5", 1.5), ("-1e3", -1000.0), ("1E+2", 100.0),
      ("1e-2", 0.01), ("\"\"", ""), ("[]", []), ("{}", [:]), ("[1,[2],{}]", [1, [2], [:]]),
      ("{\"b\": 1, \"a\" : null}", ["b": 1, "a": nil]), ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{C}\n\r\t"),
      ("\"\\u00e9\\uD83D\\ude00\\u0000\"", "é😀\u{0}"), ("\"é😀\u{7F}\"", "é😀\u{7F}"),
      ("\"e\\u0301\"", "e\u{301}"), ("12345678901234567890", 12345678901234567890.0),
    ] as [(String, JSONValue)])
  func accepted(_ text: String, _ value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test(
    "everything else is refused with its place",
    arguments: [
      "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1", "1 2",
      "1e400", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\u{1}\"", "'a'", "[", "[1",
      "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}",
      "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1]]", "{}{}", "/**/1", "\u{FEFF}1", "\u{A0}1", "\"\\uD83D\"",
      "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\uD83D\\u0041\"", "\"\\uDE00\"", "\"\\uD83D\\uD83D\"", "\"\\uD83D\\u\"",
    ])
  func refused(_ text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test(
    "bytes that are no UTF-8 are refused inside strings, with and without escapes",
    arguments: [
      [0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0xF8, 0x88],
    ] as [[UInt8]])
  func invalidUTF8(_ bad: [UInt8]) {
    let quote: [UInt8] = [UInt8(ascii: "\"")]
    #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(quote + bad + quote) }
    #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(quote + Array("\\n".utf8) + bad + quote) }
    #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(Array("{\"a".utf8) + bad + Array("\":1}".utf8)) }
  }

  @Test("a member that appears twice is refused, also when an escape hides it")
  func duplicates() {
    #expect(throws: JSONSyntaxError.self) { try parse(#"{"a":1,"b":2,"a":3}"#) }
    #expect(throws: JSONSyntaxError.self) { try parse(#"{"a":1,"\u0061":3}"#) }
    #expect(throws: Never.self) { try parse(#"{"a":{"a":1},"b":{"a":2}}"#) }
  }

  @Test("nesting beyond the limit is refused before it can exhaust the stack")
  func depth() throws {
    let nested = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
    #expect(try parse(nested(32)).asArray?.count == 1)
    #expect(throws: JSONSyntaxError.self) { try parse(nested(34)) }
    #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
    #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(Array("[[[1]]]".utf8), maxDepth: 2) }
    #expect(try JSONValue.parse(Array("[[1]]".utf8), maxDepth: 2) == [[1]])
  }

  @Test("an error names the byte and the reason")
  func place() {
    let error = #expect(throws: JSONSyntaxError.self) { try parse("{\"a\": tru}") }
    #expect(error?.offset == 9)
    #expect(error?.description == "JSON, byte 9: expected true")
  }

  @Test("a slice is read as well as a whole")
  func slice() throws {
    let line = Array("xx[1]yy".utf8)
    #expect(try JSONValue.parse(line[2..<5]) == [1])
  }
}
