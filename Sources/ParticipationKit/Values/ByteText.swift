/// Work on text as UTF-8 bytes.
///
/// Swift's `Character` joins a quote with the combining mark after it and CRLF into one, so every check of text
/// from outside is done here, on bytes or scalars.
public struct ByteText: Sendable {
  private init() {}

  /// The length of a text in characters: Unicode code points, the one unit in which forms, JSON Schema and messages
  /// count. An accented letter is one.
  public static func length(_ text: String) -> Int { text.unicodeScalars.count }

  /// Reads ASCII digits as a number; nil when there is anything else, nothing, or more than 18 digits.
  public static func decimal(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var value = 0
    for byte in bytes {
      guard let digit = byte.asciiDigit else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Text without leading and trailing ASCII white space and no-break spaces.
  public static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// Text with every run of white space (also line ends and tabs) made one space, trimmed: what a one-line field keeps.
  public static func singleLine(_ text: String) -> String {
    text.isEmpty || isSingleLine(text) ? text : singleLine(text, scalars: .max)
  }

  /// The first scalars of what ``singleLine(_:)`` gives. Reads no further than it keeps: a long text costs no more
  /// than a short one.
  public static func singleLine(_ text: String, scalars limit: Int) -> String {
    var copy = text
    let kept = copy.withUTF8 { source -> [UInt8] in
      var out: [UInt8] = []
      out.reserveCapacity(limit < source.count / 4 ? limit * 4 : source.count)
      var left = limit
      var index = 0
      // Words go over in runs: where the run begins that is not copied yet.
      var start = 0
      var isSpacePending = false
      while index < source.count, left > 0 {
        let byte = unsafe source[index]
        if byte > 0x20, byte < 0xC2, !isSpacePending {
          // What follows the first byte of a scalar is no scalar of its own.
          if byte < 0x80 { left -= 1 }
          index += 1
          continue
        }
        let space = unsafe spaceLength(source, at: index)
        if space > 0 {
          if start < index { unsafe out.append(contentsOf: source[start..<index]) }
          isSpacePending = !out.isEmpty
          index += space
          start = index
          continue
        }
        if isSpacePending {
          isSpacePending = false
          out.append(0x20)
          left -= 1
          if left == 0 { break }
        }
        left -= 1
        index += 1
      }
      while index < source.count, start < index, unsafe source[index] & 0xC0 == 0x80 { index += 1 }
      if start < index { unsafe out.append(contentsOf: source[start..<index]) }
      return out
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// How many bytes the white space takes that stands at a place; 0 for anything else. As ``isSpace(_:)``, on UTF-8.
  private static func spaceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let first = unsafe bytes[index]
    if first < 0x80 { return first == 0x20 || (first >= 0x09 && first <= 0x0D) ? 1 : 0 }
    guard first == 0xC2 || first == 0xE1 || first == 0xE2 || first == 0xE3 || first == 0xEF,
      index + 1 < bytes.count
    else { return 0 }
    let second = unsafe bytes[index + 1]
    if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
    guard index + 2 < bytes.count else { return 0 }
    let third = unsafe bytes[index + 2]
    let isFound =
      switch (first, second) {
      case (0xE1, 0x9A): third == 0x80
      case (0xE2, 0x80): third <= 0x8B || third == 0xA8 || third == 0xA9 || third == 0xAF
      case (0xE2, 0x81): third == 0x9F
      case (0xE3, 0x80): third == 0x80
      case (0xEF, 0xBB): third == 0xBF
      default: false
      }
    return isFound ? 3 : 0
  }

  /// Whether text is one trimmed line with single plain spaces already. Looks at bytes; a byte that could begin a
  /// space outside ASCII (U+0085, U+00A0, U+1680, U+2000…, U+3000, U+FEFF) sends the text the long way.
  private static func isSingleLine(_ text: String) -> Bool {
    var copy = text
    return copy.withUTF8 { bytes in
      var previous: UInt8 = 0x20
      for index in 0..<bytes.count {
        let byte = unsafe bytes[index]
        switch byte {
        case 0x20: if previous == 0x20 { return false }
        case 0x09...0x0D, 0xC2, 0xE1, 0xE2, 0xE3, 0xEF: return false
        default: break
        }
        previous = byte
      }
      return previous != 0x20
    }
  }

  /// Whether text holds a control character that no form field may hold: C0 except tab and line ends, C1, DEL,
  /// and the bidirectional overrides U+202A–U+202E and U+2066–U+2069.
  public static func hasForbiddenControl(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: false
      case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  /// Lower-case ASCII words of letters and digits joined by `-`, at most 64 bytes: a path segment or an id.
  ///
  /// Accents fold (`é` to `e`, `œ` to `oe`); what has no ASCII form is dropped. The result can be empty.
  public static func slug(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in folded(text).utf8 {
      let isWord = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
      if isWord {
        out.append(byte)
      } else if out.last != UInt8(ascii: "-"), !out.isEmpty {
        out.append(UInt8(ascii: "-"))
      }
    }
    if out.count > 64 { out.removeLast(out.count - 64) }
    while out.last == UInt8(ascii: "-") { out.removeLast() }
    return String(decoding: out, as: UTF8.self)
  }

  /// Text folded for search: lower case, accents removed, `œ` as `oe`, `æ` as `ae`, `ß` as `ss`, apostrophes and
  /// no-break spaces as plain ones. The script of the static search folds in the same way.
  public static func folded(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars { FoldingTable.append(scalar, to: &out) }
    return String(decoding: out, as: UTF8.self)
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: true
    default: false
    }
  }
}

/// How one scalar folds for search and slugs. A table for Latin letters; everything else only changes case.
struct FoldingTable {
  static func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    let value = scalar.value
    if value < 0x80 {
      out.append((0x41...0x5A).contains(value) ? UInt8(value + 32) : UInt8(value))
      return
    }
    if (0x300...0x36F).contains(value) { return }
    if value < 0x180 {
      let plain = low[Int(value) - 0x80]
      if !plain.isEmpty {
        out.append(contentsOf: plain)
        return
      }
    } else if let plain = latin[value] {
      out.append(contentsOf: plain.utf8)
      return
    }
    for lower in scalar.properties.lowercaseMapping.unicodeScalars { out.append(lower) }
  }

  /// The entries below U+0180 as bytes, by place: nearly all letters with accents of the languages around.
  private static let low: [[UInt8]] = (0x80..<0x180).map { Array((latin[UInt32($0)] ?? "").utf8) }

  static let latin: [UInt32: String] = {
    var table: [UInt32: String] = [
      0xA0: " ", 0x202F: " ", 0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x2010: "-", 0x2011: "-", 0x2013: "-", 0x2014: "-",
      0xC6: "ae", 0xE6: "ae", 0x152: "oe", 0x153: "oe", 0xDF: "ss", 0xD8: "o", 0xF8: "o", 0x141: "l", 0x142: "l",
      0x110: "d", 0x111: "d", 0xAB: "\"", 0xBB: "\"", 0x201C: "\"", 0x201D: "\"",
    ]
    let groups: [(String, String)] = [
      ("a", "àáâãäåÀÁÂÃÄÅāĀăĂąĄ"), ("c", "çÇćĆčČ"), ("d", "ďĎ"), ("e", "èéêëÈÉÊËēĒėĖęĘěĚ"), ("g", "ğĞ"),
      ("i", "ìíîïÌÍÎÏīĪįĮİı"), ("l", "ľĽĺĹ"), ("n", "ñÑńŃňŇ"), ("o", "òóôõöÒÓÔÕÖōŌőŐ"), ("r", "řŘŕŔ"),
      ("s", "śŚšŠşŞ"), ("t", "ťŤţŢ"), ("u", "ùúûüÙÚÛÜūŪůŮűŰ"), ("y", "ýÿÝŸ"), ("z", "źŹžŽżŻ"),
    ]
    for (plain, letters) in groups {
      for letter in letters.unicodeScalars { table[letter.value] = plain }
    }
    return table
  }()
}

extension UInt8 {
  /// The value of an ASCII digit.
  var asciiDigit: Int? { (0x30...0x39).contains(self) ? Int(self) - 0x30 : nil }
}

extension [UInt8] {
  /// Appends a scalar as UTF-8.
  mutating func append(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    switch value {
    case 0..<0x80: append(UInt8(value))
    case 0x80..<0x800: append(contentsOf: [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F)])
    case 0x800..<0x10000:
      append(UInt8(0xE0 | value >> 12))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    default:
      append(UInt8(0xF0 | value >> 18))
      append(UInt8(0x80 | value >> 12 & 0x3F))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    }
  }

  /// Appends a number in decimal, with leading zeros up to `width`.
  mutating func appendDecimal(_ value: Int, width: Int = 0) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    // Years, months, days and clocks: digits without the search for the first one.
    if width == 2, rest < 100 {
      append(UInt8(ascii: "0") + UInt8(rest / 10))
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      return
    }
    if width == 4, rest < 10_000 {
      appendDecimal(Int(rest / 100), width: 2)
      appendDecimal(Int(rest % 100), width: 2)
      return
    }
    var divisor: UInt = 1
    var digits = 1
    while rest / divisor >= 10 {
      divisor *= 10
      digits += 1
    }
    if digits < width { append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width - digits)) }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }
}
