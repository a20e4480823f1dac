import HTTPListener
import Testing

/// Text typed by a person must never become a header or a second reply.
@Suite struct ReplyHeaderTests {
  @Test(arguments: ["a\r\nSet-Cookie: x=y", "a\nb", "a\rb", "a\0b", "a\u{7F}", "\r\u{301}\n", "a\tb"])
  func aValueWithControlBytesIsNeverSent(_ value: String) throws {
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { exchange in
      exchange.reply(HTTPReply(status: 200, headers: [("Location", value)], body: .bytes([65])))
    }
    let client = try #require(RawClient(port: listener.port))
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    let answer = try #require(client.untilClosed())
    #expect(answer.hasPrefix("HTTP/1.1 500 "))
    #expect(!answer.contains("Set-Cookie") && !answer.contains("Location"))
  }

  @Test func defectsAreNamed() {
    #expect(HTTPReply(status: 200, headers: [("X", "fine é")]).defect == nil)
    #expect(HTTPReply(status: 99).defect?.contains("99") == true)
    #expect(HTTPReply(status: 600).defect != nil)
    #expect(HTTPReply(headers: [("", "x")]).defect != nil)
    #expect(HTTPReply(headers: [("X Y", "x")]).defect != nil)
    #expect(HTTPReply(headers: [("X:", "x")]).defect != nil)
    #expect(HTTPReply(headers: [("Content-Length", "3")]).defect?.contains("Content-Length") == true)
    #expect(HTTPReply(headers: [("transfer-encoding", "chunked")]).defect != nil)
    #expect(HTTPReply(headers: [("Connection", "close")]).defect != nil)
  }

  @Test func severalCookiesAreAllSent() throws {
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { exchange in
      exchange.reply(HTTPReply(status: 204, headers: [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
    }
    let client = try #require(RawClient(port: listener.port))
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    let reply = try #require(client.reply())
    #expect(reply.headers.filter { $0.0 == "set-cookie" }.map(\.1) == ["a=1", "b=2"])
  }

  @Test func aHandlerMayCloseTheConnection() throws {
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { exchange in
      exchange.reply(HTTPReply(status: 200, body: .bytes(Array("bye".utf8)), closesConnection: true))
    }
    let client = try #require(RawClient(port: listener.port))
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.untilClosed()?.hasSuffix("bye") == true)
  }
}
