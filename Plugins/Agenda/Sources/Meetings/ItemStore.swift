import ParticipationKit

/// Writes items: each save is a revision of its own, with the ids of its blocks.
struct ItemStore {
  let site: Site
  let ledger: Ledger
  let now: Timestamp
  /// Who writes; empty for an import.
  let author: String

  /// Adds an item at the end of its meeting.
  /// - Throws: ``MarkdownRefusal``; the store's error, a ``UniquenessConflict`` when the id is taken.
  func add(_ text: ItemText, slug: String, to meeting: String, isWithdrawn: Bool = false) throws {
    let key = ItemID.key(meeting: meeting, slug: slug)
    let last = try ledger.count(
      "SELECT coalesce(max(position), 0) FROM agenda_item WHERE meeting = ?", [.text(meeting)])
    _ = try ledger.insert(
      """
      INSERT INTO agenda_item (id, meeting, slug, position, title, rapporteur, is_rapporteuse, kind, is_closed,
        is_withdrawn, body, minutes, revision, next_block, updated_at, updated_by)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?)
      """,
      [.text(key), .text(meeting), .text(slug), .integer(last + 1)] + values(of: text, withdrawn: isWithdrawn)
        + [.timestamp(now), .text(author)])
    try keepRevision(1, of: key, text, previous: 0, nextBlock: 1)
  }

  /// Saves a new version of an item's text.
  /// - Throws: ``MarkdownRefusal``; the store's error.
  func save(_ text: ItemText, of item: AgendaItem, isWithdrawn: Bool? = nil) throws {
    try ledger.execute(
      """
      UPDATE agenda_item SET title = ?, rapporteur = ?, is_rapporteuse = ?, kind = ?, is_closed = ?, is_withdrawn = ?,
        body = ?, minutes = ?, updated_at = ?, updated_by = ? WHERE id = ?
      """,
      values(of: text, withdrawn: isWithdrawn ?? item.isWithdrawn)
        + [.timestamp(now), .text(author), .text(item.key)])
    try keepRevision(
      item.revision + 1, of: item.key, text, previous: item.revision, nextBlock: item.nextBlock)
  }

  /// Takes an item off the draft, or puts it back at the end.
  func setWithdrawn(_ isWithdrawn: Bool, _ item: AgendaItem) throws {
    try ledger.execute(
      """
      UPDATE agenda_item SET is_withdrawn = ?, updated_at = ?, updated_by = ?,
        position = (SELECT coalesce(max(position), 0) + 1 FROM agenda_item AS other WHERE other.meeting = ?)
      WHERE id = ?
      """, [.bool(isWithdrawn), .timestamp(now), .text(author), .text(item.meeting), .text(item.key)])
  }

  /// Writes the order of a meeting's items.
  func arrange(_ keys: [String]) throws {
    for (index, key) in keys.enumerated() {
      try ledger.execute(
        "UPDATE agenda_item SET position = ? WHERE id = ? AND position <> ?",
        [.integer(index + 1), .text(key), .integer(index + 1)])
    }
  }

  private func values(of text: ItemText, withdrawn: Bool) -> [SQLValue] {
    [
      .text(text.title), .text(text.rapporteur), .bool(text.isRapporteuse), .text(text.kind.rawValue),
      .bool(text.isClosed), .bool(withdrawn), .text(text.body), .text(text.minutes),
    ]
  }

  private func keepRevision(
    _ revision: Int, of key: String, _ text: ItemText, previous: Int, nextBlock: Int
  ) throws {
    let words = try site.markdown(text.body, .editor).blocks.map(\.plainText)
    let ids = BlockIDs(
      previous: try KeptBlock.all(of: key, revision: previous, in: ledger),
      earlier: try KeptBlock.earlier(than: previous, of: key, in: ledger), texts: words, next: nextBlock)
    try ledger.execute(
      """
      INSERT INTO agenda_revision (item, revision, title, rapporteur, is_rapporteuse, kind, is_closed, body, minutes,
        saved_by, saved_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(key), .integer(revision), .text(text.title), .text(text.rapporteur), .bool(text.isRapporteuse),
        .text(text.kind.rawValue), .bool(text.isClosed), .text(text.body), .text(text.minutes), .text(author),
        .timestamp(now),
      ])
    for (index, block) in ids.blocks.enumerated() {
      try ledger.execute(
        "INSERT INTO agenda_block (item, revision, block_index, block_id, text) VALUES (?, ?, ?, ?, ?)",
        [.text(key), .integer(revision), .integer(index), .text(block.id), .text(block.text)])
    }
    try ledger.execute(
      "UPDATE agenda_item SET revision = ?, next_block = ? WHERE id = ?",
      [.integer(revision), .integer(ids.next), .text(key)])
  }
}

extension KeptBlock {
  /// The blocks of one version, in order.
  static func all(of item: String, revision: Int, in ledger: Ledger) throws -> [KeptBlock] {
    try ledger.rows(
      "SELECT block_id, text FROM agenda_block WHERE item = ? AND revision = ? ORDER BY block_index",
      [.text(item), .integer(revision)]
    ).map { KeptBlock(id: try $0.text("block_id"), text: try $0.text("text")) }
  }

  /// The blocks of versions before one, the latest first, without repetition; at most 2,000.
  static func earlier(than revision: Int, of item: String, in ledger: Ledger) throws -> [KeptBlock] {
    try ledger.rows(
      """
      SELECT block_id, text, max(revision) AS latest FROM agenda_block WHERE item = ? AND revision < ?
      GROUP BY block_id, text ORDER BY latest DESC, block_id LIMIT 2000
      """, [.text(item), .integer(revision)]
    ).map { KeptBlock(id: try $0.text("block_id"), text: try $0.text("text")) }
  }
}

/// One kept version of an item.
struct ItemRevision {
  let number: Int
  let text: ItemText
  let savedBy: String
  let savedAt: Timestamp

  /// The versions of an item, the latest first; at most so many.
  static func all(of item: String, limit: Int, in ledger: Ledger) throws -> [ItemRevision] {
    try ledger.rows(
      """
      SELECT revision, title, rapporteur, is_rapporteuse, kind, is_closed, body, minutes, saved_by, saved_at
      FROM agenda_revision WHERE item = ? ORDER BY revision DESC LIMIT ?
      """, [.text(item), .integer(limit)]
    ).map { row in
      ItemRevision(
        number: try row.int("revision"), text: try ItemText(row: row), savedBy: try row.text("saved_by"),
        savedAt: try row.timestamp("saved_at"))
    }
  }
}
