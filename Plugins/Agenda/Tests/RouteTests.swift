import ParticipationKit
import ParticipationTesting
import Testing

@testable import Agenda

@Suite("Who may use the routes of the module")
struct RouteTests {
  @Test("each role gets its own screens and actions and nobody else any")
  func matrix() throws {
    let commune = try TestCommune([ModuleDescriptor(AgendaModule.self)])
    #expect(try commune.routeFindings() == [])
  }
}
