import ParticipationKit

// An official answer is a record of the register: replacing or removing one on the site without a leaf is found.

extension Answers {
  /// What the register commits to; nil when there is no answer.
  func words(of subject: Subject, in ledgers: Ledgers) throws -> [(String, JSONValue)]? {
    let row = try ledgers.host.row(
      "SELECT author, body FROM host_answer WHERE subject = ?", [.text(subject.description)])
    return try row.map {
      OfficialAnswer.words(on: subject.description, author: try $0.text("author"), source: try $0.text("body"))
    }
  }

  /// Writes the leaf that commits to an answer as it is now: `approved` for the first, `revised` from then on.
  func prove(_ subject: Subject, at now: Timestamp, in ledgers: Ledgers) throws {
    guard let words = try words(of: subject, in: ledgers) else { return }
    let record = Answers.record(subject)
    let isProven = try !host.seals.proof(of: record, in: ledgers).isNull
    try host.seals.show(
      record, what: isProven ? "revised" : "approved", words: words, moment: .exact(now), in: ledgers)
  }

  /// Whether an answer to a subject stands on the site: that of a comment does with the comment, any other where the
  /// subject's own document asks for it. An answer that stands nowhere must not be missed by a check of the site.
  ///
  /// A document that cannot be made now shows nothing. That is said and passed over: the next head asks again, and one
  /// module that gives no answer must not keep the heads, closings and answers of all others from being written.
  func isShown(_ subject: Subject, at now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    if subject.module == "host", subject.kind == "comment" {
      return try ledgers.host.row(
        "SELECT 1 FROM host_comment WHERE id = ? AND publication = 'published'", [.text(subject.key)]) != nil
    }
    guard let instance = host.registry.entry(subject.module)?.instance,
      let family = instance.documents.first(where: { $0.kind == subject.kind })
    else { return false }
    let asked = Box<Bool>()
    let context = host.renderContext(
      subject.module, ledgers, now: now,
      answer: { about in
        if about == subject { asked.set(true) }
        return try self.answer(to: about, in: ledgers)
      })
    do {
      return try family.load(context, subject.key) != nil && asked.value == true
    } catch {
      host.ports.log("answer not proven yet subject=\(subject) error=\(type(of: error))")
      return false
    }
  }

  /// Commits to each answer that is shown and not committed to yet: it came before the register knew of answers, with
  /// an import, or before what it answers was published. Done whenever a head is signed, which covers it then.
  func proveOthers(at now: Timestamp, in ledgers: Ledgers) throws {
    let rows = try ledgers.host.rows(
      """
      SELECT subject FROM host_answer a
      WHERE NOT EXISTS(SELECT 1 FROM host_proof p WHERE p.subject = 'host/answer/' || a.subject) ORDER BY subject
      """)
    for row in rows {
      guard let subject = Subject(try row.text("subject")), try isShown(subject, at: now, in: ledgers) else { continue }
      try prove(subject, at: now, in: ledgers)
      if let shown = try shownBy(subject, in: ledgers) { try host.ports.enqueue([shown], ledgers) }
    }
  }
}
