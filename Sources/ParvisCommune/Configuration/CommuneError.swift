public import ParticipationKit

/// A failure that a person can meet, in words: what was expected, where, and what to do next.
public struct CommuneError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is; it decides the exit code.
  public struct Kind: Sendable, Hashable {
    /// The name.
    public let name: String
    let exitCode: Int32

    /// There is no commune in the folder, or a file is missing.
    public static let notFound = Kind(name: "not-found", exitCode: 3)
    /// `commune.yaml` or content cannot be used; the diagnostics say where.
    public static let badConfiguration = Kind(name: "bad-configuration", exitCode: 1)
    /// Another program writes to the commune.
    public static let locked = Kind(name: "locked", exitCode: 4)
    /// A newer program made the database.
    public static let newerDatabase = Kind(name: "newer-database", exitCode: 4)
    /// A folder or file cannot be written.
    public static let readOnly = Kind(name: "read-only", exitCode: 3)
    /// The disk is full.
    public static let full = Kind(name: "full", exitCode: 3)
    /// The port is taken, or this user may not use it.
    public static let busyPort = Kind(name: "busy-port", exitCode: 3)
    /// This machine has no such address, or the port is no port.
    public static let badAddress = Kind(name: "bad-address", exitCode: 3)
    /// A file cannot be read.
    public static let unreadable = Kind(name: "unreadable", exitCode: 3)
    /// Something exists already and is not overwritten.
    public static let exists = Kind(name: "exists", exitCode: 4)
    /// Acts that people were promised would be lost.
    public static let loss = Kind(name: "loss", exitCode: 4)
    /// A folder of `content/` is gone: what was published from it would be taken away.
    public static let missingContent = Kind(name: "missing-content", exitCode: 4)
    /// What was asked for cannot be done as asked: a wrong record.
    public static let invalid = Kind(name: "invalid", exitCode: 1)
    /// It was called wrongly: there is no such kind of file, or no such option.
    public static let usage = Kind(name: "usage", exitCode: 2)
    /// Anything else.
    public static let failed = Kind(name: "failed", exitCode: 3)
  }

  /// The kind.
  public let kind: Kind
  /// Findings with file and line.
  public let diagnostics: [Diagnostic]
  private let texts: [String: String]

  /// Makes an error.
  public init(_ kind: Kind, fr: String, en: String, diagnostics: [Diagnostic] = []) {
    self.kind = kind
    self.diagnostics = diagnostics
    texts = ["fr": fr, "en": en]
  }

  /// The words in a language, French when there are none.
  public func message(_ locale: String) -> String { texts[locale] ?? texts["fr"] ?? "" }

  /// 1 found something wrong, 2 wrong usage, 3 could not, 4 refused to protect data.
  public var exitCode: Int32 { kind.exitCode }

  /// The words in English, with the findings.
  public var description: String { ([message("en")] + diagnostics.map { $0.line("en") }).joined(separator: "\n") }
}
