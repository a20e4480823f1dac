import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("Who looks at sheets of codes shows who they are, and the register says that somebody looked")
struct LetterSheetTests {
  private func shown(_ commune: TestCommune) throws -> Int {
    try commune.count(
      "SELECT count(*) FROM host_register WHERE kind = 'letters' AND json_extract(leaf, '$.what') = 'shown'")
  }

  @Test("each look is a leaf, and needs a fresh confirmation; after printing there is nothing to see")
  func sheets() throws {
    let commune = try NotesCommune.make()
    let (id, codes) = try commune.letters(2)
    #expect(codes.count == 2)
    #expect(try shown(commune) == 1)
    let clerk = try commune.desk(role: "clerk")
    #expect(clerk.get("/desk/letters/\(id)").body.contains(codes[0]))
    #expect(try shown(commune) == 2)
    commune.now = commune.now.adding(seconds: People.confirmedSeconds)
    let later = clerk.get("/desk/letters/\(id)")
    #expect(later.status == 303 && later.header("Location")?.contains("/desk/confirm") == true)
    #expect(!later.body.contains(codes[0]))
    #expect(try shown(commune) == 2)
    #expect(clerk.get("/desk/letters").status == 200, "the list shows no code")
    let fresh = try commune.desk(role: "clerk")
    #expect(fresh.post("/desk/letters/\(id)/printed", []).status == 303)
    commune.now = commune.now.adding(seconds: People.confirmedSeconds)
    let printed = fresh.get("/desk/letters/\(id)")
    #expect(printed.status == 200 && !printed.body.contains(codes[0]))
    #expect(try shown(commune) == 2)
  }
}
