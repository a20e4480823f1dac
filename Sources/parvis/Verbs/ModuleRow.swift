import ModuleLoading
import ModuleProcess
import ParticipationKit
import ParvisCommune
import ParvisHost

/// An installed module, as its files say; nothing of it is run.
struct ModuleRow {
  let entry: InstalledModules.Entry
  let package: FoundModule?
  let refusal: ModuleRefusal?

  init(_ entry: InstalledModules.Entry) {
    self.entry = entry
    var package: FoundModule?
    var refusal: ModuleRefusal?
    do throws(ModuleRefusal) {
      package = try FoundModule(folder: entry.current)
    } catch {
      refusal = error
    }
    if BundledModules.all.contains(where: { $0.manifest.id == entry.id }) {
      refusal = ModuleInstaller.duplicate(entry.id, entry.current)
    } else if entry.isQuarantined {
      refusal = InstalledModules.quarantined(entry)
    }
    self.package = package
    self.refusal = refusal
  }

  /// How a library was made; nil for a process.
  private var note: ABINote? {
    guard case .library(let package)? = package?.kind else { return nil }
    return package.note
  }

  /// What is run; nil for a library.
  private var run: [String]? {
    guard case .process(let package)? = package?.kind else { return nil }
    return package.run
  }

  static func used(_ isUsed: Bool) -> Bilingual {
    isUsed ? Bilingual(fr: "  utilisé", en: "  used") : Bilingual(fr: "  non utilisé", en: "  not used")
  }

  private func name(_ language: Language) -> String {
    package.map { $0.sidecar.names[language.code] ?? $0.sidecar.names["fr"] ?? entry.id } ?? entry.id
  }

  func line(isUsed: Bool?, _ language: Language) -> String {
    let state = isUsed.map { ModuleRow.used($0)(language) } ?? ""
    let origin = Bilingual(fr: "  installé", en: "  installed")(language)
    let trouble = refusal.map { "\n  \($0.message(language.code))" } ?? ""
    return "\(entry.id) \(package?.sidecar.version ?? entry.build)  \(name(language))\(origin)\(state)\(trouble)"
  }

  func json(isUsed: Bool?, _ language: Language) -> JSONValue {
    [
      "id": .string(entry.id), "version": .string(package?.sidecar.version), "name": .string(name(language)),
      "owner": .string(package?.sidecar.owner), "licence": .string(package?.sidecar.licence),
      "used": isUsed.map { .bool($0) } ?? .null, "origin": "installed", "build": .string(entry.build),
      "path": .string(entry.current), "contract": .string(note?.contract.description),
      "compiler": .string(note?.compiler), "run": run.map { .array($0.map { .string($0) }) } ?? .null,
      "confined": run == nil ? .null : .bool(Confinement.ofThisKernel.isWhole),
      "refused": refusal.map { .string($0.reason.name) } ?? .null,
      "message": refusal.map { .string($0.message(language.code)) } ?? .null,
    ]
  }

  /// `parvis module info` of an installed module. Only a module that is in service is loaded, by opening the commune.
  func tell(_ invocation: Invocation) throws -> ExitCode {
    let isUsed = try invocation.usedModules()?.contains(entry.id)
    let isInService = isUsed == true && refusal == nil
    let id = entry.id
    let instance =
      isInService ? try invocation.withCommune(for: .reading) { $0.host.registry.entry(id)?.instance } : nil
    let (console, language) = (invocation.console, invocation.language)
    if invocation.wantsJSON {
      let json = self.json(isUsed: isUsed, language).adding([("ok", .bool(refusal == nil))] + Verb.transfers(instance))
      try console.say(json.text)
      return refusal == nil ? .done : .foundWrong
    }
    try console.say(line(isUsed: isUsed, language))
    guard let package else { return .foundWrong }
    try console.say("\(package.sidecar.owner), \(package.sidecar.licence)")
    try console.say(package.sidecar.personalData[language.code] ?? package.sidecar.personalData["fr"] ?? "")
    if let note {
      try console.say(
        Bilingual(
          fr: "contrat \(note.contract), Swift \(note.compiler), \(note.triple), \(entry.current)",
          en: "contract \(note.contract), Swift \(note.compiler), \(note.triple), \(entry.current)"))
    } else if let run {
      let (words, confinement) = (run.joined(separator: " "), Confinement.ofThisKernel)
      try console.say(
        Bilingual(
          fr: "processus à part : \(words), dans \(entry.current) ; \(confinement.words("fr"))",
          en: "a process of its own: \(words), in \(entry.current); \(confinement.words("en"))"))
    }
    try Verb.tell(instance, console)
    return refusal == nil ? .done : .foundWrong
  }
}

extension Invocation {
  /// The modules installed in the commune; none where there is no commune.
  func installedModules() throws -> [ModuleRow] {
    guard FileTree.kind(FileTree.join(folder, "commune.yaml")) == .file else { return [] }
    return try InstalledModules(commune: folder).all().map { ModuleRow($0) }
  }
}
