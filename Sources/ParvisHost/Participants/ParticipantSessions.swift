import ParticipationKit

/// A session of the personal pages.
struct ParticipantSession: Sendable {
  let participant: Int
  let email: String
  let publicName: String
  let formToken: String
  let digest: [UInt8]
}

// Sessions of residents' accounts: by a mailed link, without password. A cookie of their own, for `/me` alone.
extension Participants {
  static let cookieName = "parvis_me"
  /// How long a session lasts, in seconds.
  static let sessionSeconds: Int64 = 30 * 86_400

  /// Uses a link up and starts a session; one that was there before ends.
  /// - Returns: The token for the cookie.
  /// - Throws: ``Problem`` 410.
  func enter(_ link: Link, request: SignInRequest) throws -> String {
    let token = SecretToken(host.ports.sealing)
    let formToken = hexadecimal(host.ports.sealing.random(16))
    let before = request.cookie.map { SecretToken($0, host.ports.sealing).digest }
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      try use(link.digest, purpose: "enter", now: now, locale: link.locale, in: ledgers)
      let id = try participant(email: link.email, locale: link.locale, now: now, in: ledgers)
      try ledgers.host.execute("UPDATE host_link SET email = '' WHERE token = ?", [.blob(link.digest)])
      try ledgers.host.execute("DELETE FROM host_participant_session WHERE expires_at < ?", [.timestamp(now)])
      if let before {
        try ledgers.host.execute("DELETE FROM host_participant_session WHERE token = ?", [.blob(before)])
      }
      try ledgers.host.execute(
        """
        INSERT INTO host_participant_session(token, participant, form_token, device, created_at, expires_at)
        VALUES(?,?,?,?,?,?)
        """,
        [
          .blob(token.digest), .integer(id), .text(formToken), .text(request.device), .timestamp(now),
          .timestamp(now.adding(seconds: Participants.sessionSeconds)),
        ])
    }
    return token.text
  }

  /// The session of a cookie; nil when it has ended.
  func session(_ token: String) throws -> ParticipantSession? {
    let digest = SecretToken(token, host.ports.sealing).digest
    let now = host.ports.now()
    return try host.ports.store.reading { ledgers in
      try ledgers.host.row(
        """
        SELECT p.id, p.public_name, a.email, s.form_token FROM host_participant_session s
        JOIN host_participant p ON p.id = s.participant JOIN host_account a ON a.participant = p.id
        WHERE s.token = ? AND s.expires_at > ?
        """, [.blob(digest), .timestamp(now)]
      ).map { row in
        ParticipantSession(
          participant: try row.int("id"), email: try row.text("email"), publicName: try row.text("public_name"),
          formToken: try row.text("form_token"), digest: digest)
      }
    }
  }

  /// Ends a session, or every session of the account.
  func end(_ session: ParticipantSession, everywhere: Bool) throws {
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute(
        everywhere
          ? "DELETE FROM host_participant_session WHERE participant = ?"
          : "DELETE FROM host_participant_session WHERE token = ?",
        [everywhere ? .integer(session.participant) : .blob(session.digest)])
    }
  }

  /// Stores the name under which somebody wants to be published; empty for none.
  /// - Throws: ``Problem`` 422.
  func setPublicName(_ typed: String, of participant: Int, locale: String) throws {
    let name = ByteText.singleLine(typed)
    guard ByteText.length(name) <= People.nameMaximum, !ByteText.hasForbiddenControl(name) else {
      throw Problem.invalid("name", host.words.text("error.name", locale))
    }
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute(
        "UPDATE host_participant SET public_name = ? WHERE id = ?", [.text(name), .integer(participant)])
    }
  }

  /// The acts of a participant, newest first, as their receipts.
  func acts(of participant: Int, limit: Int, locale: String) throws -> [Receipt] {
    let positions = try host.ports.store.reading { ledgers in
      try ledgers.host.rows(
        "SELECT position FROM host_participant_act WHERE participant = ? ORDER BY position DESC LIMIT ?",
        [.integer(participant), .integer(limit)]
      ).map { try $0.int("position") }
    }
    let book = ReceiptBook(host: host)
    return try positions.compactMap { try book.receipt(position: $0, locale: locale) }
  }
}
