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

  private struct Author {
    let address: MailAddress
    let locale: String
  }

  private func author(of subject: Subject, in ledgers: Ledgers) throws -> Author? {
    guard host.outbox.sendsMail,
      let row = try ledgers.host.row(
        "SELECT address, locale FROM host_contact WHERE subject = ?", [.text(subject.description)]),
      let entry = try host.addresses.entry(try row.int("address"), in: ledgers), let address = entry.email
    else { return nil }
    return Author(address: address, locale: try row.text("locale"))
  }

  /// The receipt by mail. The words of the contribution are not in it: nobody confirmed the address yet, and the town
  /// hall must not carry what somebody wants to say to somebody else.
  func received(_ outcome: Outcome, position: Int, what: String, now: Timestamp, in ledgers: Ledgers) throws {
    guard let author = try author(of: outcome.subject, in: ledgers) else { return }
    // What others do with a record later is no receipt of the author's.
    guard try host.moderation.receipt(of: outcome.subject, in: ledgers) == position else { return }
    let words = host.words
    let parts = what.split(separator: "/", maxSplits: 1).map(String.init)
    let action = parts.count == 2 ? host.actionTitle(parts[0], parts[1], author.locale) : what
    let number = ReceiptBook.number(position)
    try host.sendMessage(
      OutgoingMessage(
        kind: "receipt", to: author.address, locale: author.locale,
        subject: words.text("mail.receipt.subject", author.locale, ["number": number, "commune": host.facts.name]),
        blocks: [
          .paragraph(words.text("mail.receipt.text", author.locale)),
          .facts([
            (words.text("receipt.number", author.locale), number),
            (words.text("receipt.action", author.locale), action),
          ]), .link(words.text("mail.receipt.link", author.locale), server: receiptPath(position)),
        ], about: outcome.subject, once: "r\(position)"), in: ledgers)
  }

  /// A record becomes public or stops being so: those who follow what it is about are told, or not told any more.
  func effect(
    of decision: Decision, on entry: ModerationQueue.Entry, by actor: Actor, now: Timestamp, in ledgers: Ledgers
  ) throws {
    guard decision.isApproved else { return try host.announcements.withdraw(entry.subject, in: ledgers) }
    guard !entry.isShown else { return }
    try CommentNotices(host: host).published(entry.subject, now: now, in: ledgers)
    // What is published unread says so on its receipt; its author needs no second message.
    if actor != .clock || entry.state == "approved" { try published(entry.subject, in: ledgers) }
  }

  /// The author is told that the record is public now.
  private func published(_ subject: Subject, in ledgers: Ledgers) throws {
    guard let author = try author(of: subject, in: ledgers) else { return }
    try tell(
      author, "decision", title: "mail.decision.subject.published", about: subject,
      [.paragraph(host.words.text("mail.decision.published", author.locale))], in: ledgers)
  }

  /// A decision that restricts what the author said, with the statement of reasons and the moderator's words.
  func restricted(_ subject: Subject, _ record: ModerationQueue.Record, in ledgers: Ledgers) throws {
    guard let author = try author(of: subject, in: ledgers) else { return }
    let flags = try host.moderation.flags(behind: record, in: ledgers)
    let statement = StatementOfReasons(record, flags: flags, host: host, locale: author.locale)
    var blocks: [MailBlock] = [.paragraph(host.words.text("mail.decision.withheld", author.locale))]
    if !statement.message.isEmpty { blocks.append(.quote(statement.message)) }
    blocks.append(.facts(statement.lines))
    try tell(author, "decision", title: "mail.decision.subject.withheld", about: subject, blocks, in: ledgers)
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
    let link = try receiptLink(subject, author.locale, in: ledgers)
    try host.sendMessage(
      OutgoingMessage(
        kind: kind, to: author.address, locale: author.locale,
        subject: host.words.text(title, author.locale, ["commune": host.facts.name]),
        blocks: blocks + (link.map { [$0] } ?? []), about: subject), in: ledgers)
  }

  private func receiptPath(_ position: Int) -> String { "receipt/\(position)-\(host.secrets.receiptToken(position))" }

  /// The link to the receipt of the act that brought a record; nil for what came by an import.
  private func receiptLink(_ subject: Subject, _ locale: String, in ledgers: Ledgers) throws -> MailBlock? {
    guard let position = try host.moderation.receipt(of: subject, in: ledgers) else { return nil }
    return .link(host.words.text("mail.receipt.link", locale), server: receiptPath(position))
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
