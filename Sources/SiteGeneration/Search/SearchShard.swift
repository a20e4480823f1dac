internal import ParticipationKit

/// The static search: scripts of some documents each, which a page can also load from `file://`.
///
/// A row is `[path, title, kind, text, anchor, heading, text, …]`: a text for the page, then three places for each part
/// with an anchor. Texts are as people read them, so that a hit can be shown in its sentence; the page folds them.
/// Rows are kept in the database, a line a language with a line of its words, so that a shard is written without making
/// its documents again.
struct SearchShard {
  /// So many documents that a shard of proposals with their comments is about 30 KB, a third of it when packed: each
  /// act rewrites one, so larger shards would make every decision dearer.
  static let size = 16

  static func path(_ locale: String, _ shard: Int) -> String { "search/\(locale)-\(shard).js" }

  /// The number of a shard by its file; nil for another file.
  static func number(of path: String, languages: [String]) -> Int? {
    let name = path.split(whereSeparator: { $0 == "-" || $0 == "." })
    guard name.count == 3, let shard = Int(name[1]) else { return nil }
    return languages.contains { SearchShard.path($0, shard) == path } ? shard : nil
  }

  /// Appends the row of a page, as JSON.
  /// - Parameters:
  ///   - path: The page, from the root of its language.
  ///   - kind: What it is called in the list of results.
  static func append(path: String, title: String, kind: String, _ parts: [PageWords.Part], to out: inout [UInt8]) {
    out.append(UInt8(ascii: "["))
    for part in [path, title, kind] {
      JSONValue.string(part).append(to: &out)
      out.append(UInt8(ascii: ","))
    }
    for (index, part) in parts.enumerated() {
      if index > 0 {
        for piece in [part.anchor, part.heading] {
          out.append(UInt8(ascii: ","))
          append(piece, to: &out)
        }
        out.append(UInt8(ascii: ","))
      }
      append(part.text, to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  private static func append(_ text: [UInt8], to out: inout [UInt8]) {
    var text = text
    if text.last == 0x20 { text.removeLast() }
    JSONValue.append(utf8: text, to: &out)
  }

  /// What the database keeps of each document, by its lines: the rows, a language each, then the words of each row, see
  /// ``SearchWords/line(_:_:)``. Empty lines are left out.
  /// - Parameter count: How many lines there are.
  static func columns(_ documents: [[UInt8]], count: Int) -> [[ArraySlice<UInt8>]] {
    var columns = [[ArraySlice<UInt8>]](repeating: [], count: count)
    for document in documents {
      var start = 0
      for column in 0..<count where start <= document.count {
        let end = ByteScan.first(0x0A, in: document, from: start) ?? document.count
        if end > start { columns[column].append(document[start..<end]) }
        start = end + 1
      }
    }
    return columns
  }

  /// The script of a shard.
  static func script(_ shard: Int, _ rows: [ArraySlice<UInt8>]) -> [UInt8] {
    var out = Array("parvisSearch(\(shard),[".utf8)
    out.reserveCapacity(rows.reduce(64) { $0 + $1.count + 2 })
    for (index, row) in rows.enumerated() {
      out.add(index > 0 ? ",\n" : "\n")
      out.append(contentsOf: row)
    }
    out.add("\n])\n")
    return out
  }
}
