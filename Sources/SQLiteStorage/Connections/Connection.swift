internal import CSQLite
internal import ParticipationKit
internal import Glibc

/// One connection to one SQLite file, used by one thread at a time.
///
/// Write-ahead log, `synchronous=FULL` (a commit that returned is on disk), foreign keys on, double-quoted strings
/// off, extensions off, defensive mode. Starts in ``Namespace/host``; see ``withNamespace(_:_:)``.
/// It never checkpoints by itself: SQLite 3.40 can lose a write when two connections do, so ``WriterThread`` alone
/// does. It closes when it is released.
public final class Connection {
  /// The path of the file.
  public let path: String
  /// What the connection may do.
  public let mode: ConnectionMode

  let handle: OpaquePointer
  let authorizer = Authorizer()
  /// Pages in the write-ahead log after the last commit, 0 after a checkpoint was tried.
  var logPages: Int { authorizer.logPages }
  var cache: StatementCache
  private let busyTimeoutMilliseconds: Int32
  private let cachedKibibytes: Int

  /// Opens a database file; a new one is readable by its owner alone (mode 0600).
  ///
  /// - Throws: ``SQLiteError``, among others ``ResultCode/cantOpen``, ``ResultCode/notADatabase``,
  ///   ``ResultCode/readonly``.
  public init(path: String, mode: ConnectionMode, options: ConnectionOptions = ConnectionOptions()) throws {
    self.path = path
    self.mode = mode
    cache = StatementCache(capacity: options.cachedStatements)
    busyTimeoutMilliseconds = options.busyTimeoutMilliseconds
    cachedKibibytes = options.cachedKibibytes
    handle = try Self.open(path, mode)
    sqlite3_busy_timeout(handle, busyTimeoutMilliseconds)
    try harden()
    try setUp(options)
    authorizer.install(on: handle)
  }

  deinit {
    cache.removeAll()
    // v2 waits for statements still in use, which cannot be: they live inside calls of this object.
    sqlite3_close_v2(handle)
  }

  private static func open(_ path: String, _ mode: ConnectionMode) throws -> OpaquePointer {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw SQLiteError(code: .cantOpen, message: "expected the path of a database file, got \"\(path)\"")
    }
    // Debian's SQLite reads `file:…` as a URI and `:memory:` as no file; `./` makes both plain names.
    let plain = path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    _ = withoutStatistics
    if mode == .writer { makeFile(plain) }
    var handle: OpaquePointer?
    let access = mode == .writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = sqlite3_open_v2(plain, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let handle else {
      let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "no memory"
      sqlite3_close_v2(handle)
      throw SQLiteError(code: ResultCode(rawValue: code), message: "\(path): \(message)")
    }
    return handle
  }

  /// SQLite counts by default, under one lock for all connections, how much memory it uses. Nothing here asks for it.
  /// Where it is too late, as SQLite runs already, all works as before.
  private static let withoutStatistics = parvis_no_memory_statistics()

  /// SQLite would make the file readable by all; the log and the shared memory take the mode of the file.
  private static func makeFile(_ path: String) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    // A failure (it exists, no right) is told by SQLite just after, in better words.
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  private func harden() throws {
    let switches: [(Int32, Int32)] = [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
    ]
    // A reader that is the last to close leaves the log as it is: the writer alone checkpoints.
    let closing = mode == .reader ? [(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, Int32(1))] : []
    for (option, value) in switches + closing {
      let code = parvis_db_config(handle, option, value)
      guard code == SQLITE_OK else { throw failure(code, sql: nil) }
    }
  }

  private func setUp(_ options: ConnectionOptions) throws {
    // Off for every connection, also the writer: the writer thread decides when.
    sqlite3_wal_autocheckpoint(handle, 0)
    try execute("PRAGMA mmap_size=\(options.mappedBytes)")
    try execute("PRAGMA cache_size=-\(options.cachedKibibytes)")
    try execute("PRAGMA temp_store=MEMORY")
    if mode == .writer {
      // Looks at every cell of a page that is read: worth it where pages are changed. Readers would pay a twentieth of
      // a build for it, and `restore` checks a whole file before it is used.
      try execute("PRAGMA cell_size_check=ON")
      let answer = try rows("PRAGMA journal_mode=WAL").first?.values.first?.asText
      guard answer == "wal" else {
        let message = "\(path): no write-ahead log on this file system (journal is \(answer ?? "unknown"))"
        throw SQLiteError(code: .cantOpen, message: message)
      }
      try execute("PRAGMA synchronous=FULL")
      // What is removed is overwritten at once; ``rebuild()`` reaches what a page kept when it was rearranged.
      try execute("PRAGMA secure_delete=ON")
      // After a burst, the log file shrinks back to this size when it begins anew.
      try execute("PRAGMA journal_size_limit=67108864")
    }
    // Reads the header now, so that a wrong file is told at opening.
    try execute("PRAGMA schema_version")
  }

  /// Runs `body` with another patience for locks, in milliseconds.
  func withBusyTimeout<R>(_ milliseconds: Int32, _ body: () throws -> R) rethrows -> R {
    sqlite3_busy_timeout(handle, min(milliseconds, busyTimeoutMilliseconds))
    defer { sqlite3_busy_timeout(handle, busyTimeoutMilliseconds) }
    return try body()
  }

  /// Runs `body` with more pages in memory, for work that changes most of a file: what does not fit is written to the
  /// log in the middle of the transaction, and often again. The memory is given back at the end.
  ///
  /// - Throws: what `body` throws, or ``SQLiteError``.
  public func withCache<R>(kibibytes: Int, _ body: () throws -> R) throws -> R {
    try execute("PRAGMA cache_size=-\(kibibytes)")
    defer {
      // Were it refused, the connection would only keep more memory.
      _ = try? execute("PRAGMA cache_size=-\(cachedKibibytes)")
      sqlite3_db_release_memory(handle)
    }
    return try body()
  }

  /// The error that SQLite just gave, with the reason of a refusal by namespace.
  func failure(_ code: Int32, sql: String?) -> SQLiteError {
    let result = ResultCode(rawValue: code)
    // A virtual table can meet a refusal inside and live with it; a later error of another kind is then its own.
    if let denial = authorizer.denial, result.primary == .auth || result.primary == .error {
      return SQLiteError(code: .auth, message: denial.description, sql: sql, denial: denial)
    }
    let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? ""
    return SQLiteError(code: result, message: message, sql: sql)
  }
}

/// A connection stays with one thread at a time; only the pool and the writer thread hand one on.
@available(*, unavailable)
extension Connection: Sendable {}
