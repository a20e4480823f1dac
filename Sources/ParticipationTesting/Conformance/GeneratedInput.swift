import ParticipationKit

/// Fills forms from their declared fields: sensible words, words that break things, limits, wrong types.
struct GeneratedInput {
  /// The way in which a form is filled.
  enum Style: Sendable {
    /// Words that break what does not escape, with a marker that is found again.
    case canary
    /// What anybody might type.
    case plain
  }

  /// What stands in every canary: what only careless code lets through.
  static let raw = "<x-canary>"
  /// The beginning of a canary, which a table program would run.
  static let formula = "=HYPERLINK("

  /// The number that markers carry, so that each act is found again.
  let number: Int
  let style: Style

  /// The marker of public words.
  var marker: String { "canary\(number)z" }
  /// The marker of what says who somebody is.
  var personal: String { "personne\(number)z" }

  /// The fields of a form with their values.
  /// - Parameters:
  ///   - initial: What the form shows when it is opened; kept for choices and what is not seen.
  ///   - plainFields: Fields that take sensible words in either style, because the module refused the others.
  ///   - leftOut: Optional fields that stay empty.
  ///   - untouched: Fields that stay as the form shows them, also when that is empty.
  ///   - turn: Which of the choices is taken.
  func values(
    _ form: Form, initial: [String: [String]] = [:], plainFields: Set<String> = [], leftOut: Set<String> = [],
    untouched: Set<String> = [], turn: Int = 0
  ) -> [(String, [String])] {
    var values: [(String, [String])] = []
    for field in form.fields where !leftOut.contains(field.name) {
      let kept = [.choice, .choices, .hidden, .dateTime, .date, .number, .point].contains(field.kind)
      if kept || untouched.contains(field.name), let shown = initial[field.name], shown != [""], !shown.isEmpty {
        values.append((field.name, shown))
      } else if !untouched.contains(field.name) || initial[field.name] == nil {
        let style: Style = plainFields.contains(field.name) ? .plain : style
        let made = value(field, style, turn: turn)
        if !made.isEmpty { values.append((field.name, made)) }
      }
    }
    return values
  }

  /// The files of a form, with a name that breaks what does not escape.
  func files(_ form: Form, leftOut: Set<String> = []) -> [(field: String, name: String, bytes: [UInt8])] {
    form.fields.filter { $0.kind == .file && !leftOut.contains($0.name) && $0.accepts.contains(.pdf) }.map {
      (field: $0.name, name: "\(marker) \(GeneratedInput.raw).pdf", bytes: SampleFiles.pdf(marker))
    }
  }

  /// The same in a way that was found before.
  func values(_ form: Form, _ way: Visit.Way) -> [(String, [String])] {
    values(form, plainFields: way.plain, leftOut: way.leftOut, turn: way.turn)
  }

  private func value(_ field: Field, _ style: Style, turn: Int) -> [String] {
    // Nobody asks for their name to be shown: then it must stand nowhere, whatever was corrected meanwhile.
    if field.name == PublicName.choiceField { return [field.choices.first?.value ?? ""] }
    switch field.kind {
    case .email: return ["\(personal)@essai.example"]
    case .choice:
      guard !field.choices.isEmpty else { return [] }
      return [field.choices[turn % field.choices.count].value]
    case .choices: return field.choices.prefix(max(1, min(field.maxChoices ?? 1, 2))).map(\.value)
    case .date: return ["2026-12-0\(1 + turn % 8)"]
    case .dateTime: return ["2026-12-0\(1 + turn % 8)T20:00"]
    case .number: return [String((field.range?.lowerBound ?? 1) + min(turn, field.range.map { $0.count - 1 } ?? turn))]
    case .confirmation: return ["true"]
    case .point: return ["48.7712,5.1604"]
    case .secret: return []
    case .hidden: return []
    // A text is no file; ``files(_:leftOut:)`` sends one.
    case .file: return []
    default:
      if !field.autocomplete.isEmpty { return [GeneratedInput.cut("\(personal) Dupont", field.maxLength)] }
      return [text(field, style)]
    }
  }

  private func text(_ field: Field, _ style: Style) -> String {
    guard style == .canary else { return GeneratedInput.cut("\(marker) Le banc est cassé.", field.maxLength) }
    // A quote with a combining mark, a right-to-left word, an ampersand, mark-up, a formula: all in the first bytes.
    let words =
      "=HYPERLINK(\"x\") \(marker) \(GeneratedInput.raw)<b a=\"'\u{0301}\">&amp; \u{05E9}\u{05DC}\u{05D5}\u{05DD}"
    let cut = GeneratedInput.cut(words, field.maxLength)
    return cut.utf8.count < words.utf8.count ? GeneratedInput.cut("\(marker) <b>", field.maxLength) : cut
  }

  /// The longest beginning of a text that is no longer than so many characters.
  static func cut(_ text: String, _ characters: Int) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(characters)))
  }

  /// Texts that have broken programs, each short enough for most fields.
  static let nasty = [
    "", " ", "\u{0000}", "\u{0007}", "'", "\"\u{0301}", "'; DROP TABLE x; --", "<script>alert(1)</script>", "]]>",
    "{{7*7}}", "%s%n", "../../etc/passwd", "\u{202E}abc", "\u{FEFF}", "😀👩‍👩‍👧‍👧", "\r\n\r\n", "-1", "0",
    "9223372036854775808", "1e999", "NaN", "null", "true", "[x](javascript:alert(1))", "# \n\n> > > >", "\u{FFFF}",
    "=1+1", "@SUM(A1)", "https://x.example/?a=b&c=d",
  ]

  /// A huge text.
  static let huge = String(repeating: "é", count: 40_000)
}
