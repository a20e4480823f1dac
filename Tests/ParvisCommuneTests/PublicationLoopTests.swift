import Glibc
import ParticipationKit
import ParticipationTesting
import ParvisHost
import SQLiteStorage
import SiteGeneration
import Synchronization
import Testing

@testable import ParvisCommune

@Suite("Publishing in the background")
struct PublicationLoopTests {
  /// A clock that a test moves.
  final class Clock: Sendable {
    private let time = Mutex(TestCommune.noon)
    var now: Timestamp { time.withLock { $0 } }
    func advance(_ seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
  }

  @Test("a page that cannot be made is told in the log, keeps its old file, and does not hold the others back")
  func failingPage() throws {
    let folder = try Folder()
    let lines = Lines()
    let clock = Clock()
    let commune = try folder.open(clock: { clock.now }, log: { lines.add($0) })
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    try commune.act("write", ["body": "un"])
    try commune.act("write", ["body": "deux"])
    try commune.decideAll(approve: true, reason: "")
    #expect(eventually { folder.text("site/notes/2.html") != nil })
    let before = folder.text("site/notes/1.html")
    try PublicationLoopTests.setHeadline(commune, 1, "broken")
    #expect(eventually { lines.all.contains { $0.contains("publication failed subject=notes/note/1") } })
    // The page is also due by the clock now: what fails must not be tried again and again without a pause.
    clock.advance(90_000)
    try PublicationLoopTests.setHeadline(commune, 2, "Nouveau titre")
    #expect(eventually { folder.text("site/notes/2.html")?.contains("Nouveau titre") == true })
    #expect(folder.text("site/notes/1.html") == before)
    for number in 3...6 {
      // However often it failed before: what others do is published at once.
      try PublicationLoopTests.setHeadline(commune, 2, "Titre \(number)")
      #expect(eventually(seconds: 3) { folder.text("site/notes/2.html")?.contains("Titre \(number)") == true })
    }
    // Nothing is asked for now: only the pauses between new tries pass, each longer than the one before.
    func failures() -> Int { lines.all.filter { $0.contains("publication failed") }.count }
    let earlier = failures()
    usleep(400_000)
    #expect(failures() - earlier <= 2)
    try PublicationLoopTests.setHeadline(commune, 1, "réparé")
    server.stop()
    #expect(folder.text("site/notes/1.html")?.contains("réparé") == true)
  }

  @Test("a site that cannot be written stops nothing: acts go on, and it is written when it can be")
  func blockedFolder() throws {
    let folder = try Folder()
    let lines = Lines()
    try folder.write("site", "a file where the folder should be")
    let commune = try folder.open(log: { lines.add($0) })
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    #expect(eventually { lines.all.contains { $0.contains("publication stopped") } })
    #expect(WireClient(port: server.port).form("/api/v1/notes/write", "body=un")?.status == 303)
    try OpeningTests.remove(folder.path + "/site")
    #expect(eventually { folder.text("site/notes/index.html") != nil })
    server.stop()
  }

  @Test("bulk dumps are written once an hour and at the stop, and only when something happened since")
  func dumps() throws {
    let folder = try Folder()
    let commune = try folder.open()
    defer { commune.close() }
    _ = try commune.build(out: nil, dryRun: false)
    let clock = Clock()
    let acts = Clock()
    let asked = Lines()
    let turns = Lines()
    let (store, publisher) = (commune.store, commune.publisher)
    let file = Subject("host", "~file", "robots.txt")
    func start() -> PublicationLoop {
      let loop = PublicationLoop(
        publisher: publisher, now: { clock.now },
        nextChange: {
          turns.add("")
          return nil
        },
        enqueueDumps: {
          asked.add("")
          try store.writer().perform {
            try publisher.enqueue([file], in: store.ledger($0, "publication", writes: true))
          }
        }, lastAct: { acts.now }, log: { _ in })
      loop.start(first: {})
      return loop
    }
    func queued() throws -> Int {
      try commune.host.ports.store.reading { try $0("publication").count("SELECT count(*) FROM publication_queue") }
    }
    let loop = start()
    #expect(eventually { !turns.all.isEmpty })
    clock.advance(3600)
    loop.wake()
    #expect(eventually { asked.all.count == 1 })
    #expect(eventually { (try? queued()) == 0 })
    // Nothing happens in the next hour: neither the hour nor the stop asks for them.
    clock.advance(3600)
    loop.stop()
    #expect(asked.all.count == 1)
    let other = start()
    other.wake()
    other.stop()
    #expect(asked.all.count == 2)
    #expect(try queued() == 0)
    // Dumps say as of which act they are, so one that changed nothing public is a reason too.
    let before = turns.all.count
    let last = start()
    #expect(eventually { turns.all.count > before })
    clock.advance(3600)
    last.wake()
    #expect(eventually { asked.all.count == 3 })
    acts.advance(1)
    last.stop()
    #expect(asked.all.count == 4)
  }

  @Test("what waits for a quiet moment is done when nothing is committed, and not while acts come")
  func quiet() throws {
    let folder = try Folder()
    let commune = try folder.open()
    defer { commune.close() }
    _ = try commune.build(out: nil, dryRun: false)
    let runs = Lines()
    let logged = Lines()
    struct Refused: Error {}
    let loop = PublicationLoop(
      publisher: commune.publisher, now: { TestCommune.noon }, nextChange: { nil }, enqueueDumps: {},
      whenQuiet: {
        runs.add("")
        throw Refused()
      }, log: { logged.add($0) })
    let start = ContinuousClock.now
    loop.start(first: {})
    while ContinuousClock.now - start < .seconds(4) {
      loop.wake()
      usleep(50_000)
    }
    #expect(runs.all.isEmpty)
    #expect(eventually { !runs.all.isEmpty })
    // What fails then is said, and the loop goes on.
    #expect(eventually { logged.all.contains { $0.contains("quiet") } })
    loop.wake()
    #expect(eventually { runs.all.count >= 2 })
    loop.stop()
  }

  static func setHeadline(_ commune: Commune, _ id: Int, _ headline: String) throws {
    let (cookie, token) = try commune.signInForTest(role: "clerk")
    let answer = Arrival<Int>()
    let body = "headline=\(headline.replacing(" ", with: "+"))&form_token=\(token)"
    Router(host: commune.host).answer(
      WebRequest(
        method: "POST", path: "/desk/do/notes/headline/\(id)", query: [],
        headers: [("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")],
        body: Array(body.utf8), remoteAddress: "192.0.2.1")
    ) { answer.set($0.status) }
    #expect(answer.value() == 303)
  }
}
