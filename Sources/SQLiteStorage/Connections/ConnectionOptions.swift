/// What a connection may do.
public enum ConnectionMode: Sendable, Hashable {
  /// Reads only; SQLite refuses every change. The database must exist.
  case reader
  /// Reads and writes; makes the database when there is none. At most one a database and process.
  case writer
}

/// How a connection is set up.
public struct ConnectionOptions: Sendable, Hashable {
  /// Milliseconds to wait for the lock of another connection before ``ResultCode/busy``.
  public var busyTimeoutMilliseconds: Int32 = 5_000
  /// Bytes of the file that may be mapped into memory. None: a page that is mapped is set up anew at each use, which
  /// costs what the mapping saves, and a full publication would count the whole file as its memory (both measured).
  public var mappedBytes: Int64 = 0
  /// Kibibytes of pages that a connection keeps in memory, taken as they are read. SQLite's own 2,000 are less than the
  /// inner pages of a commune with 100,000 contributions.
  public var cachedKibibytes = 8_192
  /// How many compiled statements are kept.
  public var cachedStatements = 200

  /// The usual settings.
  public init() {}
}
