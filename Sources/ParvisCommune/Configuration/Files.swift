import Glibc
import SiteGeneration

/// Files as the composition needs them: whole reads, listings, folders. Nothing is synced behind one's back.
struct Files {
  /// The bytes of a file; nil when there is none.
  /// - Throws: ``CommuneError`` when it exists and cannot be read.
  static func read(_ path: String) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw unreadable(path, errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    try forEachPiece(descriptor, path) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Each piece of an open file.
  static func forEachPiece(_ descriptor: Int32, _ path: String, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(path, errno)
      }
      try body(buffer[0..<count])
    }
  }

  /// Writes a piece to an open file.
  static func write(_ piece: ArraySlice<UInt8>, to descriptor: Int32, _ path: String) throws {
    var rest = piece
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unwritable(path, errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// The names in a folder, sorted; none when there is no such folder. Names that start with a point are left out.
  /// - Throws: ``CommuneError`` when the folder exists and cannot be read: its files must not seem to be gone.
  static func names(_ folder: String) throws -> [String] {
    guard let directory = opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw unreadable(folder, errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.utf8.starts(with: ".".utf8) { names.append(name) }
    }
    return names.sorted()
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a folder and those above it.
  /// - Throws: ``CommuneError``.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
    if isFolder(path) { return }
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    if mkdir(path, mode) != 0, errno != EEXIST { throw unwritable(path, errno) }
  }

  /// Writes a file beside its place, on disk, and renames it: whoever reads sees the old one or the new one.
  /// - Throws: ``CommuneError``.
  static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws {
    let draft = "\(path).\(getpid()).part"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    defer { close(descriptor) }
    do {
      try write(bytes[...], to: descriptor, path)
      guard fsync(descriptor) == 0, rename(draft, path) == 0 else { throw unwritable(path, errno) }
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// Removes a folder with all that is in it, as far as that can be done; nothing happens when there is none.
  static func removeFolder(_ folder: String) { try? FolderTree.remove(folder) }

  static func unreadable(_ path: String, _ code: Int32) -> CommuneError {
    let reason = String(cString: strerror(code))
    return CommuneError(
      .unreadable, fr: "« \(path) » ne peut pas être lu (\(reason)). Vérifiez le chemin et les droits.",
      en: "“\(path)” cannot be read (\(reason)). Check the path and its permissions.")
  }

  static func unwritable(_ path: String, _ code: Int32) -> CommuneError {
    let reason = String(cString: strerror(code))
    if code == ENOSPC || code == EDQUOT {
      return CommuneError(
        .full, fr: "Le disque est plein : « \(path) » n’a pas pu être écrit. Libérez de la place, puis recommencez.",
        en: "The disk is full: “\(path)” could not be written. Free some space, then try again.")
    }
    return CommuneError(
      .readOnly, fr: "« \(path) » ne peut pas être écrit (\(reason)). Donnez au programme le droit d’y écrire.",
      en: "“\(path)” cannot be written (\(reason)). Give the program the right to write there.")
  }
}
