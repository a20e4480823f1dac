internal import ParticipationKit

/// A text in French and perhaps in English.
struct LocalText: Sendable, Hashable {
  let french: String
  let english: String?

  func text(_ locale: String) -> String { locale == "en" ? english ?? french : french }
  /// The language in which the text is given when a page of this language shows it.
  func language(_ locale: String) -> String { locale == "en" && english != nil ? "en" : "fr" }
}

/// One answer that a question offers.
struct Option: Sendable, Hashable {
  /// The value that is sent and stored; stays when the label is corrected.
  let id: String
  let label: LocalText
}

/// One question of a questionnaire.
struct Question: Sendable, Hashable {
  enum Kind: String, Sendable, CaseIterable {
    case single
    case multiple
    case text
  }

  /// The option's id under which answers of people's own are counted.
  static let other = "other"

  /// The name of the field: lower-case letters, digits and `_`.
  let id: String
  let kind: Kind
  let title: LocalText
  let help: LocalText
  let isRequired: Bool
  /// For `multiple`: how many answers may be taken.
  let max: Int?
  let options: [Option]
  /// Whether people may give an answer of their own.
  let allowsOther: Bool

  func label(of option: String, _ locale: String) -> String? {
    options.first { $0.id == option }?.label.text(locale)
  }
}

/// Questions under one heading.
struct QuestionSection: Sendable, Hashable {
  let title: LocalText
  let questions: [Question]
}

/// Where a consultation stands at an instant.
enum Phase: Sendable {
  case ahead
  case open
  case over
}

/// One consultation: a file of `content/consultations/`.
struct Consultation: Sendable {
  let id: String
  let title: LocalText
  let summary: LocalText
  let opens: Timestamp
  let closes: Timestamp
  let acceptsProposals: Bool
  let sections: [QuestionSection]
  /// The body of the file as a page shows it.
  let body: HTMLNode
  let bodyText: String
  let bodySource: String

  var questions: [Question] { sections.flatMap(\.questions) }
  func question(_ id: String) -> Question? { questions.first { $0.id == id } }

  /// Closing is exact: what arrives at the instant of closing is late.
  func phase(at now: Timestamp) -> Phase { now < opens ? .ahead : now < closes ? .open : .over }

  /// When time alone changes what pages say.
  func changesAt(after now: Timestamp) -> Timestamp? { [opens, closes].first { $0 > now } }
}

/// All consultations, the latest opening first.
struct ConsultationList: Sendable {
  let all: [Consultation]
  private let byID: [String: Consultation]

  init(_ consultations: [Consultation]) {
    all = consultations.sorted { ($1.opens, $0.id) < ($0.opens, $1.id) }
    byID = Dictionary(consultations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(_ id: String) -> Consultation? { byID[id] }

  /// The ids, for messages.
  var known: String { all.isEmpty ? "–" : all.map(\.id).sorted().joined(separator: ", ") }
}
