internal import ParticipationKit

/// One line of an NDJSON file, checked member by member.
struct ImportLine {
  /// What a kind of line may hold.
  struct Shape {
    /// Members that are texts.
    let texts: [String]
    /// Members that are something else; the reader of the kind checks them.
    var others: [String] = []
    /// Members that must be there.
    let required: [String]
  }

  let number: Int
  private let value: JSONValue

  /// Reads a line.
  /// - Throws: ``ImportError`` with what is wrong.
  init(_ bytes: ArraySlice<UInt8>, number: Int, shape: Shape) throws {
    self.number = number
    do {
      value = try JSONValue.parse(bytes)
    } catch let error as JSONSyntaxError {
      throw ImportError(line: number, fr: "JSON illisible : \(error.message("fr"))", en: "unreadable JSON: \(error)")
    }
    guard let members = value.asObject else {
      throw ImportError(
        line: number, fr: "\(value.kindWords("fr")) ; attendu : un objet JSON par ligne",
        en: "\(value.kindWords("en")); expected: one JSON object a line")
    }
    for (name, member) in members {
      let isText = shape.texts.contains(name)
      guard isText || shape.others.contains(name) else {
        let known = (shape.texts + shape.others).joined(separator: ", ")
        throw error("membre inconnu « \(name) » ; attendu : \(known)", "unknown member “\(name)”; expected: \(known)")
      }
      if isText, member.asString == nil, !member.isNull {
        throw error(
          "« \(name) » : \(member.kindWords("fr")) ; attendu : un texte",
          "“\(name)”: \(member.kindWords("en")); expected: a text")
      }
    }
    for name in shape.required where value[name] == nil || (shape.texts.contains(name) && optionalText(name) == nil) {
      throw error("« \(name) » manque", "“\(name)” is missing")
    }
  }

  /// Each line of a file that is not empty.
  static func forEach(_ source: ImportSource, shape: Shape, _ body: (ImportLine, [UInt8]) throws -> Void) throws {
    try source.forEachLine { number, bytes in
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
      try body(ImportLine(bytes, number: number, shape: shape), Array(bytes))
    }
  }

  func error(_ fr: String, _ en: String) -> ImportError { ImportError(line: number, fr: fr, en: en) }

  subscript(_ name: String) -> JSONValue? { value[name] }

  /// A text; empty when it is missing or null.
  func text(_ name: String) -> String { optionalText(name) ?? "" }

  /// A text that may be missing, null or empty.
  func optionalText(_ name: String) -> String? {
    guard let text = value[name]?.asString, !ByteText.trimmed(text).isEmpty else { return nil }
    return text
  }

  /// A text that is one of some words.
  func word(_ name: String, of words: [String], missing: String? = nil) throws -> String {
    if let missing, optionalText(name) == nil { return missing }
    let word = text(name)
    guard words.contains(word) else {
      let known = words.joined(separator: ", ")
      throw error("« \(name) » : « \(word) » ; attendu : \(known)", "“\(name)”: “\(word)”; expected: \(known)")
    }
    return word
  }

  /// A whole number from 0; 0 when it is missing.
  func count(_ name: String) throws -> Int {
    guard let member = value[name], !member.isNull else { return 0 }
    guard let number = member.asInteger, number >= 0 else {
      throw error(
        "« \(name) » ; attendu : un nombre entier à partir de 0", "“\(name)”; expected: a whole number from 0")
    }
    return number
  }

  /// An instant, in RFC 3339 or as civil time of the commune.
  func instant(_ name: String, zone: TimeZoneRules) throws -> Timestamp {
    let text = self.text(name)
    if let instant = Timestamp(rfc3339: text) { return instant }
    if let civil = CivilDateTime(text) { return zone.instant(civil) }
    throw error(
      "« \(name) » : « \(text) » ; attendu : 2026-09-12T09:40:00Z ou 2026-09-12T11:40",
      "“\(name)”: “\(text)”; expected: 2026-09-12T09:40:00Z or 2026-09-12T11:40")
  }

  /// The consultation that the line names.
  func consultation(in list: ConsultationList) throws -> Consultation {
    let id = text("consultation")
    guard let consultation = list[id] else {
      throw error(
        "« consultation » : « \(id) » ; attendu : \(list.known)", "“consultation”: “\(id)”; expected: \(list.known)")
    }
    return consultation
  }
}
