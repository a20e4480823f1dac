import ParticipationKit

/// Letter codes: how the commune knows residents. A clerk prints a batch of sheets for the mailboxes; who holds a sheet
/// is a resident, and nobody notes which mailbox got which.
///
/// Codes follow from a random seed of their batch and the commune's key, so that the sheets can be shown until they are
/// printed without a code being stored anywhere. When the clerk says that they are printed, or when a first code of the
/// batch is used, the seed is erased: from then on nobody can say which codes there were. What stays is a keyed digest.
struct LetterCodes: Sendable {
  static let mostInBatch = 1000
  static let length = 12

  /// What stands for the holder of a code. Derived from the code itself, never from what is stored of it.
  struct Voter: Sendable {
    let digest: [UInt8]
    let isHousehold: Bool
  }

  /// A batch of sheets.
  struct Batch: Sendable {
    let id: Int
    let label: String
    let size: Int
    let isHousehold: Bool
    let madeOn: String
    let madeBy: String
    let validUntil: String
    /// Whether the sheets can still be shown.
    let isPrintable: Bool
    let used: Int
    let revoked: Int
    let reissued: Int
  }

  /// One printed sheet.
  struct Sheet: Sendable {
    let number: Int
    let issue: Int
    let symbols: String
  }

  let host: Host

  private func digest(_ symbols: String) -> [UInt8] { host.secrets.derive("letter", Array(symbols.utf8)) }

  private func symbols(seed: [UInt8], sheet: Int) -> String {
    CodeSymbols.text(
      host.secrets.derive("letter-seed", seed + Array("/\(sheet)".utf8)), count: LetterCodes.length)
  }

  /// Makes a batch.
  /// - Returns: Its id.
  func make(
    _ count: Int, label: String, isHousehold: Bool, until: LocalDate, by actor: Actor, now: Timestamp,
    in ledgers: Ledgers
  ) throws -> Int {
    let seed = host.ports.sealing.random(32)
    let day = host.zone.civil(now).date
    let id = try ledgers.host.insert(
      """
      INSERT INTO host_letter_batch(label, size, household, made_on, made_by, valid_until, seed) VALUES(?,?,?,?,?,?,?)
      """,
      [
        .text(label), .integer(count), .bool(isHousehold), .text(day.description), .text(actor.name),
        .text(until.description), .blob(seed),
      ])
    for sheet in 1...count {
      try insert(symbols(seed: seed, sheet: sheet), batch: id, sheet: sheet, issue: 1, in: ledgers)
    }
    try leaf(
      "batch", id, nil, "\(count)\u{0}\(isHousehold)\u{0}\(until)", count: count, now: now, in: ledgers)
    return id
  }

  private func insert(_ symbols: String, batch: Int, sheet: Int, issue: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "INSERT INTO host_letter_code(digest, batch, sheet, issue, state) VALUES(?,?,?,?,'live')",
      [.blob(digest(symbols)), .integer(batch), .integer(sheet), .integer(issue)])
  }

  /// The sheets of a batch while they can be shown; nil after.
  func sheets(of batch: Int, in ledgers: Ledgers) throws -> [Sheet]? {
    guard
      let row = try ledgers.host.row("SELECT size, seed FROM host_letter_batch WHERE id = ?", [.integer(batch)]),
      let seed = row["seed"].asBlob
    else { return nil }
    return (1...(try row.int("size"))).map { Sheet(number: $0, issue: 1, symbols: symbols(seed: seed, sheet: $0)) }
  }

  /// The sheets of a batch for somebody's screen, with a leaf; nil when they can be shown no more.
  func show(_ batch: Int, to actor: Actor, now: Timestamp, in ledgers: Ledgers) throws -> [Sheet]? {
    guard let sheets = try sheets(of: batch, in: ledgers) else { return nil }
    try leaf("shown", batch, nil, actor.name, now: now, in: ledgers)
    return sheets
  }

  /// Erases what the codes of a batch follow from: the sheets are printed.
  func forget(_ batch: Int, now: Timestamp, in ledgers: Ledgers) throws {
    let changed = try ledgers.host.execute(
      "UPDATE host_letter_batch SET seed = NULL WHERE id = ? AND seed IS NOT NULL", [.integer(batch)])
    if changed == 1 { try leaf("printed", batch, nil, "", now: now, in: ledgers) }
  }

  /// Revokes every code of a batch that was not used.
  /// - Returns: How many.
  func revoke(_ batch: Int, now: Timestamp, in ledgers: Ledgers) throws -> Int {
    let count = try ledgers.host.execute(
      "UPDATE host_letter_code SET state = 'revoked' WHERE batch = ? AND used = 0 AND state = 'live'",
      [.integer(batch)])
    try ledgers.host.execute("UPDATE host_letter_batch SET seed = NULL WHERE id = ?", [.integer(batch)])
    try leaf("revoked", batch, nil, String(count), count: count, now: now, in: ledgers)
    return count
  }

  /// Takes the code of a sheet back, as of a letter that was lost.
  /// - Throws: ``Problem`` 404 when there is no such sheet with a living code.
  func lose(_ batch: Int, sheet: Int, now: Timestamp, locale: String, in ledgers: Ledgers) throws {
    try end(batch, sheet, as: "lost", locale: locale, in: ledgers)
    try leaf("lost", batch, sheet, "", count: 1, now: now, in: ledgers)
  }

  /// Makes a new code for a sheet; the one before is worth nothing any more.
  /// - Returns: The new sheet, which is shown once and never stored.
  /// - Throws: ``Problem`` 404; 409 when the old code was used and nobody said that this is known.
  func reissue(
    _ batch: Int, sheet: Int, mayBeUsed: Bool, now: Timestamp, locale: String, in ledgers: Ledgers
  ) throws -> Sheet {
    let row = try ledgers.host.row(
      "SELECT max(issue) AS last, max(used) AS used FROM host_letter_code WHERE batch = ? AND sheet = ?",
      [.integer(batch), .integer(sheet)])
    guard let row, let last = row.optionalInt("last") else {
      throw Problem.notFound(host.words.text("letters.noSheet", locale))
    }
    if try row.bool("used"), !mayBeUsed { throw Problem.conflict(host.words.text("letters.wasUsed", locale)) }
    // A letter that was lost is counted as worth nothing already.
    let ended = try ledgers.host.execute(
      "UPDATE host_letter_code SET state = 'replaced' WHERE batch = ? AND sheet = ? AND state = 'live'",
      [.integer(batch), .integer(sheet)])
    try ledgers.host.execute(
      "UPDATE host_letter_code SET state = 'replaced' WHERE batch = ? AND sheet = ? AND state = 'lost'",
      [.integer(batch), .integer(sheet)])
    let symbols = CodeSymbols.text(host.ports.sealing.random(LetterCodes.length), count: LetterCodes.length)
    try insert(symbols, batch: batch, sheet: sheet, issue: last + 1, in: ledgers)
    try leaf("reissued", batch, sheet, String(last + 1), count: 1, ended: ended, now: now, in: ledgers)
    return Sheet(number: sheet, issue: last + 1, symbols: symbols)
  }

  private func end(_ batch: Int, _ sheet: Int, as state: String, locale: String, in ledgers: Ledgers) throws {
    let changed = try ledgers.host.execute(
      "UPDATE host_letter_code SET state = ? WHERE batch = ? AND sheet = ? AND state = 'live'",
      [.text(state), .integer(batch), .integer(sheet)])
    guard changed > 0 else { throw Problem.notFound(host.words.text("letters.noSheet", locale)) }
  }

  /// The leaf of what was done with codes: how many, and whether they are of households, so that anybody can count how
  /// many residents the town hall says there are.
  private func leaf(
    _ what: String, _ batch: Int, _ sheet: Int?, _ payload: String, count: Int? = nil, ended: Int? = nil,
    now: Timestamp, in ledgers: Ledgers
  ) throws {
    var details: [(String, JSONValue)] = []
    if let count {
      let row = try ledgers.host.row("SELECT household FROM host_letter_batch WHERE id = ?", [.integer(batch)])
      details = [("count", .integer(count)), ("household", .bool(try row?.bool("household") ?? false))]
    }
    if let ended { details.append(("ended", .integer(ended))) }
    try host.register.append(
      kind: "letters", what: what, subject: "host/letters/\(batch)" + (sheet.map { ".\($0)" } ?? ""),
      payload: Array(payload.utf8), at: now, details: details, in: ledgers)
    try host.ports.enqueue([RegisterFiles.subject], ledgers)
  }

  /// How many codes there are, for the page of the register.
  struct Totals: Sendable {
    /// Printed, with those that were printed again.
    let issued: Int
    /// Worth nothing any more: revoked, lost or replaced.
    let ended: Int
  }

  static func totals(_ ledger: Ledger) throws -> Totals {
    let row = try ledger.row(
      "SELECT count(*) AS issued, coalesce(sum(state <> 'live'), 0) AS ended FROM host_letter_code")
    return Totals(issued: try row?.int("issued") ?? 0, ended: try row?.int("ended") ?? 0)
  }

  /// A code as it is stored.
  struct Standing {
    let batch: Int
    let sheet: Int
    let issue: Int
    let isHousehold: Bool
    let voter: [UInt8]
  }

  /// What a typed code is worth; it counts as used from now on.
  /// - Throws: ``Problem`` 422 that says what is wrong with it.
  func voter(typed: String, now: Timestamp, locale: String, in ledgers: Ledgers) throws -> Voter {
    let found = try standing(typed: typed, now: now, locale: locale, in: ledgers)
    return Voter(digest: found.voter, isHousehold: found.isHousehold)
  }

  /// What a code is worth that was typed with an act which waited for a mail; it counts as used from now on.
  /// - Throws: ``Problem`` 422 when it was taken back meanwhile.
  func voter(code: [UInt8], now: Timestamp, locale: String, in ledgers: Ledgers) throws -> Voter {
    // The digest of the code is kept with the act, and the voter's is that of the symbols: both come from the letter.
    let found = try standing(digest: Array(code.prefix(32)), now: now, locale: locale, in: ledgers)
    try mark(Array(code.prefix(32)), batch: found.batch, in: ledgers)
    return Voter(digest: Array(code.dropFirst(32)), isHousehold: found.isHousehold)
  }

  /// What an act that waits keeps of a typed code: digests that no letter can be read from. The code does not count
  /// as used yet.
  /// - Throws: ``Problem`` 422 that says what is wrong with the code.
  func held(typed: String, now: Timestamp, locale: String, in ledgers: Ledgers) throws -> [UInt8] {
    let symbols = try self.symbols(typed, locale)
    _ = try standing(digest: digest(symbols), now: now, locale: locale, in: ledgers)
    return digest(symbols) + host.secrets.derive("voter", Array(symbols.utf8))
  }

  /// The code that was typed, checked and marked as used.
  func standing(typed: String, now: Timestamp, locale: String, in ledgers: Ledgers) throws -> Standing {
    let symbols = try self.symbols(typed, locale)
    let found = try standing(digest: digest(symbols), now: now, locale: locale, in: ledgers)
    try mark(digest(symbols), batch: found.batch, in: ledgers)
    return Standing(
      batch: found.batch, sheet: found.sheet, issue: found.issue, isHousehold: found.isHousehold,
      voter: host.secrets.derive("voter", Array(symbols.utf8)))
  }

  private func refusal(_ key: String, _ locale: String) -> Problem {
    Problem.invalid(Participants.codeField, host.words.text(key, locale))
  }

  private func symbols(_ typed: String, _ locale: String) throws -> String {
    guard let symbols = CodeSymbols.read(typed, count: LetterCodes.length) else {
      throw refusal("participant.code.form", locale)
    }
    return symbols
  }

  private func mark(_ digest: [UInt8], batch: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_letter_code SET used = 1 WHERE digest = ? AND used = 0", [.blob(digest)])
    try ledgers.host.execute(
      "UPDATE host_letter_batch SET seed = NULL WHERE id = ? AND seed IS NOT NULL", [.integer(batch)])
  }

  private func standing(
    digest: [UInt8], now: Timestamp, locale: String, in ledgers: Ledgers
  ) throws -> (batch: Int, sheet: Int, issue: Int, isHousehold: Bool) {
    let row = try ledgers.host.row(
      """
      SELECT c.batch, c.sheet, c.issue, c.state, b.household, b.valid_until FROM host_letter_code c
      JOIN host_letter_batch b ON b.id = c.batch WHERE c.digest = ?
      """, [.blob(digest)])
    guard let row else { throw refusal("participant.code.unknown", locale) }
    guard try row.text("state") == "live" else { throw refusal("participant.code.revoked", locale) }
    guard let until = LocalDate(try row.text("valid_until")), host.zone.civil(now).date <= until else {
      throw refusal("participant.code.expired", locale)
    }
    return (try row.int("batch"), try row.int("sheet"), try row.int("issue"), try row.bool("household"))
  }

  /// Binds a code to an account, once: a code of a person to one account only.
  func authorise(_ participant: Int, typed: String, now: Timestamp, locale: String, in ledgers: Ledgers) throws {
    let found = try standing(typed: typed, now: now, locale: locale, in: ledgers)
    let other = try ledgers.host.row(
      "SELECT 1 FROM host_authorization WHERE voter = ? AND participant <> ?",
      [.blob(found.voter), .integer(participant)])
    if other != nil, !found.isHousehold {
      throw Problem.invalid(Participants.codeField, host.words.text("participant.code.taken", locale))
    }
    try ledgers.host.execute(
      """
      INSERT OR REPLACE INTO host_authorization(participant, voter, batch, sheet, issue, granted_at)
      VALUES(?,?,?,?,?,?)
      """,
      [
        .integer(participant), .blob(found.voter), .integer(found.batch), .integer(found.sheet),
        .integer(found.issue), .timestamp(now),
      ])
  }

  func batches(in ledgers: Ledgers) throws -> [Batch] {
    try ledgers.host.rows(LetterCodes.select + " ORDER BY b.id DESC").map(LetterCodes.batch)
  }

  func batch(_ id: Int, in ledgers: Ledgers) throws -> Batch? {
    try ledgers.host.row(LetterCodes.select + " WHERE b.id = ?", [.integer(id)]).map(LetterCodes.batch)
  }

  private static let select = """
    SELECT b.id, b.label, b.size, b.household, b.made_on, b.made_by, b.valid_until, b.seed IS NOT NULL AS printable,
      (SELECT count(*) FROM host_letter_code c WHERE c.batch = b.id AND c.used = 1) AS used,
      (SELECT count(*) FROM host_letter_code c WHERE c.batch = b.id AND c.state IN ('revoked','lost')) AS revoked,
      (SELECT count(*) FROM host_letter_code c WHERE c.batch = b.id AND c.issue > 1) AS reissued
    FROM host_letter_batch b
    """

  private static func batch(_ row: Row) throws -> Batch {
    Batch(
      id: try row.int("id"), label: try row.text("label"), size: try row.int("size"),
      isHousehold: try row.bool("household"), madeOn: try row.text("made_on"), madeBy: try row.text("made_by"),
      validUntil: try row.text("valid_until"), isPrintable: try row.bool("printable"), used: try row.int("used"),
      revoked: try row.int("revoked"), reissued: try row.int("reissued"))
  }
}
