import ParticipationKit
import ParvisHost
import Synchronization

/// Runs the host's jobs of the clock when the next one is due, and not at each act.
final class CommuneClock: Sendable {
  private let host: Host
  private let now: @Sendable () -> Timestamp
  private let due: Mutex<Timestamp>

  init(host: Host, now: @escaping @Sendable () -> Timestamp) {
    self.host = host
    self.now = now
    due = Mutex(Timestamp(milliseconds: 0))
  }

  /// When a job is due next, as far as is known.
  var next: Timestamp { due.withLock { $0 } }

  /// Runs what is due.
  /// - Throws: What a job throws; it is then tried again after a minute.
  func run() throws {
    do {
      let next = try host.runDueJobs()
      due.withLock { $0 = next }
    } catch {
      due.withLock { $0 = now().adding(seconds: 60) }
      throw error
    }
  }

  /// Runs what is due, if anything may be.
  func runIfDue() throws {
    if now() >= next { try run() }
  }
}
