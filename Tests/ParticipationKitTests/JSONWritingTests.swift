import ParticipationKit
import ParticipationTesting
import Testing

@Suite("Writing JSON: the same data gives the same bytes, and no page can be broken from inside it")
struct JSONWritingTests {
  @Test("members keep their order and nothing is added")
  func order() {
    let value: JSONValue = ["b": 1, "a": [true, nil, "x"], "c": ["d": -1.5]]
    #expect(value.text == #"{"b":1,"a":[true,null,"x"],"c":{"d":-1.5}}"#)
    #expect(value.adding([("e", 2)]).text == #"{"b":1,"a":[true,null,"x"],"c":{"d":-1.5},"e":2}"#)
    #expect(JSONValue.array([1]).adding([("e", 2)]) == [1])
  }

  @Test("what would end a string, a script or a line is escaped")
  func escapes() {
    #expect(JSONValue.string("a\"b\\c\n\r\t\u{0}\u{1F}\u{7F}").text == #""a\"b\\c\n\r\t\u0000\u001f\u007f""#)
    #expect(JSONValue.string("</script><!--").text == #""\u003c/script>\u003c!--""#)
    #expect(JSONValue.object([("<", nil)]).text == #"{"\u003c":null}"#)
    #expect(JSONValue.string("é😀\u{2028}").text == "\"é😀\u{2028}\"")
  }

  @Test("numbers are written as JavaScript writes them; what JSON cannot hold is null")
  func numbers() {
    #expect(JSONValue.integer(Int.min).text == "-9223372036854775808")
    #expect(JSONValue.integer(Int.max).text == "9223372036854775807")
    #expect(JSONValue.number(2).text == "2")
    #expect(JSONValue.number(-0.0).text == "0")
    #expect(JSONValue.number(0.1).text == "0.1")
    #expect(JSONValue.number(1e300).text == "1e+300")
    #expect(JSONValue.number(.nan) == .null)
    #expect(JSONValue.number(-.infinity) == .null)
  }

  @Test("values answer what they are and nothing else")
  func reading() throws {
    let value: JSONValue = ["text": "a", "int": 3, "float": 3.0, "half": 0.5, "list": [1], "none": nil, "yes": true]
    #expect(value["text"]?.asString == "a")
    #expect(value["int"]?.asInteger == 3)
    #expect(value["float"]?.asInteger == 3)
    #expect(value["half"]?.asInteger == nil)
    #expect(value["int"]?.asNumber == 3)
    #expect(value["list"]?.asArray == [1])
    #expect(value["none"]?.isNull == true)
    #expect(value["yes"]?.asBool == true)
    #expect(value["absent"] == nil)
    #expect(value["text"]?.asInteger == nil)
    #expect(value["text"]?["x"] == nil)
    #expect(value.asObject?.map(\.name) == ["text", "int", "float", "half", "list", "none", "yes"])
    #expect(JSONValue.number(1e300).asInteger == nil)
    #expect(
      ["{}", "[]", "1", "1.5", "\"\"", "true", "null"].map { try? JSONValue.parse(Array($0.utf8)).kindName }
        == ["object", "array", "number", "number", "string", "boolean", "null"])
    #expect(JSONValue.timestamp(Timestamp(seconds: 0)) == "1970-01-01T00:00:00Z")
    #expect(JSONValue.timestamp(nil) == .null)
    #expect(JSONValue.string(nil as String?) == .null)
  }

  @Test("what is written is read back to the same bytes", arguments: UInt64(1)...200)
  func roundTrip(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let value = Self.arbitrary(&random, depth: 0)
    let bytes = value.bytes
    #expect(try JSONValue.parse(bytes).bytes == bytes)
  }

  private static func arbitrary(_ random: inout SplitMix, depth: Int) -> JSONValue {
    switch random.next(below: depth > 4 ? 5 : 7) {
    case 0: .null
    case 1: .bool(random.next(below: 2) == 0)
    case 2: .integer(Int(truncatingIfNeeded: random.next()))
    case 3: .number(Double(bitPattern: random.next()))
    case 4: .string(text(&random))
    case 5: .array((0..<random.next(below: 5)).map { _ in arbitrary(&random, depth: depth + 1) })
    default:
      .object((0..<random.next(below: 5)).map { ("\($0)" + text(&random), arbitrary(&random, depth: depth + 1)) })
    }
  }

  private static func text(_ random: inout SplitMix) -> String {
    var out = String.UnicodeScalarView()
    for _ in 0..<random.next(below: 12) {
      let limit: UInt32 = [0x80, 0x100, 0x3000, 0x110000][random.next(below: 4)]
      if let scalar = Unicode.Scalar(UInt32(random.next(below: Int(limit)))) { out.append(scalar) }
    }
    return String(out)
  }
}

extension SplitMix {
  fileprivate mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
