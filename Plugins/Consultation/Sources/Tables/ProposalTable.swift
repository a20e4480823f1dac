internal import ParticipationKit

/// Proposals in the tables.
struct ProposalTable {
  let ledger: Ledger

  func find(_ id: Int) throws -> Proposal? {
    try ledger.row(Self.byID, [.integer(id)]).map { try Proposal($0) }
  }

  private static let byID = "SELECT \(Proposal.columns) FROM consultation_proposal WHERE id = ?"

  /// The title and the consultation of a published proposal: what a form about it needs, without its text.
  func publicTitle(_ id: Int) throws -> (title: String, consultation: String)? {
    let row = try ledger.row(
      "SELECT title, consultation FROM consultation_proposal WHERE id = ? AND publication = 'published'",
      [.integer(id)])
    return try row.map { (title: try $0.text(at: 0), consultation: try $0.text(at: 1)) }
  }

  func find(reference: String, in consultation: String) throws -> Proposal? {
    try ledger.row(Self.byReference, [.text(consultation), .text(reference)]).map { try Proposal($0) }
  }

  private static let byReference =
    "SELECT \(Proposal.columns) FROM consultation_proposal WHERE consultation = ? AND reference = ?"

  /// Adds a proposal.
  /// - Returns: Its id; nil when one with the same reference is there.
  func insert(_ proposal: Proposal) throws -> Int? {
    try ledger.row(Self.insertion + " RETURNING id", values(proposal))?.int(at: 0)
  }

  /// Adds a proposal without a reference of its own, which conflicts with none.
  /// - Returns: Its id.
  func add(_ proposal: Proposal) throws -> Int { try ledger.insert(Self.insertion, values(proposal)) }

  /// One text of a proposal, by the name of its column; nil when there is no such proposal.
  func text(_ column: String, of id: Int) throws -> String? {
    try ledger.row("SELECT \(column) FROM consultation_proposal WHERE id = ?", [.integer(id)])?.text(at: 0)
  }

  /// The statement that ``insert(_:)`` runs; the importer of a hundred thousand runs it with ids of its own.
  static let insertion = """
    INSERT INTO consultation_proposal (\(Proposal.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
    ?, ?, ?) ON CONFLICT (consultation, reference) DO NOTHING
    """

  /// The values of ``insertion``. An id of 0 lets the table choose.
  func values(_ proposal: Proposal) -> [SQLValue] {
    [
      proposal.id == 0 ? .null : .integer(proposal.id), .text(proposal.consultation), .text(proposal.title),
      .text(proposal.body), .text(proposal.author), .timestamp(proposal.createdAt), .timestamp(proposal.updatedAt),
      .text(proposal.publication.rawValue), proposal.publishedNumber.map { .integer($0) } ?? .null,
      .timestamp(proposal.publishedAt), .integer(proposal.verifiedSupports), .integer(proposal.unverifiedSupports),
      .text(proposal.channel), .text(proposal.reference), .text(proposal.publicReference),
      .text(proposal.authorReference), .text(proposal.authorType), .text(proposal.zipCode),
      .timestamp(proposal.revisedAt), .integer(proposal.responses),
    ]
  }

  /// Brings what an import says of a proposal up to date. Publication stays with ``setPublication(_:of:at:)``, supports
  /// with ``setSupports(of:verified:unverified:)``.
  func update(_ proposal: Proposal) throws {
    try ledger.execute(
      """
      UPDATE consultation_proposal SET title = ?, body = ?, author = ?, created_at = ?, updated_at = ?,
        public_reference = ?, author_reference = ?, author_type = ?, zip_code = ?, revised_at = ?, responses = ?
      WHERE id = ?
      """,
      [
        .text(proposal.title), .text(proposal.body), .text(proposal.author), .timestamp(proposal.createdAt),
        .timestamp(proposal.updatedAt), .text(proposal.publicReference), .text(proposal.authorReference),
        .text(proposal.authorType), .text(proposal.zipCode), .timestamp(proposal.revisedAt),
        .integer(proposal.responses), .integer(proposal.id),
      ])
  }

  /// Writes supports that an import counted.
  func setSupports(of id: Int, verified: Int, unverified: Int) throws {
    try ledger.execute(
      "UPDATE consultation_proposal SET verified_supports = ?, unverified_supports = ? WHERE id = ?",
      [.integer(verified), .integer(unverified), .integer(id)])
  }

  /// Publishes or withholds a proposal. Its number is given once, at the first publication.
  func setPublication(_ publication: Publication, of proposal: Proposal, at now: Timestamp) throws {
    let wasPublished = proposal.publication == .published
    var number = proposal.publishedNumber
    if publication == .published, number == nil { number = try tally(proposal.consultation).last + 1 }
    try ledger.execute(
      """
      UPDATE consultation_proposal SET publication = ?, published_number = ?, published_at = coalesce(published_at, ?),
        updated_at = ? WHERE id = ?
      """,
      [
        .text(publication.rawValue), number.map { .integer($0) } ?? .null,
        publication == .published ? .timestamp(now) : .null, .timestamp(now), .integer(proposal.id),
      ])
    let change = (publication == .published ? 1 : 0) - (wasPublished ? 1 : 0)
    try addToTally(proposal.consultation, published: change, last: number ?? 0)
  }

  /// Removes the words and everything that leads to the author; number, dates and supports stay.
  func erase(_ id: Int, title: String, at now: Timestamp) throws {
    try ledger.execute(
      """
      UPDATE consultation_proposal SET title = ?, body = '', author = '', author_reference = NULL, author_type = NULL,
        zip_code = NULL, responses = 0, updated_at = ? WHERE id = ?
      """, [.text(title), .timestamp(now), .integer(id)])
    try ledger.execute("DELETE FROM consultation_response WHERE proposal = ?", [.integer(id)])
  }

  /// How many proposals are published, and the last number given.
  func tally(_ consultation: String) throws -> (published: Int, last: Int) {
    let row = try ledger.row(
      "SELECT published, last_number FROM consultation_tally WHERE consultation = ?", [.text(consultation)])
    guard let row else { return (0, 0) }
    return (try row.int("published"), try row.int("last_number"))
  }

  func addToTally(_ consultation: String, published: Int, last: Int) throws {
    try ledger.execute(
      """
      INSERT INTO consultation_tally (consultation, published, last_number) VALUES (?1, max(?2, 0), ?3)
      ON CONFLICT (consultation) DO UPDATE SET published = published + ?2, last_number = max(last_number, ?3)
      """, [.text(consultation), .integer(published), .integer(last)])
  }

  /// Adds a support.
  /// - Parameter voter: Who supports, when a code says so; nil for a support that nobody can check.
  /// - Returns: False when the voter supported it before: the key of the table decides.
  func support(_ proposal: Int, voter: [UInt8]?, at now: Timestamp) throws -> Bool {
    if let voter {
      let added = try ledger.execute(
        "INSERT INTO consultation_support (proposal, voter_digest) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [.integer(proposal), .blob(voter)])
      guard added == 1 else { return false }
    }
    let column = voter == nil ? "unverified_supports" : "verified_supports"
    try ledger.execute(
      "UPDATE consultation_proposal SET \(column) = \(column) + 1, updated_at = ? WHERE id = ?",
      [.timestamp(now), .integer(proposal)])
    return true
  }

  /// The answers to questions that belong to a proposal, in order.
  func responses(of proposal: Int) throws -> [(question: Int, reference: String, title: String, value: String)] {
    try ledger.rows(
      """
      SELECT r.question, q.reference, q.title, r.value FROM consultation_response r
      JOIN consultation_question q ON q.id = r.question WHERE r.proposal = ? ORDER BY r.position
      """, [.integer(proposal)]
    ).map { (try $0.int("question"), try $0.text("reference"), try $0.text("title"), try $0.text("value")) }
  }
}
