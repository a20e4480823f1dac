import ParticipationKit
import Testing

@Suite("Reading a file to import, piece by piece")
struct ImportSourceTests {
  private func source(_ text: String, pieces size: Int) -> ImportSource {
    var rest = Array(text.utf8)[...]
    return ImportSource(name: "f.csv") {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
  }

  private func lines(_ text: String, pieces size: Int, maxBytes: Int = 100) throws -> [String] {
    var lines: [String] = []
    try source(text, pieces: size).forEachLine(maxBytes: maxBytes) { number, bytes in
      lines.append("\(number):" + String(decoding: bytes, as: UTF8.self))
    }
    return lines
  }

  @Test("lines are the same wherever the file is cut", arguments: 1...9)
  func pieces(_ size: Int) throws {
    #expect(try lines("a\r\n\r\néé\n\nb\rc", pieces: size) == ["1:a", "2:", "3:éé", "4:", "5:b\rc"])
  }

  @Test("an end of the last line adds no empty one, and an empty file has none")
  func ends() throws {
    #expect(try lines("a\n", pieces: 10) == ["1:a"])
    #expect(try lines("\n", pieces: 10) == ["1:"])
    #expect(try lines("", pieces: 10) == [])
  }

  @Test("a line beyond the limit is refused with its number, before memory grows")
  func overlong() {
    let error = #expect(throws: ImportError.self) {
      try lines("ok\n" + String(repeating: "x", count: 50), pieces: 4, maxBytes: 10)
    }
    #expect(error?.line == 2)
    #expect(error?.messages["en"] == "line of more than 10 bytes; expected: one record a line")
  }

  @Test("a line beyond the limit is refused also when the file comes in one piece")
  func overlongInOnePiece() {
    let long = String(repeating: "x", count: 50)
    #expect(throws: ImportError.self) { try lines("ok\n" + long + "\nok\n", pieces: 1000, maxBytes: 10) }
    #expect(throws: Never.self) { try lines("ok\n" + long + "\r\n", pieces: 1000, maxBytes: 50) }
  }

  @Test("the whole file has a limit too")
  func whole() throws {
    #expect(try source("abcdef", pieces: 4).bytes(maxBytes: 6) == Array("abcdef".utf8))
    #expect(throws: ImportError.self) { try source("abcdefg", pieces: 4).bytes(maxBytes: 6) }
    var pieces: [Int] = []
    try source("abcdef", pieces: 4).forEachPiece { pieces.append($0.count) }
    #expect(pieces == [4, 2])
  }

  @Test("what the reader throws stops the import")
  func failure() {
    struct Broken: Error {}
    let broken = ImportSource(name: "f") { throw Broken() }
    #expect(throws: Broken.self) { try broken.forEachLine { _, _ in } }
    #expect(throws: Broken.self) { try source("a\nb", pieces: 3).forEachLine { _, _ in throw Broken() } }
  }

  @Test("a report keeps a hundred reasons and counts all")
  func report() {
    var report = ImportReport()
    for line in 1...150 { report.skip(line: line, fr: "vide", en: "empty") }
    #expect(report.skipped.count == 100)
    #expect(report.skippedCount == 150)
  }
}
