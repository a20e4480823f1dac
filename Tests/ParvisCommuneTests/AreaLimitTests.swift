import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@testable import ParvisHost

@Suite("A role that holds in a part only")
struct AreaLimitTests {
  @Test("sees nothing of elsewhere: not what was just decided, not similar texts, and reserves nothing")
  func elsewhere() throws {
    let commune = try NotesCommune.make()
    let words = "la même phrase assez longue pour être reconnue comme semblable par la file"
    commune.write(words + " ELSEWHERE", [("label", "trees")])
    commune.write(words + " HERE", [("label", "roads")])
    let host = commune.opened.host
    let role = StaffRole(id: "roads", title: "Routes", permissions: ["host.moderate"], areas: ["notes/roads"])
    let now = commune.now
    try host.ports.store.perform { try host.roles.store(role, at: now, host: host, in: $0) }
    try host.ports.store.reading { try host.roles.reload(in: $0) }
    let clerk = try commune.desk(role: "clerk")
    let desk = try commune.desk(role: "roads")
    #expect(clerk.get("/desk/moderation/2").body.contains("ELSEWHERE"), "they are similar")
    let card = desk.get("/desk/moderation/2")
    #expect(card.status == 200 && card.body.contains("HERE") && !card.body.contains("ELSEWHERE"))
    _ = clerk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult")])
    let made = try commune.count("SELECT max(id) FROM host_decision")
    #expect(clerk.get("/desk/moderation?told=\(made)").body.contains("desk/moderation/1"))
    #expect(!desk.get("/desk/moderation?told=\(made)").body.contains("desk/moderation/1"))
    #expect(desk.post("/desk/moderation/1", [("decision", "hold")]).status == 403)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE holder IS NOT NULL") == 0)
    #expect(desk.post("/desk/moderation/2", [("decision", "hold")]).status == 303)
  }
}
