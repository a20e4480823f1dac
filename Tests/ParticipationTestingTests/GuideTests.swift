import ParticipationKit
import Testing

@testable import ParticipationTesting

@Suite("The author’s guide to the kit")
struct GuideTests {
  private static let begin = "<!-- rules -->\n"
  private static let end = "<!-- /rules -->"

  private var table: String {
    var lines = ["| rule | level | what is asked | why |", "|---|---|---|---|"]
    for rule in Conformance.rules {
      let mark = rule.isStatic ? " ◦" : rule.needsFolder ? " ▫" : ""
      lines.append(
        "| `\(rule.id)`\(mark) | \(rule.level.name) | \(rule.titles["en"] ?? "") | \(rule.reasons["en"] ?? "") |")
    }
    lines += ["", "◦ also at each start of a server; ▫ needs the module’s folder.", ""]
    return lines.joined(separator: "\n")
  }

  @Test("its table holds exactly the rules that the kit has")
  func rules() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = root + "/Sources/ParticipationTesting/README.md"
    let bytes = try #require(TestCommune.read(path))
    let start = try #require(bytes.firstRange(of: Array(Self.begin.utf8))).upperBound
    let stop = try #require(bytes.firstRange(of: Array(Self.end.utf8))).lowerBound
    if TestCommune.isReviewing {
      try TestCommune.write(Array(bytes[..<start]) + Array(table.utf8) + Array(bytes[stop...]), to: path)
      return
    }
    #expect(
      String(decoding: bytes[start..<stop], as: UTF8.self) == table,
      "the guide is behind; run this test with PARVIS_REVIEW=1 and look at the difference")
  }
}
