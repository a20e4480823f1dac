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
  static func line(_ title: String, _ parts: [PageWords.Part]) -> [UInt8] {
    var table = WordTable(capacity: 1 << 9)
    table.add(Array(title.utf8), isTitle: true)
    for part in parts {
      table.add(part.heading, isTitle: false)
      table.add(part.text, isTitle: false)
    }
    return table.line
  }

  /// The words of a shard, from the lines of its pages: for each bucket, sorted, with a space between.
  static func words(of lines: [ArraySlice<UInt8>]) -> [String] {
    var table = WordTable(capacity: 1 << 12)
    for line in lines { table.add(line: line) }
    return table.buckets(buckets)
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
}
