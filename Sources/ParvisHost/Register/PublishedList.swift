import ParticipationKit

/// Lines that the register publishes and commits to by one leaf: the records of an import, the rows of a count.
///
/// The leaf holds the Merkle root (RFC 6962 §2.1) over the lines. They are kept in parts, so that a hundred thousand
/// need no more memory than some thousands.
final class PublishedList {
  static let linesInPart = 4096

  private let sealing: SealingPort
  private let ledger: Ledger
  /// The position that the leaf will have, unless others are appended before it.
  let position: Int
  private var levels: [[UInt8]?] = []
  private var part: [UInt8] = []
  private(set) var count = 0

  init(register: Register, in ledgers: Ledgers) throws {
    sealing = register.sealing
    ledger = ledgers.host
    position = try register.nextPosition(in: ledgers)
  }

  /// Adds a line.
  /// - Returns: Its place, counted from 0.
  @discardableResult
  func add(_ line: [UInt8]) throws -> Int {
    if count > 0, count % PublishedList.linesInPart == 0 { try store() }
    part += line
    part.append(0x0A)
    var hash = sealing.leafHash(line)
    var level = 0
    while level < levels.count, let left = levels[level] {
      hash = sealing.sha256([1] + left + hash)
      levels[level] = nil
      level += 1
    }
    if level == levels.count { levels.append(hash) } else { levels[level] = hash }
    count += 1
    return count - 1
  }

  /// Stores the rest.
  /// - Returns: What the leaf says of the list.
  func finish() throws -> [(String, JSONValue)] {
    if !part.isEmpty { try store() }
    return [("records", .integer(count)), ("root", .string(hexadecimal(root)))]
  }

  /// Forgets what was stored, when there will be no leaf.
  func forget() throws { try ledger.execute("DELETE FROM host_list WHERE position = ?", [.integer(position)]) }

  private var root: [UInt8] {
    var root: [UInt8]?
    for case let hash? in levels { root = root.map { sealing.sha256([1] + hash + $0) } ?? hash }
    return root ?? sealing.sha256([])
  }

  private func store() throws {
    let number = (count - 1) / PublishedList.linesInPart
    try ledger.execute(
      "INSERT INTO host_list(position, part, lines) VALUES(?,?,?)",
      [.integer(position), .integer(number), .text(String(decoding: part, as: UTF8.self))])
    part.removeAll(keepingCapacity: true)
  }
}
