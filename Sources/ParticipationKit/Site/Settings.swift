/// One setting of a module, written in `commune.yaml` under the module's id.
public struct SettingField: Sendable {
  /// The kind of value a setting holds.
  public struct Kind: Sendable, Hashable {
    /// `text`, `int` or `bool`.
    public let name: String
    /// Text.
    public static let text = Kind(name: "text")
    /// A whole number.
    public static let int = Kind(name: "int")
    /// `true` or `false`.
    public static let bool = Kind(name: "bool")
  }

  /// The name in `commune.yaml`: lower-case letters, digits, `-` and `_`.
  public let name: String
  /// The kind of value.
  public let kind: Kind
  /// The value when `commune.yaml` has none.
  public let defaultValue: SQLValue
  /// For `int`: the values allowed.
  public let range: ClosedRange<Int>?
  /// For `text`: the values allowed, when they are a closed list.
  public let choices: [String]
  /// What the setting does, by locale.
  public let help: [String: String]

  /// Makes a setting.
  public init(
    _ name: String, _ kind: Kind, default defaultValue: SQLValue, range: ClosedRange<Int>? = nil,
    choices: [String] = [], help: [String: String]
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    self.choices = choices
    self.help = help
  }
}

/// A module's settings, checked against its ``SettingField``s; every declared setting has a value.
public struct Settings: Sendable {
  private let values: [String: SQLValue]

  /// Makes settings from checked values.
  public init(_ values: [String: SQLValue] = [:]) { self.values = values }

  /// A text setting; empty when it is not declared.
  public func text(_ name: String) -> String { values[name]?.asText ?? "" }
  /// A whole-number setting; 0 when it is not declared.
  public func int(_ name: String) -> Int { Int(values[name]?.asInteger ?? 0) }
  /// A yes-or-no setting; false when it is not declared.
  public func bool(_ name: String) -> Bool { values[name]?.asInteger == 1 }
}
