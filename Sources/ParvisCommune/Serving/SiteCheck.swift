import ParticipationKit
import SiteGeneration
import Synchronization

/// Compares the site with its stored digests when whoever wrote it before did not end in order, and queues
/// what differs; queues everything when the site was made by another program, configuration or content.
final class SiteCheck: Sendable {
  private let due: Mutex<Bool>
  private let isEditionNoted = Mutex(false)
  private let publisher: Publisher
  private let now: @Sendable () -> Timestamp
  private let folder: String

  init(isDue: Bool, publisher: Publisher, now: @escaping @Sendable () -> Timestamp, folder: String) {
    due = Mutex(isDue)
    self.publisher = publisher
    self.now = now
    self.folder = folder
  }

  /// Queues everything once, when the site was made from something else than what this commune was opened with.
  func noteEdition() throws {
    try isEditionNoted.withLock { isNoted in
      guard !isNoted else { return }
      try publisher.enqueueAll(unlessMadeFrom: try SiteEdition.bytes(folder: folder))
      try ContentFolders(folder: folder).note(publisher)
      isNoted = true
    }
  }

  /// Whether the check is still to be made.
  var isDue: Bool { due.withLock { $0 } }

  /// Makes the check once; a failed one stays due.
  func runIfDue() throws {
    try due.withLock { isDue in
      guard isDue else { return }
      try publisher.verifyFiles()
      isDue = false
    }
  }
}
