internal import ParticipationKit

// When time alone changes a stream next: facts of the site, `turn/<path>`, with the milliseconds since 1970 as text.
extension PublicationTables {
  private static let prefix = "turn/"

  static func put(turn: Timestamp?, of path: String, _ ledger: Ledger) throws {
    guard let turn else {
      try ledger.execute("DELETE FROM publication_fact WHERE name = ?", [.text(prefix + path)])
      return
    }
    try put(fact: prefix + path, Array(String(turn.milliseconds).utf8), ledger)
  }

  /// The streams with the time of their next turn, the nearest first.
  static func turns(_ ledger: Ledger) throws -> [(path: String, at: Timestamp)] {
    try ledger.rows("SELECT name, value FROM publication_fact WHERE name >= 'turn/' AND name < 'turn0'")
      .compactMap { row -> (path: String, at: Timestamp)? in
        guard let at = Int64(String(decoding: try row.blob("value"), as: UTF8.self)) else { return nil }
        let path = String(decoding: try row.text("name").utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        return (path: path, at: Timestamp(milliseconds: at))
      }.sorted { ($0.at, $0.path) < ($1.at, $1.path) }
  }
}

extension PublicationPass {
  /// Notes when time alone changes a stream next, beside the file that was just made from the same snapshot.
  func noteTurn(of entry: PublishedSite.ModuleStream) throws {
    guard let changesAt = entry.stream.changesAt, !entry.stream.isBulk, target != .elsewhere, !isDry else { return }
    // What is past would come at once, again and again.
    let next = try changesAt(snapshot.context(entry.module)).flatMap { $0 > snapshot.now ? $0 : nil }
    pending.turns.append((path: entry.path, at: next))
  }
}
