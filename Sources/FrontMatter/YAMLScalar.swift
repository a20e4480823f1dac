/// A scalar with the kind that the core schema of YAML 1.2.2 §10.3 gives it.
struct YAMLScalar: Sendable {
  enum Kind: Sendable {
    case null, bool, int, float, text
  }

  let text: String
  let kind: Kind

  /// A scalar in quotes or in a block: always text.
  init(quoted text: String) {
    self.text = text
    kind = .text
  }

  /// A scalar without quotes, whose characters decide what it is.
  init(plain text: String) {
    self.text = text
    kind = Self.kind(ofPlain: text)
  }

  var bool: Bool? { kind == .bool ? text.lowercased() == "true" : nil }

  var int: Int? {
    guard kind == .int else { return nil }
    if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8) }
    return Int(text)
  }

  var double: Double? {
    switch kind {
    case .int where text.hasPrefix("0x") || text.hasPrefix("0o"): int.map(Double.init)
    case .int, .float: Double(text).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  private static func kind(ofPlain text: String) -> Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "false", "False", "FALSE": return .bool
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
      return .float
    default: return numericKind(Array(text.utf8)) ?? .text
    }
  }

  /// Recognises integers and decimals byte by byte; nil for everything else.
  private static func numericKind(_ bytes: [UInt8]) -> Kind? {
    if bytes.starts(with: "0x".utf8) { return allAfterPrefix(bytes) { $0.isHexDigit } }
    if bytes.starts(with: "0o".utf8) { return allAfterPrefix(bytes) { (0x30...0x37).contains($0) } }
    var rest = bytes[...]
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let whole = rest.prefix { $0.isDigit }
    rest.removeFirst(whole.count)
    if rest.isEmpty { return whole.isEmpty ? nil : .int }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      let fraction = rest.prefix { $0.isDigit }
      rest.removeFirst(fraction.count)
      guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    } else if whole.isEmpty {
      return nil
    }
    if rest.isEmpty { return .float }
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return nil }
    rest.removeFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    return !rest.isEmpty && rest.allSatisfy { $0.isDigit } ? .float : nil
  }

  private static func allAfterPrefix(_ bytes: [UInt8], _ isDigit: (UInt8) -> Bool) -> Kind? {
    bytes.count > 2 && bytes.dropFirst(2).allSatisfy(isDigit) ? .int : nil
  }

  /// Whether a text is `YYYY-MM-DD` and that day exists in the Gregorian calendar.
  static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes.enumerated().allSatisfy({ $0.offset == 4 || $0.offset == 7 || $0.element.isDigit }),
      let year = Int(text.prefix(4)), let month = Int(text.dropFirst(5).prefix(2)),
      let day = Int(text.suffix(2)), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...lengths[month - 1]).contains(day)
  }
}

extension YAMLScalar: Equatable {
  /// All spellings of null say the same; the others are compared as written.
  static func == (first: YAMLScalar, second: YAMLScalar) -> Bool {
    first.kind == second.kind && (first.kind == .null || first.text.utf8.elementsEqual(second.text.utf8))
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }

  fileprivate var isHexDigit: Bool { isDigit || (0x61...0x66).contains(self) || (0x41...0x46).contains(self) }
}
