import ParticipationKit

/// The commune's secret key and what is derived from it. Never leaves the database.
struct Secrets: Sendable {
  private let key: [UInt8]
  private let sealing: SealingPort
  private let addresses: AddressKeys
  private let receiptSalts: ReceiptSalts

  /// Reads the key, or makes it the first time.
  /// - Throws: The store's error.
  init(store: StorePort, sealing: SealingPort) throws {
    self.sealing = sealing
    addresses = AddressKeys(store: store, random: sealing.random)
    receiptSalts = ReceiptSalts()
    try store.reading { [receiptSalts] in try receiptSalts.reload(in: $0) }
    let known = try store.reading { try $0.host.row("SELECT value FROM host_secret WHERE name = 'key'")?.blob("value") }
    if let known {
      key = known
      return
    }
    let fresh = sealing.random(32)
    key = try store.perform { ledgers in
      try ledgers.host.execute(
        "INSERT INTO host_secret(name, value) VALUES('key', ?) ON CONFLICT DO NOTHING", [.blob(fresh)])
      return try ledgers.host.row("SELECT value FROM host_secret WHERE name = 'key'")?.blob("value") ?? fresh
    }
  }

  /// A keyed digest for one purpose: what is made for one can never serve another.
  func derive(_ purpose: String, _ message: [UInt8]) -> [UInt8] {
    sealing.hmac(key, Array(purpose.utf8) + [0] + message)
  }

  /// The token of a receipt, derived from its position: nothing needs to be stored to show the same link again.
  func receiptToken(_ position: Int) -> String {
    let salt = receiptSalts.salt(of: position)
    return hexadecimal(Array(derive("receipt", Array(String(position).utf8) + salt).prefix(16)))
  }

  /// Gives the receipts from a position on other tokens, once ``reloadReceipts(in:)`` was called after the commit.
  /// After a restore the places of lost acts are taken by others.
  func renewReceipts(from position: Int, in ledgers: Ledgers) throws {
    try receiptSalts.add(sealing.random(16), from: position, in: ledgers)
  }

  /// Takes over what ``renewReceipts(from:in:)`` stored.
  func reloadReceipts(in ledgers: Ledgers) throws { try receiptSalts.reload(in: ledgers) }

  /// Since when the key of addresses is the one of now: what was counted before is not comparable.
  func addressDay(_ now: Timestamp) -> Timestamp { AddressKeys.day(now) }

  /// An address on the network as a digest that changes each day, so that limits can count and nobody can look back.
  func addressKey(_ address: String, at now: Timestamp) -> [UInt8] {
    sealing.hmac(addresses.key(at: now), Array("address".utf8) + [0] + Array(address.utf8))
  }

  /// Removes the keys of days that are over, within a transaction.
  func forgetAddresses(_ now: Timestamp, in ledgers: Ledgers) throws { try AddressKeys.forget(now, in: ledgers) }
}
