import ParticipationKit

/// Writes a meeting as Markdown with front matter. The same meeting gives the same bytes.
struct MeetingFileWriter {
  let zone: TimeZoneRules

  /// The whole file, also what is not public.
  func file(_ meeting: MeetingFile) -> String {
    var out = "---\n"
    out += field("id", meeting.id)
    out += quoted("title", meeting.text.title)
    out += quoted("assembly", meeting.text.assembly)
    out += field("starts", civil(meeting.text.starts))
    out += quoted("place", meeting.text.place)
    out += field("state", meeting.state.rawValue)
    out += field("public", meeting.text.isPublic ? "true" : "false")
    if let until = meeting.text.commentsUntil { out += field("comments_until", civil(until)) }
    if let sent = meeting.sent { out += field("sent", civil(sent)) }
    if let minuted = meeting.minuted { out += field("minuted", civil(minuted)) }
    out += "---\n"
    out += paragraph(meeting.text.intro)
    for item in meeting.items {
      out += heading(item, isFull: true) + paragraph(item.text.body)
      if !item.text.minutes.isEmpty {
        out += "\n\(MeetingFileWords.minutesMark)\n" + paragraph(item.text.minutes)
      }
    }
    return out
  }

  /// The notice as it is frozen: what the public reads of the agenda when it leaves, in the order of the
  /// items, without states and minutes, without withdrawn items and without the text of items proposed for
  /// a closed session.
  func notice(_ meeting: MeetingFile) -> String {
    var out = "---\n"
    out += field("id", meeting.id)
    out += quoted("title", meeting.text.title)
    out += quoted("assembly", meeting.text.assembly)
    out += field("starts", civil(meeting.text.starts))
    out += quoted("place", meeting.text.place)
    out += "---\n"
    out += paragraph(meeting.text.intro)
    for item in meeting.items where !item.isWithdrawn {
      out += heading(item, isFull: false)
      if !item.text.isClosed { out += paragraph(item.text.body) }
    }
    return out
  }

  private func heading(_ item: MeetingFile.Item, isFull: Bool) -> String {
    var out = "\n\(MeetingFileWords.itemMark)\(item.text.title) {#\(item.slug)}\n\n"
    if !item.text.rapporteur.isEmpty {
      let name = item.text.isRapporteuse ? MeetingFileWords.rapporteuse : MeetingFileWords.rapporteur
      out += definition(name, item.text.rapporteur)
    }
    out += definition(MeetingFileWords.kind, MeetingFileWords.word(for: item.text.kind))
    if item.text.isClosed { out += definition(MeetingFileWords.closed, "oui") }
    if isFull, item.isWithdrawn { out += definition(MeetingFileWords.withdrawn, "oui") }
    return out
  }

  private func definition(_ name: String, _ value: String) -> String { "\(name) : \(value)\n" }

  private func paragraph(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    let lines = MeetingFileWords.lines(of: text).map { MeetingFileWords.looksLikeMark($0) ? "\\\($0)" : $0 }
    return "\n" + lines.joined(separator: "\n") + "\n"
  }

  private func field(_ name: String, _ value: String) -> String { "\(name): \(value)\n" }

  /// A text of one line between double quotes; JSON's way of escaping is YAML's, too.
  private func quoted(_ name: String, _ value: String) -> String { "\(name): \(JSONValue.string(value).text)\n" }

  /// The civil time of an instant; RFC 3339 where civil time would not give the instant back (the hour that
  /// exists twice).
  func civil(_ instant: Timestamp) -> String {
    let civil = zone.civil(instant)
    guard zone.instant(civil) == instant else { return instant.rfc3339 }
    return civil.second == 0 ? civil.formValue : civil.description
  }
}

extension CivilDateTime {
  /// As `2026-03-12T20:00`, what a form field of day and time holds.
  var formValue: String { String(decoding: description.utf8.prefix(16), as: UTF8.self) }
}
