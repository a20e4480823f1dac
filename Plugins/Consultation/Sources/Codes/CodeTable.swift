internal import ParticipationKit

/// A batch of codes that the clerk had made.
struct CodeBatch: Sendable {
  let id: Int
  let consultation: String
  let number: Int
  let size: Int
  let madeOn: String
  let madeBy: String
  /// Whether the sheet can still be shown.
  let isPrintable: Bool
  let used: Int
  let revoked: Int
}

/// Access codes in the tables.
///
/// Codes follow from a random seed of their batch and the commune's key, so that the sheet can be shown until it is
/// printed without a code being stored anywhere. When the clerk says that the sheet is printed, or when a first code
/// of the batch is used, the seed is erased: from then on nobody can say which codes there were. What stays is a keyed
/// digest a code.
struct CodeTable {
  static let mostInBatch = 500

  let site: Site
  let ledger: Ledger

  /// What stands in the table for a code.
  func digest(_ code: AccessCode, _ consultation: String) -> [UInt8] {
    site.seal("code/\(consultation)/\(code.symbols)")
  }

  /// What stands for the voter of a code at one proposal. Different for each, so that supports cannot be joined.
  func voterDigest(_ code: AccessCode, proposal: Int) -> [UInt8] {
    site.seal("support/\(proposal)/\(code.symbols)")
  }

  /// The codes of a seed.
  func codes(seed: [UInt8], count: Int) -> [AccessCode] {
    let text = seed.map { String($0, radix: 16) }.joined(separator: ".")
    return (0..<count).compactMap { AccessCode(digest: site.seal("batch/\(text)/\($0)")) }
  }

  /// Makes a batch.
  /// - Returns: Its id and its number in the consultation.
  func make(_ count: Int, for consultation: String, _ context: ActionContext) throws -> (id: Int, number: Int) {
    let seed = context.random(32)
    let number =
      1
      + (try ledger.count(
        "SELECT coalesce(max(number), 0) FROM consultation_batch WHERE consultation = ?", [.text(consultation)]))
    let day = site.zone.civil(context.now).date
    let id = try ledger.insert(
      """
      INSERT INTO consultation_batch (consultation, number, size, made_on, made_by, seed) VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        .text(consultation), .integer(number), .integer(count), .text(day.description), .text(context.actor.name),
        .blob(seed),
      ])
    for code in codes(seed: seed, count: count) {
      try ledger.execute(
        "INSERT INTO consultation_code (consultation, code_digest, batch) VALUES (?, ?, ?)",
        [.text(consultation), .blob(digest(code, consultation)), .integer(id)])
    }
    return (id, number)
  }

  /// The codes of a batch while its sheet can be shown; nil after.
  func sheet(of batch: Int) throws -> [AccessCode]? {
    guard let row = try ledger.row("SELECT size, seed FROM consultation_batch WHERE id = ?", [.integer(batch)]),
      let seed = row["seed"].asBlob
    else { return nil }
    return codes(seed: seed, count: try row.int("size"))
  }

  func forgetSheet(of batch: Int) throws {
    try ledger.execute("UPDATE consultation_batch SET seed = NULL WHERE id = ?", [.integer(batch)])
  }

  /// Revokes the unused codes of a batch.
  /// - Returns: How many.
  func revoke(_ batch: Int) throws -> Int {
    try ledger.execute(
      "UPDATE consultation_code SET revoked = 1 WHERE batch = ? AND used_on IS NULL AND revoked = 0",
      [.integer(batch)])
  }

  /// What a code is worth for a consultation.
  enum Standing {
    case unknown
    case revoked
    case used
    case free(batch: Int)
  }

  func standing(_ code: AccessCode, _ consultation: String) throws -> Standing {
    let row = try ledger.row(
      "SELECT batch, used_on, revoked FROM consultation_code WHERE consultation = ? AND code_digest = ?",
      [.text(consultation), .blob(digest(code, consultation))])
    guard let row else { return .unknown }
    if try row.bool("revoked") { return .revoked }
    return row["used_on"].isNull ? .free(batch: try row.int("batch")) : .used
  }

  /// Uses a code for an answer, once. The condition in the statement decides between two acts.
  /// - Returns: False when somebody was faster.
  func use(_ code: AccessCode, _ consultation: String, on day: LocalDate) throws -> Bool {
    try ledger.execute(
      """
      UPDATE consultation_code SET used_on = ?
      WHERE consultation = ? AND code_digest = ? AND used_on IS NULL AND revoked = 0
      """, [.text(day.description), .text(consultation), .blob(digest(code, consultation))]) == 1
  }

  func batch(_ id: Int) throws -> CodeBatch? {
    try ledger.row(Self.batches + " WHERE b.id = ?", [.integer(id)]).map { try CodeBatch($0) }
  }

  func batches(of consultation: String) throws -> [CodeBatch] {
    try ledger.rows(Self.batches + " WHERE b.consultation = ? ORDER BY b.number", [.text(consultation)])
      .map { try CodeBatch($0) }
  }

  private static let batches = """
    SELECT b.id, b.consultation, b.number, b.size, b.made_on, b.made_by, b.seed IS NOT NULL AS printable,
      (SELECT count(*) FROM consultation_code c WHERE c.batch = b.id AND c.used_on IS NOT NULL) AS used,
      (SELECT count(*) FROM consultation_code c WHERE c.batch = b.id AND c.revoked = 1) AS revoked
    FROM consultation_batch b
    """
}

extension CodeBatch {
  fileprivate init(_ row: Row) throws {
    self.init(
      id: try row.int("id"), consultation: try row.text("consultation"), number: try row.int("number"),
      size: try row.int("size"), madeOn: try row.text("made_on"), madeBy: try row.text("made_by"),
      isPrintable: try row.bool("printable"), used: try row.int("used"), revoked: try row.int("revoked"))
  }
}
