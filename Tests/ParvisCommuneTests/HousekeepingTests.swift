import Glibc
import ParticipationKit
import ParticipationTesting
import SQLiteStorage
import Testing

@testable import ParvisCommune
@testable import ParvisHost

@Suite("Writing the database file anew after an erasure")
struct HousekeepingTests {
  struct ReaderStays: Error {}

  private let clock = Ticking(TestCommune.noon)
  private let done = Lines()

  private func commune() throws -> (Folder, Commune) {
    let folder = try Folder()
    let clock = clock
    return (folder, try folder.open(clock: { clock.now }))
  }

  private func housekeeping(
    _ commune: Commune, bytes: Int = 1, emptyLog: @escaping @Sendable () throws -> Void = {}
  ) -> Housekeeping {
    let done = done
    return Housekeeping(
      host: commune.host,
      work: Housekeeping.Work(
        bytes: { bytes }, rebuild: { done.add("rebuilt") },
        emptyLog: {
          try emptyLog()
          done.add("emptied")
        }), log: { _ in })
  }

  private func erase(_ commune: Commune) throws {
    let (host, now) = (commune.host, clock.now)
    try host.ports.store.perform { try host.erasures.askForCompaction(now, in: $0) }
  }

  @discardableResult
  private func turn(_ housekeeping: Housekeeping) -> Bool {
    housekeeping.before().map { housekeeping.after($0) } ?? true
  }

  @Test(
    "the first erasure does it at once; of those of the next six hours the log is emptied, so that writes rarely wait")
  func coalesced() throws {
    let (_, commune) = try commune()
    defer { commune.close() }
    let housekeeping = housekeeping(commune)
    try erase(commune)
    turn(housekeeping)
    #expect(done.all == ["rebuilt", "emptied"])
    #expect(try commune.host.compactionAsked() == nil)
    for minutes: Int64 in [10, 90, 350] {
      clock.set(TestCommune.noon.adding(seconds: minutes * 60))
      try erase(commune)
      turn(housekeeping)
      turn(housekeeping)
    }
    #expect(done.all == ["rebuilt", "emptied", "emptied", "emptied", "emptied"])
    #expect(try commune.host.compactionAsked() != nil)
    clock.set(TestCommune.noon.adding(seconds: 6 * 3600))
    turn(housekeeping)
    turn(housekeeping)
    #expect(done.all.suffix(2) == ["rebuilt", "emptied"] && done.all.count == 7)
    #expect(try commune.host.compactionAsked() == nil)
  }

  @Test("a large file waits for the night")
  func large() throws {
    let (_, commune) = try commune()
    defer { commune.close() }
    let housekeeping = housekeeping(commune, bytes: 1 << 30)
    try erase(commune)
    turn(housekeeping)
    #expect(done.all == ["emptied"])
    let midnight = (1...36).map { TestCommune.noon.adding(seconds: $0 * 3600) }
      .first { commune.host.zone.civil($0).hour == 1 }
    clock.set(try #require(midnight))
    turn(housekeeping)
    #expect(done.all == ["emptied", "rebuilt", "emptied"])
  }

  @Test("when a reader keeps the log, only the log is emptied again, and the file is not written twice")
  func readerStays() throws {
    let (_, commune) = try commune()
    defer { commune.close() }
    let tries = Lines()
    let housekeeping = housekeeping(commune) {
      tries.add("")
      if tries.all.count < 3 { throw ReaderStays() }
    }
    try erase(commune)
    // What is not done is said, so that the loop tries again in a second and not in an hour.
    #expect((1...4).map { _ in turn(housekeeping) } == [false, false, true, true])
    #expect(done.all == ["rebuilt", "emptied"])
    #expect(try commune.host.compactionAsked() == nil)
  }

  @Test("a page that cannot be made does not keep erased words in the file")
  func failingPage() throws {
    let folder = try Folder()
    let lines = Lines()
    let commune = try folder.open(log: { lines.add($0) })
    let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    try commune.act("write", ["body": "un"])
    try commune.decideAll(approve: true, reason: "")
    #expect(eventually { folder.text("site/notes/1.html") != nil })
    try PublicationLoopTests.setHeadline(commune, 1, "broken")
    #expect(eventually { lines.all.contains { $0.contains("publication failed") } })
    try erase(commune)
    #expect(eventually { (try? commune.host.compactionAsked()) == .some(nil) })
  }
}

@Suite("Waiting for a time")
struct MonitorTests {
  @Test("the pause is measured by a clock that nobody sets back, and ends")
  func monotonic() {
    #expect(Monitor<Int>.waitingClock == CLOCK_MONOTONIC)
    let monitor = Monitor(0)
    var before = timespec()
    var after = timespec()
    clock_gettime(CLOCK_MONOTONIC, &before)
    let nothing: Int? = monitor.wait(seconds: 1) { _ in nil }
    clock_gettime(CLOCK_MONOTONIC, &after)
    let waited = Double(after.tv_sec - before.tv_sec) + Double(after.tv_nsec - before.tv_nsec) / 1e9
    #expect(nothing == nil && waited >= 0.99)
  }
}

@Suite("What the store says of itself")
struct StoreErrorTests {
  @Test("a failing disk is not called a full one")
  func disk() throws {
    func reason(_ code: ResultCode) -> String? {
      (StoreErrors.forHost(SQLiteError(code: code, message: "")) as? StoreUnavailable)?.reason
    }
    #expect(reason(.full) == "full")
    #expect(reason(.noRoomForIndex) == "full")
    #expect(reason(.inputOutput) == "disk")
    let commune = try NotesCommune.make()
    let problem = ProblemResponder(host: commune.opened.host).problem(StoreUnavailable(reason: "disk"), locale: "fr")
    #expect(problem.status == 503 && problem.code == "disk" && !problem.detail.contains("plein"))
    let told = Transfers.inWords(StoreUnavailable(reason: "disk"), file: "f", database: "d") as? CommuneError
    #expect(told?.kind == .failed && told?.message("fr").contains("plein") == false)
  }

  @Test("an address that this machine does not have is not called a taken port")
  func address() throws {
    let folder = try Folder()
    let commune = try folder.open()
    defer { commune.close() }
    let error = #expect(throws: CommuneError.self) {
      _ = try CommuneServer.start(commune, host: "192.0.2.1", port: 0, behindProxy: false)
    }
    #expect(error?.kind == .badAddress && error?.exitCode == 3)
  }
}
