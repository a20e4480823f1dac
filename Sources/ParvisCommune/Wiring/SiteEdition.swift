import Glibc
import Sealing

/// What a site is made from besides the database and the files of the program's own: a site of another edition is
/// published anew as a whole.
struct SiteEdition {
  /// The largest file that is read for it, in bytes; of larger ones size and time of the last change count.
  private static let largest = 4 << 20

  /// The edition of a commune: the program, `commune.yaml`, `content/`, and the modules in `modules/`. Some
  /// milliseconds: they were all just read, so they lie in memory.
  /// - Throws: `CommuneError` when a file cannot be read.
  static func bytes(folder: String) throws -> [UInt8] {
    // Reading the program itself would cost more than all the rest.
    var all = stamp("/proc/self/exe")
    try add(folder + "/commune.yaml", "commune.yaml", &all)
    for name in ["content", "modules"] { try addFolder(folder + "/" + name, name, &all) }
    // A build has a name of its own, which holds the digest of its files.
    for entry in try InstalledModules(commune: folder).all() { all += Array("\(entry.id) \(entry.build)".utf8) + [0] }
    return blake2b(all)
  }

  private static func addFolder(_ path: String, _ name: String, _ all: inout [UInt8]) throws {
    for entry in try Files.names(path) {
      let (below, title) = (path + "/" + entry, name + "/" + entry)
      if Files.isFolder(below) { try addFolder(below, title, &all) } else { try add(below, title, &all) }
    }
  }

  private static func add(_ path: String, _ name: String, _ all: inout [UInt8]) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    all += Array(name.utf8) + [0]
    if status.st_size <= SiteEdition.largest, let bytes = try Files.read(path) {
      all += blake2b(bytes)
    } else {
      all += stamp(path)
    }
  }

  /// Size and time of the last change.
  private static func stamp(_ path: String) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return Array("\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)".utf8) + [0]
  }
}
