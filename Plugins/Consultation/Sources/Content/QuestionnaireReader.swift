internal import ParticipationKit

/// Reads the `questionnaire` of a consultation's front matter: sections, questions and their options.
struct QuestionnaireReader {
  static let sectionFields = ["title", "title_en", "questions"]
  static let questionFields = [
    "id", "type", "title", "title_en", "help", "help_en", "required", "max", "options", "other",
  ]
  static let optionFields = ["id", "label", "label_en"]
  /// Field names that the form takes for itself.
  static let reservedIDs: Set<String> = [
    "access_code", "confirm_email", "website", "lang", "form_token", "return", "counter_channel", "counter_once",
  ]
  static let mostOptions = 60
  static let mostQuestions = 100

  let file: ContentFile

  func read(_ findings: inout [Diagnostic]) -> [QuestionSection] {
    guard let value = file.fields["questionnaire"] else { return [] }
    var sections: [QuestionSection] = []
    var seen: Set<String> = []
    for section in value.list {
      guard !section.members.isEmpty else {
        note(
          section.line, "une section est une liste de champs ; attendu : title et questions",
          "a section is a list of fields; expected: title and questions", &findings)
        continue
      }
      checkNames(section, Self.sectionFields, &findings)
      let questions = (section["questions"]?.list ?? []).compactMap { question($0, &seen, &findings) }
      if section["questions"]?.list.isEmpty ?? true {
        note(
          section.line, "section sans question ; attendu : « questions » avec au moins une question",
          "a section without question; expected: “questions” with at least one question", &findings)
      }
      sections.append(QuestionSection(title: local("title", section), questions: questions))
    }
    if seen.count > Self.mostQuestions {
      note(
        value.line, "\(seen.count) questions ; attendu : \(Self.mostQuestions) au plus",
        "\(seen.count) questions; expected: at most \(Self.mostQuestions)", &findings)
    }
    return sections
  }

  private func question(
    _ value: ContentValue, _ seen: inout Set<String>, _ findings: inout [Diagnostic]
  ) -> Question? {
    let before = findings.count
    checkNames(value, Self.questionFields, &findings)
    let id = value["id"]?.text ?? ""
    checkID(id, at: value["id"]?.line ?? value.line, &seen, &findings)
    if value["title"]?.text == nil {
      note(value.line, "question sans « title »", "a question without “title”", &findings)
    }
    let types = Question.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    let type = value["type"]
    let kind = type?.text.flatMap { Question.Kind(rawValue: $0) }
    if kind == nil {
      let found = type?.text ?? ""
      note(
        type?.line ?? value.line, "« type » vaut « \(found) » ; attendu : \(types)",
        "“type” is “\(found)”; expected: \(types)", &findings)
    }
    let options = self.options(value, &findings)
    let allowsOther = boolean("other", value, &findings)
    if let kind { checkOptions(options, kind, allowsOther, value, &findings) }
    let max = maximum(value, kind, &findings)
    let isRequired = boolean("required", value, &findings)
    guard findings.count == before, let kind else { return nil }
    return Question(
      id: id, kind: kind, title: local("title", value), help: local("help", value), isRequired: isRequired, max: max,
      options: options, allowsOther: allowsOther)
  }

  private func checkID(_ id: String, at line: Int, _ seen: inout Set<String>, _ findings: inout [Diagnostic]) {
    let bytes = Array(id.utf8)
    let isPlain = bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    let startsWithLetter = bytes.first.map { (0x61...0x7A).contains($0) } ?? false
    if !isPlain || !startsWithLetter || bytes.count > 40 || id.hasSuffix("_other") || Self.reservedIDs.contains(id) {
      note(
        line,
        "« id » d’une question vaut « \(id) » ; attendu : une lettre, puis minuscules, chiffres et _, 40 au plus, "
          + "comme usage_principal",
        "the “id” of a question is “\(id)”; expected: a letter, then lower-case letters, digits and _, at most 40, as "
          + "usage_principal", &findings)
    } else if !seen.insert(id).inserted {
      note(
        line, "deux questions ont l’« id » « \(id) » ; attendu : un par question",
        "two questions have the “id” “\(id)”; expected: one each", &findings)
    }
  }

  private func options(_ value: ContentValue, _ findings: inout [Diagnostic]) -> [Option] {
    var options: [Option] = []
    for item in value["options"]?.list ?? [] {
      if !item.members.isEmpty { checkNames(item, Self.optionFields, &findings) }
      let label =
        item.members.isEmpty
        ? LocalText(french: ByteText.singleLine(item.text ?? ""), english: nil) : local("label", item)
      let id = item["id"]?.text ?? ByteText.slug(label.french)
      if label.french.isEmpty || id.isEmpty || id == Question.other || id != ByteText.slug(id) {
        note(
          item.line,
          "option « \(label.french) » (\(id)) ; attendu : un texte, ou label et id, l’id n’étant pas « other »",
          "option “\(label.french)” (\(id)); expected: a text, or label and id, the id not being “other”", &findings)
      } else if options.contains(where: { $0.id == id }) {
        note(
          item.line, "deux options ont l’« id » « \(id) » ; attendu : un par option",
          "two options have the “id” “\(id)”; expected: one each", &findings)
      }
      options.append(Option(id: id, label: label))
    }
    return options
  }

  private func checkOptions(
    _ options: [Option], _ kind: Question.Kind, _ allowsOther: Bool, _ value: ContentValue,
    _ findings: inout [Diagnostic]
  ) {
    let line = value["options"]?.line ?? value.line
    switch kind {
    case .text where !options.isEmpty || allowsOther:
      note(
        line, "une question de type text n’a ni « options » ni « other »",
        "a question of type text has neither “options” nor “other”", &findings)
    case .single, .multiple:
      let least = allowsOther ? 1 : 2
      if options.count < least || options.count > Self.mostOptions {
        note(
          line, "\(options.count) options ; attendu : de \(least) à \(Self.mostOptions)",
          "\(options.count) options; expected: \(least) to \(Self.mostOptions)", &findings)
      }
    default: break
    }
  }

  private func maximum(_ value: ContentValue, _ kind: Question.Kind?, _ findings: inout [Diagnostic]) -> Int? {
    guard let max = value["max"], max.text != nil else { return nil }
    if kind == .multiple, let number = max.int, number >= 1 { return number }
    note(
      max.line, "« max » : attendu un nombre entier à partir de 1, pour une question de type multiple",
      "“max”: expected a whole number from 1, for a question of type multiple", &findings)
    return nil
  }

  private func boolean(_ name: String, _ value: ContentValue, _ findings: inout [Diagnostic]) -> Bool {
    guard let member = value[name], member.text != nil else { return false }
    if let bool = member.bool { return bool }
    note(member.line, "« \(name) » : attendu true ou false", "“\(name)”: expected true or false", &findings)
    return false
  }

  private func checkNames(_ value: ContentValue, _ known: [String], _ findings: inout [Diagnostic]) {
    let list = known.joined(separator: ", ")
    for member in value.members where !known.contains(member.name) {
      note(
        member.value.line, "champ inconnu « \(member.name) » ; attendu : \(list)",
        "unknown field “\(member.name)”; expected: \(list)", &findings)
    }
  }

  private func local(_ name: String, _ value: ContentValue) -> LocalText {
    LocalText(
      french: ByteText.singleLine(value[name]?.text ?? ""),
      english: value["\(name)_en"]?.text.map { ByteText.singleLine($0) })
  }

  private func note(_ line: Int, _ fr: String, _ en: String, _ findings: inout [Diagnostic]) {
    findings.append(file.error(line: line, fr: fr, en: en))
  }
}
