import ParticipationKit

/// What the host's own tables lose by time. Tables of parts that this database lacks are passed over.
struct HostClocks {
  let host: Host
  let columns: HostColumns
  let now: Timestamp

  func erase(_ name: String, before: Timestamp, in ledgers: Ledgers) throws -> RetentionOutcome {
    switch name {
    case "refused": try refused(before, in: ledgers)
    case "pending": try untouched(before, in: ledgers)
    case "disabled": try disabled(before, in: ledgers)
    case "inactive": try inactive(before, in: ledgers)
    default:
      RetentionOutcome(
        count: try (HostClocks.statements[name] ?? []).reduce(0) { total, step in
          guard columns.has(step.column) else { return total }
          return total + (try ledgers.host.execute(step.sql, [.timestamp(before)]))
        })
    }
  }

  private static let statements: [String: [(column: String, sql: String)]] = [
    "contacts": [
      ("host_contact.created_at", "DELETE FROM host_contact WHERE created_at < ?"),
      (
        "host_mail_address.stopped_at",
        """
        DELETE FROM host_mail_address WHERE created_at < ? AND stopped_at IS NULL
          AND id NOT IN (SELECT address FROM host_follow) AND id NOT IN (SELECT address FROM host_contact)
          AND id NOT IN (SELECT address FROM host_outbox WHERE address IS NOT NULL)
        """
      ),
    ],
    "receipts": [
      ("host_receipt.lines", HostClocks.receipts("lines", "[]")),
      ("host_receipt.payload", HostClocks.receipts("payload", "")),
    ],
    "moderation": [
      (
        "host_redaction.before",
        """
        UPDATE host_redaction SET before = '', after = '' WHERE at < ? AND before <> ''
          AND NOT EXISTS (SELECT 1 FROM host_appeal a WHERE a.entry = host_redaction.entry AND a.state = 'open')
        """
      ),
      ("host_flag.note", "UPDATE host_flag SET note = '' WHERE sent_at < ? AND note <> '' AND state <> 'open'"),
      (
        "host_appeal.body",
        "UPDATE host_appeal SET body = '', note = '' WHERE handled_at < ? AND (body <> '' OR note <> '')"
      ),
      (
        "host_decision.note",
        """
        UPDATE host_decision SET note = '', before = '{}' WHERE at < ?
          AND (note <> '' OR json_extract(before, '$.note') <> '')
          AND NOT EXISTS (SELECT 1 FROM host_appeal a WHERE a.entry = host_decision.entry AND a.state = 'open')
        """
      ),
      ("host_moderation.note", "UPDATE host_moderation SET note = '' WHERE decided_at < ? AND note <> ''"),
    ],
    "access": [("host_data_access.at", "DELETE FROM host_data_access WHERE at < ?")],
    "held": [
      ("host_link.expires_at", "DELETE FROM host_link WHERE expires_at < ?"),
      ("host_mail_request.expires_at", "DELETE FROM host_mail_request WHERE expires_at < ?"),
      ("host_data_link.expires_at", "DELETE FROM host_data_link WHERE expires_at < ?"),
      ("host_invitation.expires_at", "DELETE FROM host_invitation WHERE expires_at < ?"),
    ],
    "sessions": [
      ("host_session.expires_at", "DELETE FROM host_session WHERE expires_at < ?"),
      ("host_participant_session.expires_at", "DELETE FROM host_participant_session WHERE expires_at < ?"),
    ],
    "messages": [
      (
        "host_outbox.content",
        """
        UPDATE host_outbox SET content = '', subject = '', address = NULL
        WHERE ended_at < ? AND (content <> '' OR address IS NOT NULL)
        """
      ),
      ("host_held_message.created_at", "DELETE FROM host_held_message WHERE created_at < ?"),
    ],
    "likeness": [("host_likeness.at", "DELETE FROM host_likeness WHERE at < ?")],
  ]

  /// The words that a receipt repeats; its number, its leaf and what became of the act stay.
  private static func receipts(_ column: String, _ empty: String) -> String {
    """
    UPDATE host_receipt SET \(column) = '\(empty)' WHERE \(column) <> '\(empty)'
      AND position IN (SELECT position FROM host_register WHERE at < ?)
    """
  }

  /// Texts that were never published or were withdrawn: their words go, and the decision with its reason stays.
  private func refused(_ before: Timestamp, in ledgers: Ledgers) throws -> RetentionOutcome {
    let appeals =
      columns.has("host_appeal.entry")
      ? "AND NOT EXISTS (SELECT 1 FROM host_appeal a WHERE a.entry = m.id AND a.state = 'open')" : ""
    return try erase("state = 'refused' AND decided_at < ?1 \(appeals)", before, in: ledgers)
  }

  /// Texts that waited so long that nobody will read them: not public, and neither decided about nor flagged since.
  private func untouched(_ before: Timestamp, in ledgers: Ledgers) throws -> RetentionOutcome {
    try erase(
      """
      state = 'pending' AND shown = 0 AND submitted_at < ?1
        AND NOT EXISTS (SELECT 1 FROM host_decision d WHERE d.entry = m.id AND d.at >= ?1)
        AND NOT EXISTS (SELECT 1 FROM host_flag f WHERE f.entry = m.id AND f.sent_at >= ?1)
      """, before, in: ledgers)
  }

  private func erase(_ condition: String, _ before: Timestamp, in ledgers: Ledgers) throws -> RetentionOutcome {
    let rows = try ledgers.host.rows(
      """
      SELECT module, kind, key FROM host_moderation m WHERE \(condition)
        AND NOT EXISTS (SELECT 1 FROM host_erasure e WHERE e.subject = module || '/' || kind || '/' || key)
      """, [.timestamp(before)])
    let records = try rows.map { Subject(try $0.text("module"), try $0.text("kind"), try $0.text("key")) }
    guard !records.isEmpty else { return RetentionOutcome(count: 0) }
    let order = Erasures.Order(
      actor: Retention.actor, reason: "retention", locale: host.facts.languages[0], now: now)
    let done = try host.erasures.erase(records, email: "", order, in: ledgers)
    return RetentionOutcome(count: done.records.count, changed: done.changed)
  }

  /// Accounts of staff who left: what they decided stays, under a number.
  private func disabled(_ before: Timestamp, in ledgers: Ledgers) throws -> RetentionOutcome {
    RetentionOutcome(
      count: try ledgers.host.execute(
        """
        UPDATE host_person SET email = 'compte-' || id || '@invalid', name = 'Compte ' || id, password = ''
        WHERE disabled_at < ? AND password <> ''
        """, [.timestamp(before)]))
  }

  private func inactive(_ before: Timestamp, in ledgers: Ledgers) throws -> RetentionOutcome {
    guard columns.has("host_account.seen_at") else { return RetentionOutcome(count: 0) }
    let rows = try ledgers.host.rows("SELECT email FROM host_account WHERE seen_at < ?", [.timestamp(before)])
    for row in rows { try PersonTables(host: host, columns: columns).erase(try row.text("email"), now, in: ledgers) }
    return RetentionOutcome(count: rows.count)
  }
}
