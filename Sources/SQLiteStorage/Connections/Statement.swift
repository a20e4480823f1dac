internal import CSQLite
internal import ParticipationKit

/// One compiled statement. Belongs to one connection and its thread.
final class Statement {
  let handle: OpaquePointer
  let sql: String
  /// When the cache last gave it out, in the cache's own count.
  var lastUse = 0
  /// Whether it stands in the cache and is given out.
  var isInUse = false

  private let parameterCount: Int
  private var columnNames: [String] = []
  /// SQLite's count of recompilations when `columnNames` was read; -1 before that.
  private var namesReadAt: Int32 = -1

  init(handle: OpaquePointer, sql: String) {
    self.handle = handle
    self.sql = sql
    parameterCount = Int(sqlite3_bind_parameter_count(handle))
  }

  deinit { sqlite3_finalize(handle) }

  /// Makes the statement ready for another use, and forgets the values, which can be personal.
  func reset() {
    sqlite3_reset(handle)
    if parameterCount > 0 { sqlite3_clear_bindings(handle) }
  }

  /// Binds values to the parameters in their order. SQLite copies text and blobs.
  func bind(_ arguments: [SQLValue]) throws {
    guard arguments.count == parameterCount else {
      let message = "expected \(parameterCount) values for the parameters, got \(arguments.count)"
      throw SQLiteError(code: .range, message: message, sql: sql)
    }
    var index: Int32 = 1
    for argument in arguments {
      let code = bind(argument, at: index)
      guard code == SQLITE_OK else {
        let message = "value \(index) cannot be bound: \(ResultCode(rawValue: code))"
        throw SQLiteError(code: ResultCode(rawValue: code), message: message, sql: sql)
      }
      index += 1
    }
  }

  private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
    if let number = value.asInteger { return sqlite3_bind_int64(handle, index, number) }
    if var text = value.asText {
      return text.withUTF8 { bytes in
        // An empty buffer can have no address, which SQLite would take as NULL.
        guard let base = bytes.baseAddress else { return parvis_bind_text(handle, index, "", 0) }
        return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
          parvis_bind_text(handle, index, characters, UInt64(bytes.count))
        }
      }
    }
    if value.isNull { return sqlite3_bind_null(handle, index) }
    if let blob = value.asBlob {
      return blob.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0) : parvis_bind_blob(handle, index, blob, UInt64(blob.count))
    }
    // What is left is a real: an integer was bound above.
    return sqlite3_bind_double(handle, index, value.asReal ?? 0)
  }

  /// The row that the last step gave.
  func row() -> Row {
    let recompiled = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
    if recompiled != namesReadAt {
      columnNames = (0..<sqlite3_column_count(handle)).map { index in
        sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
      }
      namesReadAt = recompiled
    }
    let count = columnNames.count
    let values = [SQLValue](unsafeUninitializedCapacity: count) { buffer, made in
      for index in 0..<count { buffer.initializeElement(at: index, to: value(at: Int32(truncatingIfNeeded: index))) }
      made = count
    }
    return Row(columns: columnNames, values: values)
  }

  private func value(at index: Int32) -> SQLValue {
    switch sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
    case SQLITE_TEXT:
      // The length must be asked after the text, which may convert the value.
      guard let bytes = sqlite3_column_text(handle, index) else { return .null }
      let count = Int(sqlite3_column_bytes(handle, index))
      return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      let bytes = sqlite3_column_blob(handle, index)
      let count = Int(sqlite3_column_bytes(handle, index))
      return .blob(bytes.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) } ?? [])
    default: return .null
    }
  }
}
