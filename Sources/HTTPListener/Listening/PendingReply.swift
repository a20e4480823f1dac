import CMicroHTTPD
import Synchronization

/// The meeting point of the thread that serves a connection and the thread that answers.
///
/// A connection is suspended under the lock and resumed under the lock, so a resume never comes before its
/// suspend, and nothing touches a connection once its answer is settled. Lock order: this lock, then the
/// core's, then libmicrohttpd's own.
final class PendingReply: Sendable {
  private enum Phase {
    /// The handler runs on the connection's thread.
    case handling
    /// The connection is suspended; the bits of its pointer, which stays valid until it is resumed.
    case waiting(UInt)
    case settled
  }

  private struct State {
    var phase = Phase.handling
    var reply: HTTPReply?
  }

  private let state = Mutex(State())
  private let core: ListenerCore

  init(core: ListenerCore) {
    self.core = core
  }

  /// Keeps `reply` if it is the first, and wakes the connection if it sleeps.
  @discardableResult
  func settle(with reply: HTTPReply) -> Bool {
    state.withLock { state in
      if case .settled = state.phase { return false }
      let before = state.phase
      state.reply = reply
      state.phase = .settled
      if case .waiting(let bits) = before {
        MHD_resume_connection(OpaquePointer(bitPattern: bits))
        core.noLongerWaiting(self)
      }
      return true
    }
  }

  /// Called on the connection's thread after the handler: the reply if it is there, else the connection is
  /// suspended.
  func replyOrSuspend(_ connection: OpaquePointer) -> HTTPReply? {
    state.withLock { state in
      if case .settled = state.phase { return state.reply.take() }
      guard core.startsWaiting(self) else {
        state.phase = .settled
        return .stopping
      }
      state.phase = .waiting(UInt(bitPattern: connection))
      MHD_suspend_connection(connection)
      return nil
    }
  }

  /// The settled reply, once.
  func takeReply() -> HTTPReply? {
    state.withLock { $0.reply.take() }
  }
}
