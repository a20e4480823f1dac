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
