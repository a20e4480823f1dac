import Glibc
import HTTPListener
import Testing

/// A clerk who starts the program twice must read what to do.
@Suite struct ListenerStartTests {
  @Test func aBusyPortIsNamed() throws {
    let first = try startEcho(Recorder())
    let error = #expect(throws: ListenerError.self) {
      _ = try Listener.start(host: "127.0.0.1", port: first.port) { _ in }
    }
    #expect(error == .addressInUse("127.0.0.1:\(first.port)"))
    #expect(error?.english.contains("--port") == true)
    #expect(error?.french.contains("--port") == true)
    #expect(first.stop(graceful: true))
    let second = try Listener.start(host: "127.0.0.1", port: first.port) { _ in }
    #expect(second.port == first.port, "a stopped listener frees its port at once")
  }

  @Test(arguments: [
    ("127.0.0.1", 70000), ("127.0.0.1", -1), ("203.0.113.7", 0), ("", 80), ("no such host", 0), ("::zz", 0),
  ])
  func anAddressOfNobodyIsRefused(_ host: String, _ port: Int) throws {
    let error = #expect(throws: ListenerError.self) {
      _ = try Listener.start(host: host, port: port) { _ in }
    }
    guard case .badAddress? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(.enabled(if: geteuid() != 0)) func aPrivilegedPortIsRefused() throws {
    #expect(throws: ListenerError.permissionDenied("127.0.0.1:81")) {
      _ = try Listener.start(host: "127.0.0.1", port: 81) { _ in }
    }
  }

  @Test func aUnixSocketServesAndIsRemoved() throws {
    let folder = try #require(TemporaryFolder())
    let path = "\(folder.path)/s"
    let listener = try Listener.start(on: .unix(path: path, mode: 0o600)) { exchange in
      exchange.reply(.text(200, exchange.request.remoteAddress))
    }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    do {
      let client = try #require(RawClient(unixPath: path))
      client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(client.reply()?.text == "unix")
    }
    #expect(throws: ListenerError.addressInUse(path)) {
      _ = try Listener.start(on: .unix(path: path, mode: 0o600)) { _ in }
    }
    #expect(listener.stop(graceful: true))
    #expect(stat(path, &status) != 0)
  }

  @Test func aSocketFileLeftByADeadProgramIsReplacedAndAnotherFileIsNot() throws {
    let folder = try #require(TemporaryFolder())
    let path = "\(folder.path)/s"
    let dead = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    close(dead)
    #expect(bound == 0)
    let listener = try Listener.start(on: .unix(path: path, mode: 0o660)) { _ in }
    #expect(listener.stop(graceful: true))
    folder.write("precious", "text")
    #expect(throws: ListenerError.badSocketPath("\(folder.path)/precious")) {
      _ = try Listener.start(on: .unix(path: "\(folder.path)/precious", mode: 0o660)) { _ in }
    }
    #expect(access("\(folder.path)/precious", F_OK) == 0)
    #expect(throws: ListenerError.self) {
      let long = "/tmp/" + String(repeating: "a", count: 200)
      _ = try Listener.start(on: .unix(path: long, mode: 0o660)) { _ in }
    }
  }

  @Test func anIPv6AddressServes() throws {
    guard let listener = try? Listener.start(host: "::1", port: 0, handler: { _ in }) else {
      // A machine without IPv6 says that the address is not its own.
      #expect(throws: ListenerError.badAddress("[::1]:0")) {
        _ = try Listener.start(host: "::1", port: 0) { _ in }
      }
      return
    }
    #expect(listener.port > 0)
  }
}
