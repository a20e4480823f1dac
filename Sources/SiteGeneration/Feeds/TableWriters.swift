internal import ParticipationKit

/// GeoJSON (RFC 7946): longitude before latitude, WGS 84, at most 7 decimals. Entries without place are left out.
struct GeoJSONWriter {
  let address: String

  func bytes(_ entries: [StreamEntry]) -> [UInt8] {
    var out = Array("{\"type\":\"FeatureCollection\",\"features\":[".utf8)
    var isFirst = true
    for entry in entries {
      guard let point = entry.point else { continue }
      out.add(isFirst ? "\n" : ",\n")
      isFirst = false
      out.add("{\"type\":\"Feature\",\"id\":")
      JSONValue.string(entry.subject.description).append(to: &out)
      out.add(",\"geometry\":{\"type\":\"Point\",\"coordinates\":[")
      GeoJSONWriter.degrees(point.longitude, to: &out)
      out.append(UInt8(ascii: ","))
      GeoJSONWriter.degrees(point.latitude, to: &out)
      out.add("]},\"properties\":")
      JSONValue.object(EntryMembers.members(entry, address)).append(to: &out)
      out.add("}")
    }
    out.add("\n]}\n")
    return out
  }

  /// Degrees with at most 7 decimals (about a centimetre), without trailing zeros.
  static func degrees(_ value: Double, to out: inout [UInt8]) {
    let scaled = Int((value * 10_000_000).rounded())
    if scaled < 0 { out.append(UInt8(ascii: "-")) }
    let whole = scaled.magnitude / 10_000_000
    var rest = scaled.magnitude % 10_000_000
    out.add(String(whole))
    guard rest > 0 else { return }
    var digits = String(rest)
    digits = String(repeating: "0", count: 7 - digits.utf8.count) + digits
    while rest % 10 == 0 {
      rest /= 10
      digits.removeLast()
    }
    out.append(UInt8(ascii: "."))
    out.add(digits)
  }
}

/// What GeoJSON, CSV and NDJSON say of an entry: the common members, then the module's own.
struct EntryMembers {
  static func members(_ entry: StreamEntry, _ address: String) -> [(String, JSONValue)] {
    [
      ("id", .string(entry.subject.description)), ("url", .string(AbsoluteAddress.text(entry.page, address))),
      ("title", .string(entry.title)), ("summary", .string(entry.summary)),
      ("published", .timestamp(entry.published)), ("updated", .timestamp(entry.updated)),
    ] + entry.fields.map { ($0.name, $0.value) }
  }
}

/// One JSON object a line.
struct NDJSONWriter {
  let address: String

  func bytes(_ entries: [StreamEntry]) -> [UInt8] {
    var out: [UInt8] = []
    for entry in entries {
      var members = EntryMembers.members(entry, address)
      if let point = entry.point {
        members.append(("latitude", .number(point.latitude)))
        members.append(("longitude", .number(point.longitude)))
      }
      JSONValue.object(members).append(to: &out)
      out.append(0x0A)
    }
    return out
  }
}

/// CSV (RFC 4180): CRLF, quotes doubled, a line of headings. A text that a spreadsheet would take for a formula gets
/// an apostrophe before it.
struct CSVWriter {
  let address: String

  func bytes(_ entries: [StreamEntry]) -> [UInt8] {
    var out: [UInt8] = []
    let own = entries.first?.fields.map(\.name) ?? []
    let headings = ["id", "url", "title", "summary", "published", "updated", "latitude", "longitude"] + own
    line(headings.map { .string($0) }, to: &out)
    for entry in entries {
      let members = EntryMembers.members(entry, address)
      let place: [JSONValue] = [
        entry.point.map { .number($0.latitude) } ?? .null, entry.point.map { .number($0.longitude) } ?? .null,
      ]
      let fields = own.map { name in entry.fields.first { $0.name == name }?.value ?? .null }
      line(members.prefix(6).map(\.1) + place + fields, to: &out)
    }
    return out
  }

  private func line(_ values: [JSONValue], to out: inout [UInt8]) {
    for (index, value) in values.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      CSVWriter.cell(value, to: &out)
    }
    out.add("\r\n")
  }

  static func cell(_ value: JSONValue, to out: inout [UInt8]) {
    if value.isNull { return }
    guard let text = value.asString else {
      let plain = value.text
      return plain.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") })
        ? quoted(plain, to: &out) : out.add(plain)
    }
    guard let first = text.utf8.first else { return }
    let isFormula = "=+-@\t\r".utf8.contains(first)
    let needsQuotes = isFormula || text.utf8.contains { ",\"\r\n".utf8.contains($0) }
    if needsQuotes { quoted(isFormula ? "'" + text : text, to: &out) } else { out.add(text) }
  }

  private static func quoted(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { out.append(byte) }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
  }
}
