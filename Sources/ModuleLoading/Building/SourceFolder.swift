internal import Glibc

/// Files below a folder, for building.
struct SourceFolder {
  /// The files below a folder by path relative to it, sorted; names that start with a point are left out.
  static func files(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.utf8.first == UInt8(ascii: ".") { continue }
      var facts = stat()
      guard stat("\(folder)/\(name)", &facts) == 0 else { continue }
      if facts.st_mode & S_IFMT == S_IFDIR {
        found += files("\(folder)/\(name)").map { "\(name)/\($0)" }
      } else {
        found.append(name)
      }
    }
    return found.sorted()
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a folder and those above it.
  static func make(_ path: String) throws(BuildFailure) {
    if exists(path) { return }
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
      try make(String(path[..<slash]))
    }
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw failure(path) }
  }

  /// Writes a file, unless it holds these bytes already.
  static func write(_ bytes: [UInt8], to path: String) throws(BuildFailure) {
    if let old = try? FileBytes.read(path), old == bytes { return }
    guard let file = fopen(path, "we") else { throw failure(path) }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else { throw failure(path) }
  }

  /// Copies a file.
  static func copy(
    _ path: String, to target: String, changing change: ([UInt8]) -> [UInt8] = { $0 }
  ) throws(BuildFailure) {
    do {
      try write(change(try FileBytes.read(path)), to: target)
    } catch let failure as BuildFailure {
      throw failure
    } catch {
      throw SourceFolder.failure(path)
    }
  }

  /// Removes a folder with what is in it.
  static func remove(_ folder: String) {
    guard let directory = opendir(folder) else {
      unlink(folder)
      return
    }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    closedir(directory)
    for name in names {
      var facts = stat()
      let path = "\(folder)/\(name)"
      if lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { remove(path) } else { unlink(path) }
    }
    rmdir(folder)
  }

  static func failure(_ path: String) -> BuildFailure {
    let words = String(cString: strerror(errno))
    return BuildFailure(
      .disk, fr: "« \(path) » ne peut pas être écrit (\(words)) ; vérifiez les droits et la place",
      en: "“\(path)” cannot be written (\(words)); check the permissions and the space")
  }
}
