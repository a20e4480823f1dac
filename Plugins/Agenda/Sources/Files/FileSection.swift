import ParticipationKit

/// The lines between two headings of a meeting's file: the introduction, or one item.
struct FileSection {
  /// A line such as `Rapporteur : Mme Odile Vautrin`.
  struct Definition {
    let name: String
    let value: String
    let line: Int
    /// Whether the name stands in its feminine form, as `Rapporteuse`.
    var isFeminine = false
  }

  /// The heading's words; nil for the introduction.
  let title: String?
  /// The line of the heading, or the first line of the introduction.
  let line: Int
  private(set) var definitions: [Definition] = []
  private var bodyLines: [String] = []
  private var minutesLines: [String] = []
  private var place = Place.start
  private var count = 0

  private enum Place {
    case start, definitions, body, minutes
  }

  init(title: String?, line: Int) {
    self.title = title
    self.line = line
    if title == nil { place = .body }
  }

  /// The body, without empty lines at its ends.
  var body: String { MeetingFileWords.tidy(bodyLines.joined(separator: "\n")) }
  /// The minutes, without empty lines at their ends.
  var minutes: String { MeetingFileWords.tidy(minutesLines.joined(separator: "\n")) }

  /// Adds the next line of the file.
  mutating func add(_ text: String) {
    count += 1
    let isEmpty = ByteText.trimmed(text).isEmpty
    if title != nil, place != .minutes, MeetingFileWords.isMinutesMark(text) {
      place = .minutes
      return
    }
    switch place {
    case .start where isEmpty: return
    case .start, .definitions:
      if let definition = Self.definition(text, line: line + count) {
        definitions.append(definition)
        place = .definitions
        return
      }
      place = .body
    case .body, .minutes: break
    }
    let isEscaped = text.utf8.first == UInt8(ascii: "\\") && MeetingFileWords.looksLikeMark(text)
    let plain = isEscaped ? String(decoding: text.utf8.dropFirst(), as: UTF8.self) : text
    if place == .minutes { minutesLines.append(plain) } else { bodyLines.append(plain) }
  }

  /// Reads `Name : value` for a known name; `Rapporteuse` is `Rapporteur`, too.
  private static func definition(_ text: String, line: Int) -> Definition? {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let label = ByteText.folded(ByteText.trimmed(String(text[..<colon])))
    let value = ByteText.singleLine(String(text[text.utf8.index(after: colon)...]))
    let isFeminine = label == ByteText.folded(MeetingFileWords.rapporteuse)
    let known = isFeminine ? ByteText.folded(MeetingFileWords.rapporteur) : label
    let name = MeetingFileWords.definitions.first { ByteText.folded($0) == known }
    guard let name else { return nil }
    return Definition(name: name, value: value, line: line, isFeminine: isFeminine)
  }

  /// Splits `Title {#id}`; the id is nil when there is none.
  static func titleAndID(_ heading: String) -> (title: String, id: String?) {
    let text = ByteText.singleLine(heading)
    guard text.utf8.last == UInt8(ascii: "}"), let open = text.utf8.lastIndex(of: UInt8(ascii: "{")) else {
      return (text, nil)
    }
    let inside = text.utf8[text.utf8.index(after: open)...].dropLast()
    guard inside.first == UInt8(ascii: "#") else { return (text, nil) }
    let id = String(decoding: inside.dropFirst(), as: UTF8.self)
    return (ByteText.trimmed(String(text[..<open])), id)
  }
}
