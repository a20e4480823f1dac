import ParticipationKit
import ParvisCommune

extension Verb {
  /// `parvis import`.
  static let importFile = Verb(
    "import", summary: Bilingual(fr: "fait entrer un fichier", en: "takes a file in"),
    details: Bilingual(
      fr: """
        Une seule transaction : une interruption ne laisse rien. Une ligne laissée de côté est nommée avec sa raison. Le
        même fichier une seconde fois ne change rien. D’un dossier, chaque fichier Markdown (.md) est lu à son tour ;
        les fichiers qu’il nomme sont à côté. Les genres sont listés par « parvis module info MODULE ».
        """,
      en: """
        One transaction: an interruption leaves nothing. A line that is left out is named with its reason. The same file
        a second time changes nothing. Of a folder, each Markdown file (.md) is read in turn, in a transaction of its
        own; the files that it names stand beside it. The kinds of files are listed by “parvis module info MODULE”.
        """),
    operands: [
      Operand(
        "KIND", isMissedByVerb: true, fr: "le genre de fichier, comme meeting", en: "the kind of file, as meeting"),
      Operand("FILE", fr: "le fichier, ou un dossier", en: "the file, or a folder"),
    ],
    options: [
      .commune,
      Option("dry-run", fr: "dit ce qui se passerait, ne change rien", en: "says what would happen, changes nothing"),
      .set, .json,
    ],
    examples: ["parvis import meeting 2026-12-11-conseil.md", "parvis import reports reports.ndjson --dry-run"]
  ) { invocation in
    let isDry = invocation.has("dry-run")
    let settings = try invocation.settings()
    let kind = try invocation.kind { $0.importKinds }
    let file = invocation.operands[1]
    guard FileTree.kind(file) != .nothing else {
      // Whoever mistypes the kind has often mistyped no path: the first word that is wrong is told first.
      try invocation.withCommune(for: .reading) { try $0.checkImportKind(kind) }
      throw CommandError(
        .couldNot, fr: "il n’y a pas de fichier \(file) ; vérifiez le chemin",
        en: "there is no file \(file); check the path")
    }
    let paths = try documents(of: file)
    let report = try invocation.withDoor { door in
      var all = ImportReport()
      for path in paths {
        all.add(
          try invocation.console.progress(Bilingual(fr: "Lecture de \(path)", en: "Reading \(path)")) {
            try door.runImport(kind: kind, file: path, options: settings, dryRun: isDry)
          })
      }
      return all
    }
    if invocation.wantsJSON {
      try invocation.console.say(report.json(invocation.language, isDryRun: isDry).text)
    } else {
      try report.tell(invocation.console, file: file, isDryRun: isDry)
    }
    return report.skippedCount == 0 ? .done : .foundWrong
  }

  /// The files that are read: the file itself, or the Markdown of a folder in the order of names.
  private static func documents(of path: String) throws -> [String] {
    guard FileTree.kind(path) == .folder else { return [path] }
    let names = try FileTree.names(in: path).filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }
    guard names.isEmpty else { return names.map { FileTree.join(path, $0) } }
    throw CommandError(
      .couldNot, fr: "le dossier \(path) ne contient aucun fichier .md", en: "the folder \(path) has no .md file")
  }
}

extension ImportReport {
  /// Counts another report in.
  mutating func add(_ other: ImportReport) {
    added += other.added
    unchanged += other.unchanged
    updated += other.updated
    skippedCount += other.skippedCount
    skipped += other.skipped.prefix(max(0, 100 - skipped.count))
  }

  func json(_ language: Language, isDryRun: Bool) -> JSONValue {
    [
      "ok": .bool(skippedCount == 0), "dry_run": .bool(isDryRun), "added": .integer(added),
      "updated": .integer(updated), "unchanged": .integer(unchanged), "skipped": .integer(skippedCount),
      "skipped_lines": .array(
        skipped.map { ["line": .integer($0.line), "message": .string(language == .french ? $0.fr : $0.en)] }),
    ]
  }

  func tell(_ console: Console, file: String, isDryRun: Bool) throws {
    for (line, fr, en) in skipped {
      console.note(Bilingual(fr: "\(file):\(line): \(fr)", en: "\(file):\(line): \(en)"))
    }
    let head = isDryRun ? Bilingual(fr: "À blanc, ", en: "Dry run, ") : Bilingual(fr: "", en: "")
    try console.say(
      Bilingual(
        fr: "\(head.fr)\(file) — ajouts : \(added), mises à jour : \(updated), sans changement : \(unchanged), "
          + "laissés de côté : \(skippedCount).",
        en: "\(head.en)\(file) — added: \(added), updated: \(updated), unchanged: \(unchanged), "
          + "left out: \(skippedCount)."))
  }
}
