internal import Glibc
internal import ParticipationKit

/// Tells callers what became of their work, in the order of submission and on a thread of its own, so that the writer
/// goes on with the next group meanwhile.
final class TellingThread: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var isTelling = false
    var isStopping = false
    var isStopped = false
    var thread: UInt?
  }

  private let monitor = Monitor(State())

  /// Starts the thread.
  /// - Throws: ``WriterError/noThread(_:)``.
  init() throws(WriterError) {
    do {
      try DetachedThread.start { [monitor] in TellingThread.run(monitor) }
    } catch {
      throw WriterError.noThread(error.number)
    }
  }

  /// Whether all was told.
  var isIdle: Bool { monitor.look { $0.waiting.isEmpty && !$0.isTelling } }

  /// Whether the caller runs on this thread.
  var isCurrent: Bool {
    let current = UInt(pthread_self())
    return monitor.look { $0.thread == current }
  }

  /// Puts calls behind those that wait.
  func add(_ calls: [@Sendable () -> Void]) { monitor.update { $0.waiting += calls } }

  /// Tells what waits, and ends the thread.
  func finish() {
    monitor.update { $0.isStopping = true }
    monitor.wait { $0.isStopped ? () : nil }
  }

  private static func run(_ monitor: Monitor<State>) {
    monitor.update { $0.thread = UInt(pthread_self()) }
    while let calls = next(monitor) {
      for call in calls { call() }
    }
    monitor.update { $0.isStopped = true }
  }

  /// All that waits; nil at the end.
  private static func next(_ monitor: Monitor<State>) -> [@Sendable () -> Void]? {
    monitor.wait { state -> [@Sendable () -> Void]?? in
      state.isTelling = !state.waiting.isEmpty
      guard state.isTelling else { return state.isStopping ? .some(nil) : nil }
      defer { state.waiting = [] }
      return state.waiting
    }
  }
}
