import ParticipationKit
import Synchronization

/// From which position on the tokens of receipts have a salt of their own, after a restore. Kept in memory, since every
/// act asks.
final class ReceiptSalts: Sendable {
  private static let prefix = "receipts-from-"
  private let known = Mutex<[(from: Int, salt: [UInt8])]>([])

  /// Reads what is stored.
  func reload(in ledgers: Ledgers) throws {
    let rows = try ledgers.host.rows(
      "SELECT name, value FROM host_secret WHERE name LIKE ?", [.text(ReceiptSalts.prefix + "%")])
    let found = try rows.compactMap { row -> (from: Int, salt: [UInt8])? in
      let name = try row.text("name").utf8.dropFirst(ReceiptSalts.prefix.utf8.count)
      guard let from = ByteText.decimal(name) else { return nil }
      return (from, try row.blob("value"))
    }.sorted { $0.from < $1.from }
    known.withLock { $0 = found }
  }

  /// Stores a salt, within a transaction.
  func add(_ salt: [UInt8], from position: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "INSERT OR REPLACE INTO host_secret(name, value) VALUES(?,?)",
      [.text(ReceiptSalts.prefix + String(position)), .blob(salt)])
  }

  /// The salt of a position; empty where there is none.
  func salt(of position: Int) -> [UInt8] { known.withLock { $0.last { $0.from <= position }?.salt ?? [] } }
}
