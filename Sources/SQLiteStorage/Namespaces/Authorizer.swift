internal import CSQLite
internal import Glibc

/// What SQLite's callbacks read and write for one connection.
///
/// The authorizer is set once a connection, because setting it again makes SQLite compile every statement anew;
/// the namespace in force is this variable instead. It is right at compile time and at each step, where SQLite
/// may compile again after a change of the schema.
final class Authorizer {
  var namespace = Namespace.host
  var migrating = false
  /// The last refusal since it was cleared; SQLite's own message does not name the asker.
  var denial: NamespaceDenial?
  /// When statements of this connection are interrupted, in seconds of the monotonic clock; nil for never.
  var timeLimit: Double?
  /// Pages in the write-ahead log after the last commit of this connection.
  var logPages = 0

  /// Installs the callbacks. The connection keeps this object until after it is closed.
  func install(on handle: OpaquePointer) {
    let pointer = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { pointer, action, first, second, database, _ in
        guard let pointer else { return SQLITE_DENY }
        let authorizer = Unmanaged<Authorizer>.fromOpaque(pointer).takeUnretainedValue()
        return authorizer.verdict(action, first, second, database)
      }, pointer)
    // Asked each hundred thousand steps of SQLite's machine, about a millisecond.
    sqlite3_progress_handler(
      handle, 100_000,
      { pointer in
        guard let pointer else { return 0 }
        let authorizer = Unmanaged<Authorizer>.fromOpaque(pointer).takeUnretainedValue()
        return authorizer.timeLimit.map { $0 < Authorizer.now ? 1 : 0 } ?? 0
      }, pointer)
    sqlite3_wal_hook(
      handle,
      { pointer, _, _, pages in
        guard let pointer else { return SQLITE_OK }
        Unmanaged<Authorizer>.fromOpaque(pointer).takeUnretainedValue().logPages = Int(pages)
        return SQLITE_OK
      }, pointer)
  }

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }

  private func verdict(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    _ database: UnsafePointer<CChar>?
  ) -> Int32 {
    if namespace.isHost, action == SQLITE_READ || action == SQLITE_SELECT { return SQLITE_OK }
    let request = AccessRequest(
      action: action, first: first.map { String(cString: $0) } ?? "",
      second: second.map { String(cString: $0) } ?? "", database: database.map { String(cString: $0) } ?? "")
    // R*Tree asks for statistics when a connection meets a table. It reads nothing, rather than of all tables.
    if !namespace.isHost, action == SQLITE_READ, request.first == "sqlite_stat1", !request.second.isEmpty {
      return SQLITE_IGNORE
    }
    let found =
      namespace.isHost
      ? HostRules.denial(of: request)
      : NamespaceRules(namespace: namespace, migrating: migrating).denial(of: request)
    guard let found else { return SQLITE_OK }
    // The first refusal is the reason; what follows are consequences.
    if denial == nil { denial = found }
    return SQLITE_DENY
  }
}
