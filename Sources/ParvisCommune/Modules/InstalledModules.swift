import Glibc
public import ModuleLoading
import ParticipationKit
import ParvisHost

/// The modules in a commune's folder: `data/modules/<id>/`, with a folder for each build that was installed and the
/// link `current` to the one that counts.
public struct InstalledModules: Sendable {
  /// One installed module, as its folder says; nothing of it has run.
  public struct Entry: Sendable {
    /// The id.
    public let id: String
    /// The folder of all its builds.
    public let folder: String
    /// The folder of the build that counts, with `module.json` and the library.
    public var current: String { folder + "/" + InstalledModules.link }
    /// The name of that build, as `1.0.0-3f2a9c10`.
    public let build: String
    /// Whether the module ended the program while it was loaded, and is left out until it is installed again.
    public let isQuarantined: Bool
  }

  /// Where the modules are.
  public let root: String

  static let link = "current"
  private static let quarantine = "quarantined"

  /// The modules of a commune's folder.
  public init(commune folder: String) { root = folder + "/data/modules" }

  /// The installed modules, sorted by id.
  /// - Throws: ``CommuneError`` when the folder cannot be read.
  public func all() throws -> [Entry] { try Files.names(root).compactMap { entry($0) } }

  /// An installed module; nil when there is none of this id.
  public func entry(_ id: String) -> Entry? {
    let folder = "\(root)/\(id)"
    guard let build = target(folder), Files.isFolder("\(folder)/\(build)") else { return nil }
    let held = (try? Files.read("\(folder)/\(InstalledModules.quarantine)")).flatMap { $0 }
    return Entry(
      id: id, folder: folder, build: build, isQuarantined: held.map { $0.elementsEqual(build.utf8) } ?? false)
  }

  private func target(_ folder: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = buffer.withUnsafeMutableBytes { room in
      room.baseAddress.map { readlink("\(folder)/\(InstalledModules.link)", $0, room.count) } ?? -1
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  // MARK: Quarantine

  /// Notes the modules whose loading ended a process, so that they are left out from now on.
  /// - Returns: The ids that were noted now.
  func noteCrashes() -> [String] {
    var noted: [String] = []
    for entry in (try? all()) ?? [] where LoadingMarker.takeCrashes(in: entry.folder) {
      let path = "\(entry.folder)/\(InstalledModules.quarantine)"
      if (try? Files.replace(path, with: Array(entry.build.utf8))) != nil { noted.append(entry.id) }
    }
    return noted
  }

  /// Lets a module be loaded again at the next start.
  /// - Returns: Whether it was quarantined.
  public func release(_ id: String) -> Bool {
    unlink("\(root)/\(id)/\(InstalledModules.quarantine)") == 0
  }

  // MARK: Loading

  /// The module of an installed entry: its code loaded into this process, or a program to be run beside it.
  /// - Parameters:
  ///   - commune: The commune's folder.
  ///   - log: Writes a line to the log.
  /// - Throws: ``ModuleRefusal`` that says why not.
  func load(
    _ entry: Entry, commune: String, log: @escaping @Sendable (String) -> Void
  ) throws(ModuleRefusal) -> ModuleDescriptor {
    if entry.isQuarantined { throw InstalledModules.quarantined(entry) }
    // A program cannot end this process, so it needs no marker, see ``LoadingMarker``.
    return try FoundModule(folder: entry.current).open(commune: commune, log: log)
  }

  /// What is said of a quarantined module.
  public static func quarantined(_ entry: Entry) -> ModuleRefusal {
    ModuleRefusal(
      .quarantined, path: entry.current,
      fr: "a arrêté le programme pendant son chargement ; Parvis marche sans lui, et ce qu’il a publié reste lisible. "
        + "Installez une version corrigée (parvis module install), ou réessayez celle-ci : "
        + "parvis module release \(entry.id)",
      en: "ended the program while it was loaded; Parvis runs without it, and what it published stays readable. "
        + "Install a corrected version (parvis module install), or try this one again: "
        + "parvis module release \(entry.id)")
  }
}

/// A module that `commune.yaml` asks for and that is not in service.
public struct ModuleOutage: Sendable {
  /// The id.
  public let id: String
  /// Why.
  public let refusal: ModuleRefusal
}

extension ModuleOutage {
  /// The same for the desk.
  var note: ModuleOutageNote {
    ModuleOutageNote(module: id, texts: ["fr": refusal.message("fr"), "en": refusal.message("en")])
  }
}
