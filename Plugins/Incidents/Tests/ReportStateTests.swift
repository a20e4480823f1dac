import Testing

@testable import Incidents

@Suite("The states of a report")
struct ReportStateTests {
  private func change(
    _ from: ReportState, _ to: ReportState, text: String = "", note: String = "", referredTo: String = "",
    duplicateOf: String = ""
  ) -> [String] {
    StateChange(from: from, to: to, text: text, note: note, referredTo: referredTo, duplicateOf: duplicateOf)
      .faults().map(\.messageKey)
  }

  @Test("no state is a dead end, and every state can be reached from a new report")
  func reachable() {
    var reached: Set<ReportState> = [.received]
    var waiting: [ReportState] = [.received]
    while let state = waiting.popLast() {
      #expect(!state.next.isEmpty)
      for next in state.next where reached.insert(next).inserted { waiting.append(next) }
    }
    #expect(reached.count == ReportState.allCases.count)
  }

  @Test("a closed report can only be reopened, into review", arguments: ReportState.allCases.filter(\.isClosed))
  func reopening(state: ReportState) {
    #expect(state.next == [.inReview])
    #expect(change(state, .planned, text: "Prévu.") == ["error.state-order"])
    #expect(change(state, .inReview).isEmpty)
  }

  @Test("a referred report stays open: nobody has repaired anything yet")
  func referredIsOpen() {
    #expect(!ReportState.referred.isClosed)
  }

  @Test("nothing is closed without a word to the resident", arguments: ReportState.allCases.filter(\.isClosed))
  func closureNeedsText(state: ReportState) {
    let target = state == .duplicate ? "2026-0001" : ""
    #expect(change(.received, state, duplicateOf: target) == ["error.closure-text"])
    #expect(change(.received, state, note: "interne", duplicateOf: target) == ["error.closure-text"])
    #expect(change(.received, state, text: "Fait.", duplicateOf: target).isEmpty)
  }

  @Test("a duplicate needs the report that is kept, a referral the body it went to")
  func targets() {
    #expect(change(.received, .duplicate, text: "Déjà signalé.") == ["error.duplicate-of"])
    #expect(change(.received, .referred) == ["error.referred-to"])
    #expect(change(.received, .referred, referredTo: "Syndicat").isEmpty)
  }

  @Test("staying in a state needs words, public or internal")
  func staying() {
    #expect(change(.planned, .planned) == ["error.nothing-said"])
    #expect(change(.planned, .planned, note: "Devis reçu.").isEmpty)
    #expect(change(.planned, .planned, text: "La pièce est commandée.").isEmpty)
  }

  @Test("a report that was never taken up cannot follow one under way")
  func noWayBackToReceived() {
    for state in ReportState.allCases { #expect(!state.next.contains(.received)) }
  }
}

@Suite("The number of a report")
struct ReportNumberTests {
  @Test(
    "a number is read as it is written, and nothing else is",
    arguments: [(2026, 1, "2026-0001"), (2026, 9999, "2026-9999"), (2026, 12345, "2026-12345")])
  func roundTrip(year: Int, sequence: Int, number: String) {
    #expect(Report.number(year: year, sequence: sequence) == number)
    let parts = Report.parts(ofNumber: number)
    #expect(parts?.year == year)
    #expect(parts?.sequence == sequence)
  }

  @Test(
    "what is no number names no report",
    arguments: ["", "2026", "2026-1", "2026-00001", "26-0001", "2026-0000", "2026-0001-2", "2026-000١", "../2026-0001"])
  func refused(text: String) {
    #expect(Report.parts(ofNumber: text) == nil)
  }
}
