internal import CSQLite
internal import ParticipationKit
internal import Glibc

/// How far a checkpoint goes.
enum CheckpointKind {
  /// Copies what it can at once.
  case copying
  /// Waits for readers, so that the log is written from its beginning again. Its file keeps its size: a sync of what
  /// lies inside a file takes a fraction of one that makes it longer, which the file system notes in its journal.
  case restarting
  /// Waits for readers and cuts the log to zero bytes.
  case emptying

  fileprivate var mode: Int32 {
    switch self {
    case .copying: SQLITE_CHECKPOINT_PASSIVE
    case .restarting: SQLITE_CHECKPOINT_RESTART
    case .emptying: SQLITE_CHECKPOINT_TRUNCATE
    }
  }
}

extension Connection {
  /// Copies pages of the write-ahead log into the database file.
  ///
  /// - Throws: ``SQLiteError``, ``ResultCode/busy`` when readers stay in old snapshots; committed work is safe in the
  ///   log all the same.
  func checkpoint(_ kind: CheckpointKind) throws {
    authorizer.logPages = 0
    let code = sqlite3_wal_checkpoint_v2(handle, "main", kind.mode, nil, nil)
    guard code == SQLITE_OK else { throw failure(code, sql: nil) }
  }

  /// Rebuilds the file without its free pages. An FTS5 index keeps removed words until it is merged into one segment
  /// (`optimize`), so that comes first. The log holds the old pages until it is emptied, see
  /// ``CheckpointKind/emptying``.
  ///
  /// Needs free disk: once the size of the database in the folder of temporary files (`SQLITE_TMPDIR`, `TMPDIR`,
  /// else `/var/tmp`) and once beside the database, for the log. Memory is needed for the page cache alone.
  ///
  /// - Throws: ``SQLiteError``, among others ``ResultCode/full``.
  func rebuild() throws {
    let indexes = try rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%'")
    for row in indexes {
      guard let name = row.values.first?.asText else { continue }
      let quoted = "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
      try execute("INSERT INTO \(quoted)(\(quoted)) VALUES('optimize')")
    }
    // In memory, as all else that is temporary, the copy would be as large as the database.
    try execute("PRAGMA temp_store=FILE")
    defer { restoreTemporaryStore() }
    try execute("VACUUM")
  }

  private func restoreTemporaryStore() {
    // Cannot fail outside a transaction; did it all the same, temporary data would lie on disk, and no more.
    _ = try? execute("PRAGMA temp_store=MEMORY")
  }

  /// Writes a complete, compact copy of the database beside the running one.
  ///
  /// The copy appears under its name only when it is whole and on disk. Keys of tables without
  /// `INTEGER PRIMARY KEY` may change in it.
  ///
  /// - Parameter target: A path where nothing exists.
  /// - Throws: ``SQLiteError``: ``ResultCode/cantOpen`` when the target exists or cannot be made, ``ResultCode/full``.
  func backup(to target: String) throws {
    guard access(target, F_OK) != 0 else {
      throw SQLiteError(code: .cantOpen, message: "\(target) exists; a backup never replaces a file")
    }
    let partial = target + ".partial"
    unlink(partial)
    do {
      // Debian's SQLite reads `file:…` as a URI here too.
      let plain = partial.utf8.first == UInt8(ascii: "/") ? partial : "./" + partial
      Glibc.close(Glibc.open(plain, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
      try execute("VACUUM INTO ?", [.text(plain)])
      try Self.sync(plain, O_RDONLY)
      guard rename(plain, target) == 0 else { throw Self.systemError("rename to", target) }
      try Self.sync(Self.folder(of: target), O_RDONLY | O_DIRECTORY)
    } catch {
      unlink(partial)
      throw error
    }
  }

  private static func sync(_ path: String, _ flags: Int32) throws {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError("open", path) }
    defer { Glibc.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemError("sync", path) }
  }

  private static func systemError(_ verb: String, _ path: String) -> SQLiteError {
    let number = errno
    let code: ResultCode = number == ENOSPC || number == EDQUOT ? .full : .inputOutput
    return SQLiteError(code: code, message: "cannot \(verb) \(path): \(String(cString: strerror(number)))")
  }

  /// The folder that a path names a file in.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }
}
