import ParticipationKit
import Testing

@testable import ParticipationTesting

@Suite("Golden pages")
struct GoldenPageTests {
  private func commune() throws -> TestCommune {
    let commune = try TestCommune([BrokenModule.box])
    commune.post("/api/v1/box/suggest", [("words", "Un banc près du lavoir")])
    try commune.approveAll()
    _ = try commune.build()
    return commune
  }

  @Test("the page of an idea is what was committed; this is how an author uses it")
  func committed() throws {
    let commune = try commune()
    #expect(try commune.goldenDifference("box/1.html", name: "idea.txt") == nil)
    #expect(try commune.goldenDifference("box/ideas.csv", name: "ideas.csv") == nil)
  }

  @Test("a page that changed is told line by line, and the committed file stays")
  func changed() throws {
    let commune = try commune()
    let folder = commune.folder + "/tests"
    try TestCommune.write("<main>\n  Un banc près du pont\n", to: folder + "/Golden/idea.txt")
    let difference = try #require(
      try commune.goldenDifference("box/1.html", name: "idea.txt", folder + "/Test.swift", isReview: false))
    #expect(difference.contains("PARVIS_REVIEW=1"))
    #expect(difference.contains("- ") && difference.contains("Un banc près du pont"))
    #expect(difference.contains("+ ") && difference.contains("Un banc près du lavoir"))
    #expect(TestCommune.read(folder + "/Golden/idea.txt").map { $0.count } == 31)
  }

  @Test("a review writes the new page, after which nothing differs")
  func review() throws {
    let commune = try commune()
    let test = commune.folder + "/tests/Test.swift"
    let missing = try commune.goldenDifference("box/1.html", name: "idea.txt", test, isReview: false)
    #expect(missing?.contains("is missing") == true)
    #expect(try commune.goldenDifference("box/1.html", name: "idea.txt", test, isReview: true) == nil)
    #expect(try commune.goldenDifference("box/1.html", name: "idea.txt", test, isReview: false) == nil)
    let written = String(decoding: TestCommune.read(commune.folder + "/tests/Golden/idea.txt") ?? [], as: UTF8.self)
    #expect(written.split(separator: "\n").first?.hasPrefix("<main") == true, "the host’s header is not in it")
  }

  @Test("a page that was not emitted is an error and not an empty page")
  func absent() throws {
    #expect(throws: TestCommune.Failure.self) { try self.commune().goldenDifference("box/99.html", name: "x.txt") }
  }
}
