/// Why a module's process gave no answer. Never holds words of people.
public struct ChildFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public struct Kind: Sendable, Hashable {
    /// The name, as `child-deadline`.
    public let name: String

    /// It could not be started.
    public static let start = Kind(name: "child-start")
    /// It ended.
    public static let ended = Kind(name: "child-ended")
    /// It did not answer in time.
    public static let deadline = Kind(name: "child-deadline")
    /// It said more than may be said.
    public static let tooLong = Kind(name: "child-too-long")
    /// What it said is no frame of the protocol.
    public static let garbage = Kind(name: "child-garbage")
    /// It speaks another version of the protocol, or is another module.
    public static let version = Kind(name: "child-version")
    /// It failed several times, and is not started again before a time has passed.
    public static let resting = Kind(name: "child-resting")
    /// Its commune was closed.
    public static let stopped = Kind(name: "child-stopped")
    /// It answered that it failed: an error in its code.
    public static let raised = Kind(name: "child-raised")
    /// Its answer has a form that the protocol does not know, or asks for what may not be done.
    public static let answer = Kind(name: "child-answer")

    /// All kinds, as the page about the protocol lists them.
    public static let all = [start, ended, deadline, tooLong, garbage, version, resting, stopped, raised, answer]
  }

  /// The kind.
  public let kind: Kind
  /// What happened, in French.
  let french: String
  /// What happened, in English.
  let english: String

  init(_ kind: Kind, fr: String, en: String) {
    self.kind = kind
    french = fr
    english = en
  }

  /// What happened and what to do, in a language.
  public func message(_ locale: String) -> String { "\(locale == "en" ? english : french) [\(kind.name)]" }

  /// The words in English.
  public var description: String { message("en") }

  /// Whether the process is of no use any more.
  var isFatal: Bool { ![Kind.raised, .answer, .resting, .stopped].contains(kind) }

  /// Whether a smaller question might have been answered: the answer was too long, or came too late.
  var isOfItsSize: Bool { kind == .tooLong || kind == .deadline }

  /// Whether it may lie in what was asked, so that something else may be asked at once. A process that does not start,
  /// rests or is stopped answers nothing.
  var isOfTheQuestion: Bool { ![Kind.start, .version, .resting, .stopped].contains(kind) }

  static func answer(_ place: String, _ expected: String) -> ChildFailure {
    ChildFailure(
      .answer, fr: "réponse refusée : \(place), attendu : \(expected)",
      en: "answer refused: \(place), expected \(expected)"
    )
  }
}

/// How much a module's process may take.
public struct ChildLimits: Sendable, Hashable {
  /// Seconds for starting, the greeting included.
  public var start: Double = 10
  /// Seconds for an answer while the commune's writer waits: an act, a decision.
  public var act: Double = 3
  /// Seconds for an answer that somebody waits for: a form, a screen, the evidence of a decision.
  public var reading: Double = 5
  /// Seconds for an answer that only the publication waits for: documents, entries of a stream.
  public var publication: Double = 10
  /// Seconds of processor for one call.
  public var processor: Int = 10
  /// The most bytes of one frame from the process.
  public var mostBytes = 8 << 20
  /// The most bytes of data in memory; what a module asks for, up to ``mostMemory``.
  public var memory = 256 << 20
  /// The most bytes that a module can ask for.
  public static let mostMemory = 4096 << 20
  /// The longest rest between two starts of a process that fails, in seconds.
  public var longestRest: Double = 60
  /// How long it must go well until earlier failures are forgotten, in seconds.
  public var forgetting: Double = 60
  /// The most bytes of a line of its log.
  public var mostLineBytes = 500
  /// The most lines of its log in a minute.
  public var mostLines = 60

  /// The limits of the program.
  public init() {}
}
