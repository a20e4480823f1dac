import Glibc
import HTTPListener
import Synchronization

/// A thread of its own, because a test that blocks must not hold the few threads of Swift's pool.
final class Worker: Sendable {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t

  init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(body)).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, context)
    precondition(code == 0, "no thread could be started")
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }
}

/// A thread that answers 201 with the path to every exchange kept in `recorder`, as fast as it can.
final class Answering: Sendable {
  let recorder = Recorder()
  private let shared: Shared
  private let worker: Worker

  private final class Shared: Sendable {
    let ending = Atomic<Bool>(false)
    let answered = Atomic<Int>(0)
  }

  init() {
    let (shared, recorder) = (Shared(), recorder)
    self.shared = shared
    worker = Worker {
      while !shared.ending.load(ordering: .relaxed) {
        for exchange in recorder.takeKept() {
          exchange.reply(.text(201, exchange.request.path))
          shared.answered.add(1, ordering: .relaxed)
        }
        sched_yield()
      }
    }
  }

  var answered: Int { shared.answered.load(ordering: .relaxed) }

  func end() {
    shared.ending.store(true, ordering: .relaxed)
    worker.join()
  }
}
