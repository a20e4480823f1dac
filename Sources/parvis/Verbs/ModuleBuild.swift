import ModuleLoading
import ParticipationKit

extension Option {
  static let sdk = Option(
    "sdk", value: "DIR", fr: "le SDK (sinon celui de ce programme)", en: "the SDK (else that of this program)")
}

extension Verb {
  /// `parvis sdk export`.
  static let sdkExport = Verb(
    "sdk export",
    summary: Bilingual(
      fr: "écrit ce qu’il faut pour faire des modules ailleurs", en: "writes what making modules elsewhere needs"),
    details: Bilingual(
      fr: """
        L’interface du contrat, le modèle de module et le guide. Pour une installation, dans PREFIX/share/parvis/sdk :
        PREFIX/bin/parvis le trouve là.
        """,
      en: """
        The interface of the contract, the template of a module and the guide. For an installation, in
        PREFIX/share/parvis/sdk: PREFIX/bin/parvis finds it there.
        """),
    operands: [Operand("DIR", fr: "un dossier vide ou nouveau", en: "an empty or new folder")],
    options: [.json], examples: ["parvis sdk export parvis-sdk"]
  ) { invocation in
    let folder = invocation.operands[0]
    let sdk = try SDK.find()
    try sdk.export(to: folder)
    if invocation.wantsJSON {
      let json: JSONValue = [
        "ok": true, "folder": .string(folder), "contract": .string(sdk.contract.description),
        "compiler": .string(sdk.compilerVersion),
      ]
      try invocation.console.say(json.text)
    } else {
      try invocation.console.say(
        Bilingual(
          fr: "SDK écrit dans \(folder) : contrat \(sdk.contract), \(sdk.compilerVersion).",
          en: "SDK written to \(folder): contract \(sdk.contract), \(sdk.compilerVersion)."))
    }
    return .done
  }

  /// `parvis module new`.
  static let moduleNew = Verb(
    "module new",
    summary: Bilingual(fr: "crée le dossier d’un nouveau module", en: "makes the folder of a new module"),
    details: Bilingual(
      fr: "Un petit module qui marche : formulaire, modération, page, JSON, flux, français et anglais.",
      en: "A small module that works: form, moderation, page, JSON, feed, French and English."),
    operands: [
      Operand("NAME", fr: "son nom en Swift, comme Petition", en: "its name in Swift, such as Petition"),
      Operand("DIR", isRequired: false, fr: "où (sinon ./NAME)", en: "where (else ./NAME)"),
    ],
    options: [.sdk], examples: ["parvis module new Petition"]
  ) { invocation in
    let name = invocation.operands[0]
    let folder = invocation.operands.count > 1 ? invocation.operands[1] : name
    for file in try ModuleTemplate.make(name, in: folder, sdk: try SDK.find(invocation.value("sdk"))) {
      try invocation.console.say(FileTree.join(folder, file))
    }
    let shown = ShellWord.quoted(folder)
    invocation.console.note(
      Bilingual(fr: "Ensuite : parvis module build \(shown)", en: "Next: parvis module build \(shown)"))
    return .done
  }

  /// `parvis module build`.
  static let moduleBuild = Verb(
    "module build", summary: Bilingual(fr: "compile un module", en: "compiles a module"),
    details: Bilingual(
      fr: "Dans le dossier du module, sous .build/module. Il faut le même Swift que celui de ce programme.",
      en: "Below the folder of the module, in .build/module. It needs the same Swift as that of this program."),
    operands: [Operand("DIR", fr: "le dossier du module", en: "the folder of the module")],
    options: [.sdk, .json], examples: ["parvis module build Petition"]
  ) { invocation in
    let console = invocation.console
    let sdk = try SDK.find(invocation.value("sdk"))
    do {
      let result = try console.progress(Bilingual(fr: "Compilation", en: "Compiling")) {
        try ModuleBuilder(source: invocation.operands[0], sdk: sdk).build()
      }
      if !result.warnings.isEmpty { console.note(result.warnings) }
      let (id, version) = (result.sidecar.id, result.sidecar.version)
      let source = ShellWord.quoted(invocation.operands[0])
      if invocation.wantsJSON {
        let json: JSONValue = [
          "ok": true, "id": .string(id), "version": .string(version), "folder": .string(result.folder),
        ]
        try console.say(json.text)
      } else {
        try console.say(
          Bilingual(
            fr: "\(id) \(version) compilé dans \(result.folder). Ensuite : "
              + "parvis module install \(source) -C COMMUNE",
            en: "\(id) \(version) built in \(result.folder). Next: "
              + "parvis module install \(source) -C COMMUNE"))
      }
      return .done
    } catch let failure as BuildFailure {
      if !failure.diagnostics.isEmpty { console.note(failure.diagnostics) }
      throw failure
    }
  }
}
