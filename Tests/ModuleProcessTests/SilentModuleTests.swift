import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost
import Testing

@testable import ModuleProcess

/// A module's process that fails in a commune: acts are refused in words, pages stay, everybody else goes on.
@Suite struct SilentModuleTests {
  private static let address = "/api/v1/lostfound/report"

  /// The example with a line before each answer.
  private static func broken(_ line: String) throws -> Example.Copy {
    try Example.Copy {
      $0.replacing("if __name__ == \"__main__\":", with: "import os, time\n\(line)\nif __name__ == \"__main__\":")
    }
  }

  private static let breaking = """
    def breaking(call):
        if call.field("thing") == "crash": os.abort()
        if call.field("thing") == "hang": time.sleep(60)
        if call.field("thing") == "raise": raise KeyError("words of a person")
        return report(call)
    module.answers["act", "report"] = breaking
    """

  @Test(arguments: ["crash", "hang", "raise"]) func anActIsRefusedWithEverythingTypedAndTheNextOneIsTaken(
    how: String
  ) throws {
    let copy = try Self.broken(Self.breaking)
    let commune = try Example.commune(copy.folder, limits: { $0.act = 1.5 })
    #expect(commune.post(Self.address, Example.notice()).status == 303)
    let refused = commune.post(Self.address, Example.notice(how))
    #expect(refused.status == 503)
    let words = "«\u{202F}Objets trouvés\u{202F}» ne répond pas pour l’instant. Rien n’a été enregistré"
    #expect(refused.body.contains(words))
    #expect(refused.body.contains("Place du Lavoir") && refused.body.contains("Manche en *bois*"))
    #expect(refused.headers.contains { $0.name == "Retry-After" })
    let json = commune.post(
      Self.address, json: ["what": "lost", "thing": .string(how), "place": "Gare", "details": "", "author": ""])
    #expect(json.status == 503 && json.body.contains("problem-module"))
    // A second failure in a row is followed by a rest of a second.
    let next = commune.post(Self.address, Example.notice("Gants"))
    #expect(next.status == (how == "raise" ? 303 : 503))
    let desk = try commune.desk(role: "administrator")
    #expect(desk.get("/desk/modules").body.contains(how == "hang" ? "child-deadline" : "child-"))
    // Above each screen: for all staff that it does not answer, for administrators what failed and what to do.
    let banner = "Le module «\u{202F}Objets trouvés\u{202F}» a échoué il y a peu."
    let clerk = try commune.desk(role: "clerk").get("/desk").body
    #expect(clerk.contains(banner) && !clerk.contains("child-"))
    let admin = desk.get("/desk/moderation").body
    #expect(admin.contains(banner) && admin.contains("parvis module install"))
    try commune.publish()
    #expect(commune.files().allSatisfy { !$0.bytes.holds(banner) }, "the public reads nothing of it")
  }

  @Test func pagesStayAsTheyWereAndAreMadeWhenTheModuleIsBack() throws {
    // It answers while nothing was sent, and only then.
    let copy = try Self.broken(
      """
      good = module.answers["documents", "front"]
      def moody(call):
          if any("Rouge" in item["thing"] for item in call.rows["latest"]): os._exit(1)
          return good(call)
      module.answers["documents", "front"] = moody
      """)
    let commune = try Example.commune(copy.folder, limits: { $0.longestRest = 0 })
    try commune.publish()
    let before = try #require(commune.file("lostfound/index.html"))
    commune.post(Self.address, Example.notice("Rouge"))
    try commune.approveAll()
    #expect(throws: (any Error).self) { try commune.publish() }
    #expect(commune.file("lostfound/index.html") == before)
    #expect(commune.file("index.html") != nil, "the rest of the site is written")
    // The cause goes; the queue still holds the page.
    try commune.tamper("lostfound", "UPDATE lostfound_item SET thing = 'Vert'")
    try commune.publish()
    #expect(commune.file("lostfound/index.html")?.contains("Vert") == true)
  }

  @Test func aModeratorSeesTheWordsAndKeepsTheReasonWhenTheProcessIsGone() throws {
    let copy = try Self.broken(
      """
      def gone(call): os._exit(1)
      module.answers["evidence", "item"] = gone
      module.answers["decide", "item"] = gone
      """)
    let commune = try Example.commune(copy.folder, limits: { $0.longestRest = 0 })
    commune.post(Self.address, Example.notice())
    let desk = try commune.desk(role: "clerk")
    let page = desk.get("/desk/moderation/1")
    #expect(page.status == 200)
    #expect(page.body.contains("voici les mots seuls") && page.body.contains("Manche en *bois*"))
    let refused = desk.post(
      "/desk/moderation/1", [("decision", "refuse"), ("reason", "personal-data"), ("note", "Sans nom de famille")])
    #expect(refused.status == 503)
    #expect(refused.body.contains("ne répond pas pour l’instant") && refused.body.contains("Sans nom de famille"))
    #expect(desk.get("/desk").status == 200)
  }

  @Test func aDecisionThatTheProcessRefusesIsNotRecorded() throws {
    let copy = try Self.broken(
      """
      def busy(call): raise Problem(409, "busy", "Ce lot est en cours de tri.")
      module.answers["decide", "item"] = busy
      """)
    let commune = try Example.commune(copy.folder)
    commune.post(Self.address, Example.notice())
    let desk = try commune.desk(role: "clerk")
    let refused = desk.post("/desk/moderation/1", [("decision", "approve"), ("note", "Bien vu")])
    #expect(refused.status == 409 && refused.body.contains("Ce lot est en cours de tri"))
    #expect(refused.body.contains("Bien vu"))
    #expect(throws: Problem.self) { try commune.approveAll() }
    #expect(
      try commune.opened.host.queuedForTest().map(\.isShown) == [false],
      "the author would be told of a decision that nobody carried out")
    #expect(desk.get("/desk/moderation").body.contains("Parapluie rouge"), "it stays to be decided")
  }

  /// Notices that are public without an act each, so that they are first published together.
  private static func notices(_ count: Int, details: String, in commune: TestCommune) throws {
    try commune.tamper(
      "lostfound",
      """
      INSERT INTO lostfound_item(what, thing, place, day, details, author, sent_at, publication, decided_at)
      SELECT 'found', 'Objet ' || value, 'Gare', '', '\(details)', '', 0, 'published', 0
      FROM json_each('[\((1...count).map(String.init).joined(separator: ","))]')
      """)
  }

  @Test func oneDocumentThatFailsTakesNoneOfThoseWithItThatAreAskedForTogether() throws {
    let copy = try Self.broken(
      """
      good = module.answers["documents", "item"]
      def moody(call):
          if call.key == "7": raise KeyError("seven")
          return good(call)
      module.answers["documents", "item"] = moody
      """)
    let commune = try Example.commune(copy.folder)
    try Self.notices(20, details: "", in: commune)
    #expect(throws: (any Error).self) { try commune.publish() }
    for number in 1...20 where number != 7 {
      #expect(commune.file("lostfound/\(number).html") != nil, "\(number)")
    }
    #expect(commune.file("lostfound/7.html") == nil)
  }

  @Test func documentsThatAreTooMuchTogetherAreAskedForOneByOne() throws {
    let copy = try Example.Copy { $0 }
    let commune = try Example.commune(
      copy.folder,
      limits: {
        $0.mostBytes = 100_000
        // The screen tells of a failure for as long as that; here the processes are to be counted at once.
        $0.forgetting = 0
      })
    // About 15,000 bytes of answer for each, words and page in two languages: eight of them are more than one answer.
    try Self.notices(40, details: String(repeating: "mots ", count: 1000), in: commune)
    try commune.publish()
    for number in 1...40 { #expect(commune.file("lostfound/\(number).html") != nil, "\(number)") }
    let screen = try commune.desk(role: "administrator").get("/desk/modules").body
    #expect(screen.contains("2 démarrages"), "it is found out once how many go together")
  }

  @Test func aModuleThatCannotStartTakesNothingElseWithIt() throws {
    let copy = try Example.Copy { _ in "import sys\nsys.exit(9)\n" }
    let commune = try Example.commune(copy.folder)
    #expect(throws: (any Error).self) { try commune.publish() }
    #expect(commune.file("index.html") != nil)
    let refused = commune.post(Self.address, Example.notice())
    #expect(refused.status == 503 && refused.body.contains("Manche en *bois*"), "its form is in the declaration")
    let desk = try commune.desk(role: "administrator")
    #expect(desk.get("/desk").status == 200)
    let screen = desk.get("/desk/modules").body
    #expect(screen.contains("processus à part") && screen.contains("code 9"))
  }

  @Test func aDeclaredQueryWithoutEndIsEndedAndHoldsNobodyUp() throws {
    let copy = try Example.Copy { $0 }
    let commune = try Example.commune(
      copy.folder,
      declaration: {
        $0.replacing(
          "SELECT * FROM lostfound_item WHERE publication = 'published' ORDER BY id DESC LIMIT 50",
          with: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS id FROM n")
      })
    let begin = MonotonicClock.now
    #expect(throws: (any Error).self) { try commune.publish() }
    #expect(MonotonicClock.now - begin < 60)
    #expect(commune.file("index.html") != nil)
    #expect(commune.post(Self.address, Example.notice()).status == 303, "acts that do not ask it go on")
  }

  @Test func aDeclaredStatementWithoutEndIsRefusedAsTheModulesFailure() throws {
    let commune = try Example.commune(declaration: {
      $0.replacing(
        "VALUES(?, ?, ?, ?, ?, ?, ?)",
        with: "SELECT ?, ?, ?, ?, ?, ?, ? + x FROM (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
          + "SELECT max(x) AS x FROM n)")
    })
    let refused = commune.post(Self.address, Example.notice())
    #expect(refused.status == 503 && refused.body.contains("Manche en *bois*"))
    #expect(try commune.desk(role: "clerk").get("/desk").status == 200, "the writer goes on")
  }

  @Test(arguments: [
    #"{"do": [{"run": "DROP TABLE lostfound_item"}], "subject": "item/1", "message": "x"}"#,
    #"{"do": [{"run": "add", "with": [{"table": 1}]}], "subject": "item/1", "message": "x"}"#,
    #"{"subject": "item", "message": "x"}"#, #"{"message": 3}"#, #"{"problem": {"status": 200}}"#,
    #"{"do": [{"run": "decide", "with": ["published", 1, 1], "rows": 5}], "subject": "item/1", "message": "x"}"#,
  ]) func anAnswerThatMayNotBeChangesNothing(answer: String) throws {
    let copy = try Self.broken(
      "import json\nmodule.answers['act', 'report'] = lambda call: json.loads('''\(answer)''')")
    let commune = try Example.commune(copy.folder)
    #expect(commune.post(Self.address, Example.notice()).status == 503)
    try commune.approveAll()
    try commune.publish()
    #expect(commune.file("lostfound/1.html") == nil)
  }
}
