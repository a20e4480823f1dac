import ParticipationKit
import ParticipationTesting
import ParvisCommune
@testable import ParvisHost
import Testing

@Suite("Against abuse")
struct AbuseTests {
  static let path = "/api/v1/notes/write"

  /// A note with a solution of its puzzle, as the script finds it.
  private func worked(_ commune: TestCommune, _ body: String, elapsed: Int = 9000) -> TestCommune.Answer {
    let bytes = Array("body=\(PercentCoding.encode(body))".utf8)
    let sealing = commune.opened.host.ports.sealing
    let hour = commune.now.seconds / 3600
    let head = "\(AbuseTests.path)\n\(hour)\n\(hexadecimal(sealing.sha256(bytes)))\n"
    var nonce = 0
    while ActSignals.leadingZeroBits(sealing.sha256(Array((head + String(nonce)).utf8))) < ActSignals.bits {
      nonce += 1
    }
    return commune.send(
      "POST", AbuseTests.path, bytes,
      [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
        ("Parvis-Work", "\(hour):\(nonce)"), ("Parvis-Elapsed", String(elapsed)),
      ])
  }

  @Test("a solved puzzle gives one connection more acts an hour; without script the ordinary limit holds")
  func room() throws {
    let plain = try NotesCommune.make()
    var accepted = 0
    for number in 0..<200 where plain.write("mot \(number)").status == 303 { accepted += 1 }
    #expect(accepted > 0 && accepted < 200)
    let other = try NotesCommune.make()
    for number in 0..<(accepted * ActSignals.room) { #expect(worked(other, "mot \(number)").status == 201) }
    #expect(worked(other, "un de trop").status == 429)
  }

  @Test("a solution counts for its own words, path and hour only")
  func bound() throws {
    let sealing = try NotesCommune.make().opened.host.ports.sealing
    let now = TestCommune.noon
    func signals(_ body: String, _ path: String, _ work: String) -> Bool {
      let request = WebRequest(
        method: "POST", path: path, query: [], headers: [("Parvis-Work", work)], body: Array(body.utf8),
        remoteAddress: "192.0.2.7")
      return ActSignals(request, sealing: sealing, now: now).isWorked
    }
    let hour = now.seconds / 3600
    let head = "/a\n\(hour)\n\(hexadecimal(sealing.sha256(Array("words".utf8))))\n"
    var nonce = 0
    while ActSignals.leadingZeroBits(sealing.sha256(Array((head + String(nonce)).utf8))) < ActSignals.bits {
      nonce += 1
    }
    #expect(signals("words", "/a", "\(hour):\(nonce)"))
    #expect(!signals("other", "/a", "\(hour):\(nonce)"))
    #expect(!signals("words", "/b", "\(hour):\(nonce)"))
    #expect(!signals("words", "/a", "\(hour - 2):\(nonce)"))
    for broken in ["", ":", "x:1", "\(hour)", "\(hour):-1", String(repeating: "9", count: 200), "\(hour):\(nonce):1"] {
      #expect(!signals("words", "/a", broken), "\(broken)")
    }
  }

  @Test("where notes are public at once, one sent faster than anybody types waits to be read, and is not lost")
  func tooFast() throws {
    let commune = try NotesCommune.make(configuration: "moderation:\n  mode: after")
    #expect(worked(commune, "envoyé à la main, tranquillement").status == 201)
    #expect(worked(commune, "envoyé par une machine pressée", elapsed: 40).status == 201)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE shown = 1") == 1)
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE state = 'pending' AND shown = 0") == 1)
  }

  @Test("while a module is calm, nothing of it is public before it was read")
  func calm() throws {
    let commune = try NotesCommune.make(configuration: "moderation:\n  mode: after")
    let desk = try commune.desk(role: "clerk")
    desk.post(
      "/desk/calm/set", [("scope", "notes"), ("mode", "moderated"), ("until", "2026-11-25T18:00"), ("words_fr", "")])
    commune.write("un mot de plus")
    #expect(try commune.count("SELECT count(*) FROM host_moderation WHERE shown = 1") == 0)
  }

  @Test("the same words from several connections are all taken, and the moderator sees how often they came")
  func copies() throws {
    let commune = try NotesCommune.make()
    let bodies = [
      "Rendez le grand pré à la commune, et vite !", "RENDEZ le grand pré à la commune ; et vite",
      "Tout autre chose, vraiment",
    ]
    for (number, body) in bodies.enumerated() {
      let answer = commune.send(
        "POST", AbuseTests.path, Array("body=\(PercentCoding.encode(body))".utf8),
        [("Content-Type", "application/x-www-form-urlencoded")], from: "198.51.100.\(number)")
      #expect(answer.status == 303)
    }
    let page = try commune.desk(role: "clerk").get("/desk/moderation").body
    #expect(page.components(separatedBy: "1 fois encore") == 3)
  }

  @Test("a name is shown whole, in part or not at all, as its author chose; what is not shown is not stored")
  func names() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    for choice in ["none", "first", "full"] {
      commune.post(
        "/api/v1/comments/add/notes/note/1",
        [("kind", "comment"), ("body", "avis \(choice)"), ("author", "Ana MARK\(choice)"), ("name_shown", choice)])
    }
    let names = try commune.rows("SELECT author FROM host_comment ORDER BY id").map { try $0.text("author") }
    #expect(names == ["", "Ana", "Ana MARKfull"])
    try commune.publish()
    let page = commune.file("notes/1.html") ?? ""
    #expect(page.contains("value=\"none\" checked"), "nothing is chosen for people but no name")
  }
}

extension String {
  /// How many pieces a separator makes.
  fileprivate func components(separatedBy separator: String) -> Int {
    var count = 1
    var rest = Array(utf8)[...]
    let wanted = Array(separator.utf8)
    while rest.count >= wanted.count {
      if rest.starts(with: wanted) {
        count += 1
        rest = rest.dropFirst(wanted.count)
      } else {
        rest = rest.dropFirst()
      }
    }
    return count
  }
}
