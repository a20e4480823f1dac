import ParticipationKit

/// One meeting of the council: a row of `agenda_meeting`.
struct Meeting {
  let id: String
  let title: String
  /// The body that meets, as `Conseil municipal`.
  let assembly: String
  let startsAt: Timestamp
  let place: String
  /// Markdown above the items.
  let intro: String
  let state: MeetingState
  let isPublic: Bool
  let commentsCloseAt: Timestamp?
  let sentAt: Timestamp?
  let minutedAt: Timestamp?
  /// SHA-256 of ``frozenText`` in hexadecimal; nil while the agenda is a draft.
  let digest: String?
  /// The notice as it left.
  let frozenText: String?
  let revision: Int
  let createdAt: Timestamp
  let updatedAt: Timestamp

  init(row: Row) throws {
    id = try row.text("id")
    title = try row.text("title")
    assembly = try row.text("assembly")
    startsAt = try row.timestamp("starts_at")
    place = try row.text("place")
    intro = try row.text("intro")
    state = MeetingState(rawValue: try row.text("state")) ?? .draft
    isPublic = try row.bool("is_public")
    commentsCloseAt = row.optionalTimestamp("comments_close_at")
    sentAt = row.optionalTimestamp("sent_at")
    minutedAt = row.optionalTimestamp("minuted_at")
    digest = row.optionalText("frozen_digest")
    frozenText = row.optionalText("frozen_text")
    revision = try row.int("revision")
    createdAt = try row.timestamp("created_at")
    updatedAt = try row.timestamp("updated_at")
  }

  /// Until when comments are accepted: the day and hour set, or the start of the meeting.
  var commentsDeadline: Timestamp { commentsCloseAt.map { min($0, startsAt) } ?? startsAt }

  /// Whether comments are accepted at an instant.
  func acceptsComments(at now: Timestamp) -> Bool { isPublic && state <= .sent && now < commentsDeadline }

  /// When the day of the meeting ends: until then it stands among the meetings to come.
  func endOfDay(in zone: TimeZoneRules) -> Timestamp {
    let date = zone.civil(startsAt).date.adding(days: 1)
    guard let midnight = CivilDateTime(date: date, hour: 0, minute: 0) else { return startsAt }
    return zone.instant(midnight)
  }

  /// When time alone changes what is said about the meeting, after an instant.
  func changesAt(after now: Timestamp, in zone: TimeZoneRules) -> Timestamp? {
    [commentsDeadline, startsAt, endOfDay(in: zone)].filter { $0 > now }.min()
  }

  private static let columns = """
    id, title, assembly, starts_at, place, intro, state, is_public, comments_close_at, sent_at, minuted_at, \
    frozen_digest, frozen_text, revision, created_at, updated_at
    """

  /// The meeting with an id, or nil.
  static func find(_ id: String, in ledger: Ledger) throws -> Meeting? {
    try ledger.row("SELECT \(columns) FROM agenda_meeting WHERE id = ?", [.text(id)]).map(Meeting.init)
  }

  /// All meetings, the latest first. A council meets some ten times a year, so the list is short for decades.
  static func all(in ledger: Ledger) throws -> [Meeting] {
    try ledger.rows("SELECT \(columns) FROM agenda_meeting ORDER BY starts_at DESC, id DESC").map(Meeting.init)
  }

  /// The public meetings, the latest first.
  static func published(in ledger: Ledger) throws -> [Meeting] { try all(in: ledger).filter(\.isPublic) }

  /// The ids of public meetings after one, in order.
  static func publicKeys(in ledger: Ledger, after: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      "SELECT id FROM agenda_meeting WHERE is_public = 1 AND id > ? ORDER BY id LIMIT ?",
      [.text(after ?? ""), .integer(limit)]
    ).map { try $0.text("id") }
  }
}
