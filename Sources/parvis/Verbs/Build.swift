import ParticipationKit
import ParvisCommune
import SiteGeneration

extension Verb {
  /// `parvis build`.
  static let build = Verb(
    "build", summary: Bilingual(fr: "écrit le site : pages, JSON, flux", en: "writes the site: pages, JSON, feeds"),
    details: Bilingual(
      fr: """
        Sans --out, met à jour site/ dans le dossier de la commune : ce que les actes, le temps, le contenu, les
        réglages ou le programme ont changé, et les fichiers abîmés. Un fichier inchangé n’est pas réécrit.
        """,
      en: """
        Without --out, brings site/ in the commune’s folder up to date: what acts, time, content, settings or the
        program changed, and damaged files. An unchanged file is not rewritten.
        """),
    options: [
      .commune,
      Option(
        "out", value: "SITE", fr: "écrit un site complet dans ce dossier nouveau",
        en: "writes a whole site into this new folder"),
      Option(
        "all", fr: "refait chaque page en place, même celles que rien n’a changées",
        en: "makes every page anew in place, also those that nothing changed"),
      Option("dry-run", fr: "dit ce qui changerait, n’écrit rien", en: "says what would change, writes nothing"),
      .json,
    ],
    examples: ["parvis build", "parvis build -C vaubrisey --out /srv/www/vaubrisey"]
  ) { invocation in
    let isDry = invocation.has("dry-run")
    if let out = invocation.value("out") { try checkNew(out) }
    let report = try invocation.withCommune(for: isDry ? .reading : .writing) { commune in
      try invocation.console.progress(Bilingual(fr: "Écriture du site", en: "Writing the site")) {
        try commune.build(out: invocation.value("out"), makesAll: invocation.has("all"), dryRun: isDry)
      }
    }
    if invocation.wantsJSON {
      try invocation.console.say(report.json(isDryRun: isDry).text)
    } else {
      try report.tell(invocation.console, isDryRun: isDry)
    }
    return report.failures.isEmpty ? .done : .foundWrong
  }

  /// A whole site goes into a folder of its own: what lies there already is not ours to mix with.
  private static func checkNew(_ folder: String) throws {
    switch FileTree.kind(folder) {
    case .nothing: return
    case .folder where try FileTree.names(in: folder).isEmpty: return
    default:
      throw CommandError(
        .refused, fr: "\(folder) existe et n’est pas vide ; donnez un dossier nouveau à --out",
        en: "\(folder) exists and is not empty; give --out a new folder")
    }
  }
}

extension PublicationReport {
  func json(isDryRun: Bool) -> JSONValue {
    [
      "ok": .bool(failures.isEmpty), "dry_run": .bool(isDryRun), "documents": .integer(documents),
      "written": .integer(written), "unchanged": .integer(unchanged), "deleted": .integer(deleted),
      "pending": .integer(pending), "paths": .array(paths.map { .string($0) }),
      "failures": .array(
        failures.map { ["subject": .string("\($0.subject)"), "reason": .string($0.reason)] }),
    ]
  }

  func tell(_ console: Console, isDryRun: Bool) throws {
    if isDryRun {
      for path in paths { try console.say(path) }
      try console.say(
        Bilingual(
          fr: "Fichiers à écrire : \(written), à supprimer : \(deleted), à jour : \(unchanged).",
          en: "Files to write: \(written), to remove: \(deleted), up to date: \(unchanged)."))
    } else {
      try console.say(
        Bilingual(
          fr: "Le site est à jour. Fichiers écrits : \(written), inchangés : \(unchanged), supprimés : \(deleted).",
          en: "The site is up to date. Files written: \(written), unchanged: \(unchanged), removed: \(deleted)."))
    }
    for failure in failures {
      console.note(
        Bilingual(
          fr: "document impossible à écrire : \(failure.subject) (\(failure.reason))",
          en: "a document could not be made: \(failure.subject) (\(failure.reason))"))
    }
  }
}
