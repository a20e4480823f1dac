import ParticipationKit

/// What residents tell about published words: the public action `POST /api/v1/moderation/flag/<module>/<kind>/<key>`,
/// without account (DSA art. 16).
struct Flags: Sendable {
  /// The name under which the host's own actions of moderation stand in addresses.
  static let id = "moderation"

  let host: Host

  /// One thing on a page that can be flagged.
  struct Item: Sendable {
    let subject: Subject
    let title: String

    var choice: Choice { Choice(subject.description, title) }
  }

  var action: HostedAction {
    HostedAction(
      module: Flags.id, name: "flag", audience: .anyone,
      titles: ["fr": host.words.text("mod.flag.action", "fr"), "en": host.words.text("mod.flag.action", "en")],
      hourlyLimit: 12,
      form: { ledgers, key, locale, now in
        guard let subject = Subject(key) else { return nil }
        let items = try items(on: subject, locale: locale, now: now, in: ledgers)
        return items.isEmpty ? nil : form(items.map(\.choice), locale: locale)
      },
      performFrom: { ledgers, context, submission, origin in
        try flag(context, submission, origin: origin, in: ledgers)
      })
  }

  /// At most so many things can be chosen from in one form.
  private static let mostItems = 400

  /// What can be flagged on the page of a subject: the record itself when it is a resident's, and its comments.
  /// - Parameters:
  ///   - comments: The published comments, when the page that is being made has shown them: what it shows is public,
  ///     so that is not asked again.
  ///   - mayBeErased: False where it is known already that nothing was erased.
  func items(
    on subject: Subject, comments: [Comment]? = nil, mayBeErased: Bool = true, locale: String, now: Timestamp,
    in ledgers: Ledgers
  ) throws -> [Item] {
    var items: [Item] = []
    // What was erased is a gap with a date: nobody needs to read it. What others said below it stays.
    let isModerated = host.registry.moderatedKind(subject.module, subject.kind) != nil
    if try isModerated && (!mayBeErased || host.erasures.date(of: subject, in: ledgers) == nil) {
      // A record that came with an import without decision has no entry before it is flagged for the first time.
      guard
        try comments != nil
          || host.moderation.isShown(subject, in: ledgers)
            ?? host.registry.isPublic(subject, ledgers, now: now, host: host)
      else { return [] }
      items.append(Item(subject: subject, title: host.words.text("mod.flag.record", locale)))
    }
    if let comments {
      let left = Flags.mostItems - items.count
      return items
        + comments.lazy.filter { $0.erased == nil }.prefix(left).map {
          item($0.id, author: $0.author, sent: $0.sent, locale)
        }
    }
    try ledgers.host.forEach(
      """
      SELECT id, author, sent_at FROM host_comment c WHERE subject = ? AND publication = 'published'
        AND NOT EXISTS(SELECT 1 FROM host_erasure e WHERE e.subject = 'host/comment/' || c.id) ORDER BY id
      """, [.text(subject.description)]
    ) { row in
      items.append(
        item(try row.int(at: 0), author: try row.text(at: 1), sent: try row.timestamp(at: 2), locale))
      return items.count < Flags.mostItems
    }
    return items
  }

  private func item(_ id: Int, author: String, sent: Timestamp, _ locale: String) -> Item {
    let number = String(id)
    let day = DateWords(locale: locale).medium(host.zone.civil(sent).date)
    return Item(
      subject: Subject("host", "comment", number),
      title: host.words.text(
        author.isEmpty ? "mod.flag.comment" : "mod.flag.comment.by", locale,
        ["number": number, "day": day, "author": author]))
  }

  /// The form for a flag on one of some things.
  func form(_ items: [Choice], locale: String) -> Form {
    let words = host.words
    var fields: [Field] = []
    if items.count == 1 {
      fields.append(Field("item", .hidden, "", required: true, maxLength: 200))
    } else {
      fields.append(
        Field(
          "item", .choice, words.text("mod.flag.item", locale), required: true,
          choices: items))
    }
    fields.append(
      Field(
        "reason", .choice, words.text("mod.flag.reason", locale), required: true,
        choices: host.charter.reasons.map { Choice($0.id, Charter.pick($0.titles, locale)) }))
    fields.append(
      Field("note", .text, words.text("mod.flag.note", locale), help: words.text("mod.flag.note.help", locale)))
    return Form(
      title: words.text("mod.flag.title", locale), fields: fields, submit: words.text("mod.flag.submit", locale))
  }

  /// Removes what tells which flags of past days came from one connection.
  func forgetOrigins(_ now: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_flag SET origin = NULL WHERE origin IS NOT NULL AND sent_at < ?",
      [.timestamp(host.secrets.addressDay(now))])
  }

  private func flag(
    _ context: ActionContext, _ submission: Submission, origin: [UInt8], in ledgers: Ledgers
  ) throws -> Outcome {
    let words = host.words
    let gone = Problem.notFound(words.text("error.notFound", context.locale))
    guard let page = Subject(context.key), let subject = Subject(submission.text("item")),
      try items(on: page, locale: context.locale, now: context.now, in: ledgers).contains(where: {
        $0.subject == subject
      })
    else { throw gone }
    let entry = try host.moderation.flagged(subject, now: context.now, in: ledgers)
    // The origin lets one connection count once; it is known for its day only, since the digest's key changes each day.
    let id: Int
    do {
      id = try ledgers.host.insert(
        "INSERT INTO host_flag(entry, reason, note, sent_at, origin, state) VALUES(?,?,?,?,?,'open')",
        [
          .integer(entry.id), .text(submission.text("reason")), .text(submission.text("note")),
          .timestamp(context.now), origin.isEmpty ? .null : .blob(origin),
        ])
    } catch is UniquenessConflict {
      throw Problem.conflict(words.text("mod.flag.twice", context.locale))
    }
    // The page that counts flags counts this one.
    try host.ports.enqueue([ModerationCounts.subject], ledgers)
    try host.moderation.count(flagOf: entry, locale: context.locale, now: context.now, in: ledgers)
    return Outcome(
      subject: Subject("host", "flag", String(id)), changed: [], message: words.text("mod.flag.done", context.locale),
      lines: [
        (
          label: words.text("mod.flag.reason", context.locale),
          value: host.reasonTitle(submission.text("reason"), context.locale)
        )
      ])
  }
}

extension ModuleRegistry {
  /// Whether a record without entry in the queue has a public document.
  func isPublic(_ subject: Subject, _ ledgers: Ledgers, now: Timestamp, host: Host) throws -> Bool {
    guard let family = entry(subject.module)?.instance.documents.first(where: { $0.kind == subject.kind }) else {
      return false
    }
    return try family.load(host.renderContext(subject.module, ledgers, now: now), subject.key) != nil
  }
}

extension ModerationQueue {
  /// The entry of something that is flagged; made when an import brought it without one.
  func flagged(_ subject: Subject, now: Timestamp, in ledgers: Ledgers) throws -> Entry {
    if let entry = try entry(for: subject, in: ledgers) { return entry }
    let locale = host.facts.languages[0]
    let evidence = try kind(subject.module, subject.kind)?.evidence(ledgers, subject.key, locale, now)
    try record(
      Arrival(
        module: subject.module, kind: subject.kind, key: subject.key, excerpt: evidence?.body.plainText ?? "",
        category: "", state: "approved", reason: "", submitted: now), in: ledgers)
    guard let entry = try entry(for: subject, in: ledgers) else {
      throw Problem.notFound(host.words.text("error.notFound", locale))
    }
    return entry
  }

  /// Brings a flagged entry back into the queue, and hides it when as many residents as the setting says have flagged
  /// it.
  func count(flagOf entry: Entry, locale: String, now: Timestamp, in ledgers: Ledgers) throws {
    let open = try ledgers.host.count(
      "SELECT count(*) FROM host_flag WHERE entry = ? AND state = 'open'", [.integer(entry.id)])
    try ledgers.host.execute(
      "UPDATE host_moderation SET flags = ?, state = 'pending', version = version + 1 WHERE id = ?",
      [.integer(open), .integer(entry.id)])
    let limit = try settings(in: ledgers).hideAfterFlags
    guard limit > 0, open >= limit, entry.isShown, try today(flagsOf: entry, now: now, in: ledgers) >= limit,
      try !wasKept(entry, in: ledgers)
    else { return }
    let decision = Decision(isApproved: false, reason: "flags", note: "")
    let changed = try effect(of: decision, on: entry, by: .clock, locale: locale, now: now, in: ledgers)
    let position = try append(
      Leaf(
        what: "withdrawn", subject: entry.subject, content: ["hidden", String(open)], effect: .hides(reason: "flags"),
        counted: (.hidden, decision.reason)),
      at: now, in: ledgers)
    try ledgers.host.execute("UPDATE host_moderation SET shown = 0 WHERE id = ?", [.integer(entry.id)])
    _ = try keep(.hidden, entry, decision, person: nil, position: position, now: now, in: ledgers)
    try host.ports.enqueue(changed + [ModerationCounts.subject], ledgers)
  }

  /// How many connections flagged an entry today. Their digests have another key each day, so that over several days
  /// one person would count as many.
  private func today(flagsOf entry: Entry, now: Timestamp, in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count(
      "SELECT count(*) FROM host_flag WHERE entry = ? AND state = 'open' AND origin IS NOT NULL AND sent_at >= ?",
      [.integer(entry.id), .timestamp(host.secrets.addressDay(now))])
  }

  /// Whether a person read an entry after flags, or after an appeal, and left it public: then only a person takes it
  /// off, unless its words changed since.
  private func wasKept(_ entry: Entry, in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row(
      """
      SELECT 1 FROM host_decision d WHERE entry = ?1 AND person IS NOT NULL AND undone_at IS NULL AND at >= ?2
        AND measure IN ('kept','published') AND (measure = 'kept' OR appeal IS NOT NULL
          OR EXISTS(SELECT 1 FROM host_flag f WHERE f.closed_by = d.id)) LIMIT 1
      """, [.integer(entry.id), .timestamp(entry.submitted)]) != nil
  }

  /// The open flags of an entry, oldest first.
  func openFlags(of entry: Int, in ledgers: Ledgers) throws -> [(reason: String, note: String, sent: Timestamp)] {
    try ledgers.host.rows(
      "SELECT reason, note, sent_at FROM host_flag WHERE entry = ? AND state = 'open' ORDER BY id LIMIT 50",
      [.integer(entry)]
    ).map { (reason: try $0.text("reason"), note: try $0.text("note"), sent: try $0.timestamp("sent_at")) }
  }

  /// A decision answers all open flags.
  func closeFlags(of entry: Int, isUpheld: Bool, by decision: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_flag SET state = ?, closed_by = ? WHERE entry = ? AND state = 'open'",
      [.text(isUpheld ? "upheld" : "dismissed"), .integer(decision), .integer(entry)])
  }

  /// Undoing a decision opens the flags again that it answered.
  func reopenFlags(closedBy decision: Int, of entry: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_flag SET state = 'open', closed_by = NULL WHERE closed_by = ?", [.integer(decision)])
    try ledgers.host.execute(
      """
      UPDATE host_moderation SET flags = (SELECT count(*) FROM host_flag WHERE entry = ?1 AND state = 'open')
      WHERE id = ?1
      """, [.integer(entry)])
  }
}
