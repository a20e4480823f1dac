internal import ParticipationKit

/// Folds text as ``ByteText/folded(_:)`` does, with a table for the letters of French so that a page costs little.
struct FoldedText {
  /// What the two-byte scalars U+0080 to U+07FF become: up to three bytes, the first one lowest, their count on top.
  private static let table: [UInt32] = (0x80...0x7FF).map { value in
    guard let scalar = Unicode.Scalar(UInt32(value)) else { return 0 }
    let bytes = Array(ByteText.folded(String(scalar)).utf8)
    guard bytes.count <= 3 else { return .max }
    var packed = UInt32(bytes.count) << 24
    for (place, byte) in bytes.enumerated() { packed |= UInt32(byte) << UInt32(place * 8) }
    return packed
  }

  static func folded(_ text: String) -> String { String(decoding: folded(Array(text.utf8)), as: UTF8.self) }

  /// What the bytes of ASCII become.
  private static let ascii: [UInt8] = (0..<128).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }

  /// Folds valid UTF-8.
  static func folded(_ text: [UInt8]) -> [UInt8] {
    // Two bytes become at most three, and what is longer is folded into an array of its own.
    var slow: [(at: Int, bytes: [UInt8])] = []
    var out = [UInt8](unsafeUninitializedCapacity: text.count * 3 / 2 + 3) { target, count in
      text.withUnsafeBufferPointer { source in
        ascii.withUnsafeBufferPointer { ascii in
          var index = 0
          while index < source.count {
            let byte = source[index]
            if byte < 0x80 {
              target.initializeElement(at: count, to: ascii[Int(byte)])
              count += 1
              index += 1
              continue
            }
            let length = min(byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, source.count - index)
            let packed =
              length == 2 && byte < 0xE0
              ? table[Int(byte & 0x1F) << 6 | Int(source[index + 1] & 0x3F) - 0x80] : UInt32.max
            if packed == .max {
              slow.append((count, foldedSlowly(source[index..<index + length])))
            } else {
              for place in 0..<packed >> 24 {
                target.initializeElement(at: count, to: UInt8(truncatingIfNeeded: packed >> (place * 8)))
                count += 1
              }
            }
            index += length
          }
        }
      }
    }
    for piece in slow.reversed() { out.insert(contentsOf: piece.bytes, at: piece.at) }
    return out
  }

  private static func foldedSlowly(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    Array(ByteText.folded(String(decoding: bytes, as: UTF8.self)).utf8)
  }
}
