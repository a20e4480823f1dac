internal import ParticipationKit

/// The reports in one transaction or snapshot. All changes of `incidents_report` go through here, so that the tally
/// always agrees with the rows.
struct ReportTable {
  let ledger: Ledger

  func find(_ number: String) throws -> Report? {
    try ledger.row("SELECT \(Report.columns) FROM incidents_report WHERE number = ?", [.text(number)])
      .map { try Report($0) }
  }

  func published(_ number: String) throws -> Report? {
    guard let report = try find(number), report.isPublic else { return nil }
    return report
  }

  /// The next free sequence of a year.
  func nextSequence(year: Int) throws -> Int {
    1 + (try ledger.count("SELECT max(sequence) FROM incidents_report WHERE year = ?", [.integer(year)]))
  }

  /// The next place in the lists.
  func nextPublishedNumber() throws -> Int {
    1 + (try ledger.count("SELECT max(published_number) FROM incidents_report"))
  }

  /// Adds a report; gives it with its id.
  func insert(_ report: Report, digest: [UInt8]? = nil) throws -> Report {
    var added = report
    added.id = try ledger.insert(
      """
      INSERT INTO incidents_report (year, sequence, number, reference, reference_digest, \(Self.changing))
      VALUES (?, ?, ?, ?, ?\(String(repeating: ", ?", count: Self.changingCount)))
      """,
      [
        .integer(report.year), .integer(report.sequence), .text(report.number), .text(report.reference),
        digest.map { .blob($0) } ?? .null,
      ] + values(report))
    try tally(nil, added)
    if added.publication == .withheld { try noteWithholding(of: added, at: added.updatedAt) }
    return added
  }

  /// Writes a report over what was there.
  func replace(_ old: Report, with new: Report, digest: [UInt8]? = nil) throws {
    try ledger.execute(
      """
      UPDATE incidents_report SET (\(Self.changing)) = (?\(String(repeating: ", ?", count: Self.changingCount - 1))),
        reference_digest = coalesce(?, reference_digest) WHERE id = ?
      """, values(new) + [digest.map { .blob($0) } ?? .null, .integer(old.id)])
    try tally(old, new)
  }

  /// Notes when a report was withheld: its contact is not kept for ever either.
  func noteWithholding(of report: Report, at now: Timestamp) throws {
    try ledger.execute(
      "UPDATE incidents_report SET withheld_at = ? WHERE id = ?",
      [report.publication == .withheld ? .timestamp(now) : .null, .integer(report.id)])
  }

  private static let changing = """
    service, street, place_text, lat, lon, description, contact_name, contact_email, wants_updates, state, referred_to,
    duplicate_of, publication, published_number, published_at, created_at, updated_at, closed_at, channel
    """
  private static let changingCount = 19

  private func values(_ report: Report) -> [SQLValue] {
    [
      .text(report.service), .text(report.street), .text(report.placeText),
      report.point.map { .real($0.latitude) } ?? .null, report.point.map { .real($0.longitude) } ?? .null,
      .text(report.description), .text(report.contactName), .text(report.contactEmail), .bool(report.wantsUpdates),
      .text(report.state.rawValue), .text(report.referredTo), .text(report.duplicateOf),
      .text(report.publication.rawValue), report.publishedNumber.map { .integer($0) } ?? .null,
      .timestamp(report.publishedAt), .timestamp(report.createdAt), .timestamp(report.updatedAt),
      .timestamp(report.closedAt), .text(report.channel),
    ]
  }

  private func tally(_ old: Report?, _ new: Report) throws {
    for (report, sign) in [(old, -1), (new, 1)] {
      guard let report, report.isPublic else { continue }
      let open = report.state.isClosed ? 0 : sign
      let closed = report.state.isClosed ? sign : 0
      // An upsert with a negative count would meet the CHECK before the conflict, hence two statements.
      try ledger.execute(
        "INSERT INTO incidents_tally (service, open, closed) VALUES (?, 0, 0) ON CONFLICT (service) DO NOTHING",
        [.text(report.service)])
      try ledger.execute(
        "UPDATE incidents_tally SET open = open + ?, closed = closed + ? WHERE service = ?",
        [.integer(open), .integer(closed), .text(report.service)])
    }
  }

  /// Erases the contact of reports that were closed or refused before a time, and of those that nobody ever closed,
  /// when the last step before the public is older: the retention that the manifest promises.
  /// - Returns: The numbers of the reports whose contact was erased.
  func forgetContacts(endedBefore limit: Timestamp, lastStepBefore last: Timestamp) throws -> [String] {
    let numbers = try ledger.rows(
      """
      SELECT number FROM incidents_report WHERE (contact_email IS NOT NULL OR contact_name IS NOT NULL)
        AND (closed_at < ?1 OR (publication = 'withheld' AND withheld_at < ?1) OR updated_at < ?2) ORDER BY id
      """, [.timestamp(limit), .timestamp(last)]
    ).map { try $0.text("number") }
    for number in numbers {
      try ledger.execute(
        "UPDATE incidents_report SET contact_name = NULL, contact_email = NULL, wants_updates = 0 WHERE number = ?",
        [.text(number)])
    }
    return numbers
  }

  /// Sends the duplicates of a report on to the report that it is a duplicate of itself.
  /// - Returns: The numbers of those that were sent on.
  func repoint(duplicatesOf number: String, to kept: String) throws -> [String] {
    let numbers = try ledger.rows(
      "SELECT number FROM incidents_report WHERE duplicate_of = ? ORDER BY id", [.text(number)]
    ).map { try $0.text("number") }
    try ledger.execute(
      "UPDATE incidents_report SET duplicate_of = ? WHERE duplicate_of = ?", [.text(kept), .text(number)])
    return numbers
  }
}

extension ReportTable {
  /// Adds a step to the history of a report.
  func add(_ update: ReportUpdate, to report: Report, isImported: Bool = false) throws {
    try ledger.execute(
      """
      INSERT INTO incidents_update (report, \(ReportUpdate.columns), imported) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(report.id), .timestamp(update.at), .text(update.state.rawValue), .text(update.text),
        .text(update.isPublic ? "public" : "internal"), .text(update.authorRole), .text(update.referredTo),
        .text(update.duplicateOf), .bool(isImported),
      ])
  }

  /// The history of a report, oldest first.
  func updates(of report: Report, publicOnly: Bool) throws -> [ReportUpdate] {
    let filter = publicOnly ? "AND visibility = 'public' " : ""
    return try ledger.rows(
      "SELECT \(ReportUpdate.columns) FROM incidents_update WHERE report = ? \(filter)ORDER BY at, id",
      [.integer(report.id)]
    ).map { try ReportUpdate($0) }
  }

  /// What the public was told last about each of some reports, by the report's id: the `status_notes` of Open311.
  /// One query for a whole list.
  func lastNotes(of reports: [Report]) throws -> [Int: String] {
    if reports.isEmpty { return [:] }
    let marks = reports.map { _ in "?" }.joined(separator: ",")
    var notes: [Int: String] = [:]
    let rows = try ledger.rows(
      """
      SELECT report, text FROM incidents_update
      WHERE report IN (\(marks)) AND visibility = 'public' AND text <> '' ORDER BY at, id
      """, reports.map { .integer($0.id) })
    for row in rows { notes[try row.int("report")] = try row.text("text") }
    return notes
  }

  /// The id of the last step, by which a form notices that someone else was faster; 0 before the first.
  func lastUpdateID(of report: Report) throws -> Int {
    try ledger.count("SELECT max(id) FROM incidents_update WHERE report = ?", [.integer(report.id)])
  }
}
