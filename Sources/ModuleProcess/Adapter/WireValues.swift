internal import ParticipationKit

// Values of the database and subjects, as frames hold them.

extension SQLValue {
  /// Reads a value: null, a boolean, a number, a text, or `{"blob": "hexadecimal"}`. Nil for anything else.
  init?(wire value: JSONValue) {
    if value.isNull {
      self = .null
    } else if let flag = value.asBool {
      self = .bool(flag)
    } else if let text = value.asString {
      self = .text(text)
    } else if let number = value.asInteger {
      self = .integer(number)
    } else if let number = value.asNumber {
      self = .real(number)
    } else if let bytes = value["blob"]?.asString.flatMap(bytes(hexadecimal:)) {
      self = .blob(bytes)
    } else {
      return nil
    }
  }

  /// The value in a frame.
  var wire: JSONValue {
    if let number = asInteger { return .integer(Int(number)) }
    if let text = asText { return .string(text) }
    if let bytes = asBlob { return ["blob": .string(hexadecimal(bytes))] }
    return asReal.map { .number($0) } ?? .null
  }
}

/// Reads the subjects of a module: `"kind/key"`, or `["kind", key]` with a text, a number, or `{"row": n}` for the id
/// of the row that statement `n` of the same answer inserted.
struct SubjectReader {
  let module: String
  var rows: [Int] = []

  func subject(_ value: JSONValue?, _ place: String) throws(ChildFailure) -> Subject {
    if let text = value?.asString, let found = Subject("\(module)/\(text)") { return found }
    if let parts = value?.asArray, parts.count == 2, let kind = parts[0].asString, !kind.isEmpty {
      return Subject(module, kind, try key(parts[1], place))
    }
    throw .answer(place, "“kind/key” or [kind, key]")
  }

  func subjects(_ value: JSONValue?, _ place: String) throws(ChildFailure) -> [Subject] {
    guard let value, !value.isNull else { return [] }
    guard let values = value.asArray else { throw .answer(place, "a list of subjects") }
    var found: [Subject] = []
    for (index, value) in values.enumerated() { found.append(try subject(value, "\(place)[\(index)]")) }
    return found
  }

  func key(_ value: JSONValue?, _ place: String) throws(ChildFailure) -> String {
    if let text = value?.asString, !text.isEmpty { return text }
    if let number = value?.asInteger { return String(number) }
    if let row = try row(value, place) { return String(row) }
    throw .answer(place, "a key")
  }

  /// The id behind `{"row": n}`; nil for anything else.
  func row(_ value: JSONValue?, _ place: String) throws(ChildFailure) -> Int? {
    guard let number = value?["row"]?.asInteger else { return nil }
    guard rows.indices.contains(number) else { throw .answer(place, "the number of an earlier statement") }
    return rows[number]
  }

  /// A template of `declaration.json`, as `item/{key}`.
  func subject(template: String, key: String) -> Subject? {
    let parts = template.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    return Subject(module, parts[0], parts[1] == "{key}" ? key : parts[1])
  }
}
