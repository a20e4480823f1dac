internal import ParticipationKit

/// One service request as it lies in the table.
struct Report: Sendable {
  /// Whether the public sees it: a state beside the one of the service.
  enum Publication: String, Sendable {
    case pending
    case published
    case withheld
  }

  var id: Int
  var year: Int
  var sequence: Int
  /// What makes it the same report when it is imported again; nil when it was made here.
  var reference: String?
  var service: String
  /// The id of a street or hamlet; nil when none was chosen.
  var street: String?
  var placeText: String
  var point: GeoPoint?
  var description: String
  var contactName: String?
  var contactEmail: String?
  var wantsUpdates: Bool
  var state: ReportState
  var referredTo: String?
  var duplicateOf: String?
  var publication: Publication
  /// The place in the lists, fixed at the first publication; also kept while the report is withheld.
  var publishedNumber: Int?
  var publishedAt: Timestamp?
  var createdAt: Timestamp
  /// When what the public sees last changed.
  var updatedAt: Timestamp
  var closedAt: Timestamp?
  var channel: String

  /// The number that people know: `2026-0042`.
  var number: String { Report.number(year: year, sequence: sequence) }

  /// The page of the lists that shows it; nil before the first publication.
  var page: Int? { publishedNumber.map { ($0 - 1) / Report.pageSize + 1 } }

  var isPublic: Bool { publication == .published }

  /// Says who has the report in a state: the body it was referred to, also once that body settled it; nobody else when
  /// the commune takes it up again.
  mutating func refer(in state: ReportState, to body: String) {
    if state == .referred {
      if !body.isEmpty { referredTo = body }
    } else if !state.isClosed {
      referredTo = nil
    }
  }

  /// How many reports a list page holds.
  static let pageSize = 50
  /// How many reports the front page shows.
  static let newestCount = 20

  static func number(year: Int, sequence: Int) -> String {
    let digits = String(sequence)
    return "\(year)-" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// Year and sequence of a number; nil for anything that ``number(year:sequence:)`` does not write.
  static func parts(ofNumber number: String) -> (year: Int, sequence: Int)? {
    let parts = number.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, let year = ByteText.decimal(parts[0].utf8),
      let sequence = ByteText.decimal(parts[1].utf8), sequence > 0,
      Report.number(year: year, sequence: sequence) == number
    else { return nil }
    return (year, sequence)
  }
}

extension Report {
  static let columns = """
    id, year, sequence, reference, service, street, place_text, lat, lon, description, contact_name, contact_email,
    wants_updates, state, referred_to, duplicate_of, publication, published_number, published_at, created_at,
    updated_at, closed_at, channel
    """

  /// Reads a row of ``columns``.
  init(_ row: Row) throws {
    id = try row.int("id")
    year = try row.int("year")
    sequence = try row.int("sequence")
    reference = row.optionalText("reference")
    service = try row.text("service")
    street = row.optionalText("street")
    placeText = try row.text("place_text")
    point = row.optionalReal("lat").flatMap { latitude in
      row.optionalReal("lon").flatMap { GeoPoint(latitude: latitude, longitude: $0) }
    }
    description = try row.text("description")
    contactName = row.optionalText("contact_name")
    contactEmail = row.optionalText("contact_email")
    wantsUpdates = try row.bool("wants_updates")
    state = try Report.known(try row.text("state"), "state")
    referredTo = row.optionalText("referred_to")
    duplicateOf = row.optionalText("duplicate_of")
    publication = try Report.known(try row.text("publication"), "publication")
    publishedNumber = row.optionalInt("published_number")
    publishedAt = row.optionalTimestamp("published_at")
    createdAt = try row.timestamp("created_at")
    updatedAt = try row.timestamp("updated_at")
    closedAt = row.optionalTimestamp("closed_at")
    channel = try row.text("channel")
  }

  static func known<Word: RawRepresentable<String>>(_ text: String, _ column: String) throws -> Word {
    guard let word = Word(rawValue: text) else {
      throw UnknownWord(column: column, word: text)
    }
    return word
  }
}

/// A column holds a word that this version does not know: the database is newer, or was changed by hand.
struct UnknownWord: Error, CustomStringConvertible {
  let column: String
  let word: String

  var description: String { "incidents: unknown word “\(word)” in column \(column)" }
}

/// One step in the history of a report.
struct ReportUpdate: Sendable {
  var at: Timestamp
  var state: ReportState
  var text: String
  /// Internal steps are seen by staff only and never reach an emitted file.
  var isPublic: Bool
  /// The role, never the name: staff speak for the commune.
  var authorRole: String
  var referredTo: String?
  var duplicateOf: String?

  static let columns = "at, state, text, visibility, author_role, referred_to, duplicate_of"

  init(
    at: Timestamp, state: ReportState, text: String, isPublic: Bool, authorRole: String, referredTo: String? = nil,
    duplicateOf: String? = nil
  ) {
    self.at = at
    self.state = state
    self.text = text
    self.isPublic = isPublic
    self.authorRole = authorRole
    self.referredTo = referredTo
    self.duplicateOf = duplicateOf
  }

  /// Reads a row of ``columns``.
  init(_ row: Row) throws {
    at = try row.timestamp("at")
    state = try Report.known(try row.text("state"), "state")
    text = try row.text("text")
    isPublic = try row.text("visibility") == "public"
    authorRole = try row.text("author_role")
    referredTo = row.optionalText("referred_to")
    duplicateOf = row.optionalText("duplicate_of")
  }
}
