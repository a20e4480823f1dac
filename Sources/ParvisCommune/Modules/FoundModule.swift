import Glibc
public import ModuleLoading
public import ModuleProcess
public import ParticipationKit
import Sealing

/// A module in a folder, of either kind: a library that is opened in this process, or a program that runs beside it.
/// Examined as bytes; nothing of it has run.
public struct FoundModule: Sendable {
  /// What there is to run.
  public enum Kind: Sendable {
    /// A library for this process.
    case library(ModulePackage)
    /// A program with a process of its own.
    case process(ProcessPackage)
  }

  /// The folder.
  public let folder: String
  /// What `module.json` says.
  public let sidecar: Sidecar
  /// What there is to run.
  public let kind: Kind
  /// A digest that tells two builds of one version apart.
  let digest: UInt64
  /// The files that make up the module, relative to its folder.
  let files: [String]

  /// The most files of a module, and the most bytes together.
  private static let mostFiles = 5000
  private static let mostBytes = 64 << 20

  /// Examines a folder.
  /// - Throws: ``ModuleRefusal`` for the first thing that does not fit.
  public init(folder: String) throws(ModuleRefusal) {
    let path = folder + "/" + Sidecar.name
    let bytes = FoundModule.bytes(path)
    let json = bytes.flatMap { try? JSONValue.parse($0) }
    guard let bytes, let json, ProcessPackage.command(in: json) != nil else {
      // An author's folder as it was before building: the missing library is not what to look for.
      if let id = json?["id"]?.asString, Files.isFolder("\(folder)/Sources"),
        !Files.exists("\(folder)/\(id).so")
      {
        throw ModuleRefusal(
          .unreadable, path: folder, fr: "ce module n’est pas compilé ; lancez d’abord parvis module build",
          en: "this module is not built; run parvis module build first")
      }
      let package = try ModulePackage(folder: folder)
      self.folder = folder
      sidecar = package.sidecar
      kind = .library(package)
      digest = package.digest
      files = ((try? Files.names(folder)) ?? []).filter { !Files.isFolder("\(folder)/\($0)") }
      return
    }
    self.folder = folder
    sidecar = try Sidecar(bytes, path: path)
    files = try FoundModule.list(folder)
    var all: [UInt8] = []
    for file in files {
      guard let content = FoundModule.bytes("\(folder)/\(file)") else { throw FoundModule.unreadable(folder, file) }
      all += Array(file.utf8) + [0] + blake2b(content)
    }
    digest = blake2b(all).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    kind = .process(try FoundModule.process(folder, json, files))
  }

  /// The module as any other.
  /// - Parameters:
  ///   - commune: The commune's folder, of which a process sees nothing; empty where there is none.
  ///   - log: Writes a line to the log.
  /// - Throws: ``ModuleRefusal`` when a library cannot be opened.
  public func open(
    commune: String, log: @escaping @Sendable (String) -> Void
  ) throws(ModuleRefusal) -> ModuleDescriptor {
    switch kind {
    case .library(let package): return try package.open()
    case .process(let package): return package.descriptor(secret: commune, log: log)
    }
  }

  // MARK: Files of a process

  private static func process(
    _ folder: String, _ sidecar: JSONValue, _ files: [String]
  ) throws(ModuleRefusal) -> ProcessPackage {
    guard let declaration = bytes("\(folder)/\(ProcessPackage.declarationFile)") else {
      throw unreadable(folder, ProcessPackage.declarationFile)
    }
    let catalogues = files.filter { $0.hasPrefix("Locales/") && $0.hasSuffix(".json") }.compactMap { file in
      bytes("\(folder)/\(file)").map { (locale: String(file.dropFirst("Locales/".count).dropLast(5)), json: $0) }
    }
    do throws(DeclarationError) {
      return try ProcessPackage(
        folder: folder, sidecar: sidecar, declaration: declaration, catalogues: catalogues)
    } catch {
      throw ModuleRefusal(
        .declaration, path: folder, fr: "\(error.message("fr")) ; corrigez ce fichier, puis recommencez",
        en: "\(error.message("en")); correct this file, then try again")
    }
  }

  private static func bytes(_ path: String) -> [UInt8]? { (try? Files.read(path)).flatMap { $0 } }

  private static func unreadable(_ folder: String, _ file: String) -> ModuleRefusal {
    ModuleRefusal(
      .unreadable, path: "\(folder)/\(file)", fr: "manque ou ne peut pas être lu ; vérifiez le dossier du module",
      en: "is missing or cannot be read; check the folder of the module")
  }

  /// All files below a folder, sorted. A link is refused: installing would follow it, and copy what it leads to where
  /// the module can read it.
  private static func list(_ folder: String) throws(ModuleRefusal) -> [String] {
    var files: [String] = []
    var bytes = 0
    var folders = [""]
    while let inner = folders.popLast() {
      let names = (try? Files.names(inner.isEmpty ? folder : "\(folder)/\(inner)")) ?? []
      for name in names where name != "__pycache__" {
        let path = inner.isEmpty ? name : "\(inner)/\(name)"
        var facts = stat()
        guard lstat("\(folder)/\(path)", &facts) == 0 else { throw unreadable(folder, path) }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR: folders.append(path)
        case S_IFREG:
          files.append(path)
          bytes += Int(facts.st_size)
        default:
          throw ModuleRefusal(
            .unreadable, path: "\(folder)/\(path)", fr: "n’est ni un fichier ni un dossier ; mettez-y le fichier même",
            en: "is neither a file nor a folder; put the file itself there")
        }
      }
      guard files.count <= mostFiles, bytes <= mostBytes else {
        throw ModuleRefusal(
          .unreadable, path: folder,
          fr: "plus de \(mostFiles) fichiers ou de \(mostBytes >> 20) Mio ; retirez le reste",
          en: "more than \(mostFiles) files or \(mostBytes >> 20) MiB; take out the rest")
      }
    }
    return files.sorted()
  }
}
