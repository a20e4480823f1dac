import ParticipationKit

/// Official answers to records and comments: a state of its own beside publication and moderation.
struct Answers: Sendable {
  static let id = "answers"
  static let migration = Migration(
    12, "when an official answer was changed", ["ALTER TABLE host_answer ADD COLUMN changed_at INTEGER"])

  let host: Host

  /// The record of the register that an answer is: what it is about is its key.
  static func record(_ subject: Subject) -> Subject { Subject("host", "answer", subject.description) }

  /// The answer to a subject; nil when there is none.
  func answer(to subject: Subject, in ledgers: Ledgers) throws -> OfficialAnswer? {
    guard
      let row = try ledgers.host.row(
        "SELECT author, body, published_at, changed_at FROM host_answer WHERE subject = ?",
        [.text(subject.description)])
    else { return nil }
    let body = try row.text("body")
    return OfficialAnswer(
      author: try row.text("author"), published: try row.timestamp("published_at"),
      body: try host.ports.rendering.markdown(body, .editor).node, source: body, on: subject.description,
      changed: row.optionalTimestamp("changed_at"),
      proof: try host.seals.proof(of: Answers.record(subject), in: ledgers)
    )
  }

  /// The staff action `answers/publish/<subject>`.
  var action: HostedAction {
    HostedAction(
      module: Answers.id, name: "publish", audience: .staff("host.answer"),
      titles: ["fr": host.words.text("action.answer", "fr"), "en": host.words.text("action.answer", "en")],
      hourlyLimit: 0,
      form: { ledgers, key, locale, _ in
        guard let subject = Subject(key), try shownBy(subject, in: ledgers) != nil else { return nil }
        return form(locale: locale)
      },
      perform: { ledgers, context, submission in try publish(context, submission, in: ledgers) })
  }

  private func form(locale: String) -> Form {
    let words = host.words
    return Form(
      title: words.text("answer.title", locale),
      fields: [
        Field(
          "body", .text, words.text("answer.body", locale), help: words.text("comment.body.help", locale),
          required: true, maxLength: 8192),
        Field("author", .line, words.text("answer.author", locale), required: true, maxLength: 80),
      ], submit: words.text("answer.submit", locale))
  }

  /// The subject whose documents show the answer: a comment's own subject, or the record itself.
  func shownBy(_ subject: Subject, in ledgers: Ledgers) throws -> Subject? {
    if subject.module == "host", subject.kind == "comment" {
      guard let id = Int(subject.key),
        let row = try ledgers.host.row(
          "SELECT subject FROM host_comment WHERE id = ? AND publication = 'published'", [.integer(id)])
      else { return nil }
      return Subject(try row.text("subject"))
    }
    return host.registry.hasRecords(subject) ? subject : nil
  }

  private func publish(_ context: ActionContext, _ submission: Submission, in ledgers: Ledgers) throws -> Outcome {
    guard let subject = Subject(context.key), let shown = try shownBy(subject, in: ledgers) else {
      throw Problem.notFound(host.words.text("desk.queue.gone", context.locale))
    }
    try host.authorise(
      "host.answer", in: host.area(of: subject, in: ledgers), context.actor, locale: context.locale)
    try host.checkMarkdown(submission.text("body"), .editor, field: "body", locale: context.locale)
    try store(
      subject, author: submission.text("author"), body: submission.text("body"), person: context.actor.personID,
      at: context.now, in: ledgers)
    if try isShown(subject, at: context.now, in: ledgers) { try prove(subject, at: context.now, in: ledgers) }
    try host.authors.answered(
      subject, author: submission.text("author"), body: submission.text("body"), now: context.now, in: ledgers)
    return Outcome(
      subject: subject, changed: [shown, CommentFeed.subject], message: host.words.text("answer.done", context.locale))
  }

  /// Adds the answer that came with an imported record.
  /// - Throws: ``ImportError`` when its words could not be shown: a page that shows them could never be written again.
  func add(_ answer: ImportedAnswer, in ledgers: Ledgers) throws {
    do {
      try host.checkMarkdown(answer.text, .editor, field: "answer", locale: "en")
    } catch let problem as Problem {
      throw ImportError(
        line: nil, fr: "réponse à « \(answer.subject) » trop longue ou trop imbriquée",
        en: "answer to “\(answer.subject)”: \(problem.detail)")
    }
    try store(
      answer.subject, author: answer.author, body: answer.text, person: nil, at: answer.published, in: ledgers)
  }

  /// Stores an answer, or its change.
  func store(
    _ subject: Subject, author: String, body: String, person: Int?, at: Timestamp, in ledgers: Ledgers
  ) throws {
    try ledgers.host.execute(
      """
      INSERT INTO host_answer(subject, author, body, published_at, person) VALUES(?,?,?,?,?)
      ON CONFLICT(subject) DO UPDATE SET author = excluded.author, body = excluded.body,
        changed_at = excluded.published_at, person = excluded.person
      """,
      [
        .text(subject.description), .text(author), .text(body), .timestamp(at), person.map { .integer($0) } ?? .null,
      ])
  }
}
