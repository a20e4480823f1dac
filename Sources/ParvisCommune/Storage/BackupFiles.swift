import ParticipationKit
import ParvisHost
import SQLiteStorage

/// The files of a commune in its backup: a backup is one file, so their bytes lie in a table of the copied database,
/// which is empty in the database itself.
struct BackupFiles {
  let store: FileStore

  /// Adds the files that the database of a backup knows. One that is missing or altered is left out; `check` tells it.
  func add(to backup: String) throws {
    let known = try Connection(path: backup, mode: .reader).rows(
      "SELECT DISTINCT sha256 FROM host_file ORDER BY sha256")
    guard !known.isEmpty else { return }
    let connection = try Connection(path: backup, mode: .writer)
    try connection.transaction {
      for row in known {
        let sha256 = try row.text("sha256")
        guard let bytes = try store.read(sha256) else { continue }
        try connection.execute(
          "INSERT OR IGNORE INTO host_file_backup(sha256, bytes) VALUES(?, ?)", [.text(sha256), .blob(bytes)])
      }
    }
    // A database with a log cannot be opened where nothing can be written, as on a disk that is kept in a drawer.
    _ = try connection.rows("PRAGMA journal_mode=DELETE")
  }

  /// Brings the files of a restored database to their place.
  func extract(from store: CommuneStore) throws {
    let names = try store.readers.read { connection in
      try connection.rows("SELECT sha256 FROM host_file_backup ORDER BY sha256").map { try $0.text("sha256") }
    }
    guard !names.isEmpty else { return }
    for sha256 in names {
      let bytes = try store.readers.read { connection in
        try connection.firstRow("SELECT bytes FROM host_file_backup WHERE sha256 = ?", [.text(sha256)])?.blob("bytes")
      }
      if let bytes { try self.store.put(bytes, sha256: sha256) }
    }
    try store.writer().perform { connection in _ = try connection.execute("DELETE FROM host_file_backup") }
    try store.compact()
  }
}
