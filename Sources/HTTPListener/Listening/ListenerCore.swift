import Synchronization

/// What the callbacks of one listener share. It outlives the daemon.
final class ListenerCore: Sendable {
  /// Memory of one connection in bytes: the limit of a request head (more is answered 431 or 414) and the
  /// size of reads.
  static let connectionMemory = 32 * 1024

  let options: Listener.Options
  let handler: @Sendable (Exchange) -> Void
  /// Set when stopping begins: every reply then closes its connection, and what begins later is answered 503.
  let isDraining = Atomic<Bool>(false)

  private let inFlight = Atomic<Int>(0)
  private struct Waiting {
    var isClosed = false
    var replies: [ObjectIdentifier: PendingReply] = [:]
  }
  private let waiting = Mutex(Waiting())

  init(options: Listener.Options, handler: @escaping @Sendable (Exchange) -> Void) {
    self.options = options
    self.handler = handler
  }

  /// Requests begun and not yet completely answered.
  var requestsInFlight: Int { inFlight.load(ordering: .sequentiallyConsistent) }

  /// Requests whose connection sleeps until they are answered.
  var requestsWaiting: Int { waiting.withLock { $0.replies.count } }

  /// Counts a request that begins; false when it comes after stopping began, and is to be refused.
  ///
  /// Counting comes before looking, and stopping says so before it looks at the count: with one order for all, no
  /// request is both uncounted and let through.
  func requestBegan() -> Bool {
    inFlight.add(1, ordering: .sequentiallyConsistent)
    guard isDraining.load(ordering: .sequentiallyConsistent) else { return true }
    requestEnded()
    return false
  }

  func requestEnded() { inFlight.subtract(1, ordering: .acquiringAndReleasing) }

  /// Whether a connection may be suspended for `reply`; false once the listener closes.
  func startsWaiting(_ reply: PendingReply) -> Bool {
    waiting.withLock {
      if $0.isClosed { return false }
      $0.replies[ObjectIdentifier(reply)] = reply
      return true
    }
  }

  func noLongerWaiting(_ reply: PendingReply) {
    waiting.withLock { _ = $0.replies.removeValue(forKey: ObjectIdentifier(reply)) }
  }

  /// Suspends nothing any more and answers 503 to all that sleeps.
  func closeWaiting() {
    let left = waiting.withLock {
      $0.isClosed = true
      return Array($0.replies.values)
    }
    for reply in left { reply.settle(with: .stopping) }
  }
}
