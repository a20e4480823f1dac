import ParticipationKit

extension Host {
  var authors: Authors { Authors(host: self) }
}

/// The authors of contributions who left an address: they are told that it arrived, what was decided and why, and what
/// the commune answered. The address is bound to that one contribution.
struct Authors: Sendable {
  let host: Host

  func remember(
    _ email: String, about subject: Subject, updates: Bool, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws {
    guard host.outbox.sendsMail, let address = MailAddress(ByteText.trimmed(email)) else { return }
    let entry = try host.addresses.resolve(address, locale: locale, now: now, in: ledgers)
    try ledgers.host.execute(
      """
      INSERT INTO host_contact(subject, address, locale, updates, created_at) VALUES(?,?,?,?,?)
      ON CONFLICT(subject) DO UPDATE SET address = excluded.address, updates = excluded.updates
      """,
      [.text(subject.description), .integer(entry.id), .text(locale), .bool(updates), .timestamp(now)])
  }

  func forget(_ subject: Subject, in ledgers: Ledgers) throws {
    try ledgers.host.execute("DELETE FROM host_contact WHERE subject = ?", [.text(subject.description)])
  }

  struct Author {
    let address: MailAddress
    let locale: String
    /// Whether somebody showed that the address is theirs.
    let isConfirmed: Bool
  }

  func author(of subject: Subject, in ledgers: Ledgers) throws -> Author? {
    guard host.outbox.sendsMail,
      let row = try ledgers.host.row(
        "SELECT address, locale FROM host_contact WHERE subject = ?", [.text(subject.description)]),
      let entry = try host.addresses.entry(try row.int("address"), in: ledgers), let address = entry.email
    else { return nil }
    return Author(address: address, locale: try row.text("locale"), isConfirmed: entry.isConfirmed)
  }

  /// A record becomes public or stops being so: those who follow what it is about are told, or not told any more.
  /// - Parameter tells: Whether its author is told here that it is public; not when another letter says so.
  func effect(
    of decision: Decision, on entry: ModerationQueue.Entry, by actor: Actor, tells: Bool, now: Timestamp,
    in ledgers: Ledgers
  ) throws {
    guard decision.isApproved else { return try host.announcements.withdraw(entry.subject, in: ledgers) }
    guard !entry.isShown else { return }
    try CommentNotices(host: host).published(entry.subject, now: now, in: ledgers)
    // What is published unread says so on its receipt; its author needs no second message.
    if tells, actor != .clock || entry.state == "approved" { try published(entry.subject, in: ledgers) }
  }

  /// The author is told that the record is public now.
  private func published(_ subject: Subject, in ledgers: Ledgers) throws {
    guard let author = try author(of: subject, in: ledgers) else { return }
    try tell(
      author, "decision", title: "mail.decision.subject.published", about: subject,
      [.paragraph(host.words.text("mail.decision.published", author.locale))], in: ledgers)
  }

  /// A decision that restricts what the author said, with the statement of reasons and the moderator's words.
  /// - Parameter isPublic: Whether what is left of the words is public afterwards.
  func restricted(
    _ subject: Subject, _ record: ModerationQueue.Record, isPublic: Bool, in ledgers: Ledgers
  ) throws {
    guard let author = try author(of: subject, in: ledgers) else { return }
    let measure = try host.moderation.toldMeasure(of: record, in: ledgers)
    let flags = try host.moderation.flags(behind: record, in: ledgers)
    let statement = StatementOfReasons(record, measure, flags: flags, host: host, locale: author.locale)
    let lead = measure == .redacted && !isPublic ? "redacted.waiting" : measure.rawValue
    var blocks: [MailBlock] = [.paragraph(host.words.text("mail.decision.\(lead)", author.locale))]
    if !statement.message.isEmpty { blocks.append(.quote(statement.message)) }
    blocks.append(.facts(statement.lines))
    try tell(
      author, "decision", title: "mail.decision.subject.\(measure.rawValue)", about: subject, blocks, in: ledgers)
  }

  /// A decision of which a letter told was taken back: the author is told what holds now. Nothing without that letter.
  func undone(
    _ subject: Subject, _ record: ModerationQueue.Record, state: String, isShown: Bool, in ledgers: Ledgers
  ) throws {
    guard let author = try author(of: subject, in: ledgers),
      try ledgers.host.row(
        """
        SELECT 1 FROM host_outbox WHERE about = ? AND kind = 'decision' AND created_at >= ? AND state <> 'dropped'
        LIMIT 1
        """, [.text(subject.description), .timestamp(record.at)]) != nil
    else { return }
    let now =
      record.measure == .redacted ? "restored" : isShown ? "shown" : state == "pending" ? "pending" : "before"
    try tell(
      author, "decision", title: "mail.undone.subject", about: subject,
      [.paragraph(host.words.text("mail.undone.\(now)", author.locale))], in: ledgers)
  }

  /// The answer to an appeal, with what the person who read again wrote.
  func appealAnswered(_ subject: Subject, isReversed: Bool, note: String, in ledgers: Ledgers) throws {
    guard let author = try author(of: subject, in: ledgers) else { return }
    let state = isReversed ? "reversed" : "confirmed"
    var blocks: [MailBlock] = [.paragraph(host.words.text("mail.appeal.\(state)", author.locale))]
    if !note.isEmpty { blocks.append(.quote(note)) }
    if !isReversed { blocks.append(.paragraph(host.words.text("mod.appeal.next", author.locale))) }
    try tell(author, "appeal", title: "mail.appeal.subject.\(state)", about: subject, blocks, in: ledgers)
  }

  /// The official answer: to the author, and to all who follow what it is about.
  func answered(_ subject: Subject, author name: String, body: String, now: Timestamp, in ledgers: Ledgers) throws {
    let text = (try? host.ports.rendering.markdown(body, .editor))?.blocks.map(\.plainText).joined(separator: "\n\n")
    let answer = text ?? body
    try CommentNotices(host: host).answered(subject, by: name, answer, now: now, in: ledgers)
    guard let author = try author(of: subject, in: ledgers) else { return }
    try tell(
      author, "answer", title: "mail.answer.subject", about: subject,
      [.paragraph(host.words.text("mail.answer.text", author.locale, ["author": name])), .quote(answer)], in: ledgers)
  }

  /// Tells an author what became of a record, with the link to its receipt when there is one.
  private func tell(
    _ author: Author, _ kind: String, title: String, about subject: Subject, _ blocks: [MailBlock], in ledgers: Ledgers
  ) throws {
    let receipt = try MailedReceipts(host: host).reminder(of: subject, to: author, in: ledgers)
    try host.sendMessage(
      OutgoingMessage(
        kind: kind, to: author.address, locale: author.locale,
        subject: host.words.text(title, author.locale, ["commune": host.facts.name]),
        blocks: blocks + receipt, about: subject), in: ledgers)
  }
}

/// What the host itself announces: comments that were published, and official answers.
struct CommentNotices: Sendable {
  let host: Host

  /// A comment became public. Records announce themselves.
  func published(_ subject: Subject, now: Timestamp, in ledgers: Ledgers) throws {
    guard subject.module == "host", subject.kind == "comment", let comment = try comment(subject, in: ledgers) else {
      return
    }
    let text = plain(comment.body, .resident)
    try announce(
      .commented, comment, source: subject, key: "comment-\(subject.key)", now: now, in: ledgers
    ) { locale in
      let kind = host.words.text("kind.\(comment.kind)", locale)
      return Event.Words(
        title: host.words.text("mail.event.comment", locale, ["kind": kind, "title": comment.title]), text: text)
    }
  }

  /// The commune answered a comment or a record.
  func answered(_ subject: Subject, by author: String, _ answer: String, now: Timestamp, in ledgers: Ledgers) throws {
    guard subject.module == "host", subject.kind == "comment" else {
      let title = try host.follows.target(subject, locale: host.facts.languages[0], in: ledgers)?.title
      var words: [String: Event.Words] = [:]
      for locale in host.facts.languages {
        let name = try host.follows.target(subject, locale: locale, in: ledgers)?.title ?? title ?? ""
        words[locale] = Event.Words(
          title: host.words.text("mail.event.answer", locale, ["title": name, "author": author]), text: answer)
      }
      try host.announcements.add(
        Event(.answered, about: subject, words: words), module: "host", now: now, in: ledgers)
      return
    }
    guard let comment = try comment(subject, in: ledgers) else { return }
    try announce(.answered, comment, source: subject, key: "", now: now, in: ledgers) { locale in
      Event.Words(
        title: host.words.text("mail.event.answer", locale, ["title": comment.title, "author": author]), text: answer)
    }
  }

  private struct Shown {
    let subject: Subject
    let document: Subject
    let anchor: String
    let kind: String
    let title: String
    let body: String
  }

  private func comment(_ subject: Subject, in ledgers: Ledgers) throws -> Shown? {
    guard let id = Int(subject.key),
      let row = try ledgers.host.row("SELECT * FROM host_comment WHERE id = ?", [.integer(id)]),
      let about = Subject(try row.text("subject")), let document = Subject(try row.text("document"))
    else { return nil }
    return Shown(
      subject: about, document: document, anchor: try row.text("anchor"), kind: try row.text("kind"),
      title: try row.text("title"), body: try row.text("body"))
  }

  private func plain(_ text: String, _ policy: MarkdownPolicy) -> String {
    (try? host.ports.rendering.markdown(text, policy))?.blocks.map(\.plainText).joined(separator: "\n\n") ?? text
  }

  private func announce(
    _ kind: Event.Kind, _ comment: Shown, source: Subject, key: String, now: Timestamp, in ledgers: Ledgers,
    words: (String) -> Event.Words
  ) throws {
    var all: [String: Event.Words] = [:]
    for locale in host.facts.languages { all[locale] = words(locale) }
    try host.announcements.add(
      Event(
        kind, about: comment.subject, within: [comment.document], source: source, document: comment.document,
        anchor: comment.anchor, words: all, once: key), module: "host", now: now, in: ledgers)
  }
}
