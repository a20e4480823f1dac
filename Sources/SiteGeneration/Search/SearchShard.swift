internal import ParticipationKit

/// The static search: scripts of some documents each, which a page can also load from `file://`.
///
/// A row is `[path, title, kind, text, anchor, heading, text, …]`: a text for the page, then three places for each part
/// with an anchor. Texts are as people read them, so that a hit can be shown in its sentence; the page folds them.
/// Rows are kept in the database, a line a language with a line of its words, so that a shard is written without making
/// its documents again.
struct SearchShard {
  /// So many documents that a shard of proposals with their comments is about 130 KB, a third of it when packed.
  static let size = 64

  static func path(_ locale: String, _ shard: Int) -> String { "search/\(locale)-\(shard).js" }

  /// The number of a shard by its file; nil for another file.
  static func number(of path: String, languages: [String]) -> Int? {
    let name = path.split(whereSeparator: { $0 == "-" || $0 == "." })
    guard name.count == 3, let shard = Int(name[1]) else { return nil }
    return languages.contains { SearchShard.path($0, shard) == path } ? shard : nil
  }

  /// The row of a page, as JSON.
  /// - Parameters:
  ///   - path: The page, from the root of its language.
  ///   - kind: What it is called in the list of results.
  static func row(path: String, title: String, kind: String, _ parts: [PageWords.Part]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(parts.reduce(128) { $0 + $1.text.count + $1.heading.count + $1.anchor.count + 16 })
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
    return String(decoding: out, as: UTF8.self)
  }

  private static func append(_ text: [UInt8], to out: inout [UInt8]) {
    var text = text
    if text.last == 0x20 { text.removeLast() }
    JSONValue.append(utf8: text, to: &out)
  }

  /// What the database keeps of each document, by its lines: the rows, a language each, then the words of each row, see
  /// ``SearchWords/line(_:_:)``. Empty lines are left out.
  /// - Parameter count: How many lines there are.
  static func columns(_ documents: [String], count: Int) -> [[Substring]] {
    var columns = [[Substring]](repeating: [], count: count)
    for document in documents {
      let lines = document.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      for (column, line) in lines.prefix(count).enumerated() where !line.isEmpty {
        columns[column].append(Substring(line))
      }
    }
    return columns
  }

  /// The script of a shard.
  static func script(_ shard: Int, _ rows: [Substring]) -> [UInt8] {
    var out = Array("parvisSearch(\(shard),[".utf8)
    out.reserveCapacity(rows.reduce(64) { $0 + $1.utf8.count + 2 })
    for (index, row) in rows.enumerated() {
      out.add(index > 0 ? ",\n" : "\n")
      out.append(contentsOf: row.utf8)
    }
    out.add("\n])\n")
    return out
  }
}
