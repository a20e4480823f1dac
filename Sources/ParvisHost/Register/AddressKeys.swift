import ParticipationKit
import Synchronization

/// The key of a day by which addresses on the network become digests. It is random and belongs to its day alone:
/// yesterday’s is removed, so that nobody who gets hold of the database or of a later backup can try all addresses
/// against what was counted then. Today’s stands in the database, because limits hold over a restart.
final class AddressKeys: Sendable {
  private static let prefix = "address-"
  /// What stands where a key can be read or made, as with a full disk: then limits hold until the restart.
  private let today = Mutex<(day: Int64, key: [UInt8])?>(nil)
  private let store: StorePort
  private let random: @Sendable (Int) -> [UInt8]

  init(store: StorePort, random: @escaping @Sendable (Int) -> [UInt8]) {
    self.store = store
    self.random = random
  }

  /// The beginning of a day: midnight of universal time.
  static func day(_ now: Timestamp) -> Timestamp { Timestamp(seconds: number(now) * 86_400) }

  private static func number(_ now: Timestamp) -> Int64 { now.seconds / 86_400 }

  /// The key of now; made by the first who asks on a day. Never asked for within a transaction.
  func key(at now: Timestamp) -> [UInt8] {
    let day = Self.number(now)
    return today.withLock { known in
      if let known, known.day == day { return known.key }
      let fresh = random(32)
      let key = (try? stored(now, fresh)) ?? fresh
      known = (day, key)
      return key
    }
  }

  private func stored(_ now: Timestamp, _ fresh: [UInt8]) throws -> [UInt8] {
    let name = Self.name(now)
    let known = try store.reading { ledgers in
      try ledgers.host.row("SELECT value FROM host_secret WHERE name = ?", [.text(name)])?.blob("value")
    }
    if let known { return known }
    return try store.perform { ledgers in
      try Self.forget(now, in: ledgers)
      try ledgers.host.execute(
        "INSERT INTO host_secret(name, value) VALUES(?,?) ON CONFLICT DO NOTHING", [.text(name), .blob(fresh)])
      return try ledgers.host.row("SELECT value FROM host_secret WHERE name = ?", [.text(name)])?.blob("value") ?? fresh
    }
  }

  /// Whether there is a key of another day than today.
  static func hasOld(_ now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row("SELECT 1 FROM host_secret WHERE \(old) LIMIT 1", [.text(name(now))]) != nil
  }

  static func forget(_ now: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute("DELETE FROM host_secret WHERE \(old)", [.text(name(now))])
  }

  private static let old = "name LIKE '\(prefix)%' AND name <> ?"

  private static func name(_ now: Timestamp) -> String { prefix + String(number(now)) }
}
