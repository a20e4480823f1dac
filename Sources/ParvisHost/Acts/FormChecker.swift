import ParticipationKit

/// Checks what came against a form: the one place where fields are validated, for pages and JSON alike.
struct FormChecker: Sendable {
  let words: HostWords
  let locale: String

  /// The checked submission.
  /// - Throws: ``Problem`` 422 with every field that needs correcting.
  func check(_ raw: RawSubmission, against form: Form) throws -> Submission {
    var values: [String: [String]] = [:]
    var others: [String: String] = [:]
    var errors: [Problem.FieldError] = []
    let fields = form.fields
    var known = RawSubmission.reserved
    for field in fields {
      known.insert(field.name)
      if field.allowsOther { known.insert(field.name + "_other") }
    }
    for name in raw.names.sorted() where !known.contains(name) {
      errors.append(.init(field: name, message: text("error.unknown", ["name": String(name.prefix(80))])))
    }
    for field in fields {
      let other = field.allowsOther ? ByteText.singleLine(raw.first(field.name + "_other")) : ""
      if field.allowsOther, raw.hasWrongType(field.name + "_other", for: .line) {
        errors.append(.init(field: field.name + "_other", message: text("error.type.text")))
      }
      if let message = check(field, raw, other, &values) {
        errors.append(.init(field: field.name, message: message))
      }
      if !other.isEmpty {
        if let message = textProblem(other, field.maxLength) {
          errors.append(.init(field: field.name + "_other", message: message))
        } else {
          others[field.name] = other
        }
      }
    }
    let submission = Submission(values: values, others: others)
    // A name that is to be shown must be given: otherwise nobody would learn that none is.
    if [PublicName.choiceField, PublicName.nameField].allSatisfy({ name in fields.contains { $0.name == name } }),
      let message = PublicName.problem(submission, locale),
      !errors.contains(where: { $0.field == PublicName.nameField })
    {
      errors.append(.init(field: PublicName.nameField, message: message))
    }
    guard errors.isEmpty else { throw Problem.invalid(errors, detail: text("error.summary")) }
    return submission
  }

  private func text(_ key: String, _ arguments: [String: String] = [:]) -> String {
    words.text(key, locale, arguments)
  }

  /// A file is there only where ``FileIntake`` put it; a text in its place names nothing.
  private func checkFile(_ field: Field, _ raw: RawSubmission, _ values: inout [String: [String]]) -> String? {
    if let message = raw.fileProblems[field.name] { return message }
    guard let file = raw.files[field.name] else {
      if raw.hasWrongType(field.name, for: .file) || !raw.first(field.name).isEmpty { return text("error.file.form") }
      values[field.name] = []
      return field.isRequired ? text("error.file.required") : nil
    }
    values[field.name] = [file.stored]
    return nil
  }

  /// Checks one field and stores its texts; gives the message when something is wrong.
  private func check(
    _ field: Field, _ raw: RawSubmission, _ other: String, _ values: inout [String: [String]]
  ) -> String? {
    if field.kind == .file { return checkFile(field, raw, &values) }
    if raw.hasWrongType(field.name, for: field.kind) {
      if (raw.values[field.name]?.count ?? 0) > 1 { return text("error.type.one") }
      return text(field.kind == .choices ? "error.type.texts" : "error.type.text")
    }
    var texts = (raw.values[field.name] ?? []).map { normalised($0, field.kind) }.filter { !$0.isEmpty }
    if field.kind == .confirmation { texts = texts.map { $0 == "on" || $0 == "1" ? "true" : $0 } }
    if field.kind != .choices, texts.count > 1 {
      return text("error.type.one")
    }
    if texts.isEmpty || (field.kind == .confirmation && texts == ["false"]) {
      if field.isRequired, other.isEmpty {
        return text(field.kind == .confirmation ? "error.confirmation" : "error.required")
      }
      values[field.name] = texts
      return nil
    }
    for value in texts {
      if let message = textProblem(value, field.maxLength) { return message }
      if let message = kindProblem(value, field) { return message }
    }
    if field.kind == .choices, let most = field.maxChoices, Set(texts).count + (other.isEmpty ? 0 : 1) > most {
      return text("error.choices", ["count": String(most)])
    }
    values[field.name] = field.kind == .choices ? unique(texts) : texts
    return nil
  }

  private func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }

  private func normalised(_ value: String, _ kind: Field.Kind) -> String {
    switch kind {
    case .text: ByteText.trimmed(lineEnds(value))
    case .secret, .hidden: value
    default: ByteText.singleLine(value)
    }
  }

  /// Browsers send CRLF; one line end is kept, so that the same words give the same bytes.
  private func lineEnds(_ value: String) -> String {
    guard value.utf8.contains(0x0D) else { return value }
    var out: [UInt8] = []
    var previous: UInt8 = 0
    for byte in value.utf8 {
      if byte == 0x0D {
        out.append(0x0A)
      } else if !(byte == 0x0A && previous == 0x0D) {
        out.append(byte)
      }
      previous = byte
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func textProblem(_ value: String, _ most: Int) -> String? {
    let count = ByteText.length(value)
    if count > most { return text("error.tooLong", ["found": String(count), "allowed": String(most)]) }
    if ByteText.hasForbiddenControl(value) { return text("error.control") }
    return nil
  }

  private func kindProblem(_ value: String, _ field: Field) -> String? {
    switch field.kind {
    case .email: EmailAddress.isPlausible(value) ? nil : text("error.email")
    case .choice, .choices: field.choices.contains { $0.value == value } ? nil : text("error.choice")
    case .date: LocalDate(value) == nil ? text("error.date") : nil
    case .dateTime: CivilDateTime(value) == nil ? text("error.datetime") : nil
    case .number: numberProblem(value, field.range)
    case .point: GeoPoint(value) == nil ? text("error.point") : nil
    case .confirmation: value == "true" || value == "false" ? nil : text("error.confirmation")
    default: nil
    }
  }

  private func numberProblem(_ value: String, _ range: ClosedRange<Int>?) -> String? {
    guard let number = Int(value) else { return text("error.number") }
    guard let range, !range.contains(number) else { return nil }
    return text("error.range", ["low": String(range.lowerBound), "high": String(range.upperBound)])
  }
}

/// E-mail addresses of forms: those that mail can be sent to.
struct EmailAddress {
  static func isPlausible(_ text: String) -> Bool { MailAddress(text) != nil }
}
