internal import ParticipationKit

/// Carries out what a process answers to an act or a decision: declared statements with bound values, in the one
/// transaction of the act. What does not go as it said undoes all of it.
struct EffectReader {
  /// The most statements of one answer.
  static let mostStatements = 200

  let module: String
  let statements: [String: String]

  /// The problem with which a process refuses; nil when it does not.
  static func problem(_ value: JSONValue?, _ place: String) throws(ChildFailure) -> Problem? {
    guard let value, !value.isNull else { return nil }
    guard let status = value["status"]?.asInteger, (400...499).contains(status), let code = value["code"]?.asString,
      let detail = value["detail"]?.asString
    else { throw .answer("\(place).problem", "“status” from 400 to 499, “code”, “detail”") }
    let fields = (value["fields"]?.asArray ?? []).compactMap { field -> Problem.FieldError? in
      guard let name = field["field"]?.asString, let message = field["message"]?.asString else { return nil }
      return Problem.FieldError(field: name, message: message)
    }
    return Problem(status: status, code: code, detail: detail, fieldErrors: fields)
  }

  /// Runs the statements of an answer.
  /// - Returns: A reader of subjects that knows the ids of the rows.
  /// - Throws: The problem with which the process refuses, or that it names for a statement that meets a UNIQUE
  ///   constraint or changes another number of rows than it said; ``ChildFailure`` for an answer that may not be; the
  ///   store's error.
  func run(_ answer: JSONValue, _ ledger: Ledger) throws -> SubjectReader {
    if let problem = try EffectReader.problem(answer["problem"], "answer") { throw problem }
    var subjects = SubjectReader(module: module)
    let list = answer["do"].flatMap { $0.isNull ? nil : $0 }
    guard let steps = list == nil ? [] : list?.asArray, steps.count <= EffectReader.mostStatements else {
      throw ChildFailure.answer("do", "a list of at most \(EffectReader.mostStatements) statements")
    }
    for (index, step) in steps.enumerated() {
      let place = "do[\(index)]"
      guard let name = step["run"]?.asString, let sql = statements[name] else {
        throw ChildFailure.answer("\(place).run", "the name of a declared statement")
      }
      var values: [SQLValue] = []
      for value in step["with"]?.asArray ?? [] {
        if let row = try subjects.row(value, "\(place).with") {
          values.append(.integer(row))
        } else if let value = SQLValue(wire: value) {
          values.append(value)
        } else {
          throw ChildFailure.answer("\(place).with", "null, booleans, numbers, texts, blobs or {\"row\": n}")
        }
      }
      let otherwise = try EffectReader.problem(step["or"], place)
      do {
        let done = try ledger.run(sql, values)
        subjects.rows.append(done.rowID)
        let wanted = step["rows"]?.asInteger
        if let wanted, wanted != done.changes {
          throw otherwise
            ?? ChildFailure(
              .answer, fr: "« \(name) » a changé \(done.changes) lignes au lieu de \(wanted)",
              en: "“\(name)” changed \(done.changes) rows instead of \(wanted)")
        }
      } catch let conflict as UniquenessConflict {
        throw otherwise ?? conflict
      }
    }
    return subjects
  }

  /// What an effect asks of the host besides its statements: the moderation queue, mail to the author, announcements.
  /// - Parameter submission: What a person sent; mail goes to an address in one of its fields and to no other.
  func follow(
    _ answer: JSONValue, _ context: ActionContext, _ subjects: SubjectReader,
    submission: Submission = Submission(values: [:])
  ) throws {
    for (index, value) in (answer["moderate"]?.asArray ?? []).enumerated() {
      let place = "moderate[\(index)]"
      guard let kind = value["kind"]?.asString, let excerpt = value["excerpt"]?.asString else {
        throw ChildFailure.answer(place, "“kind”, “key”, “excerpt”")
      }
      try context.submitForModeration(
        kind: kind, key: try subjects.key(value["key"], place), excerpt: excerpt,
        category: value["category"]?.asString ?? "")
    }
    for (index, value) in (answer["inform"]?.asArray ?? []).enumerated() {
      guard let field = value["field"]?.asString else { throw ChildFailure.answer("inform[\(index)]", "“field”") }
      guard let email = submission.optionalText(field) else { continue }
      try context.informAuthor(
        email, about: try subjects.subject(value["about"], "inform[\(index)].about"),
        updates: value["updates"]?.asBool ?? false)
    }
    for (index, value) in (answer["announce"]?.asArray ?? []).enumerated() {
      try context.announce(try event(value, subjects, "announce[\(index)]"))
    }
  }

  private func event(_ value: JSONValue, _ subjects: SubjectReader, _ place: String) throws -> Event {
    var words: [String: Event.Words] = [:]
    for member in value["words"]?.asObject ?? [] {
      guard let title = member.value["title"]?.asString else { throw ChildFailure.answer(place, "words with a title") }
      words[member.name] = Event.Words(title: title, text: member.value["text"]?.asString ?? "")
    }
    guard let kind = value["kind"]?.asString, !words.isEmpty else {
      throw ChildFailure.answer(place, "“kind” and “words”")
    }
    return Event(
      Event.Kind(kind), about: try subjects.subject(value["about"], place),
      within: try subjects.subjects(value["within"], place),
      document: try value["document"].map { try subjects.subject($0, place) }, anchor: value["at"]?.asString ?? "",
      words: words, once: value["once"]?.asString ?? "")
  }

  func outcome(_ answer: JSONValue, _ subjects: SubjectReader) throws -> Outcome {
    guard let message = answer["message"]?.asString else { throw ChildFailure.answer("message", "a text") }
    let lines = (answer["lines"]?.asArray ?? []).compactMap { line -> (label: String, value: String)? in
      guard let parts = line.asArray, parts.count == 2, let label = parts[0].asString, let value = parts[1].asString
      else { return nil }
      return (label: label, value: value)
    }
    var counts: [CountChange] = []
    for (index, value) in (answer["counts"]?.asArray ?? []).enumerated() {
      guard let path = value["path"]?.asString else {
        throw ChildFailure.answer("counts[\(index)]", "“subject”, “path”")
      }
      counts.append(
        CountChange(
          try subjects.subject(value["subject"], "counts[\(index)]"), path, value["amount"]?.asInteger ?? 1))
    }
    return Outcome(
      subject: try subjects.subject(answer["subject"], "subject"),
      changed: try subjects.subjects(answer["changed"], "changed"), message: message, lines: lines, counts: counts)
  }
}
