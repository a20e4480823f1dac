/// A value read from YAML or about to be written: a scalar, a sequence or an ordered mapping with text keys.
///
/// Two values are equal when they say the same, wherever they stand.
public struct YAMLValue: Sendable {
  /// The line in the file, from 1; 0 for a value made by the program.
  public let line: Int

  /// The column in the file in Unicode scalars, from 1; 0 for a value made by the program.
  public let column: Int

  let storage: Storage

  enum Storage: Equatable, Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLValue])
    case mapping([YAMLEntry])
  }

  init(_ storage: Storage, line: Int = 0, column: Int = 0) {
    self.storage = storage
    self.line = line
    self.column = column
  }
}

/// One key of a mapping with its value and the place of the key.
public struct YAMLEntry: Equatable, Sendable {
  /// The key, always text.
  public let key: String

  /// What the key stands for.
  public let value: YAMLValue

  /// The line of the key in the file, from 1; 0 when made by the program.
  public let line: Int

  /// The column of the key in the file in Unicode scalars, from 1; 0 when made by the program.
  public let column: Int

  /// Equal key and equal value; the place does not count.
  public static func == (first: YAMLEntry, second: YAMLEntry) -> Bool {
    first.key == second.key && first.value == second.value
  }
}

extension YAMLValue: Equatable {
  /// Equal content; the place and the way of quoting do not count.
  public static func == (first: YAMLValue, second: YAMLValue) -> Bool { first.storage == second.storage }
}

// MARK: - Reading

extension YAMLValue {
  /// Whether nothing is said: `null`, `~` or an empty plain scalar.
  public var isNull: Bool { scalar?.kind == .null }

  /// The characters of a scalar, as written: `02001` stays `02001` and `no` stays `no`. nil for null,
  /// sequences and mappings.
  public var text: String? { isNull ? nil : scalar?.text }

  /// The number of a plain scalar that YAML 1.2 reads as an integer; nil for anything else, also for quoted
  /// digits and for numbers beyond 64 bits.
  public var int: Int? { scalar?.int }

  /// The finite number of a plain scalar that YAML 1.2 reads as an integer or a decimal.
  public var double: Double? { scalar?.double }

  /// The truth of a plain `true` or `false` (also `True`, `TRUE`…). `yes`, `no`, `on` and `off` are texts.
  public var bool: Bool? { scalar?.bool }

  /// The characters of a scalar that names an existing day as `YYYY-MM-DD` (ISO 8601).
  public var date: String? { text.flatMap { YAMLScalar.isDate($0) ? $0 : nil } }

  /// The values of a sequence; nil for anything else.
  public var sequence: [YAMLValue]? {
    if case .sequence(let values) = storage { values } else { nil }
  }

  /// The entries of a mapping in the order of the file; nil for anything else.
  public var entries: [YAMLEntry]? {
    if case .mapping(let entries) = storage { entries } else { nil }
  }

  /// The value of a key, when this is a mapping that has it.
  public subscript(key: String) -> YAMLValue? {
    entries?.first { $0.key == key }?.value
  }

  var scalar: YAMLScalar? {
    if case .scalar(let scalar) = storage { scalar } else { nil }
  }
}

// MARK: - Making

extension YAMLValue {
  /// Nothing.
  public static let null = YAMLValue(.scalar(YAMLScalar(plain: "null")))

  /// A text; it is quoted when written if it could be taken for something else.
  public static func text(_ text: String) -> YAMLValue { YAMLValue(.scalar(YAMLScalar(quoted: text))) }

  /// An integer.
  public static func int(_ number: Int) -> YAMLValue { YAMLValue(.scalar(YAMLScalar(plain: "\(number)"))) }

  /// A decimal number; null when it is not finite, because readers disagree about the others.
  public static func double(_ number: Double) -> YAMLValue {
    number.isFinite ? YAMLValue(.scalar(YAMLScalar(plain: "\(number)"))) : .null
  }

  /// A truth value.
  public static func bool(_ truth: Bool) -> YAMLValue { YAMLValue(.scalar(YAMLScalar(plain: "\(truth)"))) }

  /// A sequence.
  public static func sequence(_ values: [YAMLValue]) -> YAMLValue { YAMLValue(.sequence(values)) }

  /// A mapping, in this order. Each key stands once.
  public static func mapping(_ entries: KeyValuePairs<String, YAMLValue>) -> YAMLValue {
    mapping(entries.map { ($0.key, $0.value) })
  }

  /// A mapping, in this order. Each key stands once.
  public static func mapping(_ entries: [(String, YAMLValue)]) -> YAMLValue {
    precondition(Set(entries.map(\.0)).count == entries.count, "a key of a YAML mapping stands twice")
    return YAMLValue(.mapping(entries.map { YAMLEntry(key: $0.0, value: $0.1, line: 0, column: 0) }))
  }
}
