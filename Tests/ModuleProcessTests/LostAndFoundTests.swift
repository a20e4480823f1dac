import ParticipationKit
import ParticipationTesting
import Testing

@testable import ModuleProcess

/// The example in Python in a commune, from the form to the page, as people and staff meet it.
@Suite struct LostAndFoundTests {
  private static let address = "/api/v1/lostfound/report"

  @Test func aNoticeIsSentReadPublishedAndClosed() throws {
    let commune = try Example.commune()
    try commune.publish()
    #expect(commune.file("lostfound/index.html")?.contains("Aucune annonce") == true)
    #expect(commune.file("en/lostfound/index.html")?.contains("No notice for the moment") == true)
    #expect(commune.post(Self.address, Example.notice()).status == 303)
    try commune.publish()
    #expect(commune.file("lostfound/1.html") == nil, "nobody has read it yet")
    try commune.approveAll()
    try commune.publish()
    let page = try #require(commune.file("lostfound/1.html"))
    #expect(page.contains("Parapluie rouge") && page.contains("Camille") && !page.contains("Martin"))
    #expect(page.contains("<em>bois</em>") && !page.contains("<b>clair"), "Markdown of residents, no raw HTML")
    let data = try JSONValue.parse(Array(try #require(commune.file("api/v1/lostfound/1.json")).utf8))
    #expect(data["place"]?.asString == "Place du Lavoir" && data["proof"] != nil)
    #expect(commune.file("lostfound/feed.atom")?.contains("Trouvé : Parapluie rouge") == true)
    #expect(commune.file("lostfound/index.html")?.contains("Parapluie rouge") == true)
    let desk = try commune.desk(role: "clerk")
    #expect(desk.get("/desk/m/lostfound/items").body.contains("Parapluie rouge"))
    #expect(desk.act("lostfound", "close", key: "1", [("outcome", "Rendu à son propriétaire")]).status == 303)
    try commune.publish()
    #expect(commune.file("lostfound/1.html")?.contains("Rendu à son propriétaire") == true)
    // Twice is a conflict, decided by the rows that the statement changed.
    #expect(desk.act("lostfound", "close", key: "1", [("outcome", "encore")]).status != 303)
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    #expect(try commune.brokenLinks().isEmpty)
  }

  @Test func whatTheProcessRefusesComesBackWithEverythingTyped() throws {
    let commune = try Example.commune()
    var fields = Example.notice()
    fields[4].1 = "2027-01-01"
    let answer = commune.post(Self.address, fields)
    #expect(answer.status == 422)
    #expect(answer.body.contains("Ce jour n’est pas encore venu") && answer.body.contains("Parapluie rouge"))
    let json = commune.post(
      Self.address,
      json: ["what": "lost", "thing": "Clé", "place": "Gare", "day": "2027-01-01", "details": "", "author": ""])
    #expect(json.status == 422 && json.body.contains("#/day"))
  }

  @Test func aWholeBuildAndManySmallOnesGiveTheSameBytes() throws {
    let commune = try Example.commune()
    try commune.publish()
    for number in 1...40 {
      #expect(commune.post(Self.address, Example.notice("Objet \(number)")).status == 303)
      commune.now = commune.now.adding(seconds: 3600)
    }
    try commune.approveAll()
    try commune.publish()
    try commune.signHead()
    // Bulk dumps are written by the hour, not at each act.
    let isDump = { (path: String) in path.contains("lostfound/items.csv") }
    let all = try commune.fullBuild()
    let (parts, whole) = (commune.files().filter { !isDump($0.path) }, all.filter { !isDump($0.path) })
    #expect(parts.map(\.path) == whole.map(\.path))
    for (part, other) in zip(parts, whole) { #expect(part.bytes == other.bytes, "\(part.path)") }
    #expect(commune.file("lostfound/40.html")?.contains("Objet 40") == true)
    #expect(all.first { isDump($0.path) }?.bytes.split(separator: 0x0A).count == 41)
  }

  @Test func thePersonIsForgottenWithoutTheProcess() throws {
    let copy = try Example.Copy { $0 }
    let commune = try Example.commune(copy.folder)
    commune.post(Self.address, Example.notice())
    try commune.approveAll()
    try commune.publish()
    commune.now = commune.now.adding(seconds: 400 * 86_400)
    try commune.turnClocks()
    let page = try #require(commune.file("lostfound/1.html"))
    #expect(page.contains("Parapluie rouge") && !page.contains("Camille") && !page.contains("Manche"))
  }

  @Test func theKitGivesItItsHighestLevelAndSaysWhatItCannotHave() throws {
    let descriptor = try Example.package().descriptor(secret: "", log: { _ in })
    let report = Conformance.check(descriptor, folder: ModuleFolder(Example.folder))
    #expect(report.level == .platinum, Comment(rawValue: report.lines("en").prefix(12).joined(separator: "\n")))
    let source = report.results.first { $0.rule.id == "source" }
    #expect(source?.state == .notConcerned && source?.evidence.contains("process of its own") == true)
  }

  @Test func documentsAreAskedForTogether() throws {
    let batch = DocumentBatch()
    let order = (1...10).map(String.init)
    var asked: [[String]] = []
    for key in order where batch.take("item", key) == nil {
      let keys = batch.next("item", key, order: order, most: 4)
      asked.append(keys)
      for key in keys { batch.put("item", key, "x") }
      _ = batch.take("item", key)
    }
    #expect(asked == [["1"], ["2", "3"], ["4", "5", "6", "7"], ["8", "9", "10"]])
    // One document alone, as after an act, brings no others.
    #expect(batch.next("item", "5", order: order, most: 4) == ["5"])
  }

  @Test func onlyAnAnswerThatIsTooLongOrTooLateMakesTheNextQuestionsSmaller() {
    func outcome(_ kind: ChildFailure.Kind, of count: Int) -> (most: Int, isAskedAlone: Bool) {
      var family = KnownFamily()
      let isAskedAlone = family.asksAlone(after: ChildFailure(kind, fr: "", en: ""), of: count)
      return (family.mostTogether, isAskedAlone)
    }
    for kind in ChildFailure.Kind.all {
      let (most, isAskedAlone) = outcome(kind, of: 16)
      // An error in one document, or a crash by it, must not make ten thousand others slow until the next start.
      #expect(most == ([.tooLong, .deadline].contains(kind) ? 8 : 32), "\(kind.name)")
      // What rests, is stopped or does not start is left alone.
      #expect(isAskedAlone == ![.start, .version, .resting, .stopped].contains(kind), "\(kind.name)")
      #expect(outcome(kind, of: 1) == (most: 32, isAskedAlone: false), "\(kind.name)")
    }
  }
}
