internal import CSQLite
public import ParticipationKit

extension Connection {
  /// Runs a query and gives each row to `body` until it returns false or the rows end.
  ///
  /// - Parameters:
  ///   - sql: One statement; values only through `?`.
  ///   - arguments: One value a parameter.
  /// - Throws: ``SQLiteError``, or what `body` throws.
  public func forEach(_ sql: String, _ arguments: [SQLValue] = [], _ body: (Row) throws -> Bool) throws {
    try withStatement(sql, arguments) { statement in
      while try step(statement) {
        guard try body(statement.row()) else { return }
      }
    }
  }

  /// All rows of a query.
  /// - Throws: ``SQLiteError``.
  public func rows(_ sql: String, _ arguments: [SQLValue] = []) throws -> [Row] {
    try withStatement(sql, arguments) { statement in
      var rows: [Row] = []
      while try step(statement) { rows.append(statement.row()) }
      return rows
    }
  }

  /// The first row of a query, nil when there is none.
  /// - Throws: ``SQLiteError``.
  public func firstRow(_ sql: String, _ arguments: [SQLValue] = []) throws -> Row? {
    try withStatement(sql, arguments) { try step($0) ? $0.row() : nil }
  }

  /// Runs a statement to its end, and says how many rows it inserted, changed or deleted.
  /// - Throws: ``SQLiteError``.
  @discardableResult
  public func execute(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int {
    try withStatement(sql, arguments) { statement in
      let before = sqlite3_total_changes64(handle)
      while try step(statement) {}
      // `changes` keeps the count of an earlier statement when this one was not an insert, update or delete.
      return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }
  }

  /// Runs several statements without values, as a migration holds them.
  /// - Throws: ``SQLiteError`` for the first that fails; those before it stay done.
  public func script(_ sql: String) throws {
    authorizer.denial = nil
    var text = sql
    try text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let (handle, used) = try compile(rest, sql: sql, flags: 0)
        rest = rest.dropFirst(used)
        guard let handle else { continue }
        let statement = Statement(handle: handle, sql: sql)
        try statement.bind([])
        while try step(statement) {}
      }
    }
  }

  /// The key of the row that this connection inserted last.
  public var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Takes a statement from the cache or compiles it, binds, and puts it back after use.
  private func withStatement<R>(
    _ sql: String, _ arguments: [SQLValue], _ body: (Statement) throws -> R
  ) throws -> R {
    let namespace = authorizer.namespace
    authorizer.denial = nil
    let statement = try cache.take(sql, in: namespace) ?? prepare(sql)
    defer {
      statement.reset()
      cache.putBack(statement, in: namespace)
    }
    try statement.bind(arguments)
    return try body(statement)
  }

  private func prepare(_ sql: String) throws -> Statement {
    var text = sql
    return try text.withUTF8 { bytes in
      let (handle, used) = try compile(bytes[...], sql: sql, flags: UInt32(SQLITE_PREPARE_PERSISTENT))
      guard let handle else { throw SQLiteError(code: .misuse, message: "expected a statement", sql: sql) }
      let statement = Statement(handle: handle, sql: sql)
      let rest = bytes.dropFirst(used)
      if !rest.isEmpty, let second = try compile(rest, sql: sql, flags: 0).handle {
        sqlite3_finalize(second)
        throw SQLiteError(code: .misuse, message: "expected one statement, found more", sql: sql)
      }
      return statement
    }
  }

  /// Compiles the first statement; nil for only white space or comments. `used` is in bytes.
  private func compile(
    _ text: Slice<UnsafeBufferPointer<UInt8>>, sql: String, flags: UInt32
  ) throws -> (handle: OpaquePointer?, used: Int) {
    let bytes = UnsafeBufferPointer(rebasing: text)
    guard let base = bytes.baseAddress, bytes.count <= 1_000_000, !bytes.contains(0) else {
      throw SQLiteError(code: .tooBig, message: "expected a statement of 1 to 1,000,000 bytes without NUL")
    }
    return try base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
      var handle: OpaquePointer?
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(self.handle, start, Int32(bytes.count), flags, &handle, &tail)
      guard code == SQLITE_OK else { throw failure(code, sql: sql) }
      return (handle, tail.map { $0 - start } ?? bytes.count)
    }
  }

  /// Steps to the next row; false at the end.
  private func step(_ statement: Statement) throws -> Bool {
    let code = sqlite3_step(statement.handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    let error = failure(code, sql: statement.sql)
    let message = error.denial == nil ? QuotedArguments.removed(from: error.message, code: error.code) : error.message
    throw SQLiteError(code: error.code, message: message, sql: error.sql, denial: error.denial)
  }
}
