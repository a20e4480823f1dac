public import ParticipationKit

/// The append-only register: a leaf for every accepted act and decision, written in the same transaction.
///
/// A leaf holds no text, only a commitment: SHA-256 over a random salt and the payload. So what is erased later stays
/// provable as having been there, and the leaf says nothing about it. Leaves are hashed as in RFC 6962 §2.1. What the
/// leaves say, member by member, is in `README.md` beside this file.
struct Register: Sendable {
  /// When something was done, as the register may say it.
  struct Moment: Sendable {
    /// What the database keeps.
    let stored: Timestamp
    fileprivate let member: (String, JSONValue)
    /// Whether the day only is known.
    var isDay: Bool { member.0 == "day" }

    /// To the millisecond.
    static func exact(_ instant: Timestamp) -> Moment { Moment(stored: instant, member: ("at", .timestamp(instant))) }

    /// The day only, for secret acts; the database keeps no more.
    static func day(_ date: LocalDate) -> Moment {
      Moment(
        stored: Timestamp(seconds: Int64(date.daysSinceEpoch) * 86_400), member: ("day", .string(date.description)))
    }
  }

  let sealing: SealingPort
  /// Queues what is published anew.
  let enqueue: @Sendable ([Subject], Ledgers) throws -> Void

  /// Appends a leaf that commits to a payload.
  /// - Parameters:
  ///   - kind: `act`, `decision`, `import`, `clock`, `account` or another word of one's own.
  ///   - what: The action or decision, as `agenda/comment`.
  ///   - subject: What it is about.
  ///   - payload: The bytes that the leaf commits to.
  ///   - at: When.
  ///   - details: More members, public for ever.
  ///   - ledgers: The transaction.
  /// - Returns: The leaf's position, counted from 0.
  @discardableResult
  func append(
    kind: String, what: String, subject: String, payload: [UInt8], at: Timestamp,
    details: [(String, JSONValue)] = [], in ledgers: Ledgers
  ) throws -> Int {
    try append(
      kind: kind, what: what, subject: subject, payload: payload, moment: .exact(at), details: details, in: ledgers
    ).position
  }

  /// Appends a leaf; without payload it commits to nothing but what it says.
  /// - Returns: The leaf's position and the salt of its commitment, which is empty without payload.
  @discardableResult
  func append(
    kind: String, what: String, subject: String, payload: [UInt8]?, moment: Moment,
    details: [(String, JSONValue)] = [], in ledgers: Ledgers
  ) throws -> (position: Int, salt: [UInt8]) {
    let ledger = ledgers.host
    let position = try nextPosition(in: ledgers)
    let salt = payload == nil ? [] : sealing.random(16)
    var members: [(String, JSONValue)] = [
      ("v", 1), ("position", .integer(position)), moment.member, ("kind", .string(kind)), ("what", .string(what)),
      ("subject", .string(subject)),
    ]
    members += details
    if let payload { members.append(("commitment", .string(hexadecimal(sealing.sha256(salt + payload))))) }
    let bytes = JSONValue.object(members).bytes
    // C2SP tlog-tiles: an entry of a bundle has at most 65,535 bytes.
    guard bytes.count <= 0xFFFF else { throw OverlongLeaf(bytes: bytes.count) }
    try ledger.execute(
      "INSERT INTO host_register(position, kind, at, leaf, hash, salt) VALUES(?,?,?,?,?,?)",
      [
        .integer(position), .text(kind), .timestamp(moment.stored), .text(String(decoding: bytes, as: UTF8.self)),
        .blob(sealing.leafHash(bytes)), .blob(salt),
      ])
    if kind == "decision" {
      try ledger.execute(
        "INSERT INTO host_decided(subject, position) VALUES(?,?)", [.text(subject), .integer(position)])
    }
    if RegisterFiles.isWaited(kind: kind, what: what, members: details.map(\.0), moment) {
      try enqueue([RegisterFiles.waiting], ledgers)
    }
    return (position, salt)
  }

  /// The position that the next leaf will have.
  func nextPosition(in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count("SELECT coalesce(max(position) + 1, 0) FROM host_register")
  }
}

/// A leaf would be longer than an entry of a bundle can be; what was asked for named too much.
struct OverlongLeaf: Error, CustomStringConvertible {
  let bytes: Int

  var description: String { "register: a leaf of \(bytes) bytes; at most 65,535 fit into an entry (C2SP tlog-tiles)" }
}

extension CountChange {
  /// The change as a leaf says it.
  var value: JSONValue {
    .object([("subject", .string(subject.description)), ("path", .string(path)), ("add", .integer(amount))])
  }
}

extension Host {
  /// When the last act was recorded; nil before the first.
  /// - Throws: The store's error.
  public func lastAct(in ledgers: Ledgers) throws -> Timestamp? {
    try ledgers.host.row("SELECT at FROM host_register ORDER BY position DESC LIMIT 1")?.timestamp("at")
  }
}
