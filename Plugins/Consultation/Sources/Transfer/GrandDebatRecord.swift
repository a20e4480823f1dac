/// One contribution of the Grand Débat's open data (2019), as its files have it: one JSON object a line.
///
/// Format: exporter `cap-collectif/granddebat.fr-opendata`. `formattedValue` says `value` again and is passed over.
struct GrandDebatRecord: Sendable, Equatable {
  struct Response: Sendable, Equatable {
    /// The place of the question in ``GrandDebatQuestions``.
    let question: Int
    let value: String
  }

  var id = ""
  var reference: String?
  var title = ""
  /// Dates as written, `2019-01-22 10:04:31`, in the time of the commune.
  var createdAt: String?
  var publishedAt: String?
  var updatedAt: String?
  var isTrashed = false
  var trashedStatus: String?
  var authorID: String?
  var authorType: String?
  var zipCode: String?
  var responses: [Response] = []

  /// A French postal code, or nil for what the field often holds instead: `00000`, `99999`, other lengths, words.
  static func postalCode(_ text: String?) -> String? {
    guard let text, text.utf8.count == 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let department = Int(text.prefix(2)), (1...98).contains(department)
    else { return nil }
    return text
  }
}

/// The questions met so far, in the order of their first appearance. Titles are kept once.
struct GrandDebatQuestions: Sendable {
  struct Entry: Sendable {
    let reference: String
    let title: String
    /// The bytes of reference and title as they stand in the file.
    let rawReference: [UInt8]
    var rawTitle: [UInt8]
  }

  private(set) var entries: [Entry] = []
  private var byReference: [String: Int] = [:]

  /// The place of a question, added when it is new. A later spelling of the title does not replace the first.
  mutating func place(_ reference: String, title: String, rawReference: [UInt8], rawTitle: [UInt8]) -> Int {
    if let place = byReference[reference] {
      entries[place].rawTitle = rawTitle
      return place
    }
    entries.append(Entry(reference: reference, title: title, rawReference: rawReference, rawTitle: rawTitle))
    byReference[reference] = entries.count - 1
    return entries.count - 1
  }
}

/// Why a line is no contribution.
struct GrandDebatFault: Error, Equatable {
  /// Where in the line, in bytes from its start.
  let offset: Int
  let fr: String
  let en: String
}
