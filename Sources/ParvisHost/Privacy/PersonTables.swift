import ParticipationKit

/// What the host's tables say about a person by their address: account, follows, contacts, links, messages.
struct PersonTables {
  let host: Host
  let columns: HostColumns

  /// The records that the address leads to, by an account or as somebody to be answered.
  func records(_ email: String, in ledgers: Ledgers) throws -> [Subject] {
    guard !email.isEmpty else { return [] }
    var found: [Subject] = []
    if columns.has("host_participant_act.position") {
      // Of what they did, what they brought: a support names somebody else's proposal.
      let acts = try ledgers.host.rows(
        """
        SELECT p.position FROM host_account a JOIN host_participant_act p ON p.participant = a.participant
        WHERE a.email = ? ORDER BY p.position
        """, [.text(email)])
      found += try acts.compactMap { try host.moderation.record(broughtBy: try $0.int(at: 0), in: ledgers) }
    }
    if columns.has("host_contact.address") {
      let contacts = try ledgers.host.rows(
        """
        SELECT c.subject FROM host_mail_address m JOIN host_contact c ON c.address = m.id WHERE m.digest = ?
        ORDER BY c.subject
        """, [.blob(digest(email))])
      found += try contacts.compactMap { Subject(try $0.text(at: 0)) }
    }
    return found
  }

  /// What they say, for the person to read; only what there is.
  func export(_ email: String, in ledgers: Ledgers) throws -> JSONValue {
    guard !email.isEmpty else { return .object([]) }
    var members: [(String, JSONValue)] = []
    for entry in PersonTables.shown where columns.has(entry.column) {
      let value: SQLValue = entry.byDigest ? .blob(digest(email)) : .text(email)
      let rows = try ledgers.host.rows(entry.sql, [value])
      if !rows.isEmpty { members.append((entry.name, .array(rows.map(PersonTables.value)))) }
    }
    return .object(members)
  }

  /// That addresses were left with records, for who is known by a receipt alone: whoever else finds the receipt must
  /// not read an address from it.
  func masked(_ records: [Subject], in ledgers: Ledgers) throws -> JSONValue {
    guard columns.has("host_contact.subject") else { return .object([]) }
    let found = try records.compactMap { record in
      try ledgers.host.row(
        """
        SELECT m.email, m.confirmed_at, c.created_at FROM host_contact c JOIN host_mail_address m ON m.id = c.address
        WHERE c.subject = ?
        """, [.text(record.description)])
    }
    let values = found.map { row -> JSONValue in
      let address = row.optionalText("email").flatMap { MailAddress($0) }
      return .object([
        ("masked_email", .string(address?.masked ?? "…")),
        ("created_at", .timestamp(row.optionalTimestamp("created_at"))),
        ("confirmed_at", .timestamp(row.optionalTimestamp("confirmed_at"))),
      ])
    }
    return .object(values.isEmpty ? [] : [("address", .array(values))])
  }

  private static func value(_ row: Row) -> JSONValue {
    let members = zip(row.columns, row.values).map { column, value -> (String, JSONValue) in
      if column.utf8.elementsEqual("at".utf8) || String(column.suffix(3)) == "_at", let time = value.asInteger {
        return (column, .timestamp(Timestamp(milliseconds: time)))
      }
      return (column, value.asText.map { .string($0) } ?? value.asInteger.map { .integer(Int($0)) } ?? .null)
    }
    return .object(members)
  }

  private static let shown: [(name: String, column: String, byDigest: Bool, sql: String)] = [
    ("staff_account", "host_person.email", false, "SELECT name, role, created_at FROM host_person WHERE email = ?"),
    (
      "account", "host_account.email", false,
      """
      SELECT a.email, a.locale, a.created_at, a.seen_at, p.public_name FROM host_account a
      JOIN host_participant p ON p.id = a.participant WHERE a.email = ?
      """
    ),
    (
      "letter_code", "host_authorization.participant", false,
      """
      SELECT b.label AS letters, h.sheet, h.granted_at FROM host_authorization h
      JOIN host_account a ON a.participant = h.participant JOIN host_letter_batch b ON b.id = h.batch WHERE a.email = ?
      """
    ),
    (
      "acts", "host_participant_act.position", false,
      """
      SELECT c.position + 1 AS number, c.action, c.subject, r.at FROM host_participant_act p
      JOIN host_account a ON a.participant = p.participant JOIN host_receipt c ON c.position = p.position
      JOIN host_register r ON r.position = p.position WHERE a.email = ? ORDER BY p.position
      """
    ),
    (
      "sessions", "host_participant_session.participant", false,
      """
      SELECT s.device, s.created_at, s.expires_at AS expires_at FROM host_participant_session s
      JOIN host_account a ON a.participant = s.participant WHERE a.email = ?
      """
    ),
    (
      "address", "host_mail_address.digest", true,
      """
      SELECT email, locale, created_at, confirmed_at, stopped_at, stopped_why FROM host_mail_address WHERE digest = ?
      """
    ),
    (
      "follows", "host_follow.address", true,
      """
      SELECT f.subject, f.frequency, f.confirmed_at FROM host_follow f
      JOIN host_mail_address m ON m.id = f.address WHERE m.digest = ?
      """
    ),
    (
      "messages", "host_outbox.address", true,
      """
      SELECT o.kind, o.subject, o.state, o.created_at FROM host_outbox o
      JOIN host_mail_address m ON m.id = o.address WHERE m.digest = ? ORDER BY o.id
      """
    ),
  ]

  /// Removes all of it. A staff account stays: it belongs to the commune's service, and the desk disables it.
  func erase(_ email: String, _ now: Timestamp, in ledgers: Ledgers) throws {
    guard !email.isEmpty else { return }
    let ledger = ledgers.host
    for entry in PersonTables.removed where columns.has(entry.column) { try ledger.execute(entry.sql, [.text(email)]) }
    // The mailing address with its follows, contacts and messages; the wish never to be written to again stays.
    if let address = MailAddress(email), let entry = try host.addresses.entry(for: address, in: ledgers) {
      try host.addresses.erase(entry, now: now, in: ledgers)
    }
  }

  /// A participant's acts and sessions go before the account that leads to them.
  private static let removed: [(column: String, sql: String)] = [
    ("host_participant_session.participant", "DELETE FROM host_participant_session WHERE participant IN \(who)"),
    ("host_participant_act.participant", "DELETE FROM host_participant_act WHERE participant IN \(who)"),
    ("host_authorization.participant", "DELETE FROM host_authorization WHERE participant IN \(who)"),
    ("host_participant.public_name", "UPDATE host_participant SET public_name = '' WHERE id IN \(who)"),
    ("host_account.email", "DELETE FROM host_account WHERE email = ?"),
    ("host_link.email", "DELETE FROM host_link WHERE email = ?"),
    ("host_held_message.address", "DELETE FROM host_held_message WHERE address = ?"),
    ("host_data_link.email", "DELETE FROM host_data_link WHERE email = ?"),
    ("host_mail_request.email", "DELETE FROM host_mail_request WHERE lower(email) = ?"),
  ]

  private static let who = "(SELECT participant FROM host_account WHERE email = ?)"

  /// As the outbox finds addresses.
  private func digest(_ email: String) -> [UInt8] { host.secrets.derive("mail-address", Array(email.utf8)) }
}
