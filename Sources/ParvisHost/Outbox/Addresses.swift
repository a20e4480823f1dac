import ParticipationKit

/// The e-mail addresses that the commune may write to. Each is found by a keyed digest; the address itself is removed
/// when the person asks, and a digest is kept only where it says "never write here again".
struct Addresses: Sendable {
  struct Entry: Sendable {
    let id: Int
    let email: MailAddress?
    let locale: String
    let salt: [UInt8]
    let isConfirmed: Bool
    /// `choice`, `refused` or empty.
    let stopped: String

    init(_ row: Row) throws {
      id = try row.int("id")
      email = row.optionalText("email").flatMap { MailAddress($0) }
      locale = try row.text("locale")
      salt = try row.blob("salt")
      isConfirmed = row.optionalInt("confirmed_at") != nil
      stopped = row.optionalInt("stopped_at") == nil ? "" : try row.text("stopped_why")
    }
  }

  let host: Host

  private func digest(_ address: MailAddress) -> [UInt8] {
    host.secrets.derive("mail-address", Array(address.normalised.utf8))
  }

  func entry(_ id: Int, in ledgers: Ledgers) throws -> Entry? {
    try ledgers.host.row("SELECT * FROM host_mail_address WHERE id = ?", [.integer(id)]).map(Entry.init)
  }

  func entry(for address: MailAddress, in ledgers: Ledgers) throws -> Entry? {
    try ledgers.host.row("SELECT * FROM host_mail_address WHERE digest = ?", [.blob(digest(address))]).map(Entry.init)
  }

  /// The entry of an address, made when there is none.
  func resolve(_ address: MailAddress, locale: String, now: Timestamp, in ledgers: Ledgers) throws -> Entry {
    let digest = digest(address)
    try ledgers.host.execute(
      """
      INSERT INTO host_mail_address(digest, salt, email, locale, created_at) VALUES(?,?,?,?,?)
      ON CONFLICT(digest) DO UPDATE SET email = excluded.email WHERE email IS NULL
      """,
      [
        .blob(digest), .blob(host.ports.sealing.random(16)), .text(address.description), .text(locale),
        .timestamp(now),
      ])
    guard let entry = try entry(for: address, in: ledgers) else { throw WriterStopped() }
    return entry
  }

  /// The secret of a link for one purpose. Nothing of it is stored: who reads a copy of the table cannot make links
  /// without the commune's key, and the salt makes those of a removed address die with it.
  func token(_ entry: Entry, _ purpose: String) -> String {
    let message = Array("\(purpose)\u{0}\(entry.id)\u{0}".utf8) + entry.salt
    return hexadecimal(Array(host.secrets.derive("mail-link", message).prefix(16)))
  }

  /// The entry that a link names: `<id>-<token>`; nil when the token is not the one of that purpose.
  func entry(link: String, _ purpose: String, in ledgers: Ledgers) throws -> Entry? {
    let parts = link.split(separator: "-", maxSplits: 1).map(String.init)
    guard parts.count == 2, let id = ByteText.decimal(parts[0].utf8), let entry = try entry(id, in: ledgers),
      entry.email != nil, host.constantTimeEqual(token(entry, purpose), parts[1])
    else { return nil }
    return entry
  }

  /// Nothing is sent there any more, but for what the person asks for. The reason is `choice` or `refused`.
  func stop(_ id: Int, why: String, now: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_mail_address SET stopped_at = ?, stopped_why = ? WHERE id = ? AND stopped_at IS NULL",
      [.timestamp(now), .text(why), .integer(id)])
    try ledgers.host.execute(
      """
      UPDATE host_outbox SET state = 'dropped', ended_at = ?, error = ?
      WHERE address = ? AND state = 'waiting' AND is_asked = 0
      """, [.timestamp(now), .text(why), .integer(id)])
  }

  /// Mail goes there again.
  func allow(_ id: Int, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_mail_address SET stopped_at = NULL, stopped_why = '' WHERE id = ?", [.integer(id)])
  }

  /// Removes an address with everything that hangs on it. What waits is not sent; what left keeps no address.
  func erase(_ entry: Entry, now: Timestamp, in ledgers: Ledgers) throws {
    let id: SQLValue = .integer(entry.id)
    let ledger = ledgers.host
    if let email = entry.email {
      try ledger.execute(
        "DELETE FROM host_mail_request WHERE lower(email) = ?", [.text(email.normalised)])
    }
    try ledger.execute("DELETE FROM host_follow WHERE address = ?", [id])
    try ledger.execute("DELETE FROM host_contact WHERE address = ?", [id])
    try ledger.execute(
      """
      UPDATE host_outbox SET state = 'dropped', ended_at = ?, error = 'erased' WHERE address = ? AND state = 'waiting'
      """, [.timestamp(now), id])
    try ledger.execute(
      "UPDATE host_outbox SET address = NULL, content = '', subject = '' WHERE address = ?", [id])
    if entry.stopped == "choice" {
      try ledger.execute("UPDATE host_mail_address SET email = NULL WHERE id = ?", [id])
    } else {
      try ledger.execute("DELETE FROM host_mail_address WHERE id = ?", [id])
    }
  }

  /// Removes an address that serves for nothing any more: no follow, no record to answer about, no account, no message
  /// that has yet to leave.
  func eraseUnused(_ id: Int, now: Timestamp, in ledgers: Ledgers) throws {
    let used = try ledgers.host.row(
      """
      SELECT 1 FROM host_follow WHERE address = ?1 UNION ALL SELECT 1 FROM host_contact WHERE address = ?1
      UNION ALL SELECT 1 FROM host_outbox WHERE address = ?1 AND state IN ('waiting','sending')
      UNION ALL SELECT 1 FROM host_account a JOIN host_mail_address m ON lower(m.email) = a.email WHERE m.id = ?1
      LIMIT 1
      """, [.integer(id)])
    guard used == nil, let entry = try entry(id, in: ledgers) else { return }
    try erase(entry, now: now, in: ledgers)
    try host.erasures.askForCompaction(now, in: ledgers)
  }
}
