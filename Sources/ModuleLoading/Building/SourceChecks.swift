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
          .locales, fr: "Locales/\(file) : \(Catalogue.words(for: error, "fr", in: bytes))",
          en: "Locales/\(file): \(Catalogue.words(for: error, "en", in: bytes))")
      }
    }
  }
}
