import ParticipationKit

/// The append-only register: a leaf for every accepted act and decision, written in the same transaction.
///
/// A leaf holds no text, only a commitment: SHA-256 over a random salt and the payload. So what is erased later stays
/// provable as having been there, and the leaf says nothing about it. Leaves are hashed as in RFC 6962 §2.1.
struct Register: Sendable {
  let sealing: SealingPort

  /// Appends a leaf.
  /// - Parameters:
  ///   - kind: `act`, `decision`, `answer`, `import` or `account`.
  ///   - what: The action or decision, as `agenda/comment`.
  ///   - subject: What it is about.
  ///   - payload: The bytes that the leaf commits to.
  ///   - at: When.
  ///   - ledgers: The transaction.
  /// - Returns: The leaf's position, counted from 0.
  @discardableResult
  func append(
    kind: String, what: String, subject: String, payload: [UInt8], at: Timestamp, in ledgers: Ledgers
  ) throws -> Int {
    let ledger = ledgers.host
    let position = try ledger.count("SELECT coalesce(max(position) + 1, 0) FROM host_register")
    let salt = sealing.random(16)
    let leaf = JSONValue.object([
      ("v", 1), ("position", .integer(position)), ("at", .timestamp(at)), ("kind", .string(kind)),
      ("what", .string(what)), ("subject", .string(subject)),
      ("commitment", .string(hexadecimal(sealing.sha256(salt + payload)))),
    ])
    let bytes = leaf.bytes
    try ledger.execute(
      "INSERT INTO host_register(position, kind, at, leaf, hash, salt) VALUES(?,?,?,?,?,?)",
      [
        .integer(position), .text(kind), .timestamp(at), .text(String(decoding: bytes, as: UTF8.self)),
        .blob(sealing.leafHash(bytes)), .blob(salt),
      ])
    return position
  }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var out: [UInt8] = []
  out.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    out.append(digits[Int(byte >> 4)])
    out.append(digits[Int(byte & 15)])
  }
  return String(decoding: out, as: UTF8.self)
}

/// Bytes from hexadecimal digits; nil for anything else.
func bytes(hexadecimal text: String) -> [UInt8]? {
  let digits = Array(text.utf8)
  guard digits.count % 2 == 0 else { return nil }
  func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
  var out: [UInt8] = []
  for index in stride(from: 0, to: digits.count, by: 2) {
    guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
    out.append(high << 4 | low)
  }
  return out
}
