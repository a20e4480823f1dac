/// Titles and headings as they are shown. A title is plain text and is stored as it was typed; its spaces are set where
/// it is rendered.
public struct TitleText: Sendable {
  private init() {}

  /// A title with the spaces and apostrophes of its language.
  ///
  /// French (Imprimerie nationale): U+202F before `; ! ?` and inside `« »`, U+00A0 before `:`, each in place of a
  /// typed space; `’` for `'` between letters. Numbers keep together as well: `1 640`, `n° 3`, `892 €`, `20 h 30`.
  /// So no
  /// line breaks before a mark or within a number. Other languages, and a title set
  /// already, stay as they are.
  public static func set(_ title: String, locale: String) -> String {
    guard locale == "fr", title.utf8.contains(where: { $0 == 0x20 || $0 == 0x27 }) else { return title }
    return set(Array(title.utf8)) ?? title
  }

  private static func set(_ bytes: [UInt8]) -> String? {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 8)
    var isChanged = false
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == 0x20, let space = space(bytes, at: index) {
        out += space
        isChanged = true
      } else if byte == 0x27, isLetter(bytes, index - 1), isLetter(bytes, index + 1) {
        out += [0xE2, 0x80, 0x99]
        isChanged = true
      } else {
        out.append(byte)
      }
    }
    return isChanged ? String(decoding: out, as: UTF8.self) : nil
  }

  /// What stands in place of a space; nil when the plain space stays.
  private static func space(_ bytes: [UInt8], at index: Int) -> [UInt8]? {
    let narrow: [UInt8] = [0xE2, 0x80, 0xAF]
    // « is C2 AB and » is C2 BB.
    if index >= 2, bytes[index - 2] == 0xC2, bytes[index - 1] == 0xAB { return narrow }
    guard index + 1 < bytes.count else { return nil }
    switch bytes[index + 1] {
    // `!=` is no exclamation.
    case 0x21: return index + 2 < bytes.count && bytes[index + 2] == 0x3D ? nil : narrow
    case 0x3B, 0x3F: return narrow
    case 0x3A: return [0xC2, 0xA0]
    case 0xC2: return index + 2 < bytes.count && bytes[index + 2] == 0xBB ? narrow : nil
    default: return NumberSpaces.space(in: bytes, at: index)
    }
  }

  /// Letters of ASCII, and whatever is beyond it: what stands beside an apostrophe in French is then a letter.
  private static func isLetter(_ bytes: [UInt8], _ index: Int) -> Bool {
    guard bytes.indices.contains(index) else { return false }
    return bytes[index] >= 0x80 || (0x61...0x7A).contains(bytes[index] | 0x20)
  }
}
