import ParticipationKit

/// How much an alert asks of whoever reads it.
enum AlertLevel: String, CaseIterable {
  case information, vigilance, urgent

  /// The shape and colour of the theme.
  var style: String {
    switch self {
    case .information: "open"
    case .vigilance: "wait"
    case .urgent: "stop"
    }
  }

  /// How high it stands among the levels, from 0.
  var order: Int { AlertLevel.allCases.firstIndex(of: self) ?? 0 }
}

/// What staff write.
struct AlertText: Equatable {
  var level: AlertLevel
  var title: String
  var body: String
  var starts: Timestamp
  var ends: Timestamp
}

/// One alert as stored.
struct Alert: Equatable {
  static let schema = [
    """
    CREATE TABLE alerts_alert(
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
      level TEXT NOT NULL CHECK(level IN ('information', 'vigilance', 'urgent')),
      title TEXT NOT NULL, body TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
      is_shown INTEGER NOT NULL CHECK(is_shown IN (0, 1)), updated_at INTEGER NOT NULL,
      revision INTEGER NOT NULL) STRICT
    """,
    "CREATE INDEX alerts_by_end ON alerts_alert(is_shown, ends_at)",
  ]

  let key: String
  let text: AlertText
  /// Whether it is public; one that is prepared becomes so when its time has come.
  let isShown: Bool
  let updatedAt: Timestamp
  let revision: Int

  init(_ row: Row) throws {
    key = try row.text("key")
    text = AlertText(
      level: AlertLevel(rawValue: try row.text("level")) ?? .information, title: try row.text("title"),
      body: try row.text("body"), starts: try row.timestamp("starts_at"), ends: try row.timestamp("ends_at"))
    isShown = try row.bool("is_shown")
    updatedAt = try row.timestamp("updated_at")
    revision = try row.int("revision")
  }

  func isCurrent(at now: Timestamp) -> Bool { isShown && text.ends > now }

  /// The data of the JSON resource and of a line of an export.
  var members: [(String, JSONValue)] {
    [
      ("key", .string(key)), ("level", .string(text.level.rawValue)), ("title", .string(text.title)),
      ("markdown", .string(text.body)), ("starts", .timestamp(text.starts)), ("ends", .timestamp(text.ends)),
    ]
  }
}

/// The table of alerts.
struct AlertTable {
  let ledger: Ledger

  func find(_ key: String) throws -> Alert? {
    try ledger.row("SELECT * FROM alerts_alert WHERE key = ?", [.text(key)]).map { try Alert($0) }
  }

  /// Alerts that are shown now, the most urgent first.
  func current(at now: Timestamp) throws -> [Alert] {
    try ledger.rows(
      """
      SELECT * FROM alerts_alert WHERE is_shown = 1 AND ends_at > ?
      ORDER BY CASE level WHEN 'urgent' THEN 0 WHEN 'vigilance' THEN 1 ELSE 2 END, starts_at DESC, id DESC
      """, [.timestamp(now)]
    ).map { try Alert($0) }
  }

  /// Alerts that ended, the last one first.
  func past(at now: Timestamp, limit: Int) throws -> [Alert] {
    try ledger.rows(
      "SELECT * FROM alerts_alert WHERE is_shown = 1 AND ends_at <= ? ORDER BY ends_at DESC, id DESC LIMIT ?",
      [.timestamp(now), .integer(limit)]
    ).map { try Alert($0) }
  }

  /// Alerts that are prepared, the next one first.
  func planned() throws -> [Alert] {
    try ledger.rows("SELECT * FROM alerts_alert WHERE is_shown = 0 ORDER BY starts_at, id").map { try Alert($0) }
  }

  func publicKeys(after key: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      "SELECT key FROM alerts_alert WHERE is_shown = 1 AND key > ? ORDER BY key LIMIT ?",
      [.text(key ?? ""), .integer(limit)]
    ).map { try $0.text("key") }
  }

  /// `2026-11-21-coupure-d-eau`, with a number when there is one of that name.
  func freeKey(for text: AlertText, zone: TimeZoneRules) throws -> String {
    let slug = ByteText.slug(text.title)
    let base = "\(zone.civil(text.starts).date)-" + (slug.isEmpty ? "alerte" : slug)
    var key = base
    var number = 2
    while try find(key) != nil {
      key = "\(base)-\(number)"
      number += 1
    }
    return key
  }

  func add(_ text: AlertText, key: String, isShown: Bool, now: Timestamp) throws {
    try ledger.execute(
      """
      INSERT INTO alerts_alert(key, level, title, body, starts_at, ends_at, is_shown, updated_at, revision)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, 1)
      """,
      [.text(key)] + values(text) + [.bool(isShown), .timestamp(now)])
  }

  func save(_ text: AlertText, of key: String, isShown: Bool, now: Timestamp) throws {
    try ledger.execute(
      """
      UPDATE alerts_alert SET level = ?, title = ?, body = ?, starts_at = ?, ends_at = ?, is_shown = ?,
        updated_at = ?, revision = revision + 1 WHERE key = ?
      """,
      values(text) + [.bool(isShown), .timestamp(now), .text(key)])
  }

  func remove(_ key: String) throws {
    try ledger.execute("DELETE FROM alerts_alert WHERE key = ?", [.text(key)])
  }

  private func values(_ text: AlertText) -> [SQLValue] {
    [
      .text(text.level.rawValue), .text(text.title), .text(text.body), .timestamp(text.starts), .timestamp(text.ends),
    ]
  }
}
