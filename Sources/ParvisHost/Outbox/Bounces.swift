import ParticipationKit

/// What a delivery status notification says (RFC 3464), as far as it matters here.
struct BounceReport: Sendable, Hashable {
  /// The identifier of the message that came back, without angle brackets.
  let messageID: String
  /// Whether delivery failed for good: `Action: failed` with a status of class 5.
  let isFinal: Bool
  /// The status, as `5.1.1`.
  let status: String

  /// Reads a report; nil when it is none. Works on lines of bytes: the report comes from anybody.
  init?(_ bytes: [UInt8]) {
    var action = ""
    var status = ""
    var messageID = ""
    for line in BounceReport.unfolded(bytes) {
      let lower = line.lowercased()
      if lower.hasPrefix("action:"), action.isEmpty { action = BounceReport.value(lower) }
      if lower.hasPrefix("status:"), status.isEmpty { status = BounceReport.value(lower) }
      // The report has one of its own at the top; the one of our message stands last.
      if lower.hasPrefix("message-id:") { messageID = BounceReport.value(line) }
    }
    guard !action.isEmpty, !status.isEmpty, messageID.first == "<", messageID.last == ">" else { return nil }
    self.messageID = String(messageID.dropFirst().dropLast())
    self.status = String(status.prefix { $0 != " " }.prefix(12))
    isFinal = action.hasPrefix("failed") && self.status.hasPrefix("5.")
  }

  private static func value(_ line: String) -> String {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return "" }
    return ByteText.trimmed(String(line[line.utf8.index(after: colon)...]))
  }

  /// Lines, continued ones joined (RFC 5322 §2.2.3).
  private static func unfolded(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = piece.last == 0x0D ? piece.dropLast() : piece
      let text = String(decoding: line, as: UTF8.self)
      if let first = line.first, first == 0x20 || first == 0x09, !lines.isEmpty {
        lines[lines.count - 1] += text
      } else {
        lines.append(text)
      }
    }
    return lines
  }
}

extension Outbox {
  /// Takes in a refusal that came back. Only one that quotes the identifier of a message of ours counts: nobody else
  /// can make one, so nobody can silence an address by a forged report.
  /// - Returns: Whether the address is stopped now.
  /// - Throws: The store's error.
  @discardableResult
  public func bounced(_ report: [UInt8]) throws -> Bool {
    guard let settings = host.outgoing.mail, let found = BounceReport(report), found.isFinal,
      let digits = found.messageID.split(separator: ".").first, let id = ByteText.decimal(digits.utf8),
      host.constantTimeEqual(found.messageID, messageID(id, settings))
    else { return false }
    let now = host.ports.now()
    return try host.ports.store.perform { ledgers in
      try ledgers.host.execute(
        "UPDATE host_outbox SET state = 'failed', error = ?, ended_at = ? WHERE id = ?",
        [.text("\(found.status) (DSN)"), .timestamp(now), .integer(id)])
      // 5.2.2 is a full mailbox, 5.7 a policy: the address itself may well be right (RFC 3463 §3).
      guard found.status.hasPrefix("5.1") || found.status == "5.2.1" || found.status == "5.0.0" else { return false }
      try stopRecipient(of: id, now: now, in: ledgers)
      return true
    }
  }
}
