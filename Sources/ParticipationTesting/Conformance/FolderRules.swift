import ParticipationKit

// What the folder of a module holds besides its code.
extension Conformance {
  static let folderRules: [ConformanceRule] = [
    ConformanceRule(
      "manifest-file", .bronze,
      fr: Words3(
        "module.json est valable et dit la même chose que le code",
        why: "C’est ce qui est lu avant que le code ne tourne : la mairie décide sur ce texte.",
        fix: "Alignez module.json et Manifest ; retirez les clés inconnues."),
      en: Words3(
        "module.json is valid and says what the code says",
        why: "It is what is read before any code runs: the town hall decides by it.",
        fix: "Bring module.json and Manifest into line; drop unknown keys."),
      needsFolder: true, check: manifestFile),
    ConformanceRule(
      "removal", .bronze,
      fr: Words3(
        "Le LISEZ-MOI nomme le responsable et dit comment retirer le module",
        why: "Un module qu’on ne sait pas retirer prend la commune en otage.",
        fix:
          "Ajoutez à README.md le nom du responsable et une section « Removal » : ce qui reste lisible."),
      en: Words3(
        "The README names the owner and says how to remove the module",
        why: "A module that nobody can remove holds the commune hostage.",
        fix: "Add the owner’s name to README.md and a section “Removal”: what stays readable."),
      needsFolder: true, check: removal),
    ConformanceRule(
      "readme", .gold,
      fr: Words3(
        "Le LISEZ-MOI parle de chaque action, réglage, import, export et permission",
        why: "Ce qui n’est pas écrit n’existe pas pour qui ne lit pas le code.",
        fix: "Ajoutez à README.md les noms qui manquent, avec une phrase pour chacun."),
      en: Words3(
        "The README speaks of each action, setting, import, export and permission",
        why: "What is not written does not exist for those who do not read code.",
        fix: "Add the missing names to README.md, each with a sentence."),
      needsFolder: true, check: readme),
    ConformanceRule(
      "example", .gold,
      fr: Words3(
        "Le module a un exemple qui le fait vivre",
        why: "Il montre à quoi il sert, et c’est sur lui que le kit travaille.",
        fix: "Mettez des fichiers dans Example/content et Example/imports, ou un formulaire public sans clé."),
      en: Words3(
        "The module has an example that brings it to life", why: "It shows what it is for, and the kit works on it.",
        fix: "Put files into Example/content and Example/imports, or offer a public form without key."),
      needsFolder: true, check: example),
  ]

  /// What `module.json` may hold.
  static let manifestKeys: Set<String> = [
    "id", "version", "names", "owner", "licence", "traits", "permissions", "personalData", "frontPage", "exemptions",
    "sdk", "kind", "command", "entry", "module", "run",
  ]

  private static func manifestFile(_ examination: Examination) -> Verdict {
    var verdict = Verdict()
    let manifest = examination.manifest
    guard let folder = examination.folder, let members = folder.manifest?.asObject else {
      verdict.add("module.json", "is no JSON object")
      return verdict
    }
    for member in members where !manifestKeys.contains(member.name) {
      verdict.add(
        "module.json", "unknown key “\(member.name)”; possible: \(manifestKeys.sorted().joined(separator: ", "))")
    }
    let json = JSONValue.object(members.map { ($0.name, $0.value) })
    func same(_ key: String, _ found: String?, _ code: String) {
      if found != code { verdict.add("module.json", "\(key) is “\(found ?? "missing")”, the code says “\(code)”") }
    }
    same("id", json["id"]?.asString, manifest.id)
    same("version", json["version"]?.asString, manifest.version)
    same("owner", json["owner"]?.asString, manifest.owner)
    same("licence", json["licence"]?.asString, manifest.licence)
    for (locale, name) in manifest.names.sorted(by: { $0.key < $1.key }) {
      same("names.\(locale)", json["names"]?[locale]?.asString, name)
    }
    for (locale, text) in manifest.personalData.texts.sorted(by: { $0.key < $1.key }) {
      same("personalData.\(locale)", json["personalData"]?[locale]?.asString, text)
    }
    let traits = (json["traits"]?.asArray ?? []).compactMap(\.asString)
    same("traits", traits.sorted().joined(separator: ", "), manifest.traits.sorted().joined(separator: ", "))
    let permissions = json["permissions"]?.asArray ?? []
    same(
      "permissions", permissions.compactMap { $0["name"]?.asString }.sorted().joined(separator: ", "),
      manifest.permissions.map(\.name).sorted().joined(separator: ", "))
    for permission in permissions where (permission["titles"]?.asObject ?? []).isEmpty {
      let name = permission["name"]?.asString ?? "?"
      verdict.add("module.json", "permission \(name) says not what it allows, by language, as \"titles\"")
    }
    verdict.evidence = "\(members.count) keys"
    return verdict
  }

  private static func removal(_ examination: Examination) -> Verdict {
    var verdict = Verdict()
    guard let readme = examination.folder?.text("README.md") else {
      verdict.add("README.md", "is missing")
      return verdict
    }
    if !Array(readme.utf8).holds(examination.manifest.owner) {
      verdict.add("README.md", "does not name the owner “\(examination.manifest.owner)”")
    }
    let headings = readme.split(separator: "\n").filter { $0.hasPrefix("#") }.map { $0.lowercased() }
    let words = ["remov", "uninstall", "retrait", "retirer", "désinstall"]
    if !headings.contains(where: { heading in words.contains { Array(heading.utf8).holds($0) } }) {
      verdict.add("README.md", "has no section on removal")
    }
    return verdict
  }

  private static func readme(_ examination: Examination) throws -> Verdict {
    let bytes = examination.folder?.bytes("README.md") ?? []
    let instance = try examination.instance()
    var verdict = Verdict()
    var count = 0
    func mentions(_ what: String, _ names: [String]) {
      count += names.count
      for name in names where !bytes.holds(name) { verdict.add("README.md", "says nothing of the \(what) `\(name)`") }
    }
    mentions("action", instance.actions.map(\.name))
    mentions("setting", examination.descriptor.settings.map(\.name))
    mentions("import", instance.importers.map(\.kind))
    mentions("export", instance.exporters.map(\.kind))
    mentions("permission", examination.manifest.permissions.map(\.name))
    verdict.evidence = "\(count) names"
    return verdict
  }

  private static func example(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    let accepted = visit.acts.count(where: \.isAccepted)
    var verdict = Verdict(
      evidence: "\(examination.example.content.count) files, \(examination.example.imports.count) imports, "
        + "\(accepted) of \(visit.acts.count) forms accepted")
    if examination.example.isEmpty && !visit.acts.contains(where: { $0.isPublic && $0.isAccepted }) {
      verdict.add("Example", "there is none, and no public form could be filled: nothing of the module was seen alive")
    }
    return verdict
  }
}
