import ParticipationKit
import ParvisCommune
import ParvisHost

extension Verb {
  /// `parvis module list`.
  static let moduleList = Verb(
    "module list",
    summary: Bilingual(
      fr: "liste les modules du programme et de la commune", en: "lists the modules of program and commune"),
    details: Bilingual(
      fr: """
        Dans le dossier d’une commune, dit aussi lesquels y sont installés, lesquels elle utilise (modules: dans
        commune.yaml), et lesquels ne peuvent pas entrer en service. Rien d’un module n’est exécuté.
        """,
      en: """
        In the folder of a commune, says too which ones are installed there, which ones it uses (modules: in
        commune.yaml), and which ones cannot come into service. Nothing of a module is run.
        """),
    options: [.commune, .json]
  ) { invocation in
    let used = try invocation.usedModules()
    let language = invocation.language
    let installed = try invocation.installedModules()
    if invocation.wantsJSON {
      let isUsed: ((String) -> Bool)? = used.map { ids in { ids.contains($0) } }
      let list = BundledModules.all.map { $0.json(isUsed: isUsed, language) }
      let others = installed.map { $0.json(isUsed: isUsed?($0.entry.id), language) }
      try invocation.console.say(JSONValue.object([("ok", true), ("modules", .array(list + others))]).text)
      return .done
    }
    for module in BundledModules.all {
      let manifest = module.manifest
      let state = used.map { ModuleRow.used($0.contains(manifest.id))(language) } ?? ""
      try invocation.console.say("\(manifest.id) \(manifest.version)  \(manifest.name(language))\(state)")
    }
    for row in installed { try invocation.console.say(row.line(isUsed: used?.contains(row.entry.id), language)) }
    return installed.contains { $0.refusal != nil } ? .foundWrong : .done
  }

  /// `parvis module info`.
  static let moduleInfo = Verb(
    "module info",
    summary: Bilingual(
      fr: "dit ce que fait un module et ce qu’il demande", en: "says what a module does and asks for"),
    operands: [Operand("MODULE", fr: "l’identifiant du module", en: "the id of the module")],
    options: [.commune, .json], examples: ["parvis module info agenda"]
  ) { invocation in
    let id = invocation.operands[0]
    guard let module = BundledModules.all.first(where: { $0.manifest.id == id }) else {
      let installed = try invocation.installedModules()
      if let row = installed.first(where: { $0.entry.id == id }) { return try row.tell(invocation) }
      let ids = BundledModules.all.map(\.manifest.id) + installed.map(\.entry.id)
      let near = Nearest.name(to: id, among: ids).map { [$0] } ?? ids
      throw CommandError(
        .usage, fr: "module inconnu « \(id) » ; il y a : \(near.joined(separator: ", "))",
        en: "unknown module “\(id)”; there is: \(near.joined(separator: ", "))")
    }
    let isCommune = FileTree.kind(FileTree.join(invocation.folder, "commune.yaml")) == .file
    let instance = isCommune ? try invocation.withCommune(for: .reading) { $0.host.registry.entry(id)?.instance } : nil
    if invocation.wantsJSON {
      let isUsed = isCommune ? { (_: String) in instance != nil } : nil
      let json = module.json(isUsed: isUsed, invocation.language).adding([("ok", true)] + transfers(instance))
      try invocation.console.say(json.text)
    } else {
      try module.tell(invocation.console)
      try tell(instance, invocation.console)
    }
    return .done
  }

  static func transfers(_ instance: ModuleInstance?) -> [(String, JSONValue)] {
    guard let instance else { return [] }
    return [
      ("imports", .array(instance.importers.map { .string($0.kind) })),
      ("exports", .array(instance.exporters.map { .string($0.kind) })),
    ]
  }

  static func tell(_ instance: ModuleInstance?, _ console: Console) throws {
    guard let instance else {
      console.note(
        Bilingual(
          fr: "(dans le dossier d’une commune qui l’utilise, liste aussi ses imports et exports)",
          en: "(in the folder of a commune that uses it, also lists its imports and exports)"))
      return
    }
    let language = console.language
    for importer in instance.importers {
      try console.say("import \(importer.kind): \(importer.titles[language.code] ?? importer.kind)")
      for option in importer.options { try console.say("    --set \(option.name)=…  \(option.help)") }
    }
    for exporter in instance.exporters {
      try console.say("export \(exporter.kind): \(exporter.titles[language.code] ?? exporter.kind)")
      for option in exporter.options { try console.say("    --set \(option.name)=…  \(option.help)") }
    }
  }
}

extension Invocation {
  /// The modules of the commune; nil when there is no commune here and none was asked for.
  func usedModules() throws -> Set<String>? {
    guard has("commune") || FileTree.kind(FileTree.join(folder, "commune.yaml")) == .file else { return nil }
    return Set(try CommuneConfiguration.load(folder: folder).modules.map(\.id))
  }
}

extension Manifest {
  fileprivate func name(_ language: Language) -> String { names[language.code] ?? names["fr"] ?? id }
}

extension ModuleDescriptor {
  fileprivate func json(isUsed: ((String) -> Bool)?, _ language: Language) -> JSONValue {
    [
      "id": .string(manifest.id), "version": .string(manifest.version), "name": .string(manifest.name(language)),
      "owner": .string(manifest.owner), "licence": .string(manifest.licence),
      "traits": .array(manifest.traits.map { .string($0) }),
      "settings": .array(settings.map { .string($0.name) }),
      "permissions": .array(manifest.permissions.map { .string($0.name) }),
      "stores_personal_data": .bool(manifest.personalData.storesPersonalData),
      "used": isUsed.map { .bool($0(manifest.id)) } ?? .null, "origin": "program",
    ]
  }

  fileprivate func tell(_ console: Console) throws {
    let language = console.language
    try console.say("\(manifest.id) \(manifest.version)  \(manifest.name(language))")
    try console.say("\(manifest.owner), \(manifest.licence)")
    try console.say(manifest.personalData.texts[language.code] ?? manifest.personalData.texts["fr"] ?? "")
    for permission in manifest.permissions {
      let title = permission.titles[language.code] ?? permission.name
      try console.say("permission \(permission.name) (\(permission.roles.joined(separator: ", "))): \(title)")
    }
    for field in settings {
      let help = field.help[language.code] ?? field.help["fr"] ?? ""
      let word = Bilingual(fr: "réglage", en: "setting")(language)
      try console.say("\(word) \(field.name) (\(field.kind.name)): \(help)")
    }
  }
}
