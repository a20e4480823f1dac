import HTTPListener
import Testing

/// A request that two servers could read in two ways lets a stranger speak in a resident's name. Each is
/// refused before any handler sees it, and nothing after it on the connection is executed.
@Suite struct MalformedRequestTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    var statuses = [400]

    init(_ name: String, _ text: String, _ statuses: [Int] = [400]) {
      testDescription = name
      bytes = Array(text.utf8)
      self.statuses = statuses
    }
  }

  static let cases: [Case] = [
    Case("two lengths", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
    Case(
      "two equal lengths",
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    Case("a list of lengths", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello"),
    Case("a signed length", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello"),
    Case("a negative length", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\nhello"),
    Case("a hexadecimal length", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\nhello"),
    Case("an empty length", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\nhello"),
    Case(
      "a length beyond 64 bits",
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\nhello", [400, 413]),
    Case(
      "length and chunks",
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case(
      "chunks and length",
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    Case(
      "two transfer encodings",
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"),
    Case(
      "an unknown transfer encoding",
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", [501]),
    Case(
      "a transfer encoding with a blank after it",
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n", [501]),
    Case("chunks on HTTP/1.0", "POST /a HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case("space before the colon", "GET /a HTTP/1.1\r\nHost: h\r\nX-A : b\r\n\r\n"),
    Case(
      "a hidden length before the colon",
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\nhello"),
    Case("a tab before the colon", "GET /a HTTP/1.1\r\nHost: h\r\nX-A\t: b\r\n\r\n"),
    Case("a name that is not a token", "GET /a HTTP/1.1\r\nHost: h\r\nX(A): b\r\n\r\n"),
    Case("an empty name", "GET /a HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n"),
    Case("a name that is not ASCII", "GET /a HTTP/1.1\r\nHost: h\r\nX-é: b\r\n\r\n"),
    Case("a line without colon", "GET /a HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n"),
    Case("a folded line", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\n folded\r\n\r\n"),
    Case("a folded length", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\t6\r\n\r\nhello"),
    Case("a blank before the first name", "GET /a HTTP/1.1\r\n Host: h\r\n\r\n"),
    Case("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("encoded NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("encoded NUL in the query", "GET /a?x=%00 HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("a control byte in the target", "GET /a\u{1}b HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("an encoded line break in the path", "GET /a%0d%0ab HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("a tab in the target", "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("a space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("two spaces before the target", "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("two spaces after the target", "GET /a  HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("a space after the version", "GET /a HTTP/1.1 \r\nHost: h\r\n\r\n"),
    Case("a fragment in the target", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("a target without slash", "GET a HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("a star for GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("an absolute target for another host", "GET http://other/a HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("no Host", "GET /a HTTP/1.1\r\nX: y\r\n\r\n"),
    Case("no header at all", "GET /a HTTP/1.1\r\n\r\n"),
    Case("two Hosts", "GET /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n"),
    Case("two equal Hosts", "GET /a HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n"),
    Case("an empty Host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n"),
    Case("a Host with a user", "GET /a HTTP/1.1\r\nHost: u@h\r\n\r\n"),
    Case("a Host with a path", "GET /a HTTP/1.1\r\nHost: h/x\r\n\r\n"),
    Case("NUL in a value", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: b\0c\r\n\r\n"),
    Case("NUL in a value that looks like a field", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: b\0\0X-B\0c\r\n\r\n"),
    Case("NUL in a name", "GET /a HTTP/1.1\r\nHost: h\r\nX\0-A: b\r\n\r\n"),
    Case("a line that starts with NUL", "GET /a HTTP/1.1\r\nHost: h\r\n\0X: b\r\nX: y\r\n\r\n"),
    Case("a control byte in a value", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: b\u{7}c\r\n\r\n"),
    Case("a bare CR in a value", "GET /a HTTP/1.1\r\nHost: h\r\nX-A: b\rX-B: c\r\n\r\n"),
    Case("a bare LF after the request line", "GET /a HTTP/1.1\nHost: h\r\n\r\n"),
    Case("a bare LF after a header", "GET /a HTTP/1.1\r\nHost: h\nX-A: b\r\n\r\n"),
    Case("a bare LF for the empty line", "GET /a HTTP/1.1\r\nHost: h\r\n\n"),
    Case("an unknown method", "BREW /a HTTP/1.1\r\nHost: h\r\n\r\n", [501]),
    Case("a method in small letters", "get /a HTTP/1.1\r\nHost: h\r\n\r\n", [501]),
    Case("a method that is not a token", "G<T /a HTTP/1.1\r\nHost: h\r\n\r\n"),
    Case("TRACE", "TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n", [405]),
    Case("CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", [405]),
    Case("version 1.2", "GET /a HTTP/1.2\r\nHost: h\r\n\r\n", [400, 505]),
    Case("version 2.0", "GET /a HTTP/2.0\r\nHost: h\r\n\r\n", [400, 505]),
    Case("version 0.9", "GET /a\r\nHost: h\r\n\r\n", [400, 505]),
    Case("a version in small letters", "GET /a http/1.1\r\nHost: h\r\n\r\n", [400, 505]),
    Case(
      "a chunk size that is no number",
      "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"),
  ]

  @Test(arguments: cases)
  func aMalformedRequestIsRefusedAndNothingAfterItIsExecuted(_ malformed: Case) throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send(malformed.bytes + Array("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
    let answer = try #require(client.untilClosed(), "the connection stayed open")
    // For a Content-Length it cannot read, libmicrohttpd 0.9.75 sends the head of its own 400 twice, then
    // closes.
    let refusals = malformed.statuses.map { "HTTP/1.1 \($0) " }
    let lines = answer.split(separator: "\r\n").filter { $0.hasPrefix("HTTP/1.") }
    #expect(lines.allSatisfy { line in refusals.contains { line.hasPrefix($0) } }, "\(lines)")
    #expect(refusals.contains { answer.hasPrefix($0) }, "\(answer.prefix(60))")
    #expect(recorder.requests.isEmpty, "the handler saw \(recorder.requests.map(\.target))")
    listener.stop(graceful: true)
  }

  @Test func aMalformedRequestAfterAGoodOneIsRefusedToo() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send(
      "GET /good HTTP/1.1\r\nHost: h\r\n\r\nGET /bad HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n"
        + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
    let answer = try #require(client.untilClosed())
    #expect(answer.hasPrefix("HTTP/1.1 200 "))
    #expect(answer.contains("HTTP/1.1 400 "))
    #expect(recorder.requests.map(\.path) == ["/good"])
  }

  @Test func aHeadThatArrivesByteByByteIsReadTheSame() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    let head = "GET /slow?x=1 HTTP/1.1\r\nHost: h\r\nX-A:  b \r\nX-Empty:\r\n\r\n"
    for byte in head.utf8 { client.send([byte]) }
    #expect(client.reply()?.text == "GET /slow 0")
    let request = try #require(recorder.requests.first)
    #expect(request.headers["x-a"] == "b")
    #expect(request.headers["X-Empty"] == "")
    #expect(request.headers.count == 3)
  }

  @Test(arguments: [64 * 1024, 200 * 1024])
  func aHeadThatIsTooLargeIsRefused(_ size: Int) throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("GET /a HTTP/1.1\r\nHost: h\r\nX-A: \(String(repeating: "a", count: size))\r\n\r\n")
    // The rest of the head may still be on its way when the connection closes, and then the reply may be
    // lost.
    let answer = try #require(client.untilClosed())
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 431 ") || answer.hasPrefix("HTTP/1.1 400 "))
    #expect(recorder.requests.isEmpty)
  }

  @Test func aTargetThatIsTooLongIsRefused() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.untilClosed()?.hasPrefix("HTTP/1.1 414 ") == true)
    #expect(recorder.requests.isEmpty)
  }

  @Test func aHeadOfTwentyKilobytesIsReadWhole() throws {
    let recorder = Recorder()
    let listener = try startEcho(recorder)
    let client = try #require(RawClient(port: listener.port))
    let fields = (0..<200).map { "X-Field-\($0): \(String(repeating: "v", count: 40))\r\n" }.joined()
    client.send("GET /a HTTP/1.1\r\nHost: h\r\nCookie: a=b; c=d\r\n\(fields)\r\n")
    #expect(client.reply()?.status == 200)
    #expect(recorder.requests.first?.headers.count == 202)
  }
}
