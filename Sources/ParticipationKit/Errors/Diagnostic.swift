/// A finding in a file that a person keeps: content, configuration, an import. Collected, so that all are
/// shown at once.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// How grave a finding is.
  public struct Severity: Sendable, Hashable {
    /// `error` or `warning`.
    public let name: String
    /// The file cannot be used as it is.
    public static let error = Severity(name: "error")
    /// The file can be used, and should be corrected.
    public static let warning = Severity(name: "warning")
  }

  /// How grave it is.
  public let severity: Severity
  /// The file, relative to the commune's folder.
  public let file: String
  /// The line, counted from 1; nil when the file as a whole is meant.
  public let line: Int?
  /// What was found and what was expected, in French and English by locale.
  public let messages: [String: String]

  /// Makes a finding.
  public init(_ severity: Severity, file: String, line: Int?, fr: String, en: String) {
    self.severity = severity
    self.file = file
    self.line = line
    messages = ["fr": fr, "en": en]
  }

  /// The message in a language, French when there is none.
  public func message(_ locale: String) -> String { messages[locale] ?? messages["fr"] ?? "" }

  /// `file:line: message` in a language.
  public func line(_ locale: String) -> String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(message(locale))"
  }

  /// The finding in English.
  public var description: String { line("en") }
}

/// Content that cannot be used, with all its findings.
public struct ContentError: Error, Sendable {
  /// The findings.
  public let diagnostics: [Diagnostic]

  /// Makes the error.
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
