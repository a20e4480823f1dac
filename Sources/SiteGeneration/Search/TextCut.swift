/// Text cut to a number of bytes, never within a scalar.
struct TextCut {
  static func prefix(_ text: String, bytes limit: Int) -> String {
    let utf8 = text.utf8
    guard utf8.count > limit, var end = utf8.index(utf8.startIndex, offsetBy: limit, limitedBy: utf8.endIndex) else {
      return text
    }
    while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(text.unicodeScalars[..<end])
  }

  /// The first words, with an ellipsis when there are more.
  static func excerpt(_ text: String, bytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    let cut = prefix(text, bytes: limit)
    guard let space = cut.utf8.lastIndex(of: UInt8(ascii: " ")) else { return cut + "…" }
    return String(cut.unicodeScalars[..<space]) + "…"
  }
}
