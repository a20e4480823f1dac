import ParticipationKit

/// What a person writes about a meeting.
struct MeetingText: Equatable {
  var title: String
  var assembly: String
  var starts: Timestamp
  var place: String
  /// Markdown above the items.
  var intro = ""
  var commentsUntil: Timestamp?
  var isPublic = true
}

extension Meeting {
  /// What a person wrote about it.
  var text: MeetingText {
    MeetingText(
      title: title, assembly: assembly, starts: startsAt, place: place, intro: intro, commentsUntil: commentsCloseAt,
      isPublic: isPublic)
  }
}

/// Writes meetings.
struct MeetingStore {
  let site: Site
  let ledger: Ledger
  let now: Timestamp

  /// Adds a meeting as a draft.
  /// - Throws: The store's error.
  func add(_ text: MeetingText, id: String) throws {
    _ = try ledger.insert(
      """
      INSERT INTO agenda_meeting (id, title, assembly, starts_at, place, intro, comments_close_at, is_public, state,
        revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'draft', 1, ?, ?)
      """, [.text(id)] + values(of: text) + [.timestamp(now), .timestamp(now)])
  }

  /// Saves what a person wrote about a meeting.
  /// - Throws: The store's error.
  func save(_ text: MeetingText, of id: String) throws {
    try ledger.execute(
      """
      UPDATE agenda_meeting SET title = ?, assembly = ?, starts_at = ?, place = ?, intro = ?, comments_close_at = ?,
        is_public = ?, revision = revision + 1, updated_at = ? WHERE id = ?
      """, values(of: text) + [.timestamp(now), .text(id)])
  }

  /// Notes that something of a meeting changed.
  /// - Throws: The store's error.
  func touch(_ id: String) throws {
    try ledger.execute("UPDATE agenda_meeting SET updated_at = ? WHERE id = ?", [.timestamp(now), .text(id)])
  }

  /// Freezes the agenda of a draft: the text of the notice is kept with its digest, and the meeting becomes public.
  /// - Parameter sent: When the notice left.
  /// - Throws: The store's error.
  func send(_ id: String, at sent: Timestamp) throws {
    guard let meeting = try Meeting.find(id, in: ledger) else { return }
    let notice = MeetingFileWriter(zone: site.zone).notice(
      MeetingFile(meeting, items: try AgendaItem.all(of: id, in: ledger)))
    try ledger.execute(
      """
      UPDATE agenda_meeting SET state = 'sent', is_public = 1, sent_at = ?, frozen_text = ?, frozen_digest = ?,
        updated_at = ? WHERE id = ? AND state = 'draft'
      """,
      [
        .timestamp(sent.wholeSeconds), .text(notice), .text(site.digest(Array(notice.utf8)).hexadecimal),
        .timestamp(now), .text(id),
      ])
  }

  /// Notes that the meeting took place.
  /// - Throws: The store's error.
  func hold(_ id: String) throws {
    try ledger.execute(
      "UPDATE agenda_meeting SET state = 'held', updated_at = ? WHERE id = ? AND state = 'sent'",
      [.timestamp(now), .text(id)])
  }

  /// Publishes the minutes.
  /// - Parameter published: When they were published.
  /// - Throws: The store's error.
  func publishMinutes(_ id: String, at published: Timestamp) throws {
    try ledger.execute(
      "UPDATE agenda_meeting SET state = 'minuted', minuted_at = ?, updated_at = ? WHERE id = ? AND state = 'held'",
      [.timestamp(published.wholeSeconds), .timestamp(now), .text(id)])
  }

  private func values(of text: MeetingText) -> [SQLValue] {
    [
      .text(text.title), .text(text.assembly), .timestamp(text.starts), .text(text.place), .text(text.intro),
      .timestamp(text.commentsUntil), .bool(text.isPublic),
    ]
  }
}

extension Timestamp {
  /// The instant without its milliseconds: files write whole seconds.
  var wholeSeconds: Timestamp { Timestamp(seconds: seconds) }
}

extension [UInt8] {
  /// The bytes in lower-case hexadecimal.
  var hexadecimal: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
