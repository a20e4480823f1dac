import ParticipationKit

/// Reads comments on items with their states, one JSON object a line: what came in by another way, and demonstrations.
struct CommentImport {
  /// The members of a line; those of ``required`` must be there.
  static let members = [
    "reference", "meeting", "item", "block_quote", "kind", "author", "sent", "text", "state", "reason",
    "answer_author", "answer",
  ]
  static let required = ["reference", "meeting", "item", "kind", "sent", "text", "state"]

  let site: Site

  var importer: Importer {
    Importer(
      "meeting-comments",
      titles: [
        "fr": "Séances : commentaires et questions (NDJSON)", "en": "Meetings: comments and questions (NDJSON)",
      ],
      read: { context, source in
        var report = ImportReport()
        var changed: Set<Subject> = []
        try source.forEachLine { number, bytes in
          if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
          let line = try CommentLine(bytes, number: number)
          guard let comment = try self.comment(line, context.action.ledger, &report) else { return }
          guard try context.addComment(comment) else {
            report.unchanged += 1
            return
          }
          try context.include(Array(bytes))
          report.added += 1
          changed.insert(comment.subject)
        }
        report.changed = changed.sorted()
        return report
      })
  }

  /// The comment of a line; nil and a note when its place is unknown.
  private func comment(_ line: CommentLine, _ ledger: Ledger, _ report: inout ImportReport) throws -> ImportedComment? {
    let key = ItemID.key(meeting: try line.text("meeting"), slug: try line.text("item"))
    guard let item = try AgendaItem.find(key, in: ledger) else {
      report.skip(
        line: line.number, fr: "point inconnu « \(key) » ; attendu : un point importé avant",
        en: "unknown item “\(key)”; expected: an item imported before")
      return nil
    }
    var block: KeptBlock?
    if item.text.isClosed, line.optionalText("block_quote") != nil {
      report.skip(
        line: line.number, fr: "« block_quote » : le point « \(key) » est à huis clos, son texte ne se cite pas",
        en: "“block_quote”: item “\(key)” is of a closed session, its text is not quoted")
      return nil
    }
    if let quote = line.optionalText("block_quote") {
      let blocks = try KeptBlock.all(of: key, revision: item.revision, in: ledger)
      let found = Self.blocks(blocks, holding: quote)
      guard found.count == 1 else {
        report.skip(
          line: line.number, fr: "« block_quote » : \(found.count) passages trouvés ; attendu : un seul",
          en: "“block_quote”: \(found.count) passages found; expected: one")
        return nil
      }
      block = found.first
    }
    return ImportedComment(
      reference: try line.text("reference"), subject: site.subject("item", key),
      kind: try line.word("kind", of: ["comment", "question"]), author: line.optionalText("author") ?? "",
      sent: try line.instant("sent", zone: site.zone),
      block: block.map { item.anchor(ofBlock: $0.id) } ?? "", quote: block?.text ?? "", text: try line.text("text"),
      state: try line.word("state", of: ["pending", "published", "withheld"]),
      reason: line.optionalText("reason") ?? "", answerAuthor: line.optionalText("answer_author") ?? "",
      answer: line.optionalText("answer") ?? "")
  }

  /// The blocks that hold some words in a row, whatever their typography.
  static func blocks(_ blocks: [KeptBlock], holding quote: String) -> [KeptBlock] {
    let wanted = BlockWords.words(quote)
    guard !wanted.isEmpty else { return [] }
    return blocks.filter { block in
      let words = BlockWords.words(block.text)
      guard words.count >= wanted.count else { return false }
      return (0...(words.count - wanted.count)).contains { words[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
  }
}

/// One line of the file, checked member by member.
struct CommentLine {
  let number: Int
  private let value: JSONValue

  /// Reads a line.
  /// - Throws: ``ImportError`` with what is wrong.
  init(_ bytes: ArraySlice<UInt8>, number: Int) throws {
    self.number = number
    do {
      value = try JSONValue.parse(bytes)
    } catch let error as JSONSyntaxError {
      throw ImportError(line: number, fr: "JSON illisible : \(error.message("fr"))", en: "unreadable JSON: \(error)")
    }
    guard let members = value.asObject else {
      throw ImportError(
        line: number, fr: "\(value.kindWords("fr")) ; attendu : un objet JSON par ligne",
        en: "\(value.kindWords("en")); expected: one JSON object a line")
    }
    for (name, member) in members {
      guard CommentImport.members.contains(name) else {
        let known = CommentImport.members.joined(separator: ", ")
        throw ImportError(
          line: number, fr: "membre inconnu « \(name) » ; attendu : \(known)",
          en: "unknown member “\(name)”; expected: \(known)")
      }
      guard member.asString != nil || member.isNull else {
        throw ImportError(
          line: number, fr: "« \(name) » : \(member.kindWords("fr")) ; attendu : un texte",
          en: "“\(name)”: \(member.kindWords("en")); expected: a text")
      }
    }
    for name in CommentImport.required { _ = try text(name) }
    try checkStates()
  }

  private func checkStates() throws {
    if value["state"]?.asString == "withheld", optionalText("reason") == nil {
      throw ImportError(
        line: number, fr: "« reason » manque ; attendu : le motif d’un commentaire refusé",
        en: "“reason” is missing; expected: why the comment is withheld")
    }
    if (optionalText("answer") == nil) != (optionalText("answer_author") == nil) {
      throw ImportError(
        line: number, fr: "« answer » et « answer_author » vont ensemble",
        en: "“answer” and “answer_author” go together")
    }
  }

  /// A member that must be there.
  /// - Throws: ``ImportError``.
  func text(_ name: String) throws -> String {
    guard let text = optionalText(name) else {
      throw ImportError(
        line: number, fr: "« \(name) » manque ; attendu : un texte", en: "“\(name)” is missing; expected: a text")
    }
    return text
  }

  /// A member that may be missing, null or empty.
  func optionalText(_ name: String) -> String? {
    guard let text = value[name]?.asString, !ByteText.trimmed(text).isEmpty else { return nil }
    return text
  }

  /// A member that is one of some words.
  /// - Throws: ``ImportError``.
  func word(_ name: String, of words: [String]) throws -> String {
    let word = try text(name)
    guard words.contains(word) else {
      let known = words.joined(separator: ", ")
      throw ImportError(
        line: number, fr: "« \(name) » : « \(word) » ; attendu : \(known)",
        en: "“\(name)”: “\(word)”; expected: \(known)")
    }
    return word
  }

  /// A member that is an instant, in RFC 3339 or as civil time.
  /// - Throws: ``ImportError``.
  func instant(_ name: String, zone: TimeZoneRules) throws -> Timestamp {
    let text = try self.text(name)
    if let instant = Timestamp(rfc3339: text) { return instant }
    if let civil = CivilDateTime(text) { return zone.instant(civil) }
    throw ImportError(
      line: number, fr: "« \(name) » : « \(text) » ; attendu : 2026-11-21T09:40:00Z ou 2026-11-21T10:40",
      en: "“\(name)”: “\(text)”; expected: 2026-11-21T09:40:00Z or 2026-11-21T10:40")
  }
}
