import ParticipationKit

/// The host's own words.
public struct HostWords: Sendable {
  private let words: Words

  /// Reads the embedded catalogues.
  /// - Throws: ``CatalogueError`` or ``JSONSyntaxError`` when one of them is broken, which a test excludes.
  public init() throws {
    words = Words([
      try Catalogue(locale: "fr", json: PackageResources.fr_json),
      try Catalogue(locale: "en", json: PackageResources.en_json),
    ])
  }

  /// The text of a key in a language.
  public func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    words.text(key, locale, arguments)
  }
}
