import ParticipationKit

/// How good a module is: each level holds all rules of the ones before it.
public struct ConformanceLevel: Sendable, Hashable, Comparable {
  /// The name, as the command takes it: `bronze`, `silver`, `gold` or `platinum`.
  public let name: String
  private let order: Int

  private init(_ name: String, _ order: Int) {
    self.name = name
    self.order = order
  }

  /// It is safe to install. These rules cannot be exempted.
  public static let bronze = ConformanceLevel("bronze", 1)
  /// It is reliable.
  public static let silver = ConformanceLevel("silver", 2)
  /// It is pleasant and leaves nobody out.
  public static let gold = ConformanceLevel("gold", 3)
  /// It will last.
  public static let platinum = ConformanceLevel("platinum", 4)
  /// All levels, the lowest first.
  public static let all = [bronze, silver, gold, platinum]

  /// A level by its name; nil for none.
  public init?(_ name: String) {
    guard let level = ConformanceLevel.all.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  /// Orders from bronze to platinum.
  public static func < (a: ConformanceLevel, b: ConformanceLevel) -> Bool { a.order < b.order }
}

/// One thing that is wrong with a module.
public struct ConformanceFinding: Sendable, Hashable {
  /// Where: a file, an address, a field, a statement.
  public let place: String
  /// What was found and what was expected, in English: it quotes code and data.
  public let text: String

  /// Makes a finding.
  public init(_ place: String, _ text: String) {
    self.place = place
    self.text = text
  }
}

/// One rule that a module keeps or breaks.
public struct ConformanceRule: Sendable {
  /// The stable id, as `escaping`: exemptions and reports name it.
  public let id: String
  /// The level to which it belongs.
  public let level: ConformanceLevel
  /// What is asked, by locale, in one sentence.
  public let titles: [String: String]
  /// Why, by locale.
  public let reasons: [String: String]
  /// What to do when it is broken, by locale.
  public let fixes: [String: String]
  /// Whether it looks at the declaration alone, so that it can be checked at each start of a server.
  public let isStatic: Bool
  let needsFolder: Bool
  let applies: @Sendable (Examination) throws -> Bool
  let check: @Sendable (Examination) throws -> Verdict

  /// Makes a rule.
  /// - Parameters:
  ///   - id: The stable id.
  ///   - level: The level to which it belongs.
  ///   - fr: Title, reason and fix in French.
  ///   - en: The same in English.
  ///   - isStatic: Whether it looks at the declaration alone.
  ///   - needsFolder: Whether it reads files of the module's folder.
  ///   - applies: Whether the module has what the rule is about.
  ///   - check: What is wrong.
  init(
    _ id: String, _ level: ConformanceLevel, fr: Words3, en: Words3, isStatic: Bool = false, needsFolder: Bool = false,
    applies: @escaping @Sendable (Examination) throws -> Bool = { _ in true },
    check: @escaping @Sendable (Examination) throws -> Verdict
  ) {
    self.id = id
    self.level = level
    titles = ["fr": fr.title, "en": en.title]
    reasons = ["fr": fr.reason, "en": en.reason]
    fixes = ["fr": fr.fix, "en": en.fix]
    self.isStatic = isStatic
    self.needsFolder = needsFolder
    self.applies = applies
    self.check = check
  }
}

/// The words of a rule in one language.
struct Words3: Sendable {
  let title: String
  let reason: String
  let fix: String

  init(_ title: String, why reason: String, fix: String) {
    self.title = title
    self.reason = reason
    self.fix = fix
  }
}

/// What a rule found.
struct Verdict: Sendable {
  var findings: [ConformanceFinding] = []
  /// What was looked at, as `12 pages, 3 forms`: shown when the rule is kept.
  var evidence = ""
  /// What the rule could not look at although it should, in words. Empty when all was there.
  var missed: [String] = []

  /// Notes that something was not there to be looked at.
  mutating func miss(_ text: String) { missed.append(text) }

  mutating func add(_ place: String, _ text: String) { findings.append(ConformanceFinding(place, text)) }
}

/// What became of one rule.
public struct ConformanceResult: Sendable {
  /// The end of a check.
  public struct State: Sendable, Hashable {
    /// `kept`, `broken`, `exempted`, `not-exercised` or `not-concerned`.
    public let name: String
    /// The module keeps the rule.
    public static let kept = State(name: "kept")
    /// The module breaks the rule.
    public static let broken = State(name: "broken")
    /// The module breaks the rule, and its author says why.
    public static let exempted = State(name: "exempted")
    /// Nothing is wrong, and nothing was met: what the module declares could not be done, or has no record. It is
    /// silver at most.
    public static let notExercised = State(name: "not-exercised")
    /// The module has nothing that the rule is about, or no folder was given.
    public static let notConcerned = State(name: "not-concerned")
  }

  /// The rule.
  public let rule: ConformanceRule
  /// What became of it.
  public let state: State
  /// What is wrong; at most twenty, the first ones.
  public let findings: [ConformanceFinding]
  /// What was looked at; empty for nothing to say.
  public let evidence: String
  /// How long the rule took, in milliseconds; the first rule that needs the module's life in a commune pays for it.
  public let milliseconds: Int
  /// Why the module is exempted, in its author's words; empty otherwise.
  public let exemption: String
}

extension JSONValue {
  static func texts(_ texts: [String: String]) -> JSONValue {
    .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }
}
