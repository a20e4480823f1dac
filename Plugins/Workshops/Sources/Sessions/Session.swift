import ParticipationKit

/// What staff write about a session.
struct SessionText: Equatable {
  var title: String
  var body: String
  var place: String
  var starts: Timestamp
  var ends: Timestamp
  /// Until when people sign up.
  var closes: Timestamp
  var places: Int
  /// What it costs, in words; empty for nothing.
  var fee: String
}

/// One session as stored.
struct Session: Equatable {
  static let schema = [
    """
    CREATE TABLE workshops_session(
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL,
      place TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, closes_at INTEGER NOT NULL,
      places INTEGER NOT NULL CHECK(places > 0), fee TEXT NOT NULL, cancelled_at INTEGER,
      cancel_note TEXT NOT NULL DEFAULT '', published_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      revision INTEGER NOT NULL) STRICT
    """,
    "CREATE INDEX workshops_by_start ON workshops_session(starts_at)",
  ]

  /// What came later: the page changes with each sign-up, the calendar and the feed do not.
  static let counted = ["ALTER TABLE workshops_session ADD COLUMN counted_at INTEGER NOT NULL DEFAULT 0"]

  /// With how many hold a place and how many wait, so that a list asks once.
  static let select = """
    SELECT s.*,
      (SELECT count(*) FROM workshops_signup u WHERE u.session = s.key AND u.state = 'confirmed') AS confirmed,
      (SELECT count(*) FROM workshops_signup u WHERE u.session = s.key AND u.state = 'waiting') AS waiting
    FROM workshops_session s
    """

  let key: String
  let text: SessionText
  let cancelledAt: Timestamp?
  /// Why it was called off; empty when it was not, or nobody said.
  let cancelNote: String
  let publishedAt: Timestamp
  /// When staff last wrote about it: what the calendar and the feed say.
  let updatedAt: Timestamp
  /// When somebody last signed up or off.
  let countedAt: Timestamp
  let revision: Int
  /// How many hold a place.
  let confirmed: Int
  /// How many wait for one.
  let waiting: Int

  init(_ row: Row) throws {
    key = try row.text("key")
    text = SessionText(
      title: try row.text("title"), body: try row.text("body"), place: try row.text("place"),
      starts: try row.timestamp("starts_at"), ends: try row.timestamp("ends_at"),
      closes: try row.timestamp("closes_at"), places: try row.int("places"), fee: try row.text("fee"))
    cancelledAt = row.optionalTimestamp("cancelled_at")
    cancelNote = try row.text("cancel_note")
    publishedAt = try row.timestamp("published_at")
    updatedAt = try row.timestamp("updated_at")
    countedAt = try row.timestamp("counted_at")
    revision = try row.int("revision")
    confirmed = try row.int("confirmed")
    waiting = try row.int("waiting")
  }

  var isCancelled: Bool { cancelledAt != nil }
  /// When what its page says last changed.
  var changedAt: Timestamp { max(updatedAt, countedAt) }
  /// Places that nobody holds; none while somebody waits for one.
  var free: Int { waiting > 0 ? 0 : max(0, text.places - confirmed) }

  func takesSignups(at now: Timestamp) -> Bool { !isCancelled && now < text.closes }

  /// When time alone changes what a page says next.
  func changesAt(after now: Timestamp) -> Timestamp? {
    isCancelled ? (text.ends > now ? text.ends : nil) : [text.closes, text.ends].filter { $0 > now }.min()
  }

  /// The data of a line of an export.
  var members: [(String, JSONValue)] {
    [
      ("key", .string(key)), ("title", .string(text.title)), ("markdown", .string(text.body)),
      ("place", .string(text.place)), ("starts", .timestamp(text.starts)), ("ends", .timestamp(text.ends)),
      ("closes", .timestamp(text.closes)), ("places", .integer(text.places)),
      ("fee", text.fee.isEmpty ? .null : .string(text.fee)), ("cancelled", .timestamp(cancelledAt)),
      ("cancel_note", cancelNote.isEmpty ? .null : .string(cancelNote)),
    ]
  }

  /// The data of the JSON resource: counts of people, never who.
  var value: JSONValue {
    .object(members + [("confirmed", .integer(confirmed)), ("waiting", .integer(waiting)), ("free", .integer(free))])
  }
}

/// The table of sessions.
struct SessionTable {
  let ledger: Ledger

  func find(_ key: String) throws -> Session? {
    try ledger.row("\(Session.select) WHERE s.key = ?", [.text(key)]).map { try Session($0) }
  }

  /// Sessions that are not over, the next one first.
  func coming(after now: Timestamp) throws -> [Session] {
    try ledger.rows("\(Session.select) WHERE s.ends_at > ? ORDER BY s.starts_at, s.key", [.timestamp(now)])
      .map { try Session($0) }
  }

  /// Sessions that are over, the last one first.
  func past(before now: Timestamp, limit: Int) throws -> [Session] {
    try ledger.rows(
      "\(Session.select) WHERE s.ends_at <= ? ORDER BY s.starts_at DESC, s.key DESC LIMIT ?",
      [.timestamp(now), .integer(limit)]
    ).map { try Session($0) }
  }

  func keys(after key: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      "SELECT key FROM workshops_session WHERE key > ? ORDER BY key LIMIT ?", [.text(key ?? ""), .integer(limit)]
    ).map { try $0.text("key") }
  }

  /// `2026-12-03-premiers-pas`, with a number when there is one of that name.
  func freeKey(for text: SessionText, zone: TimeZoneRules) throws -> String {
    let slug = ByteText.slug(text.title)
    let base = "\(zone.civil(text.starts).date)-" + (slug.isEmpty ? "atelier" : slug)
    var key = base
    var number = 2
    while try find(key) != nil {
      key = "\(base)-\(number)"
      number += 1
    }
    return key
  }

  func add(_ text: SessionText, key: String, now: Timestamp) throws {
    try ledger.execute(
      """
      INSERT INTO workshops_session(key, title, body, place, starts_at, ends_at, closes_at, places, fee, published_at,
        updated_at, revision) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
      """, [.text(key)] + values(text) + [.timestamp(now), .timestamp(now)])
  }

  func save(_ text: SessionText, of key: String, now: Timestamp) throws {
    try ledger.execute(
      """
      UPDATE workshops_session SET title = ?, body = ?, place = ?, starts_at = ?, ends_at = ?, closes_at = ?,
        places = ?, fee = ?, updated_at = ?, revision = revision + 1 WHERE key = ?
      """, values(text) + [.timestamp(now), .text(key)])
  }

  func cancel(_ key: String, note: String, at: Timestamp, now: Timestamp) throws {
    try ledger.execute(
      """
      UPDATE workshops_session SET cancelled_at = ?, cancel_note = ?, updated_at = ?, revision = revision + 1
      WHERE key = ?
      """, [.timestamp(at), .text(note), .timestamp(now), .text(key)])
  }

  /// Notes that the counts of a session changed: its page and its JSON say when.
  func touch(_ key: String, now: Timestamp) throws {
    try ledger.execute("UPDATE workshops_session SET counted_at = ? WHERE key = ?", [.timestamp(now), .text(key)])
  }

  private func values(_ text: SessionText) -> [SQLValue] {
    [
      .text(text.title), .text(text.body), .text(text.place), .timestamp(text.starts), .timestamp(text.ends),
      .timestamp(text.closes), .integer(text.places), .text(text.fee),
    ]
  }
}
