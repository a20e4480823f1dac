import HTTPListener
import Testing

/// A body over the limit must not fill the memory, and the person must read why rather than see a broken
/// connection.
@Suite struct BodyLimitTests {
  static let options = Listener.Options(
    maxBody: 1000, maxBodyFor: { _, path in path == "/photo" ? 5000 : nil })

  @Test func aBodyAtTheLimitPassesAndOneByteMoreIsRefused() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    let body = String(repeating: "a", count: 1000)
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n\(body)")
    #expect(client.reply()?.text == "POST /a 1000")
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n\(body)b")
    client.send("GET /after HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.untilClosed()?.hasPrefix("HTTP/1.1 413 ") == true)
    #expect(recorder.requests.count == 1)
  }

  @Test func aLargeBodyWithinReasonIsReadAwaySoThatTheReplyArrives() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n")
    client.send([UInt8](repeating: 97, count: 3_000_000))
    #expect(client.untilClosed()?.hasPrefix("HTTP/1.1 413 ") == true)
    #expect(recorder.requests.isEmpty)
  }

  @Test func anEnormousLengthIsRefusedBeforeTheBody() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n")
    #expect(client.untilClosed()?.hasPrefix("HTTP/1.1 413 ") == true)
  }

  @Test func aClientThatAsksFirstIsRefusedWithoutSending() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n")
    #expect(client.untilClosed()?.hasPrefix("HTTP/1.1 413 ") == true)
  }

  @Test func chunksOverTheLimitAreRefused() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in 0..<11 { client.send("64\r\n\(String(repeating: "a", count: 100))\r\n") }
    client.send("0\r\n\r\n")
    #expect(client.untilClosed()?.hasPrefix("HTTP/1.1 413 ") == true)
    #expect(recorder.requests.isEmpty)
  }

  @Test func whoServesMayAnswerInItsOwnWords() throws {
    let recorder = Recorder()
    var options = Self.options
    options.tooLarge = { request, limit in
      .text(413, "\(request.path) \(request.body.count) \(limit) \(request.headers["accept-language"] ?? "")")
    }
    let listener = try startEcho(recorder, options)
    let sent = [
      "Content-Length: 2000\r\n\r\n" + String(repeating: "a", count: 2000),
      "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + String(repeating: "a", count: 2000) + "\r\n0\r\n\r\n",
      "Content-Length: 99999999999\r\n\r\n",
    ]
    for rest in sent {
      let client = try #require(RawClient(port: listener.port))
      client.send("POST /a HTTP/1.1\r\nHost: h\r\nAccept-Language: en\r\n\(rest)")
      let answer = try #require(client.untilClosed())
      #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.hasSuffix("/a 0 1000 en"), "\(answer)")
    }
    #expect(recorder.requests.isEmpty)
  }

  @Test func endlessChunksEndTheConnection() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 97, count: 1 << 20) + Array("\r\n".utf8)
    for _ in 0..<12 { client.send(chunk) }
    #expect(client.untilClosed() != nil)
    #expect(recorder.requests.isEmpty)
  }

  @Test func aPathMayHaveItsOwnLimit() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder, Self.options)
    let client = try #require(RawClient(port: listener.port))
    let body = String(repeating: "a", count: 4000)
    client.send("POST /photo HTTP/1.1\r\nHost: h\r\nContent-Length: 4000\r\n\r\n\(body)")
    #expect(client.reply()?.text == "POST /photo 4000")
  }
}
