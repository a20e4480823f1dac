internal import CSQLite

/// A result code of SQLite, primary (`constraint`) or extended (`constraintUnique`).
///
/// Match with `~=`: a primary code as pattern matches all its extended codes.
/// Source: https://www.sqlite.org/rescode.html
public struct ResultCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number as SQLite gives it.
  public let rawValue: Int32

  /// Makes a code from SQLite's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The primary code: the low 8 bits of an extended code.
  public var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

  /// Whether `code` is the pattern, or an extended code of it when the pattern is primary.
  public static func ~= (pattern: ResultCode, code: ResultCode) -> Bool {
    pattern == code || (pattern == pattern.primary && pattern == code.primary)
  }

  /// A mistake in the SQL, or an error without a code of its own.
  public static let error = ResultCode(rawValue: SQLITE_ERROR)
  /// Another connection held the lock for longer than the busy time-out.
  public static let busy = ResultCode(rawValue: SQLITE_BUSY)
  /// A lock inside this connection.
  public static let locked = ResultCode(rawValue: SQLITE_LOCKED)
  /// No memory left.
  public static let noMemory = ResultCode(rawValue: SQLITE_NOMEM)
  /// The database, or the connection, is read-only.
  public static let readonly = ResultCode(rawValue: SQLITE_READONLY)
  /// The work was interrupted.
  public static let interrupted = ResultCode(rawValue: SQLITE_INTERRUPT)
  /// The disk or the file system failed.
  public static let inputOutput = ResultCode(rawValue: SQLITE_IOERR)
  /// The file is damaged.
  public static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
  /// No room left on the disk.
  public static let full = ResultCode(rawValue: SQLITE_FULL)
  /// The file cannot be opened or created.
  public static let cantOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
  /// A value is larger than SQLite takes.
  public static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
  /// A constraint of the schema was broken.
  public static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
  /// A value of the wrong kind.
  public static let mismatch = ResultCode(rawValue: SQLITE_MISMATCH)
  /// The program called SQLite in a wrong way.
  public static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
  /// Refused by the rule of namespaces; see ``SQLiteError/denial``.
  public static let auth = ResultCode(rawValue: SQLITE_AUTH)
  /// The number of values is not the number of parameters.
  public static let range = ResultCode(rawValue: SQLITE_RANGE)
  /// The file is not an SQLite database.
  public static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)

  // The macros of extended codes are expressions that Swift does not import: primary | (number << 8).
  /// A `UNIQUE` constraint: the same thing was done before.
  public static let constraintUnique = ResultCode(rawValue: SQLITE_CONSTRAINT | (8 << 8))
  /// A `PRIMARY KEY` constraint: the key exists already.
  public static let constraintPrimaryKey = ResultCode(rawValue: SQLITE_CONSTRAINT | (6 << 8))
  /// A foreign key points to nothing.
  public static let constraintForeignKey = ResultCode(rawValue: SQLITE_CONSTRAINT | (3 << 8))
  /// A `NOT NULL` constraint.
  public static let constraintNotNull = ResultCode(rawValue: SQLITE_CONSTRAINT | (5 << 8))
  /// A `CHECK` constraint.
  public static let constraintCheck = ResultCode(rawValue: SQLITE_CONSTRAINT | (1 << 8))
  /// A value of a kind that a `STRICT` column does not take.
  public static let constraintDataType = ResultCode(rawValue: SQLITE_CONSTRAINT | (12 << 8))

  /// The index of the write-ahead log (`-shm`) could not be made larger, mostly since the disk is full.
  public static let noRoomForIndex = ResultCode(rawValue: SQLITE_IOERR | (19 << 8))

  /// SQLite's own words for the code, with the number.
  public var description: String { "\(rawValue) (\(String(cString: sqlite3_errstr(rawValue))))" }
}
