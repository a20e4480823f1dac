import Glibc
import ParticipationKit
import SiteGeneration
import Synchronization

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
  private let time: Mutex<Timestamp>

  init(_ now: Timestamp) { time = Mutex(now) }

  var now: Timestamp { time.withLock { $0 } }

  func set(_ now: Timestamp) { time.withLock { $0 = now } }
}

/// A value that another thread brings.
final class Waiting<Value: Sendable>: Sendable {
  private let box = Mutex<Value?>(nil)

  func set(_ value: Value) { box.withLock { $0 = value } }

  /// Waits for the value. Answers come within milliseconds, so short sleeps do.
  func value() -> Value {
    while true {
      if let value = box.withLock({ $0 }) { return value }
      usleep(200)
    }
  }
}

extension TestCommune {
  static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  static func write(_ bytes: [UInt8], to path: String) throws {
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) { makeFolder(String(path[..<slash])) }
    guard let file = fopen(path, "w") else { throw Failure(description: "\(path): errno \(errno)") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Failure(description: "\(path): errno \(errno)")
    }
  }

  static func makeFolder(_ path: String) {
    if access(path, F_OK) == 0 { return }
    if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
      makeFolder(String(path[..<slash]))
    }
    mkdir(path, 0o755)
  }

  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
    }
  }

  /// The files below a folder, by path.
  static func list(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      if entry.pointee.d_type == UInt8(DT_DIR) {
        paths += list("\(folder)/\(name)").map { "\(name)/\($0)" }
      } else {
        paths.append(name)
      }
    }
    return paths
  }

  /// Removes a temporary folder of a test.
  static func remove(_ folder: String) {
    let places = ["/tmp/parvis-test-", "/dev/shm/parvis-test-"]
    guard places.contains(where: { folder.utf8.starts(with: $0.utf8) }) else { return }
    try? FolderTree.remove(folder)
  }
}
