import ParticipationKit
import ParvisHost
import ParvisCommune

extension Conformance {
  static func feeds(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let visit = try examination.visit()
    let host = visit.commune.opened.host
    let files = Dictionary(visit.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    var count = 0
    for stream in visit.instance.streams {
      let path = "\(examination.id)/\(stream.name).\(stream.format.suffix)"
      var entries: [StreamEntry] = []
      try host.ports.store.read { ledgers in
        entries = try stream.entries(host.renderContext(examination.id, ledgers, now: visit.commune.now))
      }
      count += entries.count
      if entries.isEmpty { verdict.miss("\(path) has no entry") }
      check(entries, of: stream, path, &verdict)
      guard let bytes = files[path] else {
        verdict.add(path, "is not written")
        continue
      }
      if let problem = FeedText(bytes).problem(stream.format) { verdict.add(path, problem) }
    }
    verdict.evidence = "\(visit.instance.streams.count) streams, \(count) entries"
    return verdict
  }

  private static func check(_ entries: [StreamEntry], of stream: Stream, _ path: String, _ verdict: inout Verdict) {
    var seen: Set<Subject> = []
    for entry in entries where !seen.insert(entry.subject).inserted {
      verdict.add(path, "\(entry.subject) stands twice")
    }
    for entry in entries where entry.updated < entry.published {
      verdict.add(path, "\(entry.subject) was updated before it was published")
    }
    for entry in entries where ByteText.trimmed(entry.title).isEmpty {
      verdict.add(path, "\(entry.subject) has no title")
    }
    let names = entries.map { $0.fields.map(\.name) }
    if let first = names.first, let other = names.first(where: { $0 != first }) {
      verdict.add(path, "entries have different fields: \(first) and \(other)")
    }
    guard stream.format == .atom else { return }
    if entries.count > 50 { verdict.add(path, "\(entries.count) entries; a feed has at most 50") }
    for (older, newer) in zip(entries.dropFirst(), entries) where older.published > newer.published {
      verdict.add(path, "\(older.subject) stands after \(newer.subject) and is newer")
      break
    }
  }
}

/// A text for machines, as it was written.
struct FeedText {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What is wrong with it as its format; nil for nothing.
  func problem(_ format: Stream.Format) -> String? {
    switch format {
    case .atom: atom
    case .geoJSON: (try? JSONValue.parse(bytes))?["features"]?.asArray == nil ? "is no GeoJSON" : nil
    case .ndjson:
      bytes.split(separator: 0x0A).contains { (try? JSONValue.parse(Array($0)))?.asObject == nil }
        ? "a line is no JSON object" : nil
    case .csv: csv
    case .calendar: calendar
    default: nil
    }
  }

  /// Lines of at most 75 bytes that end with CR LF, and components that are closed in the right order (RFC 5545).
  private var calendar: String? {
    var open: [ArraySlice<UInt8>] = []
    for line in bytes.split(separator: 0x0A) {
      guard line.last == 0x0D else { return "a line does not end with CR LF" }
      let text = line.dropLast()
      if text.count > 75 { return "a line has \(text.count) bytes; at most 75, then a fold" }
      if text.starts(with: "BEGIN:".utf8) { open.append(text.dropFirst(6)) }
      if text.starts(with: "END:".utf8), open.popLast() != text.dropFirst(4) { return "an END closes nothing" }
    }
    return bytes.starts(with: "BEGIN:VCALENDAR\r\n".utf8) && open.isEmpty ? nil : "is no VCALENDAR"
  }

  /// Elements that are opened are closed, in the right order.
  private var atom: String? {
    var open: [String] = []
    for piece in MarkupScan.pieces(bytes) {
      switch piece {
      case .start(let tag): if !isEmptyElement(tag) { open.append(tag.name) }
      case .end(let name): if open.popLast() != name { return "</\(name)> closes nothing" }
      default: break
      }
    }
    return open.isEmpty ? nil : "<\(open[0])> is not closed"
  }

  /// `<link …/>`: the elements of Atom that hold nothing.
  private func isEmptyElement(_ tag: MarkupTag) -> Bool { ["link", "category"].contains(tag.name) }

  /// Each record has as many cells as the first (RFC 4180).
  private var csv: String? {
    var cells = 1
    var width: Int?
    var isQuoted = false
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: ",") { cells += 1 }
      guard byte == 0x0A else { continue }
      if let width, width != cells { return "a record has \(cells) cells, the first has \(width)" }
      width = cells
      cells = 1
    }
    return isQuoted ? "a quote is not closed" : nil
  }
}
