internal import ParticipationKit

/// Reads the lines of a Grand Débat file without building a tree of JSON: a file holds hundreds of thousands of
/// records, and two thirds of its bytes are titles of questions and answers said twice.
///
/// Strings that are kept are checked as UTF-8; what is passed over only has to be JSON.
struct GrandDebatScanner {
  private(set) var questions = GrandDebatQuestions()
  private var bytes: ArraySlice<UInt8> = []
  private var index = 0
  private var end = 0
  /// The question that was read last in this record: the next one is usually its neighbour.
  private var lastPlace = -1
  private var hasEscape = false

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  /// Reads one line.
  /// - Throws: ``GrandDebatFault`` with the place and what was expected.
  mutating func record(_ line: ArraySlice<UInt8>) throws -> GrandDebatRecord {
    bytes = line
    index = line.startIndex
    end = line.endIndex
    lastPlace = -1
    defer { bytes = [] }
    var record = GrandDebatRecord()
    var seen = 0
    try expect(UInt8(ascii: "{"))
    skipSpace()
    if !take(UInt8(ascii: "}")) {
      repeat {
        let raw = try rawString()
        let name = Self.names.firstIndex { matches(raw, $0) }
        if let name {
          guard seen & (1 << name) == 0 else { throw fault("chaque membre une fois", "each member once") }
          seen |= 1 << name
        }
        try expect(UInt8(ascii: ":"))
        skipSpace()
        try read(name, into: &record)
        skipSpace()
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "}"))
    }
    skipSpace()
    guard index == end else { throw fault("rien après l’objet", "nothing after the object") }
    guard !record.id.isEmpty, record.createdAt != nil, seen & (1 << Self.responsesName) != 0 else {
      throw fault("les membres id, createdAt et responses", "the members id, createdAt and responses")
    }
    return record
  }

  /// The members of a record in the order of the files.
  private static let names: [[UInt8]] = [
    "id", "reference", "title", "createdAt", "publishedAt", "updatedAt", "trashed", "trashedStatus", "authorId",
    "authorType", "authorZipCode", "responses",
  ].map { Array($0.utf8) }
  private static let responsesName = 11

  private mutating func read(_ name: Int?, into record: inout GrandDebatRecord) throws {
    switch name {
    case 0: record.id = try text() ?? ""
    case 1: record.reference = try text()
    case 2: record.title = try text() ?? ""
    case 3: record.createdAt = try text()
    case 4: record.publishedAt = try text()
    case 5: record.updatedAt = try text()
    case 6: record.isTrashed = try flag()
    case 7: record.trashedStatus = try text()
    case 8: record.authorID = try text()
    case 9: record.authorType = try text()
    case 10: record.zipCode = try text()
    case Self.responsesName: try responses(into: &record)
    // Names and addresses that some archives hold are never taken in.
    default: try skipValue(depth: 0)
    }
  }

  private mutating func responses(into record: inout GrandDebatRecord) throws {
    try expect(UInt8(ascii: "["))
    skipSpace()
    if take(UInt8(ascii: "]")) { return }
    record.responses.reserveCapacity(questions.entries.count)
    repeat {
      try expect(UInt8(ascii: "{"))
      try response(into: &record)
      skipSpace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  private mutating func response(into record: inout GrandDebatRecord) throws {
    var reference: Range<Int>?
    var title: Range<Int>?
    var value: String?
    // Records usually ask the same questions in the same order: then bytes are compared instead of read.
    let known = lastPlace + 1 < questions.entries.count ? lastPlace + 1 : -1
    var isKnown = (reference: false, title: false)
    repeat {
      let name = try rawString()
      try expect(UInt8(ascii: ":"))
      skipSpace()
      switch name.count {
      case 10 where matches(name, Self.questionID):
        isKnown.reference = known >= 0 && takeString(questions.entries[known].rawReference)
        if !isKnown.reference { reference = try rawString() }
      case 13 where matches(name, Self.questionTitle):
        isKnown.title = known >= 0 && takeString(questions.entries[known].rawTitle)
        if !isKnown.title { title = try rawString() }
      case 5 where matches(name, Self.value): value = try text()
      default: try skipValue(depth: 0)
      }
      skipSpace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    lastPlace =
      isKnown.reference && isKnown.title
      ? known : try place(isKnown.reference ? known : nil, reference, isKnown.title ? known : nil, title)
    if let value, !value.isEmpty { record.responses.append(.init(question: lastPlace, value: value)) }
  }

  /// The place of a question whose reference or title was not the one that was guessed.
  private mutating func place(
    _ knownReference: Int?, _ reference: Range<Int>?, _ knownTitle: Int?, _ title: Range<Int>?
  ) throws -> Int {
    let rawReference: [UInt8]
    if let knownReference {
      rawReference = questions.entries[knownReference].rawReference
    } else if let reference {
      rawReference = Array(bytes[reference])
    } else {
      throw fault("le membre questionId", "the member questionId")
    }
    let rawTitle = knownTitle.map { questions.entries[$0].rawTitle } ?? title.map { Array(bytes[$0]) } ?? []
    let id = try decoded(rawReference[...], hasEscape: rawReference.contains(Self.backslash))
    guard !id.isEmpty else { throw fault("un questionId non vide", "a questionId that is not empty") }
    let words = try decoded(rawTitle[...], hasEscape: rawTitle.contains(Self.backslash))
    return questions.place(id, title: words, rawReference: rawReference, rawTitle: rawTitle)
  }

  private static let questionID = Array("questionId".utf8)
  private static let questionTitle = Array("questionTitle".utf8)
  private static let value = Array("value".utf8)
}

extension GrandDebatScanner {
  /// A string or null.
  private mutating func text() throws -> String? {
    if index < end, bytes[index] == Self.quote {
      let raw = try rawString()
      return try decoded(bytes[raw], hasEscape: hasEscape)
    }
    if takeWord("null") { return nil }
    throw fault("un texte ou null", "a text or null")
  }

  private mutating func flag() throws -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") || takeWord("null") { return false }
    throw fault("true ou false", "true or false")
  }

  /// The bytes between the quotes of a string. Notes whether there is an escape among them.
  private mutating func rawString() throws -> Range<Int> {
    skipSpace()
    guard index < end, bytes[index] == Self.quote else { throw fault("un texte entre guillemets", "a text in quotes") }
    let start = index + 1
    let found = Self.stringEnd(in: bytes, from: start)
    hasEscape = found.hasEscape
    guard found.isClosed else {
      index = min(found.place, end)
      throw fault("la fin du texte (guillemet)", "the end of the text (quote)")
    }
    index = found.place + 1
    return start..<found.place
  }

  /// Where a string ends: at its quote, or unclosed at a control byte or the end. The hot loop of the import: one
  /// look-up a byte, on spans.
  private static func stringEnd(
    in bytes: ArraySlice<UInt8>, from start: Int
  ) -> (place: Int, isClosed: Bool, hasEscape: Bool) {
    let first = bytes.startIndex
    let span = bytes.span
    let stops = Self.stops.span
    let count = span.count
    var place = start - first
    var hasEscape = false
    while place < count {
      let byte = span[place]
      if stops[Int(byte)] == 0 {
        place += 1
      } else if byte == backslash {
        hasEscape = true
        place += 2
      } else {
        return (first + place, byte == quote, hasEscape)
      }
    }
    return (first + place, false, hasEscape)
  }

  /// 1 for the bytes at which a string ends or needs a closer look: quote, backslash and controls.
  private static let stops: [UInt8] = (0..<256).map { byte in
    byte < 0x20 || byte == Int(quote) || byte == Int(backslash) ? 1 : 0
  }

  /// The string of some bytes between quotes. Escapes are left to the reader of the contract.
  private func decoded(_ raw: ArraySlice<UInt8>, hasEscape: Bool) throws -> String {
    if hasEscape {
      var literal: [UInt8] = [Self.quote]
      literal.append(contentsOf: raw)
      literal.append(Self.quote)
      guard let text = try? JSONValue.parse(literal).asString else {
        throw fault("un texte JSON bien échappé", "a well escaped JSON text")
      }
      return text
    }
    guard let text = try? UTF8Span(validating: raw.span) else { throw fault("un texte en UTF-8", "a text in UTF-8") }
    return String(copying: text)
  }

  private mutating func skipValue(depth: Int) throws {
    skipSpace()
    guard index < end else { throw fault("une valeur", "a value") }
    switch bytes[index] {
    case Self.quote: _ = try rawString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(depth: depth)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      guard takeWord("true") || takeWord("false") || takeWord("null") else { throw fault("une valeur", "a value") }
    default:
      let start = index
      while index < end, Self.isNumberByte(bytes[index]) { index += 1 }
      if index == start { throw fault("une valeur", "a value") }
    }
  }

  private mutating func skipContainer(depth: Int) throws {
    guard depth < 8 else { throw fault("huit niveaux au plus", "at most eight levels") }
    let isObject = bytes[index] == UInt8(ascii: "{")
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    index += 1
    skipSpace()
    if take(close) { return }
    repeat {
      if isObject {
        _ = try rawString()
        try expect(UInt8(ascii: ":"))
      }
      try skipValue(depth: depth + 1)
      skipSpace()
    } while take(UInt8(ascii: ","))
    try expect(close)
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func skipSpace() {
    while index < end {
      let byte = bytes[index]
      guard byte == 0x20 || byte == 0x09 else { return }
      index += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws {
    skipSpace()
    let name = Unicode.Scalar(byte)
    guard take(byte) else { throw fault("« \(name) »", "“\(name)”") }
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard end - index >= count else { return false }
    guard "\(word)".utf8.elementsEqual(bytes[index..<(index + count)]) else { return false }
    index += count
    return true
  }

  /// Takes a whole string when it is exactly these bytes; an escape before the closing quote cannot be inside them.
  private mutating func takeString(_ raw: [UInt8]) -> Bool {
    let close = index + 1 + raw.count
    guard close < end, bytes[index] == Self.quote, bytes[close] == Self.quote,
      Self.holds(bytes, raw, at: index + 1 - bytes.startIndex)
    else { return false }
    index = close + 1
    return true
  }

  /// Whether a slice holds some bytes at an offset from its start; it is long enough.
  private static func holds(_ bytes: ArraySlice<UInt8>, _ known: [UInt8], at offset: Int) -> Bool {
    let span = bytes.span
    let wanted = known.span
    for place in wanted.indices where span[offset + place] != wanted[place] { return false }
    return true
  }

  private func matches(_ range: Range<Int>, _ name: [UInt8]) -> Bool {
    range.count == name.count && Self.holds(bytes, name, at: range.lowerBound - bytes.startIndex)
  }

  private func fault(_ fr: String, _ en: String) -> GrandDebatFault {
    GrandDebatFault(offset: index - bytes.startIndex, fr: fr, en: en)
  }
}
