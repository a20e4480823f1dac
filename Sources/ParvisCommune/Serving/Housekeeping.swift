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
  /// - Returns: When something was last erased, if the file is to be written anew for it now.
  func before() -> Timestamp? {
    do {
      try host.runDailyWork()
      guard let asked = try host.compactionAsked() else { return nil }
      if try store.fileBytes() < Housekeeping.largeFile { return asked }
      return host.zone.civil(host.ports.now()).hour < Housekeeping.morning ? asked : nil
    } catch {
      log("daily work failed error=\(error)")
      return nil
    }
  }

  /// From this size on, in bytes, the file is written anew at night only: it takes seconds, and writes wait meanwhile.
  private static let largeFile = 256 << 20
  /// The hour at which night ends.
  private static let morning = 5

  /// Writes the database file anew. Writes wait meanwhile; reads go on.
  func after(_ asked: Timestamp) {
    do {
      try store.compact()
      try host.compactionDone(asked: asked)
    } catch {
      log("compaction failed error=\(error); it is tried again")
    }
  }
}

extension CommuneStore {
  /// Writes the database file anew without what was removed, and empties its log.
  /// - Throws: ``SQLiteError``; ``CommuneError`` when the commune was opened for reading.
  func compact() throws { try writer().compact() }

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
