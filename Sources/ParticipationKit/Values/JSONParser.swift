/// Why a text is not JSON.
public struct JSONSyntaxError: Error, Sendable, CustomStringConvertible {
  /// Where, in bytes from the start.
  public let offset: Int
  /// What was expected or is wrong.
  public let reason: String

  /// The place and the reason.
  public var description: String { "JSON, byte \(offset): \(reason)" }
}

extension JSONValue {
  /// Reads JSON (RFC 8259) strictly: valid UTF-8, no duplicate member, nesting up to `maxDepth`, nothing
  /// after the value.
  /// - Throws: ``JSONSyntaxError``.
  public static func parse(_ bytes: [UInt8], maxDepth: Int = 32) throws -> JSONValue {
    try parse(bytes[...], maxDepth: maxDepth)
  }

  /// Reads JSON from a slice of bytes, see ``parse(_:maxDepth:)``.
  /// - Throws: ``JSONSyntaxError``.
  public static func parse(_ bytes: ArraySlice<UInt8>, maxDepth: Int = 32) throws -> JSONValue {
    try unsafe bytes.withUnsafeBufferPointer { buffer in
      var parser = unsafe JSONParser(bytes: buffer, maxDepth: maxDepth)
      return try unsafe parser.document()
    }
  }
}

/// A recursive-descent reader over bytes. Works on a borrowed buffer: imports parse a hundred thousand
/// records.
@unsafe struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let maxDepth: Int
  var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
    unsafe self.bytes = unsafe bytes
    unsafe self.maxDepth = maxDepth
  }

  mutating func document() throws -> JSONValue {
    let value = try unsafe self.value(depth: 0)
    unsafe skipSpace()
    if unsafe index < bytes.count { throw unsafe error("nothing may follow the value") }
    return value
  }

  private func error(_ reason: String) -> JSONSyntaxError { unsafe JSONSyntaxError(offset: index, reason: reason) }

  private mutating func skipSpace() {
    while unsafe index < bytes.count {
      let byte = unsafe bytes[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      unsafe index += 1
    }
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    if unsafe depth > maxDepth { throw unsafe error("nested deeper than \(maxDepth)") }
    unsafe skipSpace()
    guard unsafe index < bytes.count else { throw unsafe error("a value is missing") }
    switch unsafe bytes[index] {
    case UInt8(ascii: "{"): return try unsafe object(depth: depth)
    case UInt8(ascii: "["): return try unsafe array(depth: depth)
    case UInt8(ascii: "\""): return .string(try unsafe string())
    case UInt8(ascii: "t"): return try unsafe word("true", .bool(true))
    case UInt8(ascii: "f"): return try unsafe word("false", .bool(false))
    case UInt8(ascii: "n"): return try unsafe word("null", .null)
    default: return try unsafe number()
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    for byte in "\(text)".utf8 {
      guard unsafe index < bytes.count, unsafe bytes[index] == byte else { throw unsafe error("expected \(text)") }
      unsafe index += 1
    }
    return value
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    unsafe index += 1
    var values: [JSONValue] = []
    unsafe skipSpace()
    if unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: "]") {
      unsafe index += 1
      return .array([])
    }
    while true {
      values.append(try unsafe value(depth: depth + 1))
      if try unsafe endOfList(UInt8(ascii: "]")) { return .array(values) }
    }
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    unsafe index += 1
    var members: [JSONValue.Member] = []
    // Comparing each with all is quicker for small objects and ruinous for large ones.
    var names: Set<String> = []
    unsafe skipSpace()
    if unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: "}") {
      unsafe index += 1
      return .object([])
    }
    while true {
      unsafe skipSpace()
      guard unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: "\"") else {
        throw unsafe error("expected the name of a member")
      }
      let name = try unsafe string()
      if members.count == 16 { names = Set(members.map(\.name)) }
      let isKnown =
        members.count < 16 ? members.contains { $0.name == name } : !names.insert(name).inserted
      if isKnown { throw unsafe error("the member appears twice") }
      unsafe skipSpace()
      guard unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: ":") else {
        throw unsafe error("expected :")
      }
      unsafe index += 1
      members.append(JSONValue.Member(name: name, value: try unsafe value(depth: depth + 1)))
      if try unsafe endOfList(UInt8(ascii: "}")) { return JSONValue(.object(members)) }
    }
  }

  private mutating func endOfList(_ end: UInt8) throws -> Bool {
    unsafe skipSpace()
    guard unsafe index < bytes.count else { throw unsafe error("the end is missing") }
    let byte = unsafe bytes[index]
    unsafe index += 1
    if byte == end { return true }
    if byte == UInt8(ascii: ",") { return false }
    unsafe index -= 1
    throw unsafe error("expected , or the end")
  }

  private mutating func number() throws -> JSONValue {
    let start = unsafe index
    var isInteger = true
    if unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: "-") { unsafe index += 1 }
    let firstDigit = unsafe index
    let digits = unsafe skipDigits()
    if digits == 0 { throw unsafe error("expected a value") }
    if digits > 1, unsafe bytes[firstDigit] == UInt8(ascii: "0") { throw unsafe error("a number may not start with 0") }
    if unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: ".") {
      isInteger = false
      unsafe index += 1
      if unsafe skipDigits() == 0 { throw unsafe error("expected digits after the point") }
    }
    if unsafe index < bytes.count, unsafe bytes[index] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      unsafe index += 1
      if unsafe index < bytes.count, unsafe bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
        unsafe index += 1
      }
      if unsafe skipDigits() == 0 { throw unsafe error("expected digits in the exponent") }
    }
    let text = unsafe String(decoding: bytes[start..<index], as: UTF8.self)
    if isInteger, let integer = Int64(text) { return JSONValue(.integer(integer)) }
    guard let number = Double(text), number.isFinite else { throw unsafe error("the number is too large") }
    return JSONValue(.number(number))
  }

  private mutating func skipDigits() -> Int {
    let start = unsafe index
    while unsafe index < bytes.count, unsafe (0x30...0x39).contains(bytes[index]) { unsafe index += 1 }
    return unsafe index - start
  }

  private mutating func string() throws -> String {
    unsafe index += 1
    let start = unsafe index
    while unsafe index < bytes.count {
      let byte = unsafe bytes[index]
      if byte == UInt8(ascii: "\"") {
        let text = try unsafe validated(start..<index)
        unsafe index += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try unsafe escapedString(from: start) }
      if byte < 0x20 { throw unsafe error("a control character must be escaped") }
      unsafe index += 1
    }
    throw unsafe error("the string has no end")
  }

  private func validated(_ range: Range<Int>) throws -> String {
    guard let text = unsafe String(validating: bytes[range], as: UTF8.self) else {
      throw unsafe error("the string is not valid UTF-8")
    }
    return text
  }

  private mutating func escapedString(from start: Int) throws -> String {
    var out = unsafe Array(bytes[start..<index])
    while unsafe index < bytes.count {
      let byte = unsafe bytes[index]
      unsafe index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: out, as: UTF8.self) else {
          throw unsafe error("the string is not valid UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): try unsafe appendEscape(to: &out)
      case 0..<0x20: throw unsafe error("a control character must be escaped")
      default: out.append(byte)
      }
    }
    throw unsafe error("the string has no end")
  }

  private mutating func appendEscape(to out: inout [UInt8]) throws {
    guard unsafe index < bytes.count else { throw unsafe error("the string has no end") }
    let byte = unsafe bytes[index]
    unsafe index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"): out.append(contentsOf: Array(String(try unsafe unicodeScalar()).utf8))
    default: throw unsafe error("unknown escape")
    }
  }

  private mutating func unicodeScalar() throws -> Character {
    let first = try unsafe hexUnit()
    if (0xD800...0xDBFF).contains(first) {
      guard unsafe index + 1 < bytes.count, unsafe bytes[index] == UInt8(ascii: "\\"),
        unsafe bytes[index + 1] == UInt8(ascii: "u")
      else { throw unsafe error("half of a surrogate pair") }
      unsafe index += 2
      let second = try unsafe hexUnit()
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw unsafe error("half of a surrogate pair") }
      return Character(scalar)
    }
    guard let scalar = Unicode.Scalar(first) else { throw unsafe error("half of a surrogate pair") }
    return Character(scalar)
  }

  private mutating func hexUnit() throws -> UInt32 {
    guard unsafe index + 4 <= bytes.count else { throw unsafe error("expected four hexadecimal digits") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = unsafe bytes[index]
      unsafe index += 1
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
      default: throw unsafe error("expected four hexadecimal digits")
      }
    }
    return value
  }
}
