// Each type has a required reading, which reports an absent key, and an optional one.

extension MappingReader {
  /// A text that says something: not absent, not blank. Numbers and truth values are given as written.
  public func text(_ key: String) -> String { required(key, .text) { $0.filledText } ?? "" }

  /// A text, or nil when the key is absent or null.
  public func optionalText(_ key: String) -> String? { optional(key, .text) { $0.text } }

  /// An integer within limits.
  public func int(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int {
    required(key, .int(range)) { $0.int(in: range) } ?? 0
  }

  /// An integer within limits, or nil when the key is absent or null.
  public func optionalInt(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
    optional(key, .int(range)) { $0.int(in: range) }
  }

  /// A finite number, whole or decimal.
  public func double(_ key: String) -> Double { required(key, .number) { $0.double } ?? 0 }

  /// A finite number, or nil when the key is absent or null.
  public func optionalDouble(_ key: String) -> Double? { optional(key, .number) { $0.double } }

  /// `true` or `false`.
  public func bool(_ key: String) -> Bool { required(key, .bool) { $0.bool } ?? false }

  /// `true` or `false`, or nil when the key is absent or null.
  public func optionalBool(_ key: String) -> Bool? { optional(key, .bool) { $0.bool } }

  /// A day as `YYYY-MM-DD`.
  public func date(_ key: String) -> String { required(key, .date) { $0.date } ?? "" }

  /// A day as `YYYY-MM-DD`, or nil when the key is absent or null.
  public func optionalDate(_ key: String) -> String? { optional(key, .date) { $0.date } }

  /// One of some words.
  public func choice(_ key: String, of words: [String]) -> String {
    required(key, .choice(words)) { $0.text(among: words) } ?? words.first ?? ""
  }

  /// One of some words, or nil when the key is absent or null.
  public func optionalChoice(_ key: String, of words: [String]) -> String? {
    optional(key, .choice(words)) { $0.text(among: words) }
  }

  /// The texts of a list; an absent key gives an empty list.
  public func texts(_ key: String) -> [String] {
    optional(key, .texts) { value in
      let texts = value.sequence?.map(\.filledText)
      let all = texts?.compactMap { $0 }
      return all?.count == texts?.count ? all : nil
    } ?? []
  }

  /// The mapping under a key.
  public func mapping(_ key: String) -> MappingReader {
    required(key, .mapping) { $0.entries == nil ? nil : child($0) } ?? standIn()
  }

  /// The mapping under a key, or nil when the key is absent or null.
  public func optionalMapping(_ key: String) -> MappingReader? {
    optional(key, .mapping) { $0.entries == nil ? nil : child($0) }
  }

  /// The mappings of a list; an absent key gives an empty list. An element that is not a mapping is an
  /// error of its own.
  public func mappings(_ key: String) -> [MappingReader] {
    optional(key, .mappings) { $0.sequence?.map(child) } ?? []
  }

  private func required<Value>(_ key: String, _ expected: Wording, _ read: (YAMLValue) -> Value?) -> Value? {
    guard let value = optionalValue(key) else {
      missing(key, expected: expected)
      return nil
    }
    return checked(key, value, expected, read)
  }

  private func optional<Value>(_ key: String, _ expected: Wording, _ read: (YAMLValue) -> Value?) -> Value? {
    optionalValue(key).flatMap { checked(key, $0, expected, read) }
  }

  private func checked<Value>(
    _ key: String, _ value: YAMLValue, _ expected: Wording, _ read: (YAMLValue) -> Value?
  ) -> Value? {
    let result = read(value)
    if result == nil { report(key, expected: expected) }
    return result
  }
}

extension YAMLValue {
  fileprivate var filledText: String? {
    text.flatMap { text in text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : text }
  }

  fileprivate func int(in range: ClosedRange<Int>) -> Int? {
    int.flatMap { range.contains($0) ? $0 : nil }
  }

  fileprivate func text(among words: [String]) -> String? {
    text.flatMap { words.contains($0) ? $0 : nil }
  }
}

// MARK: - Words of expectations

extension Wording {
  fileprivate static let text = Wording(fr: "un texte", en: "a text")
  fileprivate static let number = Wording(fr: "un nombre (12 ou 12.5)", en: "a number (12 or 12.5)")
  fileprivate static let bool = Wording(fr: "true ou false", en: "true or false")
  fileprivate static let date = Wording(fr: "une date AAAA-MM-JJ", en: "a date YYYY-MM-DD")
  fileprivate static let texts = Wording(fr: "une liste de textes", en: "a list of texts")
  fileprivate static let mapping = Wording(fr: "un groupe « clé: valeur »", en: "a group “key: value”")
  fileprivate static let mappings = Wording(
    fr: "une liste de groupes « clé: valeur »", en: "a list of groups “key: value”")

  fileprivate static func int(_ range: ClosedRange<Int>) -> Wording {
    switch (range.lowerBound, range.upperBound) {
    case (Int.min, Int.max): Wording(fr: "un nombre entier", en: "a whole number")
    case (let low, Int.max):
      Wording(fr: "un nombre entier à partir de \(low)", en: "a whole number from \(low)")
    case (let low, let high):
      Wording(fr: "un nombre entier entre \(low) et \(high)", en: "a whole number between \(low) and \(high)")
    }
  }

  fileprivate static func choice(_ words: [String]) -> Wording {
    let list = words.joined(separator: ", ")
    return Wording(fr: "l’un de : \(list)", en: "one of: \(list)")
  }

  /// The kind of a value: "une liste".
  init(kindOf value: YAMLValue) {
    if value.sequence != nil {
      self.init(fr: "une liste", en: "a list")
    } else if value.entries != nil {
      self.init(fr: "un groupe « clé: valeur »", en: "a group “key: value”")
    } else {
      self.init(fr: "une valeur seule", en: "a single value")
    }
  }

  /// The content of a scalar, shortened, or the kind of anything else.
  public init(contentOf value: YAMLValue) {
    guard let scalar = value.scalar else {
      self.init(kindOf: value)
      return
    }
    let scalars = scalar.text.unicodeScalars
    let shown = scalars.prefix(60).map { $0.properties.isWhitespace ? " " : String($0) }.joined()
    let short = scalars.count > 60 ? shown + "…" : shown
    self.init(fr: "« \(short) »", en: "“\(short)”")
  }
}
