import ParticipationKit

/// A meeting as a file that a person keeps: what is imported and exported.
struct MeetingFile: Equatable {
  /// One item of the file.
  struct Item: Equatable {
    var slug: String
    var text: ItemText
    var isWithdrawn = false
  }

  var id: String
  var text: MeetingText
  var state = MeetingState.draft
  /// When the notice left; nil for a draft.
  var sent: Timestamp?
  /// When the minutes were published; nil before.
  var minuted: Timestamp?
  var items: [Item] = []
}

extension MeetingFile {
  /// The file of a meeting in the database.
  init(_ meeting: Meeting, items: [AgendaItem]) {
    self.init(
      id: meeting.id, text: meeting.text, state: meeting.state, sent: meeting.sentAt, minuted: meeting.minutedAt,
      items: items.map { Item(slug: $0.slug, text: $0.text, isWithdrawn: $0.isWithdrawn) })
  }
}

/// The words of the format, in one place for reader and writer.
struct MeetingFileWords {
  /// The names of the front matter.
  static let fields = [
    "id", "title", "assembly", "starts", "place", "state", "public", "comments_until", "sent", "minuted",
  ]
  /// Starts an item: a heading of level 2.
  static let itemMark = "## "
  /// Starts the minutes of an item.
  static let minutesMark = "### Procès-verbal"
  static let rapporteur = "Rapporteur"
  /// The same for a woman.
  static let rapporteuse = "Rapporteuse"
  static let kind = "Nature"
  static let closed = "Huis clos"
  static let withdrawn = "Retiré"
  static let definitions = [rapporteur, kind, closed, withdrawn]

  /// The word for a kind of item.
  static func word(for kind: ItemKind) -> String {
    switch kind {
    case .deliberation: "délibération"
    case .information: "information"
    case .questions: "questions"
    }
  }

  /// Whether a line starts an item.
  static func isItemMark(_ line: String) -> Bool { line.utf8.starts(with: itemMark.utf8) }

  /// Whether a line starts the minutes of an item.
  static func isMinutesMark(_ line: String) -> Bool { ByteText.trimmed(line) == minutesMark }

  /// Whether a line of a text, without backslashes before it, is a mark of the format. Such a line gets one backslash
  /// more in the file, which Markdown does not show, and loses it when it is read, so that no text is out of reach.
  static func looksLikeMark(_ line: String) -> Bool {
    let bare = String(decoding: line.utf8.drop { $0 == UInt8(ascii: "\\") }, as: UTF8.self)
    return isItemMark(bare) || isMinutesMark(bare)
  }

  /// Text without empty lines at its ends and with plain line ends: what is stored.
  static func tidy(_ text: String) -> String {
    var lines = lines(of: text)
    while let first = lines.first, ByteText.trimmed(first).isEmpty { lines.removeFirst() }
    while let last = lines.last, ByteText.trimmed(last).isEmpty { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// The lines of a text without their ends: LF, CRLF or CR.
  static func lines(of text: String) -> [String] {
    var lines: [String] = []
    var line: [UInt8] = []
    var afterReturn = false
    for byte in text.utf8 {
      if byte == 0x0A, afterReturn {
        afterReturn = false
        continue
      }
      afterReturn = byte == 0x0D
      if byte == 0x0A || byte == 0x0D {
        lines.append(String(decoding: line, as: UTF8.self))
        line = []
      } else {
        line.append(byte)
      }
    }
    lines.append(String(decoding: line, as: UTF8.self))
    return lines
  }
}
