import FrontMatter
import ParticipationKit
import ParvisCommune
import ParvisHost
import SiteGeneration

/// The demonstration commune: its files copied, its imports run, its site written.
struct Demonstration {
  private struct Step {
    let kind: String
    let file: String
    let options: [String: String]
  }

  private let source: String
  private var content: [String] = []
  private var steps: [Step] = []

  /// `parvis init DIR --demo`.
  static func make(_ folder: String, _ invocation: Invocation) throws -> ExitCode {
    try checkPlace(folder)
    let demonstration = try Demonstration(source: try find(invocation))
    let console = invocation.console
    let copied = try demonstration.copy(to: folder)
    try console.say(
      Bilingual(fr: "\(copied) fichiers copiés dans \(folder).", en: "\(copied) files copied into \(folder)."))
    let commune = try Commune.open(folder, CommuneOptions(modules: BundledModules.all, log: { console.note($0) }))
    defer { commune.close() }
    var hasSkipped = false
    for step in demonstration.steps {
      let report = try console.progress(Bilingual(fr: "Lecture de \(step.file)", en: "Reading \(step.file)")) {
        try commune.runImport(
          kind: step.kind, file: FileTree.join(demonstration.source, step.file), options: step.options, dryRun: false)
      }
      try report.tell(console, file: step.file, isDryRun: false)
      hasSkipped = hasSkipped || report.skippedCount > 0
    }
    let report = try console.progress(Bilingual(fr: "Écriture du site", en: "Writing the site")) {
      try commune.build(out: nil, dryRun: false)
    }
    try report.tell(console, isDryRun: false)
    try console.say(
      Bilingual(
        fr: "Ensuite : parvis serve -C \(folder)   (il donne le lien du premier compte)",
        en: "Next: parvis serve -C \(folder)   (it gives the link of the first account)"))
    return report.failures.isEmpty && !hasSkipped ? .done : .foundWrong
  }

  /// The demonstration fills its own commune only: invented people in the records of a real one could not be told from
  /// those who took part.
  private static func checkPlace(_ folder: String) throws {
    let name = "commune.yaml"
    let path = FileTree.join(folder, name)
    if FileTree.kind(path) == .file {
      let value: YAMLValue
      do {
        value = try YAMLDocument.parse(try FileTree.bytes(of: path), file: name)
      } catch let error as FrontMatterError {
        throw Demonstration.error([error])
      }
      if MappingReader(value, file: name).optionalBool("demonstration") == true { return }
    } else if FileTree.kind(FileTree.join(folder, "data/parvis.sqlite")) != .file {
      return
    }
    throw CommandError(
      .refused,
      fr: """
        \(folder) est une vraie commune (commune.yaml ne dit pas « demonstration: true ») ; la démonstration la \
        remplirait de personnes inventées. Choisissez un autre dossier
        """,
      en: """
        \(folder) is a real commune (commune.yaml does not say “demonstration: true”); the demonstration would fill it \
        with invented people. Choose another folder
        """)
  }

  /// The folder with `demonstration.yaml`.
  private static func find(_ invocation: Invocation) throws -> String {
    func isOne(_ folder: String) -> Bool { FileTree.kind(FileTree.join(folder, "demonstration.yaml")) == .file }
    if let given = invocation.value("content") ?? environmentVariable("PARVIS_CONTENT"), !given.isEmpty {
      if isOne(given) { return given }
      throw CommandError(
        .couldNot, fr: "pas de commune de démonstration dans \(given) : demonstration.yaml manque",
        en: "no demonstration commune in \(given): demonstration.yaml is missing")
    }
    var places: [String] = []
    var above = FileTree.parent(FileTree.absolute("/proc/self/exe"))
    for _ in 1...4 {
      places.append(FileTree.join(above, "Content"))
      above = FileTree.parent(above)
    }
    places += ["/usr/share/parvis/Content", "Content"]
    if let place = places.first(where: isOne) { return place }
    throw CommandError(
      .couldNot,
      fr: "la commune de démonstration n’a pas été trouvée ; donnez le dossier Content du dépôt : --content DIR",
      en: "the demonstration commune was not found; give the folder Content of the repository: --content DIR")
  }

  private init(source: String) throws {
    self.source = source
    let name = "demonstration.yaml"
    do {
      let value = try YAMLDocument.parse(try FileTree.bytes(of: FileTree.join(source, name)), file: name)
      let reader = MappingReader(value, file: name)
      content = reader.texts("content")
      let imports = reader.mappings("imports").map { entry in
        (kind: entry.text("kind"), file: entry.text("file"), set: entry.optionalMapping("set"))
      }
      for entry in imports {
        let pairs = entry.set.map { set in set.keys.map { ($0, set.text($0)) } } ?? []
        steps.append(Step(kind: entry.kind, file: entry.file, options: Dictionary(uniqueKeysWithValues: pairs)))
      }
      try reader.finish()
    } catch let error as FrontMatterError {
      throw Demonstration.error([error])
    } catch let errors as FrontMatterErrors {
      throw Demonstration.error(errors.errors)
    }
  }

  private static func error(_ errors: [FrontMatterError]) -> CommandError {
    CommandError(
      .foundWrong, fr: errors.map { $0.message(locale: "fr") }.joined(separator: "\n"),
      en: errors.map { $0.message(locale: "en") }.joined(separator: "\n"))
  }

  /// Copies `commune.yaml` and the content, which is all but what is imported.
  private func copy(to folder: String) throws -> Int {
    try FileTree.makeFolder(folder)
    let imported = Set(steps.map(\.file))
    var count = try copyFile("commune.yaml", to: FileTree.join(folder, "commune.yaml"))
    for entry in content { count += try copy(entry, to: FileTree.join(folder, "content"), but: imported) }
    try FileTree.makeFolder(FileTree.join(folder, "data"), mode: 0o700)
    return count
  }

  private func copy(_ path: String, to folder: String, but imported: Set<String>) throws -> Int {
    let whole = FileTree.join(source, path)
    switch FileTree.kind(whole) {
    case .folder:
      return try FileTree.names(in: whole).filter { !$0.hasPrefix(".") }.reduce(0) {
        $0 + (try copy("\(path)/\($1)", to: folder, but: imported))
      }
    case .file where !imported.contains(path):
      return try copyFile(path, to: FileTree.join(folder, path))
    case .nothing:
      throw CommandError(
        .foundWrong, fr: "demonstration.yaml nomme \(path), qui n’existe pas dans \(source)",
        en: "demonstration.yaml names \(path), which does not exist in \(source)")
    default: return 0
    }
  }

  private func copyFile(_ path: String, to target: String) throws -> Int {
    try FileTree.makeFolder(FileTree.parent(target))
    let bytes = try FileTree.bytes(of: FileTree.join(source, path))
    return try FileTree.create(target, bytes) ? 1 : 0
  }
}
