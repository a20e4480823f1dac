/// An access code: twelve symbols, 60 bits, in three groups of four as on the sheet, `K7MQ-2RTD-94HX`.
///
/// The alphabet has 32 symbols and leaves out what hands and eyes confuse: 0 and O, 1 and I.
struct AccessCode: Sendable, Hashable {
  static let length = 12
  static let alphabet: [UInt8] = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

  /// The twelve symbols without hyphens.
  let symbols: String

  /// Makes a code from a digest: five bits of each of its first twelve bytes. Nil when it is shorter.
  init?(digest: [UInt8]) {
    guard digest.count >= Self.length else { return nil }
    let bytes = digest.prefix(Self.length).map { Self.alphabet[Int($0 & 31)] }
    symbols = String(decoding: bytes, as: UTF8.self)
  }

  /// Reads what a person typed: small letters, spaces and any hyphen are fine. Nil when it cannot be a code.
  init?(typed text: String) {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20, 0xA0, 0x202F, 0x09, 0x2D, 0x2E, 0x5F, 0x2010...0x2015: continue
      case 0x61...0x7A: bytes.append(UInt8(scalar.value) - 0x20)
      case 0..<0x80: bytes.append(UInt8(scalar.value))
      default: return nil
      }
      guard bytes.count <= Self.length else { return nil }
    }
    guard bytes.count == Self.length, bytes.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
    symbols = String(decoding: bytes, as: UTF8.self)
  }

  /// The code as it is printed.
  var printed: String {
    let bytes = Array(symbols.utf8)
    let groups = stride(from: 0, to: bytes.count, by: 4).map { start in
      String(decoding: bytes[start..<min(start + 4, bytes.count)], as: UTF8.self)
    }
    return groups.joined(separator: "-")
  }
}
