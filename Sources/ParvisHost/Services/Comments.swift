import ParticipationKit

/// Comments and questions on any subject or block: a service of the host, not a module.
struct Comments: Sendable {
  static let id = "comments"

  let host: Host

  /// The target of a comment, when the subject's module has it and it is public.
  func target(
    _ subject: Subject, locale: String, now: Timestamp? = nil, in ledgers: Ledgers
  ) throws -> CommentTarget? {
    guard let kind = host.registry.commentableKind(subject.module, subject.kind) else { return nil }
    return try kind.target(
      FormContext(ledger: ledgers(subject.module), key: subject.key, locale: locale, now: now ?? host.ports.now()))
  }

  /// The public action `POST /api/v1/comments/add/<module>/<kind>/<key>`.
  var action: HostedAction {
    HostedAction(
      module: Comments.id, name: "add", audience: .anyone,
      titles: ["fr": host.words.text("action.comment", "fr"), "en": host.words.text("action.comment", "en")],
      hourlyLimit: 30,
      form: { ledgers, key, locale, _ in
        guard let subject = Subject(key), let target = try target(subject, locale: locale, in: ledgers) else {
          return nil
        }
        if let refusal = target.refusal { throw Problem.conflict(refusal) }
        return form(for: target, locale: locale)
      },
      perform: { ledgers, context, submission in try add(context, submission, in: ledgers) })
  }

  /// The form for a target.
  func form(for target: CommentTarget, locale: String) -> Form {
    let words = host.words
    var fields: [Field] = []
    if !target.blocks.isEmpty {
      let whole = Choice("", words.text("comment.block.whole", locale))
      let blocks = target.blocks.map { Choice($0.id, excerpt($0.text, 90)) }
      fields.append(Field("block", .choice, words.text("comment.block", locale), choices: [whole] + blocks))
    }
    if target.allowsQuestions {
      fields.append(
        Field(
          "kind", .choice, words.text("comment.kind", locale), required: true,
          choices: [
            Choice("comment", words.text("comment.kind.comment", locale)),
            Choice("question", words.text("comment.kind.question", locale)),
          ]))
    }
    fields.append(
      Field(
        "body", .text, words.text("comment.body", locale), help: words.text("comment.body.help", locale),
        required: true,
        maxLength: MarkdownPolicy.resident.maxLength))
    fields += PublicName.fields(locale)
    if host.outbox.sendsMail {
      fields.append(
        Field(
          "email", .email, words.text("mail.author.email", locale), help: words.text("mail.author.email.help", locale),
          autocomplete: "email"))
    }
    return Form(
      title: words.text("comment.title", locale), fields: fields, submit: words.text("comment.submit", locale))
  }

  private func add(_ context: ActionContext, _ submission: Submission, in ledgers: Ledgers) throws -> Outcome {
    let words = host.words
    guard let subject = Subject(context.key), let target = try target(subject, locale: context.locale, in: ledgers)
    else {
      throw Problem.notFound(words.text("comment.noSubject", context.locale))
    }
    if let refusal = target.refusal { throw Problem.conflict(refusal) }
    let body = submission.text("body")
    try host.checkMarkdown(body, .resident, field: "body", locale: context.locale)
    let block = target.blocks.first { $0.id == submission.text("block") }
    let kind = submission.text("kind") == "question" ? "question" : "comment"
    let id = try context.ledger.insert(
      """
      INSERT INTO host_comment(subject, kind, block, quote, author, body, sent_at, channel, title, document, anchor,
        language, publication) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,'pending')
      """,
      [
        .text(subject.description), .text(kind), .text(block?.id ?? ""), .text(block?.text ?? ""),
        .text(PublicName.shown(submission)), .text(body), .timestamp(context.now), .text(context.actor.channel),
        .text(target.title), .text(target.document.description), .text(target.anchor), .text(context.locale),
      ])
    try context.informAuthor(
      submission.text("email"), about: Subject("host", "comment", String(id)), updates: false)
    let isPublic = try context.submitForModeration(
      kind: "comment", key: String(id), excerpt: excerpt(body, 160), category: "\(subject.module)/\(subject.kind)")
    let message = (kind == "question" ? "comment.received.question" : "comment.received") + (isPublic ? ".public" : "")
    return Outcome(
      subject: Subject("host", "comment", String(id)), changed: [],
      message: words.text(message, context.locale),
      lines: [(label: words.text("comment.block", context.locale), value: target.title)])
  }

  /// The published comments on a subject.
  func discussion(on subject: Subject, in ledgers: Ledgers) throws -> Discussion {
    var comments: [Comment] = []
    try ledgers.host.forEach(
      """
      SELECT c.id, c.kind, c.author, c.sent_at, c.block, c.quote, c.body, a.author AS answer_author,
        a.body AS answer_body, a.published_at AS answered_at, p.position, p.place, p.salt, p.fields, c.language,
        e.at AS erased_at, e.position AS erased_by, a.changed_at, ap.position, ap.place, ap.salt, ap.fields
      FROM host_comment c LEFT JOIN host_answer a ON a.subject = 'host/comment/' || c.id
        LEFT JOIN host_proof p ON p.subject = 'host/comment/' || c.id
        LEFT JOIN host_erasure e ON e.subject = 'host/comment/' || c.id
        LEFT JOIN host_proof ap ON ap.subject = 'host/answer/' || a.subject
      WHERE c.subject = ? AND c.publication = 'published' ORDER BY c.id
      """, [.text(subject.description)]
    ) { row in
      let body = try row.text(at: 6)
      let comment = Subject("host", "comment", String(try row.int(at: 0)))
      comments.append(
        Comment(
          id: try row.int(at: 0), kind: try row.text(at: 1), author: try row.text(at: 2),
          sent: try row.timestamp(at: 3), block: try row.text(at: 4), quote: try row.text(at: 5),
          body: try host.ports.rendering.markdown(body, .resident).node, source: body,
          answer: try answer(row, to: comment),
          proof: try proof(of: comment, row, from: 10)
            ?? host.seals.erasureProof(of: comment, position: row.optionalInt(at: 16)), language: try row.text(at: 14),
          erased: row.optionalTimestamp(at: 15)))
      return true
    }
    return Discussion(subject: subject, comments: comments)
  }

  /// The official answer in the columns 7 to 9 and 17 to 21 of a row of ``discussion(on:in:)``.
  private func answer(_ row: Row, to comment: Subject) throws -> OfficialAnswer? {
    guard let text = row.optionalText(at: 8) else { return nil }
    return OfficialAnswer(
      author: try row.text(at: 7), published: try row.timestamp(at: 9),
      body: try host.ports.rendering.markdown(text, .editor).node, source: text, on: comment.description,
      changed: row.optionalTimestamp(at: 17), proof: try proof(of: Answers.record(comment), row, from: 18) ?? .null)
  }

  /// The proof in four columns of a row of ``discussion(on:in:)``; nil when there is none.
  private func proof(of subject: Subject, _ row: Row, from first: Int) throws -> JSONValue? {
    guard let position = row.optionalInt(at: first) else { return nil }
    return host.seals.proof(
      of: subject, position: position, place: row.optionalInt(at: first + 1),
      salt: row.values[first + 2].asBlob ?? [], fields: try row.text(at: first + 3))
  }

  /// What the moderation queue needs to know about comments.
  var moderatedKind: HostedKind {
    HostedKind(
      titles: ["fr": host.words.text("kind.comment", "fr"), "en": host.words.text("kind.comment", "en")],
      evidence: { ledgers, key, locale, _ in try evidence(key, locale: locale, in: ledgers) },
      decide: { ledgers, context, decision in try decide(context, decision, in: ledgers) },
      texts: [text("body", "mod.text.body"), text("author", "mod.text.author")],
      words: { ledgers, key, _, _ in try words(key, in: ledgers) })
  }

  /// A text of a comment from which a passage can be taken out.
  private func text(_ column: String, _ title: String) -> HostedText {
    HostedText(
      name: column, titles: ["fr": host.words.text(title, "fr"), "en": host.words.text(title, "en")],
      read: { ledgers, key, _, _ in
        try ledgers.host.row("SELECT \(column) FROM host_comment WHERE id = ?", [.text(key)])?.text(column)
      },
      write: { ledgers, context, words in
        try ledgers.host.execute(
          "UPDATE host_comment SET \(column) = ? WHERE id = ?", [.text(words), .text(context.key)])
        return try shownOn(context, in: ledgers)
      })
  }

  /// The subjects whose documents show a comment.
  private func shownOn(_ context: ActionContext, in ledgers: Ledgers) throws -> [Subject] {
    guard let row = try ledgers.host.row("SELECT subject FROM host_comment WHERE id = ?", [.text(context.key)]),
      let subject = Subject(try row.text("subject"))
    else { throw Problem.notFound(host.words.text("desk.queue.gone", context.locale)) }
    let others = try target(subject, locale: context.locale, in: ledgers)?.alsoChanges ?? []
    return [subject, CommentFeed.subject] + others
  }

  private func evidence(_ key: String, locale: String, in ledgers: Ledgers) throws -> Evidence? {
    guard let id = Int(key),
      let row = try ledgers.host.row("SELECT * FROM host_comment WHERE id = ?", [.integer(id)]),
      let subject = Subject(try row.text("subject"))
    else { return nil }
    let target = try target(subject, locale: locale, in: ledgers)
    var nodes: [HTMLNode] = []
    let quote = try row.text("quote")
    if !quote.isEmpty { nodes.append(.p(quote, [.class("about")])) }
    nodes.append(try host.ports.rendering.markdown(try row.text("body"), .resident).node)
    let author = try row.text("author")
    if !author.isEmpty { nodes.append(.p(author, [.class("meta")])) }
    return Evidence(title: target?.title ?? subject.description, body: .fragment(nodes), document: target?.document)
  }

  private func decide(_ context: ActionContext, _ decision: Decision, in ledgers: Ledgers) throws -> [Subject] {
    let changed = try shownOn(context, in: ledgers)
    try ledgers.host.execute(
      """
      UPDATE host_comment SET publication = ?1,
        published_at = CASE ?1 WHEN 'published' THEN coalesce(published_at, ?2) ELSE published_at END WHERE id = ?3
      """, [.text(decision.isApproved ? "published" : "withheld"), .timestamp(context.now), .text(context.key)])
    return changed
  }

  /// Adds a comment that came with an import.
  /// - Returns: Its number; nil when it was there already.
  /// - Throws: ``ImportError`` when its words could not be shown: a page that shows them could never be written again.
  func add(_ comment: ImportedComment, actor: Actor, now: Timestamp, in ledgers: Ledgers) throws -> Int? {
    let ledger = ledgers.host
    for (text, policy) in [(comment.text, MarkdownPolicy.resident), (comment.answer, .editor)] {
      do {
        try host.checkMarkdown(text, policy, field: comment.reference, locale: "en")
      } catch let problem as Problem {
        throw ImportError(
          line: nil, fr: "commentaire « \(comment.reference) » trop long ou trop imbriqué",
          en: "comment “\(comment.reference)”: \(problem.detail)")
      }
    }
    // References are a module's own: two of them may name different comments alike. Before, none had its module's name.
    let module = comment.subject.module
    let reference = "\(module)/\(comment.reference)"
    let former = try ledger.row(
      "SELECT 1 FROM host_comment WHERE reference = ?1 AND substr(subject, 1, length(?2)) = ?2",
      [.text(comment.reference), .text(module + "/")])
    guard former == nil else { return nil }
    let target = try target(comment.subject, locale: host.facts.languages[0], in: ledgers)
    let changes = try ledger.execute(
      """
      INSERT INTO host_comment(subject, kind, block, quote, author, body, sent_at, channel, publication, published_at,
        reference, title, document, anchor) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(reference) DO NOTHING
      """,
      [
        .text(comment.subject.description), .text(comment.kind), .text(comment.block), .text(comment.quote),
        .text(comment.author), .text(comment.text), .timestamp(comment.sent), .text("import"), .text(comment.state),
        comment.state == "published" ? .timestamp(comment.sent) : .null, .text(reference),
        .text(target?.title ?? ""), .text(target?.document.description ?? ""),
        .text(target?.anchor ?? ""),
      ])
    guard changes == 1 else { return nil }
    let id = try ledger.count("SELECT id FROM host_comment WHERE reference = ?", [.text(reference)])
    let state = ["published": "approved", "withheld": "refused"][comment.state] ?? "pending"
    try host.moderation.record(
      ModerationQueue.Arrival(
        module: "host", kind: "comment", key: String(id), excerpt: excerpt(comment.text, 160),
        category: "\(comment.subject.module)/\(comment.subject.kind)", state: state, reason: comment.reason,
        submitted: comment.sent), in: ledgers)
    if !comment.answer.isEmpty {
      try host.answers.store(
        Subject("host", "comment", String(id)), author: comment.answerAuthor, body: comment.answer, person: nil,
        at: comment.sent.adding(seconds: 86_400), in: ledgers)
    }
    return id
  }

  /// What the register commits to when a comment is published.
  func words(_ key: String, in ledgers: Ledgers) throws -> [(String, JSONValue)]? {
    guard let id = Int(key),
      let row = try ledgers.host.row(
        "SELECT subject, kind, author, quote, body FROM host_comment WHERE id = ?", [.integer(id)])
    else { return nil }
    return Comment.words(
      on: try row.text("subject"), kind: try row.text("kind"), author: try row.text("author"),
      quote: try row.text("quote"), source: try row.text("body"))
  }
}

extension ImportedComment {
  /// What the register commits to.
  var words: [(String, JSONValue)] {
    Comment.words(on: subject.description, kind: kind, author: author, quote: quote, source: text)
  }
}

/// The first characters of a text on one line, at a word's end, with an ellipsis when something is left out.
func excerpt(_ text: String, _ limit: Int) -> String {
  let line = ByteText.singleLine(text, scalars: limit + 1)
  var bytes = Array(line.utf8)
  // Each scalar has one byte that is no continuation.
  guard bytes.reduce(0, { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }) > limit else { return line }
  while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
  if let space = bytes.lastIndex(of: 0x20) { bytes.removeSubrange(space...) }
  return String(decoding: bytes, as: UTF8.self) + "…"
}
