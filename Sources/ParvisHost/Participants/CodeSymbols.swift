/// The symbols of codes that people copy from paper: 32, without what hands and eyes confuse (0 and O, 1 and I).
struct CodeSymbols {
  private init() {}

  static let alphabet: [UInt8] = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

  /// Symbols from bytes: five bits of each.
  static func text(_ bytes: [UInt8], count: Int) -> String {
    String(decoding: bytes.prefix(count).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }

  /// Reads what a person typed: small letters, spaces and any hyphen are fine. Nil when it cannot be such a code.
  static func read(_ text: String, count: Int) -> String? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20, 0xA0, 0x202F, 0x09, 0x2D, 0x2E, 0x5F, 0x2010...0x2015: continue
      case 0x61...0x7A: bytes.append(UInt8(scalar.value) - 0x20)
      case 0..<0x80: bytes.append(UInt8(scalar.value))
      default: return nil
      }
      guard bytes.count <= count else { return nil }
    }
    guard bytes.count == count, bytes.allSatisfy({ alphabet.contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The symbols as they are printed: groups of four with hyphens.
  static func printed(_ symbols: String) -> String {
    let bytes = Array(symbols.utf8)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      String(decoding: bytes[start..<min(start + 4, bytes.count)], as: UTF8.self)
    }.joined(separator: "-")
  }
}
