import ParticipationKit
import ParvisHost
import SQLiteStorage
import Synchronization

/// What is done around a publication for privacy: the clocks of each day before it, and a new database file after it
/// when something was erased, since removed words may lie in free pages and in the log until then.
///
/// `secure_delete` overwrites what is removed at once, so the new file may wait: it is written at most once in six
/// hours, and a large one at night only, since writes wait meanwhile. The log does not wait: it is emptied at once.
final class Housekeeping: Sendable {
  /// What is done to the database file.
  struct Work: Sendable {
    /// How large the file is, in bytes.
    var bytes: @Sendable () throws -> Int
    /// Writes the file anew.
    var rebuild: @Sendable () throws -> Void
    /// Empties the log, which holds old pages until then.
    var emptyLog: @Sendable () throws -> Void

    init(
      bytes: @escaping @Sendable () throws -> Int, rebuild: @escaping @Sendable () throws -> Void,
      emptyLog: @escaping @Sendable () throws -> Void
    ) {
      self.bytes = bytes
      self.rebuild = rebuild
      self.emptyLog = emptyLog
    }

    /// The work on a store.
    init(_ store: CommuneStore) {
      bytes = { try store.fileBytes() }
      rebuild = { try store.writer().rebuild() }
      emptyLog = { try store.writer().emptyLog() }
    }
  }

  private struct State {
    /// The erasure for which the file was last written anew; only its log may still have to be emptied.
    var rebuiltFor: Timestamp?
    var rebuiltAt: Timestamp?
    /// The erasure after which the log was last emptied.
    var emptiedFor: Timestamp?
  }

  private let host: Host
  private let work: Work
  private let log: @Sendable (String) -> Void
  private let state = Mutex(State())

  init(host: Host, work: Work, log: @escaping @Sendable (String) -> Void) {
    self.host = host
    self.work = work
    self.log = log
  }

  /// Does what each day asks for. A failure is said and tried again at the next turn: pages are written all the same.
  /// - Returns: When something was last erased, if the file was not written anew since.
  func before() -> Timestamp? {
    do {
      try host.runDailyWork()
      return try host.compactionAsked()
    } catch {
      log("daily work failed error=\(error)")
      return nil
    }
  }

  /// From this size on, in bytes, the file is written anew at night only: it takes seconds.
  private static let largeFile = 256 << 20
  /// The hour at which night ends.
  private static let morning = 5
  /// So many seconds lie between two new files, whatever is erased meanwhile.
  private static let pause: Int64 = 6 * 3600

  /// Empties the log, and writes the database file anew when it is time. Pages that could not be made do not keep it
  /// from that: what they show is not in the file, and they are tried again by themselves.
  /// - Parameter asked: When something was last erased.
  /// - Returns: Whether all that is due was done; otherwise it is to be tried again soon.
  func after(_ asked: Timestamp) -> Bool {
    do {
      let known = state.withLock { $0 }
      let isRebuilt = known.rebuiltFor == asked
      let isDue = try !isRebuilt && isTime()
      if isDue {
        try work.rebuild()
        let now = host.ports.now()
        state.withLock { $0 = State(rebuiltFor: asked, rebuiltAt: now) }
      }
      if isDue || known.emptiedFor != asked {
        try work.emptyLog()
        state.withLock { $0.emptiedFor = asked }
      }
      if isDue || isRebuilt { try host.compactionDone(asked: asked) }
      return true
    } catch {
      log("compaction failed error=\(error); it is tried again")
      return false
    }
  }

  private func isTime() throws -> Bool {
    let now = host.ports.now()
    if let last = state.withLock({ $0.rebuiltAt }), last <= now, now < last.adding(seconds: Housekeeping.pause) {
      return false
    }
    return try work.bytes() < Housekeeping.largeFile || host.zone.civil(now).hour < Housekeeping.morning
  }
}

extension CommuneStore {
  /// Writes the database file anew without what was removed, and empties its log.
  /// - Throws: ``SQLiteError``; ``CommuneError`` when the commune was opened for reading.
  func compact() throws {
    try writer().rebuild()
    try writer().emptyLog()
  }

  /// How large the database file is.
  /// - Throws: ``SQLiteError``.
  func fileBytes() throws -> Int {
    try readers.read { connection in
      func value(_ pragma: String) throws -> Int {
        Int(try connection.rows("PRAGMA \(pragma)").first?.values.first?.asInteger ?? 0)
      }
      return try value("page_count") * value("page_size")
    }
  }
}
