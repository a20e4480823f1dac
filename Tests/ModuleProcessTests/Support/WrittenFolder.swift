import Glibc
import Testing

@testable import ParticipationTesting

/// A new folder with some files, such as a module's; gone with its last user.
final class WrittenFolder: Sendable {
  let path: String

  /// - Parameter files: Texts by path within the folder.
  init(_ files: [String: String] = [:]) throws {
    var template = Array("/tmp/parvis-test-child-XXXXXX".utf8CString)
    path = try #require(
      template.withUnsafeMutableBufferPointer { room in
        room.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
      })
    for (name, text) in files { try write(text, to: name) }
  }

  func write(_ text: String, to name: String) throws { try TestCommune.write(text, to: "\(path)/\(name)") }

  deinit { TestCommune.remove(path) }
}
