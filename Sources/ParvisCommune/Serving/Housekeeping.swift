import ParticipationKit
import ParvisHost
import SQLiteStorage

/// What is done around a publication for privacy: the clocks of each day before it, and a new database file after it
/// when something was erased, since removed words may lie in free pages and in the log until then.
final class Housekeeping: Sendable {
  private let host: Host
  private let store: CommuneStore
  private let log: @Sendable (String) -> Void

  init(host: Host, store: CommuneStore, log: @escaping @Sendable (String) -> Void) {
    self.host = host
    self.store = store
    self.log = log
  }

  /// Does what each day asks for. A failure is said and tried again at the next turn: pages are written all the same.
  /// - Returns: Whether something was erased since the file was last written anew.
  func before() -> Bool {
    do {
      try host.runDailyWork()
      return try host.isCompactionAsked()
    } catch {
      log("daily work failed error=\(error)")
      return false
    }
  }

  /// Writes the database file anew. Writes wait meanwhile; reads go on.
  func after() {
    do {
      try store.compact()
      try host.compactionDone()
    } catch {
      log("compaction failed error=\(error); it is tried again")
    }
  }
}

extension CommuneStore {
  /// Writes the database file anew without what was removed, and empties its log.
  /// - Throws: ``SQLiteError``; ``CommuneError`` when the commune was opened for reading.
  func compact() throws { try writer().compact() }
}
