import ParticipationKit
import ParticipationTesting
import Testing

@testable import Untitled

/// In a tree of Parvis (`Plugins/Untitled`): swift test --filter UntitledTests
@Suite("Untitled")
struct UntitledTests {
  @Test("what was sent is on the page once it was approved, and not before")
  func journey() throws {
    let commune = try TestCommune([ModuleDescriptor(UntitledModule.self)])
    let answer = commune.post("/api/v1/untitled/suggest", json: ["words": "Un banc place du Lavoir"])
    #expect(answer.status == 201)
    try commune.publish()
    #expect(commune.file("untitled/index.html")?.contains("Un banc") == false)
    try commune.approveAll()
    try commune.publish()
    #expect(commune.file("untitled/index.html")?.contains("Un banc") == true)
  }
}
