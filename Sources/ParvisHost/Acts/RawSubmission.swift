import ParticipationKit

/// What came over the wire, before it is checked against a form: names with texts.
public struct RawSubmission: Sendable {
  /// Names that belong to the host and not to a form: language, trap for robots, desk token, key of the
  /// form, where to return to, how an act came that a clerk enters.
  static let reserved: Set<String> = [
    "lang", "website", "form_token", "once", "return", "counter_channel", "counter_received", "counter_once",
  ]

  /// Names that say nothing about the act itself.
  private static let unsaid: Set<String> = ["lang", "website", "return", "form_token", "once", "counter_once"]

  /// The texts by name, in the order sent.
  var values: [String: [String]]
  /// The files of fields, which the store has.
  var files: [String: FileReference] = [:]
  /// Why a file of a field was not taken, in the person's language.
  var fileProblems: [String: String] = [:]
  /// The values of JSON that were no plain text, by name: only fields of such a kind take them.
  private let kinds: [String: JSONKind]

  /// What a value of JSON was that is no text; `other` has no texts at all, as an object.
  private enum JSONKind { case flag, number, list, other }

  /// The names that were sent.
  var names: Set<String> { Set(values.keys).union(kinds.keys) }

  /// The first text of a name; empty when there is none.
  func first(_ name: String) -> String { values[name]?.first ?? "" }

  /// Makes a submission from texts by name.
  public init(values: [String: [String]]) {
    self.values = values
    kinds = [:]
  }

  /// Reads `application/x-www-form-urlencoded`.
  /// - Throws: ``Problem`` 400 when it is not valid, not UTF-8, or has more than 500 values.
  public init(form bytes: [UInt8], words: HostWords, locale: String) throws {
    var values: [String: [String]] = [:]
    var count = 0
    for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
      count += 1
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decodeForm(parts[0]),
        let value = PercentCoding.decodeForm(parts.count > 1 ? parts[1] : [])
      else { throw Problem(status: 400, code: "encoding", detail: words.text("error.utf8", locale)) }
      values[name, default: []].append(value)
      if count > 500 {
        throw Problem(
          status: 400, code: "too-many-fields", detail: words.text("error.body", locale, ["reason": "> 500"]))
      }
    }
    self.values = values
    kinds = [:]
  }

  /// Reads a JSON object of texts, numbers, booleans and arrays of texts.
  /// - Throws: ``Problem`` 400 when it is no JSON object.
  public init(json bytes: [UInt8], words: HostWords, locale: String) throws {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes)
    } catch let error as JSONSyntaxError {
      throw Problem(
        status: 400, code: "json", detail: words.text("error.body", locale, ["reason": error.message(locale)]))
    }
    guard let members = value.asObject else {
      let reason = words.text("error.body.object", locale, ["found": value.kindWords(locale)])
      throw Problem(status: 400, code: "json", detail: words.text("error.body", locale, ["reason": reason]))
    }
    var values: [String: [String]] = [:]
    var kinds: [String: JSONKind] = [:]
    for member in members {
      let texts = RawSubmission.texts(member.value)
      values[member.name] = texts
      kinds[member.name] = texts == nil ? .other : RawSubmission.kind(member.value)
    }
    self.values = values
    self.kinds = kinds
  }

  private static func kind(_ value: JSONValue) -> JSONKind? {
    if value.asBool != nil { return .flag }
    if value.asNumber != nil { return .number }
    return value.asArray == nil ? nil : .list
  }

  /// Whether the value of a field came as JSON of a type that the field does not have, as a number for a text: taking
  /// its digits for words would be a guess.
  func hasWrongType(_ name: String, for kind: Field.Kind) -> Bool {
    switch kinds[name] {
    case nil: false
    case .flag: kind != .confirmation
    case .number: kind != .number
    case .list: kind != .choices
    case .other: true
    }
  }

  private static func texts(_ value: JSONValue) -> [String]? {
    if value.isNull { return [] }
    if let text = value.asString { return [text] }
    if let flag = value.asBool { return [flag ? "true" : "false"] }
    if let integer = value.asInteger { return [String(integer)] }
    if let number = value.asNumber { return ["\(number)"] }
    guard let elements = value.asArray else { return nil }
    var texts: [String] = []
    for element in elements {
      guard let text = element.asString else { return nil }
      texts.append(text)
    }
    return texts
  }

  /// Everything that was typed, to recognise a repeated act; independent of the order of the names, of the language,
  /// and of fields that were left empty.
  func canonicalBytes() -> [UInt8] {
    var out: [UInt8] = []
    for name in values.keys.sorted() where !RawSubmission.unsaid.contains(name) {
      for value in values[name] ?? [] where !value.isEmpty {
        out += Array(name.utf8) + [0] + Array(value.utf8) + [0]
      }
    }
    return out
  }
}

extension RawSubmission {
  /// What the register's leaf commits to, and the receipt repeats so that its holder can prove it: a JSON object of the
  /// fields in the order of their names, each with its texts.
  ///
  /// Fields that open something or reach somebody stay out: secrets, e-mail addresses, hidden fields and whatever a
  /// browser fills in about a person. A leaf that commits to them would make them part of every proof, and the receipt
  /// would keep them longer than the module does.
  func sealedText(of form: Form) -> String {
    let sealed = form.fields.filter {
      ![.secret, .email, .hidden].contains($0.kind) && $0.autocomplete.isEmpty
    }
    let names = sealed.flatMap { $0.allowsOther ? [$0.name, $0.name + "_other"] : [$0.name] }.sorted()
    return JSONValue.object(
      names.compactMap { name in values[name].map { (name, .array($0.map { .string($0) })) } }
    ).text
  }
}

/// Percent coding of addresses and forms, on bytes.
public struct PercentCoding: Sendable {
  private init() {}

  /// Decodes a name or value of a form: `+` is a space. Nil when it is not valid or not UTF-8, or holds NUL.
  public static func decodeForm(_ bytes: some Collection<UInt8>) -> String? {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "+"): out.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
          return nil
        }
        out.append(high << 4 | low)
      default: out.append(byte)
      }
    }
    if out.contains(0) { return nil }
    return String(validating: out, as: UTF8.self)
  }

  /// Encodes a text as one segment or value of an address (RFC 3986 unreserved characters stay).
  public static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
      default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
