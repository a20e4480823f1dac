package import Glibc

/// State that several threads share, with waiting: a lock and a condition. Times are measured by a clock that nobody
/// sets.
///
/// `Synchronization.Mutex` cannot be waited on, hence this class. It is `@unchecked` because the compiler does not
/// see that `state` is touched only between lock and unlock; that holds because `update`, `look` and `wait` are
/// the only ways in. What is taken out of the state belongs to the taker; who puts something in lets it go.
// tidy: allow banned-calls because a condition variable needs shared state that the compiler cannot follow
package final class Monitor<State>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  /// Counts seconds, also while the clock of the wall is set back.
  package static var waitingClock: clockid_t { CLOCK_MONOTONIC }

  package init(_ state: State) {
    self.state = state
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, Self.waitingClock)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// Changes the state and wakes all that wait for it.
  @discardableResult
  package func update<R>(_ body: (inout State) throws -> R) rethrows -> R {
    pthread_mutex_lock(lock)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(lock)
    }
    return try body(&state)
  }

  /// Looks at the state without waking anybody.
  func look<R>(_ body: (State) -> R) -> R {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body(state)
  }

  /// Tries until `attempt` gives something, sleeping until the state changes between tries.
  func wait<R>(_ attempt: (inout State) -> R?) -> R {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while true {
      if let result = attempt(&state) { return result }
      pthread_cond_wait(changed, lock)
    }
  }

  /// The same until the time is over; nil for no end.
  @discardableResult
  package func wait<R>(seconds: Int64?, _ attempt: (inout State) -> R?) -> R? {
    guard let seconds else { return wait(attempt) }
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    var deadline = timespec()
    clock_gettime(Self.waitingClock, &deadline)
    deadline.tv_sec += Int(seconds)
    while true {
      if let result = attempt(&state) { return result }
      if pthread_cond_timedwait(changed, lock, &deadline) == ETIMEDOUT { return attempt(&state) }
    }
  }
}
