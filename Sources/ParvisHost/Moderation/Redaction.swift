import ParticipationKit

/// A text with a passage marked by hand: `… [[ the passage ]] …`.
struct MarkedText: Sendable {
  /// What went wrong, as the key of its message.
  struct Fault: Error, Sendable {
    let key: String
  }

  /// The pairs of marks; the first one that the text itself does not hold is used.
  static let pairs: [(open: String, close: String)] = [("[[", "]]"), ("{{", "}}"), ("⟦", "⟧")]

  /// The text with each marked passage replaced.
  let result: String

  /// The marks for a text.
  static func pair(for text: String) -> (open: String, close: String) {
    let bytes = Array(text.utf8)
    return pairs.first { !holds(bytes, Array($0.open.utf8)) && !holds(bytes, Array($0.close.utf8)) } ?? pairs[2]
  }

  /// Reads a marked text. Nothing but marks may have been added to the original.
  /// - Throws: ``Fault``.
  init(_ marked: String, original: String, replacement: String) throws {
    let (open, close) = MarkedText.pair(for: original)
    let (start, end) = (Array(open.utf8), Array(close.utf8))
    let bytes = MarkedText.normalised(marked)
    var out: [UInt8] = []
    var plain: [UInt8] = []
    var passage: [UInt8]?
    var count = 0
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: start) {
        guard passage == nil else { throw Fault(key: "mod.redact.nested") }
        passage = []
        index += start.count
      } else if bytes[index...].starts(with: end) {
        guard let found = passage else { throw Fault(key: "mod.redact.nested") }
        passage = nil
        index += end.count
        if found.allSatisfy({ $0 <= 0x20 }) { continue }
        count += 1
        out += Array(replacement.utf8)
        // In Markdown, a bracket followed by one of these would be a link or a definition.
        if index < bytes.count, "([:".utf8.contains(bytes[index]) { out.append(0x20) }
      } else {
        plain.append(bytes[index])
        if passage == nil { out.append(bytes[index]) } else { passage?.append(bytes[index]) }
        index += 1
      }
    }
    guard passage == nil else { throw Fault(key: "mod.redact.nested") }
    guard plain == MarkedText.normalised(original) else { throw Fault(key: "mod.redact.changed") }
    guard count > 0 else { throw Fault(key: "mod.redact.nothing") }
    result = String(decoding: out, as: UTF8.self)
  }

  /// Browsers send CRLF for every line end of a text area; white space at both ends is nobody's passage.
  private static func normalised(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    let bytes = Array(ByteText.trimmed(text).utf8)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D {
        if index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue } else { out.append(0x0A) }
      } else {
        out.append(byte)
      }
    }
    return out
  }

  private static func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: part) }
  }
}

extension ModerationQueue {
  /// A text of an entry as staff can mark it.
  struct Markable: Sendable {
    let name: String
    let title: String
    let text: String
  }

  /// The texts of an entry from which a passage can be taken out.
  func markable(_ entry: Entry, locale: String, in ledgers: Ledgers) throws -> [Markable] {
    guard let kind = kind(entry.module, entry.kind) else { return [] }
    return try kind.texts.compactMap { text in
      let found = try text.read(ledgers, entry.key, locale, host.ports.now())
      return found.flatMap { $0.isEmpty ? nil : Markable(name: text.name, title: text.title(locale), text: $0) }
    }
  }

  /// Takes marked passages out of a text: the module stores the words without them, what was there is kept here for
  /// staff, and the author is told why.
  /// - Parameters:
  ///   - marked: The text with marks around the passages, see ``MarkedText``.
  ///   - publishing: Whether the record is published in the same moment, so that one letter says both.
  /// - Returns: The decision's id.
  /// - Throws: ``Problem`` when more than marks was changed, or somebody decided meanwhile.
  @discardableResult
  func redact(
    _ id: Int, field: String, marked: String, _ ruling: Ruling, publishing: Bool = false, actor: Actor,
    locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> Int {
    let words = host.words
    guard let entry = try entry(id, in: ledgers), let kind = kind(entry.module, entry.kind),
      let text = kind.texts.first(where: { $0.name == field }),
      let original = try text.read(ledgers, entry.key, locale, now)
    else { throw Problem.notFound(words.text("desk.queue.gone", locale)) }
    try checkMay(actor, entry, locale: locale)
    guard ruling.seen.isEmpty || ruling.seen == entry.version else {
      throw Problem.conflict(words.text("decision.changed", locale))
    }
    guard let reason = host.charter.reason(ruling.decision.reason) else {
      // Not "reason": that is the field of a refusal, whose buttons would be offered to who wants a passage out.
      throw Problem.invalid("reason-\(field)", words.text("mod.redact.reason", locale))
    }
    let language = try authorLocale(of: entry, in: ledgers)
    let replacement = words.text("mod.redact.mark", language, ["reason": Charter.pick(reason.titles, language)])
    let found: MarkedText
    do {
      found = try MarkedText(marked, original: original, replacement: replacement)
    } catch let fault as MarkedText.Fault {
      throw Problem.invalid("text-\(field)", words.text(fault.key, locale))
    }
    let context = host.actionContext(
      module: entry.module, key: entry.key, actor: actor, locale: locale, now: now, in: ledgers)
    var changed = try text.write(ledgers, context, found.result)
    let position = try append(
      Leaf(
        what: "redacted", subject: entry.subject,
        content: ["redacted", field, original, found.result, reason.id, String(actor.personID ?? 0)],
        effect: entry.isShown ? .shows(reason: reason.id) : .none, reason: reason.id,
        counted: (.redacted, ruling.decision.reason)),
      at: now, in: ledgers)
    let made = try keep(
      .redacted, entry, ruling.decision, person: actor.personID, position: position,
      isPublic: entry.isShown || publishing, now: now, in: ledgers)
    try ledgers.host.execute(
      "INSERT INTO host_redaction(entry, field, before, after, reason, at, decision) VALUES(?,?,?,?,?,?,?)",
      [
        .integer(id), .text(field), .text(original), .text(found.result), .text(reason.id), .timestamp(now),
        .integer(made),
      ])
    try follow(entry, in: ledgers)
    changed += try commentsOn(entry.subject, locale: locale, in: ledgers)
    try host.ports.enqueue(changed + [ModerationCounts.subject], ledgers)
    return made
  }

  /// What was derived from a record's words follows them: the excerpt in the queue, the sketch, and the passages that
  /// comments on the record quote.
  private func follow(_ entry: Entry, in ledgers: Ledgers) throws {
    let locale = host.facts.languages[0]
    if let text = try evidence(entry, locale: locale, in: ledgers)?.body.plainText {
      try ledgers.host.execute(
        "UPDATE host_moderation SET excerpt = ?, version = version + 1 WHERE id = ?",
        [.text(excerpt(text, 160)), .integer(entry.id)])
    }
    let words = try words(of: entry, at: host.ports.now(), in: ledgers)
    try keep(Sketch(FoldedWords(words), key: host.sketchKey), of: entry.id, in: ledgers)
    let subject = entry.subject
    let blocks = try host.comments.target(subject, locale: locale, in: ledgers)?.blocks ?? []
    try host.comments.requote(subject, with: blocks, at: host.ports.now(), in: ledgers)
  }

  /// Whether words of a record were taken out, by a redaction that stands or by an erasure.
  func hasRemovedWords(_ subject: Subject, in ledgers: Ledgers) throws -> Bool {
    if try host.erasures.date(of: subject, in: ledgers) != nil { return true }
    guard let entry = try entry(for: subject, in: ledgers) else { return false }
    return try ledgers.host.row("SELECT 1 FROM host_redaction WHERE entry = ? LIMIT 1", [.integer(entry.id)]) != nil
  }

  /// Puts back what a decision took out of texts.
  func restoreTexts(
    of record: Record, _ entry: Entry, actor: Actor, locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> [Subject] {
    guard record.measure == .redacted, let kind = kind(entry.module, entry.kind) else { return [] }
    var changed: [Subject] = []
    let rows = try ledgers.host.rows(
      "SELECT field, before FROM host_redaction WHERE decision = ? AND before <> '' ORDER BY id DESC",
      [.integer(record.id)])
    for row in rows {
      let field = try row.text("field")
      guard let text = kind.texts.first(where: { $0.name == field }) else { continue }
      let context = host.actionContext(
        module: entry.module, key: entry.key, actor: actor, locale: locale, now: now, in: ledgers)
      changed += try text.write(ledgers, context, try row.text("before"))
    }
    try ledgers.host.execute("DELETE FROM host_redaction WHERE decision = ?", [.integer(record.id)])
    try follow(entry, in: ledgers)
    return changed + (try commentsOn(entry.subject, locale: locale, in: ledgers))
  }

  /// The words as first written, of texts from which passages were taken out: for staff only.
  func originals(of entry: Entry, in ledgers: Ledgers) throws -> [(field: String, text: String)] {
    try ledgers.host.rows(
      """
      SELECT field, before FROM host_redaction r WHERE entry = ? AND id =
        (SELECT min(id) FROM host_redaction WHERE entry = r.entry AND field = r.field) ORDER BY field
      """, [.integer(entry.id)]
    ).map { (field: try $0.text("field"), text: try $0.text("before")) }.filter { !$0.text.isEmpty }
  }
}
