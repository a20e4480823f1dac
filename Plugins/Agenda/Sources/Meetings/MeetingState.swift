import ParticipationKit

/// How far a meeting has come. Each state follows the one before it, and none is left backwards.
enum MeetingState: String, CaseIterable, Comparable {
  /// The agenda is being written; the public reads and comments a draft when the meeting is public.
  case draft
  /// The notice has left: the agenda is frozen and its digest kept.
  case sent
  /// The meeting has taken place; minutes are written item by item.
  case held
  /// The minutes are public.
  case minuted

  /// The state after this one; nil after the last.
  var next: MeetingState? {
    switch self {
    case .draft: .sent
    case .sent: .held
    case .held: .minuted
    case .minuted: nil
    }
  }

  private var order: Int { MeetingState.allCases.firstIndex(of: self) ?? 0 }

  /// Orders by time.
  static func < (a: MeetingState, b: MeetingState) -> Bool { a.order < b.order }
}

/// Why a meeting cannot come into its next state: the key of a text and its arguments.
struct StateRefusal: Error, Equatable {
  let key: String
  let arguments: [String: String]

  init(_ key: String, _ arguments: [String: String] = [:]) {
    self.key = key
    self.arguments = arguments
  }
}

/// What must be true before a meeting comes into a state.
struct StateGuard {
  let now: Timestamp
  /// When the notice left; nil for now.
  var sent: Timestamp?

  /// Checks a step.
  /// - Throws: ``StateRefusal`` with the first reason.
  func check(_ meeting: Meeting, to target: MeetingState, items: [AgendaItem]) throws {
    guard let next = meeting.state.next else { throw StateRefusal("state.refused.final") }
    guard target == next else {
      throw StateRefusal(target <= meeting.state ? "state.refused.already" : "state.refused.order")
    }
    let live = items.filter { !$0.isWithdrawn }
    switch target {
    case .draft: throw StateRefusal("state.refused.already")
    case .sent:
      if live.isEmpty { throw StateRefusal("state.refused.empty") }
      // A notice that leaves after the meeting began convenes nobody.
      if sent ?? now >= meeting.startsAt { throw StateRefusal("state.refused.late") }
    case .held:
      if now < meeting.startsAt { throw StateRefusal("state.refused.early") }
    case .minuted:
      let missing = live.enumerated().filter { $1.kind == .deliberation && $1.minutes.isEmpty }.map { $0.offset + 1 }
      if !missing.isEmpty {
        throw StateRefusal(
          "state.refused.minutes",
          ["count": String(missing.count), "numbers": missing.map(String.init).joined(separator: ", ")])
      }
    }
  }
}
