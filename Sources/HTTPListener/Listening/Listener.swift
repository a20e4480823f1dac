import CMicroHTTPD
import Glibc
import Synchronization

/// An HTTP/1.1 server on one address. Made to stand behind nginx or Caddy, on loopback or a Unix socket.
///
/// A pool of threads waits for events and runs the handler. A handler that must wait (for a commit) keeps the
/// `Exchange`, returns, and lets another thread reply. The time-out of libmicrohttpd counts inactivity only,
/// so a client that sends one byte a second is the proxy's business.
public final class Listener: Sendable {
  /// Where to listen.
  public enum Address: Sendable {
    /// A numeric address or a name of this machine, and a port; 0 lets the system choose.
    case tcp(host: String, port: Int)
    /// A Unix socket and its permission bits (`0o660` for a proxy of the same group).
    case unix(path: String, mode: UInt32)
  }

  /// Limits of a listener.
  public struct Options: Sendable {
    /// Threads that serve connections, 2 to 64. One alone stalls under load (measured), so it is raised to 2.
    public var threads: Int
    /// The largest body in bytes; more is answered 413.
    public var maxBody: Int
    /// Another limit in bytes for some methods and paths (photos); nil keeps `maxBody`.
    public var maxBodyFor: (@Sendable (_ method: String, _ path: String) -> Int?)?
    /// What is answered 413 to a request whose body is over its limit in bytes: a page in the person's language. The
    /// request comes without its body; nil answers in plain text.
    public var tooLarge: (@Sendable (_ request: HTTPRequest, _ limit: Int) -> HTTPReply)?
    /// Whether a form with files is read (`multipart/form-data`), asked when its head is there; nil, or a closure that
    /// gives nil, leaves it an ordinary body. The request comes without its body.
    public var upload: (@Sendable (_ request: HTTPRequest) -> UploadRules?)?
    /// Seconds without activity after which a connection is closed. Waiting for a reply is not inactivity.
    public var timeout: Int
    /// The number of connections at the same time; more wait in the system's queue.
    public var connections: Int
    /// The number of connections from one address; 0 for no limit, as needed behind a proxy.
    public var connectionsPerAddress: Int

    /// Limits; the defaults suit one commune behind a proxy.
    public init(
      threads: Int = 2, maxBody: Int = 1024 * 1024,
      maxBodyFor: (@Sendable (_ method: String, _ path: String) -> Int?)? = nil,
      tooLarge: (@Sendable (_ request: HTTPRequest, _ limit: Int) -> HTTPReply)? = nil,
      upload: (@Sendable (_ request: HTTPRequest) -> UploadRules?)? = nil, timeout: Int = 30,
      connections: Int = 1000, connectionsPerAddress: Int = 0
    ) {
      self.upload = upload
      self.threads = threads
      self.maxBody = maxBody
      self.maxBodyFor = maxBodyFor
      self.tooLarge = tooLarge
      self.timeout = timeout
      self.connections = connections
      self.connectionsPerAddress = connectionsPerAddress
    }

    func bodyLimit(_ method: String, _ path: String) -> Int {
      maxBodyFor?(method, path) ?? maxBody
    }
  }

  private struct State {
    /// The bits of the daemon's pointer; nil once stopped.
    var daemon: UInt?
    var socket: ListeningSocket
  }

  /// The port in use; 0 for a Unix socket.
  public let port: Int
  private let core: ListenerCore
  private let state: Mutex<State>

  private init(core: ListenerCore, daemon: OpaquePointer, socket: ListeningSocket) {
    self.core = core
    port = socket.port
    state = Mutex(State(daemon: UInt(bitPattern: daemon), socket: socket))
  }

  deinit {
    stop(graceful: false)
  }

  /// Starts listening on `host` and `port`, and gives every good request to `handler`, on several threads at
  /// once.
  ///
  /// The handler must not call `stop` nor drop the last reference to the listener: that waits for its own
  /// thread.
  ///
  /// - Throws: `ListenerError` when the address is taken, forbidden or not of this machine.
  public static func start(
    host: String, port: Int, options: Options = Options(), handler: @escaping @Sendable (Exchange) -> Void
  ) throws(ListenerError) -> Listener {
    try start(on: .tcp(host: host, port: port), options: options, handler: handler)
  }

  /// Starts listening on `address`; see `start(host:port:options:handler:)`.
  public static func start(
    on address: Address, options: Options = Options(), handler: @escaping @Sendable (Exchange) -> Void
  ) throws(ListenerError) -> Listener {
    let socket =
      switch address {
      case .tcp(let host, let port): try ListeningSocket.tcp(host: host, port: port)
      case .unix(let path, let mode): try ListeningSocket.unix(path: path, mode: mode)
      }
    let core = ListenerCore(options: options, handler: handler)
    let threads = min(max(options.threads, 2), 64)
    guard
      let daemon = parvis_mhd_start(
        socket.descriptor, UInt32(threads), UInt32(clamping: max(options.connections, threads)),
        UInt32(clamping: options.connectionsPerAddress), UInt32(clamping: options.timeout),
        ListenerCore.connectionMemory, requestAdvanced, requestLineArrived, requestCompleted,
        Unmanaged.passUnretained(core).toOpaque())
    else {
      let code = errno
      close(socket.descriptor)
      throw .system("MHD_start_daemon", code: code)
    }
    return Listener(core: core, daemon: daemon, socket: socket)
  }

  /// The version of libmicrohttpd in use (`0.9.75`), for `parvis doctor`.
  public static var libraryVersion: String { MHD_get_version().map { String(cString: $0) } ?? "?" }

  /// The number of requests begun and not yet completely answered.
  public var requestsInFlight: Int { core.requestsInFlight }

  /// Whether `stop` has been called.
  public var isStopping: Bool { core.isDraining.load(ordering: .acquiring) }

  /// Answers 503 to requests that begin from now on, lets those in flight be answered for at most `deadline` seconds
  /// if `graceful`, answers 503 to the rest, and stops. A second call does nothing. Do not call it from the handler.
  ///
  /// - Returns: whether every request in flight was answered by its handler.
  @discardableResult
  public func stop(graceful: Bool, deadline: Double = 10) -> Bool {
    let taken: (UInt, ListeningSocket)? = state.withLock { state in
      state.daemon.take().map { ($0, state.socket) }
    }
    guard let (bits, socket) = taken, let daemon = OpaquePointer(bitPattern: bits) else { return true }
    // Not MHD_quiesce_daemon, which would refuse connections instead: in 0.9.75 it and a thread that is awake both take
    // the socket out of the thread's epoll set, and whoever comes second aborts the process (daemon.c:5531).
    core.isDraining.store(true, ordering: .sequentiallyConsistent)
    if let path = socket.path { unlink(path) }
    if graceful { wait(seconds: deadline) { core.requestsInFlight == 0 } }
    let complete = core.requestsInFlight == 0
    core.closeWaiting()
    // A thread that is just answering resumes within moments; libmicrohttpd aborts if a connection still
    // sleeps.
    wait(seconds: nil) { core.requestsWaiting == 0 }
    wait(seconds: graceful ? 1 : 0.2) { core.requestsInFlight == 0 }
    // It closes the listening socket, too.
    MHD_stop_daemon(daemon)
    return complete
  }

  /// Looks every 2 ms until `condition` holds or `seconds` have passed; nil waits for ever.
  private func wait(seconds: Double?, until condition: () -> Bool) {
    var looks = seconds.map { Int($0 * 500) }
    while !condition() {
      if let left = looks {
        if left <= 0 { return }
        looks = left - 1
      }
      usleep(2000)
    }
  }
}
