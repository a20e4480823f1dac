/// How many with an access code and how many without; never one number alone.
struct Count: Sendable, Hashable {
  var verified = 0
  var unverified = 0

  var total: Int { verified + unverified }

  mutating func add(_ number: Int, isVerified: Bool) {
    if isVerified { verified += number } else { unverified += number }
  }
}

/// The count of a questionnaire.
struct Tally: Sendable, Hashable {
  /// How many people answered the questionnaire.
  var people = Count()
  private var choices: [String: [String: Count]] = [:]
  private var respondents: [String: Count] = [:]

  mutating func add(_ number: Int, question: String, choice: String, isVerified: Bool) {
    choices[question, default: [:]][choice, default: Count()].add(number, isVerified: isVerified)
  }

  mutating func addRespondents(_ number: Int, question: String, isVerified: Bool) {
    respondents[question, default: Count()].add(number, isVerified: isVerified)
  }

  /// How many people answered a question: the base of its shares.
  func respondents(_ question: String) -> Count { respondents[question] ?? Count() }

  /// The counts of every choice of a question that somebody took.
  func counts(of question: String) -> [Count] {
    (choices[question] ?? [:]).filter { !$0.key.isEmpty }.map(\.value)
  }

  /// Questions that were answered and that the file no longer has, under their ids: nothing vanishes silently.
  func stray(besides questions: [Question]) -> [Question] {
    let known = Set(questions.map(\.id))
    return respondents.keys.filter { !known.contains($0) }.sorted().map { id in
      let taken = (choices[id] ?? [:]).keys.filter { !$0.isEmpty }
      return Question(
        id: id, kind: taken.isEmpty ? .text : .multiple, title: LocalText(french: id, english: id),
        help: LocalText(french: "", english: nil), isRequired: false, max: nil, options: [],
        allowsOther: taken.contains(Question.other))
    }
  }

  func count(_ question: String, _ choice: String) -> Count { choices[question]?[choice] ?? Count() }

  /// The rows of a question: its options in their order, then answers of people's own, then what was chosen under an
  /// option that the file no longer has. Nothing vanishes silently.
  func rows(of question: Question) -> [(choice: String, count: Count)] {
    let known = question.options.map(\.id) + (question.allowsOther ? [Question.other] : [])
    let stray = (choices[question.id] ?? [:]).keys.filter { !known.contains($0) && !$0.isEmpty }.sorted()
    return (known + stray).map { ($0, count(question.id, $0)) }
  }
}

/// A share in whole per mille and per cent, each rounded half up from the count itself: rounding a rounded number would
/// make 27 % of 26,45 %. 0 of 0 is 0.
struct Share: Sendable, Hashable {
  let perMille: Int
  let percent: Int

  init(_ part: Int, of whole: Int) {
    perMille = whole <= 0 ? 0 : (part * 2000 + whole) / (whole * 2)
    percent = whole <= 0 ? 0 : (part * 200 + whole) / (whole * 2)
  }

  /// The width of a bar, as `26.6%`.
  var width: String { "\(perMille / 10).\(perMille % 10)%" }

  /// As people read it, `27 %` in French and `27%` in English.
  func words(_ locale: String) -> String {
    locale == "en" ? "\(percent)%" : "\(percent)\u{202F}%"
  }
}
