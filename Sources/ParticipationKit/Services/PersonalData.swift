/// A person whose data is looked for: by the e-mail address that they confirmed, by records that are known to be
/// theirs (from a receipt, or from their account), or both.
public struct PersonReference: Sendable {
  /// The address, in lower case; empty when it is not known.
  public let email: String
  /// The records of the module that are the person's.
  public let records: [Subject]

  /// Makes a reference.
  public init(email: String, records: [Subject]) {
    self.email = email
    self.records = records
  }
}

/// What an erasure did in a module.
public struct Erasure: Sendable {
  /// The records whose words are gone. The host remembers the day and writes it where they stood.
  public let records: [Subject]
  /// What stays and why, in the person's language, a sentence each.
  public let kept: [String]
  /// The documents that change.
  public let changed: [Subject]

  /// Makes a result.
  public init(records: [Subject] = [], kept: [String] = [], changed: [Subject] = []) {
    self.records = records
    self.kept = kept
    self.changed = changed
  }

  /// Nothing was there.
  public static let nothing = Erasure()
}

/// What one turn of a retention clock removed.
public struct RetentionOutcome: Sendable {
  /// How many entries lost what was to be removed.
  public let count: Int
  /// The documents that change.
  public let changed: [Subject]

  /// Makes an outcome.
  public init(count: Int, changed: [Subject] = []) {
    self.count = count
    self.changed = changed
  }
}

/// One promise of a module about time: what is removed, and after how many days. The host runs it each day.
public struct RetentionClock: Sendable {
  /// The name, as `contacts`.
  public let name: String
  /// What is removed and counted from when, by locale, as « Nom et adresse, après le règlement ».
  public let titles: [String: String]
  /// After how many days.
  public let days: Int
  /// Removes what is older than an instant. Runs in a transaction of its own and must work again.
  public let erase: @Sendable (ActionContext, _ before: Timestamp) throws -> RetentionOutcome

  /// Makes a clock.
  public init(
    _ name: String, titles: [String: String], days: Int,
    erase: @escaping @Sendable (ActionContext, _ before: Timestamp) throws -> RetentionOutcome
  ) {
    self.name = name
    self.titles = titles
    self.days = days
    self.erase = erase
  }
}

/// What a module does with what it holds about a person (RGPD, articles 15, 17 and 20).
public struct PersonalData: Sendable {
  /// The records that an address leads to.
  public let records: @Sendable (Ledger, _ email: String) throws -> [Subject]
  /// Everything that the module holds about the person, or null.
  public let export: @Sendable (Ledger, PersonReference) throws -> JSONValue
  /// Removes words, names and addresses; the rows stay, so that numbers and lists keep their order.
  public let erase: @Sendable (ActionContext, PersonReference) throws -> Erasure
  /// What is removed by time alone.
  public let clocks: [RetentionClock]
  /// The words in which the members of ``export`` are told to people.
  private var words: Words?

  /// The same with the words of the module: a member `contact_name` of ``export`` is called by the text of the key
  /// `personal.contact_name`, one of its values `true` by `personal.contact_name.true` where there is such a key. Names
  /// that many modules have, as `title` and `email`, are known to the host.
  public func labelled(in words: Words) -> PersonalData {
    var data = self
    data.words = words
    return data
  }

  /// The module's text for a key below `personal.`; nil when it has none.
  package func label(_ name: String, _ locale: String) -> String? { words?.known("personal." + name, locale) }

  /// Makes the answers.
  public init(
    records: @escaping @Sendable (Ledger, _ email: String) throws -> [Subject] = { _, _ in [] },
    export: @escaping @Sendable (Ledger, PersonReference) throws -> JSONValue,
    erase: @escaping @Sendable (ActionContext, PersonReference) throws -> Erasure, clocks: [RetentionClock] = []
  ) {
    self.records = records
    self.export = export
    self.erase = erase
    self.clocks = clocks
  }
}
