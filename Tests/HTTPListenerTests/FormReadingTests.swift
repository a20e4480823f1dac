import Glibc
import HTTPListener
import Testing

/// A file from a clerk's desk must not fill the memory, must not stay behind when nobody takes it, and must not cost
/// the clerk what they typed when it is too large.
@Suite struct FormReadingTests {
  private let folder: TemporaryFolder
  private let recorder = Recorder()

  init() throws { folder = try #require(TemporaryFolder()) }

  private func listener(mostBytes: Int = 100_000, drops: Bool = false) throws -> Listener {
    let rules = UploadRules(folder: drops ? nil : folder.path, mostBytes: mostBytes)
    return try startEcho(
      recorder, Listener.Options(maxBody: 1000, upload: { $0.path == "/form" ? rules : nil }))
  }

  private func part(_ name: String, file: String? = nil, _ bytes: [UInt8]) -> [UInt8] {
    let more = file.map { "; filename=\"\($0)\"\r\nContent-Type: application/octet-stream" } ?? ""
    return Array("--PARVIS\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n".utf8) + bytes + [13, 10]
  }

  private func post(
    _ listener: Listener, _ parts: [[UInt8]], path: String = "/form", end: String = "--PARVIS--\r\n"
  ) throws -> RawReply? {
    let body = parts.flatMap { $0 } + Array(end.utf8)
    let client = try #require(RawClient(port: listener.port))
    client.send(
      "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=PARVIS\r\n"
        + "Content-Length: \(body.count)\r\n\r\n")
    client.send(body)
    return client.reply()
  }

  private var rest: Int {
    guard let directory = opendir(folder.path) else { return -1 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count - 2
  }

  /// Packets end anywhere: a value that is cut after its first bytes is still one value.
  @Test func aFormThatComesByteByByteIsTheSameForm() throws {
    let listener = try listener()
    let parts = [part("a", Array("x".utf8)), part("f", file: "f.txt", Array("-y".utf8)), part("vide", [])]
    let body = parts.flatMap { $0 } + Array("--PARVIS--\r\n".utf8)
    let client = try #require(RawClient(port: listener.port))
    client.send(
      "POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=PARVIS\r\n"
        + "Content-Length: \(body.count)\r\n\r\n")
    for byte in body {
      client.send([byte])
      usleep(500)
    }
    #expect(client.reply()?.status == 200)
    let form = try #require(recorder.requests.first?.form)
    #expect(form.values.map { "\($0.0)=\($0.1)" } == ["a=x", "vide="])
    #expect(form.files.map(\.size) == [2])
  }

  @Test func textsAndFilesArriveAsTheyWereSent() throws {
    let listener = try listener()
    let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let title = Array("Été\r\n--PARVI".utf8)
    let reply = try post(
      listener, [part("titre", title), part("file", file: "plan été.pdf", bytes), part("vide", [])])
    #expect(reply?.status == 200)
    let form = try #require(recorder.requests.first?.form)
    #expect(form.values.first?.0 == "titre" && form.values.first?.1 == "Été\r\n--PARVI")
    let file = try #require(form.files.first)
    #expect(file.name == "plan été.pdf" && file.size == bytes.count && file.state == .whole)
    let descriptor = open(file.path, O_RDONLY)
    var found = [UInt8](repeating: 0, count: bytes.count + 1)
    #expect(read(descriptor, &found, found.count) == bytes.count)
    #expect(Array(found.prefix(bytes.count)) == bytes)
    close(descriptor)
  }

  @Test func anInputWithoutAChosenFileIsNoFile() throws {
    let listener = try listener()
    #expect(try post(listener, [part("file", file: "", []), part("a", Array("b".utf8))])?.status == 200)
    #expect(recorder.requests.first?.form?.files.count == 0)
    #expect(recorder.requests.first?.form?.values.contains { $0 == ("a", "b") } == true)
    #expect(rest == 0)
  }

  @Test func aFileThatIsTooLargeIsThrownAwayAndTheTextsAreKept() throws {
    let listener = try listener(mostBytes: 1000)
    let reply = try post(
      listener, [part("file", file: "x.pdf", [UInt8](repeating: 7, count: 2_000_000)), part("a", Array("b".utf8))])
    #expect(reply?.status == 200)
    let form = try #require(recorder.requests.first?.form)
    #expect(form.files.first?.state == .tooLarge && form.files.first?.path == "")
    #expect(form.values.first?.1 == "b" && rest == 0)
  }

  @Test func whoMaySendNoFilesStillSendsTexts() throws {
    let listener = try listener(drops: true)
    #expect(try post(listener, [part("file", file: "x.pdf", [1]), part("a", Array("b".utf8))])?.status == 200)
    let form = try #require(recorder.requests.first?.form)
    #expect(form.files.first?.state == .dropped && form.values.first?.1 == "b" && rest == 0)
  }

  @Test func aFormThatIsCutOrNotUTF8IsRefusedAndLeavesNothing() throws {
    let listener = try listener()
    #expect(try post(listener, [part("file", file: "x.pdf", [1, 2, 3])], end: "--PARVIS\r\n")?.status == 400)
    #expect(try post(listener, [part("a", [0xFF, 0xFE])])?.status == 400)
    #expect(try post(listener, [part("a", [0x61, 0])])?.status == 400)
    #expect(try post(listener, (0...500).map { part("a\($0)", [0x61]) })?.status == 400)
    #expect(recorder.requests.isEmpty && rest == 0)
  }

  @Test func aSenderWhoGoesAwayLeavesNothing() throws {
    let listener = try listener()
    do {
      let client = try #require(RawClient(port: listener.port))
      client.send(
        "POST /form HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=PARVIS\r\n"
          + "Content-Length: 90000\r\n\r\n")
      client.send(part("file", file: "x.pdf", [UInt8](repeating: 7, count: 40_000)))
      #expect(eventually { rest == 1 })
    }
    #expect(eventually { rest == 0 } && recorder.requests.isEmpty)
  }

  @Test func elsewhereSuchAFormIsAnOrdinaryBodyWithItsLimit() throws {
    let listener = try listener()
    #expect(try post(listener, [part("a", [0x61])], path: "/other")?.status == 200)
    #expect(recorder.requests.first?.form == nil && recorder.requests.first?.body.isEmpty == false)
    #expect(
      try post(listener, [part("a", [UInt8](repeating: 7, count: 2000))], path: "/other")?.status == 413)
  }
}
