internal import CConfinement
internal import Glibc

/// What this kernel can keep a module's process from.
public struct Confinement: Sendable, Hashable {
  /// The version of Landlock, which keeps a process from files; 0 for none. From 4 on it covers TCP, too.
  public let landlock: Int
  /// Whether calls to the kernel are filtered, which keeps a process from sockets and from other processes.
  public let hasFilter: Bool

  /// What this kernel has.
  public static var ofThisKernel: Confinement {
    Confinement(landlock: Int(parvis_landlock_version()), hasFilter: parvis_filter_available() != 0)
  }

  /// Whether a child can neither read other files nor reach the network or other processes.
  public var isWhole: Bool { landlock > 0 && hasFilter }

  /// What holds and what does not, in a sentence.
  public func words(_ locale: String) -> String {
    let french = locale != "en"
    switch (landlock > 0, hasFilter) {
    case (true, true):
      return french
        ? "isolé : ni fichiers (Landlock \(landlock)), ni réseau, ni autres processus"
        : "confined: no files (Landlock \(landlock)), no network, no other processes"
    case (true, false):
      return french
        ? "isolé des fichiers (Landlock \(landlock)) ; ce noyau ne filtre pas les appels : le réseau reste ouvert"
        : "confined from files (Landlock \(landlock)); this kernel filters no calls: the network stays open"
    case (false, true):
      return french
        ? "ce noyau n’a pas Landlock : le module peut lire les fichiers de Parvis ; le réseau lui est fermé"
        : "this kernel has no Landlock: the module can read the files of Parvis; the network is closed to it"
    case (false, false):
      return french
        ? "ce noyau n’a ni Landlock ni filtre d’appels : le module peut ce que Parvis peut"
        : "this kernel has neither Landlock nor a filter of calls: the module can do what Parvis can"
    }
  }

  /// What every program needs to run: libraries, interpreters, randomness.
  private static let system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache"]

  /// What a program outside the system's folders and the module's needs: an interpreter brings its library in the
  /// folder above its `bin`; anything else is by itself.
  private static func home(_ program: String) -> String {
    let bin = Paths.parent(program)
    let home = Paths.parent(bin)
    return bin.hasSuffix("/bin") && home.utf8.count > 1 ? home : program
  }

  /// The rules for a program, as an open file; nil where the kernel has none.
  /// - Parameters:
  ///   - program: The file that is run, with its links resolved.
  ///   - folder: The module's folder.
  ///   - secret: A folder of which nothing may be seen but what lies in the module's own; empty for none.
  ///   - newRuleset: Makes a set of rules for a version of Landlock; gives -1 and sets `errno` when it cannot.
  /// - Throws: ``ChildFailure`` of the kind `start` when the kernel confines and gives no rules, as where too many
  ///   files are open: nothing runs unconfined that was said to be confined.
  func rules(
    program: String, folder: String, secret: String, newRuleset: (Int32) -> Int32 = { parvis_ruleset_new($0) }
  ) throws(ChildFailure) -> Int32? {
    guard landlock > 0 else { return nil }
    let rules = newRuleset(Int32(landlock))
    guard rules >= 0 else { throw ProgramStart.failure("Landlock", errno) }
    let reading = parvis_access_read | parvis_access_list | parvis_access_execute
    var places = Confinement.system
    if !(places + [folder]).contains(where: { Paths.holds($0, program) }) { places.append(Confinement.home(program)) }
    // A rule covers all that lies below, so what would show the commune's own files is left out.
    for place in places where secret.isEmpty || !Paths.holds(Paths.resolved(place), secret) {
      _ = parvis_ruleset_allow(rules, place, reading)
    }
    _ = parvis_ruleset_allow(rules, folder, reading)
    for device in ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"] {
      _ = parvis_ruleset_allow(rules, device, parvis_access_read | (device == "/dev/null" ? parvis_access_write : 0))
    }
    return rules
  }
}

/// Paths of the file system.
struct Paths {
  /// The path behind links; the path itself when there is none.
  static func resolved(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// The folder that a path lies in.
  static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Whether a path is a folder or lies in it.
  static func holds(_ folder: String, _ path: String) -> Bool {
    path == folder || path.utf8.starts(with: (folder + "/").utf8)
  }

  /// The file of a program: in the module's folder when the name has a slash, else in the system's folders.
  static func program(_ name: String, in folder: String) -> String? {
    if name.utf8.contains(UInt8(ascii: "/")) {
      let path = resolved(name.utf8.first == UInt8(ascii: "/") ? name : "\(folder)/\(name)")
      return access(path, X_OK) == 0 ? path : nil
    }
    return searched.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Where programs are looked for; not the `PATH` of whoever starts Parvis.
  static let searched = ["/usr/local/bin", "/usr/bin", "/bin"]
}
