internal import ParticipationKit

/// iCalendar (RFC 5545): an event for each entry that takes place, in UTC, so that no time zone need be described.
///
/// Lines end with CR LF and have at most 75 bytes, never cut within a scalar; `\`, `;`, `,` and line ends are escaped
/// in texts. `DTSTAMP` is when the entry last changed: the same data gives the same bytes.
struct CalendarWriter {
  let facts: CommuneFacts
  let title: String

  func bytes(_ each: ((StreamEntry) throws -> Void) throws -> Void) rethrows -> [UInt8] {
    var out: [UInt8] = []
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Parvis//Parvis//FR", "METHOD:PUBLISH"] {
      CalendarWriter.line(line, to: &out)
    }
    CalendarWriter.line("X-WR-CALNAME:" + CalendarWriter.escaped(title), to: &out)
    try each { entry in
      guard let occurrence = entry.occurrence else { return }
      event(entry, occurrence, to: &out)
    }
    CalendarWriter.line("END:VCALENDAR", to: &out)
    return out
  }

  private func event(_ entry: StreamEntry, _ occurrence: Occurrence, to out: inout [UInt8]) {
    var lines = [
      "BEGIN:VEVENT", "UID:" + PermanentID.tag(facts, entry.subject.description),
      "DTSTAMP:" + CalendarWriter.instant(entry.updated), "LAST-MODIFIED:" + CalendarWriter.instant(entry.updated),
      "DTSTART:" + CalendarWriter.instant(occurrence.starts), "DTEND:" + CalendarWriter.instant(occurrence.ends),
      "SUMMARY:" + CalendarWriter.escaped(entry.title),
    ]
    if !entry.summary.isEmpty { lines.append("DESCRIPTION:" + CalendarWriter.escaped(entry.summary)) }
    if !occurrence.place.isEmpty { lines.append("LOCATION:" + CalendarWriter.escaped(occurrence.place)) }
    lines.append("URL:" + AbsoluteAddress.text(entry.page, facts.address))
    lines.append("STATUS:" + (occurrence.isCancelled ? "CANCELLED" : "CONFIRMED"))
    lines.append("END:VEVENT")
    for line in lines { CalendarWriter.line(line, to: &out) }
  }

  /// `20261121T120000Z`: RFC 3339 without its punctuation and its fractions.
  static func instant(_ instant: Timestamp) -> String {
    let digits = Timestamp(seconds: instant.seconds).rfc3339.utf8.prefix(19).filter {
      $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":")
    }
    return String(decoding: digits, as: UTF8.self) + "Z"
  }

  /// A text of RFC 5545 §3.3.11; what is no printable scalar is left out.
  static func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: ","): out += [UInt8(ascii: "\\"), byte]
      case 0x0A: out.add("\\n")
      case 0x00..<0x20, 0x7F: continue
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// One line, folded by RFC 5545 §3.1.
  static func line(_ text: String, to out: inout [UInt8]) {
    var count = 0
    for scalar in text.unicodeScalars {
      let bytes = UTF8.width(scalar)
      if count + bytes > 75 {
        out.add("\r\n ")
        count = 1
      }
      out.append(contentsOf: scalar.utf8)
      count += bytes
    }
    out.add("\r\n")
  }
}
