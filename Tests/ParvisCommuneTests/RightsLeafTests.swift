import ParticipationKit
import ParticipationTesting
import ParvisCommune
@testable import ParvisHost
import Testing

@Suite("Changes of rights: shown again who one is, and told in the register")
struct RightsLeafTests {
  private func leaves(_ commune: TestCommune, _ kind: String) throws -> [JSONValue] {
    try commune.rows("SELECT leaf FROM host_register WHERE kind = '\(kind)' ORDER BY position").map {
      try JSONValue.parse(Array(try $0.text("leaf").utf8))
    }
  }

  @Test("a desk left open makes no account, wakes none up, and prints no codes")
  func guarded() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    _ = try commune.desk(role: "agent")
    try commune.opened.people.setDisabled(email: "test1@essai.example", true, locale: "fr")
    commune.now = commune.now.adding(seconds: 1000)
    let before = try commune.count("SELECT count(*) FROM host_register")
    for (path, fields) in [
      ("/desk/people/invite", [("role", "clerk")]), ("/desk/people/enable", [("email", "test1@essai.example")]),
      ("/desk/people/disable", [("email", "test1@essai.example")]),
      (
        "/desk/letters/make",
        [("label", "Bourg"), ("count", "5"), ("kind", "person"), ("until", "2027-12-31")]
      ),
    ] {
      let answer = desk.post(path, fields)
      #expect(answer.status == 303 && answer.header("Location")?.contains("/desk/confirm") == true, "\(path)")
    }
    #expect(try commune.count("SELECT count(*) FROM host_invitation") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_letter_batch") == 0)
    #expect(try commune.count("SELECT count(*) FROM host_register") == before)
  }

  @Test("who was invited, added or moved to which role is in the leaf; a factor taken away is told by its day")
  func roles() throws {
    let commune = try NotesCommune.make()
    let desk = try commune.desk(role: "clerk")
    _ = desk.post("/desk/people/invite", [("role", "councillor")])
    _ = try commune.opened.people.add(
      email: "ana@essai.example", name: "Ana", role: "agent", password: "a long password here", locale: "fr")
    try commune.opened.people.setRole(email: "ana@essai.example", role: "clerk", locale: "fr")
    try commune.opened.people.resetSecondFactor(email: "ana@essai.example", locale: "fr")
    let found = try leaves(commune, "account")
    #expect(found.map { $0["what"]?.asString ?? "" } == ["invited", "added", "role", "factor-removed"])
    #expect(found.prefix(3).map { $0["role"]?.asString ?? "" } == ["councillor", "agent", "clerk"])
    #expect(found[3]["at"] == nil && found[3]["day"]?.asString == "2026-11-21")
    #expect(!found.contains { $0.text.contains("ana@") })
  }

  @Test("how many codes there are can be counted from the register and stands on its page")
  func codes() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    let letters = try commune.letters(5, kind: "household")
    let clerk = try commune.desk(role: "clerk")
    _ = clerk.post("/desk/letters/\(letters.id)/reissue", [("sheet", "2")])
    _ = clerk.post("/desk/letters/\(letters.id)/lost", [("sheet", "3")])
    _ = clerk.post("/desk/letters/\(letters.id)/revoke", [("sure", "true")])
    let all = try leaves(commune, "letters")
    #expect(all.map { $0["what"]?.asString ?? "" } == ["batch", "shown", "reissued", "lost", "revoked"])
    let found = all.filter { $0["count"] != nil }
    #expect(found.map { $0["what"]?.asString ?? "" } == ["batch", "reissued", "lost", "revoked"])
    #expect(found.map { $0["count"]?.asInteger ?? 0 } == [5, 1, 1, 4])
    #expect(found.allSatisfy { $0["household"]?.asBool == true })
    _ = try commune.opened.host.signHead()
    try commune.publish()
    #expect(commune.file("registre.html")?.contains("imprimé 6 codes en tout\u{202F}; 6 ne valent plus rien") == true)
    #expect(commune.file("en/registre.html")?.contains("printed 6 codes") == true)
  }
}
