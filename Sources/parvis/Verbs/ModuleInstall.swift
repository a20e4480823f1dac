import ModuleLoading
import ModuleProcess
import ParticipationKit
import ParvisCommune

extension Verb {
  /// `parvis module install`.
  static let moduleInstall = Verb(
    "module install",
    summary: Bilingual(fr: "installe un module compilé dans une commune", en: "installs a built module in a commune"),
    details: Bilingual(
      fr: """
        Le module est d’abord examiné sans que rien de lui ne s’exécute. Un serveur en marche n’est pas touché : le
        module entre en service à son prochain démarrage, s’il est nommé sous modules: dans commune.yaml. Un module
        compilé s’exécute ensuite avec tous les droits de Parvis : n’installez que ce à quoi vous faites confiance. Un
        module qui est un programme (« run » dans module.json) tourne à part, sans voir les fichiers ni le réseau.
        """,
      en: """
        The module is first examined while nothing of it runs. A running server is not touched: the module comes into
        service at its next start, if it is named below modules: in commune.yaml. From then on a built module runs
        with all the rights of Parvis: install what you trust, and nothing else. A module that is a program (“run” in
        module.json) runs apart, and sees neither files nor the network.
        """),
    operands: [
      Operand("DIR", fr: "le dossier du module, compilé", en: "the folder of the module, built")
    ],
    options: [.commune, .json], examples: ["parvis module install Petition -C vaubrisey"]
  ) { invocation in
    let configuration = try CommuneConfiguration.load(folder: invocation.folder)
    let installer = ModuleInstaller(commune: invocation.folder, bundled: BundledModules.all.map(\.manifest.id))
    let outcome = try installer.install(invocation.operands[0])
    let (id, version) = (outcome.sidecar.id, outcome.sidecar.version)
    let isUsed = configuration.modules.contains { $0.id == id }
    if invocation.wantsJSON {
      let json: JSONValue = [
        "ok": true, "id": .string(id), "version": .string(version), "build": .string(outcome.build),
        "replaced": .string(outcome.replaced), "used": .bool(isUsed),
      ]
      try invocation.console.say(json.text)
      return .done
    }
    try invocation.console.say(
      Bilingual(
        fr: "\(id) \(version) installé (\(outcome.build)).", en: "\(id) \(version) installed (\(outcome.build))."))
    if outcome.sidecar.run != nil {
      let confinement = Confinement.ofThisKernel
      try invocation.console.say(
        Bilingual(
          fr: "Il tournera dans un processus à part, \(confinement.words("fr")).",
          en: "It will run in a process of its own, \(confinement.words("en"))."))
    }
    if isUsed {
      try invocation.console.say(
        Bilingual(
          fr: "Il entrera en service au prochain démarrage de parvis serve, ou à parvis build.",
          en: "It comes into service at the next start of parvis serve, or at parvis build."))
    } else {
      try invocation.console.say(
        Bilingual(
          fr: "Pour le mettre en service, ajoutez dans commune.yaml, sous modules: la ligne « \(id): {} ».",
          en: "To put it into service, add to commune.yaml, below modules: the line “\(id): {}”."))
    }
    return .done
  }

  /// `parvis module remove`.
  static let moduleRemove = Verb(
    "module remove",
    summary: Bilingual(fr: "retire un module d’une commune", en: "takes a module out of a commune"),
    details: Bilingual(
      fr: """
        Ce qu’il a publié reste lisible, avec la date à laquelle il a quitté le service, et ses tables restent dans la
        base : réinstallé, il les retrouve.
        """,
      en: """
        What it published stays readable, with the date on which it left service, and its tables stay in the database:
        installed again, it finds them.
        """),
    operands: [Operand("MODULE", fr: "l’identifiant du module", en: "the id of the module")],
    options: [.commune], examples: ["parvis module remove petition -C vaubrisey"]
  ) { invocation in
    let id = invocation.operands[0]
    let configuration = try CommuneConfiguration.load(folder: invocation.folder)
    try ModuleInstaller(commune: invocation.folder, bundled: BundledModules.all.map(\.manifest.id))
      .remove(id, configuration: configuration)
    try invocation.console.say(
      Bilingual(
        fr: "\(id) retiré. Ce qu’il a publié reste lisible ; ses données restent dans la base.",
        en: "\(id) removed. What it published stays readable; its data stays in the database."))
    return .done
  }

  /// `parvis module release`.
  static let moduleRelease = Verb(
    "module release",
    summary: Bilingual(
      fr: "laisse réessayer un module mis à l’écart", en: "lets a module that was set aside be tried again"),
    details: Bilingual(
      fr: """
        Un module qui arrête le programme pendant son chargement est mis à l’écart : le démarrage suivant se fait sans
        lui. Réinstaller le module le remet aussi en service.
        """,
      en: """
        A module that ends the program while it is loaded is set aside: the next start does without it. Installing the
        module again puts it back too.
        """),
    operands: [Operand("MODULE", fr: "l’identifiant du module", en: "the id of the module")],
    options: [.commune], examples: ["parvis module release petition -C vaubrisey"]
  ) { invocation in
    let id = invocation.operands[0]
    _ = try CommuneConfiguration.load(folder: invocation.folder)
    let isReleased = Sidecar.isID(id) && InstalledModules(commune: invocation.folder).release(id)
    try invocation.console.say(
      isReleased
        ? Bilingual(
          fr: "\(id) sera chargé au prochain démarrage.", en: "\(id) will be loaded at the next start.")
        : Bilingual(fr: "\(id) n’est pas à l’écart.", en: "\(id) is not set aside."))
    return isReleased ? .done : .foundWrong
  }
}
