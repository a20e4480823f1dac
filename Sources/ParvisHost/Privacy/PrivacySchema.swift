import ParticipationKit

/// The tables of privacy and of measures against abuse: what was erased and when, personal links, turns of the
/// retention clocks, calm.
struct PrivacySchema {
  /// The number of the step in the host's schema.
  static let number = 7

  static let migration = Migration(number, "erasures, retention, calm", erasures + retention + calm)

  private static let erasures = [
    """
    CREATE TABLE host_erasure(subject TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL,
      position INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE host_data_link(token BLOB PRIMARY KEY, email TEXT NOT NULL, created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_data_link_expires ON host_data_link(expires_at)",
    "CREATE TABLE host_compaction(id INTEGER PRIMARY KEY CHECK(id = 1), asked_at INTEGER NOT NULL) STRICT",
  ]

  private static let retention = [
    """
    CREATE TABLE host_retention_run(day TEXT PRIMARY KEY, at INTEGER NOT NULL, counts TEXT NOT NULL,
      total INTEGER NOT NULL, position INTEGER) STRICT, WITHOUT ROWID
    """
  ]

  private static let calm = [
    """
    CREATE TABLE host_calm(scope TEXT PRIMARY KEY,
      mode TEXT NOT NULL CHECK(mode IN ('closed','moderated','residents')), until INTEGER NOT NULL,
      words TEXT NOT NULL, person INTEGER, at INTEGER NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE host_likeness(print BLOB NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY(print, subject)) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX host_likeness_subject ON host_likeness(subject)",
    "CREATE INDEX host_likeness_at ON host_likeness(at)",
  ]
}
