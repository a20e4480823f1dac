import ParticipationKit

/// A header cannot be written: it would break out of its line.
public struct MailHeaderError: Error, Sendable, CustomStringConvertible {
  /// The name of the header.
  public let header: String

  /// What is wrong and what was expected.
  public var description: String { "mail header \(header): expected one line without CR, LF, NUL or other controls" }
}

/// One header line of a message. The only way to make one is through a type that cannot hold a line end.
struct MailHeader: Sendable {
  let name: String
  /// The value, folded: ASCII without controls, CRLF only before a space.
  let value: [UInt8]

  /// Text of people: ASCII as it is, anything else in encoded words (RFC 2047).
  /// - Throws: ``MailHeaderError`` for control characters: what wants to be two lines is refused, not repaired.
  static func text(_ name: StaticString, _ text: String) throws -> MailHeader {
    let bytes = Array(text.utf8)
    try check(name, bytes)
    // `=?` could be taken for an encoded word, and a line that is too long would have to be folded inside a word.
    let isPlain = bytes.allSatisfy { $0 < 0x80 } && bytes.count <= 60 && !text.utf8.containsPair("=", "?")
    return MailHeader(name: "\(name)", value: isPlain ? bytes : EncodedWords.encode(text))
  }

  /// A mailbox with a name for people; no name when it is empty.
  /// - Throws: ``MailHeaderError`` for control characters in the name.
  static func mailbox(_ name: StaticString, _ display: String, _ address: MailAddress) throws -> MailHeader {
    let bytes = Array(display.utf8)
    try check(name, bytes)
    guard !bytes.isEmpty else { return MailHeader(name: "\(name)", value: Array(address.description.utf8)) }
    var value: [UInt8] = []
    if bytes.allSatisfy({ $0 < 0x80 }), bytes.count <= 60, !display.utf8.containsPair("=", "?") {
      value.append(UInt8(ascii: "\""))
      for byte in bytes {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { value.append(UInt8(ascii: "\\")) }
        value.append(byte)
      }
      value.append(UInt8(ascii: "\""))
    } else {
      value = EncodedWords.encode(display)
    }
    return MailHeader(name: "\(name)", value: value + Array("\r\n <\(address)>".utf8))
  }

  /// A value that the host makes itself, as a date or an identifier: printable ASCII.
  /// - Throws: ``MailHeaderError`` for anything else.
  static func ascii(_ name: StaticString, _ value: String) throws -> MailHeader {
    guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw MailHeaderError(header: "\(name)") }
    return MailHeader(name: "\(name)", value: Array(value.utf8))
  }

  private static func check(_ name: StaticString, _ bytes: [UInt8]) throws {
    // NEL and the line separators are two and three bytes; some readers break lines there.
    let text = String(decoding: bytes, as: UTF8.self)
    let breaks = text.unicodeScalars.contains { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
    if breaks { throw MailHeaderError(header: "\(name)") }
  }

  func append(to out: inout [UInt8]) {
    out += Array("\(name): ".utf8) + value + [0x0D, 0x0A]
  }

  /// The date of RFC 5322 §3.3, in UTC.
  static func date(_ instant: Timestamp) -> String {
    let civil = CivilDateTime(secondsSinceEpoch: instant.seconds)
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = civil.date
    return "\(days[date.weekday - 1]), \(two(date.day)) \(months[date.month - 1]) \(date.year) "
      + "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second)) +0000"
  }
}

extension String.UTF8View {
  func containsPair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    zip(self, dropFirst()).contains { $0 == UInt8(ascii: first) && $1 == UInt8(ascii: second) }
  }
}

/// Encoded words (RFC 2047): UTF-8 in base64, each word at most 75 characters and whole characters only.
struct EncodedWords {
  private static let most = 45

  static func encode(_ text: String) -> [UInt8] {
    var words: [[UInt8]] = []
    var piece: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if piece.count + bytes.count > most {
        words.append(piece)
        piece = []
      }
      piece += bytes
    }
    if !piece.isEmpty || words.isEmpty { words.append(piece) }
    var out: [UInt8] = []
    for (index, word) in words.enumerated() {
      if index > 0 { out += [0x0D, 0x0A, 0x20] }
      out += Array("=?UTF-8?B?".utf8) + TransferEncoding.base64(word, lineLength: nil) + Array("?=".utf8)
    }
    return out
  }
}
