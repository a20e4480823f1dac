import ParticipationKit
import SiteGeneration
import Synchronization

/// Wakes the publication after a commit that queued something, and only then.
final class WakeUp: Sendable {
  private struct State {
    var isExpected = false
    var loop: PublicationLoop?
  }

  private let state = Mutex(State())

  func set(_ loop: PublicationLoop) { state.withLock { $0.loop = loop } }

  /// Something was queued in a transaction that is not committed yet.
  func expect() { state.withLock { $0.isExpected = true } }

  func afterCommit() {
    let loop = state.withLock { state -> PublicationLoop? in
      guard state.isExpected else { return nil }
      state.isExpected = false
      return state.loop
    }
    loop?.wake()
  }
}

/// Wakes the delivery after a commit that put something into the outbox.
final class DeliveryWake: Sendable {
  private let loop = Mutex<DeliveryLoop?>(nil)

  func set(_ loop: DeliveryLoop) { self.loop.withLock { $0 = loop } }

  func expect() { loop.withLock { $0 }?.expect() }

  func afterCommit() { loop.withLock { $0 }?.afterCommit() }
}

/// The publisher for the host's port: each needs the other, so one is filled in when both exist.
final class DeferredPublisher: Sendable {
  private let publisher = Mutex<Publisher?>(nil)

  func set(_ publisher: Publisher) { self.publisher.withLock { $0 = publisher } }

  func enqueue(_ subjects: [Subject], in ledger: Ledger, waking wake: WakeUp) throws {
    guard !subjects.isEmpty else { return }
    try publisher.withLock { $0 }?.enqueue(subjects, in: ledger)
    wake.expect()
  }

  func enqueueAll(in ledger: Ledger, waking wake: WakeUp) throws {
    try publisher.withLock { $0 }?.enqueueAll(in: ledger)
    wake.expect()
  }

  func enqueueDumps(of records: [Subject], in ledger: Ledger, waking wake: WakeUp) throws {
    try publisher.withLock { $0 }?.enqueueBulkStreams(of: records, in: ledger)
    wake.expect()
  }
}

/// The commune's keyed digest, filled in once the database with its key is open.
final class DeferredSeal: Sendable {
  private let body = Mutex<(@Sendable (String, [UInt8]) -> [UInt8])?>(nil)

  func set(_ body: @escaping @Sendable (String, [UInt8]) -> [UInt8]) { self.body.withLock { $0 = body } }

  func callAsFunction(_ module: String, _ bytes: [UInt8]) -> [UInt8] {
    body.withLock { $0 }?(module, bytes) ?? []
  }
}
