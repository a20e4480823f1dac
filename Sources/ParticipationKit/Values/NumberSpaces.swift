/// The spaces of French numbers, which lines must not break: `1 640`, `n° 3`, `892 €`, `20 h 30`.
package struct NumberSpaces {
  private init() {}

  private static let narrow: [UInt8] = [0xE2, 0x80, 0xAF]
  private static let noBreak: [UInt8] = [0xC2, 0xA0]

  /// What stands in place of one plain space in UTF-8 text: U+202F between thousands, U+00A0 after `n°` and before a
  /// unit; nil when the plain space stays.
  package static func space(in text: [UInt8], at index: Int) -> [UInt8]? {
    guard index > 0, index + 1 < text.count else { return nil }
    let (last, next) = (text[index - 1], text[index + 1])
    if isDigit(last) {
      if isDigit(next) { return isThousand(text, at: index) ? narrow : nil }
      return isUnit(text[(index + 1)...]) ? noBreak : nil
    }
    // `20 h 30`: the space before the hour's letter was set or is about to be.
    if last == UInt8(ascii: "h"), isDigit(next), index > 2 {
      let before = text[index - 2]
      return before == 0x20 && isDigit(text[index - 3]) || before == 0xA0 || before == 0xAF ? noBreak : nil
    }
    let isNumero = index > 2 && last == 0xB0 && text[index - 2] == 0xC2 && text[index - 3] | 0x20 == UInt8(ascii: "n")
    return isNumero ? noBreak : nil
  }

  /// Whether one to three digits stand before the space and exactly three behind it.
  private static func isThousand(_ text: [UInt8], at index: Int) -> Bool {
    let before = text[..<index].reversed().prefix { isDigit($0) }.count
    let behind = text[(index + 1)...].prefix { isDigit($0) }.count
    return (1...3).contains(before) && behind == 3
  }

  private static func isUnit(_ rest: ArraySlice<UInt8>) -> Bool {
    if rest.starts(with: [0xE2, 0x82, 0xAC]) || rest.first == UInt8(ascii: "%") { return true }
    guard rest.first == UInt8(ascii: "h") else { return false }
    return rest.dropFirst().first.map { !isLetter($0) } ?? true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0xC3 || (0x61...0x7A).contains(byte | 0x20) }
}
