/// Finds the few bytes that matter in a text, eight at a time in one 64-bit word (Swift's vectors are slower here than
/// single bytes: measured).
package struct ByteScan {
  /// The first place of a byte at or after another place.
  package static func first(_ byte: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    unsafe bytes.withUnsafeBufferPointer { source in
      let wanted = ones &* UInt64(byte)
      let found = unsafe scan(source, from: start, word: { zeros($0 ^ wanted) }, byte: { $0 == byte })
      return found < source.count ? found : nil
    }
  }

  /// The first place at or after another where HTML needs more than a copy: the five specials and the controls that
  /// are dropped. The count when there is none.
  static func firstSpecialOfHTML(in source: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    unsafe scan(
      source, from: start,
      word: { word in
        // `&` and `'` differ in one bit, `<` and `>` too.
        zeros((word & (ones &* 0xFE)) ^ (ones &* 0x26)) | zeros((word & (ones &* 0xFD)) ^ (ones &* 0x3C))
          | zeros(word ^ (ones &* 0x22)) | zeros(word ^ (ones &* 0x7F)) | controls(word)
      },
      byte: { byte in
        switch byte {
        case 0x26, 0x3C, 0x3E, 0x22, 0x27, 0x7F: true
        case 0x09, 0x0A, 0x0D: false
        default: byte < 0x20
        }
      })
  }

  /// The first place at or after another where a JSON string needs an escape: controls, quotes, backslashes; `<` and
  /// U+007F too, so that JSON inside a script or a page can never end it. The count when there is none.
  static func firstSpecialOfJSON(in source: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    unsafe scan(
      source, from: start,
      word: { word in
        zeros(word ^ (ones &* 0x22)) | zeros(word ^ (ones &* 0x5C)) | zeros(word ^ (ones &* 0x3C))
          | zeros(word ^ (ones &* 0x7F)) | controls(word)
      },
      byte: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x3C || $0 == 0x7F })
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// Sets the high bit of a byte for the first zero byte of a word, and perhaps of later ones; 0 when there is none.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }

  /// The same for bytes below U+0020.
  @inline(__always)
  private static func controls(_ word: UInt64) -> UInt64 { (word &- (ones &* 0x20)) & ~word }

  /// - Parameters:
  ///   - word: Has a high bit set when a byte of the word may be looked for.
  ///   - byte: Whether a byte is looked for.
  @inline(__always)
  private static func scan(
    _ source: UnsafeBufferPointer<UInt8>, from start: Int, word: (UInt64) -> UInt64, byte: (UInt8) -> Bool
  ) -> Int {
    let count = source.count
    guard let base = unsafe UnsafeRawPointer(source.baseAddress) else { return count }
    var index = start
    while index < count {
      // Each load ends within the buffer.
      while index + 8 <= count {
        let found = unsafe word(base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        if found & highBits != 0 { break }
        index += 8
      }
      let end = min(index + 8, count)
      while index < end {
        if unsafe byte(source[index]) { return index }
        index += 1
      }
    }
    return count
  }
}
