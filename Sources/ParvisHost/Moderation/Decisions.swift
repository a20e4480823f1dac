import ParticipationKit

extension ModerationQueue {
  /// What a decision did, as it is kept, counted and published.
  enum Measure: String, Sendable, CaseIterable {
    /// Made public.
    case published
    /// Approved, public on a later day.
    case embargoed
    /// Looked at after a flag and left public.
    case kept
    /// Not made public.
    case refused
    /// Taken off after it was public.
    case withdrawn
    /// A passage was taken out.
    case redacted
    /// Taken off by the rule about flags, until somebody reads it.
    case hidden
    /// A decision was taken back.
    case undone

    /// Whether it restricts what the author said, so that reasons are owed (DSA art. 17 §1).
    var isRestriction: Bool { self == .refused || self == .withdrawn || self == .redacted || self == .hidden }
  }

  /// One decision as it is kept.
  struct Record: Sendable {
    let id: Int
    let entry: Int
    let measure: Measure
    let reason: String
    let note: String
    let person: Int?
    let at: Timestamp
    let position: Int
    let before: JSONValue
    let appeal: Int?
    let isUndone: Bool

    init(_ row: Row) throws {
      id = try row.int("id")
      entry = try row.int("entry")
      measure = Measure(rawValue: try row.text("measure")) ?? .kept
      reason = try row.text("reason")
      note = try row.text("note")
      person = row.optionalInt("person")
      at = try row.timestamp("at")
      position = try row.int("position")
      before = (try? JSONValue.parse(Array(try row.text("before").utf8))) ?? .null
      appeal = row.optionalInt("appeal")
      isUndone = row.optionalInt("undone_at") != nil
    }
  }

  /// A decision about to be taken.
  struct Ruling: Sendable {
    let decision: Decision
    /// From when on the record is public; nil for at once.
    var publicAt: Timestamp?
    /// The version of the entry that was read; empty when nobody looked.
    var seen = ""
    /// The appeal that is answered by it.
    var appeal: Int?
    /// Whether its author is told by the letter about a passage taken out in the same moment.
    var isTold = false
  }

  /// A leaf of the register about moderation.
  struct Leaf: Sendable {
    /// What becomes of the record in public.
    enum Effect: Sendable {
      /// It is where it was.
      case none
      /// It is public with the words it has now, for which the leaf stands.
      case shows(reason: String)
      /// It is not public, or no longer.
      case hides(reason: String)
    }

    let what: String
    let subject: Subject
    /// What the leaf commits to, in order; a leaf that shows a record commits to its words instead.
    let content: [String]
    var effect = Effect.none
    /// Why, said by a leaf that changes nothing in public yet; those that show or hide have their own.
    var reason = ""
    /// As what the decision is counted in public, and for which reason; nil when it is counted as nothing.
    var counted: (measure: Measure, reason: String)?
  }

  /// Appends a leaf, after the module's effect; all of moderation's leaves are made here.
  func append(_ leaf: Leaf, at now: Timestamp, in ledgers: Ledgers) throws -> Int {
    let kind = kind(leaf.subject.module, leaf.subject.kind)
    let moment = host.moment(now, isSecret: kind?.isSecret ?? false)
    let payload = Array(leaf.content.joined(separator: "\u{0}").utf8)
    let measured = leaf.counted.map { counted -> [(String, JSONValue)] in
      let (measure, reason) = (JSONValue.string(counted.measure.rawValue), JSONValue.string(counted.reason))
      return [
        ("measured", .object([("month", .string(month(of: now))), ("measure", measure), ("reason", reason)]))
      ]
    }
    let more = measured ?? []
    switch leaf.effect {
    case .hides(let reason):
      return try host.seals.hide(
        leaf.subject, what: leaf.what, reason: reason, payload: payload, moment: moment, more: more, in: ledgers)
    case .shows(let reason):
      guard let words = try kind?.words(ledgers, leaf.subject.key, host.facts.languages[0], now) else { break }
      return try host.seals.show(
        leaf.subject, what: leaf.what, words: words, reason: reason, moment: moment, more: more, in: ledgers)
    case .none: break
    }
    return try host.register.append(
      kind: "decision", what: leaf.what, subject: leaf.subject.description, payload: payload, moment: moment,
      details: (leaf.reason.isEmpty ? [] : [("reason", .string(leaf.reason))]) + more, in: ledgers
    ).position
  }

  /// Decides an entry: effect, state, leaf, notice and documents in one transaction.
  /// - Returns: The decision's id.
  /// - Throws: ``Problem`` when the entry is gone, was changed meanwhile, or the decision is incomplete.
  @discardableResult
  func decide(
    _ id: Int, _ ruling: Ruling, actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> Int {
    let words = host.words
    let entry = try self.entry(id, in: ledgers)
    try checkMay(actor, entry, locale: locale)
    guard let entry, kind(entry.module, entry.kind) != nil else {
      throw Problem.notFound(words.text("desk.queue.gone", locale))
    }
    try checkNotErased(entry, locale: locale, in: ledgers)
    // Two people read the same case: the second one sees what the first one decided before deciding otherwise.
    guard ruling.seen.isEmpty || ruling.seen == entry.version else {
      throw Problem.conflict(words.text("decision.changed", locale))
    }
    let given = ruling.decision
    if !given.isApproved, host.charter.reason(given.reason) == nil {
      throw Problem.invalid("reason", words.text("decision.reasonNeeded", locale))
    }
    if let day = ruling.publicAt {
      guard given.isApproved, !entry.isShown else {
        throw Problem.invalid("public_at", words.text("mod.embargo.public", locale))
      }
      guard day > now else { throw Problem.invalid("public_at", words.text("mod.embargo.past", locale)) }
    }
    let isShown = given.isApproved && ruling.publicAt == nil
    var changed: [Subject] = []
    if given.isApproved == false || isShown {
      changed = try effect(
        of: given, on: entry, by: actor, tells: !ruling.isTold, locale: locale, now: now, in: ledgers)
    }
    let state = given.isApproved ? "approved" : "refused"
    let measure = measure(ruling, entry)
    var leaf = leaf(ruling, entry, state, actor)
    leaf.counted = (measure, given.reason)
    let position = try append(leaf, at: now, in: ledgers)
    try ledgers.host.execute(
      """
      UPDATE host_moderation SET state = ?, decided_at = ?, decided_by = ?, reason = ?, note = ?, position = ?,
        shown = ?, public_at = ?, holder = NULL, flags = 0, version = version + 1 WHERE id = ?
      """,
      [
        .text(state), .timestamp(now), actor.personID.map { .integer($0) } ?? .null, .text(given.reason),
        .text(given.note), .integer(position), .bool(isShown), .timestamp(ruling.publicAt), .integer(id),
      ])
    let made = try keep(
      measure, entry, given, person: actor.personID, position: position, appeal: ruling.appeal, now: now, in: ledgers)
    try closeFlags(of: entry.id, isUpheld: !given.isApproved, by: made, in: ledgers)
    try host.ports.enqueue(changed + [ModerationCounts.subject], ledgers)
    return made
  }

  private func leaf(_ ruling: Ruling, _ entry: Entry, _ state: String, _ actor: Actor) -> Leaf {
    let given = ruling.decision
    let content = [state, given.reason, given.note, String(actor.personID ?? 0), ruling.publicAt?.rfc3339 ?? ""]
    if !given.isApproved {
      let what = entry.isShown ? "withdrawn" : "refused"
      return Leaf(what: what, subject: entry.subject, content: content, effect: .hides(reason: given.reason))
    }
    guard ruling.publicAt == nil else { return Leaf(what: "embargoed", subject: entry.subject, content: content) }
    return Leaf(what: "approved", subject: entry.subject, content: content, effect: .shows(reason: ""))
  }

  private func measure(_ ruling: Ruling, _ entry: Entry) -> Measure {
    if !ruling.decision.isApproved { return entry.isShown ? .withdrawn : .refused }
    if ruling.publicAt != nil { return .embargoed }
    return entry.isShown && entry.flags > 0 ? .kept : .published
  }

  /// Keeps a decision with what was before, counts it, and tells the author when it restricts what they said.
  /// - Parameter isPublic: Whether what is left of the words is public afterwards.
  func keep(
    _ measure: Measure, _ entry: Entry, _ decision: Decision, person: Int?, position: Int, appeal: Int? = nil,
    isPublic: Bool = false, now: Timestamp, in ledgers: Ledgers
  ) throws -> Int {
    let before = JSONValue.object([
      ("state", .string(entry.state)), ("reason", .string(entry.reason)), ("note", .string(entry.note)),
      ("shown", .bool(entry.isShown)), ("publicAt", entry.publicAt.map { .integer(Int($0.milliseconds)) } ?? .null),
      ("decided", entry.decided.map { .integer(Int($0.milliseconds)) } ?? .null),
      ("by", entry.decidedBy.map { .integer($0) } ?? .null),
      ("position", entry.position.map { .integer($0) } ?? .null),
    ])
    let id = try ledgers.host.insert(
      """
      INSERT INTO host_decision(entry, measure, reason, note, person, at, position, before, appeal)
      VALUES(?,?,?,?,?,?,?,?,?)
      """,
      [
        .integer(entry.id), .text(measure.rawValue), .text(decision.reason), .text(decision.note),
        person.map { .integer($0) } ?? .null, .timestamp(now), .integer(position), .text(before.text),
        appeal.map { .integer($0) } ?? .null,
      ])
    try ledgers.host.execute(
      """
      INSERT INTO host_decision_count(month, module, kind, measure, reason, count) VALUES(?,?,?,?,?,1)
      ON CONFLICT(month, module, kind, measure, reason) DO UPDATE SET count = count + 1
      """,
      [.text(month(of: now)), .text(entry.module), .text(entry.kind), .text(measure.rawValue), .text(decision.reason)])
    if measure.isRestriction, let record = try self.record(id, in: ledgers) {
      try host.notifyAuthor(of: entry, record, isPublic: isPublic, in: ledgers)
    }
    return id
  }

  /// The month under which decisions are counted, as `2026-11`, where the commune is.
  private func month(of now: Timestamp) -> String { String(host.zone.civil(now).date.description.prefix(7)) }

  /// One decision by id.
  func record(_ id: Int, in ledgers: Ledgers) throws -> Record? {
    try ledgers.host.row("SELECT * FROM host_decision WHERE id = ?", [.integer(id)]).map(Record.init)
  }

  /// The decisions about an entry, newest first.
  func records(of entry: Int, in ledgers: Ledgers) throws -> [Record] {
    try ledgers.host.rows("SELECT * FROM host_decision WHERE entry = ? ORDER BY id DESC LIMIT 50", [.integer(entry)])
      .map(Record.init)
  }

  /// What came decided with an import, the newest first: it has no decision of this commune's desk.
  /// - Parameter before: Gives only entries with a lower id.
  func imported(before: Int = .max, limit: Int, in ledgers: Ledgers) throws -> [Entry] {
    try ledgers.host.rows(
      """
      SELECT * FROM host_moderation WHERE state <> 'pending' AND position IS NULL AND id < ? ORDER BY id DESC LIMIT ?
      """, [.integer(before), .integer(limit)]
    ).map(Entry.init)
  }

  /// The last decisions with their entries, newest first; those of one person, or of all.
  /// - Parameter before: Gives only decisions with a lower id.
  func decided(
    by person: Int? = nil, before: Int = .max, _ areas: AreaFilter, limit: Int, in ledgers: Ledgers
  ) throws -> [(record: Record, entry: Entry)] {
    let rows = try ledgers.host.rows(
      """
      SELECT d.* FROM host_decision d JOIN host_moderation m ON m.id = d.entry
      WHERE d.id < ? AND \(person == nil ? "true" : "d.person = ?") \(areas.sql) ORDER BY d.id DESC LIMIT ?
      """,
      [.integer(before)] + (person.map { [.integer($0)] } ?? []) + areas.arguments + [.integer(limit)])
    return try rows.compactMap { row in
      let record = try Record(row)
      return try self.entry(record.entry, in: ledgers).map { (record, $0) }
    }
  }
}
