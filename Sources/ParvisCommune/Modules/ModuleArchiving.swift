import ParticipationKit
import ParvisHost
import SQLiteStorage
import SiteGeneration

/// Sees at the opening of a commune which modules left and which came back since the last one.
struct ModuleArchiving {
  let folder: String
  let facts: CommuneFacts
  let registry: ModuleRegistry
  let store: CommuneStore

  /// Keeps what modules left, gives up the archives of those that came back, and gives the archive as it is now. Who
  /// only reads the commune changes nothing.
  /// - Returns: The archive, and whether every page must be made again.
  /// - Throws: The store's error.
  func settle(now: Timestamp, writes: Bool) throws -> (archive: ModuleArchive, isChanged: Bool) {
    let port = store.port
    guard writes else { return (try ModuleArchive(port), false) }
    let leaving = try ModuleArchive.leaving(registry, port)
    for id in leaving { try keep(id, port, now) }
    let isChanged = try ModuleArchive.noteService(registry, port)
    return (try ModuleArchive(port), isChanged || !leaving.isEmpty)
  }

  private func keep(_ id: String, _ port: StorePort, _ now: Timestamp) throws {
    let left = LeftPages(folder: folder + "/site", facts: facts)
    let store = store
    @Sendable func publication(_ body: (Ledger) throws -> Void) throws {
      try store.readers.read { try body(store.ledger($0, "publication", writes: false)) }
    }
    try ModuleArchive.keep(
      id, now: now, port,
      pages: { keep in
        try publication { ledger in
          try left.forEachPage(of: id, in: ledger) { page in
            try keep(
              ModuleArchive.Page(
                subject: page.subject, path: page.path, updated: page.updated, value: page.value,
                searchTitle: page.searchTitle, texts: page.texts, files: page.files))
          }
        }
      },
      files: { keep in
        try publication { ledger in try left.forEachFile(of: id, in: ledger) { try keep($0, $1) } }
      })
  }
}
