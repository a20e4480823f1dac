import ParticipationKit

/// What a document is.
enum PaperKind: String, CaseIterable {
  case deliberation, order, minutes, plan, budget, declaration, other
}

/// What staff write: what the document is, and its text.
struct PaperText: Equatable {
  var kind: PaperKind
  var folder: String
  /// The number of the act, as `2026-42`; empty for none.
  var number: String
  var title: String
  /// The day of the act; nil when it has none.
  var adopted: LocalDate?
  var body: String
  /// Where the signed original is, as an address; empty for none.
  var original: String
  /// The document as a file; nil when there is none.
  var file: FileReference?

  /// The key of the folder: its name in letters of addresses.
  var folderKey: String { Paper.folderKey(folder) }
}

/// One document as stored, with its current version.
struct Paper: Equatable {
  static let schema = [
    """
    CREATE TABLE documents_paper(
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, folder TEXT NOT NULL,
      folder_key TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL, adopted TEXT, version INTEGER NOT NULL,
      published_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, withdrawn_at INTEGER, reason TEXT NOT NULL DEFAULT '',
      revision INTEGER NOT NULL) STRICT
    """,
    "CREATE INDEX documents_by_folder ON documents_paper(folder_key, adopted)",
    "CREATE INDEX documents_by_day ON documents_paper(published_at)",
    """
    CREATE TABLE documents_version(
      paper TEXT NOT NULL REFERENCES documents_paper(key), number INTEGER NOT NULL, body TEXT NOT NULL,
      original TEXT NOT NULL, note TEXT NOT NULL, saved_at INTEGER NOT NULL, PRIMARY KEY(paper, number)) STRICT
    """,
  ]

  static let files = ["ALTER TABLE documents_version ADD COLUMN file TEXT NOT NULL DEFAULT ''"]

  static let select = """
    SELECT p.*, v.body, v.original, v.file FROM documents_paper p
    JOIN documents_version v ON v.paper = p.key AND v.number = p.version
    """

  let key: String
  let text: PaperText
  let version: Int
  let publishedAt: Timestamp
  let updatedAt: Timestamp
  let withdrawnAt: Timestamp?
  /// Why it was withdrawn.
  let reason: String
  let revision: Int

  init(_ row: Row) throws {
    key = try row.text("key")
    text = PaperText(
      kind: PaperKind(rawValue: try row.text("kind")) ?? .other, folder: try row.text("folder"),
      number: try row.text("number"), title: try row.text("title"),
      adopted: row.optionalText("adopted").flatMap { LocalDate($0) }, body: try row.text("body"),
      original: try row.text("original"), file: FileReference(stored: try row.text("file")))
    version = try row.int("version")
    publishedAt = try row.timestamp("published_at")
    updatedAt = try row.timestamp("updated_at")
    withdrawnAt = row.optionalTimestamp("withdrawn_at")
    reason = try row.text("reason")
    revision = try row.int("revision")
  }

  var isWithdrawn: Bool { withdrawnAt != nil }

  /// The key of a folder; a name without any letter of addresses has one, too.
  static func folderKey(_ name: String) -> String {
    let slug = ByteText.slug(name)
    return slug.isEmpty ? "autres" : slug
  }
}

/// One version of a document.
struct PaperVersion {
  let number: Int
  let body: String
  let original: String
  let file: FileReference?
  /// What changed, in a sentence; empty for the first.
  let note: String
  let savedAt: Timestamp

  init(_ row: Row) throws {
    number = try row.int("number")
    body = try row.text("body")
    original = try row.text("original")
    file = FileReference(stored: try row.text("file"))
    note = try row.text("note")
    savedAt = try row.timestamp("saved_at")
  }
}

/// A folder with how many documents are in it.
struct Folder {
  let key: String
  let name: String
  let count: Int

  init(_ row: Row) throws {
    key = try row.text("folder_key")
    name = try row.text("name")
    count = try row.int("papers")
  }
}
