internal import ParticipationKit

// The form of a questionnaire, and the reading of what came back.

extension ConsultationModule {
  func answerForm(_ consultation: Consultation, _ locale: String) -> Form {
    var number = 0
    let groups = consultation.sections.map { section in
      Form.Group(
        section.title.text(locale),
        section.questions.map { question in
          number += 1
          return field(question, number: number, locale)
        })
    }
    return Form(
      title: text("form.answer.title", locale),
      groups: groups,
      submit: text("form.answer.submit", locale))
  }

  private func field(_ question: Question, number: Int, _ locale: String) -> Field {
    let kind: Field.Kind =
      switch question.kind {
      case .single: .choice
      case .multiple: .choices
      case .text: .text
      }
    return Field(
      question.id, kind, "\(number). \(question.title.text(locale))", help: help(question, locale),
      required: question.isRequired, maxLength: Self.maxLength(of: question),
      choices: question.options.map { Choice($0.id, $0.label.text(locale)) }, allowsOther: question.allowsOther,
      maxChoices: question.max)
  }

  /// How many bytes words of one's own may have, in the form and in a file.
  static func maxLength(of question: Question) -> Int { question.kind == .text ? 2000 : 200 }

  private func help(_ question: Question, _ locale: String) -> String {
    let own = question.help.text(locale)
    let rule: String =
      switch question.kind {
      case .single: text("form.single", locale)
      case .multiple:
        question.max.map { text("form.multiple-max", locale, ["count": String($0)]) } ?? text("form.multiple", locale)
      case .text: text("form.text", locale)
      }
    return own.isEmpty ? rule : "\(own) \(rule)"
  }

  /// What a person answered.
  /// - Throws: ``Problem`` 422 with what to correct.
  func sheet(_ submission: Submission, _ consultation: Consultation, _ locale: String) throws -> AnswerSheet {
    var sheet = AnswerSheet()
    var faults: [Problem.FieldError] = []
    for question in consultation.questions {
      let taken = question.kind == .multiple ? submission.list(question.id) : [submission.text(question.id)]
      let result = AnswerReader(question: question).read(taken, other: submission.other(question.id), into: &sheet)
      if let fault = result {
        let arguments = ["count": String(question.max ?? 1)]
        faults.append(.init(field: question.id, message: text("error.answer.\(fault.rawValue)", locale, arguments)))
      }
    }
    if faults.isEmpty, sheet.choices.isEmpty, let first = consultation.questions.first {
      faults.append(.init(field: first.id, message: text("error.answer.nothing", locale)))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults, detail: text("error.correct", locale)) }
    return sheet
  }
}

/// Reads the answer to one question, from a form or a file.
struct AnswerReader {
  /// What can be wrong; the raw value ends the key of the message.
  enum Fault: String, CaseIterable {
    case unknown
    case several
    case tooMany = "too-many"
    case missing
    case notOffered = "not-offered"
  }

  let question: Question

  /// Adds the answer to a sheet.
  /// - Parameters:
  ///   - taken: The choices, or the text as the only element. ``Question/other`` says that the words stand in `other`.
  ///   - other: An answer of one's own.
  /// - Returns: What is wrong; nil when the answer was added or left out.
  func read(_ taken: [String], other: String, into sheet: inout AnswerSheet) -> Fault? {
    let own = ByteText.singleLine(other)
    switch question.kind {
    case .text:
      let text = ByteText.trimmed(taken.first ?? "")
      guard !text.isEmpty else { return question.isRequired ? .missing : nil }
      sheet.choices.append((question.id, ""))
      sheet.texts.append((question.id, text))
      return nil
    case .single, .multiple:
      var choices: [String] = []
      for choice in taken where !choice.isEmpty && choice != Question.other && !choices.contains(choice) {
        guard question.label(of: choice, "fr") != nil else { return .unknown }
        choices.append(choice)
      }
      let saysOther = taken.contains(Question.other)
      if saysOther || !own.isEmpty {
        guard question.allowsOther else { return .notOffered }
        choices.append(Question.other)
      }
      if choices.isEmpty { return question.isRequired ? .missing : nil }
      if question.kind == .single, choices.count > 1 { return .several }
      if let max = question.max, choices.count > max { return .tooMany }
      sheet.choices += choices.map { (question.id, $0) }
      if !own.isEmpty { sheet.texts.append((question.id, own)) }
      return nil
    }
  }
}
