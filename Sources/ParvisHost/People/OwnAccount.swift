import ParticipationKit

/// A session in the list that its owner sees.
struct ListedSession: Sendable {
  /// What names the session in a form: the beginning of the digest under which it is stored.
  let handle: String
  let device: String
  let started: Timestamp
  let isThisOne: Bool
}

// What a member of staff does with the own account: password, sessions, showing again who one is.
extension People {
  /// How long, in seconds, somebody who showed who they are need not show it again.
  static let confirmedSeconds: Int64 = 900

  /// What is wrong with a password; nil for nothing. Length only, and the commune's list of leaked ones
  /// (NIST SP 800-63B §5.1.1.2): no rules of composition.
  func passwordProblem(_ password: String, locale: String) -> String? {
    if password.unicodeScalars.count < People.passwordMinimum || password.utf8.count > 1024 {
      return host.words.text("error.password", locale)
    }
    return host.ports.accounts.isLeaked(password) ? host.words.text("security.password.leaked", locale) : nil
  }

  /// Changes the password of whoever is signed in and ends all other sessions.
  /// - Throws: ``Problem`` 422 when the old one is wrong or the new one will not do; 429.
  func changePassword(_ session: DeskSession, old: String, new: String, locale: String) throws {
    try checkPassword(session, old, field: "old", locale: locale)
    if let problem = passwordProblem(new, locale: locale) { throw Problem.invalid("password", problem) }
    let hash = try host.ports.sealing.hashPassword(new)
    let person = session.person.id
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute("UPDATE host_person SET password = ? WHERE id = ?", [.text(hash), .integer(person)])
      try endOthers(session, in: ledgers)
      try host.register.append(
        kind: "account", what: "password", subject: "host/person/\(person)", payload: Array("password".utf8), at: now,
        in: ledgers)
    }
  }

  /// Shows again who one is: the password, and the second factor where there is one.
  /// - Throws: ``Problem`` 422 or 429.
  func confirm(_ session: DeskSession, password: String, code: String, locale: String) throws {
    try checkPassword(session, password, field: "password", locale: locale)
    let now = host.ports.now()
    let factor = SecondFactor(host: host)
    let key = host.secrets.derive("signin-code", Array(String(session.person.id).utf8))
    try throttle(key, now: now, locale: locale)
    try host.ports.store.perform { ledgers in
      if try factor.isActive(session.person.id, in: ledgers),
        try !factor.verify(session.person.id, typed: code, now: now, in: ledgers)
      {
        throw Problem.invalid("code", host.words.text("security.code.wrong", locale))
      }
      try ledgers.host.execute(
        "UPDATE host_session SET confirmed_at = ? WHERE token = ?", [.timestamp(now), .blob(session.digest)])
    }
    host.limiter.refund(key)
  }

  private func checkPassword(_ session: DeskSession, _ typed: String, field: String, locale: String) throws {
    // Of this session: what others try at the door does not keep its owner from a screen.
    let key = host.secrets.derive("own-password", session.digest)
    try throttle(key, now: host.ports.now(), locale: locale)
    let hash = try host.ports.store.reading { ledgers in
      try ledgers.host.row("SELECT password FROM host_person WHERE id = ?", [.integer(session.person.id)])?
        .text("password")
    }
    guard host.ports.sealing.verifyPassword(typed, hash ?? People.decoyHash) else {
      throw Problem.invalid(field, host.words.text("security.password.wrong", locale))
    }
    host.limiter.refund(key)
  }

  /// Whether somebody showed lately who they are.
  func isConfirmed(_ session: DeskSession) -> Bool {
    host.ports.now().seconds - session.confirmedAt.seconds < People.confirmedSeconds
  }

  /// The sessions of an account, newest first.
  func sessions(of session: DeskSession) throws -> [ListedSession] {
    let now = host.ports.now()
    return try host.ports.store.reading { ledgers in
      try ledgers.host.rows(
        """
        SELECT token, device, created_at FROM host_session
        WHERE person = ? AND expires_at > ? AND stage <> 'code' ORDER BY created_at DESC, token
        """, [.integer(session.person.id), .timestamp(now)]
      ).map { row in
        let digest = try row.blob("token")
        return ListedSession(
          handle: hexadecimal(Array(digest.prefix(8))), device: try row.text("device"),
          started: try row.timestamp("created_at"), isThisOne: digest == session.digest)
      }
    }
  }

  /// Ends one session of an account, by its handle.
  func endSession(_ handle: String, of person: Int) throws {
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute(
        "DELETE FROM host_session WHERE person = ? AND lower(hex(substr(token, 1, 8))) = ?",
        [.integer(person), .text(handle)])
    }
  }

  /// Ends every session of an account but this one.
  func endOtherSessions(_ session: DeskSession) throws {
    try host.ports.store.perform { try endOthers(session, in: $0) }
  }

  private func endOthers(_ session: DeskSession, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "DELETE FROM host_session WHERE person = ? AND token <> ?", [.integer(session.person.id), .blob(session.digest)])
  }

  /// Makes a session a full one, once the second factor that its role asks for is there.
  func promote(_ session: DeskSession, request: SignInRequest) throws -> StartedSession {
    try start(
      person: session.person.id, role: session.person.role, isPasswordOnly: false, request: request,
      now: host.ports.now())
  }
}

extension People {
  /// Takes the own second factor away, as for a new telephone. The other sessions end; where the role asks for a
  /// factor, this one goes no further until there is another.
  func resetOwnFactor(_ session: DeskSession) throws {
    let person = session.person
    let now = host.ports.now()
    let isAsked = host.ports.accounts.secondFactorRoles.contains(person.role)
    try host.ports.store.perform { ledgers in
      try SecondFactor(host: host).remove(person.id, in: ledgers.host)
      try endOthers(session, in: ledgers)
      if isAsked {
        try ledgers.host.execute(
          "UPDATE host_session SET stage = ? WHERE token = ?",
          [.text(DeskSession.Stage.enrolment.rawValue), .blob(session.digest)])
      }
      try host.register.append(
        kind: "account", what: "factor-removed", subject: "host/person/\(person.id)", payload: Array("own".utf8),
        moment: host.moment(now, isSecret: true), in: ledgers)
    }
  }
}
