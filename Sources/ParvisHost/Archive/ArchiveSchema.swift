import ParticipationKit

/// The tables of modules that are no longer in service: what they published, kept readable without their code.
struct ArchiveSchema {
  static let migration = Migration(
    10, "archives of modules",
    [
      // The modules as they were last in service.
      """
      CREATE TABLE host_module(id TEXT PRIMARY KEY, version TEXT NOT NULL, names TEXT NOT NULL) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE host_archive(module TEXT PRIMARY KEY, names TEXT NOT NULL, left_at INTEGER NOT NULL)
        STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE host_archive_document(module TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
        path TEXT NOT NULL, updated INTEGER NOT NULL, value TEXT, title TEXT, PRIMARY KEY(module, kind, key))
        STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE host_archive_page(module TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, locale TEXT NOT NULL,
        title TEXT NOT NULL, summary TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY(module, kind, key, locale)) STRICT
      """,
      """
      CREATE TABLE host_archive_file(path TEXT PRIMARY KEY, module TEXT NOT NULL, bytes BLOB NOT NULL) STRICT
      """,
    ])
}
