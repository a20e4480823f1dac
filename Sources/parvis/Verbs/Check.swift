import ParticipationKit
import ParvisCommune

extension Verb {
  /// `parvis check`.
  static let check = Verb(
    "check",
    summary: Bilingual(
      fr: "vérifie une commune, ou un site déjà écrit", en: "checks a commune, or a site that is already written"),
    details: Bilingual(
      fr: "Pour une commune : commune.yaml, content/, la base. Pour un site : chaque lien et chaque ancre.",
      en: "For a commune: commune.yaml, content/, the database. For a site: every link and every anchor."),
    operands: [
      Operand("SITE", isRequired: false, fr: "le dossier d’un site écrit", en: "the folder of a written site")
    ],
    options: [.commune, .json], examples: ["parvis check -C vaubrisey", "parvis check vaubrisey/site"]
  ) { invocation in
    let findings = try invocation.findings()
    let errors = findings.count { $0.severity == .error }
    let language = invocation.language
    if invocation.wantsJSON {
      let json: JSONValue = [
        "ok": .bool(errors == 0), "errors": .integer(errors), "warnings": .integer(findings.count - errors),
        "findings": .array(findings.map { $0.json(language) }),
      ]
      try invocation.console.say(json.text)
    } else {
      for finding in findings { try invocation.console.say(finding.line(language.code)) }
      if findings.isEmpty { try invocation.console.say(Bilingual(fr: "Rien à redire.", en: "Nothing to correct.")) }
    }
    return errors == 0 ? .done : .foundWrong
  }
}

extension Invocation {
  /// What is wrong; a commune that cannot even be opened for its content gives its findings like any other.
  fileprivate func findings() throws -> [Diagnostic] {
    let folder = operands.first ?? folder
    if operands.isEmpty || FileTree.kind(FileTree.join(folder, "commune.yaml")) == .file {
      do {
        let options = CommuneOptions(modules: BundledModules.all)
        let commune = try Commune.open(folder, options, for: .reading)
        defer { commune.close() }
        return try commune.check()
      } catch let error as CommuneError where !error.diagnostics.isEmpty {
        return error.diagnostics
      } catch let error as ContentError {
        return error.diagnostics
      }
    }
    guard FileTree.kind(folder) == .folder else {
      throw CommandError(
        .couldNot, fr: "\(folder) n’est pas un dossier ; donnez le dossier d’un site, ou -C et celui d’une commune",
        en: "\(folder) is not a folder; give the folder of a site, or -C and that of a commune")
    }
    return try Commune.checkSite(folder)
  }
}
