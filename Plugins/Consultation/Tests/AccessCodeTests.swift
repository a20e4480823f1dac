import ParticipationKit
import Testing

@testable import Consultation

@Suite("Access codes, as people copy them from paper")
struct AccessCodeTests {
  @Test("Small letters, spaces and any hyphen are read as the printed code")
  func readsWhatPeopleType() throws {
    let printed = try #require(AccessCode(typed: "K7MQ-2RTD-94HX"))
    for typed in ["k7mq2rtd94hx", " K7MQ 2RTD 94HX ", "K7MQ–2RTD–94HX", "k7mq.2rtd.94hx", "K7MQ\u{A0}2RTD\u{202F}94HX"]
    {
      #expect(AccessCode(typed: typed) == printed, "\(typed)")
    }
    #expect(printed.printed == "K7MQ-2RTD-94HX")
  }

  @Test(
    "What cannot be a code is refused",
    arguments: [
      "", "K7MQ-2RTD-94H", "K7MQ-2RTD-94HXX", "K7MQ-2RTD-94H0", "K7MQ-2RTD-94HO", "K7MQ-2RTD-94H1", "K7MQ-2RTD-94HI",
      "K7MQ-2RTD-94Hé", "K7MQ-2RTD-94H\u{301}X", "K7MQ/2RTD/94HX", String(repeating: "A", count: 5000),
    ])
  func refusesOther(typed: String) {
    #expect(AccessCode(typed: typed) == nil)
  }

  @Test("The alphabet has 32 different symbols without 0, O, 1 and I")
  func alphabet() {
    #expect(Set(AccessCode.alphabet).count == 32)
    #expect(!AccessCode.alphabet.contains { "0O1I".utf8.contains($0) })
  }

  @Test("A code made from a digest reads back, and every bit of the first twelve bytes that counts changes it")
  func madeFromDigest() throws {
    let digest = Fixture.digest([1])
    let code = try #require(AccessCode(digest: digest))
    #expect(AccessCode(typed: code.printed) == code)
    for place in 0..<AccessCode.length {
      var other = digest
      other[place] ^= 1
      #expect(AccessCode(digest: other) != code)
    }
    #expect(AccessCode(digest: Array(digest.prefix(11))) == nil)
  }

  @Test("Making codes tells none of them in the outcome, which is kept with the receipt")
  func outcomeHoldsNoCode() throws {
    let module = try Fixture.module()
    let noting = NotingLedger()
    let now = try #require(Timestamp(rfc3339: "2026-09-02T10:00:00Z"))
    let outcome = try module.makeCodesAction.perform(
      noting.context(key: "laiterie", now: now), Submission(values: ["count": ["5"]]))
    #expect(noting.insertions(into: "consultation_code") == 5)
    let told = ([outcome.message] + outcome.lines.map(\.value)).joined(separator: " ")
    let seed = try #require(noting.statements.compactMap { $0.arguments.last?.asBlob }.first { $0.count == 32 })
    let codes = CodeTable(site: module.site, ledger: noting.ledger).codes(seed: seed, count: 5)
    #expect(Set(codes).count == 5)
    for code in codes {
      #expect(!told.contains(code.printed))
      #expect(!noting.statements.contains { $0.arguments.contains { $0.asText?.contains(code.symbols) ?? false } })
    }
  }

  @Test("A voter looks different at each proposal, so that supports cannot be joined")
  func votersCannotBeJoined() throws {
    let table = CodeTable(site: try Fixture.site(), ledger: NotingLedger().ledger)
    let code = try #require(AccessCode(typed: "K7MQ-2RTD-94HX"))
    let digests = [
      table.voterDigest(code, proposal: 1), table.voterDigest(code, proposal: 2), table.digest(code, "laiterie"),
      table.digest(code, "autre"),
    ]
    #expect(Set(digests).count == 4)
  }
}
