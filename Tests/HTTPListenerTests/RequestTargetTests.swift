import HTTPListener
import Testing

@Suite struct RequestTargetTests {
  @Test(arguments: [
    "/../etc/passwd", "/..", "/a/..", "/a/../b", "/%2e%2e/etc", "/%2E%2e/", "/.%2e/", "/%2e./x",
    "/a/%2e%2e", "/.",
    "/./a", "/%2e", "/a%2fb", "/..%2fetc", "/%2F", "/a\\b", "/..\\etc", "/%5c..%5cetc", "/%00", "/a%00.html",
    "/%c0%ae%c0%ae/", "/%c0%af", "/%e0%80%af", "/%ff", "/%ed%a0%80", "/%f4%90%80%80",
    "/%c2%80", "/a%0a", "/a%7f",
    "/%", "/%4", "/%zz", "/a b", "/a\u{1}", "", "a", "//h/..", "ftp://h/", "http:///a", "http://h/../x",
    "/?a=%", "/?a=%ff", "/?a=%00", "/?a=%1b", "/a#b",
  ])
  func aHostileTargetIsRefused(_ target: String) {
    #expect(throws: Refusal.self) {
      _ = try HTTPRequest(method: "GET", target: target, headers: HTTPHeaders([("Host", "h")]))
    }
  }

  @Test func everyBytePercentEncodedIsDecodedOnceOrRefused() {
    for byte in 0...255 {
      let hex = (byte < 16 ? "0" : "") + String(byte, radix: 16)
      let path = try? HTTPRequest(method: "GET", target: "/a%\(hex)b").path
      let refused = byte < 0x20 || byte == 0x2F || byte == 0x5C || byte >= 0x7F
      #expect(path == (refused ? nil : "/a\(Unicode.Scalar(UInt8(byte)))b"), "%\(hex)")
    }
  }

  @Test(arguments: [
    ("/", "/"), ("/a/", "/a/"), ("/%41", "/A"), ("/%2541", "/%41"), ("/%252e%252e/", "/%2e%2e/"),
    ("/...", "/..."),
    ("/..a", "/..a"), ("/a..", "/a.."), ("/été", "/été"), ("/%C3%A9", "/é"), ("/a+b", "/a+b"), ("/?x", "/"),
    ("/a?b=/../c", "/a"),
  ])
  func aGoodTargetIsDecodedOnce(_ target: String, _ path: String) throws {
    #expect(try HTTPRequest(method: "GET", target: target).path == path)
  }

  @Test func aFormIsDecodedLikeAQuery() throws {
    let body = Array("titre=Un+banc%2C+vite&texte=ligne%0D%0Adeux&vide=&&nu".utf8)
    let fields = try HTTPRequest.formFields(body)
    #expect(fields.map(\.0) == ["titre", "texte", "vide", "nu"])
    #expect(fields.map(\.1) == ["Un banc, vite", "ligne\r\ndeux", "", ""])
    #expect(throws: Refusal.self) { try HTTPRequest.formFields(Array("a=%ff".utf8)) }
  }

  @Test func headersAreFoundWithoutRegardToCase() {
    let headers = HTTPHeaders([("Content-Type", "a"), ("X", "1"), ("x", "2")])
    #expect(headers["content-TYPE"] == "a")
    #expect(headers.values("X") == ["1", "2"])
    #expect(headers["Content-Typo"] == nil)
    #expect(headers.all.map(\.name) == ["Content-Type", "X", "x"])
  }
}
