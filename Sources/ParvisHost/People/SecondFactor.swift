import ParticipationKit

/// The second step of signing in: time-based one-time passwords (RFC 6238: SHA-1, 30 seconds, six digits) and recovery
/// codes. A code is accepted one step early or late, and never twice.
struct SecondFactor: Sendable {
  static let stepSeconds: Int64 = 30
  static let recoveryCount = 10

  let host: Host

  /// What an account has.
  struct State: Sendable {
    /// Since when; nil for none.
    let since: Timestamp?
    /// How many recovery codes are left.
    let codesLeft: Int
  }

  func state(of person: Int) throws -> State {
    try host.ports.store.reading { ledgers in
      let row = try ledgers.host.row("SELECT since FROM host_second_factor WHERE person = ?", [.integer(person)])
      let left = try ledgers.host.count(
        "SELECT count(*) FROM host_recovery_code WHERE person = ? AND used_at IS NULL", [.integer(person)])
      return State(since: row?.optionalTimestamp("since"), codesLeft: left)
    }
  }

  func isActive(_ person: Int, in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row(
      "SELECT 1 FROM host_second_factor WHERE person = ? AND since IS NOT NULL", [.integer(person)]) != nil
  }

  /// The secret of an enrolment that was begun and not finished; a fresh one when there is none.
  func pendingSecret(of person: Int) throws -> [UInt8] {
    let fresh = host.ports.sealing.random(20)
    return try host.ports.store.perform { ledgers in
      try ledgers.host.execute(
        "INSERT INTO host_second_factor(person, secret) VALUES(?,?) ON CONFLICT(person) DO NOTHING",
        [.integer(person), .blob(fresh)])
      let row = try ledgers.host.row(
        "SELECT secret FROM host_second_factor WHERE person = ? AND since IS NULL", [.integer(person)])
      guard let row else { throw Problem.conflict(host.words.text("security.already", host.facts.languages[0])) }
      return try row.blob("secret")
    }
  }

  /// What an authenticator application reads from the QR code (the `otpauth` form that all of them share).
  func address(secret: [UInt8], email: String) -> String {
    let issuer = PercentCoding.encode("Parvis \(host.facts.name)")
    return
      "otpauth://totp/\(issuer):\(PercentCoding.encode(email))?secret=\(SecondFactor.base32(secret))&issuer=\(issuer)"
  }

  /// Finishes an enrolment with a first code of the application.
  /// - Returns: The recovery codes, which are shown once.
  func enrol(_ person: Int, typed: String, locale: String) throws -> [String] {
    let now = host.ports.now()
    let codes = (0..<SecondFactor.recoveryCount).map { _ in RecoveryCode.make(host.ports.sealing.random(16)) }
    try host.ports.store.perform { ledgers in
      let row = try ledgers.host.row(
        "SELECT secret FROM host_second_factor WHERE person = ? AND since IS NULL", [.integer(person)])
      guard let secret = try row?.blob("secret"), let step = step(of: typed, secret: secret, after: 0, now: now) else {
        throw Problem.invalid("code", host.words.text("security.code.wrong", locale))
      }
      try ledgers.host.execute(
        "UPDATE host_second_factor SET since = ?, last_step = ? WHERE person = ?",
        [.timestamp(now), .integer(Int(step)), .integer(person)])
      try store(codes, of: person, in: ledgers)
      try leaf("factor-added", person, now: now, in: ledgers)
    }
    return codes
  }

  /// Makes new recovery codes; the old ones are worth nothing any more.
  func renewCodes(_ person: Int) throws -> [String] {
    let now = host.ports.now()
    let codes = (0..<SecondFactor.recoveryCount).map { _ in RecoveryCode.make(host.ports.sealing.random(16)) }
    try host.ports.store.perform { ledgers in
      try store(codes, of: person, in: ledgers)
      try leaf("recovery-codes", person, now: now, in: ledgers)
    }
    return codes
  }

  private func store(_ codes: [String], of person: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute("DELETE FROM host_recovery_code WHERE person = ?", [.integer(person)])
    for code in codes {
      try ledgers.host.execute(
        "INSERT INTO host_recovery_code(person, digest) VALUES(?,?)", [.integer(person), .blob(digest(code, person))])
    }
  }

  private func digest(_ code: String, _ person: Int) -> [UInt8] {
    host.secrets.derive("recovery", Array("\(person)/\(code)".utf8))
  }

  /// Takes a factor away, as for a telephone that was lost; the account's sessions end.
  func remove(_ person: Int, in ledger: Ledger) throws {
    try ledger.execute("DELETE FROM host_second_factor WHERE person = ?", [.integer(person)])
    try ledger.execute("DELETE FROM host_recovery_code WHERE person = ?", [.integer(person)])
  }

  /// Checks what was typed against the application's code or a recovery code, and uses it up.
  func verify(_ person: Int, typed: String, now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    if let code = RecoveryCode.read(typed) {
      return try ledgers.host.execute(
        "UPDATE host_recovery_code SET used_at = ? WHERE person = ? AND digest = ? AND used_at IS NULL",
        [.timestamp(now), .integer(person), .blob(digest(code, person))]) == 1
    }
    guard
      let row = try ledgers.host.row(
        "SELECT secret, last_step FROM host_second_factor WHERE person = ? AND since IS NOT NULL", [.integer(person)]),
      let step = step(of: typed, secret: try row.blob("secret"), after: Int64(try row.int("last_step")), now: now)
    else { return false }
    // The condition decides between two requests with the same code.
    return try ledgers.host.execute(
      "UPDATE host_second_factor SET last_step = ? WHERE person = ? AND last_step < ?",
      [.integer(Int(step)), .integer(person), .integer(Int(step))]) == 1
  }

  /// The step whose code was typed: this one, the one before or the one after, and later than the last one used.
  private func step(of typed: String, secret: [UInt8], after last: Int64, now: Timestamp) -> Int64? {
    let digits = String(decoding: typed.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
    guard digits.utf8.count == 6 else { return nil }
    let current = now.seconds / SecondFactor.stepSeconds
    var found: Int64?
    for step in [current - 1, current, current + 1] where step > last {
      let code = host.ports.accounts.oneTimeCode(secret, UInt64(clamping: step))
      if host.constantTimeEqual(code, digits) { found = found ?? step }
    }
    return found
  }

  private func leaf(_ what: String, _ person: Int, now: Timestamp, in ledgers: Ledgers) throws {
    try host.register.append(
      kind: "account", what: what, subject: "host/person/\(person)", payload: Array(what.utf8), at: now, in: ledgers)
  }

  /// Base32 (RFC 4648 §6) without padding, as applications expect a secret to be typed.
  static func base32(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var out: [UInt8] = []
    var buffer: UInt32 = 0
    var bits = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        out.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
      }
    }
    if bits > 0 { out.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
    return String(decoding: out, as: UTF8.self)
  }
}

/// A recovery code: sixteen symbols, 80 bits, `K7MQ-2RTD-94HX-ABCD`. For the day when the telephone is lost.
struct RecoveryCode {
  private init() {}

  static func make(_ random: [UInt8]) -> String { CodeSymbols.text(random, count: 16) }

  /// The symbols of what was typed; nil when it cannot be a recovery code.
  static func read(_ typed: String) -> String? { CodeSymbols.read(typed, count: 16) }
}
