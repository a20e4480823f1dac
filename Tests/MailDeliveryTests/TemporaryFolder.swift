import Glibc
import Testing

/// A folder of one test, removed with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/parvis-mail-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    path = String(cString: try #require(made))
  }

  deinit {
    guard path.hasPrefix("/tmp/parvis-mail-") else { return }
    remove(path)
  }

  private func remove(_ path: String) {
    for name in list(path) {
      if unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
    }
    rmdir(path)
  }

  private func list(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func names(_ folder: String) -> [String] { list("\(path)/\(folder)") }

  func text(_ name: String) -> String? {
    guard let file = fopen("\(path)/\(name)", "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte >= 0 { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes a program.
  func program(_ name: String, _ text: String) -> String {
    let target = "\(path)/\(name)"
    // Written by a child that ends before it is run: a descriptor of ours that another test's child inherited would
    // make the kernel refuse to run it (ETXTBSY).
    if let file = fopen(target, "we") {
      fputs(text, file)
      fclose(file)
    }
    chmod(target, 0o755)
    return target
  }
}
