import HTTPListener
import Testing

@Suite struct ConnectionTests {
  @Test func aConnectionIsKeptForManyRequests() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    for number in 0..<50 {
      client.send("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(client.reply()?.text == "GET /\(number) 0")
      client.send("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
      let reply = client.reply()
      #expect(reply?.text == "POST /\(number) 3")
      #expect(reply?["connection"]?.lowercased() != "close")
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send(
      "POST /one HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbodyGET /two HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.text == "POST /one 4")
    #expect(client.reply()?.text == "GET /two 0")
  }

  @Test func headHasTheHeadersOfGetAndNoBody() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply(headOnly: true)?.contentLength == "HEAD /a 0".utf8.count)
    #expect(client.reply()?.text == "GET /b 0")
  }

  @Test func aChunkedBodyIsJoined() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send(
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
    #expect(client.reply()?.text == "POST /c 7")
    client.send("GET /d HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.text == "GET /d 0")
    #expect(recorder.requests.first?.body == Array("abcdefg".utf8))
  }

  @Test func aClientThatAsksFirstIsToldToContinue() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    #expect(client.reply()?.status == 100)
    client.send("hello")
    #expect(client.reply()?.text == "POST /a 5")
  }

  @Test func aConnectionIsClosedWhenTheClientAsks() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    #expect(client.untilClosed()?.hasSuffix("GET /a 0") == true)
  }

  @Test func http10WithoutHostIsAnsweredAndClosed() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("GET /a HTTP/1.0\r\n\r\n")
    #expect(client.untilClosed()?.contains("GET /a 0") == true)
  }

  @Test func theRequestCarriesWhatWasSent() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send(
      "PUT /d%C3%A9lib/a%20b?q=%C3%A9cole+bus&q=2&vide HTTP/1.1\r\nHost: h:80\r\nX-T: 1\r\nx-t: 2\r\n"
        + "Content-Length: 2\r\n\r\nok")
    _ = client.reply()
    let request = try #require(recorder.requests.first)
    #expect(request.method == "PUT")
    #expect(request.target == "/d%C3%A9lib/a%20b?q=%C3%A9cole+bus&q=2&vide")
    #expect(request.path == "/délib/a b")
    #expect(request.query.map(\.0) == ["q", "q", "vide"])
    #expect(request.parameter("q") == "école bus")
    #expect(request.headers.values("X-T") == ["1", "2"])
    #expect(request.headers["host"] == "h:80")
    #expect(request.body == Array("ok".utf8))
    #expect(request.remoteAddress == "127.0.0.1")
  }

  @Test func anAbsoluteTargetForThisHostIsServed() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("GET http://h/a?b=c HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.text == "GET /a 0")
    #expect(recorder.requests.first?.parameter("b") == "c")
  }
}
