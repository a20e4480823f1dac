import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@Suite("Approved now, public later")
struct EmbargoTests {
  private func approve(_ commune: TestCommune, _ day: String) throws -> TestCommune.Answer {
    try commune.desk(role: "clerk").post("/desk/moderation/1", [("decision", "approve"), ("public_at", day)])
  }

  @Test("nothing is public before the day; on it the page appears by itself, with a leaf; the receipt says the day")
  func released() throws {
    let commune = try NotesCommune.make()
    let sent = commune.write("surprise")
    #expect(try approve(commune, "2026-11-22T08:00").status == 303)
    try commune.publish()
    #expect(commune.filesHolding("surprise").isEmpty)
    #expect(
      commune.get(sent.header("Location") ?? "").body.contains("Il sera public à partir du dimanche 22 novembre 2026"))
    #expect(try commune.desk(role: "clerk").get("/desk/moderation?view=embargoed").body.contains("surprise"))
    // 08:00 in Paris is 07:00 UTC in November.
    commune.now = Timestamp(seconds: 1_795_330_799)
    try commune.publish()
    #expect(commune.filesHolding("surprise").isEmpty)
    commune.now = Timestamp(seconds: 1_795_330_800)
    try commune.publish()
    #expect(commune.file("notes/1.html")?.contains("surprise") == true)
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE leaf LIKE '%released%'") == 1)
    try commune.publish()
    #expect(try commune.count("SELECT count(*) FROM host_register WHERE leaf LIKE '%released%'") == 1)
  }

  @Test("asking who waits reads those that wait and not every approved record: it is asked after each act")
  func cheapToAsk() throws {
    let commune = try NotesCommune.make()
    for ending in ["ORDER BY public_at, id LIMIT 1", ""] {
      let plan = try commune.rows("EXPLAIN QUERY PLAN SELECT public_at FROM \(Host.waitingForTheirDay) \(ending)")
      let steps = try plan.map { try $0.text("detail") }
      #expect(steps.count == 1)
      #expect(steps.first?.contains("host_moderation_embargo") == true, "\(steps)")
    }
  }

  @Test(
    "the day is the commune’s own, also when the clocks change, in the hour that is missing and the one that is twice")
  func daylight() throws {
    for (day, second) in [
      // 28 March 2027: 02:30 does not exist and moves on to 03:30 summer time, 01:30 UTC.
      ("2027-03-28T02:30", Int64(1_806_197_400)), ("2027-03-28T03:30", 1_806_197_400),
      // 31 October 2027: 02:30 is twice; the first one counts, 00:30 UTC.
      ("2027-10-31T02:30", 1_824_942_600), ("2027-10-31T03:30", 1_824_949_800),
    ] {
      let commune = try NotesCommune.make()
      commune.write("surprise")
      #expect(try approve(commune, day).status == 303)
      let row = try #require(try commune.rows("SELECT public_at FROM host_moderation").first)
      #expect(try row.timestamp("public_at") == Timestamp(seconds: second), "\(day)")
    }
  }

  @Test("a day in the past, nonsense, or a record that is public already is refused")
  func refusals() throws {
    let commune = try NotesCommune.make()
    commune.write("surprise")
    for day in ["2026-11-21T10:00", "2020-01-01T00:00", "demain", "2026-02-30T10:00"] {
      #expect(try approve(commune, day).status == 422, "\(day)")
    }
    #expect(try commune.count("SELECT count(*) FROM host_decision") == 0)
    try commune.approveAll()
    #expect(try approve(commune, "2027-01-01T00:00").status == 422)
  }

  @Test("a decision before the day takes the embargo’s place, and undoing the embargo too")
  func overtaken() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    commune.write("surprise")
    _ = try approve(commune, "2026-11-22T08:00")
    #expect(desk.post("/desk/moderation/1", [("decision", "refuse"), ("reason", "insult")]).status == 303)
    commune.now = commune.now.adding(seconds: 10 * 3600)
    _ = desk.post("/desk/moderation/1", [("decision", "approve"), ("public_at", "2026-11-22T20:00")])
    let id = try commune.count("SELECT max(id) FROM host_decision")
    #expect(desk.post("/desk/undo/\(id)", []).status == 303)
    commune.now = commune.now.adding(seconds: 5 * 86_400)
    try commune.publish()
    #expect(commune.filesHolding("surprise").isEmpty)
    #expect(try commune.rows("SELECT state FROM host_moderation").first?.text("state") == "refused")
  }

  @Test("the day comes also when the server was off on it, and a running server needs no act to notice")
  func restart() throws {
    let folder = try Folder()
    let clock = Ticking(TestCommune.noon)
    let first = try folder.open(clock: { clock.now })
    try first.act("write", ["body": "surprise"])
    try first.decideForTest(1, publicAt: clock.now.adding(seconds: 3600))
    first.close()
    clock.set(TestCommune.noon.adding(seconds: 7200))
    let second = try folder.open(clock: { clock.now })
    let server = try CommuneServer.start(second, host: "127.0.0.1", port: 0, behindProxy: false)
    #expect(eventually { folder.text("site/notes/1.html")?.contains("surprise") == true })
    server.stop()
  }
}
