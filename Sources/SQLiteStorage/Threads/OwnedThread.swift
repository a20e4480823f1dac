internal import Glibc

/// Starts a thread of the system, which may block without holding up Swift's concurrency pool.
struct OwnedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// - Throws: ``WriterError/noThread(_:)``.
  static func start(_ run: @escaping @Sendable () -> Void) throws(WriterError) {
    let body = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard code == 0 else {
      body.release()
      throw .noThread(code)
    }
    pthread_detach(thread)
  }
}
