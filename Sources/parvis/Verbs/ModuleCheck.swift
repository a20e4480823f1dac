import ModuleLoading
import ParticipationKit
import ParticipationTesting
import ParvisCommune

extension Verb {
  /// `parvis module check`.
  static let moduleCheck = Verb(
    "module check",
    summary: Bilingual(
      fr: "vérifie un module avec toutes les règles et donne son niveau",
      en: "checks a module with every rule and gives its level"),
    details: Bilingual(
      fr: """
        Le module vit dans une commune jetable : formulaires remplis, décisions, effacements, migrations. Les \
        niveaux : bronze (sûr), silver (fiable), gold (pour tous), platinum (durable). Dans le dossier d’une \
        commune, le résultat est gardé et montré au bureau, écran « Modules ».
        """,
      en: """
        The module lives in a throw-away commune: forms filled, decisions, erasures, migrations. The levels: bronze \
        (safe), silver (reliable), gold (for everybody), platinum (lasting). In the folder of a commune the result is \
        kept and shown at the desk, screen “Modules”.
        """),
    operands: [
      Operand(
        "MODULE", fr: "le dossier d’un module, ou l’identifiant d’un module du programme",
        en: "the folder of a module, or the id of a module of the program")
    ],
    options: [.level, .commune, .json],
    examples: ["parvis module check agenda", "parvis module check Plugins/Agenda --level gold"]
  ) { invocation in
    let wanted = try invocation.level()
    if let folder = ModuleUnderCheck.libraryFolder(invocation.operands[0]),
      environmentVariable(CheckedApart.variable) == nil
    {
      switch try CheckedApart.run(folder) {
      case .exited(let status): return ExitCode(status: status)
      case .crashed(let crash): return try invocation.tell(crash.report, wanted, .loaded)
      }
    }
    let module = try ModuleUnderCheck.find(invocation.operands[0])
    CheckedApart.note("\(module.descriptor.manifest.id) \(module.descriptor.manifest.version)")
    let id = module.descriptor.manifest.id
    let words = Bilingual(
      fr: "Vérification de \(id) (\(module.way.words.fr))", en: "Checking \(id) (\(module.way.words.en))")
    let report = invocation.console.progress(words) {
      Conformance.check(module.descriptor, folder: module.folder, beginning: CheckedApart.note)
    }
    return try invocation.tell(report, wanted, module.way)
  }
}

extension Invocation {
  /// Says what a check found, and keeps it in the folder of a commune.
  fileprivate func tell(
    _ report: ConformanceReport, _ wanted: ConformanceLevel, _ way: ModuleUnderCheck.Way
  ) throws -> ExitCode {
    let isCommune = FileTree.kind(FileTree.join(folder, "commune.yaml")) == .file
    if isCommune { try KeptChecks(folder: folder).keep(report) }
    let isReached = report.reaches(wanted)
    if wantsJSON {
      let members: [(String, JSONValue)] = [
        ("ok", .bool(isReached)), ("wanted", .string(wanted.name)), ("kept", .bool(isCommune)),
        ("way", .string(way.rawValue)),
      ]
      try console.say(report.value.adding(members).text)
    } else {
      for line in report.lines(language.code) { try console.say(line) }
    }
    return isReached ? .done : .foundWrong
  }
}

extension Option {
  fileprivate static let level = Option(
    "level", value: "LEVEL", fr: "le niveau demandé : bronze (sinon), silver, gold, platinum",
    en: "the level that is asked for: bronze (else), silver, gold, platinum")
}

extension Invocation {
  fileprivate func level() throws -> ConformanceLevel {
    guard let name = value("level") else { return .bronze }
    if let level = ConformanceLevel(name) { return level }
    let names = ConformanceLevel.all.map(\.name).joined(separator: ", ")
    throw CommandError(
      .usage, fr: "niveau inconnu « \(name) » ; possible : \(names)", en: "unknown level “\(name)”; possible: \(names)")
  }
}

/// The module that `module check` was asked for: a folder, or a module of the program by its id.
struct ModuleUnderCheck {
  /// How a module comes into the process.
  enum Way: String {
    case bundled, loaded, process

    var words: Bilingual {
      switch self {
      case .bundled: Bilingual(fr: "module du programme", en: "module of the program")
      case .loaded: Bilingual(fr: "bibliothèque compilée", en: "built library")
      case .process: Bilingual(fr: "processus à part", en: "process of its own")
      }
    }
  }

  let descriptor: ModuleDescriptor
  let folder: ModuleFolder?
  let way: Way

  /// The folder of a module whose library was built there, which is code for this process; nil for anything else.
  static func libraryFolder(_ operand: String) -> ModuleFolder? {
    guard FileTree.kind(operand) == .folder, let folder = ModuleFolder(operand),
      FileTree.kind(ModuleBuilder.output(of: folder.path)) == .folder
    else { return nil }
    return folder
  }

  static func find(_ operand: String) throws -> ModuleUnderCheck {
    if FileTree.kind(operand) == .folder {
      guard let folder = ModuleFolder(operand) else {
        throw CommandError(
          .usage, fr: "\(operand) n’est pas le dossier d’un module : module.json y manque",
          en: "\(operand) is not the folder of a module: it has no module.json")
      }
      return try module(in: folder)
    }
    if let module = BundledModules.all.first(where: { $0.manifest.id == operand }) {
      return ModuleUnderCheck(descriptor: module, folder: folder(of: operand), way: .bundled)
    }
    let ids = BundledModules.all.map(\.manifest.id)
    let near = Nearest.name(to: operand, among: ids).map { [$0] } ?? ids
    throw CommandError(
      .usage, fr: "ni dossier ni module « \(operand) » ; il y a : \(near.joined(separator: ", "))",
      en: "neither a folder nor a module “\(operand)”; there is: \(near.joined(separator: ", "))")
  }

  /// The module that a folder holds: the library that was built there, in the way in which a commune loads it; else
  /// the module of the program that has its id.
  private static func module(in folder: ModuleFolder) throws -> ModuleUnderCheck {
    let built = ModuleBuilder.output(of: folder.path)
    if FileTree.kind(built) == .folder {
      return ModuleUnderCheck(descriptor: try ModulePackage(folder: built).open(), folder: folder, way: .loaded)
    }
    let id = folder.moduleID ?? ""
    if let module = BundledModules.all.first(where: { $0.manifest.id == id }) {
      return ModuleUnderCheck(descriptor: module, folder: folder, way: .bundled)
    }
    // A module in a process of its own is run as it would be in a commune, with its messages on standard error.
    if folder.isProgram {
      let descriptor = try FoundModule(folder: folder.path).open(commune: "", log: { Console.current.note($0) })
      return ModuleUnderCheck(descriptor: descriptor, folder: folder, way: .process)
    }
    throw CommandError(
      .couldNot,
      fr: "\(folder.path) : « \(id) » n’est pas compilé ; lancez d’abord parvis module build \(folder.path)",
      en: "\(folder.path): “\(id)” is not built; run parvis module build \(folder.path) first")
  }

  /// The folder of a module of the program, where the program was built: `Plugins` here or above the program.
  private static func folder(of id: String) -> ModuleFolder? {
    var places = ["Plugins"]
    var above = FileTree.parent(FileTree.absolute("/proc/self/exe"))
    for _ in 1...5 {
      places.append(FileTree.join(above, "Plugins"))
      above = FileTree.parent(above)
    }
    for place in places where FileTree.kind(place) == .folder {
      for name in (try? FileTree.names(in: place)) ?? [] {
        if let folder = ModuleFolder(FileTree.join(place, name)), folder.moduleID == id { return folder }
      }
    }
    return nil
  }
}
