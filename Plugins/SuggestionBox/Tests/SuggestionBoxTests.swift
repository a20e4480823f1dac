import ParticipationKit
import Testing

@testable import ParticipationTesting
@testable import SuggestionBox

/// The module of the author's guide in a commune: what the guide promises, on a real database and in a real folder.
@Suite("The smallest useful module")
struct SuggestionBoxTests {
  private let commune: TestCommune
  private static let descriptor = ModuleDescriptor(SuggestionBoxModule.self)

  init() throws {
    commune = try TestCommune([Self.descriptor], languages: ["fr", "en"])
    try commune.publish()
  }

  private static func folder() throws -> ModuleFolder {
    let path = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return try #require(ModuleFolder(path))
  }

  @Test("form, page, JSON, moderation and feed in two languages take at most a hundred lines")
  func size() throws {
    let folder = try Self.folder()
    let files = folder.files(in: "Sources")
    let lines = files.map { file in
      (folder.text("Sources/\(file)") ?? "").split(separator: "\n", omittingEmptySubsequences: false).count - 1
    }
    #expect(files.count == 1 && lines.reduce(0, +) <= 100, "the guide quotes one file that is read in a minute")
    let keys = try Self.descriptor.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json).keys }
    #expect(keys.count == 2 && keys.first == keys.last)
  }

  @Test("an idea is public when a moderator approved it: page, both languages, JSON and feed")
  func approved() throws {
    let answer = commune.post("/api/v1/suggestions/suggest", [("words", "Un banc <près> du lavoir")])
    #expect(answer.status == 303)
    try commune.publish()
    #expect(commune.files().allSatisfy { !String(decoding: $0.bytes, as: UTF8.self).contains("lavoir") })
    try commune.approveAll()
    try commune.publish()
    #expect(commune.file("suggestions/index.html")?.contains("Un banc &lt;près&gt; du lavoir") == true)
    #expect(commune.file("en/suggestions/index.html")?.contains("Un banc &lt;près&gt; du lavoir") == true)
    #expect(commune.file("api/v1/suggestions/index.json")?.contains(#"["Un banc \u003cprès> du lavoir"]"#) == true)
    #expect(commune.file("suggestions/feed.atom")?.contains("suggestions/index.html#idea-1") == true)
    #expect(try commune.brokenLinks() == [])
  }

  @Test("a refused idea never reaches a file")
  func refused() throws {
    #expect(commune.post("/api/v1/suggestions/suggest", [("words", "MOT-REFUSE")]).status == 303)
    try commune.refuseAll(reason: "personal-data")
    try commune.publish()
    let holding = commune.files().filter { String(decoding: $0.bytes, as: UTF8.self).contains("MOT-REFUSE") }
    #expect(holding.isEmpty)
  }

  @Test("the form refuses what it declares: nothing, too much, a field of nobody")
  func validation() {
    #expect(commune.post("/api/v1/suggestions/suggest", [("words", " ")]).status == 422)
    #expect(commune.post("/api/v1/suggestions/suggest", [("words", String(repeating: "x", count: 501))]).status == 422)
    #expect(commune.post("/api/v1/suggestions/suggest", json: ["words": "a", "other": 1]).status == 422)
    #expect(commune.post("/api/v1/suggestions/suggest", json: ["words": "a"]).status == 201)
  }

  @Test("what acts wrote little by little is what a full build writes")
  func incremental() throws {
    for number in 1...3 {
      #expect(commune.post("/api/v1/suggestions/suggest", [("words", "Idée \(number)")]).status == 303)
    }
    try commune.approveAll()
    try commune.publish()
    let published = commune.files().map { $0.path + "\n" + String(decoding: $0.bytes, as: UTF8.self) }
    let built = try commune.fullBuild().map { $0.path + "\n" + String(decoding: $0.bytes, as: UTF8.self) }
    #expect(published.sorted() == built.sorted())
  }

  @Test("the empty box says so")
  func empty() {
    #expect(commune.file("suggestions/index.html")?.contains("Aucune idée n’est encore publiée.") == true)
    #expect(commune.file("api/v1/suggestions/index.json")?.contains(#""ideas":[]"#) == true)
  }

  @Test("the conformance kit finds nothing to say")
  func conformance() throws {
    let report = Conformance.check(Self.descriptor, folder: try Self.folder())
    #expect(report.reaches(.platinum), "\(report.lines("en").joined(separator: "\n"))")
  }
}
