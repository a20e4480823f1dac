internal import Glibc
internal import ParticipationKit
internal import Synchronization

/// The libraries of modules that are open in this process. The system's loader keeps them for the whole process and
/// they are never closed, so this table is of the process too; two communes may use the same library.
final class OpenLibraries: Sendable {
  static let shared = OpenLibraries()

  private struct Open {
    let path: String
    let digest: UInt64
    let descriptor: ModuleDescriptor
  }

  private let byName = Mutex<[String: Open]>([:])

  func descriptor(of package: ModulePackage) throws(ModuleRefusal) -> ModuleDescriptor {
    let name = package.note.swiftName
    let outcome = byName.withLock { open -> Result<ModuleDescriptor, ModuleRefusal> in
      if let known = open[name] {
        if known.digest == package.digest { return .success(known.descriptor) }
        return .failure(OpenLibraries.twice(name, package.library, known.path))
      }
      do throws(ModuleRefusal) {
        let made = try OpenLibraries.open(package.library)
        open[name] = Open(path: package.library, digest: package.digest, descriptor: made)
        return .success(made)
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private static func twice(_ name: String, _ path: String, _ other: String) -> ModuleRefusal {
    ModuleRefusal(
      .swiftName, path: path,
      fr: "s’appelle « \(name) » en Swift, comme \(other), déjà chargé ; donnez-lui un autre id ou une autre version, "
        + "recompilez-le, ou redémarrez avec un seul des deux",
      en: "is called “\(name)” in Swift, as \(other), which is loaded; give it another id or version and build it "
        + "again, or restart with one of them")
  }

  /// All symbols at once (`NOW`: a missing one is an error here and not the end of the process later), seen by nobody
  /// else (`LOCAL`), and for ever (`NODELETE`): the runtime keeps pointers into what a library registered.
  private static func open(_ path: String) throws(ModuleRefusal) -> ModuleDescriptor {
    // A name without a slash would be searched for in the system's folders.
    let place = path.utf8.contains(UInt8(ascii: "/")) ? path : "./" + path
    guard let library = dlopen(place, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      let words = dlerror().map { String(cString: $0) } ?? "?"
      throw ModuleRefusal(
        .open, path: path,
        fr: "le système refuse de la charger : \(words) ; recompilez le module avec le SDK de ce programme "
          + "(parvis module build), et vérifiez que toutes ses sources y sont",
        en: "the system refuses to load it: \(words); build the module again with the SDK of this program "
          + "(parvis module build), and check that all its sources are there")
    }
    typealias Entry = @convention(c) () -> UnsafeMutableRawPointer?
    guard let address = dlsym(library, ABINote.entry) else { throw withoutEntry(path) }
    guard let pointer = unsafeBitCast(address, to: Entry.self)() else { throw withoutEntry(path) }
    // The cast is the proof that both sides mean the same contract.
    let object = Unmanaged<AnyObject>.fromOpaque(pointer).takeRetainedValue()
    guard let entry = object as? ModuleEntry else { throw withoutEntry(path) }
    return entry.descriptor
  }

  private static func withoutEntry(_ path: String) -> ModuleRefusal {
    ModuleRefusal(
      .entry, path: path,
      fr: "n’a pas l’entrée « \(ABINote.entry) » de ce contrat : elle manque ou vient d’une autre copie de "
        + "ParticipationKit ; recompilez par « parvis module build », sans écrire cette fonction vous-même",
      en: "has not the entry “\(ABINote.entry)” of this contract: it is missing or comes from another copy of "
        + "ParticipationKit; build with “parvis module build”, and do not write this function yourself")
  }
}
