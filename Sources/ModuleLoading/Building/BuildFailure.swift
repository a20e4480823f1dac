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
    /// A capability is written and not declared, so that nobody would ask for it.
    public static let capability = Reason(name: "build-capability")
    /// A file of words is not what it has to be.
    public static let locales = Reason(name: "build-locales")
    /// The compiler found errors.
    public static let sources = Reason(name: "build-sources")
    /// A file cannot be written.
    public static let disk = Reason(name: "build-disk")

    /// All reasons.
    public static let all: [Reason] = [
      compiler, sdk, mismatch, folder, type, capability, locales, sources, disk,
    ]
  }

  /// The reason.
  public let reason: Reason
  /// What the compiler said, line by line; empty unless it found errors.
  public let diagnostics: String
  private let texts: [String: String]
  private let hints: [String: [String]]

  init(_ reason: Reason, fr: String, en: String, diagnostics: String = "", hints: [String: [String]] = [:]) {
    self.reason = reason
    self.diagnostics = diagnostics
    self.hints = hints
    texts = ["fr": fr, "en": en]
  }

  /// The words in a language, French when there are none.
  public func message(_ locale: String) -> String {
    let hints = (hints[locale] ?? hints["fr"] ?? []).map { "\n  → \($0)" }.joined()
    return "\(texts[locale] ?? texts["fr"] ?? "") [\(reason.name)]\(hints)"
  }

  /// The words in English.
  public var description: String { message("en") }
}
