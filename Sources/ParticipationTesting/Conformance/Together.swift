import Glibc
import Synchronization

/// Runs work on several threads that begin at the same moment.
struct Together {
  private final class Job: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Calls a closure on so many threads and gives what it returned, in the order of the threads.
  static func send<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Value) -> [Value] {
    var threads: [pthread_t] = []
    let shared = Results<Value>()
    for index in 0..<count {
      let job = Job { shared.set(index, body(index)) }
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { pointer in
          guard let pointer else { return nil }
          Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run()
          return nil
        }, Unmanaged.passRetained(job).toOpaque())
      if code == 0 { threads.append(thread) }
    }
    for thread in threads { pthread_join(thread, nil) }
    return shared.all
  }

  private final class Results<Value: Sendable>: Sendable {
    private let values = Mutex<[Int: Value]>([:])

    func set(_ index: Int, _ value: Value) { values.withLock { $0[index] = value } }

    var all: [Value] { values.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }
  }
}
