internal import ParticipationKit

/// Signs of personal data in a text, shown to the moderator: an e-mail address, a telephone number, a number plate.
///
/// A hint and never a decision. It works on bytes, in one pass a sign.
struct PersonalHints {
  /// The catalogue keys of what was found.
  static func keys(in text: String) -> [String] {
    let bytes = Array(text.utf8)
    var keys: [String] = []
    if hasMailbox(bytes) { keys.append("hint.email") }
    if hasTelephone(bytes) { keys.append("hint.telephone") }
    if hasPlate(bytes) { keys.append("hint.plate") }
    return keys
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// `@` between letters or digits.
  private static func hasMailbox(_ bytes: [UInt8]) -> Bool {
    bytes.indices.dropFirst().dropLast().contains { index in
      bytes[index] == UInt8(ascii: "@") && (isLetter(bytes[index - 1]) || isDigit(bytes[index - 1]))
        && (isLetter(bytes[index + 1]) || isDigit(bytes[index + 1]))
    }
  }

  /// Ten digits in a row, with spaces, points or hyphens between them.
  private static func hasTelephone(_ bytes: [UInt8]) -> Bool {
    var digits = 0
    var gap = 0
    for byte in bytes {
      if isDigit(byte) {
        digits += 1
        gap = 0
        if digits == 10 { return true }
      } else if [0x20, 0x2E, 0x2D, 0x2F].contains(byte), gap == 0 {
        gap = 1
      } else {
        digits = 0
        gap = 0
      }
    }
    return false
  }

  /// `AA-123-AA` with hyphens or spaces, as French plates since 2009.
  private static func hasPlate(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 9 else { return false }
    return (0...(bytes.count - 9)).contains { start in
      let part = Array(bytes[start..<start + 9])
      let isSeparator = { (byte: UInt8) in byte == 0x2D || byte == 0x20 }
      let beforeIsFree = start == 0 || !isLetter(bytes[start - 1])
      let afterIsFree = start + 9 == bytes.count || !isLetter(bytes[start + 9])
      return beforeIsFree && afterIsFree && isLetter(part[0]) && isLetter(part[1]) && isSeparator(part[2])
        && part[3...5].allSatisfy(isDigit) && isSeparator(part[6]) && isLetter(part[7]) && isLetter(part[8])
    }
  }
}
