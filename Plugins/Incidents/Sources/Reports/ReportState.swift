/// Where a service request stands in its service. Publication, moderation and official answer are states of their own
/// and never mixed with this one.
enum ReportState: String, Sendable, CaseIterable {
  case received
  case inReview = "in-review"
  case planned
  case inProgress = "in-progress"
  case referred
  case resolved
  case duplicate
  case notCompetent = "not-competent"
  case noAction = "no-action"

  /// Whether the request is closed in the words of Open311 (`open` or `closed`). A referred one stays open for the
  /// resident: nobody has repaired anything yet.
  var isClosed: Bool {
    switch self {
    case .resolved, .duplicate, .notCompetent, .noAction: true
    case .received, .inReview, .planned, .inProgress, .referred: false
    }
  }

  /// How the state looks: a class of the theme with its own shape and colour.
  var look: Look {
    switch self {
    case .received, .inReview: .open
    case .planned, .inProgress, .referred: .wait
    case .resolved: .done
    case .duplicate, .notCompetent, .noAction: .over
    }
  }

  /// The states that may follow. A closed request can only be reopened, into review.
  var next: [ReportState] {
    switch self {
    case .received:
      [.inReview, .planned, .inProgress, .referred, .resolved, .duplicate, .notCompetent, .noAction]
    case .inReview: [.planned, .inProgress, .referred, .resolved, .duplicate, .notCompetent, .noAction]
    case .planned: [.inReview, .inProgress, .referred, .resolved, .duplicate, .notCompetent, .noAction]
    case .inProgress: [.inReview, .planned, .referred, .resolved, .noAction]
    case .referred: [.inReview, .planned, .inProgress, .resolved, .notCompetent, .noAction]
    case .resolved, .duplicate, .notCompetent, .noAction: [.inReview]
    }
  }

  /// The key of the state's word in the catalogue.
  var wordKey: String { "state.\(rawValue)" }

  /// Four looks for nine states, so that a map stays readable.
  enum Look: String, Sendable, CaseIterable {
    case open
    case wait
    case done
    case over
  }
}

/// A change of state as staff ask for it, before it is accepted.
struct StateChange: Sendable {
  let from: ReportState
  let to: ReportState
  /// What the public reads.
  let text: String
  /// Only for staff.
  let note: String
  /// To which body, for `referred`.
  let referredTo: String
  /// The number of the report that is kept, for `duplicate`.
  let duplicateOf: String

  /// What is wrong with one field.
  struct Fault: Sendable, Hashable {
    let field: String
    /// The key of the message in the catalogue.
    let messageKey: String
  }

  /// What has to be corrected; empty when the change may be made.
  ///
  /// Every closure needs words for the resident, a duplicate needs the report that is kept, a referral needs the body
  /// it went to. Staying in the same state is a note and needs words of one kind or the other.
  func faults() -> [Fault] {
    var faults: [Fault] = []
    if to != from, !from.next.contains(to) {
      faults.append(Fault(field: "state", messageKey: "error.state-order"))
    }
    if to == from, text.isEmpty, note.isEmpty {
      faults.append(Fault(field: "text", messageKey: "error.nothing-said"))
    }
    if to != from, to.isClosed, text.isEmpty {
      faults.append(Fault(field: "text", messageKey: "error.closure-text"))
    }
    if to == .referred, referredTo.isEmpty {
      faults.append(Fault(field: "referred_to", messageKey: "error.referred-to"))
    }
    if to == .duplicate, duplicateOf.isEmpty {
      faults.append(Fault(field: "duplicate_of", messageKey: "error.duplicate-of"))
    }
    return faults
  }
}
