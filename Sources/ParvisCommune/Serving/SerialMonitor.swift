import Glibc

/// State that threads share, with waiting for a time, which is measured by a clock that nobody sets.
///
/// `Synchronization.Mutex` cannot be waited on. The class is `@unchecked` because the compiler does not see
/// that `state` is touched only between lock and unlock; `update` and `wait` are the only ways in.
// tidy: allow banned-calls because a condition variable needs shared state that the compiler cannot follow
final class SerialMonitor<State>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State
  /// Counts seconds, also while the clock of the wall is set back.
  static var waitingClock: clockid_t { CLOCK_MONOTONIC }

  init(_ state: State) {
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

  /// Changes the state and wakes all that wait.
  @discardableResult
  func update<Result>(_ body: (inout State) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(lock)
    }
    return body(&state)
  }

  /// Tries until `attempt` gives something or the time is over; nil for no end.
  @discardableResult
  func wait<Result>(seconds: Int64?, _ attempt: (inout State) -> Result?) -> Result? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    var deadline = timespec()
    clock_gettime(Self.waitingClock, &deadline)
    deadline.tv_sec += Int(seconds ?? 0)
    while true {
      if let result = attempt(&state) { return result }
      if seconds == nil {
        pthread_cond_wait(changed, lock)
      } else if pthread_cond_timedwait(changed, lock, &deadline) == ETIMEDOUT {
        return attempt(&state)
      }
    }
  }
}
