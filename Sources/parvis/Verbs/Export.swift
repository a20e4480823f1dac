import ParvisCommune

extension Verb {
  /// `parvis export`.
  static let exportFile = Verb(
    "export", summary: Bilingual(fr: "écrit un fichier à partir de la base", en: "writes a file from the database"),
    details: Bilingual(
      fr: """
        Sans --out, vers la sortie standard. Un fichier qui existe est remplacé quand le nouveau est complet.
        Sans KIND, les genres possibles sont nommés.
        """,
      en: """
        Without --out, to standard output. A file that exists is replaced when the new one is complete.
        Without KIND, the possible kinds are named.
        """),
    operands: [
      Operand(
        "KIND", isMissedByVerb: true, fr: "le genre de fichier, comme meeting", en: "the kind of file, as meeting")
    ],
    options: [.commune, Option("out", value: "FILE", fr: "le fichier à écrire", en: "the file to write"), .set],
    examples: ["parvis export meeting --set id=2026-12-11-conseil --out seance.md"]
  ) { invocation in
    let settings = try invocation.settings()
    let kind = try invocation.kind { $0.exportKinds }
    // An export holds what pages do not, so the register says that there was one, before anything is written.
    try invocation.withDoor { try $0.noteExport(kind: kind) }
    try invocation.withCommune(for: .reading) { commune in
      guard let path = invocation.value("out") else {
        return try commune.runExport(kind: kind, options: settings) { try invocation.console.write($0) }
      }
      let file = try ReplacedFile(path)
      try commune.runExport(kind: kind, options: settings) { try file.write($0) }
      try file.finish()
    }
    return .done
  }
}
