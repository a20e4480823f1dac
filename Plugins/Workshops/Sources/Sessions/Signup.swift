import ParticipationKit

/// Somebody who signed up for a session.
struct Signup {
  static let schema = [
    """
    CREATE TABLE workshops_signup(
      id INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES workshops_session(key), name TEXT, email TEXT,
      phone TEXT, state TEXT NOT NULL CHECK(state IN ('confirmed', 'waiting', 'left')), code BLOB,
      came INTEGER CHECK(came IN (0, 1)), sent_at INTEGER NOT NULL) STRICT
    """,
    "CREATE INDEX workshops_signup_session ON workshops_signup(session, state, id)",
    "CREATE INDEX workshops_signup_email ON workshops_signup(email) WHERE email IS NOT NULL",
    "CREATE UNIQUE INDEX workshops_signup_code ON workshops_signup(code) WHERE code IS NOT NULL",
  ]

  /// Whoever signs off shows the receipt, which the host checks: the right of the act takes the place of a code. One
  /// right may have several sign-ups of a session: a family with one address.
  static let rights = [
    """
    CREATE TABLE workshops_signup_new(
      id INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES workshops_session(key), name TEXT, email TEXT,
      phone TEXT, state TEXT NOT NULL CHECK(state IN ('confirmed', 'waiting', 'left')), right BLOB,
      came INTEGER CHECK(came IN (0, 1)), sent_at INTEGER NOT NULL) STRICT
    """,
    """
    INSERT INTO workshops_signup_new(id, session, name, email, phone, state, came, sent_at)
      SELECT id, session, name, email, phone, state, came, sent_at FROM workshops_signup
    """,
    "DROP TABLE workshops_signup",
    "ALTER TABLE workshops_signup_new RENAME TO workshops_signup",
    "CREATE INDEX workshops_signup_session ON workshops_signup(session, state, id)",
    "CREATE INDEX workshops_signup_email ON workshops_signup(email) WHERE email IS NOT NULL",
    "CREATE INDEX workshops_signup_right ON workshops_signup(right) WHERE right IS NOT NULL",
  ]

  let id: Int
  let session: String
  /// Nil once it was erased.
  let name: String?
  let email: String?
  let phone: String?
  let state: String
  /// Whether they came; nil while nobody noted it.
  let came: Bool?
  let sentAt: Timestamp

  init(_ row: Row) throws {
    id = try row.int("id")
    session = try row.text("session")
    name = row.optionalText("name")
    email = row.optionalText("email")
    phone = row.optionalText("phone")
    state = try row.text("state")
    came = row.optionalInt("came").map { $0 == 1 }
    sentAt = try row.timestamp("sent_at")
  }

  var isConfirmed: Bool { state == "confirmed" }
}

/// The table of sign-ups.
struct SignupTable {
  let ledger: Ledger

  func find(_ id: String) throws -> Signup? {
    guard let number = ByteText.decimal(Array(id.utf8)) else { return nil }
    return try ledger.row("SELECT * FROM workshops_signup WHERE id = ?", [.integer(number)]).map { try Signup($0) }
  }

  /// The same, unless they left.
  func present(_ id: String) throws -> Signup? { try find(id).flatMap { $0.state == "left" ? nil : $0 } }

  /// The sign-ups for a session that were made with a right and still stand.
  func present(right: [UInt8], session: String) throws -> [Signup] {
    try ledger.rows(
      "SELECT * FROM workshops_signup WHERE right = ? AND session = ? AND state <> 'left' ORDER BY id",
      [.blob(right), .text(session)]
    ).map { try Signup($0) }
  }

  /// Those who hold a place or wait for one, in the order in which they signed up; those with a place first.
  func all(of session: String) throws -> [Signup] {
    try ledger.rows(
      "SELECT * FROM workshops_signup WHERE session = ? AND state <> 'left' ORDER BY state, id", [.text(session)]
    ).map { try Signup($0) }
  }

  func of(email: String) throws -> [Signup] {
    let address = ByteText.trimmed(email)
    guard !address.isEmpty else { return [] }
    return try ledger.rows(
      "SELECT * FROM workshops_signup WHERE email = ? COLLATE NOCASE ORDER BY id", [.text(address)]
    ).map { try Signup($0) }
  }

  func add(
    session: String, name: String, email: String?, phone: String?, isConfirmed: Bool, right: [UInt8], now: Timestamp
  ) throws -> Int {
    try ledger.insert(
      """
      INSERT INTO workshops_signup(session, name, email, phone, state, right, sent_at) VALUES(?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(session), .text(name), .text(email), .text(phone), isConfirmed ? "confirmed" : "waiting", .blob(right),
        .timestamp(now),
      ])
  }

  func confirm(_ id: Int) throws {
    try ledger.execute("UPDATE workshops_signup SET state = 'confirmed' WHERE id = ?", [.integer(id)])
  }

  /// Gives the place back and forgets who it was.
  func leave(_ id: Int) throws {
    try ledger.execute("UPDATE workshops_signup SET state = 'left' WHERE id = ?", [.integer(id)])
    try forget(id)
  }

  /// Forgets who it was; that somebody had a place, and came, stays.
  func forget(_ id: Int) throws {
    try ledger.execute(
      "UPDATE workshops_signup SET name = NULL, email = NULL, phone = NULL, right = NULL WHERE id = ?", [.integer(id)])
  }

  func note(came: Bool, _ id: Int) throws {
    try ledger.execute("UPDATE workshops_signup SET came = ? WHERE id = ?", [.bool(came), .integer(id)])
  }

  /// Those whose session ended before an instant and of whom something is still known.
  func known(endedBefore: Timestamp) throws -> [Int] {
    try ledger.rows(
      """
      SELECT u.id FROM workshops_signup u JOIN workshops_session s ON s.key = u.session
      WHERE s.ends_at < ? AND (u.name IS NOT NULL OR u.email IS NOT NULL OR u.phone IS NOT NULL) ORDER BY u.id
      """, [.timestamp(endedBefore)]
    ).map { try $0.int("id") }
  }
}

/// The one place where places are given: whoever waits longest gets the next one that is free.
struct Places {
  let site: Site

  /// Gives free places to those who wait, and tells them. Nobody is moved up once a session began or was called off.
  func fill(_ key: String, _ context: ActionContext) throws {
    let sessions = SessionTable(ledger: context.ledger)
    guard let session = try sessions.find(key), !session.isCancelled, session.text.starts > context.now else { return }
    let free = session.text.places - session.confirmed
    guard free > 0, session.waiting > 0 else { return }
    let table = SignupTable(ledger: context.ledger)
    for signup in try table.all(of: key).filter({ !$0.isConfirmed }).prefix(free) {
      try table.confirm(signup.id)
      try SessionNotices(site: site).tellPromotion(of: signup, session, context)
    }
  }

  /// Gives places back: those who had them are forgotten, then whoever waits longest gets them. All are forgotten
  /// before anything is given, so that nobody among them gets a place on the way.
  /// - Returns: the documents that this changed.
  func release(_ signups: [Signup], _ context: ActionContext) throws -> [Subject] {
    for signup in signups {
      try SignupTable(ledger: context.ledger).leave(signup.id)
      try context.forgetAuthor(of: site.subject("signup", signup.id))
    }
    let sessions = Set(signups.map(\.session)).sorted()
    for session in sessions {
      try SessionTable(ledger: context.ledger).touch(session, now: context.now)
      try fill(session, context)
    }
    return sessions.flatMap { changed($0) }
  }

  /// The documents that a sign-up changes.
  func changed(_ key: String) -> [Subject] { [site.subject("session", key), site.subject("list", "index")] }

  /// What changes when staff write about a session: its documents, and the calendar and the feed.
  func rewritten(_ key: String) -> [Subject] { changed(key) + [program] }

  /// What staff wrote about sessions. Calendar and feed say nothing of who signed up: they depend on this alone.
  var program: Subject { site.subject("program", "index") }
}
