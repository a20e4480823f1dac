internal import ParticipationKit

/// The static search: scripts of 200 documents each, which a page can also load from `file://`.
///
/// A row is `[path, title, kind, folded text, first words]`. Rows are kept in the database, so that a shard is written
/// without making its documents again.
struct SearchShard {
  static let shardSize = 200
  private static let textLimit = 600
  private static let excerptLimit = 180

  static func path(_ shard: Int) -> String { "search/shard-\(shard).js" }

  /// The row of a document, as JSON.
  static func row(_ entry: SearchEntry, path: String, kind: String) -> String {
    let line = TextCut.line(entry.text, bytes: textLimit)
    var out: [UInt8] = []
    out.reserveCapacity(line.count * 2 + entry.title.utf8.count + path.utf8.count + 64)
    out.append(UInt8(ascii: "["))
    for part in [path, entry.title, kind] {
      JSONValue.string(part).append(to: &out)
      out.append(UInt8(ascii: ","))
    }
    let folded = FoldedText.folded(line)
    let more = entry.moreWords.isEmpty ? [] : moreWords(entry.moreWords, besides: folded)
    JSONValue.append(utf8: folded + more, to: &out)
    out.append(UInt8(ascii: ","))
    JSONValue.append(utf8: TextCut.excerpt(line, bytes: excerptLimit), to: &out)
    out.append(UInt8(ascii: "]"))
    return String(decoding: out, as: UTF8.self)
  }

  private static let moreLimit = 4000

  /// The distinct words of a long text that are not found already, each after a space.
  private static func moreWords(_ text: String, besides line: [UInt8]) -> [UInt8] {
    func words(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
      bytes.split { !($0 >= 0x80 || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)) }
    }
    var seen = Set(words(line))
    var out: [UInt8] = []
    for word in words(FoldedText.folded(TextCut.line(text, bytes: 256 << 10))) {
      guard word.count > 2, word.count <= 40, out.count + word.count < moreLimit, seen.insert(word).inserted else {
        continue
      }
      out.append(0x20)
      out += word
    }
    return out
  }

  /// The script of a shard.
  static func script(_ shard: Int, rows: [String]) -> [UInt8] {
    var out = Array("parvisSearch(\(shard),[".utf8)
    for (index, row) in rows.enumerated() {
      out.add(index > 0 ? ",\n" : "\n")
      out.add(row)
    }
    out.add("\n])\n")
    return out
  }
}

/// Text cut to a number of bytes, never within a scalar.
struct TextCut {
  /// The first bytes of a text as one line: ASCII white space becomes single spaces. Reads no further than it keeps.
  static func line(_ text: String, bytes limit: Int) -> [UInt8] {
    var copy = text
    return copy.withUTF8 { source in
      var out: [UInt8] = []
      out.reserveCapacity(min(source.count, limit))
      // Bytes that stay as they are go over in runs: where the run begins, and where it would be too long.
      var start = 0
      var end = limit
      var previous: UInt8 = 0x20
      var index = 0
      while index < source.count {
        let byte = source[index]
        let isSpace = byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
        if index >= end, !(isSpace && previous == 0x20) {
          out.append(contentsOf: source[start..<index])
          start = source.count
          // The byte that no longer fits may belong to the scalar before it.
          if byte & 0xC0 == 0x80 { dropUnfinished(&out) }
          break
        }
        if isSpace, previous == 0x20 || byte != 0x20 {
          out.append(contentsOf: source[start..<index])
          start = index + 1
          if previous != 0x20 { out.append(0x20) }
          end = start + limit - out.count
        }
        previous = isSpace ? 0x20 : byte
        index += 1
      }
      if start < source.count { out.append(contentsOf: source[start...]) }
      if out.last == 0x20 { out.removeLast() }
      return out
    }
  }

  private static func dropUnfinished(_ bytes: inout [UInt8]) {
    while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
  }

  static func prefix(_ text: String, bytes limit: Int) -> String {
    let utf8 = text.utf8
    guard utf8.count > limit, var end = utf8.index(utf8.startIndex, offsetBy: limit, limitedBy: utf8.endIndex) else {
      return text
    }
    while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
    return String(text.unicodeScalars[..<end])
  }

  /// The first words of valid UTF-8, with an ellipsis when there are more.
  static func excerpt(_ text: [UInt8], bytes limit: Int) -> [UInt8] {
    guard text.count > limit else { return text }
    var end = limit
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    let cut = text[..<end]
    return Array(cut[..<(cut.lastIndex(of: 0x20) ?? end)]) + "…".utf8
  }

  /// The first words, with an ellipsis when there are more.
  static func excerpt(_ text: String, bytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    let cut = prefix(text, bytes: limit)
    guard let space = cut.utf8.lastIndex(of: UInt8(ascii: " ")) else { return cut + "…" }
    return String(cut.unicodeScalars[..<space]) + "…"
  }
}

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
