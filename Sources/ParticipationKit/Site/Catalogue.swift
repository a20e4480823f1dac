/// The words of a module in one language: a JSON object from keys to texts.
///
/// A text may hold `{name}` for an argument. A value that is an object with `one` and `other` is a plural, chosen by
/// the argument `count`: in French `one` serves 0 and 1, in English only 1 (CLDR). In French `de {name}` becomes
/// « d’Arles » where the name wants it, and `de {commune}` « du Mans ».
public struct Catalogue: Sendable {
  /// One reference, since pages look up some hundred.
  final class Entry: Sendable {
    let one: Template
    let other: Template

    init(one: Template, other: Template) {
      self.one = one
      self.other = other
    }
  }

  /// A key whose hash costs little: keys differ in their length and their last letters.
  struct Key: Hashable {
    let text: String

    func hash(into hasher: inout Hasher) {
      var copy = text
      let mark = copy.withUTF8 { bytes -> UInt64 in
        unsafe bytes.suffix(7).reduce(UInt64(bytes.count)) { $0 << 8 | UInt64($1) }
      }
      hasher.combine(mark)
    }
  }

  /// A text cut at its arguments once, when the catalogue is read: pages ask for some hundred texts each.
  struct Template: Sendable {
    let text: String
    /// Each argument's name with the words before it, without a French « de » that belongs to the name, see
    /// ``FrenchOf``; empty for a text without arguments.
    let pieces: [(before: String, name: String, takesOf: Bool)]
    let end: String

    init(_ text: String, locale: String) {
      self.text = text
      let bytes = text.utf8
      var pieces: [(before: String, name: String, takesOf: Bool)] = []
      var start = bytes.startIndex
      while let open = bytes[start...].firstIndex(of: UInt8(ascii: "{")),
        let close = bytes[open...].firstIndex(of: UInt8(ascii: "}"))
      {
        let name = bytes.index(after: open)
        let before = text[start..<open]
        let takesOf = locale == "fr" && (before == FrenchOf.word || before.hasSuffix(" " + FrenchOf.word))
        pieces.append(
          (
            before: String(takesOf ? before.dropLast(FrenchOf.word.count) : before), name: String(text[name..<close]),
            takesOf: takesOf
          ))
        start = bytes.index(after: close)
      }
      self.pieces = pieces
      end = pieces.isEmpty ? text : String(text[start...])
    }

    func filled(_ arguments: [String: String]) -> String {
      if arguments.isEmpty || pieces.isEmpty { return text }
      var out = ""
      out.reserveCapacity(text.utf8.count + 32)
      for piece in pieces {
        out += piece.before
        let value = arguments[piece.name] ?? "{\(piece.name)}"
        out += piece.takesOf ? FrenchOf.before(value, isPlace: piece.name == "commune") : value
      }
      out += end
      return out
    }
  }

  /// The language, as `fr`.
  public let locale: String
  let entries: [Key: Entry]

  /// Reads a catalogue.
  /// - Throws: ``JSONSyntaxError``, or ``CatalogueError`` when a value is neither text nor plural.
  public init(locale: String, json: [UInt8]) throws {
    self.locale = locale
    guard let members = try JSONValue.parse(json).asObject else { throw CatalogueError(locale: locale, key: "") }
    var entries: [Key: Entry] = [:]
    entries.reserveCapacity(members.count)
    for (key, value) in members {
      // Words are typed with plain spaces and set as titles are, so that no line begins with a mark.
      let set = { (text: String) in Template(TitleText.set(text, locale: locale), locale: locale) }
      if let text = value.asString {
        let template = set(text)
        entries[Key(text: key)] = Entry(one: template, other: template)
      } else if let one = value["one"]?.asString, let other = value["other"]?.asString {
        entries[Key(text: key)] = Entry(one: set(one), other: set(other))
      } else {
        throw CatalogueError(locale: locale, key: key)
      }
    }
    self.entries = entries
  }

  /// The keys, sorted.
  public var keys: [String] { entries.keys.map(\.text).sorted() }

  /// The text of a key with its arguments; nil when the catalogue has no such key.
  public func text(_ key: String, _ arguments: [String: String] = [:]) -> String? {
    guard let entry = entries[Key(text: key)] else { return nil }
    if arguments.isEmpty { return entry.other.text }
    return (isOne(arguments["count"]) ? entry.one : entry.other).filled(arguments)
  }

  private func isOne(_ count: String?) -> Bool {
    guard let count, let number = Int(count) else { return false }
    return number == 1 || (number == 0 && locale == "fr")
  }
}

/// A catalogue holds something that is neither text nor plural.
public struct CatalogueError: Error, Sendable {
  /// The language of the catalogue.
  public let locale: String
  /// The key; empty when the file is no object.
  public let key: String
}

extension Catalogue {
  /// What is wrong with a catalogue's file, for whoever corrects it.
  /// - Parameters:
  ///   - error: What reading it threw.
  ///   - json: What was read.
  package static func words(for error: any Error, _ locale: String, in json: [UInt8]) -> String {
    switch error {
    case let error as JSONSyntaxError: error.message(locale, in: json)
    case let error as CatalogueError where error.key.isEmpty:
      locale == "fr" ? "attendu : un objet JSON de textes" : "expected a JSON object of texts"
    case let error as CatalogueError:
      locale == "fr"
        ? "« \(error.key) » attend un texte, ou un objet avec « one » et « other »"
        : "“\(error.key)” expects a text, or an object with “one” and “other”"
    default: "\(error)"
    }
  }
}

/// The words of one module in all its languages; what is missing in one is said in the next.
public struct Words: Sendable {
  /// Two or three: compared one by one, which costs less than a table of them.
  private let catalogues: [Catalogue]
  private let missing: (@Sendable (_ key: String, _ locale: String) -> Void)?

  /// Makes words from catalogues. The first is the last resort.
  public init(_ catalogues: [Catalogue]) {
    self.catalogues = catalogues
    missing = nil
  }

  /// Makes words that tell which texts were asked for and are in no catalogue of the language: for tests of a module.
  /// - Parameters:
  ///   - catalogues: The catalogues; the first is the last resort.
  ///   - missing: Called with the key and the language, on whatever thread asks.
  public init(_ catalogues: [Catalogue], missing: @escaping @Sendable (_ key: String, _ locale: String) -> Void) {
    self.catalogues = catalogues
    self.missing = missing
  }

  /// The text of a key in a language, or in another one; nil when no catalogue has it.
  package func known(_ key: String, _ locale: String) -> String? {
    for catalogue in catalogues where catalogue.locale == locale {
      if let text = catalogue.text(key) { return text }
    }
    for catalogue in catalogues {
      if let text = catalogue.text(key) { return text }
    }
    return nil
  }

  /// The text of a key in a language; in another language when it is missing; the key itself as a last resort.
  public func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    for catalogue in catalogues where catalogue.locale == locale {
      if let text = catalogue.text(key, arguments) { return text }
    }
    missing?(key, locale)
    for catalogue in catalogues {
      if let text = catalogue.text(key, arguments) { return text }
    }
    return key
  }
}
