import ParticipationKit

@testable import Agenda

/// Reads a file as the host does, as far as this module's own files need: `name: value` lines and a Markdown body.
func contentFile(_ text: String) throws -> ContentFile {
  let lines = MeetingFileWords.lines(of: text)
  guard let end = lines.dropFirst().firstIndex(of: "---") else { throw ReadFailure() }
  var members: [(name: String, value: ContentValue)] = []
  for (index, line) in lines[1..<end].enumerated() {
    guard let colon = line.firstIndex(of: ":") else { throw ReadFailure() }
    let raw = ByteText.trimmed(String(line[line.index(after: colon)...]))
    let value = raw.utf8.first == UInt8(ascii: "\"") ? try JSONValue.parse(Array(raw.utf8)).asString : nil
    members.append((String(line[..<colon]), .scalar(value ?? raw, quoted: value != nil, line: index + 2)))
  }
  return ContentFile(
    path: "seance.md", name: "seance", fields: .mapping(members, line: 2),
    body: lines[(end + 1)...].joined(separator: "\n"), bodyLine: end + 2)
}

struct ReadFailure: Error {}

/// A zone with summer time: +2 h between two instants, +1 h otherwise.
let zone = TimeZoneRules(identifier: "Test") { instant in
  let summer = Timestamp(seconds: 1_774_746_000)..<Timestamp(seconds: 1_792_890_000)
  return summer.contains(instant) ? 7200 : 3600
}

func instant(_ civil: String) -> Timestamp {
  CivilDateTime(civil).map(zone.instant) ?? Timestamp(milliseconds: 0)
}

func read(_ text: String) throws -> MeetingFile { try MeetingFileReader.read(contentFile(text), zone: zone).file }

/// The findings of a file that must be refused, in French.
func findings(_ text: String) throws -> [String] {
  do {
    _ = try read(text)
    return []
  } catch let error as ContentError {
    return error.diagnostics.map { $0.line("fr") }
  }
}

/// A row as the database gives it, with some columns changed.
func meeting(_ state: MeetingState, starts: String = "2026-12-11T20:00", public isPublic: Bool = true) throws -> Meeting
{
  let values: [(String, SQLValue)] = [
    ("id", "2026-12-11-conseil"), ("title", "Conseil"), ("assembly", "Conseil municipal"),
    ("starts_at", .timestamp(instant(starts))), ("place", "Mairie"), ("intro", ""), ("state", .text(state.rawValue)),
    ("is_public", .bool(isPublic)), ("comments_close_at", .timestamp(instant("2026-12-06T18:00"))), ("revision", 1),
    ("created_at", 0), ("updated_at", 0),
  ]
  return try Meeting(row: Row(columns: values.map(\.0), values: values.map(\.1)))
}

func item(_ slug: String, minutes: String = "", kind: ItemKind = .deliberation, withdrawn: Bool = false) throws
  -> AgendaItem
{
  let values: [(String, SQLValue)] = [
    ("id", .text(ItemID.key(meeting: "m", slug: slug))), ("meeting", "m"), ("slug", .text(slug)), ("position", 1),
    ("title", .text(slug)), ("rapporteur", ""), ("is_rapporteuse", false),
    ("kind", .text(kind.rawValue)), ("is_closed", false),
    ("is_withdrawn", .bool(withdrawn)), ("body", ""), ("minutes", .text(minutes)), ("revision", 1), ("next_block", 1),
    ("updated_at", 0), ("updated_by", ""),
  ]
  return try AgendaItem(row: Row(columns: values.map(\.0), values: values.map(\.1)))
}
