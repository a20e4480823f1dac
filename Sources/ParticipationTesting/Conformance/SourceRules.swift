import ParticipationKit

// What can be read in the source of a Swift module.
extension Conformance {
  static let sourceRules: [ConformanceRule] = [
    ConformanceRule(
      "source", .platinum,
      fr: Words3(
        "Le code ne contourne aucune vérification du compilateur",
        why: "Un module tourne dans le processus de l’hôte : un plantage arrête tout.",
        fix: "Remplacez la construction par un Mutex, une valeur, ou une erreur typée."),
      en: Words3(
        "The code gets round no check of the compiler",
        why: "A module runs in the host’s process: a trap stops everything.",
        fix: "Put a Mutex, a value or a typed error in its place."),
      needsFolder: true,
      applies: { examination in
        (examination.folder?.files(in: "Sources") ?? []).contains { $0.hasSuffix(".swift") }
      }, check: source)
  ]

  /// Built from pieces, so that the house’s own check of these words does not find them here.
  private static let refused: [(mark: String, why: String)] = [
    ("@" + "unchecked", "the compiler does not check it"),
    ("nonisolated(" + "unsafe)", "the compiler does not check it"),
    ("try" + "! ", "ends the server when it throws"), ("as" + "! ", "ends the server when it fails"),
    ("fatal" + "Error(", "ends the server"), ("import " + "Foundation", "modules import ParticipationKit alone"),
    ("unsafe" + "BitCast", "the compiler does not check it"),
  ]

  private static func source(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    guard let folder = examination.folder else { return verdict }
    let files = folder.files(in: "Sources").filter { $0.hasSuffix(".swift") }
    for file in files {
      let lines = (folder.bytes("Sources/\(file)") ?? []).split(separator: 0x0A, omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        let code = line.drop { $0 == 0x20 }
        if code.starts(with: Array("//".utf8)) { continue }
        for entry in refused where Array(code).holds(entry.mark) {
          verdict.add("Sources/\(file):\(index + 1)", "“\(ByteText.trimmed(entry.mark))”: \(entry.why)")
        }
      }
    }
    verdict.evidence = "\(files.count) files"
    return verdict
  }
}
