import ParticipationKit

/// What an author is told about a decision that restricts what they said: the content of DSA art. 17 §3 — the
/// measure, the facts, whether a machine decided, the rule it rests on, and how to object.
struct StatementOfReasons: Sendable {
  /// The lines in order: what they are called and what they say.
  let lines: [(label: String, value: String)]
  /// What the moderator wrote, or the charter's words for this reason.
  let message: String

  /// - Parameter measure: What it is called to the author, see ``ModerationQueue/toldMeasure(of:in:)``.
  init(_ record: ModerationQueue.Record, _ measure: ModerationQueue.Measure, flags: Int, host: Host, locale: String) {
    let words = host.words
    func text(_ key: String) -> String { words.text(key, locale) }
    let reason = host.charter.reason(record.reason)
    let ground = reason.map { Charter.pick($0.grounds, locale) } ?? ""
    let isAutomatic = record.person == nil
    let day = { (at: Timestamp) in DateWords(locale: locale).long(host.zone.civil(at).date) }
    var facts = text(flags > 0 ? "mod.statement.facts.flagged" : "mod.statement.facts.read")
    if isAutomatic { facts = words.text("mod.statement.facts.hidden", locale, ["count": String(flags)]) }
    lines = [
      (text("mod.statement.measure"), text("mod.measure.\(measure.rawValue).author")),
      (text("mod.statement.when"), DateWords(locale: locale).longWithTime(host.zone.civil(record.at))),
      (text("mod.statement.reason"), host.reasonTitle(record.reason, locale)),
      (text("mod.statement.ground"), ground.isEmpty ? text("mod.ground.charter") : ground),
      (text("mod.statement.facts"), facts),
      (
        text("mod.statement.automatic"),
        text(isAutomatic ? "mod.statement.automatic.yes" : "mod.statement.automatic.no")
      ),
      (
        text("mod.statement.redress"),
        words.text(
          "mod.statement.redress.text", locale,
          ["day": day(record.at.adding(seconds: Appeals.seconds)), "appeal": text("mod.appeal.open")])
      ),
    ]
    // The charter's words ask for a text to be sent again: not where only a passage is gone and the rest stands.
    let template = measure == .redacted ? "" : reason.map { Charter.pick($0.templates, locale) } ?? ""
    message = record.note.isEmpty ? template : record.note
  }

  /// The statement as nodes, for the page of the receipt.
  func node(_ title: String) -> HTMLNode {
    var nodes: [HTMLNode] = [.h2(title)]
    if !message.isEmpty { nodes.append(.element(.blockquote, [], [.p(message)])) }
    nodes.append(.facts(lines.map { ($0.label, .text($0.value)) }))
    return .section([.class("statement")], nodes)
  }
}

extension ModerationQueue {
  /// The language of an entry's author; the commune's first when nobody knows.
  func authorLocale(of entry: Entry, in ledgers: Ledgers) throws -> String {
    let own = try language(of: entry.subject, in: ledgers)
    return host.facts.languages.contains(own) ? own : host.facts.languages[0]
  }

  /// In which language a record was written: that of the form that sent it. Empty when nobody knows, as for imports.
  func language(of subject: Subject, in ledgers: Ledgers) throws -> String {
    let row = try ledgers.host.row(
      """
      SELECT m.language, c.locale FROM host_moderation m LEFT JOIN host_receipt c ON c.position = m.receipt
      WHERE m.module = ? AND m.kind = ? AND m.key = ?
      """, [.text(subject.module), .text(subject.kind), .text(subject.key)])
    guard let row else { return "" }
    let stored = try row.text("language")
    return stored.isEmpty ? row.optionalText("locale") ?? "" : stored
  }

  /// What a restriction is called to the author: words that the rule about flags had taken off, and that a person then
  /// refused, were public once.
  func toldMeasure(of record: Record, in ledgers: Ledgers) throws -> Measure {
    guard record.measure == .refused else { return record.measure }
    let hidden = try ledgers.host.row(
      """
      SELECT 1 FROM host_decision WHERE entry = ? AND id < ? AND measure = 'hidden' AND undone_at IS NULL LIMIT 1
      """, [.integer(record.entry), .integer(record.id)])
    return hidden == nil ? .refused : .withdrawn
  }

  /// How many residents' flags a decision answered, or the entry had when it was hidden.
  func flags(behind record: Record, in ledgers: Ledgers) throws -> Int {
    let closed = try ledgers.host.count(
      "SELECT count(*) FROM host_flag WHERE closed_by = ?", [.integer(record.id)])
    if closed > 0 || record.measure != .hidden { return closed }
    return try ledgers.host.count(
      "SELECT count(*) FROM host_flag WHERE entry = ? AND sent_at <= ?",
      [.integer(record.entry), .timestamp(record.at)])
  }
}

extension Host {
  /// Tells an author, in the decision's own transaction, why something was decided about what they said. The page of
  /// the receipt always says it; this is the one place from which a letter goes out to those who left an address.
  /// - Parameter isPublic: Whether what is left of the words is public afterwards.
  func notifyAuthor(
    of entry: ModerationQueue.Entry, _ record: ModerationQueue.Record, isPublic: Bool, in ledgers: Ledgers
  ) throws {
    // The words that were taken off are told to nobody else, in no digest that still waits.
    try announcements.withdraw(entry.subject, in: ledgers)
    try authors.restricted(entry.subject, record, isPublic: isPublic, in: ledgers)
  }
}
