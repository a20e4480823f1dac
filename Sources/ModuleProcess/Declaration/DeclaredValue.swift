internal import ParticipationKit

/// Why `declaration.json`, or another file of a module's folder, cannot be used.
public struct DeclarationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file, as `declaration.json`.
  public let file: String
  /// The member, as `actions[0].name`; empty for the file as a whole.
  public let place: String
  /// What was expected, in French.
  let french: String
  /// What was expected, in English.
  let english: String

  init(_ file: String, _ place: String, fr: String, en: String) {
    self.file = file
    self.place = place
    french = fr
    english = en
  }

  /// File, member and what was expected, in a language.
  public func message(_ locale: String) -> String {
    let where_ = place.isEmpty ? file : "\(file), \(place)"
    return locale == "en" ? "\(where_): expected \(english)" : "\(where_) : attendu \(french)"
  }

  /// The words in English.
  public var description: String { message("en") }
}

/// A value of `declaration.json` with its place, so that an error names it.
struct DeclaredValue {
  static let file = "declaration.json"

  let value: JSONValue
  let place: String

  func wrong(_ member: String, _ fr: String, _ en: String) -> DeclarationError {
    let inner = member.isEmpty ? place : place.isEmpty ? member : "\(place).\(member)"
    return DeclarationError(DeclaredValue.file, inner, fr: fr, en: en)
  }

  /// Refuses members that are not known: a misspelt one would do nothing.
  func only(_ known: String...) throws(DeclarationError) {
    guard let members = value.asObject else { throw wrong("", "un objet", "an object") }
    for member in members where !known.contains(member.name) {
      let list = known.joined(separator: ", ")
      throw wrong(member.name, "une de ces clés : \(list)", "one of these keys: \(list)")
    }
  }

  func has(_ name: String) -> Bool { value[name].map { !$0.isNull } ?? false }

  func text(_ name: String) throws(DeclarationError) -> String {
    guard let text = value[name]?.asString, !text.isEmpty else { throw wrong(name, "un texte", "a text") }
    return text
  }

  func optionalText(_ name: String) throws(DeclarationError) -> String? { has(name) ? try text(name) : nil }

  func int(_ name: String, _ range: ClosedRange<Int>) throws(DeclarationError) -> Int {
    guard let number = value[name]?.asInteger, range.contains(number) else {
      throw wrong(
        name, "un nombre de \(range.lowerBound) à \(range.upperBound)",
        "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool(_ name: String) throws(DeclarationError) -> Bool {
    guard has(name) else { return false }
    guard let flag = value[name]?.asBool else { throw wrong(name, "true ou false", "true or false") }
    return flag
  }

  /// A name for addresses and tables of names: lower-case letters, digits and `-`, a letter first.
  func name(_ member: String) throws(DeclarationError) -> String {
    let text = try text(member)
    let bytes = Array(text.utf8)
    let isPlain = bytes.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard isPlain, (0x61...0x7A).contains(bytes[0]), bytes.count <= 40 else {
      throw wrong(
        member, "1 à 40 lettres minuscules, chiffres ou tirets, une lettre d’abord",
        "1 to 40 lower-case letters, digits or hyphens, a letter first")
    }
    return text
  }

  /// Texts by language.
  func texts(_ name: String) throws(DeclarationError) -> [String: String] {
    guard let members = value[name]?.asObject, !members.isEmpty else {
      throw wrong(name, "un texte par langue", "a text by language")
    }
    var texts: [String: String] = [:]
    for member in members {
      guard let text = member.value.asString else {
        throw wrong("\(name).\(member.name)", "un texte", "a text")
      }
      texts[member.name] = text
    }
    return texts
  }

  func list(_ name: String) throws(DeclarationError) -> [DeclaredValue] {
    guard has(name) else { return [] }
    guard let values = value[name]?.asArray else { throw wrong(name, "une liste", "a list") }
    let path = place.isEmpty ? name : "\(place).\(name)"
    return values.enumerated().map { DeclaredValue(value: $1, place: "\(path)[\($0)]") }
  }

  func strings(_ name: String) throws(DeclarationError) -> [String] {
    let values = try list(name)
    let texts = values.compactMap(\.value.asString)
    guard texts.count == values.count else { throw wrong(name, "une liste de textes", "a list of texts") }
    return texts
  }

  func members(_ name: String) throws(DeclarationError) -> [(name: String, value: DeclaredValue)] {
    guard has(name) else { return [] }
    guard let members = value[name]?.asObject else { throw wrong(name, "un objet", "an object") }
    let path = place.isEmpty ? name : "\(place).\(name)"
    return members.map { ($0.name, DeclaredValue(value: $0.value, place: "\(path).\($0.name)")) }
  }

  /// Reads each value of a list.
  func each<Part>(
    _ name: String, _ read: (DeclaredValue) throws(DeclarationError) -> Part
  ) throws(DeclarationError) -> [Part] {
    var parts: [Part] = []
    for value in try list(name) { parts.append(try read(value)) }
    return parts
  }
}
