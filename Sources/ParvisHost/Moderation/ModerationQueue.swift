import ParticipationKit

/// One queue over all modules: what waits, what was decided, and deciding.
///
/// The parts stand in files of their own: decisions, undoing, embargo, passages taken out, flags, appeals, similar
/// words.
struct ModerationQueue: Sendable {
  /// A moderated record: what was decided about it, whether it is public, and since when it waits.
  struct Entry: Sendable {
    let id: Int
    let module: String
    let kind: String
    let key: String
    let category: String
    let excerpt: String
    let state: String
    let submitted: Timestamp
    let decided: Timestamp?
    let decidedBy: Int?
    let reason: String
    let note: String
    let position: Int?
    let participant: Int?
    /// The position of the leaf and receipt of the act that brought it: the author's. Nil for imports.
    let receipt: Int?
    /// Whether the record is public: what its module was last told.
    let isShown: Bool
    /// Approved, and public from then on.
    let publicAt: Timestamp?
    /// How many residents' flags are open.
    let flags: Int
    /// Who reads it just now.
    let holder: Int?
    /// Changes with each decision, each new submission and each flag.
    let version: String
    /// The module, or that and a category, by which roles are limited.
    let area: String

    var subject: Subject { Subject(module, kind, key) }

    init(_ row: Row) throws {
      id = try row.int("id")
      module = try row.text("module")
      kind = try row.text("kind")
      key = try row.text("key")
      category = try row.text("category")
      excerpt = try row.text("excerpt")
      state = try row.text("state")
      submitted = try row.timestamp("submitted_at")
      decided = row.optionalTimestamp("decided_at")
      decidedBy = row.optionalInt("decided_by")
      reason = try row.text("reason")
      note = try row.text("note")
      position = row.optionalInt("position")
      participant = row.optionalInt("participant")
      receipt = row.optionalInt("receipt")
      isShown = try row.bool("shown")
      publicAt = row.optionalTimestamp("public_at")
      flags = try row.int("flags")
      holder = row.optionalInt("holder")
      version = String(try row.int("version"))
      area = try row.text("area")
    }
  }

  /// A record as it comes into the queue.
  struct Arrival: Sendable {
    let module: String
    let kind: String
    let key: String
    let excerpt: String
    let category: String
    let state: String
    let reason: String
    let submitted: Timestamp
  }

  /// The most characters of an excerpt.
  static let excerptLength = 160

  let host: Host

  /// The moderated kind of an entry: the host's comments, or a module's.
  func kind(_ module: String, _ kind: String) -> HostedKind? {
    if module == "host", kind == "comment" { return host.comments.moderatedKind }
    return host.registry.moderatedKind(module, kind).map { HostedKind($0, module: module) }
  }

  /// Puts a record into the queue, within its act's transaction; where the commune reads afterwards, publishes it.
  /// - Parameters:
  ///   - participant: Whose it is, when the act knows; nil for anonymous ones.
  ///   - isSuspect: Whether the act was sent as no person sends one: it is then read first.
  ///   - isImport: Whether it came with a file: that is never public unread, and its words are not compared.
  /// - Returns: Whether the record is public now.
  func submit(
    module: String, _ request: ModerationRequest, participant: Int? = nil, isImport: Bool, isSuspect: Bool = false,
    locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> Bool {
    let kind = kind(module, request.kind)
    let arrival = Arrival(
      module: module, kind: request.kind, key: request.key, excerpt: request.excerpt, category: request.category,
      state: "pending", reason: "", submitted: now)
    let language = isImport ? "" : locale
    let fresh = try added(arrival, kind, participant: participant, language: language, in: ledgers)
    let known = fresh == nil ? try again(arrival, participant: participant, language: language, in: ledgers) : nil
    guard let id = fresh ?? known?.id else { return false }
    let isShown = known?.isShown ?? false
    if isImport { return isShown }
    try host.comparison.note(id, in: ledgers)
    let calm = try host.calm.isModerated(module == "host" ? Comments.id : module, now, in: ledgers)
    let scope = ModerationSettings.scope(module, request.kind, request.category)
    guard !isShown, !isSuspect, !calm, try settings(in: ledgers).mode(scope) == .after,
      let entry = try entry(id, in: ledgers)
    else { return isShown }
    try publishUnread(entry, locale: locale, now: now, in: ledgers)
    return true
  }

  /// Adds the entry of a record that nobody knew, as nearly all acts bring one: one statement, and nothing to read
  /// back. Gives its id, or nil when the record has an entry.
  private func added(
    _ arrival: Arrival, _ kind: HostedKind?, participant: Int?, language: String, in ledgers: Ledgers
  ) throws -> Int? {
    let done = try ledgers.host.run(
      """
      INSERT INTO host_moderation(id, module, kind, key, excerpt, category, state, submitted_at, reason, participant,
        language) VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(module, kind, key) DO NOTHING
      """,
      [
        kind?.isSecret == true ? .integer(hiddenNumber()) : .null, .text(arrival.module), .text(arrival.kind),
        .text(arrival.key), .text(excerpt(arrival.excerpt, ModerationQueue.excerptLength)), .text(arrival.category),
        .text(arrival.state), .timestamp(arrival.submitted), .text(arrival.reason),
        participant.map { .integer($0) } ?? .null, .text(language),
      ])
    return done.changes == 1 ? done.rowID : nil
  }

  /// Brings an entry that is there back into the queue.
  private func again(
    _ arrival: Arrival, participant: Int?, language: String, in ledgers: Ledgers
  ) throws -> Entry? {
    try record(arrival, in: ledgers)
    let entry = try entry(for: Subject(arrival.module, arrival.kind, arrival.key), in: ledgers)
    guard let entry else { return nil }
    if let participant {
      try ledgers.host.execute(
        "UPDATE host_moderation SET participant = ? WHERE id = ?", [.integer(participant), .integer(entry.id)])
    }
    try ledgers.host.execute(
      "UPDATE host_moderation SET language = ? WHERE id = ? AND language = ''", [.text(language), .integer(entry.id)])
    return entry
  }

  /// Publishes what the commune reads afterwards. It stays in the queue: nobody has decided yet.
  private func publishUnread(_ entry: Entry, locale: String, now: Timestamp, in ledgers: Ledgers) throws {
    let decision = Decision(isApproved: true, reason: "", note: "")
    let changed = try effect(of: decision, on: entry, by: .clock, locale: locale, now: now, in: ledgers)
    let leaf = Leaf(what: "unread", subject: entry.subject, content: ["unread"], effect: .shows(reason: ""))
    _ = try append(leaf, at: now, in: ledgers)
    try ledgers.host.execute("UPDATE host_moderation SET shown = 1 WHERE id = ?", [.integer(entry.id)])
    try host.ports.enqueue(changed, ledgers)
  }

  /// A number for what came with a secret act: random, so that it does not say in which order such acts came, and
  /// negative, so that the numbers of all others go on by one.
  private func hiddenNumber() -> Int {
    -1 - host.ports.sealing.random(6).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Adds an entry in any state; imports use it. What was known of flags, participant and publication is kept.
  func record(_ arrival: Arrival, in ledgers: Ledgers) throws {
    let isSecret = kind(arrival.module, arrival.kind)?.isSecret ?? false
    try ledgers.host.execute(
      """
      INSERT INTO host_moderation(id, module, kind, key, excerpt, category, state, submitted_at, decided_at, reason,
        shown) VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(module, kind, key) DO UPDATE SET state = excluded.state,
        excerpt = excluded.excerpt, submitted_at = excluded.submitted_at, decided_at = excluded.decided_at,
        category = CASE excluded.category WHEN '' THEN category ELSE excluded.category END,
        shown = CASE excluded.state WHEN 'pending' THEN shown ELSE excluded.shown END, public_at = NULL, holder = NULL,
        decided_by = NULL, reason = excluded.reason, note = '', position = NULL, version = version + 1
      """,
      [
        isSecret ? .integer(hiddenNumber()) : .null, .text(arrival.module), .text(arrival.kind), .text(arrival.key),
        .text(excerpt(arrival.excerpt, ModerationQueue.excerptLength)),
        .text(arrival.category), .text(arrival.state), .timestamp(arrival.submitted),
        arrival.state == "pending" ? .null : .timestamp(arrival.submitted), .text(arrival.reason),
        .bool(arrival.state == "approved"),
      ])
  }

  /// Notes which act brought a record, so that only its author reads the reasons of a decision and may appeal it:
  /// others, as supporters, have receipts about the same record.
  func note(receipt position: Int, of subject: Subject, at now: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      """
      UPDATE host_moderation SET receipt = ? WHERE module = ? AND kind = ? AND key = ? AND receipt IS NULL
        AND submitted_at = ?
      """,
      [.integer(position), .text(subject.module), .text(subject.kind), .text(subject.key), .timestamp(now)])
  }

  /// The record that an act brought: the person who holds its receipt may see and erase it. A flag or an appeal is its
  /// own. Nil for an act that only names a record which somebody else or an import brought, as a support does, and for
  /// what staff do at the desk.
  func record(broughtBy position: Int, in ledgers: Ledgers) throws -> Subject? {
    let row = try ledgers.host.row(
      "SELECT subject, channel FROM host_receipt WHERE position = ?", [.integer(position)])
    guard let row, try row.text("channel") != "desk", let subject = Subject(try row.text("subject")),
      try subject.isVoice || entry(for: subject, in: ledgers)?.receipt == position
    else { return nil }
    return subject
  }

  /// The receipt of the act that brought a record; nil for what an import brought. A record that is not moderated has
  /// that of the first act that names it.
  func receipt(of subject: Subject, in ledgers: Ledgers) throws -> Int? {
    if kind(subject.module, subject.kind) != nil { return try entry(for: subject, in: ledgers)?.receipt }
    return try ledgers.host.row(
      "SELECT min(position) AS position FROM host_receipt WHERE subject = ?", [.text(subject.description)]
    )?.optionalInt("position")
  }

  /// How many entries wait in some areas.
  func waiting(_ areas: AreaFilter, in ledgers: Ledgers) throws -> Int {
    if areas.sql.isEmpty { return try waiting(in: ledgers) }
    return try ledgers.host.count(
      "SELECT count(*) FROM host_moderation WHERE state = 'pending' \(areas.sql)", areas.arguments)
  }

  /// How many entries wait.
  func waiting(in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count("SELECT coalesce(sum(waiting), 0) FROM host_queue_count")
  }

  /// One entry by id.
  func entry(_ id: Int, in ledgers: Ledgers) throws -> Entry? {
    try ledgers.host.row("SELECT * FROM host_moderation WHERE id = ?", [.integer(id)]).map(Entry.init)
  }

  /// The entry of a subject; nil when it is not moderated.
  func entry(for subject: Subject, in ledgers: Ledgers) throws -> Entry? {
    try ledgers.host.row(
      "SELECT * FROM host_moderation WHERE module = ? AND kind = ? AND key = ?",
      [.text(subject.module), .text(subject.kind), .text(subject.key)]
    ).map(Entry.init)
  }

  /// Whether a moderated record is shown; nil when it has no entry.
  func isShown(_ subject: Subject, in ledgers: Ledgers) throws -> Bool? {
    try ledgers.host.row(
      "SELECT shown FROM host_moderation WHERE module = ? AND kind = ? AND key = ?",
      [.text(subject.module), .text(subject.kind), .text(subject.key)]
    ).map { try $0.int(at: 0) != 0 }
  }

  /// What a moderator sees.
  func evidence(_ entry: Entry, locale: String, in ledgers: Ledgers) throws -> Evidence? {
    try kind(entry.module, entry.kind)?.evidence(ledgers, entry.key, locale, host.ports.now())
  }

  /// Tells a record's module what was decided, and finds the documents that show it and the comments on it.
  /// - Parameter tells: Whether the author is told here that the record is public; not when another letter says so.
  func effect(
    of decision: Decision, on entry: Entry, by actor: Actor, tells: Bool = true, locale: String, now: Timestamp,
    in ledgers: Ledgers
  ) throws -> [Subject] {
    guard let kind = kind(entry.module, entry.kind) else {
      throw Problem.notFound(host.words.text("desk.queue.gone", locale))
    }
    let context = host.actionContext(
      module: entry.module, key: entry.key, actor: actor, locale: locale, now: now, in: ledgers)
    let changed = try host.spoken(locale) { try kind.decide(ledgers, context, decision) }
    try host.authors.effect(of: decision, on: entry, by: actor, tells: tells, now: now, in: ledgers)
    return try changed + commentsOn(entry.subject, locale: locale, in: ledgers)
  }

  /// Comments keep the title of what they are about: it follows the record when a passage was taken out of it. A record
  /// that comes or goes takes its comments into or out of the feed.
  func commentsOn(_ subject: Subject, locale: String, in ledgers: Ledgers) throws -> [Subject] {
    let found = try ledgers.host.row(
      "SELECT 1 FROM host_comment WHERE subject = ? LIMIT 1", [.text(subject.description)])
    guard found != nil else { return [] }
    if let target = try host.comments.target(subject, locale: host.facts.languages[0], in: ledgers) {
      try ledgers.host.execute(
        "UPDATE host_comment SET title = ? WHERE subject = ? AND title <> ?",
        [.text(target.title), .text(subject.description), .text(target.title)])
    }
    return [CommentFeed.subject]
  }

  /// Checks that somebody may moderate an entry.
  /// - Throws: ``Problem`` 403.
  func checkMay(_ actor: Actor, _ entry: Entry?, locale: String) throws {
    try host.authorise(.staff("host.moderate"), actor, locale: locale)
    if let entry { try host.authorise("host.moderate", in: entry.area, actor, locale: locale) }
  }
}

extension ModerationQueue {
  /// Checks that there is something to decide about: a record whose words are erased stays as it is.
  /// - Throws: ``Problem`` 409.
  func checkNotErased(_ entry: Entry, locale: String, in ledgers: Ledgers) throws {
    guard try host.erasures.date(of: entry.subject, in: ledgers) == nil else {
      throw Problem.conflict(host.words.text("mod.erased", locale))
    }
  }
}

extension Actor {
  /// The commune's clock and rules, where no person acts.
  static let clock = Actor(personID: nil, name: "", role: "clock", channel: "clock")
}
