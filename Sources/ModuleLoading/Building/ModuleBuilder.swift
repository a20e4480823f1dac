internal import Glibc
internal import ParticipationKit

/// Compiles the folder of a module to a library, without SwiftPM: one call of the compiler against the interface of the
/// contract, whose symbols stay undefined until the host that opens the library gives them.
public struct ModuleBuilder: Sendable {
  /// What was built.
  public struct Result: Sendable {
    /// The folder to install.
    public let folder: String
    /// Who the module is.
    public let sidecar: Sidecar
    /// What the compiler warned of; empty for nothing.
    public let warnings: String
  }

  private let source: String
  private let sdk: SDK

  /// The features that the host's own targets are compiled with: one source compiles both ways.
  private static let features = ["ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility"]
  /// The folder, in that of the module, of all that building makes.
  static let work = ".build"

  /// Makes a builder.
  /// - Parameters:
  ///   - source: The folder of a module: `module.json`, `Sources/`, `Locales/`.
  ///   - sdk: What to build with.
  public init(source: String, sdk: SDK) {
    self.source = source
    self.sdk = sdk
  }

  /// Where the result of building a folder lies.
  public static func output(of source: String) -> String { "\(source)/\(work)/module" }

  /// Builds the module.
  /// - Throws: ``BuildFailure``; ``ModuleRefusal`` when what was built could not be opened by this program.
  public func build() throws -> Result {
    let sidecar = try sidecar()
    let work = "\(source)/\(ModuleBuilder.work)"
    for folder in ["generated", "sdk", "scratch"] { try SourceFolder.make("\(work)/\(folder)") }
    try forgetCacheOfElsewhere(work)
    let compiler = try Compiler(scratch: "\(work)/scratch")
    guard sdk.compilerVersion == compiler.version else {
      throw BuildFailure(
        .mismatch,
        fr: "le SDK est de « \(sdk.compilerVersion) », le compilateur est « \(compiler.version) » ; prenez le même "
          + "Swift que Parvis (PARVIS_SWIFTC), ou le SDK du parvis qui chargera le module",
        en: "the SDK is of “\(sdk.compilerVersion)”, the compiler is “\(compiler.version)”; take the same Swift as "
          + "Parvis (PARVIS_SWIFTC), or the SDK of the parvis that will load the module")
    }
    let sources = SourceFolder.files("\(source)/Sources").filter { $0.hasSuffix(".swift") }.map { "Sources/\($0)" }
    let type = try type(sidecar, sources)
    try SourceChecks(folder: source, sources: sources).run()
    try generate(sidecar, compiler, type: type, into: "\(work)/generated")
    // Alone in a folder: what else lies beside the interface must not be importable.
    try SourceFolder.copy(sdk.interface, to: "\(work)/sdk/\(SDK.interfaceName)")
    let warnings = try compile(sources, sidecar, compiler, work)
    try finish(sidecar, work)
    let output = ModuleBuilder.output(of: source)
    _ = try ModulePackage(folder: output)
    return Result(folder: output, sidecar: sidecar, warnings: warnings)
  }

  /// What the compiler keeps holds absolute paths: in a folder that was moved or copied it only does harm.
  private func forgetCacheOfElsewhere(_ work: String) throws(BuildFailure) {
    let place = Array(Program.resolved(source).utf8)
    if let known = try? FileBytes.read("\(work)/place"), known == place { return }
    SourceFolder.remove("\(work)/cache")
    try SourceFolder.write(place, to: "\(work)/place")
  }

  private func sidecar() throws -> Sidecar {
    let json = try? JSONValue.parse(FileBytes.read("\(source)/module.json"))
    if json?["run"] != nil {
      throw BuildFailure(
        .folder,
        fr:
          "« \(source) » tourne dans un processus à part (« run ») : rien n’est à compiler ; installez-le tel quel",
        en: "“\(source)” runs in a process of its own (“run”): nothing is to be built; install it as it is")
    }
    for part in ["module.json", "Sources"] where !SourceFolder.exists("\(source)/\(part)") {
      throw BuildFailure(
        .folder,
        fr: "« \(source) » n’a pas \(part) ; donnez le dossier d’un module, ou créez-en un par « parvis module new »",
        en: "“\(source)” has no \(part); give the folder of a module, or make one with “parvis module new”")
    }
    let path = "\(source)/module.json"
    return try Sidecar(try FileBytes.read(path), path: path)
  }

  private func type(_ sidecar: Sidecar, _ sources: [String]) throws -> String {
    var found: [String] = []
    for file in sources { found += ModuleTypeScan.types(in: try FileBytes.read("\(source)/\(file)")) }
    if let named = sidecar.type, found.contains(named) { return named }
    if found.count == 1, sidecar.type == nil { return found[0] }
    let list = found.isEmpty ? "—" : found.joined(separator: ", ")
    throw BuildFailure(
      .type,
      fr: "un seul type des sources doit se déclarer « : ParticipationModule » (trouvé : \(list)) ; s’il y en a "
        + "plusieurs, nommez le bon dans module.json : \"type\": \"…\"",
      en: "one type of the sources must be declared “: ParticipationModule” (found: \(list)); if there are several, "
        + "name the right one in module.json: \"type\": \"…\"")
  }

  /// The resources, the note and the entry.
  private func generate(_ sidecar: Sidecar, _ compiler: Compiler, type: String, into folder: String) throws {
    var files: [(name: String, bytes: [UInt8])] = []
    for part in ["Locales", "Assets"] {
      for path in SourceFolder.files("\(source)/\(part)") where !path.hasSuffix(".md") {
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        files.append((name, try FileBytes.read("\(source)/\(part)/\(path)")))
      }
    }
    try SourceFolder.write(Array(EmbeddedFiles.swift(files).utf8), to: "\(folder)/PackageResources.swift")
    let note = ABINote(
      contract: sdk.contract, hasEvolution: sdk.hasEvolution, interface: sdk.digest, compiler: compiler.tag,
      triple: compiler.triple, swiftName: ModuleBuilder.swiftName(sidecar), id: sidecar.id, version: sidecar.version)
    guard let swift = note.swift else {
      throw BuildFailure(
        .folder, fr: "l’id ou la version de module.json ne tient pas dans la note de la bibliothèque",
        en: "the id or version of module.json does not fit into the note of the library")
    }
    let entry = """
      internal import ParticipationKit

      // Written by “parvis module build”.
      \(swift)
      @c(\(ABINote.entry)) public func parvisModuleEntry() -> UnsafeMutableRawPointer? {
        Unmanaged.passRetained(ModuleEntry(\(type).self)).toOpaque()
      }

      """
    try SourceFolder.write(Array(entry.utf8), to: "\(folder)/ModuleEntry.swift")
  }

  /// The name in Swift holds id and version, so that no two modules share one by accident.
  static func swiftName(_ sidecar: Sidecar) -> String {
    "Module_\(sidecar.id)_" + sidecar.version.map { $0 == "." ? "_" : String($0) }.joined()
  }

  /// Runs the compiler in the module's folder, so that what it says names files as the author does.
  private func compile(
    _ sources: [String], _ sidecar: Sidecar, _ compiler: Compiler, _ work: String
  ) throws(BuildFailure) -> String {
    let here = ModuleBuilder.work
    SourceFolder.remove("\(work)/module.part")
    try SourceFolder.make("\(work)/module.part")
    var arguments = [
      "-emit-library", "-O", "-whole-module-optimization", "-parse-as-library", "-swift-version", "6", "-module-name",
      ModuleBuilder.swiftName(sidecar), "-I", "\(here)/sdk", "-module-cache-path", "\(here)/cache",
      "-no-color-diagnostics", "-no-toolchain-stdlib-rpath", "-Xlinker", "-z", "-Xlinker", "nodelete",
      "-o", "\(here)/module.part/\(sidecar.id).so",
    ]
    for feature in ModuleBuilder.features { arguments += ["-enable-upcoming-feature", feature] }
    arguments += sources + ["\(here)/generated/PackageResources.swift", "\(here)/generated/ModuleEntry.swift"]
    guard let done = Program.run(compiler.path, arguments, in: source, scratch: "\(work)/scratch") else {
      throw BuildFailure(
        .compiler, fr: "« \(compiler.path) » ne peut pas être lancé ; réinstallez Swift",
        en: "“\(compiler.path)” cannot be started; install Swift again")
    }
    let said = String(decoding: done.output + done.errors, as: UTF8.self)
    guard done.status == 0 else {
      throw BuildFailure(
        .sources, fr: "le compilateur a trouvé des erreurs ; corrigez les lignes ci-dessus, puis recommencez",
        en: "the compiler found errors; correct the lines above, then run this again",
        diagnostics: said, hints: CompilerHint.all(for: said))
    }
    return said
  }

  /// Puts beside the library what goes with it, and gives the whole its name.
  private func finish(_ sidecar: Sidecar, _ work: String) throws(BuildFailure) {
    for name in ["module.json", "README.md"] where SourceFolder.exists("\(source)/\(name)") {
      try SourceFolder.copy("\(source)/\(name)", to: "\(work)/module.part/\(name)")
    }
    try SourceFolder.write(ContractRelease.bytes, to: "\(work)/module.part/\(ContractRelease.file)")
    SourceFolder.remove("\(work)/module")
    guard rename("\(work)/module.part", "\(work)/module") == 0 else {
      throw SourceFolder.failure("\(work)/module")
    }
  }
}
