internal import Glibc
internal import ParticipationKit

/// GeoJSON (RFC 7946): longitude before latitude, WGS 84, at most 7 decimals. Entries without place are left out.
struct GeoJSONWriter {
  let address: String

  /// - Parameter asOf: When the last act that a bulk dump holds was recorded: a foreign member (RFC 7946 §6.1).
  func bytes(
    asOf: Timestamp? = nil, _ each: ((StreamEntry) throws -> Void) throws -> Void
  ) rethrows -> [UInt8] {
    var out = Array("{\"type\":\"FeatureCollection\",".utf8)
    if let asOf { out.add("\"as_of\":\"\(asOf.rfc3339)\",") }
    out.add("\"features\":[")
    var isFirst = true
    try each { entry in
      guard let point = entry.point else { return }
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

  func bytes(_ each: ((StreamEntry) throws -> Void) throws -> Void) rethrows -> [UInt8] {
    var out: [UInt8] = []
    try each { entry in
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

  func bytes(_ each: ((StreamEntry) throws -> Void) throws -> Void) rethrows -> [UInt8] {
    var out: [UInt8] = []
    var own: [String] = []
    var start = 0
    // Where each row ends, and how many of the module's own columns it has: a later entry may bring more.
    var ends: [(offset: Int, columns: Int)] = []
    try each { entry in
      let fields = entry.fields
      if !(fields.count == own.count && zip(fields, own).allSatisfy({ $0.name == $1 })) {
        for field in fields where !own.contains(field.name) { own.append(field.name) }
      }
      if ends.isEmpty {
        out = headings(own)
        start = out.count
      }
      line(entry, own, to: &out)
      ends.append((out.count, own.count))
      out.add("\r\n")
    }
    guard let first = ends.first else { return headings([]) }
    return first.columns == own.count ? out : widened(out[start...], ends, own)
  }

  /// Rows with as many cells as the widest of them, below headings for all.
  private func widened(
    _ rows: ArraySlice<UInt8>, _ ends: [(offset: Int, columns: Int)], _ own: [String]
  ) -> [UInt8] {
    var out = headings(own)
    var start = rows.startIndex
    out.reserveCapacity(out.count + rows.count + ends.count)
    for end in ends {
      out.append(contentsOf: rows[start..<end.offset])
      out.append(contentsOf: repeatElement(UInt8(ascii: ","), count: own.count - end.columns))
      out.add("\r\n")
      start = end.offset + 2
    }
    return out
  }

  private func headings(_ own: [String]) -> [UInt8] {
    var out: [UInt8] = []
    let headings = ["id", "url", "title", "summary", "published", "updated", "latitude", "longitude"] + own
    for (index, heading) in headings.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      CSVWriter.cell(heading, to: &out)
    }
    out.add("\r\n")
    return out
  }

  /// A row without its end.
  private func line(_ entry: StreamEntry, _ own: [String], to out: inout [UInt8]) {
    let published = entry.published.rfc3339
    let updated = entry.updated == entry.published ? published : entry.updated.rfc3339
    CSVWriter.cell(entry.subject.description, to: &out)
    out.append(UInt8(ascii: ","))
    CSVWriter.cell(AbsoluteAddress.text(entry.page, address), to: &out)
    out.append(UInt8(ascii: ","))
    CSVWriter.cell(entry.title, to: &out)
    out.append(UInt8(ascii: ","))
    CSVWriter.cell(entry.summary, to: &out)
    out.append(UInt8(ascii: ","))
    CSVWriter.cell(published, to: &out)
    out.append(UInt8(ascii: ","))
    CSVWriter.cell(updated, to: &out)
    out.append(UInt8(ascii: ","))
    let point = entry.point
    if let point { CSVWriter.cell(.number(point.latitude), to: &out) }
    out.append(UInt8(ascii: ","))
    if let point { CSVWriter.cell(.number(point.longitude), to: &out) }
    let fields = entry.fields
    for (index, name) in own.enumerated() {
      out.append(UInt8(ascii: ","))
      // The same names in the same order, as they should be; found by name all the same when they are not.
      let isInPlace = index < fields.count && fields[index].name == name
      let field = isInPlace ? fields[index] : fields.first { $0.name == name }
      if let field { CSVWriter.cell(field.value, to: &out) }
    }
  }

  static func cell(_ value: JSONValue, to out: inout [UInt8]) {
    if value.isNull { return }
    if let text = value.asString { return cell(text, to: &out) }
    let plain = value.text
    plain.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") })
      ? quoted(plain, to: &out) : out.add(plain)
  }

  private static func cell(_ text: String, to out: inout [UInt8]) {
    var copy = text
    copy.withUTF8 { bytes in
      guard let first = bytes.first else { return }
      let isFormula = kinds[Int(first)] & formula != 0
      if !isFormula, !needsQuotes(bytes) { return out.append(contentsOf: bytes) }
      out.append(UInt8(ascii: "\""))
      if isFormula { out.append(UInt8(ascii: "'")) }
      appendDoublingQuotes(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    }
  }

  private static func quoted(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var copy = text
    copy.withUTF8 { appendDoublingQuotes($0, to: &out) }
    out.append(UInt8(ascii: "\""))
  }

  private static func appendDoublingQuotes(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    var rest = bytes
    while let base = rest.baseAddress, let found = memchr(base, Int32(UInt8(ascii: "\"")), rest.count) {
      let end = UnsafeRawPointer(base).distance(to: found) + 1
      // The quote itself begins the next run, so that it is written twice.
      out.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<end]))
      out.append(UInt8(ascii: "\""))
      rest = UnsafeBufferPointer(rebasing: rest[end...])
    }
    out.append(contentsOf: rest)
  }

  private static func needsQuotes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    kinds.withUnsafeBufferPointer { kinds in
      var all: UInt8 = 0
      for byte in bytes { all |= kinds[Int(byte)] }
      return all & quote != 0
    }
  }

  private static let quote: UInt8 = 1
  private static let formula: UInt8 = 2
  /// Which bytes ask for quotes, and which make a formula when they stand first.
  private static let kinds: [UInt8] = {
    var kinds = [UInt8](repeating: 0, count: 256)
    for byte in ",\"\r\n".utf8 { kinds[Int(byte)] |= quote }
    for byte in "=+-@\t\r".utf8 { kinds[Int(byte)] |= formula }
    return kinds
  }()
}
