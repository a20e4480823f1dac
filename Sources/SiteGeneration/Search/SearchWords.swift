internal import ParticipationKit

/// In which shards a word may be: the search page asks for that first, and then for the shards that it names.
///
/// A word counts with its first five letters, folded; one that begins a word of a title is marked with `!`. The words
/// lie in 16 files for every 64 shards, by their first letter, so that a page loads a few dozen kilobytes for a
/// question to ten thousand proposals, and an act rewrites the files of the letters that it brought anew.
struct SearchWords {
  /// How many files a group of shards has.
  static let buckets = 16
  /// How many shards share them.
  static let group = 64
  /// How many letters of a word count.
  private static let letters = 5

  static func path(_ locale: String, _ group: Int, _ bucket: Int) -> String {
    "search/words-\(locale)-\(group)-\(bucket).js"
  }

  /// The first shard of the group that a file belongs to; nil for another file.
  static func firstShard(of path: String, languages: [String]) -> Int? {
    let name = path.split(whereSeparator: { $0 == "-" || $0 == "." })
    guard name.count == 5, let group = Int(name[2]), let bucket = Int(name[3]) else { return nil }
    return languages.contains { SearchWords.path($0, group, bucket) == path } ? group * SearchWords.group : nil
  }

  /// The words of a page in one line, each once: kept beside its row, so that a shard is written without reading the
  /// texts of its other pages again.
  static func line(_ title: String, _ parts: [PageWords.Part]) -> String {
    var table = WordTable(capacity: 1 << 9)
    table.add(Array(title.utf8), isTitle: true)
    for part in parts {
      table.add(part.heading, isTitle: false)
      table.add(part.text, isTitle: false)
    }
    return table.buckets.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The words of a shard, from the lines of its pages: for each bucket, sorted, with a space between.
  static func words(of lines: [Substring]) -> [String] {
    var table = WordTable(capacity: 1 << 13)
    for line in lines {
      for word in line.utf8.split(separator: 0x20) { table.add(word: word) }
    }
    return table.buckets
  }

  /// The script of a group's bucket.
  static func script(_ group: Int, _ bucket: Int, _ words: [(shard: Int, words: String)]) -> [UInt8] {
    var out = Array("parvisWords(\"\(group)-\(bucket)\",{".utf8)
    for (index, entry) in words.enumerated() {
      out.add(index > 0 ? ",\n" : "\n")
      out.add("\"\(entry.shard)\":\"\(entry.words)\"")
    }
    out.add("\n})\n")
    return out
  }

  /// A set of beginnings of words, each in one 64-bit word: up to five letters from the lowest byte, the mark of a
  /// title on top.
  private struct WordTable {
    private var slots: [UInt64]
    private var count = 0
    private static let titleMark: UInt64 = 1 << 56

    /// - Parameter capacity: How many places there are at first; a power of two.
    init(capacity: Int) { slots = [UInt64](repeating: 0, count: capacity) }

    /// Adds a word as ``buckets`` writes it.
    mutating func add(word bytes: Substring.UTF8View) {
      var word: UInt64 = 0
      var place: UInt64 = 0
      for byte in bytes {
        if byte == UInt8(ascii: "!") {
          word |= WordTable.titleMark
        } else {
          word |= UInt64(byte) << (place * 8)
          place += 1
        }
      }
      if word != 0 { insert(word) }
    }

    mutating func add(_ text: [UInt8], isTitle: Bool) {
      let bytes = FoldedText.folded(text)
      let mark = isTitle ? WordTable.titleMark : 0
      var index = 0
      while index < bytes.count {
        guard WordTable.isLetter(bytes, index) else {
          index += 1
          continue
        }
        var word: UInt64 = 0
        var length = 0
        // Letters beyond ASCII belong to a word and end what counts of it.
        while index < bytes.count, WordTable.isLetter(bytes, index) {
          if length < letters, bytes[index] < 0x80 {
            word |= UInt64(bytes[index]) << UInt64(length * 8)
            length += 1
          } else {
            length = letters
          }
          index += 1
        }
        if word != 0 { insert(word | mark) }
      }
    }

    /// As the script of the search page decides it: digits, letters of ASCII, whatever stands above U+00BF.
    private static func isLetter(_ bytes: [UInt8], _ index: Int) -> Bool {
      let byte = bytes[index]
      if byte < 0x80 { return (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
      if byte >= 0xC3 { return true }
      // U+0080 to U+00BF are C2 80 to C2 BF; other bytes below C0 go on with a scalar.
      return byte < 0xC0 && WordTable.continuesLetter(bytes, index)
    }

    private static func continuesLetter(_ bytes: [UInt8], _ index: Int) -> Bool {
      var start = index
      while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
      return bytes[start] >= 0xC3
    }

    private mutating func insert(_ word: UInt64) {
      if count * 2 > slots.count { grow() }
      var slot = WordTable.slot(word, slots.count)
      while slots[slot] != 0 {
        if slots[slot] == word { return }
        slot = (slot + 1) & (slots.count - 1)
      }
      slots[slot] = word
      count += 1
    }

    private static func slot(_ word: UInt64, _ size: Int) -> Int {
      Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 40) & (size - 1)
    }

    private mutating func grow() {
      let old = slots
      slots = [UInt64](repeating: 0, count: old.count * 2)
      count = 0
      for word in old where word != 0 { insert(word) }
    }

    /// The words by bucket.
    var buckets: [String] {
      var found = [[String]](repeating: [], count: SearchWords.buckets)
      for slot in slots where slot != 0 {
        let isTitle = slot & WordTable.titleMark != 0
        // What a title has need not be said again for the text.
        if !isTitle, contains(slot | WordTable.titleMark) { continue }
        let bytes = (0..<letters).map { UInt8(truncatingIfNeeded: slot >> UInt64($0 * 8)) }.filter { $0 != 0 }
        found[Int(bytes[0]) & (SearchWords.buckets - 1)].append(
          String(decoding: bytes, as: UTF8.self) + (isTitle ? "!" : ""))
      }
      return found.map { $0.sorted().joined(separator: " ") }
    }

    private func contains(_ word: UInt64) -> Bool {
      var slot = WordTable.slot(word, slots.count)
      while slots[slot] != 0 {
        if slots[slot] == word { return true }
        slot = (slot + 1) & (slots.count - 1)
      }
      return false
    }
  }
}
