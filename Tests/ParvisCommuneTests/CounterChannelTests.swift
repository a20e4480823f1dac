import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("How an act came that the town hall entered is public")
struct CounterChannelTests {
  @Test("its leaf and the moderator’s case name the channel; what residents send themselves names none")
  func channel() throws {
    let commune = try NotesCommune.make()
    let clerk = try commune.desk(role: "clerk")
    #expect(
      clerk.post(
        "/desk/counter/do/notes/write", [("counter_channel", "paper"), ("body", "écrit au stylo")]
      ).status == 303)
    commune.write("envoyé du téléphone")
    func channel(_ position: Int) throws -> String? {
      let leaf = try commune.rows("SELECT leaf FROM host_register WHERE kind = 'act' ORDER BY position")[position]
      return try JSONValue.parse(Array(leaf.text("leaf").utf8))["channel"]?.asString
    }
    #expect(try channel(0) == "paper")
    #expect(try channel(1) == nil)
    #expect(clerk.get("/desk/moderation/1").body.contains("Saisi par la mairie\u{A0}: sur papier"))
    #expect(!clerk.get("/desk/moderation/2").body.contains("Saisi par la mairie"))
    try commune.approveAll()
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
  }
}
