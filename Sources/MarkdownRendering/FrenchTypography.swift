internal import ParticipationKit

/// Sets French spaces and apostrophes in a run of text.
///
/// Usage of the Imprimerie nationale: U+202F before `; ! ?` and inside `« »`, U+00A0 before `:`, `’` for `'` between
/// letters. Numbers keep together, see ``NumberSpaces``. A space is replaced where one was typed and only inside `«
/// »` added. Setting a set text changes nothing.
struct FrenchTypography {
  /// The scalar before the run, a line feed at the start of a block.
  let before: UInt32
  /// The scalar after the run, a line feed at the end of a block. Asked only when the run's last byte needs it.
  let after: () -> UInt32

  private static let narrowSpace: [UInt8] = [0xE2, 0x80, 0xAF]
  private static let noBreakSpace: [UInt8] = [0xC2, 0xA0]
  private static let apostrophe: [UInt8] = [0xE2, 0x80, 0x99]
  private static let openingAndSpace: [UInt8] = [0xC2, 0xAB] + narrowSpace
  private static let spaceAndClosing: [UInt8] = narrowSpace + [0xC2, 0xBB]
  private static let opening: UInt32 = 0xAB
  private static let closing: UInt32 = 0xBB

  /// Appends the run as it is to be shown.
  func append(_ source: [UInt8], to out: inout [UInt8]) {
    var words = WordKinds(source)
    var start = 0
    var index = 0
    while index < source.count {
      let byte = source[index]
      guard byte == 0x20 || byte == 0x27 || byte == 0xC2 else {
        index += 1
        continue
      }
      let change = change(source, at: index, words: &words)
      if let bytes = change.bytes {
        out.append(contentsOf: source[start..<index])
        out.append(contentsOf: bytes)
        start = index + change.length
      }
      index += change.length
    }
    out.append(contentsOf: source[start...])
  }

  /// What stands in place of how many bytes of the run; no bytes when they stay.
  private typealias Change = (bytes: [UInt8]?, length: Int)

  private func change(_ source: [UInt8], at index: Int, words: inout WordKinds) -> Change {
    switch source[index] {
    case 0x20:
      let end = Self.endOfSpaces(source, from: index)
      let isUnequal = end + 1 < source.count && source[end] == 0x21 && source[end + 1] == 0x3D
      if isUnequal { return (nil, end - index) }
      let space = Self.space(before: scalar(source, at: end))
      let isOne = end - index == 1
      return (space ?? (isOne ? NumberSpaces.space(in: source, at: index) : nil), end - index)
    case 0x27:
      let isSet = isElision(source, at: index) && !words.isAddress(at: index)
      return (isSet ? Self.apostrophe : nil, 1)
    default:
      guard index + 1 < source.count else { return (nil, 1) }
      if source[index + 1] == 0xAB {
        let end = Self.endOfSpaces(source, from: index + 2)
        return (Self.isSpace(scalar(source, at: end)) ? nil : Self.openingAndSpace, end - index)
      }
      let last = scalar(source, before: index)
      let isBare = source[index + 1] == 0xBB && !Self.isSpace(last) && last != Self.opening
      return (isBare && !words.isAddress(at: index) ? Self.spaceAndClosing : nil, 2)
    }
  }

  /// The space that belongs before a mark; nil when plain spaces stay.
  static func space(before mark: UInt32) -> [UInt8]? {
    switch mark {
    case 0x21, 0x3B, 0x3F, closing: narrowSpace
    case 0x3A: noBreakSpace
    default: nil
    }
  }

  private func isElision(_ source: [UInt8], at index: Int) -> Bool {
    Self.isLetter(scalar(source, before: index)) && Self.isLetter(scalar(source, at: index + 1))
  }

  private func scalar(_ source: [UInt8], at index: Int) -> UInt32 {
    index < source.count ? TextScalar.first(source[index...]) : after()
  }

  private func scalar(_ source: [UInt8], before index: Int) -> UInt32 {
    index > 0 ? TextScalar.last(source[..<index]) : before
  }

  private static func endOfSpaces(_ source: [UInt8], from index: Int) -> Int {
    var end = index
    while end < source.count, source[end] == 0x20 { end += 1 }
    return end
  }

  private static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x20, 0xA0, 0x2000...0x200B, 0x202F, 0x2060: true
    default: false
    }
  }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return (0x61...0x7A).contains(scalar | 0x20) }
    return Unicode.Scalar(scalar)?.properties.isAlphabetic ?? false
  }
}

/// Tells words that are web or e-mail addresses, whose letters must stay. Each word is read once.
private struct WordKinds {
  private let source: [UInt8]
  private var end = 0
  private var isAddress = false

  init(_ source: [UInt8]) { self.source = source }

  /// Whether the word around a place is an address. Places must be asked from the left to the right.
  mutating func isAddress(at index: Int) -> Bool {
    if index < end { return isAddress }
    var start = index
    while start > end, source[start - 1] > 0x20 { start -= 1 }
    end = index
    while end < source.count, source[end] > 0x20 { end += 1 }
    let word = source[start..<end]
    isAddress = word.contains(UInt8(ascii: "@")) || word.starts(with: "www.".utf8) || Self.hasScheme(word)
    return isAddress
  }

  private static func hasScheme(_ word: ArraySlice<UInt8>) -> Bool {
    zip(word, word.dropFirst()).contains { $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: "/") }
  }
}

/// Reads single scalars at the ends of UTF-8 text.
enum TextScalar {
  /// The first scalar of valid UTF-8; U+FFFD when there is none.
  static func first(_ bytes: some Collection<UInt8>) -> UInt32 {
    guard let lead = bytes.first else { return 0xFFFD }
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    return decode(bytes.prefix(length))
  }

  /// The last scalar of valid UTF-8; U+FFFD when there is none.
  static func last(_ bytes: some BidirectionalCollection<UInt8>) -> UInt32 {
    guard let lead = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return 0xFFFD }
    return decode(bytes[lead...])
  }

  private static func decode(_ bytes: some Collection<UInt8>) -> UInt32 {
    guard let lead = bytes.first else { return 0xFFFD }
    if lead < 0x80 { return UInt32(lead) }
    let mask: UInt8 = bytes.count == 2 ? 0x1F : bytes.count == 3 ? 0x0F : 0x07
    return bytes.dropFirst().reduce(UInt32(lead & mask)) { $0 << 6 | UInt32($1 & 0x3F) }
  }
}
