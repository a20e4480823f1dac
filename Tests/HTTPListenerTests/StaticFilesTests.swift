import Glibc
import HTTPListener
import Testing

@Suite struct StaticFilesTests {
  private let folder: TemporaryFolder
  private let files: StaticFiles

  init() throws {
    folder = try #require(TemporaryFolder())
    folder.folder("site")
    folder.folder("site/agenda")
    folder.folder("site/.well-known")
    folder.folder("site/vide")
    folder.write("secret.txt", "secret")
    folder.write("site/index.html", "<p>accueil</p>")
    folder.write("site/404.html", "<p>rien ici</p>")
    folder.write("site/agenda/index.html", "<p>agenda</p>")
    folder.write("site/agenda/fête.ics", "BEGIN:VCALENDAR")
    folder.write("site/.hidden", "hidden")
    folder.write("site/.well-known/security.txt", "Contact:")
    folder.write("site/digits.txt", "0123456789")
    symlink("../secret.txt", "\(folder.path)/site/link.txt")
    symlink("..", "\(folder.path)/site/up")
    files = StaticFiles(root: "\(folder.path)/site")
  }

  private func get(
    _ target: String, _ headers: [(String, String)] = [], method: String = "GET"
  ) throws -> HTTPReply {
    files.reply(
      to: try HTTPRequest(method: method, target: target, headers: HTTPHeaders([("Host", "h")] + headers)))
  }

  private func text(_ reply: HTTPReply) -> String {
    switch reply.body {
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .file(let file, let offset, let length): "file of \(file.size) at \(offset) for \(length)"
    case .empty: ""
    }
  }

  private func header(_ reply: HTTPReply, _ name: String) -> String? {
    reply.headers.first { $0.0 == name }?.1
  }

  @Test func dataMayBeReadByPagesOfOtherSitesAndPagesMayNot() throws {
    folder.folder("site/api")
    for name in ["api/a.json", "a.csv", "a.geojson", "a.ndjson", "a.atom", "a.ics", "a.csv-metadata.json"] {
      folder.write("site/" + name, "{}")
      let reply = try get("/" + name)
      #expect(reply.status == 200 && header(reply, "Access-Control-Allow-Origin") == "*", "\(name)")
      let unchanged = try get("/" + name, [("If-None-Match", header(reply, "ETag") ?? "")])
      #expect(unchanged.status == 304 && header(unchanged, "Access-Control-Allow-Origin") == "*")
    }
    for target in ["/", "/digits.txt", "/nothing.json"] {
      #expect(try header(get(target), "Access-Control-Allow-Origin") == nil, "\(target)")
    }
  }

  @Test func pagesAreFoundWithTheirSecurityHeaders() throws {
    let home = "<p>accueil</p>"
    for (target, body) in [("/", home), ("/index.html", home), ("/agenda/", "<p>agenda</p>")] {
      let reply = try get(target)
      #expect(reply.status == 200)
      #expect(text(reply) == body)
      #expect(header(reply, "Content-Type") == "text/html; charset=utf-8")
      #expect(header(reply, "X-Content-Type-Options") == "nosniff")
      #expect(header(reply, "Content-Security-Policy")?.contains("default-src 'self'") == true)
      #expect(header(reply, "Cache-Control") == "no-cache")
      #expect(reply.defect == nil)
    }
    #expect(try text(get("/agenda/f%C3%AAte.ics")) == "BEGIN:VCALENDAR")
    #expect(try text(get("/.well-known/security.txt")) == "Contact:")
  }

  @Test func aFolderWithoutSlashIsRedirectedOnThisHost() throws {
    let reply = try get("/agenda?mois=3")
    #expect(reply.status == 301)
    #expect(header(reply, "Location") == "/agenda/?mois=3")
    #expect(try get("//evil.example").status == 404)
    #expect(try get("//agenda").status == 404)
  }

  @Test(arguments: [
    "/link.txt", "/up/secret.txt", "/up/", "/up", "/.hidden", "/.well-known/.x", "/agenda/.well-known/x",
    "/missing",
    "/vide/", "/.git/config", "/digits.txt/", "/digits.txt/x", "/agenda//", "/a%20b",
  ])
  func whatIsNotPublicIsNotFound(_ target: String) throws {
    let reply = try get(target)
    #expect(reply.status == 404)
    #expect(text(reply) == "<p>rien ici</p>")
    #expect(header(reply, "Content-Type") == "text/html; charset=utf-8")
  }

  @Test func aNameLongerThanAnyFileIsNotFound() throws {
    #expect(try get("/\(String(repeating: "a", count: 300))").status == 404)
  }

  @Test func aPageTheReaderHasIsNotSentAgain() throws {
    let first = try get("/digits.txt")
    let tag = try #require(header(first, "ETag"))
    let date = try #require(header(first, "Last-Modified"))
    for list in [tag, "W/\(tag)", "\"x\", \(tag)", "*", "\"x\" ,  \(tag) "] {
      let reply = try get("/digits.txt", [("If-None-Match", list)])
      #expect(reply.status == 304, "\(list)")
      #expect(header(reply, "ETag") == tag)
    }
    #expect(try get("/digits.txt", [("If-None-Match", "\"x\"")]).status == 200)
    #expect(try get("/digits.txt", [("If-None-Match", "\"x\""), ("If-Modified-Since", date)]).status == 200)
    #expect(try get("/digits.txt", [("If-Modified-Since", date)]).status == 304)
    #expect(try get("/digits.txt", [("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")]).status == 200)
  }

  @Test func aFileThatIsNotNewerThanTheDateAskedAboutIsNotSentAgain() throws {
    var times = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 784_111_777, tv_nsec: 5)]
    #expect(utimensat(AT_FDCWD, "\(folder.path)/site/digits.txt", &times, 0) == 0)
    func status(_ date: String) throws -> Int { try get("/digits.txt", [("If-Modified-Since", date)]).status }
    let fresh = [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:38 GMT", "Thu, 29 Feb 2024 12:00:00 GMT", "Fri, 31 Dec 2099 23:59:60 GMT",
    ]
    for date in fresh { #expect(try status(date) == 304, "\(date)") }
    let stale = [
      "Sun, 06 Nov 1994 08:49:36 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Sunday, 06-Nov-70 08:49:37 GMT",
      "Sun Nov  6 08:49:36 1994",
      // What is no date is as none.
      "", "yesterday", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 2094 08:49 GMT", "Sun, 06 Nov 2094 24:00:00 GMT",
      "Sun, 06 Xyz 2094 08:49:37 GMT", "Sun, 00 Nov 2094 08:49:37 GMT", "Sun, 06 Nov 20994 08:49:37 GMT",
      "Sun, 06 Nov 2094 8:49:37 GMT", String(repeating: "9", count: 400),
    ]
    for date in stale { #expect(try status(date) == 200, "\(date)") }
    #expect(try get("/digits.txt", [("If-None-Match", "\"x\""), ("If-Modified-Since", fresh[3])]).status == 200)
  }

  @Test func aFileReplacedByRenameIsServedAtOnceWithAnotherTag() throws {
    let before = try get("/digits.txt")
    folder.write("site/new", "9876543210")
    rename("\(folder.path)/site/new", "\(folder.path)/site/digits.txt")
    let after = try get("/digits.txt", [("If-None-Match", try #require(header(before, "ETag")))])
    #expect(after.status == 200)
    #expect(text(after) == "9876543210")
  }

  @Test func aSiteReplacedByRenameIsServedAtOnce() throws {
    folder.folder("next")
    folder.write("next/index.html", "next")
    rename("\(folder.path)/site", "\(folder.path)/old")
    rename("\(folder.path)/next", "\(folder.path)/site")
    #expect(try text(get("/")) == "next")
  }

  @Test(arguments: [
    ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=5-", 206, "56789", "bytes 5-9/10"),
    ("bytes=-2", 206, "89", "bytes 8-9/10"), ("bytes=-20", 206, "0123456789", "bytes 0-9/10"),
    ("bytes=8-99", 206, "89", "bytes 8-9/10"), ("bytes=10-", 416, "", "bytes */10"),
    ("bytes=-0", 416, "", "bytes */10"), ("bytes=5-3", 200, "0123456789", nil),
    ("bytes=0-1,3-4", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
    ("bytes=+1-2", 200, "0123456789", nil), ("bytes=-", 200, "0123456789", nil),
    ("bytes=99999999999999999999-", 200, "0123456789", nil),
  ])
  func aRangeIsServedOrIgnored(_ range: String, _ status: Int, _ body: String, _ content: String?) throws {
    let reply = try get("/digits.txt", [("Range", range)])
    #expect(reply.status == status)
    #expect(text(reply) == body)
    #expect(header(reply, "Content-Range") == content)
  }

  @Test func aRangeOfAnotherVersionIsTheWholeFile() throws {
    let tag = try #require(header(try get("/digits.txt"), "ETag"))
    #expect(try get("/digits.txt", [("Range", "bytes=0-3"), ("If-Range", tag)]).status == 206)
    #expect(try get("/digits.txt", [("Range", "bytes=0-3"), ("If-Range", "\"old\"")]).status == 200)
  }

  @Test func onlyReadingIsAllowed() throws {
    let reply = try get("/", method: "POST")
    #expect(reply.status == 405)
    #expect(header(reply, "Allow") == "GET, HEAD")
  }

  @Test func typesComeFromOurTable() throws {
    let expected = [
      "a.json": "application/json", "a.geojson": "application/geo+json",
      "a.ics": "text/calendar; charset=utf-8",
      "a.atom": "application/atom+xml", "a.csv": "text/csv; charset=utf-8", "a.svg": "image/svg+xml",
      "a.PNG": "image/png", "a.jpg": "image/jpeg", "a.webp": "image/webp",
      "a.js": "text/javascript; charset=utf-8",
      "a.css": "text/css; charset=utf-8", "a.txt": "text/plain; charset=utf-8", "a.xml": "application/xml",
      "a.webmanifest": "application/manifest+json", "a.md": "text/markdown; charset=utf-8",
      "a.pdf": "application/pdf", "a.ndjson": "application/x-ndjson",
      "a.html.exe": "application/octet-stream",
      "none": "application/octet-stream", "checkpoint": "text/plain; charset=utf-8", "000": "application/octet-stream",
      "a.": "application/octet-stream",
    ]
    for (name, type) in expected {
      folder.write("site/\(name)", "x")
      #expect(try header(get("/\(name)"), "Content-Type") == type, "\(name)")
    }
    #expect(try header(get("/a.webp"), "Cache-Control") == "public, max-age=3600")
    #expect(try header(get("/a.json"), "Cache-Control") == "no-cache")
  }

  @Test func datesAreThoseOfTheCalendar() throws {
    var times = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 784_111_777, tv_nsec: 5)]
    #expect(utimensat(AT_FDCWD, "\(folder.path)/site/digits.txt", &times, 0) == 0)
    #expect(try header(get("/digits.txt"), "Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT")
    times[1] = timespec(tv_sec: 951_782_400, tv_nsec: 0)
    utimensat(AT_FDCWD, "\(folder.path)/site/digits.txt", &times, 0)
    #expect(try header(get("/digits.txt"), "Last-Modified") == "Tue, 29 Feb 2000 00:00:00 GMT")
  }

  @Test func aLargeFileGoesThroughTheSocketWhole() throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    folder.write("site/big.bin", bytes)
    let files = files
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { $0.reply(files.reply(to: $0.request)) }
    let client = try #require(RawClient(port: listener.port))
    client.send("GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.body == bytes)
    client.send("GET /big.bin HTTP/1.1\r\nHost: h\r\nRange: bytes=100000-299998\r\n\r\n")
    #expect(client.reply()?.body == Array(bytes[100_000..<299_999]))
    client.send("HEAD /big.bin HTTP/1.1\r\nHost: h\r\n\r\n")
    let head = client.reply(headOnly: true)
    #expect(head?.contentLength == 300_000)
    let tag = head?["etag"] ?? ""
    client.send("GET /big.bin HTTP/1.1\r\nHost: h\r\nIf-None-Match: \(tag)\r\n\r\n")
    let unchanged = client.reply(headOnly: true)
    #expect(unchanged?.status == 304)
    #expect(unchanged?.contentLength == 300_000, "a 304 must not announce an empty page")
    client.send("GET /digits.txt HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.text == "0123456789", "after HEAD and 304 the connection is still in step")
  }

  @Test func descriptorsAreAllGivenBack() throws {
    folder.write("site/big.bin", [UInt8](repeating: 1, count: 100_000))
    for _ in 0..<3000 { _ = try get("/big.bin") }
    for _ in 0..<3000 { _ = try get("/missing") }
    #expect(try get("/big.bin").status == 200)
  }
}
