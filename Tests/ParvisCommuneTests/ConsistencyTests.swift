import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import SiteGeneration
import Testing

@Suite("The site and the database agree")
struct ConsistencyTests {
  @Test("after many acts the site written act by act equals a full build, byte for byte", arguments: [1, 2, 3])
  func incrementalEqualsFull(seed: UInt64) throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    var town = Town(commune, try commune.desk(role: "clerk"), SplitMix(seed: seed))
    for step in 1...60 {
      try town.turn()
      if step % 7 == 0 { try commune.publish() }
    }
    try commune.publish()
    #expect(town.accepted > 30)
    let full = try commune.fullBuild()
    let site = commune.files()
    #expect(site.map(\.path) == full.map(\.path))
    for (one, other) in zip(site, full) where one.bytes != other.bytes { Issue.record("\(one.path) differs") }
    #expect(try commune.brokenLinks() == [])
    #expect(commune.filesHolding("SECRET") == [])
  }

  @Test("two builds of the same database give the same bytes")
  func deterministic() throws {
    let commune = try NotesCommune.make()
    for body in ["un", "deux", "trois"] { try commune.publishNote(body) }
    let first = try commune.fullBuild()
    let second = try commune.fullBuild()
    #expect(first.map(\.path) == second.map(\.path))
    #expect(zip(first, second).allSatisfy { $0.bytes == $1.bytes })
  }

  @Test("a second build of an unchanged commune writes no file")
  func unchangedBuild() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un")
    let report = try commune.opened.build(out: nil, dryRun: false)
    #expect(report.written == 0 && report.deleted == 0 && report.unchanged > 10)
    let dry = try commune.opened.build(out: nil, dryRun: true)
    #expect(dry.written == 0 && dry.deleted == 0)
  }

  @Test("a dry run says what a build would do and does nothing")
  func dryRun() throws {
    let commune = try NotesCommune.make()
    commune.write("un")
    try commune.approveAll()
    let report = try commune.opened.build(out: nil, dryRun: true)
    #expect(report.written > 10)
    #expect(commune.files().isEmpty)
  }

  @Test("two communes in one process share nothing: words, receipts, keys, sessions")
  func twoCommunes() throws {
    let one = try NotesCommune.make()
    let other = try NotesCommune.make()
    let sent = one.write("MARKalone ici")
    other.write("ailleurs")
    try one.approveAll()
    try one.publish()
    try other.publish()
    #expect(one.file("notes/1.html")?.contains("MARKalone ici") == true)
    #expect(other.files().allSatisfy { !$0.bytes.holds("MARKalone") })
    #expect(other.get(sent.header("Location") ?? "").status == 404)
    let (cookie, token) = try one.opened.signInForTest(role: "administrator")
    #expect(one.get("/desk", headers: [("Cookie", cookie)]).status == 200)
    #expect(other.get("/desk", headers: [("Cookie", cookie)]).header("Location") == "/desk/sign-in")
    #expect(!token.isEmpty)
    #expect(one.opened.host.seal(module: "notes", [1]) != other.opened.host.seal(module: "notes", [1]))
  }
}

/// People who act at random: notes, comments, cheers, decisions, revisions, answers, headlines.
private struct Town {
  let commune: TestCommune
  var desk: TestDesk
  var dice: SplitMix
  var accepted = 0
  private var step = 0

  init(_ commune: TestCommune, _ desk: TestDesk, _ dice: SplitMix) {
    self.commune = commune
    self.desk = desk
    self.dice = dice
  }

  mutating func turn() throws {
    step += 1
    commune.now = commune.now.adding(seconds: Int64.random(in: 60...9_000, using: &dice))
    // A session lasts twelve hours, four steps at most ten: without this the desk would soon do nothing.
    if step % 4 == 0 { desk = try commune.desk(role: "clerk") }
    let answer = try act(Int.random(in: 0..<10, using: &dice))
    if let answer, answer.status < 400 { accepted += 1 }
  }

  private mutating func act(_ choice: Int) throws -> TestCommune.Answer? {
    let notes = try commune.count("SELECT count(*) FROM notes_note", in: "notes")
    let cases = try commune.count("SELECT count(*) FROM host_moderation")
    let note = String(Int.random(in: 1...max(1, notes), using: &dice))
    let entry = String(Int.random(in: 1...max(1, cases), using: &dice))
    switch choice {
    case 0...2: return commune.write("Mot *\(step)*\n\nœuvre & <b>\(step)", [("email", "SECRET\(step)@essai.example")])
    case 3: return commune.post("/api/v1/notes/cheer/\(note)", [("code", "c\(step)")])
    case 4:
      return commune.post(
        "/api/v1/comments/add/notes/note/\(note)",
        [("kind", "question"), ("body", "SAID\(step) ?"), ("block", step % 2 == 0 ? "0" : "")])
    case 5:
      return desk.post("/desk/moderation/\(entry)", [("decision", "refuse"), ("reason", "off-topic")])
    case 6: return desk.act("notes", "headline", key: note, [("headline", "Titre \(step)")])
    case 7:
      return desk.act("answers", "publish", key: "notes/note/\(note)", [("body", "Oui \(step)"), ("author", "Mairie")])
    default: return desk.post("/desk/moderation/\(entry)", [("decision", "approve")])
    }
  }
}
