public import ParticipationKit

/// The host's own words: navigation, forms, discussions, and the host's pages.
public struct SiteWords: Sendable {
  private init() {}

  /// The catalogues as JSON, by language; French is the last resort.
  public static let catalogues: [(locale: String, json: [UInt8])] = [
    ("fr", PackageResources.fr_json), ("en", PackageResources.en_json),
  ]

  /// Reads the catalogues.
  /// - Throws: ``JSONSyntaxError`` or ``CatalogueError``, which would be a fault of the program; a test reads them.
  public static func load() throws -> Words {
    Words(try catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) })
  }
}
