import ParticipationKit
import Testing

@testable import Consultation

@Suite("Counting answers")
struct CountingTests {
  static func tally() -> Tally {
    var tally = Tally()
    tally.add(3, question: "q", choice: "a", isVerified: true)
    tally.add(2, question: "q", choice: "a", isVerified: false)
    tally.add(4, question: "q", choice: "b", isVerified: true)
    tally.add(1, question: "q", choice: "other", isVerified: false)
    tally.add(1, question: "q", choice: "removed", isVerified: true)
    tally.addRespondents(5, question: "q", isVerified: true)
    tally.addRespondents(2, question: "q", isVerified: false)
    return tally
  }

  @Test("Answers with and without code are never one number alone")
  func apart() {
    let count = Self.tally().count("q", "a")
    #expect((count.verified, count.unverified, count.total) == (3, 2, 5))
    #expect(Self.tally().respondents("q") == Count(verified: 5, unverified: 2))
  }

  @Test("Rows stand in the order of the file, then other, then options the file no longer has")
  func rows() {
    let question = AnswerReadingTests.question(.multiple, other: true)
    let rows = Self.tally().rows(of: question)
    #expect(rows.map(\.choice) == ["a", "b", "c", "other", "removed"])
    #expect(rows.map(\.count.total) == [5, 4, 0, 1, 1])
  }

  @Test("Shares of several answers may pass 100 % together, each stays right")
  func sharesOfSeveral() {
    let rows = Self.tally().rows(of: AnswerReadingTests.question(.multiple, other: true))
    let shares = rows.map { Share($0.count.total, of: 7).perMille }
    #expect(shares == [714, 571, 0, 143, 143])
    #expect(shares.reduce(0, +) > 1000)
  }

  @Test("Shares are rounded half up, and of nobody they are nothing")
  func rounding() {
    #expect(Share(1, of: 8).perMille == 125)
    #expect(Share(1, of: 16).perMille == 63)
    #expect(Share(83, of: 312).width == "26.6%")
    #expect(Share(83, of: 312).words("fr") == "27\u{202F}%")
    #expect(Share(83, of: 312).words("en") == "27%")
    // 26,45 % is 264,5 per mille and still 26 %: a rounded number is not rounded again.
    #expect(Share(529, of: 2000).width == "26.5%" && Share(529, of: 2000).words("en") == "26%")
    #expect(Share(0, of: 0).width == "0.0%")
    #expect(Share(5, of: 5).width == "100.0%")
  }

  @Test("A list page's key is read back, also when the consultation's id holds hyphens")
  func listPages() {
    let page = ListPage(consultation: "plan-velo-2026", number: 12)
    #expect(page.key == "plan-velo-2026-12")
    #expect(ListPage(key: page.key) == page)
    #expect(page.numbers == 551...600)
    for key in ["", "-1", "laiterie", "laiterie-", "laiterie-0", "laiterie-01", "laiterie-x", "laiterie-9999999999"] {
      #expect(ListPage(key: key) == nil, "\(key)")
    }
    #expect(ListPage.number(of: 1) == 1)
    #expect(ListPage.number(of: 50) == 1)
    #expect(ListPage.number(of: 51) == 2)
  }
}

@Suite("The words of the module")
struct CatalogueTests {
  @Test("French and English have the same keys with the same arguments")
  func sameKeys() throws {
    let objects = try ConsultationModule.catalogues.map { try #require(JSONValue.parse($0.json).asObject) }
    let french = Dictionary(objects[0].map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let english = Dictionary(objects[1].map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    #expect(Set(french.keys) == Set(english.keys))
    for (key, value) in french {
      #expect(Self.arguments(value) == english[key].map(Self.arguments), "\(key)")
    }
  }

  static func arguments(_ value: JSONValue) -> Set<String> {
    let texts = value.asString.map { [$0] } ?? [value["one"]?.asString ?? "", value["other"]?.asString ?? ""]
    var found: Set<String> = []
    for text in texts {
      for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
        found.insert(String(part.prefix { $0 != "}" }))
      }
    }
    return found
  }
}
