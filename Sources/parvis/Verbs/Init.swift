import ParticipationKit
import ParvisCommune

extension Verb {
  /// `parvis init`.
  static let initialise = Verb(
    "init", summary: Bilingual(fr: "crée une commune dans un dossier", en: "makes a commune in a folder"),
    details: Bilingual(
      fr: """
        Écrit commune.yaml, content/ et data/. Au terminal, demande ce qui n’est pas donné en option. Un dossier qui
        contient déjà quelque chose est refusé ; avec --yes, seuls les fichiers qui manquent sont ajoutés.
        """,
      en: """
        Writes commune.yaml, content/ and data/. At a terminal, asks for what is not given as an option. A folder that
        holds something already is refused; with --yes, only the files that are missing are added.
        """),
    operands: [Operand("DIR", fr: "le dossier de la commune", en: "the folder of the commune")],
    options: [
      Option("demo", fr: "une commune de démonstration, remplie", en: "a demonstration commune, filled"),
      Option(
        "content", value: "DIR", fr: "où est la démonstration (sinon PARVIS_CONTENT, puis près du programme)",
        en: "where the demonstration is (else PARVIS_CONTENT, then near the program)"),
      Option(
        "yes", short: "y", fr: "ne demande rien, ajoute à un dossier existant", en: "asks nothing, adds to a folder"),
    ] + CommuneFacts.options,
    examples: [
      "parvis init vaubrisey", "parvis init demo --demo",
      "parvis init vaubrisey --yes --name Vaubrisey --insee 55999 --population 752",
    ]
  ) { invocation in
    let folder = invocation.operands[0]
    try checkEmpty(folder, isAllowed: invocation.has("yes"))
    if invocation.has("demo") { return try Demonstration.make(folder, invocation) }
    let isAsked = invocation.console.isInteractive && !invocation.has("yes")
    let answers = try InitAnswers(invocation, asks: isAsked)
    let added = try CommuneSkeleton(answers: answers).add(to: folder)
    let name = try openOnce(folder, invocation.console)
    try tell(folder, added, name, answers, invocation.console)
    return .done
  }

  private static func checkEmpty(_ folder: String, isAllowed: Bool) throws {
    switch FileTree.kind(folder) {
    case .nothing: return
    case .folder:
      let names = try FileTree.names(in: folder)
      if names.isEmpty || isAllowed { return }
      let shown = names.prefix(3).joined(separator: ", ")
      throw CommandError(
        .refused,
        fr: "\(folder) n’est pas vide (\(shown)…) ; choisissez un autre dossier, ou --yes pour ajouter ce qui manque",
        en: "\(folder) is not empty (\(shown)…); choose another folder, or --yes to add what is missing")
    default:
      throw CommandError(
        .refused, fr: "\(folder) existe et n’est pas un dossier ; choisissez un autre nom",
        en: "\(folder) exists and is not a folder; choose another name")
    }
  }

  /// Opens the new commune, which makes its database and proves that it can be used.
  /// - Returns: Its name, which is that of `commune.yaml`: a folder that had one keeps it.
  private static func openOnce(_ folder: String, _ console: Console) throws -> String {
    let commune = try Commune.open(folder, CommuneOptions(modules: BundledModules.all, log: { console.note($0) }))
    defer { commune.close() }
    return commune.configuration.facts.name
  }

  private static func tell(
    _ folder: String, _ added: [String], _ name: String, _ answers: InitAnswers, _ console: Console
  ) throws {
    try console.say(
      Bilingual(
        fr: "La commune \(name) est prête dans \(FileTree.absolute(folder)).",
        en: "The commune \(name) is ready in \(FileTree.absolute(folder))."))
    for path in added { try console.say("  + \(path)") }
    if !answers.assumed.isEmpty, added.contains("commune.yaml") {
      let list = answers.assumed.joined(separator: ", ")
      try console.say(
        Bilingual(
          fr: "À corriger dans commune.yaml (valeurs supposées) : \(list)",
          en: "To correct in commune.yaml (assumed values): \(list)"))
    }
    try console.say(
      Bilingual(
        fr: """
          Ensuite :
            parvis check -C \(folder)      vérifie ce que vous modifiez
            parvis serve -C \(folder)      sert le site et donne le lien du premier compte
          """,
        en: """
          Next:
            parvis check -C \(folder)      checks what you edit
            parvis serve -C \(folder)      serves the site and gives the link of the first account
          """))
  }
}
