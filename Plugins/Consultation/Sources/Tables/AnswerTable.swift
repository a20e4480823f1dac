internal import ParticipationKit

/// One person's answers, checked against the questionnaire.
struct AnswerSheet: Sendable, Hashable {
  /// What was chosen, by question; ``Question/other`` for an answer of one's own, and for a text the empty choice.
  var choices: [(question: String, choice: String)] = []
  /// Words of one's own, by question.
  var texts: [(question: String, text: String)] = []

  static func == (a: AnswerSheet, b: AnswerSheet) -> Bool {
    a.choices.elementsEqual(b.choices, by: ==) && a.texts.elementsEqual(b.texts, by: ==)
  }

  func hash(into hasher: inout Hasher) {
    for choice in choices { hasher.combine(choice.choice) }
  }
}

/// An answer in words of one's own, which a moderator reads before it is public.
struct OpenAnswer: Sendable {
  let id: Int
  let consultation: String
  let question: String
  let text: String
  let isVerified: Bool
  let publication: Publication
}

/// Answers in the tables.
struct AnswerTable {
  let ledger: Ledger

  /// A key that says nothing about order or time: 62 random bits.
  static func randomKey(_ random: (Int) -> [UInt8]) -> Int {
    let bits = random(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(bits >> 2) | 1
  }

  /// Stores a sheet. Gives the keys of the texts that moderators must read.
  /// - Returns: Nil when a sheet with the same reference is there in the consultation.
  func insert(
    _ sheet: AnswerSheet, _ consultation: String, channel: String, isVerified: Bool, reference: String?,
    random: (Int) -> [UInt8]
  ) throws -> [(key: Int, text: String)]? {
    let id = Self.randomKey(random)
    let added = try ledger.execute(
      """
      INSERT INTO consultation_submission (id, consultation, channel, verified, reference) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (consultation, reference) DO NOTHING
      """, [.integer(id), .text(consultation), .text(channel), .bool(isVerified), .text(reference)])
    guard added == 1 else { return nil }
    for choice in sheet.choices {
      try ledger.execute(
        "INSERT INTO consultation_answer (submission, question, choice) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [.integer(id), .text(choice.question), .text(choice.choice)])
    }
    return try sheet.texts.map { text in
      let key = Self.randomKey(random)
      try ledger.execute(
        """
        INSERT INTO consultation_text (id, consultation, question, text, verified, publication)
        VALUES (?, ?, ?, ?, ?, 'pending')
        """,
        [.integer(key), .text(consultation), .text(text.question), .text(text.text), .bool(isVerified)])
      return (key, text.text)
    }
  }

  /// A sheet that came with a reference; its words lie apart from it.
  struct StoredSheet {
    let isVerified: Bool
    /// Each question with a choice.
    let choices: Set<[String]>
  }

  /// The sheet with a reference in a consultation; nil when there is none.
  func stored(_ reference: String, _ consultation: String) throws -> StoredSheet? {
    let row = try ledger.row(
      "SELECT id, verified FROM consultation_submission WHERE consultation = ? AND reference = ?",
      [.text(consultation), .text(reference)])
    guard let row else { return nil }
    let choices = try ledger.rows(
      "SELECT question, choice FROM consultation_answer WHERE submission = ?", [.integer(try row.int("id"))])
    return StoredSheet(
      isVerified: try row.bool("verified"),
      choices: Set(try choices.map { [try $0.text("question"), try $0.text("choice")] }))
  }

  /// How many people answered, with and without code.
  func participation(_ consultation: String) throws -> Count {
    var count = Count()
    try ledger.forEach(
      "SELECT verified, count(*) AS n FROM consultation_submission WHERE consultation = ? GROUP BY verified",
      [.text(consultation)]
    ) { row in
      count.add(try row.int("n"), isVerified: try row.bool("verified"))
      return true
    }
    return count
  }

  /// How often each choice was taken.
  func tally(_ consultation: String) throws -> Tally {
    var tally = Tally()
    try ledger.forEach(
      """
      SELECT a.question, a.choice, s.verified, count(*) AS n FROM consultation_submission s
      JOIN consultation_answer a ON a.submission = s.id WHERE s.consultation = ? GROUP BY 1, 2, 3
      """, [.text(consultation)]
    ) { row in
      tally.add(
        try row.int("n"), question: try row.text("question"), choice: try row.text("choice"),
        isVerified: try row.bool("verified"))
      return true
    }
    try ledger.forEach(
      """
      SELECT question, verified, count(*) AS n FROM (
        SELECT DISTINCT a.submission, a.question AS question, s.verified AS verified FROM consultation_submission s
        JOIN consultation_answer a ON a.submission = s.id WHERE s.consultation = ?) GROUP BY 1, 2
      """, [.text(consultation)]
    ) { row in
      tally.addRespondents(
        try row.int("n"), question: try row.text("question"), isVerified: try row.bool("verified"))
      return true
    }
    tally.people = try participation(consultation)
    return tally
  }

  func text(_ id: Int) throws -> OpenAnswer? {
    try ledger.row("SELECT * FROM consultation_text WHERE id = ?", [.integer(id)]).map { try OpenAnswer($0) }
  }

  func setPublication(_ publication: Publication, ofText id: Int) throws {
    try ledger.execute(
      "UPDATE consultation_text SET publication = ? WHERE id = ?", [.text(publication.rawValue), .integer(id)])
  }

  /// Removes the words of an answer; it is no longer shown, and no longer counted among the published ones.
  func erase(text id: Int) throws {
    try ledger.execute(
      "UPDATE consultation_text SET text = '', publication = 'withheld' WHERE id = ?", [.integer(id)])
  }

  /// The published texts of a question, by their random keys: an order that says nothing.
  func publishedTexts(_ consultation: String, _ question: String, limit: Int) throws -> [OpenAnswer] {
    try ledger.rows(
      """
      SELECT * FROM consultation_text WHERE consultation = ? AND question = ? AND publication = 'published'
      ORDER BY id LIMIT ?
      """, [.text(consultation), .text(question), .integer(limit)]
    ).map { try OpenAnswer($0) }
  }

  /// How many texts of a question are in each state.
  func textCounts(_ consultation: String, _ question: String) throws -> [Publication: Int] {
    var counts: [Publication: Int] = [:]
    try ledger.forEach(
      """
      SELECT publication, count(*) AS n FROM consultation_text WHERE consultation = ? AND question = ?
      GROUP BY publication
      """, [.text(consultation), .text(question)]
    ) { row in
      counts[Publication(rawValue: try row.text("publication")) ?? .withheld] = try row.int("n")
      return true
    }
    return counts
  }
}

extension OpenAnswer {
  fileprivate init(_ row: Row) throws {
    self.init(
      id: try row.int("id"), consultation: try row.text("consultation"), question: try row.text("question"),
      text: try row.text("text"), isVerified: try row.bool("verified"),
      publication: Publication(rawValue: try row.text("publication")) ?? .withheld)
  }
}
