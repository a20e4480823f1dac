import Glibc
public import ModuleLoading
import ParticipationKit
import ParvisHost

/// Puts built modules into a commune's folder and takes them out. Nothing that a running server uses is ever changed:
/// each build has a folder of its own, and a link is renamed over the old one. Servers see it at their next start.
public struct ModuleInstaller: Sendable {
  /// What an installation did.
  public struct Outcome: Sendable {
    /// The module.
    public let sidecar: Sidecar
    /// The name of the build, as `1.0.0-3f2a9c10`.
    public let build: String
    /// The build that counted before; nil for none.
    public let replaced: String?
  }

  private let modules: InstalledModules
  /// The ids of the modules that the program itself has.
  private let bundled: [String]

  /// Makes an installer for a commune.
  /// - Parameter bundled: The ids of the modules that the program itself has.
  public init(commune folder: String, bundled: [String]) {
    modules = InstalledModules(commune: folder)
    self.bundled = bundled
  }

  /// Installs a module from the folder of its sources, once built, or from the folder that building made.
  /// - Throws: ``ModuleRefusal`` when this program could not load it, ``CommuneError`` when a file cannot be written.
  public func install(_ path: String) throws -> Outcome {
    let built = ModuleBuilder.output(of: path)
    let package = try FoundModule(folder: Files.isFolder(built) ? built : path)
    let id = package.sidecar.id
    do {
      try ModuleRegistry.check(id: id)
    } catch let error as RegistryError {
      throw CommuneError(.invalid, fr: error.description, en: error.description)
    }
    if bundled.contains(id) { throw ModuleInstaller.duplicate(id, package.folder) }
    let home = "\(modules.root)/\(id)"
    try Files.makeFolder(home, mode: 0o700)
    let build = "\(package.sidecar.version)-\(ModuleInstaller.short(package.digest))"
    let replaced = modules.entry(id)?.build
    if !Files.isFolder("\(home)/\(build)") { try copy(package, to: "\(home)/\(build)") }
    try link(home, to: build)
    _ = modules.release(id)
    prune(home, keeping: [build, replaced ?? build])
    return Outcome(sidecar: package.sidecar, build: build, replaced: replaced == build ? nil : replaced)
  }

  /// Two modules of one id: the second is refused, and both are named.
  public static func duplicate(_ id: String, _ path: String) -> ModuleRefusal {
    let program = ModuleInstaller.program
    return ModuleRefusal(
      .duplicate, path: path,
      fr:
        "le module « \(id) » est déjà dans le programme \(program) ; donnez un autre id au vôtre, ou lancez parvis "
        + "avec PARVIS_WITHOUT_BUNDLED=\(id) pour qu’il prenne sa place",
      en: "the module “\(id)” is in the program \(program) already; give yours another id, or run parvis with "
        + "PARVIS_WITHOUT_BUNDLED=\(id) so that it takes its place")
  }

  private static var program: String {
    guard let path = realpath("/proc/self/exe", nil) else { return "parvis" }
    defer { free(path) }
    return String(cString: path)
  }

  private static func short(_ digest: UInt64) -> String {
    let text = String(digest, radix: 16)
    return String((String(repeating: "0", count: 16 - text.utf8.count) + text).prefix(8))
  }

  /// Writes a build under another name, on disk, and then gives it its own: it is there whole or not at all.
  private func copy(_ package: FoundModule, to target: String) throws {
    let draft = "\(modules.root)/.\(getpid()).part"
    Files.removeFolder(draft)
    try Files.makeFolder(draft, mode: 0o700)
    for file in package.files {
      guard let bytes = try Files.read("\(package.folder)/\(file)") else { continue }
      if let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) {
        try Files.makeFolder("\(draft)/\(file[..<slash])", mode: 0o700)
      }
      try Files.replace("\(draft)/\(file)", with: bytes, mode: mode(package, file))
    }
    guard rename(draft, target) == 0 else { throw Files.unwritable(target, errno) }
  }

  /// Nobody changes an installed file; what is run can be run.
  private func mode(_ package: FoundModule, _ file: String) -> mode_t {
    if case .library = package.kind { return file.hasSuffix(".so") ? 0o500 : 0o400 }
    return isExecutable("\(package.folder)/\(file)") ? 0o500 : 0o400
  }

  private func isExecutable(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & 0o111 != 0
  }

  private func link(_ home: String, to build: String) throws {
    let draft = "\(home)/.\(InstalledModules.link).\(getpid())"
    unlink(draft)
    guard symlink(build, draft) == 0, rename(draft, "\(home)/\(InstalledModules.link)") == 0 else {
      throw Files.unwritable(home, errno)
    }
  }

  /// Old builds are of no use to anybody; the one before this one may still be in use, and is one rename away.
  private func prune(_ home: String, keeping: [String]) {
    let names = (try? Files.names(home)) ?? []
    for name in names where name != InstalledModules.link && !keeping.contains(name) {
      if Files.isFolder("\(home)/\(name)") { Files.removeFolder("\(home)/\(name)") }
    }
  }

  /// Takes a module out: its files, not its data. What it published stays readable as an archive.
  /// - Throws: ``CommuneError`` when it is not installed, or `commune.yaml` still asks for it.
  public func remove(_ id: String, configuration: CommuneConfiguration) throws {
    guard Sidecar.isID(id), modules.entry(id) != nil || Files.isFolder("\(modules.root)/\(id)") else {
      let known = try modules.all().map(\.id).joined(separator: ", ")
      throw CommuneError(
        .notFound, fr: "Le module « \(id) » n’est pas installé dans cette commune ; installés : \(known)",
        en: "The module “\(id)” is not installed in this commune; installed: \(known)")
    }
    if let used = configuration.modules.first(where: { $0.id == id }) {
      throw CommuneError(
        .exists,
        fr: "commune.yaml demande encore « \(id) » : retirez d’abord la ligne \(used.settings.line), puis recommencez.",
        en: "commune.yaml still asks for “\(id)”: take out line \(used.settings.line) first, then run this again.")
    }
    Files.removeFolder("\(modules.root)/\(id)")
  }
}
