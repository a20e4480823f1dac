import ParticipationKit
import ParvisHost
import ParvisCommune

// What goes in and out as a file.
extension Conformance {
  static let transferRules: [ConformanceRule] = [
    ConformanceRule(
      "import-twice", .silver,
      fr: Words3(
        "Le même fichier lu deux fois ne change rien la seconde",
        why: "Qui n’est pas sûr recommence : cela ne doit rien doubler.",
        fix: "Reconnaissez un enregistrement à son id ou à sa référence, et comptez-le dans unchanged."),
      en: Words3(
        "The same file read twice changes nothing the second time",
        why: "Who is not sure does it again: nothing may double.",
        fix: "Recognise a record by its id or reference, and count it in unchanged."),
      applies: { try !$0.instance().importers.isEmpty && $0.folder != nil }, check: importTwice),
    ConformanceRule(
      "round-trip", .silver,
      fr: Words3(
        "Ce qui est exporté, puis lu ailleurs, s’exporte à l’identique",
        why: "Changer d’hébergeur ne doit rien faire perdre.",
        fix: "Écrivez chaque champ que l’import lit, et lisez chaque champ que l’export écrit."),
      en: Words3(
        "What is exported and read elsewhere is exported the same", why: "Changing the hosting body must lose nothing.",
        fix: "Write each field that the import reads, and read each field that the export writes."),
      applies: { try !bothWays($0.instance()).isEmpty }, check: roundTrip),
  ]

  private static func bothWays(_ instance: ModuleInstance) -> [String] {
    let kinds = Set(instance.importers.map(\.kind))
    return instance.exporters.map(\.kind).filter { kinds.contains($0) }
  }

  private static func importTwice(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let commune = try examination.commune()
    let before = try commune.fullBuild()
    for file in examination.example.imports {
      do {
        let report = try commune.importText(file.kind, file.text, options: file.options)
        if report.added > 0 || report.updated > 0 {
          verdict.add(file.name, "the second time: \(report.added) new, \(report.updated) updated")
        }
        for line in report.skipped { verdict.add("\(file.name):\(line.line)", "left out: \(line.en)") }
      } catch {
        verdict.add(file.name, "the second time: \(words(error))")
      }
    }
    // The register says that a file was read; the module's own pages must not.
    let found = Difference.between(before, try commune.fullBuild(), "before", "after the second import")
    verdict.findings += found.filter {
      $0.place.hasPrefix(examination.id + "/") || $0.place.hasPrefix("en/\(examination.id)/")
    }
    verdict.evidence = "\(examination.example.imports.count) files"
    let given = Set(examination.example.imports.map(\.kind))
    for importer in try examination.instance().importers where !given.contains(importer.kind) {
      verdict.miss("Example/imports has no file of the kind \(importer.kind)")
    }
    return verdict
  }

  private static func roundTrip(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let instance = try examination.instance()
    let first = try examination.commune()
    var bytes = 0
    for kind in bothWays(instance) {
      let options = examination.example.exportOptions[kind] ?? [:]
      let text = try first.exportText(kind, options: options)
      bytes += text.utf8.count
      if text.isEmpty { verdict.miss("the export \(kind) is empty") }
      let second = try TestCommune(
        [examination.descriptor], content: examination.example.content, configuration: TestCommune.withMail)
      do {
        let known = Set(instance.importers.first { $0.kind == kind }?.options.map(\.name) ?? [])
        if !text.isEmpty { try second.importText(kind, text, options: options.filter { known.contains($0.key) }) }
        let again = try second.exportText(kind, options: options)
        if again != text {
          verdict.add("export \(kind)", "differs: \(Difference.firstLine(Array(text.utf8), Array(again.utf8)))")
        }
      } catch {
        verdict.add("import \(kind)", "does not read what the export writes: \(words(error))")
      }
    }
    verdict.evidence = "\(bothWays(instance).joined(separator: ", ")), \(bytes) bytes"
    return verdict
  }
}
