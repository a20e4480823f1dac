import Glibc

/// The few things that the command itself does with files. Each failure names the path and the reason.
enum FileTree {
  /// What a path is.
  enum Kind {
    case nothing
    case file
    case folder
    case other
  }

  static func kind(_ path: String) -> Kind {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return .nothing }
    switch facts.st_mode & S_IFMT {
    case S_IFDIR: return .folder
    case S_IFREG: return .file
    default: return .other
    }
  }

  /// The names in a folder, sorted, without `.` and `..`.
  static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw failure(folder, fr: "de lire le dossier", en: "read the folder") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder and those above it; what exists stays.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
    if kind(path) == .folder { return }
    let parent = Self.parent(path)
    if parent != path, kind(parent) == .nothing { try makeFolder(parent) }
    if mkdir(path, mode) != 0, !(errno == EEXIST && kind(path) == .folder) {
      throw failure(path, fr: "de créer le dossier", en: "create the folder")
    }
  }

  /// Reads a file whole.
  static func bytes(of path: String, maxBytes: Int = 64 << 20) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, fr: "de lire", en: "read") }
    defer { close(descriptor) }
    guard let bytes = Descriptor(descriptor).readAll(maxBytes: maxBytes) else {
      throw failure(path, fr: "de lire", en: "read")
    }
    return bytes
  }

  /// Writes a file that must not exist yet; an existing one is left alone and false is given.
  @discardableResult
  static func create(_ path: String, _ bytes: [UInt8]) throws -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor < 0, errno == EEXIST { return false }
    guard descriptor >= 0 else { throw failure(path, fr: "d’écrire", en: "write") }
    let isWritten = Descriptor(descriptor).writeAll(bytes)
    let reason = errno
    let isClosed = close(descriptor) == 0
    guard isWritten && isClosed else {
      if !isWritten { errno = reason }
      let error = failure(path, fr: "d’écrire", en: "write")
      unlink(path)
      throw error
    }
    return true
  }

  /// The folder above a path.
  static func parent(_ path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// Checks that the folder of a file to be written is there.
  static func checkParent(of path: String) throws {
    let folder = parent(path)
    if kind(folder) == .folder { return }
    throw CommandError(
      .couldNot, fr: "le dossier \(folder) n’existe pas ; créez-le, ou donnez un autre chemin que \(path)",
      en: "the folder \(folder) does not exist; make it, or give another path than \(path)")
  }

  /// A path as seen from a folder; an absolute path stays as it is.
  static func join(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty { return path }
    return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// The absolute path, for a person who must find the file again.
  static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func failure(_ path: String, fr: String, en: String) -> CommandError {
    let code = errno
    return CommandError(
      .couldNot, fr: "impossible \(fr) \(path) : \(SystemError.words(code, .french))",
      en: "cannot \(en) \(path): \(SystemError.words(code, .english))")
  }
}
