internal import Glibc

/// A file that stands while a module is loaded, locked by the process that loads it. When a process ends in between,
/// the file is left without its lock, and the next start knows which module did it.
public final class LoadingMarker {
  private let path: String
  private var descriptor: Int32

  private static let prefix = "loading-"

  /// Writes the marker into the folder of a module; nil when the folder cannot be written, as for somebody who only
  /// reads the commune.
  public init?(in folder: String) {
    path = "\(folder)/\(LoadingMarker.prefix)\(getpid())"
    let draft = "\(folder)/.\(LoadingMarker.prefix)\(getpid())"
    descriptor = open(draft, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    // Locked before it has its name, so that nobody sees it without its lock.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 || rename(draft, path) != 0 {
      close(descriptor)
      return nil
    }
  }

  /// Takes the marker away: the module is loaded, or was refused in words.
  public func clear() {
    guard descriptor >= 0 else { return }
    unlink(path)
    close(descriptor)
    descriptor = -1
  }

  deinit { clear() }

  /// Whether a process ended while it loaded the module of a folder. The markers of ended processes are taken away.
  public static func takeCrashes(in folder: String) -> Bool {
    var found = false
    for name in names(in: folder) where name.utf8.starts(with: prefix.utf8) {
      let path = "\(folder)/\(name)"
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      // Who still loads holds the lock.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, unlink(path) == 0 { found = true }
      close(descriptor)
    }
    return found
  }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}
