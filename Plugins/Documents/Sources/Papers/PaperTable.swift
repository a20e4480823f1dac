import ParticipationKit

/// The tables of documents.
struct PaperTable {
  /// So many documents fit on the page of a folder, which is one file.
  static let mostInFolder = 300

  let ledger: Ledger

  func find(_ key: String) throws -> Paper? {
    try ledger.row("\(Paper.select) WHERE p.key = ?", [.text(key)]).map { try Paper($0) }
  }

  func keys(after key: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      "SELECT key FROM documents_paper WHERE key > ? ORDER BY key LIMIT ?", [.text(key ?? ""), .integer(limit)]
    ).map { try $0.text("key") }
  }

  /// The newest documents that are not withdrawn, by when they were published.
  func newest(_ limit: Int) throws -> [Paper] {
    try ledger.rows(
      "\(Paper.select) WHERE p.withdrawn_at IS NULL ORDER BY p.published_at DESC, p.key DESC LIMIT ?",
      [.integer(limit)]
    ).map { try Paper($0) }
  }

  /// The documents of a folder, the latest act first; those that were withdrawn keep their line.
  func inFolder(_ key: String) throws -> [Paper] {
    try ledger.rows(
      "\(Paper.select) WHERE p.folder_key = ? ORDER BY coalesce(p.adopted, '') DESC, p.number DESC, p.key DESC",
      [.text(key)]
    ).map { try Paper($0) }
  }

  private static let folder = "SELECT folder_key, min(folder) AS name, count(*) AS papers FROM documents_paper"

  func folders() throws -> [Folder] {
    try ledger.rows("\(Self.folder) GROUP BY folder_key ORDER BY folder_key").map { try Folder($0) }
  }

  func folder(_ key: String) throws -> Folder? {
    try ledger.row("\(Self.folder) WHERE folder_key = ? GROUP BY folder_key", [.text(key)]).map { try Folder($0) }
  }

  func folderKeys(after key: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      "SELECT DISTINCT folder_key FROM documents_paper WHERE folder_key > ? ORDER BY folder_key LIMIT ?",
      [.text(key ?? ""), .integer(limit)]
    ).map { try $0.text("folder_key") }
  }

  /// Whether the folder of a text has no place for one more, which comes from elsewhere or is new.
  func isFull(for text: PaperText, movingFrom old: PaperText?) throws -> Bool {
    guard text.folderKey != old?.folderKey else { return false }
    let count = try ledger.count("SELECT count(*) FROM documents_paper WHERE folder_key = ?", [.text(text.folderKey)])
    return count >= Self.mostInFolder
  }

  /// The versions of a document, the newest first.
  func versions(of key: String) throws -> [PaperVersion] {
    try ledger.rows("SELECT * FROM documents_version WHERE paper = ? ORDER BY number DESC", [.text(key)])
      .map { try PaperVersion($0) }
  }

  func version(_ number: Int, of key: String) throws -> PaperVersion? {
    try ledger.row(
      "SELECT * FROM documents_version WHERE paper = ? AND number = ?", [.text(key), .integer(number)]
    ).map { try PaperVersion($0) }
  }

  /// `2026-09-18-cantine` or, without a day, `cantine`; with a number when there is one of that name.
  func freeKey(for text: PaperText) throws -> String {
    let slug = ByteText.slug(text.title)
    let name = slug.isEmpty ? text.kind.rawValue : slug
    let base = text.adopted.map { "\($0)-\(name)" } ?? "doc-\(name)"
    var key = base
    var number = 2
    while try find(key) != nil {
      key = "\(base)-\(number)"
      number += 1
    }
    return key
  }

  func add(_ text: PaperText, key: String, note: String, now: Timestamp) throws {
    try ledger.execute(
      """
      INSERT INTO documents_paper(kind, folder, folder_key, number, title, adopted, version, published_at, updated_at,
        revision, key) VALUES(?, ?, ?, ?, ?, ?, 1, ?, ?, 1, ?)
      """, values(text) + [.timestamp(now), .timestamp(now), .text(key)])
    try addVersion(1, text, key: key, note: note, now: now)
  }

  /// Saves what staff wrote. Another text, file or original is a new version; a corrected title is not.
  /// - Returns: Whether there is a new version.
  func save(_ text: PaperText, over old: Paper, note: String, now: Timestamp) throws -> Bool {
    let isNew = text.body != old.text.body || text.original != old.text.original || text.file != old.text.file
    let version = isNew ? old.version + 1 : old.version
    if isNew { try addVersion(version, text, key: old.key, note: note, now: now) }
    try ledger.execute(
      """
      UPDATE documents_paper SET kind = ?, folder = ?, folder_key = ?, number = ?, title = ?, adopted = ?, version = ?,
        updated_at = ?, revision = revision + 1 WHERE key = ?
      """, values(text) + [.integer(version), .timestamp(now), .text(old.key)])
    return isNew
  }

  func setWithdrawn(_ at: Timestamp?, reason: String, _ key: String, now: Timestamp) throws {
    try ledger.execute(
      """
      UPDATE documents_paper SET withdrawn_at = ?, reason = ?, updated_at = ?, revision = revision + 1 WHERE key = ?
      """, [.timestamp(at), .text(reason), .timestamp(now), .text(key)])
  }

  private func addVersion(_ number: Int, _ text: PaperText, key: String, note: String, now: Timestamp) throws {
    try ledger.execute(
      "INSERT INTO documents_version(paper, number, body, original, note, saved_at, file) VALUES(?, ?, ?, ?, ?, ?, ?)",
      [
        .text(key), .integer(number), .text(text.body), .text(text.original), .text(note), .timestamp(now),
        .text(text.file?.stored ?? ""),
      ])
  }

  private func values(_ text: PaperText) -> [SQLValue] {
    [
      .text(text.kind.rawValue), .text(text.folder), .text(text.folderKey), .text(text.number), .text(text.title),
      .text(text.adopted?.description),
    ]
  }
}
