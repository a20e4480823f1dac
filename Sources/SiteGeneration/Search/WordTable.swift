internal import ParticipationKit

/// A set of beginnings of words in the order in which they came, each in one 64-bit word: up to five letters from the
/// highest byte, so that numbers sort as the words do, and the mark of a title in the lowest bit.
struct WordTable {
  /// How many letters of a word count.
  private static let letters = 5
  private static let titleMark: UInt64 = 1
  /// Where the first letter goes, and where one beyond the last would.
  private static let firstShift: UInt64 = 56
  private static let endShift = firstShift - UInt64(letters) * 8

  private(set) var words: [UInt64] = []
  /// One more than the index of the word of a place; 0 for a place without word.
  private var slots: [UInt32]

  /// - Parameter capacity: How many places there are at first; a power of two.
  init(capacity: Int) {
    slots = [UInt32](repeating: 0, count: capacity)
    words.reserveCapacity(capacity / 2)
  }

  /// Adds the words of valid UTF-8, folded.
  mutating func add(_ text: [UInt8], isTitle: Bool) {
    let mark = isTitle ? WordTable.titleMark : 0
    var reader = Reader()
    text.withUnsafeBufferPointer { source in
      FoldedText.ascii.withUnsafeBufferPointer { ascii in
        var index = 0
        while index < source.count {
          let byte = source[index]
          if byte < 0x80 {
            index += 1
            if let word = reader.take(ascii[Int(byte)]) { insert(word | mark) }
            continue
          }
          let length = min(byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, source.count - index)
          let scalar = source[index..<index + length]
          let packed = WordTable.packed(scalar)
          if packed == FoldedText.unknown {
            for scalar in String(decoding: scalar, as: UTF8.self).unicodeScalars {
              for byte in FoldedText.folded(scalar) { if let word = reader.take(byte) { insert(word | mark) } }
            }
          } else {
            for place in 0..<packed >> 24 {
              if let word = reader.take(UInt8(truncatingIfNeeded: packed >> (place * 8))) { insert(word | mark) }
            }
          }
          index += length
        }
      }
    }
    if let word = reader.take(FoldedText.gap) { insert(word | mark) }
  }

  /// What a scalar of several bytes folds to, from the tables.
  @inline(__always)
  private static func packed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
    let start = bytes.startIndex
    if bytes.count == 2, bytes[start] >= 0xC2 {
      return FoldedText.letters[Int(bytes[start] & 0x1F) << 6 | Int(bytes[start + 1] & 0x3F) - 0x80]
    }
    if bytes.count == 3, bytes[start] == 0xE2, bytes[start + 1] & 0xFC == 0x80 {
      return FoldedText.punctuation[Int(bytes[start + 1] & 0x3) << 6 | Int(bytes[start + 2] & 0x3F)]
    }
    return FoldedText.unknown
  }

  /// Puts a word together letter by letter.
  private struct Reader {
    private var word: UInt64 = 0
    private var shift = WordTable.firstShift

    /// Takes a folded byte.
    /// - Returns: The word that it ends; nil for none.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> UInt64? {
      if byte == FoldedText.gap {
        defer {
          word = 0
          shift = WordTable.firstShift
        }
        return word == 0 ? nil : word
      }
      if byte == FoldedText.foreign {
        shift = WordTable.endShift
      } else if shift > WordTable.endShift {
        word |= UInt64(byte) << shift
        shift -= 8
      }
      return nil
    }
  }

  /// Adds the words of a line that ``line`` made.
  mutating func add(line: ArraySlice<UInt8>) {
    line.withUnsafeBufferPointer { line in
      var word: UInt64 = 0
      var shift = WordTable.firstShift
      for byte in line {
        switch byte {
        case 0x20:
          if word > WordTable.titleMark { insert(word) }
          word = 0
          shift = WordTable.firstShift
        case UInt8(ascii: "!"): word |= WordTable.titleMark
        case _ where shift > WordTable.endShift:
          word |= UInt64(byte) << shift
          shift -= 8
        default: break
        }
      }
      if word > WordTable.titleMark { insert(word) }
    }
  }

  /// A word that a title has too is kept once, as the title's.
  private mutating func insert(_ word: UInt64) {
    if words.count * 2 >= slots.count { grow() }
    let wanted = word & ~WordTable.titleMark
    var place = self.place(wanted)
    while slots[place] != 0 {
      let index = Int(slots[place]) - 1
      let known = words[index]
      if known & ~WordTable.titleMark == wanted {
        if known | word != known { words[index] = known | word }
        return
      }
      place = (place + 1) & (slots.count - 1)
    }
    words.append(word)
    slots[place] = UInt32(words.count)
  }

  private func place(_ wanted: UInt64) -> Int {
    Int(truncatingIfNeeded: ((wanted >> 24) &* 0x9E37_79B9_7F4A_7C15) >> 40) & (slots.count - 1)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (index, word) in words.enumerated() {
      var place = self.place(word & ~WordTable.titleMark)
      while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = UInt32(index + 1)
    }
  }

  // MARK: Written

  /// The words with a space between; those of a title end with `!`.
  var line: [UInt8] { WordTable.written(words[...]) }

  /// The words by bucket, each sorted.
  func buckets(_ count: Int) -> [String] {
    var found = [[UInt64]](repeating: [], count: count)
    for word in words.sorted() { found[Int(word >> WordTable.firstShift) & (count - 1)].append(word) }
    return found.map { String(decoding: WordTable.written($0[...]), as: UTF8.self) }
  }

  private static func written(_ words: ArraySlice<UInt64>) -> [UInt8] {
    // Five letters, the mark and a space are seven bytes; each word is stored with eight.
    [UInt8](unsafeUninitializedCapacity: words.count * 7 + 1) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      for word in words {
        var text = word & ~titleMark
        var length = 8 - text.trailingZeroBitCount / 8
        if word & titleMark != 0 {
          text |= UInt64(UInt8(ascii: "!")) << (firstShift - UInt64(length) * 8)
          length += 1
        }
        text |= 0x20 << (firstShift - UInt64(length) * 8)
        raw.storeBytes(of: text.bigEndian, toByteOffset: count, as: UInt64.self)
        count += length + 1
      }
      if count > 0 { count -= 1 }
    }
  }
}
