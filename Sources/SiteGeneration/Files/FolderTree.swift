internal import Glibc

/// Work on whole folders.
package struct FolderTree {
  /// Whether there is no such folder, or nothing in it.
  static func isEmpty(_ path: String) -> Bool {
    guard let stream = opendir(path) else {
      // What is there and no folder is not ours to replace.
      var status = stat()
      return lstat(path, &status) != 0
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let isSelf = withUnsafeBytes(of: entry.pointee.d_name) { name in
        name[0] == UInt8(ascii: ".") && (name[1] == 0 || (name[1] == UInt8(ascii: ".") && name[2] == 0))
      }
      if !isSelf { return false }
    }
    return true
  }

  /// Removes a folder with all it holds; nothing when there is none. Links are removed, never followed.
  package static func remove(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try remove(path + "/" + name) }
      guard rmdir(path) == 0 else { throw failure("remove", path) }
    } else {
      guard unlink(path) == 0 else { throw failure("remove", path) }
    }
  }

  /// Whether a whole folder can take a name that is free or that of an empty folder, which is then removed. Not so for
  /// a mount point, a link, or a folder beside which nothing may be made.
  static func makeRoom(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 || rmdir(path) == 0
  }

  /// Gives a complete folder its name; the name is free or an empty folder.
  static func replace(_ path: String, with sibling: String) throws {
    rmdir(path)
    guard rename(sibling, path) == 0 else { throw failure("rename to", path) }
  }

  /// Removes what a publication that was stopped left beside its files.
  static func removeParts(_ path: String) throws {
    for name in try names(in: path) {
      let whole = path + "/" + name
      var status = stat()
      guard lstat(whole, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        try removeParts(whole)
      } else if name.utf8.first == UInt8(ascii: "."), name.hasSuffix(".part") {
        guard unlink(whole) == 0 else { throw failure("remove", whole) }
      }
    }
  }

  /// The names in a folder, sorted.
  static func names(in path: String) throws -> [String] {
    guard let stream = opendir(path) else {
      if errno == ENOENT { return [] }
      throw failure("open the folder", path)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func failure(_ operation: String, _ path: String) -> PublicationError {
    let code = errno
    return PublicationError.file(operation: operation, path: path, code: code, reason: SystemCode.text(code))
  }
}
