public import ParticipationKit

// A link with which somebody who forgot the password of a staff account chooses another. Whoever manages accounts makes
// it and hands it over; who that is stands in the register.
//
// Nothing is stored: the link is a digest of the account, its end and the password that it replaces, so it stops
// working with the first password that is set.
extension People {
  /// How long, in seconds, a link works.
  public static let passwordLinkSeconds: Int64 = 86_400

  /// Makes a link for a new password and ends the sessions of the account. Its second factor stays.
  /// - Returns: The path of the link on the server, as `desk/password/<token>`.
  /// - Throws: ``Problem`` when there is no such account, when it is disabled, or when it is an administrator’s and the
  ///   actor is none.
  public func passwordLink(email: String, by actor: Actor? = nil, locale: String) throws -> String {
    try change(email: email, what: "password-link", by: actor, locale: locale) { [host] ledger, id, _ in
      let isActive = try ledger.row("SELECT 1 FROM host_person WHERE id = ? AND disabled_at IS NULL", [.integer(id)])
      if isActive == nil { throw Problem.conflict(host.words.text("people.password.disabled", locale)) }
      return 1
    }
    let end = host.ports.now().seconds + People.passwordLinkSeconds
    return try host.ports.store.reading { ledgers in
      let row = try ledgers.host.row(
        "SELECT id, password FROM host_person WHERE email = ?", [.text(People.normalised(email))])
      guard let row else { throw Problem.notFound(host.words.text("people.unknown", locale)) }
      let id = try row.int("id")
      return "desk/password/\(id)-\(end)-" + proof(id, until: Int(end), password: try row.text("password"))
    }
  }

  /// Whose link it is, while it works; nil otherwise.
  func passwordLinkOwner(_ token: String) throws -> Person? {
    try host.ports.store.reading { try owner(of: token, in: $0) }
  }

  /// Sets the password of a link's account.
  /// - Throws: ``Problem`` 410 when the link does not work any more, 422 when the password will not do.
  func setPassword(link token: String, _ password: String, locale: String) throws {
    if let problem = passwordProblem(password, locale: locale) { throw Problem.invalid("password", problem) }
    let hash = try host.ports.sealing.hashPassword(password)
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      guard let person = try owner(of: token, in: ledgers) else {
        throw Problem(status: 410, code: "invitation", detail: host.words.text("people.password.gone", locale))
      }
      try ledgers.host.execute("UPDATE host_person SET password = ? WHERE id = ?", [.text(hash), .integer(person.id)])
      try ledgers.host.execute("DELETE FROM host_session WHERE person = ?", [.integer(person.id)])
      try host.register.append(
        kind: "account", what: "password", subject: "host/person/\(person.id)", payload: Array("link".utf8), at: now,
        in: ledgers)
    }
  }

  private func owner(of token: String, in ledgers: Ledgers) throws -> Person? {
    let parts = token.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let id = ByteText.decimal(parts[0].utf8), let end = ByteText.decimal(parts[1].utf8),
      host.ports.now().seconds < Int64(end),
      let row = try ledgers.host.row(
        "SELECT * FROM host_person WHERE id = ? AND disabled_at IS NULL", [.integer(id)]),
      host.constantTimeEqual(parts[2], proof(id, until: end, password: try row.text("password")))
    else { return nil }
    return try Person(row)
  }

  private func proof(_ id: Int, until end: Int, password hash: String) -> String {
    hexadecimal(Array(host.secrets.derive("password-link", Array("\(id)\u{0}\(end)\u{0}\(hash)".utf8)).prefix(20)))
  }
}
