import ParticipationKit

/// What a person can see of an act of theirs, by the secret address of its receipt.
struct Receipt: Sendable {
  let position: Int
  let number: String
  let what: String
  let subject: Subject?
  let message: String
  let lines: [(label: String, value: String)]
  let sent: Timestamp
  let leafHash: [UInt8]
  let leaf: String
  let salt: [UInt8]
  /// What was sent, as the leaf commits to it; empty for a secret act, for staff, and after an erasure.
  let payload: String
  /// Whether only the day of the act is known.
  let isDayOnly: Bool
  /// The day on which its paper arrived, where that was entered at the counter.
  let received: LocalDate?
  /// The head that covers the leaf, with the way to its root; nil before the next head is signed.
  let inclusion: (head: TreeHead, path: [[UInt8]])?
  /// `none`, `pending`, `approved` or `refused`.
  let state: String
  /// Why it is so; empty on the receipt of anybody but the author.
  let reason: String
  /// What the moderator wrote to the author; empty on the receipt of anybody else.
  let note: String
  let answer: OfficialAnswer?
  /// What moderation adds; nil when nothing was moderated.
  let moderation: ReceiptCase?
}

/// Writes receipts within acts and reads them back.
struct ReceiptBook: Sendable {
  let host: Host

  static func number(_ position: Int) -> String {
    let digits = String(position + 1)
    return String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
  }

  /// Where a receipt is found on the server, for whoever was given the address.
  func path(_ position: Int) -> String { "receipt/\(name(position))" }

  /// What a receipt's address ends with: `<position>-<token>`.
  func name(_ position: Int) -> String { "\(position)-\(host.secrets.receiptToken(position))" }

  /// The act whose receipt is called `name`; nil when it is forged. The token is checked and never searched for.
  func position(named name: some StringProtocol) -> Int? {
    let parts = name.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let position = ByteText.decimal(parts[0].utf8),
      host.constantTimeEqual(host.secrets.receiptToken(position), String(parts[1]))
    else { return nil }
    return position
  }

  func add(
    position: Int, what: String, outcome: Outcome, request: ActRequest, sealed: SealedAct, in ledgers: Ledgers
  ) throws {
    // What staff are shown once, as access codes, is never stored.
    let kept = request.actor.personID == nil ? outcome.lines : []
    let lines = JSONValue.array(kept.map { .array([.string($0.label), .string($0.value)]) })
    try ledgers.host.execute(
      """
      INSERT INTO host_receipt(position, action, subject, message, lines, locale, channel, payload)
      VALUES(?,?,?,?,?,?,?,?)
      """,
      [
        .integer(position), .text(what), .text(outcome.subject.description), .text(outcome.message), .text(lines.text),
        .text(request.locale), .text(request.actor.channel),
        // What staff type at the desk is theirs, but what they take down for somebody goes on that person's receipt.
        .text(request.actor.personID == nil || request.actor.channel != "desk" ? sealed.payload ?? "" : ""),
      ])
  }

  /// The receipt of an act, for who may see it; nil when there is none.
  func receipt(position: Int, locale: String) throws -> Receipt? {
    try host.ports.store.reading { try receipt(position: position, locale: locale, in: $0) }
  }

  /// The same within a transaction.
  func receipt(position: Int, locale: String, in ledgers: Ledgers) throws -> Receipt? {
    guard
      let row = try ledgers.host.row(
        """
        SELECT c.action, c.subject, c.message, c.lines, c.payload, r.at, r.leaf, r.hash, r.salt
        FROM host_receipt c JOIN host_register r ON r.position = c.position WHERE c.position = ?
        """, [.integer(position)])
    else { return nil }
    let subject = Subject(try row.text("subject"))
    let leaf = try row.text("leaf")
    let said = try? JSONValue.parse(Array(leaf.utf8))
    let head = try host.treeHeads.last(in: ledgers.host).flatMap { $0.size > position ? $0 : nil }
    let decision = try subject.flatMap { try host.moderation.entry(for: $0, in: ledgers) }
    // Why, and what the moderator wrote, is for the author: who supported the record has a receipt of it too.
    let own = decision.flatMap { $0.receipt == position ? $0 : nil }
    return Receipt(
      position: position, number: ReceiptBook.number(position), what: try row.text("action"), subject: subject,
      message: try row.text("message"), lines: ReceiptBook.lines(try row.text("lines")),
      sent: try row.timestamp("at"), leafHash: try row.blob("hash"), leaf: leaf,
      salt: try row.blob("salt"), payload: try row.text("payload"),
      isDayOnly: said?["day"] != nil, received: ReceiptBook.received(said),
      // A leaf that is missing leaves the receipt as it is: it proves more than the register then.
      inclusion: head.flatMap { head in
        (try? host.treeHeads.inclusion(of: position, in: head, ledgers.host)).map { (head: head, path: $0) }
      }, state: decision?.state ?? "none", reason: own?.reason ?? "",
      note: own?.note ?? "", answer: try subject.flatMap { try host.answers.answer(to: $0, in: ledgers) },
      moderation: try ReceiptCase.read(
        subject, key: name(position), locale: locale, host: host, in: ledgers))
  }

  /// The receipt of an act by its number, for whoever has the database.
  func receipt(number: Int) throws -> Receipt? {
    try receipt(position: number - 1, locale: host.facts.languages[0])
  }

  /// The day on which the paper of an act arrived, as its leaf says; nil for what came when it was entered.
  func received(_ position: Int, in ledgers: Ledgers) throws -> LocalDate? {
    let row = try ledgers.host.row("SELECT leaf FROM host_register WHERE position = ?", [.integer(position)])
    guard let leaf = try row?.text("leaf") else { return nil }
    return ReceiptBook.received(try? JSONValue.parse(Array(leaf.utf8)))
  }

  private static func received(_ leaf: JSONValue?) -> LocalDate? {
    leaf?["received"]?.asString.flatMap { LocalDate($0) }
  }

  private static func lines(_ json: String) -> [(label: String, value: String)] {
    guard let pairs = try? JSONValue.parse(Array(json.utf8)).asArray else { return [] }
    return pairs.compactMap { pair in
      guard let parts = pair.asArray, parts.count == 2, let label = parts[0].asString, let value = parts[1].asString
      else { return nil }
      return (label, value)
    }
  }
}
