internal import ParticipationKit

// What the public lists ask: only published reports, in the order of their first publication.

extension ReportTable {
  /// The published reports with the highest places, newest first.
  func newest(_ count: Int) throws -> [Report] {
    try ledger.rows(
      """
      SELECT \(Report.columns) FROM incidents_report WHERE publication = 'published'
      ORDER BY published_number DESC LIMIT ?
      """, [.integer(count)]
    ).map { try Report($0) }
  }

  /// The published reports of a street with the highest places, newest first.
  func newest(_ count: Int, inStreet street: String) throws -> [Report] {
    try ledger.rows(
      """
      SELECT \(Report.columns) FROM incidents_report WHERE publication = 'published' AND street = ?
      ORDER BY published_number DESC LIMIT ?
      """, [.text(street), .integer(count)]
    ).map { try Report($0) }
  }

  /// The published reports of a list page, newest first.
  func published(onPage page: Int) throws -> [Report] {
    try ledger.rows(
      """
      SELECT \(Report.columns) FROM incidents_report
      WHERE publication = 'published' AND published_number > ? AND published_number <= ?
      ORDER BY published_number DESC
      """, [.integer((page - 1) * Report.pageSize), .integer(page * Report.pageSize)]
    ).map { try Report($0) }
  }

  /// The next numbers of published reports after one, in a stable order.
  func publishedNumbers(after number: String?, limit: Int) throws -> [String] {
    try ledger.rows(
      """
      SELECT number FROM incidents_report WHERE publication = 'published' AND number > ? ORDER BY number LIMIT ?
      """, [.text(number ?? ""), .integer(limit)]
    ).map { try $0.text("number") }
  }

  /// The next list pages after one that hold at least one published report.
  func pages(after start: Int, limit: Int) throws -> [Int] {
    var found: [Int] = []
    var last = start
    while found.count < limit, let next = try page(after: last) {
      found.append(next)
      last = next
    }
    return found
  }

  /// The nearest list page with reports after one; nil at the end.
  func page(after page: Int) throws -> Int? {
    try ledger.row(
      """
      SELECT published_number FROM incidents_report
      WHERE publication = 'published' AND published_number > ? ORDER BY published_number LIMIT 1
      """, [.integer(page * Report.pageSize)]
    ).map { (try $0.int("published_number") - 1) / Report.pageSize + 1 }
  }

  /// The nearest list page with reports before one; nil at the start.
  func page(before page: Int) throws -> Int? {
    try ledger.row(
      """
      SELECT published_number FROM incidents_report
      WHERE publication = 'published' AND published_number <= ? ORDER BY published_number DESC LIMIT 1
      """, [.integer((page - 1) * Report.pageSize)]
    ).map { (try $0.int("published_number") - 1) / Report.pageSize + 1 }
  }

  /// Whether a list page holds at most one published report: it may just have appeared or be about to vanish.
  func isSparse(page: Int) throws -> Bool {
    try ledger.rows(
      """
      SELECT 1 FROM incidents_report
      WHERE publication = 'published' AND published_number > ? AND published_number <= ? LIMIT 2
      """, [.integer((page - 1) * Report.pageSize), .integer(page * Report.pageSize)]
    ).count < 2
  }

  /// Every published report, newest first, one at a time.
  func forEachPublished(limit: Int, _ body: (Report) throws -> Void) throws {
    try ledger.forEach(
      """
      SELECT \(Report.columns) FROM incidents_report WHERE publication = 'published'
      ORDER BY published_number DESC LIMIT ?
      """, [.integer(limit)]
    ) { row in
      try body(Report(row))
      return true
    }
  }

  /// How many published reports each service has.
  func tallies() throws -> [(service: String, open: Int, closed: Int)] {
    try ledger.rows("SELECT service, open, closed FROM incidents_tally ORDER BY service").map {
      (try $0.text("service"), try $0.int("open"), try $0.int("closed"))
    }
  }
}
