internal import ParticipationKit

/// Publication, a state of its own beside the moderator's decision and the official answer.
enum Publication: String, Sendable, CaseIterable {
  case pending
  case published
  case withheld
}

/// One proposal.
struct Proposal: Sendable {
  /// How many proposals a list page holds. Fixed: a record's page never changes.
  static let pageSize = 50
  static let columns = """
    id, consultation, title, body, author, created_at, updated_at, publication, published_number, published_at, \
    verified_supports, unverified_supports, channel, reference, public_reference, author_reference, author_type, \
    zip_code, revised_at, responses
    """

  /// The same places for lists, which say nothing of the text, its author and where it came from.
  static let listColumns = """
    id, consultation, title, '', '', created_at, updated_at, publication, published_number, published_at, \
    verified_supports, unverified_supports, '', NULL, NULL, NULL, NULL, NULL, NULL, 0
    """

  var id: Int
  let consultation: String
  var title: String
  var body: String
  var author: String
  let createdAt: Timestamp
  let updatedAt: Timestamp
  let publication: Publication
  var publishedNumber: Int?
  let publishedAt: Timestamp?
  var verifiedSupports: Int
  var unverifiedSupports: Int
  let channel: String
  /// What makes it the same proposal when it is imported again.
  let reference: String?
  /// The reference that people were shown elsewhere, as `2-41`.
  let publicReference: String?
  /// The author's pseudonym in the source. Never emitted on the site.
  let authorReference: String?
  let authorType: String?
  let zipCode: String?
  /// When the source says that it was revised; kept for the way back.
  let revisedAt: Timestamp?
  /// How many answers to questions belong to it.
  let responses: Int

  var supports: Int { verifiedSupports + unverifiedSupports }
  /// Whether another has the same words and name.
  func says(_ other: Proposal) -> Bool { title == other.title && body == other.body && author == other.author }
  /// The list page on which it stands for ever; nil before it is published for the first time.
  var page: Int? { publishedNumber.map { ListPage.number(of: $0) } }
}

extension Proposal {
  /// Reads a row of ``columns``.
  init(_ row: Row) throws {
    self.init(
      id: try row.int(at: 0), consultation: row.optionalText(at: 1) ?? "", title: row.optionalText(at: 2) ?? "",
      body: row.optionalText(at: 3) ?? "", author: row.optionalText(at: 4) ?? "", createdAt: try row.timestamp(at: 5),
      updatedAt: try row.timestamp(at: 6),
      // The table refuses every other word; should one stand there all the same, the proposal stays unpublished.
      publication: Publication(rawValue: try row.text(at: 7)) ?? .withheld, publishedNumber: row.optionalInt(at: 8),
      publishedAt: row.optionalTimestamp(at: 9), verifiedSupports: try row.int(at: 10),
      unverifiedSupports: try row.int(at: 11), channel: row.optionalText(at: 12) ?? "",
      reference: row.optionalText(at: 13), publicReference: row.optionalText(at: 14),
      authorReference: row.optionalText(at: 15), authorType: row.optionalText(at: 16),
      zipCode: row.optionalText(at: 17), revisedAt: row.optionalTimestamp(at: 18), responses: try row.int(at: 19))
  }
}

/// A page of the list of a consultation's proposals, numbered from the oldest.
struct ListPage: Sendable, Hashable {
  let consultation: String
  let number: Int

  /// The page of a published number.
  static func number(of publishedNumber: Int) -> Int { (publishedNumber - 1) / Proposal.pageSize + 1 }

  /// The published numbers on the page.
  var numbers: ClosedRange<Int> { ((number - 1) * Proposal.pageSize + 1)...(number * Proposal.pageSize) }

  /// The document's key, `laiterie-3`.
  var key: String { "\(consultation)-\(number)" }

  init(consultation: String, number: Int) {
    self.consultation = consultation
    self.number = number
  }

  /// Reads a key; nil for anything else.
  init?(key: String) {
    let bytes = key.utf8
    guard let hyphen = bytes.lastIndex(of: UInt8(ascii: "-")), hyphen > bytes.startIndex,
      let number = ByteText.decimal(bytes[bytes.index(after: hyphen)...]), number >= 1, number < 1_000_000_000,
      bytes[bytes.index(after: hyphen)] != UInt8(ascii: "0")
    else { return nil }
    self.init(consultation: String(key[..<hyphen]), number: number)
  }
}
