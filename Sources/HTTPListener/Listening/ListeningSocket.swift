import Glibc

/// A socket that listens, made here rather than by libmicrohttpd to know exactly why it fails.
struct ListeningSocket {
  let descriptor: CInt
  /// The port in use; 0 for a Unix socket.
  let port: Int
  /// The file to remove at the end; nil for TCP.
  let path: String?

  private static let backlog: CInt = 511

  /// Listens on `host`, a numeric address or a name of this machine.
  static func tcp(host: String, port: Int) throws(ListenerError) -> ListeningSocket {
    let place = host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)"
    guard port >= 0, port <= 65535, !host.isEmpty, !host.utf8.contains(0) else { throw .badAddress(place) }
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
      throw .badAddress(place)
    }
    defer { freeaddrinfo(found) }
    let descriptor = try open(first.pointee.ai_family, place)
    var on: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
    guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      throw failure(closing: descriptor, place)
    }
    guard listen(descriptor, backlog) == 0 else { throw failure(closing: descriptor, place) }
    return ListeningSocket(descriptor: descriptor, port: boundPort(descriptor), path: nil)
  }

  /// Listens on a Unix socket at `path` with permission bits `mode`; a socket file that nobody answers is
  /// replaced.
  static func unix(path: String, mode: UInt32) throws(ListenerError) -> ListeningSocket {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let longest = MemoryLayout.size(ofValue: address.sun_path)
    guard !bytes.isEmpty, !bytes.contains(0), bytes.count < longest else {
      throw .badSocketPath(path)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    try clear(path, address)
    let descriptor = try open(AF_UNIX, path)
    // Only the owner may connect until the wanted permission is set.
    let before = umask(0o177)
    let bound = call(bind, descriptor, address)
    let reason = errno
    umask(before)
    guard bound == 0 else {
      close(descriptor)
      throw reason == EACCES ? .permissionDenied(path) : .badSocketPath(path)
    }
    guard chmod(path, mode_t(mode)) == 0, listen(descriptor, backlog) == 0 else {
      throw failure(closing: descriptor, path)
    }
    return ListeningSocket(descriptor: descriptor, port: 0, path: path)
  }

  /// Removes a socket file left by a program that no longer runs.
  private static func clear(_ path: String, _ address: sockaddr_un) throws(ListenerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .badSocketPath(path) }
    let probe = try open(AF_UNIX, path)
    defer { close(probe) }
    if call(connect, probe, address) == 0 { throw .addressInUse(path) }
    if errno == ECONNREFUSED { unlink(path) }
  }

  private static func call(
    _ function: (CInt, UnsafePointer<sockaddr>?, socklen_t) -> CInt, _ descriptor: CInt,
    _ address: sockaddr_un
  ) -> CInt {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func open(_ family: CInt, _ place: String) throws(ListenerError) -> CInt {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw .system("socket \(place)", code: errno) }
    return descriptor
  }

  private static func boundPort(_ descriptor: CInt) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { return 0 }
    // The port lies in the same place for IPv4 and IPv6.
    return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
  }

  private static func failure(closing descriptor: CInt, _ place: String) -> ListenerError {
    let code = errno
    close(descriptor)
    switch code {
    case EADDRINUSE: return .addressInUse(place)
    case EACCES, EPERM: return .permissionDenied(place)
    case EADDRNOTAVAIL, EINVAL, EAFNOSUPPORT: return .badAddress(place)
    default: return .system("listen \(place)", code: code)
    }
  }
}
