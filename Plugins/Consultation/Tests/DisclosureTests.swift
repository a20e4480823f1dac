import ParticipationKit
import ParticipationTesting
import Testing

@testable import Consultation

/// In a village one code in the ballot box is one known person: what that person answered must not follow from anything
/// that is published, alone or by subtraction.
@Suite("Small counts of the split by access code")
struct DisclosureTests {
  /// Numbers that are the same at each run.
  struct Draw {
    var state: UInt64

    mutating func next(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(below))
    }
  }

  private static let question = AnswerReadingTests.question(.multiple, other: true)

  /// A count of sheets drawn at random: each person answers or not, with or without code, one or several choices.
  private func tally(_ draw: inout Draw, isMultiple: Bool) -> Tally {
    var tally = Tally()
    let choices = ["a", "b", "c"]
    for isVerified in [true, false] {
      for _ in 0..<draw.next(isVerified ? 14 : 40) {
        tally.people.add(1, isVerified: isVerified)
        guard draw.next(6) > 0 else { continue }
        tally.addRespondents(1, question: "q", isVerified: isVerified)
        let first = draw.next(3)
        for (index, choice) in choices.enumerated() where index == first || (isMultiple && draw.next(3) == 0) {
          tally.add(1, question: "q", choice: choice, isVerified: isVerified)
        }
      }
    }
    return tally
  }

  @Test("of thousands of drawn counts, no published split has a small cell, nor one that follows by subtraction")
  func noSmallCell() {
    var draw = Draw(state: 7)
    var (shown, withheld) = (0, 0)
    for round in 0..<6000 {
      let tally = tally(&draw, isMultiple: round % 2 == 0)
      guard tally.showsSplit(of: "q") else {
        withheld += 1
        continue
      }
      shown += 1
      let all = tally.respondents("q")
      for isVerified in [true, false] {
        func part(_ count: Count) -> Int { isVerified ? count.verified : count.unverified }
        let absent = part(tally.people) - part(all)
        #expect(!(1..<Disclosure.smallest).contains(part(all)) && !(1..<Disclosure.smallest).contains(absent))
        for choice in ["a", "b", "c"] {
          let own = part(tally.count("q", choice))
          #expect(!(1..<Disclosure.smallest).contains(own), "a cell of \(own)")
          #expect(!(1..<Disclosure.smallest).contains(part(all) - own), "\(part(all)) − \(own)")
        }
      }
    }
    #expect(shown > 100 && withheld > 100, "both happen: \(shown), \(withheld)")
  }

  @Test("what is published of a withheld split fits with every way in which the codes could have been used")
  func manyWorlds() {
    // One code among seven sheets: whichever sheet it was, the same is published.
    var published: Set<String> = []
    for owner in ["a", "b", "c"] {
      var tally = Tally()
      tally.people = Count(verified: 1, unverified: 6)
      tally.addRespondents(1, question: "q", isVerified: true)
      tally.addRespondents(6, question: "q", isVerified: false)
      tally.add(1, question: "q", choice: owner, isVerified: true)
      for (choice, total) in [("a", 3), ("b", 2), ("c", 2)] {
        tally.add(total - (choice == owner ? 1 : 0), question: "q", choice: choice, isVerified: false)
      }
      let isSplit = tally.showsSplit(of: "q")
      #expect(!isSplit)
      published.insert(["a", "b", "c"].map { String(tally.count("q", $0).total) }.joined(separator: " "))
    }
    #expect(published == ["3 2 2"])
  }

  @Test("nought is not small: where nobody used a code, or everybody did, there is nothing to withhold")
  func noughts() {
    var tally = Tally()
    tally.people = Count(verified: 0, unverified: 9)
    tally.addRespondents(9, question: "q", isVerified: false)
    tally.add(9, question: "q", choice: "a", isVerified: false)
    #expect(tally.showsSplit(of: "q"))
    #expect(Tally().showsSplit(of: "q"))
  }

  @Test("page, JSON, table and published rows withhold the same, the count is verified, and totals stand")
  func everywhere() throws {
    let commune = try TestCommune(
      [ModuleDescriptor(ConsultationModule.self)], content: ["consultations/essai.md": RecountTests.file])
    for (index, choice) in ["cafe", "gite", "cafe", "cafe", "gite", "cafe"].enumerated() {
      let line = JSONValue.object([
        ("reference", .string("p\(index)")), ("consultation", "essai"),
        ("verified", JSONValue(booleanLiteral: index == 0)),
        ("channel", "paper"), ("answers", .object([("usage", .string(choice)), ("venir", .array(["achats"]))])),
      ])
      try commune.importText("answers", line.text)
    }
    commune.now = Timestamp(rfc3339: "2026-12-01T12:00:00Z") ?? commune.now
    try commune.publish()
    try commune.signHead()
    let results = try JSONValue.parse(Array((commune.file("api/v1/consultation/essai/results.json") ?? "").utf8))
    for question in results["questions"]?.asArray ?? [] {
      let counts = [question["respondents"]] + (question["choices"]?.asArray ?? []).map { $0["count"] }
      for count in counts where count?["total"]?.asInteger != 0 {
        #expect(count?["verified"]?.isNull == true && count?["unverified"]?.isNull == true)
        #expect(count?["suppressed"]?.asBool == true && (count?["total"]?.asInteger ?? 0) > 0)
      }
    }
    #expect(results["people"]?["verified"]?.asInteger == 1, "how many ballots had a code is the register’s count")
    let page = commune.file("consultation/essai/results.html") ?? ""
    #expect(page.contains("n’est pas publié") && !page.contains("Sans code</th>"))
    let table = commune.file("consultation/results.csv") ?? ""
    #expect(table.contains("cafe") && !table.contains(",1,3,"))
    let list = commune.files().filter { $0.path.hasPrefix("register/list") }.flatMap {
      String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n")
    }
    let rows = list.filter { $0.contains("\"question\":\"") }
    #expect(!rows.isEmpty && rows.allSatisfy { $0.contains("\"verified\":null") })
    #expect(try commune.registerFindings() == [])
    try commune.tamper("consultation", "UPDATE consultation_answer SET choice = 'gite' WHERE choice = 'cafe'")
    _ = try commune.fullBuild()
    let found = try commune.registerFindings(site: commune.folder + "/full")
    #expect(found.contains { $0.contains("usage / cafe") }, "a withheld split still counts in total")
  }
}
