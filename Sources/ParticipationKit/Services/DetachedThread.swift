internal import Glibc

/// A thread of the system that nobody waits for, which may block without holding up Swift's concurrency pool. Here,
/// because two adapters need it and import nothing but this target; it is no part of the contract.
package struct DetachedThread {
  /// The system gave no thread; nothing has run.
  package struct Refusal: Error {
    /// The `errno`.
    package let number: Int32
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs something on a thread of its own.
  package static func start(_ run: @escaping @Sendable () -> Void) throws(Refusal) {
    let body = unsafe Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { pointer in
        if let pointer = unsafe pointer { unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      unsafe body.release()
      throw Refusal(number: code)
    }
    pthread_detach(thread)
  }
}
