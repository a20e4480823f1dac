import ParticipationKit
import Testing

@testable import Agenda

/// A notice that left cannot be taken back, and minutes that are missing must be named.
@Suite struct MeetingStateTests {
  private func refusal(
    _ state: MeetingState, to target: MeetingState, at now: String = "2026-12-05T10:00", _ items: [AgendaItem]
  ) throws -> StateRefusal? {
    do {
      try StateGuard(now: instant(now)).check(meeting(state), to: target, items: items)
      return nil
    } catch let refusal as StateRefusal {
      return refusal
    }
  }

  @Test func statesFollowEachOther() throws {
    let items = [try item("a", minutes: "Adopté.")]
    #expect(try refusal(.draft, to: .sent, items) == nil)
    #expect(try refusal(.sent, to: .held, at: "2026-12-11T20:00", items) == nil)
    #expect(try refusal(.held, to: .minuted, at: "2026-12-12T09:00", items) == nil)
  }

  @Test(arguments: MeetingState.allCases, MeetingState.allCases)
  func noStateIsSkippedOrLeftBackwards(from: MeetingState, to target: MeetingState) throws {
    let refused = try refusal(from, to: target, at: "2026-12-12T09:00", [try item("a", minutes: "x")])
    if target != from.next {
      let expected = from == .minuted ? "final" : target <= from ? "already" : "order"
      #expect(refused?.key == "state.refused.\(expected)")
    }
  }

  @Test func anEmptyAgendaIsNotSent() throws {
    #expect(try refusal(.draft, to: .sent, [])?.key == "state.refused.empty")
    #expect(try refusal(.draft, to: .sent, [try item("a", withdrawn: true)])?.key == "state.refused.empty")
  }

  @Test func aNoticeDoesNotLeaveOnceTheMeetingBegan() throws {
    #expect(try refusal(.draft, to: .sent, at: "2026-12-11T20:00", [try item("a")])?.key == "state.refused.late")
  }

  @Test func aMeetingIsNotHeldBeforeItBegan() throws {
    #expect(try refusal(.sent, to: .held, at: "2026-12-11T19:59", [try item("a")])?.key == "state.refused.early")
  }

  @Test func minutesOfEveryDeliberationAreAskedForByNumber() throws {
    let items = [
      try item("a", minutes: "x"), try item("b"), try item("c", kind: .information), try item("d"),
      try item("e", withdrawn: true),
    ]
    let refused = try refusal(.held, to: .minuted, at: "2026-12-12T09:00", items)
    #expect(refused == StateRefusal("state.refused.minutes", ["count": "2", "numbers": "2, 4"]))
  }

  @Test func commentsAreTakenOnPublicDraftsUntilTheDeadline() throws {
    let before = instant("2026-12-06T17:59")
    let after = instant("2026-12-06T18:00")
    #expect(try meeting(.draft).acceptsComments(at: before))
    #expect(try meeting(.sent).acceptsComments(at: before))
    #expect(try !meeting(.draft).acceptsComments(at: after))
    #expect(try !meeting(.held).acceptsComments(at: before))
    #expect(try !meeting(.draft, public: false).acceptsComments(at: before))
  }

  @Test func commentsEndWithTheStartWhateverTheDeadlineSays() throws {
    let early = try meeting(.draft, starts: "2026-12-05T20:00")
    #expect(early.commentsDeadline == instant("2026-12-05T20:00"))
  }

  @Test func theDocumentChangesAtTheDeadlineThenAtTheStartThenAtMidnight() throws {
    let draft = try meeting(.draft)
    #expect(draft.changesAt(after: instant("2026-12-01T00:00"), in: zone) == instant("2026-12-06T18:00"))
    #expect(draft.changesAt(after: instant("2026-12-06T18:00"), in: zone) == instant("2026-12-11T20:00"))
    #expect(draft.changesAt(after: instant("2026-12-11T20:00"), in: zone) == instant("2026-12-12T00:00"))
    #expect(draft.changesAt(after: instant("2026-12-12T00:00"), in: zone) == nil)
  }
}
