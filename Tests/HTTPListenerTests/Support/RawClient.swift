import Glibc

/// A blocking socket that sends exactly the bytes it is given. Every wait ends after 10 seconds.
final class RawClient {
  private let descriptor: CInt
  private var unread: [UInt8] = []

  init?(port: Int) {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { return nil }
  }

  init?(unixPath: String) {
    descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixPath.utf8) }
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { return nil }
  }

  deinit { close(descriptor) }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, CInt(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// Reads one reply by its Content-Length; nil when the connection ends or stays silent first.
  func reply(headOnly: Bool = false) -> RawReply? {
    while true {
      if let head = RawReply(head: unread) {
        let wanted = head.headSize + (headOnly ? 0 : head.contentLength)
        if unread.count >= wanted {
          let reply = RawReply(head: Array(unread[..<wanted]))
          unread.removeFirst(wanted)
          return reply
        }
      }
      guard fill() else { return nil }
    }
  }

  /// Everything until the server closes; nil when it never does.
  func untilClosed() -> String? {
    while fill() {}
    let closed = lastRead == 0 || lastError == ECONNRESET
    return closed ? String(decoding: unread, as: UTF8.self) : nil
  }

  private var lastRead = 0
  private var lastError: CInt = 0

  private func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    lastRead = recv(descriptor, &buffer, buffer.count, 0)
    lastError = lastRead < 0 ? errno : 0
    guard lastRead > 0 else { return false }
    unread += buffer[..<lastRead]
    return true
  }
}

/// A reply as it came.
struct RawReply {
  let status: Int
  let headers: [(String, String)]
  let body: [UInt8]
  let headSize: Int

  init?(head bytes: [UInt8]) {
    let marks = bytes.indices.dropLast(3)
    guard let end = marks.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
    headSize = end + 4
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    guard let first = lines.first, let number = Int(first.split(separator: " ")[1]) else { return nil }
    status = number
    headers = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (line[..<colon].lowercased(), String(line[colon...].dropFirst(2)))
    }
    body = Array(bytes[headSize...])
  }

  subscript(name: String) -> String? { headers.first { $0.0 == name }?.1 }
  var contentLength: Int { self["content-length"].flatMap { Int($0) } ?? 0 }
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// Looks every millisecond, at most 10 seconds, until `condition` holds.
func eventually(_ condition: () -> Bool) -> Bool {
  for _ in 0..<10_000 {
    if condition() { return true }
    usleep(1000)
  }
  return false
}
