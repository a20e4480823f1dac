public import ParticipationKit

/// A signed head of the register.
public struct TreeHead: Sendable {
  /// How many leaves it covers.
  public let size: Int
  /// The root over them, 32 bytes.
  public let root: [UInt8]
  /// When it was signed.
  public let signed: Timestamp
  /// Why: `day`, `command`, or the job of the clock.
  public let reason: String
  /// The signed checkpoint (C2SP tlog-checkpoint).
  public let note: String

  init(_ row: Row) throws {
    size = try row.int("size")
    root = try row.blob("root")
    signed = try row.timestamp("at")
    reason = try row.text("reason")
    note = try row.text("note")
  }

  /// The root as people read it from a notice board: sixteen groups of four digits.
  public var rootGroups: [String] { groupsOfFour(root) }
}

/// A leaf is missing, so that no head can be signed over what is left.
public struct RegisterGap: Error, CustomStringConvertible {
  /// The first position that is missing.
  public let position: Int

  /// What is missing and what to do.
  public var description: String {
    "register: the leaf \(position) is missing; restore a backup, and keep this database as it is"
  }
}

/// Signs the heads of the tree, at the price of what is new: whole subtrees of 256 leaves are hashed once.
struct TreeHeads: Sendable {
  static let width = 256

  let host: Host

  /// The heads, oldest first.
  func all(in ledger: Ledger) throws -> [TreeHead] {
    try ledger.rows("SELECT * FROM host_head ORDER BY size").map(TreeHead.init)
  }

  /// The last head; nil before the first.
  func last(in ledger: Ledger) throws -> TreeHead? {
    try ledger.row("SELECT * FROM host_head ORDER BY size DESC LIMIT 1").map(TreeHead.init)
  }

  /// Signs a head over all leaves, unless the last one covers them already.
  /// - Returns: The head that covers all leaves; nil when there are none.
  /// - Throws: ``RegisterGap`` when a leaf is missing; the store's error.
  @discardableResult
  func sign(reason: String, at now: Timestamp, in ledgers: Ledgers) throws -> TreeHead? {
    let ledger = ledgers.host
    try host.answers.proveOthers(at: now, in: ledgers)
    let size = try host.register.nextPosition(in: ledgers)
    if let last = try last(in: ledger), last.size >= size { return last }
    guard size > 0 else { return nil }
    try completeSubtrees(size, in: ledger)
    let root = try root(size, in: ledger)
    try ledger.execute(
      "INSERT INTO host_head(size, root, at, reason, note) VALUES(?,?,?,?,?)",
      [
        .integer(size), .blob(root), .timestamp(now), .text(reason),
        .text(try host.registerKey.checkpoint(size: size, root: root)),
      ])
    try host.ports.enqueue([RegisterFiles.subject, RegisterFiles.waiting], ledgers)
    return try last(in: ledger)
  }

  /// The hashes at a level of tiles: leaves at level 0, subtrees of 256^level leaves above.
  /// - Throws: ``RegisterGap`` when a leaf is missing.
  func hashes(_ level: Int, _ numbers: Range<Int>, in ledger: Ledger) throws -> [[UInt8]] {
    let sql =
      level == 0
      ? "SELECT position AS number, hash FROM host_register WHERE position >= ? AND position < ? ORDER BY position"
      : "SELECT number, hash FROM host_node WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
    let range: [SQLValue] = [.integer(numbers.lowerBound), .integer(numbers.upperBound)]
    var hashes: [[UInt8]] = []
    hashes.reserveCapacity(numbers.count)
    try ledger.forEach(sql, level == 0 ? range : [.integer(level)] + range) { row in
      let expected = numbers.lowerBound + hashes.count
      guard try row.int("number") == expected else { throw RegisterGap(position: expected << (8 * level)) }
      hashes.append(try row.blob("hash"))
      return true
    }
    guard hashes.count == numbers.count else {
      throw RegisterGap(position: (numbers.lowerBound + hashes.count) << (8 * level))
    }
    return hashes
  }

  private func completeSubtrees(_ size: Int, in ledger: Ledger) throws {
    var level = 1
    while size >> (8 * level) > 0 {
      let known = try ledger.count(
        "SELECT coalesce(max(number) + 1, 0) FROM host_node WHERE level = ?", [.integer(level)])
      for number in known..<max(known, size >> (8 * level)) {
        let start = number * TreeHeads.width
        let hash = host.ports.sealing.treeRoot(try hashes(level - 1, start..<start + TreeHeads.width, in: ledger))
        try ledger.execute(
          "INSERT INTO host_node(level, number, hash) VALUES(?,?,?)", [.integer(level), .integer(number), .blob(hash)])
      }
      level += 1
    }
  }

  /// The root over the first leaves: at each level the subtrees that are complete, and the rest as one more.
  private func root(_ size: Int, in ledger: Ledger) throws -> [UInt8] {
    var rest: [[UInt8]] = []
    var level = 0
    while size >> (8 * level) > 0 {
      let count = size >> (8 * level)
      let start = count / TreeHeads.width * TreeHeads.width
      let row = try hashes(level, start..<count, in: ledger) + rest
      rest = row.isEmpty ? [] : [host.ports.sealing.treeRoot(row)]
      level += 1
    }
    return host.ports.sealing.treeRoot(rest)
  }

  /// The hashes that lead from a leaf to the root of a head (RFC 9162 §2.1.3).
  func inclusion(of position: Int, in head: TreeHead, _ ledger: Ledger) throws -> [[UInt8]] {
    try host.ports.sealing.inclusionPath(position, head.size) { level, index in
      let start = index << (level % 8)
      let numbers = start..<start + 1 << (level % 8)
      return host.ports.sealing.treeRoot(try hashes(level / 8, numbers, in: ledger))
    }
  }
}

extension Host {
  /// Signs a head of the register over all leaves, unless the last one covers them already.
  /// - Returns: The head; nil while the register is empty.
  /// - Throws: ``RegisterGap`` when a leaf is missing; the store's error.
  public func signHead() throws -> TreeHead? {
    let now = ports.now()
    let box = Box<TreeHead>()
    try ports.store.performVoid { ledgers in
      box.set(try self.treeHeads.sign(reason: "command", at: now, in: ledgers))
    }
    return box.value
  }

  /// The key with which the register's heads are checked, as a line for verifiers of signed notes.
  public var registerVerifier: String { registerKey.verifier }

  /// The same key as people compare it: eight groups of four hexadecimal digits.
  public var registerKeyFingerprint: String { registerKey.fingerprint }
}
