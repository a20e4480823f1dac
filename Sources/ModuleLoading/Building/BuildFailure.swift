/// Why a module cannot be built. Each reason has a stable name, which the page on troubleshooting explains.
public struct BuildFailure: Error, Sendable, CustomStringConvertible {
  /// A reason.
  public struct Reason: Sendable, Hashable {
    /// The name, as `build-compiler`.
    public let name: String

    /// There is no Swift compiler.
    public static let compiler = Reason(name: "build-compiler")
    /// There is no SDK, or it is not whole.
    public static let sdk = Reason(name: "build-sdk")
    /// The SDK is of another compiler than the one found.
    public static let mismatch = Reason(name: "build-mismatch")
    /// The folder has not the parts of a module.
    public static let folder = Reason(name: "build-folder")
    /// No type of the sources is the module, or several are.
    public static let type = Reason(name: "build-type")
    /// The compiler found errors.
    public static let sources = Reason(name: "build-sources")
    /// A file cannot be written.
    public static let disk = Reason(name: "build-disk")

    /// All reasons.
    public static let all: [Reason] = [compiler, sdk, mismatch, folder, type, sources, disk]
  }

  /// The reason.
  public let reason: Reason
  /// What the compiler said, line by line; empty unless it found errors.
  public let diagnostics: String
  private let texts: [String: String]

  init(_ reason: Reason, fr: String, en: String, diagnostics: String = "") {
    self.reason = reason
    self.diagnostics = diagnostics
    texts = ["fr": fr, "en": en]
  }

  /// The words in a language, French when there are none.
  public func message(_ locale: String) -> String { "\(texts[locale] ?? texts["fr"] ?? "") [\(reason.name)]" }

  /// The words in English.
  public var description: String { message("en") }
}
