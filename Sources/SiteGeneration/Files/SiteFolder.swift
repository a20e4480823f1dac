internal import Glibc

/// One step that changes the site or the record of it. Tests stop a publication between two of them.
enum PublicationStep: Sendable, Equatable {
  case write(String)
  case rename(String)
  case delete(String)
  case commit
}

/// The folder of a site, whose files are reached relative to open folders, so that a path is resolved once a folder.
///
/// A file appears under its name only when it is whole: it is written beside, under a name with a leading point, and
/// renamed. In a new folder, which nobody reads before it is complete, files are written under their names at once.
final class SiteFolder {
  let root: String
  private let isFresh: Bool
  private let inspect: @Sendable (PublicationStep) throws -> Void
  private let rootDescriptor: Int32
  private var open: [(folder: String, descriptor: Int32)] = []
  private static let openLimit = 24

  /// Opens a folder, making it when there is none.
  /// - Parameters:
  ///   - root: The path of the folder, without final slash.
  ///   - isFresh: Whether nobody reads the folder yet.
  init(
    root: String, isFresh: Bool, inspect: @escaping @Sendable (PublicationStep) throws -> Void
  ) throws(PublicationError) {
    self.root = root
    self.isFresh = isFresh
    self.inspect = inspect
    SiteFolder.makeFolders(root)
    rootDescriptor = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard rootDescriptor >= 0 else { throw SiteFolder.failure("open the folder", root) }
  }

  deinit {
    for entry in open { close(entry.descriptor) }
    close(rootDescriptor)
  }

  /// Writes a file; what was there is replaced at once.
  func write(_ path: String, _ bytes: ArraySlice<UInt8>) throws {
    try inspect(.write(path))
    let (folder, name) = try locate(path, creating: true)
    let target = isFresh ? name : SiteFolder.temporaryName(name)
    let descriptor = openat(folder, target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("write", path) }
    var code: Int32 = 0
    bytes.withUnsafeBytes { source in
      var done = 0
      while done < source.count, code == 0 {
        let count = Glibc.write(descriptor, source.baseAddress.map { $0 + done }, source.count - done)
        if count >= 0 { done += count } else if errno != EINTR { code = errno }
      }
    }
    // `close` tells of a quota that was exceeded on some file systems.
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, !isFresh {
      try inspect(.rename(path))
      if renameat(folder, target, folder, name) != 0 { code = errno }
    }
    guard code == 0 else {
      unlinkat(folder, target, 0)
      throw SiteFolder.failure("write", root + "/" + path, code)
    }
  }

  /// The size of a file in bytes; nil when there is none.
  func size(_ path: String) throws -> Int? {
    guard let (folder, name) = try existing(path) else { return nil }
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("read", path)
    }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// The bytes of a file; nil when there is none.
  func read(_ path: String) throws -> [UInt8]? {
    guard let size = try size(path), let (folder, name) = try existing(path) else { return nil }
    let descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      while initialized < size {
        let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + initialized }, size - initialized)
        if count > 0 {
          initialized += count
        } else if count == 0 {
          return
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    guard code == 0 else { throw SiteFolder.failure("read", root + "/" + path, code) }
    return bytes
  }

  /// Removes a file and the folders that it leaves empty.
  /// - Returns: Whether there was one.
  func remove(_ path: String) throws -> Bool {
    try inspect(.delete(path))
    guard let (folder, name) = try existing(path) else { return false }
    guard unlinkat(folder, name, 0) == 0 else {
      if errno == ENOENT { return false }
      throw failure("remove", path)
    }
    removeEmptyFolders(above: path)
    return true
  }

  private func removeEmptyFolders(above path: String) {
    var folder = SiteFolder.split(path).folder
    while !folder.isEmpty {
      guard unlinkat(rootDescriptor, folder, AT_REMOVEDIR) == 0 else { return }
      if let index = open.firstIndex(where: { $0.folder == folder }) {
        close(open.remove(at: index).descriptor)
      }
      folder = SiteFolder.split(folder).folder
    }
  }

  // MARK: Finding folders

  private func existing(_ path: String) throws -> (Int32, String)? {
    let (folder, name) = SiteFolder.split(path)
    guard let descriptor = try descriptor(of: folder, creating: false) else { return nil }
    return (descriptor, name)
  }

  private func locate(_ path: String, creating: Bool) throws -> (Int32, String) {
    let (folder, name) = SiteFolder.split(path)
    guard let descriptor = try descriptor(of: folder, creating: creating) else { throw failure("open", path) }
    return (descriptor, name)
  }

  private func descriptor(of folder: String, creating: Bool) throws -> Int32? {
    if folder.isEmpty { return rootDescriptor }
    if let index = open.lastIndex(where: { $0.folder == folder }) {
      let entry = open[index]
      // Folders in use move to the end; documents alternate between the pages' folder and the data's.
      if index + 4 < open.count {
        open.remove(at: index)
        open.append(entry)
      }
      return entry.descriptor
    }
    var found = openat(rootDescriptor, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if found < 0, errno == ENOENT {
      guard creating else { return nil }
      try makeFolders(below: folder)
      found = openat(rootDescriptor, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard found >= 0 else { throw failure("open the folder", folder) }
    if open.count >= SiteFolder.openLimit { close(open.removeFirst().descriptor) }
    open.append((folder, found))
    return found
  }

  private func makeFolders(below folder: String) throws {
    var path = ""
    for segment in folder.split(separator: "/") {
      path += path.isEmpty ? String(segment) : "/" + segment
      if mkdirat(rootDescriptor, path, 0o755) != 0, errno != EEXIST { throw failure("make the folder", path) }
    }
  }

  private static func makeFolders(_ path: String) {
    var part = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
    for segment in path.split(separator: "/") {
      part += (part.isEmpty || part == "/") ? String(segment) : "/" + segment
      // What cannot be made is told when the folder is opened.
      mkdir(part, 0o755)
    }
  }

  // MARK: Names

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
  }

  /// The name under which a file is written beside; the same each time, so that what a crash left is written over.
  static func temporaryName(_ name: String) -> String { "." + name + ".part" }

  private func failure(_ operation: String, _ path: String) -> PublicationError {
    SiteFolder.failure(operation, root + "/" + path)
  }

  private static func failure(_ operation: String, _ path: String, _ code: Int32 = errno) -> PublicationError {
    PublicationError.file(operation: operation, path: path, code: code, reason: SystemCode.text(code))
  }
}
