import Glibc
import ParticipationKit
import SQLiteStorage

/// A folder of its own for one test, removed with the value.
final class TemporaryDatabase {
  let folder: String
  var path: String { folder + "/commune.sqlite" }

  init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/parvis-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FolderError(base: base) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in Self.names(in: folder) { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  func writer(_ options: ConnectionOptions = ConnectionOptions()) throws -> Connection {
    try Connection(path: path, mode: .writer, options: options)
  }

  var fileNames: [String] { Self.names(in: folder).sorted() }

  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { found.append(name) }
    }
    return found
  }
}

/// No folder could be made for the test.
struct FolderError: Error { let base: String }

/// The bytes of a small file.
func fileBytes(_ path: String) -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &piece, piece.count)
    guard count > 0 else { return bytes }
    bytes += piece[..<count]
  }
}

/// Makes a file with these bytes.
func makeFile(_ path: String, _ bytes: [UInt8]) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  _ = write(descriptor, bytes, bytes.count)
  close(descriptor)
}

extension Connection {
  func count(_ table: String) throws -> Int { try firstRow("SELECT count(*) AS n FROM \(table)")?.int("n") ?? -1 }

  /// Runs module migrations with a fixed clock.
  func migrate(_ namespace: Namespace, _ sql: [String]...) throws {
    let steps = sql.enumerated().map { MigrationStep(number: $0 + 1, name: "step \($0 + 1)", sql: $1) }
    try Migrator { Timestamp(seconds: 1_800_000_000) }.migrate(self, namespace, steps)
  }
}
