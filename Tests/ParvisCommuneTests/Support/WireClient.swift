import Glibc

/// Sends one HTTP request over a socket and reads the answer to its end.
struct WireClient {
  struct Reply {
    let status: Int
    let head: String
    let body: String

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == name.lowercased() {
          return String(parts[1].drop { $0 == " " })
        }
      }
      return nil
    }
  }

  let port: Int

  func send(
    _ method: String, _ path: String, _ headers: [(String, String)] = [], body: String = ""
  ) -> Reply? {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard connectLoopback(descriptor) else { return nil }
    var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    text += method == "POST" ? "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" : "\r\n"
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { return nil }
    return WireClient.parse(readAll(descriptor))
  }

  func form(_ path: String, _ body: String, _ headers: [(String, String)] = []) -> Reply? {
    send("POST", path, [("Content-Type", "application/x-www-form-urlencoded")] + headers, body: body)
  }

  private func connectLoopback(_ descriptor: CInt) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private func readAll(_ descriptor: CInt) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return all }
      all += buffer[0..<count]
    }
  }

  private static func parse(_ bytes: [UInt8]) -> Reply? {
    let text = String(decoding: bytes, as: UTF8.self)
    let marker = Array("\r\n\r\n".utf8)
    let all = Array(text.utf8)
    guard let end = (0..<max(0, all.count - 3)).first(where: { all[$0..<($0 + 4)].elementsEqual(marker) }) else {
      return nil
    }
    let head = String(decoding: all[..<end], as: UTF8.self)
    let words = head.split(separator: " ", maxSplits: 2)
    guard words.count > 1, let status = Int(words[1]) else { return nil }
    return Reply(status: status, head: head, body: String(decoding: all[(end + 4)...], as: UTF8.self))
  }
}
