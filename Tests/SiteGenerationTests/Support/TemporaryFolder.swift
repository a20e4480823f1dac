import Glibc

/// A folder of its own for one test, removed at the end.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    // In memory where possible: these tests write many small files and no disk is under test.
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/parvis-site-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
    }
  }

  deinit { FileTree.remove(path) }
}

/// The files below a folder, read whole.
enum FileTree {
  static func read(_ path: String, skipping skip: (String) -> Bool = { _ in false }) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    collect(path, "", &files)
    return files.filter { !skip($0.key) }
  }

  static func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  static func bytes(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var out: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      if count == 0 { return out }
      out += piece[..<count]
    }
  }

  static func write(_ path: String, _ text: String) {
    guard let file = fopen(path, "wb") else { return }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    fwrite(bytes, 1, bytes.count, file)
  }

  static func remove(_ path: String) {
    for name in names(path) {
      let whole = path + "/" + name
      if isFolder(whole) { remove(whole) } else { unlink(whole) }
    }
    rmdir(path)
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func collect(_ root: String, _ below: String, _ files: inout [String: [UInt8]]) {
    for name in names(root + "/" + below) {
      let path = below.isEmpty ? name : below + "/" + name
      if isFolder(root + "/" + path) { collect(root, path, &files) } else { files[path] = bytes(root + "/" + path) }
    }
  }

  private static func names(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
