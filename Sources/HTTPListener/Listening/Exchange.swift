/// A request and the right to answer it once, now or later, from any thread.
///
/// While nobody answers, the connection sleeps and holds no thread. An exchange let go without an answer
/// answers 500, so a forgotten path never leaves a browser waiting.
public final class Exchange: Sendable {
  /// The request.
  public let request: HTTPRequest
  private let pending: PendingReply

  init(request: HTTPRequest, pending: PendingReply) {
    self.request = request
    self.pending = pending
  }

  /// Sends `reply`. Only the first call counts.
  ///
  /// - Returns: whether this reply is the one that will be sent; false after another one, or after the
  ///   listener stopped.
  @discardableResult
  public func reply(_ reply: HTTPReply) -> Bool {
    pending.settle(with: reply)
  }

  deinit {
    pending.settle(with: .failed)
  }
}
