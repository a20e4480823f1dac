internal import ParticipationKit

/// The value of a question with several choices in the Grand Débat's format: a JSON text with `labels` and `other`.
struct ChoiceValue: Sendable, Equatable {
  let labels: [String]
  let other: String?

  /// Reads a value; nil when it is an ordinary text.
  init?(_ text: String) {
    guard text.utf8.first == UInt8(ascii: "{"), let value = try? JSONValue.parse(Array(text.utf8)),
      let labels = value["labels"]?.asArray
    else { return nil }
    self.labels = labels.compactMap(\.asString)
    other = value["other"]?.asString.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// All answers, the person's own last.
  var all: [String] { labels + (other.map { [$0] } ?? []) }
}
