import ParticipationKit

/// What the compiler cannot see in the folder of a module, and what would be found only in a commune otherwise.
struct SourceChecks {
  /// The folder of the module.
  let folder: String
  /// Its Swift files, by path within the folder.
  let sources: [String]

  /// Looks at sources and words.
  /// - Throws: ``BuildFailure`` with what to do.
  func run() throws {
    let forgotten = ModuleTypeScan.forgotten(in: try sources.map { try FileBytes.read("\(folder)/\($0)") })
    if let first = forgotten.first {
      throw BuildFailure(
        .capability,
        fr: "« \(first.member) » est écrit, mais aucun type ne déclare « \(first.capability) » : l’hôte ne le "
          + "demanderait jamais ; ajoutez \(first.capability) derrière ParticipationModule",
        en: "“\(first.member)” is written, but no type declares “\(first.capability)”: the host would never ask for "
          + "it; add \(first.capability) behind ParticipationModule")
    }
    for file in SourceFolder.files("\(folder)/Locales") where file.hasSuffix(".json") {
      let bytes = try FileBytes.read("\(folder)/Locales/\(file)")
      do {
        _ = try Catalogue(locale: String(file.dropLast(5)), json: bytes)
      } catch {
        throw BuildFailure(
          .locales, fr: "Locales/\(file) : \(Self.words(error, bytes, "fr"))",
          en: "Locales/\(file): \(Self.words(error, bytes, "en"))")
      }
    }
  }

  private static func words(_ error: any Error, _ bytes: [UInt8], _ locale: String) -> String {
    switch error {
    case let error as JSONSyntaxError: error.message(locale, in: bytes)
    case let error as CatalogueError where error.key.isEmpty:
      locale == "fr" ? "attendu : un objet JSON de textes" : "expected a JSON object of texts"
    case let error as CatalogueError:
      locale == "fr"
        ? "« \(error.key) » attend un texte, ou un objet avec « one » et « other »"
        : "“\(error.key)” expects a text, or an object with “one” and “other”"
    default: "\(error)"
    }
  }
}

/// What an error of the compiler mostly means in a module: its own words tell of Swift, not of Parvis.
struct CompilerHint {
  private let signs: [String]
  private let texts: [String: String]

  private static let known: [CompilerHint] = [
    CompilerHint(
      signs: ["'internal' from 'ParticipationKit'"],
      texts: [
        "fr": "un fichier qui déclare quelque chose de public commence par « public import ParticipationKit »",
        "en": "a file that declares something public begins with “public import ParticipationKit”",
      ]),
    CompilerHint(
      signs: ["type 'PackageResources' has no member"],
      texts: [
        "fr": "PackageResources tient les fichiers de Locales/ et d’Assets/ : Locales/fr.json y est fr_json",
        "en": "PackageResources holds the files of Locales/ and Assets/: Locales/fr.json is fr_json there",
      ]),
    CompilerHint(
      signs: ["no such module '", "Foundation."],
      texts: [
        "fr":
          "un module n’importe que ParticipationKit, qui a dates, JSON, textes et nombres ; ni Foundation, ni paquet",
        "en":
          "a module imports ParticipationKit alone, which has times, JSON, text and numbers; no Foundation, no package",
      ]),
  ]

  /// The hints for what a compiler said, in a language.
  static func all(for said: String) -> [String: [String]] {
    let bytes = Array(said.utf8)
    let found = known.filter { hint in hint.signs.contains { bytes.firstRange(of: Array($0.utf8)) != nil } }
    return ["fr": found.compactMap { $0.texts["fr"] }, "en": found.compactMap { $0.texts["en"] }]
  }
}
