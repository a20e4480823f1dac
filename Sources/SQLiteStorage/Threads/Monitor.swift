internal import Glibc

/// State that several threads share, with waiting: a lock and a condition.
///
/// `Synchronization.Mutex` cannot be waited on, hence this class. It is `@unchecked` because the compiler does not
/// see that `state` is touched only between lock and unlock; that holds because `update`, `look` and `wait` are
/// the only ways in. What is taken out of the state belongs to the taker; who puts something in lets it go.
// tidy: allow banned-calls because a condition variable needs shared state that the compiler cannot follow
final class Monitor<State>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var state: State

  init(_ state: State) {
    self.state = state
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// Changes the state and wakes all that wait for it.
  func update<R>(_ body: (inout State) throws -> R) rethrows -> R {
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
}
