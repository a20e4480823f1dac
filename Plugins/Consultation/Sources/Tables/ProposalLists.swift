internal import ParticipationKit

// What lists of published proposals read. Each query touches only the rows of its page.

extension ProposalTable {
  /// The published proposals of a page, newest first, with what lists say of them.
  func published(on page: ListPage) throws -> [Proposal] {
    try ledger.rows(
      """
      SELECT \(Proposal.listColumns) FROM consultation_proposal
      WHERE consultation = ? AND published_number BETWEEN ? AND ? AND publication = 'published'
      ORDER BY published_number DESC
      """, [.text(page.consultation), .integer(page.numbers.lowerBound), .integer(page.numbers.upperBound)]
    ).map { try Proposal($0) }
  }

  /// The newest published proposals of a consultation.
  func newest(_ consultation: String, limit: Int) throws -> [Proposal] {
    try ledger.rows(
      """
      SELECT \(Proposal.columns) FROM consultation_proposal
      WHERE consultation = ? AND published_number IS NOT NULL AND publication = 'published'
      ORDER BY published_number DESC LIMIT ?
      """, [.text(consultation), .integer(limit)]
    ).map { try Proposal($0) }
  }

  /// The next ids of published proposals after one.
  func publishedIDs(after id: Int, limit: Int) throws -> [Int] {
    try ledger.rows(
      "SELECT id FROM consultation_proposal WHERE id > ? AND publication = 'published' ORDER BY id LIMIT ?",
      [.integer(id), .integer(limit)]
    ).map { try $0.int("id") }
  }

  /// The nearest page with proposals after a page number; nil at the end.
  func page(after number: Int, _ consultation: String) throws -> ListPage? {
    try ledger.row(
      """
      SELECT published_number FROM consultation_proposal
      WHERE consultation = ? AND published_number > ? AND publication = 'published' ORDER BY published_number LIMIT 1
      """, [.text(consultation), .integer(number * Proposal.pageSize)]
    ).map { ListPage(consultation: consultation, number: ListPage.number(of: try $0.int("published_number"))) }
  }

  /// The nearest page with proposals before a page number; nil at the start.
  func page(before number: Int, _ consultation: String) throws -> ListPage? {
    try ledger.row(
      """
      SELECT published_number FROM consultation_proposal
      WHERE consultation = ? AND published_number <= ? AND publication = 'published'
      ORDER BY published_number DESC LIMIT 1
      """, [.text(consultation), .integer((number - 1) * Proposal.pageSize)]
    ).map { ListPage(consultation: consultation, number: ListPage.number(of: try $0.int("published_number"))) }
  }

  /// Whether a page holds at most one published proposal: it may just have appeared or be about to vanish.
  func isSparse(_ page: ListPage) throws -> Bool {
    try ledger.rows(
      """
      SELECT 1 FROM consultation_proposal
      WHERE consultation = ? AND published_number BETWEEN ? AND ? AND publication = 'published' LIMIT 2
      """, [.text(page.consultation), .integer(page.numbers.lowerBound), .integer(page.numbers.upperBound)]
    ).count < 2
  }

  /// Every published proposal of every consultation, newest publication first, one at a time.
  func forEachNewest(_ consultation: String, limit: Int, _ body: (Proposal) throws -> Void) throws {
    try ledger.forEach(
      """
      SELECT \(Proposal.columns) FROM consultation_proposal
      WHERE consultation = ? AND published_number IS NOT NULL AND publication = 'published'
      ORDER BY published_number DESC LIMIT ?
      """, [.text(consultation), .integer(limit)]
    ) { row in
      try body(Proposal(row))
      return true
    }
  }

  /// Every proposal of a consultation in the order of its ids, one at a time.
  func forEach(_ consultation: String, publishedOnly: Bool, _ body: (Proposal) throws -> Void) throws {
    try ledger.forEach(
      """
      SELECT \(Proposal.columns) FROM consultation_proposal WHERE consultation = ?
      \(publishedOnly ? "AND publication = 'published'" : "") ORDER BY id
      """, [.text(consultation)]
    ) { row in
      try body(Proposal(row))
      return true
    }
  }

  /// How many proposals wait or are withheld.
  func hidden(_ consultation: String) throws -> (pending: Int, withheld: Int) {
    func count(_ publication: Publication) throws -> Int {
      try ledger.count(
        """
        SELECT count(*) FROM consultation_proposal
        WHERE consultation = ? AND publication = ? AND publication <> 'published'
        """, [.text(consultation), .text(publication.rawValue)])
    }
    return (try count(.pending), try count(.withheld))
  }
}
