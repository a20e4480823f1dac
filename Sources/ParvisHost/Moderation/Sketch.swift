import ParticipationKit

/// A few numbers by which texts that share most of their words are found: the smallest hashes of their runs of three
/// words (bottom-k sketch; Broder 1997). Keyed, so that the numbers tell nothing to whoever does not have the key.
struct Sketch: Sendable {
  /// How many numbers a text has at most.
  static let size = 16
  /// How many shared numbers make two texts similar: about a third of the words.
  static let threshold = 6

  let hashes: [Int64]

  /// How many words are looked at.
  private static let mostWords = 2000

  init(_ text: FoldedWords, key: [UInt8]) {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let words = text.words(most: Sketch.mostWords)
    var found: [Int64] = []
    let run = min(3, words.count)
    if run > 0 {
      found.reserveCapacity(words.count)
      for start in 0...(words.count - run) {
        var hash = seed
        for word in words[start..<(start + run)] {
          for byte in text.bytes[word] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
          hash = (hash ^ 0x20) &* 0x100_0000_01B3
        }
        // FNV-1a alone orders texts by their last bytes; this mixes all of them (the finaliser of SplitMix64).
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        found.append(Int64(bitPattern: hash ^ (hash >> 31)))
      }
    }
    found.sort()
    var smallest: [Int64] = []
    for hash in found where hash != smallest.last {
      smallest.append(hash)
      if smallest.count == Sketch.size { break }
    }
    hashes = smallest
  }
}

/// The words of a record without case and accents, folded once for all that compares them.
struct FoldedWords: Sendable {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(ByteText.folded(text).utf8) }

  /// The letters and digits alone, so that spaces and marks make no difference.
  var plain: [UInt8] { bytes.filter(FoldedWords.isWord) }

  /// Where the first words stand.
  func words(most: Int) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start = 0
    for index in 0...bytes.count where index == bytes.count || !FoldedWords.isWord(bytes[index]) {
      if index > start { words.append(start..<index) }
      if words.count == most { break }
      start = index + 1
    }
    return words
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}

extension ModerationQueue {
  /// The words of an entry as its module tells them, in the commune's first language; its excerpt when it tells none.
  /// The shown name is not among them: a short text sent again with another one is the same text.
  func words(of entry: Entry, at now: Timestamp, in ledgers: Ledgers) throws -> String {
    try words(of: entry.subject, toldBy: kind(entry.module, entry.kind), at: now, in: ledgers) ?? entry.excerpt
  }

  /// The words of a record as its module tells them; nil when it tells none.
  func words(
    of subject: Subject, toldBy kind: HostedKind?, at now: Timestamp, in ledgers: Ledgers
  ) throws -> String? {
    let texts = try kind?.texts.filter { $0.name != PublicName.nameField }.compactMap {
      try $0.read(ledgers, subject.key, host.facts.languages[0], now)
    }
    return texts.flatMap { $0.isEmpty ? nil : $0.joined(separator: "\n") }
  }

  /// Keeps the sketch of an entry's words, so that the same words sent again are found.
  func keep(_ sketch: Sketch, of entry: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute("DELETE FROM host_sketch WHERE entry = ?", [.integer(entry)])
    guard !sketch.hashes.isEmpty else { return }
    // One statement for all of them: acts wait meanwhile.
    try ledgers.host.execute(
      ModerationQueue.sketchInsertions[sketch.hashes.count - 1],
      sketch.hashes.flatMap { [.integer($0), .integer(entry)] })
  }

  /// The statements that insert 1, 2, … numbers of a sketch.
  private static let sketchInsertions = (1...Sketch.size).map { count in
    "INSERT INTO host_sketch(hash, entry) VALUES "
      + Array(repeating: "(?,?)", count: count).joined(separator: ",")
  }

  /// The entries with the most similar words, the most similar first. Looks at the newest 60 of each shared number
  /// only: a flood of one text must not slow down the page on which it is stopped.
  func similar(to entry: Entry, limit: Int, in ledgers: Ledgers) throws -> [Entry] {
    let own = try ledgers.host.rows("SELECT hash FROM host_sketch WHERE entry = ?", [.integer(entry.id)])
    guard !own.isEmpty else { return [] }
    var shared: [Int: Int] = [:]
    for row in own {
      try ledgers.host.forEach(
        "SELECT entry FROM host_sketch WHERE hash = ? ORDER BY entry DESC LIMIT 60", [row["hash"]]
      ) {
        shared[try $0.int("entry"), default: 0] += 1
        return true
      }
    }
    shared[entry.id] = nil
    let enough = min(Sketch.threshold, max(1, own.count - 1))
    let best = shared.filter { $0.value >= enough }.sorted { ($1.value, $1.key) < ($0.value, $0.key) }.prefix(limit)
    return try best.compactMap { try self.entry($0.key, in: ledgers) }
  }
}
