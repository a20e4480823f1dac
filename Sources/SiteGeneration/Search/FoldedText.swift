internal import ParticipationKit

/// What each scalar of a text becomes when it is folded as ``ByteText/folded(_:)`` does, as far as words are concerned:
/// from tables for the letters of French and its punctuation, so that a page costs little.
struct FoldedText {
  /// Stands for a letter that is not ASCII: it belongs to a word and ends what counts of it.
  static let foreign: UInt8 = 0xFF
  /// Stands for what is between words.
  static let gap: UInt8 = 0

  /// What the bytes of ASCII become: small letters and digits themselves, anything else ``gap``.
  static let ascii: [UInt8] = (0..<UInt8(128)).map { byte -> UInt8 in
    switch byte {
    case 0x41...0x5A: byte | 0x20
    case 0x61...0x7A, 0x30...0x39: byte
    default: gap
    }
  }

  /// The scalars U+0080 to U+07FF: up to three bytes, the first one lowest, their count on top. ``unknown`` for more.
  static let letters: [UInt32] = (0x80...0x7FF).map(packed)
  /// The same for U+2000 to U+20FF: dashes, quotes, thin spaces, currencies.
  static let punctuation: [UInt32] = (0x2000...0x20FF).map(packed)

  static let unknown = UInt32.max

  private static func packed(_ value: UInt32) -> UInt32 {
    guard let scalar = Unicode.Scalar(value) else { return 0 }
    let bytes = folded(scalar)
    guard bytes.count <= 3 else { return unknown }
    var packed = UInt32(bytes.count) << 24
    for (place, byte) in bytes.enumerated() { packed |= UInt32(byte) << UInt32(place * 8) }
    return packed
  }

  /// A scalar without table. As the script of the search page decides it, letters are those of ASCII, digits, and
  /// whatever stands above U+00BF.
  static func folded(_ scalar: Unicode.Scalar) -> [UInt8] {
    ByteText.folded(String(scalar)).unicodeScalars.map { scalar in
      if scalar.value < 0x80 { return ascii[Int(scalar.value)] }
      return scalar.value < 0xC0 ? gap : foreign
    }
  }
}
