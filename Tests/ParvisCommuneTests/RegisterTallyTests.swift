import ParticipationKit
@testable import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// The counts that the town hall publishes of its own work: without leaves behind them, it could write any number.
@Suite("Whoever changes a count of decisions, flags, letters or reports by hand is found out, offline")
struct RegisterTallyTests {
  let commune: TestCommune
  private let decisions = "api/v1/moderation/index.json"

  init() throws {
    commune = try NotesCommune.threeNotes()
    try commune.signHead()
  }

  private func flag(_ note: Int, from address: String) {
    let answer = commune.send(
      "POST", "/api/v1/moderation/flag/notes/note/\(note)", Array("item=notes/note/\(note)&reason=insult".utf8),
      [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")], from: address)
    #expect(answer.status == 303)
  }

  private func full() throws -> [String] {
    _ = try commune.fullBuild()
    return try commune.findingsOfBoth(site: commune.folder + "/full")
  }

  @Test("every sort of decision is counted by its leaf: approved, refused, kept, redacted, hidden by flags, taken back")
  func honest() throws {
    let desk = try commune.desk(role: "administrator")
    flag(1, from: "198.51.100.1")
    #expect(desk.post("/desk/moderation/1", [("decision", "approve")]).status == 303)
    #expect(desk.post("/desk/moderation/2", [("decision", "refuse"), ("reason", "insult")]).status == 303)
    let last = try commune.count("SELECT max(id) FROM host_decision")
    #expect(desk.post("/desk/undo/\(last)", []).status == 303)
    #expect(
      Set(try commune.rows("SELECT measure FROM host_decision").map { try $0.text("measure") })
        == ["published", "refused", "kept", "withdrawn", "undone"])
    try commune.publish()
    #expect(
      try Commune.verifyRegister(commune.folder + "/site", allowsWaiting: true).findings.allSatisfy {
        $0.severity == .warning
      })
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
    #expect(try full() == [])
  }

  @Test("a number of decisions that was written by hand is named with its reason and what the leaves count")
  func decisionsChanged() throws {
    try commune.tamper("host", "UPDATE host_decision_count SET count = 9 WHERE measure = 'refused'")
    let found = try full()
    #expect(found.count == 1)
    #expect(found[0].contains("\(decisions): “") && found[0].contains("notes note refused off-topic” is 9"), "\(found)")
    try commune.tamper("host", "DELETE FROM host_decision_count")
    #expect(try full().count == 2, "a line that is left out is missed")
  }

  @Test("flags and appeals that are added or taken away by hand are found")
  func flagsChanged() throws {
    flag(1, from: "198.51.100.1")
    try commune.publish()
    #expect(try JSONValue.parse(Array((commune.file(decisions) ?? "").utf8))["flags"]?["open"]?.asInteger == 1)
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
    try commune.tamper("host", "DELETE FROM host_flag")
    try commune.tamper(
      "host", "INSERT INTO host_appeal(entry, decision, body, sent_at, state) VALUES(3, 3, '', 0, 'reversed')")
    let found = try full()
    #expect(found.contains { $0.contains("“moderation/flag” is 0, the register counts 1") }, "\(found)")
    #expect(found.contains { $0.contains("“moderation/appeal” is 1, the register counts 0") }, "\(found)")
  }

  @Test("codes of residents are counted as the leaves say, through loss, new letters and revocation; others are found")
  func letters() throws {
    let clerk = try commune.desk(role: "clerk")
    let batch = try commune.letters(4)
    for (verb, sheet) in [("lost", "1"), ("reissue", "1"), ("reissue", "2")] {
      #expect(clerk.post("/desk/letters/\(batch.id)/\(verb)", [("sheet", sheet)]).status < 400)
    }
    #expect(commune.act("vote", [("access_code", batch.codes[2])]).status == 303)
    #expect(clerk.post("/desk/letters/\(batch.id)/revoke", [("sure", "true")]).status == 303)
    #expect(clerk.post("/desk/letters/\(batch.id)/reissue", [("sheet", "4")]).status < 400)
    try commune.publish()
    #expect(try commune.findingsOfBoth() == [], "before a head the leaves wait")
    try commune.signHead()
    #expect(try commune.findingsOfBoth() == [])
    try commune.tamper(
      "host", "INSERT INTO host_letter_code(digest, batch, sheet, issue, state) VALUES(x'00', 1, 9, 1, 'live')")
    let found = try full()
    #expect(found.count == 1 && found[0].contains("“issued” is 8, the register counts 7"), "\(found)")
  }

  @Test("a table that a module counts from its published records is counted again from them")
  func table() throws {
    let site = try commune.copySite("tally")
    func write(_ count: Int) throws {
      let lines = #"[{"id":"notes/note/1","premier":1},{"id":"notes/note/2","deuxième":\#(count)}]"#
      let tally = #"{"list":"lines","kind":"notes/note","by":"id","of":"body"}"#
      try TestFiles.replace(site + "/api/v1/tally.json", Array("{\"lines\":\(lines),\"tally\":\(tally)}".utf8))
    }
    try write(1)
    #expect(try commune.findingsOfBoth(site: site) == [])
    try write(4)
    let found = try commune.findingsOfBoth(site: site)
    #expect(found.count == 1 && found[0].contains("“notes/note/2 / deuxième” is 4, counted again 1"), "\(found)")
  }

  @Test("what was decided before leaves said so is told apart, and only that")
  func earlier() throws {
    try commune.tamper(
      "host", "UPDATE host_decision_count SET count = count + 3, earlier = 3 WHERE measure = 'refused'")
    #expect(try full() == [])
    _ = try commune.fullBuild()
    let page = String(
      decoding: try Files.read(commune.folder + "/full/moderation/index.html") ?? [], as: UTF8.self)
    #expect(page.contains("4 (dont 3 avant que le registre les compte)"))
    #expect(page.contains("3 décisions ont été prises avant que le registre les compte. La mairie les déclare"))
    #expect(commune.file("moderation/index.html")?.contains("La mairie les déclare") == false)
  }

  @Test("the site brings the programs that check it and what they were written from, and the page leads to them")
  func scripts() throws {
    let page = try #require(commune.file("registre.html"))
    for name in ["verify_register.py", "verify_pages.py", "verify_receipt.py", "format.txt"] {
      #expect(page.contains("href=\"register/\(name)\""), "\(name)")
      #expect(
        (commune.file("register/\(name)") ?? "").contains(name == "format.txt" ? "# The public register" : "__main__"),
        "\(name)")
    }
    #expect(page.contains("--receipt FILE.json") && page.contains("verify_receipt.py SITE FILE.json"))
    let site = commune.folder + "/site"
    for name in ["verify_register.py", "verify_pages.py"] {
      let said = try OtherVerifier.run(name, [site], at: site + "/register/", telling: commune.folder + "/other.txt")
      #expect(said.code == 0, "\(said.words)")
    }
  }

  @Test("a receipt without words is said to be registered, and arguments in the wrong order bring the usage")
  func receipt() throws {
    let sent = commune.write("quatrième")
    try commune.signHead()
    let paper = commune.receipt(sent)
    let bare = JSONValue.object((paper.asObject ?? []).map { ($0.name, $0.name == "payload" ? .null : $0.value) })
    let file = commune.folder + "/bare.json"
    let site = commune.folder + "/site"
    try TestCommune.write(bare.bytes, to: file)
    func say(_ arguments: [String]) throws -> (code: Int32, words: String) {
      try OtherVerifier.run("verify_receipt.py", arguments, telling: commune.folder + "/other.txt")
    }
    let said = try say([site, file])
    #expect(said.code == 0 && said.words.contains("registered; the file holds no words"), "\(said.words)")
    #expect(try commune.findingsOfBoth(receipt: bare).contains { $0.contains("registered; the file holds no words") })
    for arguments in [[file, site], [site], [site, file, file]] {
      let said = try say(arguments)
      #expect(said.code == 1 && said.words.contains("verify_receipt.py SITE RECEIPT"), "\(said.words)")
    }
  }
}
