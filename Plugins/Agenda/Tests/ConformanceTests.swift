import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

@Suite("The conformance kit on the module")
struct ConformanceTests {
  @Test("every rule up to gold is kept, and what is beyond it too")
  func kept() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let folder = try #require(ModuleFolder(path))
    let report = Conformance.check(ModuleDescriptor(AgendaModule.self), folder: folder)
    #expect(report.reaches(.gold), "\(report.lines("en").joined(separator: "\n"))")
    #expect(report.results.allSatisfy { $0.state != .exempted })
  }
}
