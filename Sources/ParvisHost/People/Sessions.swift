import ParticipationKit

extension People {
  /// Makes a one-time link for an account with a role.
  /// - Returns: The path of the link on the server, as `desk/setup/<token>`.
  /// - Throws: The store's error.
  public func invite(role: String) throws -> String { try invite(role: role, once: host.ports.sealing.random(20)) }

  /// The same for a form of the desk: one form makes one link, and gives it again when it is sent twice.
  func invite(role: String, once key: [UInt8]) throws -> String {
    let token = hexadecimal(Array(host.secrets.derive("invitation", key).prefix(20)))
    let now = host.ports.now()
    let digest = host.ports.sealing.sha256(Array(token.utf8))
    try host.ports.store.perform { ledgers in
      // A link that was used up meanwhile must not come back to life.
      guard try host.isFirstUse(of: key, now: now, in: ledgers) else { return }
      try ledgers.host.execute("DELETE FROM host_invitation WHERE expires_at < ?", [.timestamp(now)])
      try ledgers.host.execute(
        "INSERT INTO host_invitation(token, role, created_at, expires_at) VALUES(?,?,?,?)",
        [
          .blob(digest), .text(role), .timestamp(now),
          .timestamp(now.adding(seconds: People.invitationSeconds)),
        ])
      try host.register.append(
        kind: "account", what: "invited", subject: "host/invitation/\(role)", payload: Array(role.utf8), at: now,
        details: [("role", .string(role))], in: ledgers)
    }
    return "desk/setup/\(token)"
  }

  /// The role of a link that still works; nil otherwise. Looking does not use it up.
  func invitedRole(_ token: String) throws -> String? {
    let digest = host.ports.sealing.sha256(Array(token.utf8))
    let now = host.ports.now()
    return try host.ports.store.reading { ledgers in
      try ledgers.host.row(
        "SELECT role FROM host_invitation WHERE token = ? AND expires_at > ?", [.blob(digest), .timestamp(now)]
      )?.text("role")
    }
  }

  /// Uses a link up, within the transaction that makes the account.
  func use(_ token: String, role: String, now: Timestamp, locale: String, in ledgers: Ledgers) throws {
    let digest = host.ports.sealing.sha256(Array(token.utf8))
    let used = try ledgers.host.execute(
      "DELETE FROM host_invitation WHERE token = ? AND role = ? AND expires_at > ?",
      [.blob(digest), .text(role), .timestamp(now)])
    guard used == 1 else {
      throw Problem(status: 410, code: "invitation", detail: host.words.text("error.invitation", locale))
    }
  }

  /// Whether there is any account yet.
  /// - Throws: The store's error.
  public func isEmpty() throws -> Bool {
    try host.ports.store.reading { try $0.host.count("SELECT count(*) FROM host_person") == 0 }
  }

  /// Signs in. Takes the same time for a wrong address as for a wrong password; slow on purpose, so call it in the
  /// background. Only failures count against the limits: of an address on the network, and of an account, which need
  /// not exist for that.
  /// - Returns: The session's token, for the cookie, and how far it reaches.
  /// - Throws: ``Problem`` 401 or 429.
  func signIn(email: String, password: String, request: SignInRequest, locale: String) throws -> StartedSession {
    let words = host.words
    let email = People.normalised(email)
    let now = host.ports.now()
    // Digests of one size: what is typed here can be as long as a request.
    let account = Array(email.utf8)
    let keys: [(key: [UInt8], limit: Int)] = [
      (Array("signin-address".utf8) + request.addressKey, 10),
      (host.secrets.derive("signin-email", request.addressKey + [0] + account), 10),
      // Over all networks: high, so that somebody who tries wrong passwords does not keep the account's owner out.
      (host.secrets.derive("signin-everywhere", account), People.triesEverywhere),
    ]
    for (key, limit) in keys { try throttle(key, limit: limit, now: now, locale: locale) }
    let row = try host.ports.store.reading { ledgers in
      try ledgers.host.row(
        "SELECT id, role, password FROM host_person WHERE email = ? AND disabled_at IS NULL", [.text(email)])
    }
    let hash = row?.optionalText("password") ?? People.decoyHash
    let isRight = host.ports.sealing.verifyPassword(password, hash)
    guard let row, isRight else {
      throw Problem(status: 401, code: "sign-in", detail: words.text("error.signIn", locale))
    }
    keys.forEach { host.limiter.refund($0.key) }
    return try start(
      person: try row.int("id"), role: try row.text("role"), isPasswordOnly: true, request: request, now: now)
  }

  /// How many wrong passwords an account takes in a quarter of an hour from everywhere together.
  static let triesEverywhere = 100

  /// Counts one try against a limit in a quarter of an hour.
  /// - Throws: ``Problem`` 429.
  func throttle(_ key: [UInt8], limit: Int = 10, now: Timestamp, locale: String) throws {
    guard let wait = host.limiter.take(key, limit: limit, windowSeconds: 900, now: now) else { return }
    throw Problem(
      status: 429, code: "throttled",
      detail: host.words.text("error.throttled", locale, ["minutes": String((wait + 59) / 60)]),
      retryAfterSeconds: wait)
  }

  /// argon2id of a password that nobody has, verified when the address is unknown so that the answer takes as long.
  static let decoyHash =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo"

  /// Goes on after the password with the code of the application or a recovery code.
  /// - Returns: A new session: the one that waited for the code is gone, so nothing known before is worth anything now.
  /// - Throws: ``Problem`` 401 or 429.
  func finishSignIn(_ waiting: DeskSession, typed: String, request: SignInRequest, locale: String) throws
    -> StartedSession
  {
    let now = host.ports.now()
    let person = waiting.person.id
    let key = host.secrets.derive("signin-code", Array(String(person).utf8))
    try throttle(key, now: now, locale: locale)
    let factor = SecondFactor(host: host)
    let isRight = try host.ports.store.perform { try factor.verify(person, typed: typed, now: now, in: $0) }
    guard isRight else {
      throw Problem(status: 401, code: "sign-in", detail: host.words.text("security.code.wrong", locale))
    }
    host.limiter.refund(key)
    return try start(person: person, role: waiting.person.role, isPasswordOnly: false, request: request, now: now)
  }

  /// Starts a session for a person who was just checked.
  func start(person: Int, role: String, isPasswordOnly: Bool, request: SignInRequest, now: Timestamp) throws
    -> StartedSession
  {
    let token = hexadecimal(host.ports.sealing.random(32))
    let formToken = hexadecimal(host.ports.sealing.random(16))
    let digest = host.ports.sealing.sha256(Array(token.utf8))
    let before = request.cookie.map { host.ports.sealing.sha256(Array($0.utf8)) }
    let mustEnrol = host.ports.accounts.secondFactorRoles.contains(role)
    return try host.ports.store.perform { ledgers in
      let hasFactor = try SecondFactor(host: host).isActive(person, in: ledgers)
      let stage: DeskSession.Stage = isPasswordOnly && hasFactor ? .code : mustEnrol && !hasFactor ? .enrolment : .full
      try ledgers.host.execute("DELETE FROM host_session WHERE expires_at < ?", [.timestamp(now)])
      if let before { try ledgers.host.execute("DELETE FROM host_session WHERE token = ?", [.blob(before)]) }
      let lasts = stage == .code ? People.codeSeconds : People.sessionSeconds
      try ledgers.host.execute(
        """
        INSERT INTO host_session(token, person, form_token, created_at, seen_at, expires_at, stage, device,
          confirmed_at) VALUES(?,?,?,?,?,?,?,?,?)
        """,
        [
          .blob(digest), .integer(person), .text(formToken), .timestamp(now), .timestamp(now),
          .timestamp(now.adding(seconds: lasts)), .text(stage.rawValue), .text(request.device), .timestamp(now),
        ])
      return StartedSession(token: token, stage: stage)
    }
  }

  /// The session of a cookie; nil when it has ended, or the account is disabled.
  func session(_ token: String) throws -> DeskSession? {
    let digest = host.ports.sealing.sha256(Array(token.utf8))
    let now = host.ports.now()
    return try host.ports.store.reading { ledgers in
      guard
        let row = try ledgers.host.row(
          """
          SELECT p.*, s.form_token, s.stage, s.confirmed_at FROM host_session s JOIN host_person p ON p.id = s.person
          WHERE s.token = ? AND s.expires_at > ? AND p.disabled_at IS NULL
          """, [.blob(digest), .timestamp(now)])
      else { return nil }
      return DeskSession(
        person: try Person(row), formToken: try row.text("form_token"), digest: digest,
        stage: DeskSession.Stage(rawValue: try row.text("stage")) ?? .code,
        confirmedAt: try row.timestamp("confirmed_at"))
    }
  }

  /// Ends a session.
  func end(_ token: String) throws {
    let digest = host.ports.sealing.sha256(Array(token.utf8))
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute("DELETE FROM host_session WHERE token = ?", [.blob(digest)])
    }
  }
}
