import ParticipationKit
@testable import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

@Suite("Between two heads an honest site is honest, and a hand that changes it is found")
struct WaitingLeafTests {
  let commune: TestCommune
  private let waiting = "register/waiting/0.open.txt"

  /// Three notes, the first with one cheer, all under a head.
  init() throws {
    commune = try NotesCommune.make()
    for body in ["premier", "deuxième", "troisième"] { commune.write(body) }
    try commune.approveAll()
    cheer("a")
    try commune.signHead()
  }

  private func cheer(_ code: String) {
    #expect(commune.post("/api/v1/notes/cheer/1", [("code", code)]).status == 303)
  }

  /// One more cheer and a withdrawal, published, and no head since.
  private func goOn() throws {
    cheer("b")
    try commune.decide("notes", "2", approve: false)
    try commune.publish()
  }

  /// What both checks say is wrong, where what waits is allowed to wait.
  private func errors(_ site: String? = nil, older: String? = nil) throws -> [String] {
    let site = site ?? commune.folder + "/site"
    let ours = try Commune.verifyRegister(site, older: older, allowsWaiting: true)
    let arguments = [site] + (older.map { [$0] } ?? []) + ["--allow-waiting"]
    let other = try OtherVerifier.run("verify_register.py", arguments, telling: commune.folder + "/other.txt")
    #expect(ours.isGood == (other.code == 0), "\(ours.findings) and \(other.words)")
    return ours.findings.filter { $0.severity == .error }.map { $0.line("en") }
  }

  @Test("one support and one withdrawal before the day’s head: nothing is wrong, and what waits is said to wait")
  func honest() throws {
    let older = try commune.copySite("older")
    try goOn()
    #expect(try errors() == [])
    #expect(try errors(older: older) == [])
    let strict = try commune.findingsOfBoth()
    #expect(strict.count == 2 && strict.allSatisfy { $0.contains("waits for a signed head") }, "\(strict)")
    let between = try commune.copySite("between")
    try commune.signHead()
    #expect(try commune.findingsOfBoth(older: between) == [])
    #expect(!commune.files().contains { $0.path.hasPrefix("register/waiting") }, "the head covers them")
  }

  @Test("a note that appears and is supported before the day’s head waits with its count")
  func new() throws {
    try commune.publishNote("quatrième")
    #expect(commune.post("/api/v1/notes/cheer/4", [("code", "x")]).status == 303)
    try commune.publish()
    #expect(try errors() == [])
    try commune.tamper("notes", "UPDATE notes_note SET cheers = 9 WHERE id = 4")
    _ = try commune.fullBuild()
    #expect(try errors(commune.folder + "/full").contains { $0.contains("“cheers” is 9, the register counts 1") })
  }

  @Test("in the same hours a count or a row that was changed by hand is found")
  func tampered() throws {
    try goOn()
    try commune.tamper("notes", "UPDATE notes_note SET cheers = 33 WHERE id = 1")
    try commune.tamper("notes", "DELETE FROM notes_note WHERE id = 3")
    _ = try commune.fullBuild()
    let found = try errors(commune.folder + "/full")
    #expect(found.contains { $0.contains("“cheers” is 33, the register counts 2") }, "\(found)")
    #expect(found.contains { $0.contains("notes/note/3, published by leaf") && $0.contains("is nowhere") }, "\(found)")
  }

  @Test("a site without the leaves that explain it is not believed")
  func unexplained() throws {
    try goOn()
    let copy = try commune.copySite("copy")
    try TestFiles.replace(copy + "/" + waiting, nil)
    let found = try errors(copy)
    #expect(found.contains { $0.contains("“cheers” is 2, the register counts 1") }, "\(found)")
    #expect(found.contains { $0.contains("notes/note/2") && $0.contains("without a decision") }, "\(found)")
  }

  @Test("what waited in an older copy must be what the register holds later, and what waits must fit the head")
  func forged() throws {
    try goOn()
    let older = try commune.copySite("older")
    let lines = try #require(commune.file(waiting))
    let forged = Array(lines.split(separator: "off-topic").joined(separator: "insult").utf8)
    try TestFiles.replace(older + "/" + waiting, forged)
    #expect(
      try errors(older: older).contains { $0.contains("which waited in the older copy, is missing or was changed") })
    try commune.signHead()
    #expect(
      try errors(older: older).contains { $0.contains("which waited in the older copy, is missing or was changed") })
    let copy = try commune.copySite("copy")
    try TestCommune.write(forged, to: copy + "/" + waiting)
    #expect(try errors(copy).contains { $0.contains("is not that of the register") })
  }

  @Test("the file is the same from a publication as from a whole build, and tells no secret act")
  func contents() throws {
    let code = try commune.letters(1).codes[0]
    #expect(commune.act("ballot", [("access_code", code)]).status == 303)
    try goOn()
    let lines = try #require(commune.file(waiting))
    #expect(!lines.contains("ballot") && lines.contains("notes/cheer") && lines.contains("withdrawn"))
    let built = try commune.fullBuild().first { $0.path == waiting }
    #expect(built?.bytes == Array(lines.utf8))
  }

  @Test("many leaves stand in several files, of which the last alone is written again")
  func bundles() throws {
    let host = commune.opened.host
    try host.ports.store.perform { ledgers in
      for _ in 0..<600 {
        let counts = JSONValue.array([CountChange(Subject("notes", "note", "1"), "cheers").value])
        try host.register.append(
          kind: "act", what: "notes/cheer", subject: "notes/note/1", payload: [], at: host.ports.now(),
          details: [("counts", counts)], in: ledgers)
      }
      _ = try ledgers("notes").execute("UPDATE notes_note SET cheers = cheers + 600 WHERE id = 1")
    }
    _ = try commune.build()
    #expect(try errors() == [])
    let files = commune.files().filter { $0.path.hasPrefix("register/waiting/") }
    #expect(files.map(\.path).sorted() == ["0.open.txt", "1.txt", "2.open.txt"].map { "register/waiting/" + $0 })
    let fixed = try host.ports.store.reading { try host.registerFiles.waiting(in: $0.host).map(\.isFixed) }
    #expect(fixed == [false, true, false])
  }
}
