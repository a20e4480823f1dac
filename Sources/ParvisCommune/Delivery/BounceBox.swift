import Glibc
import ParticipationKit
import ParvisHost

/// `data/bounces`: refusals that came back by mail, put there by `parvis mail bounce` and read by whoever sends. So the
/// verb works while a server holds the commune.
public struct BounceBox: Sendable {
  /// The most bytes of a report that are read; the rest is the message that came back.
  public static let mostBytes = 256 << 10

  private let folder: String

  /// Makes the box of a commune's folder.
  public init(commune folder: String) { self.folder = folder + "/data/bounces" }

  /// Keeps a report until it is read.
  /// - Throws: ``CommuneError`` when the folder cannot be written.
  public func keep(_ report: [UInt8]) throws {
    try Files.makeFolder(folder, mode: 0o700)
    var template = Array("\(folder)/.new-XXXXXX".utf8CString)
    let file = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    guard file >= 0 else { throw Files.unwritable(folder, errno) }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let bytes = Array(report.prefix(BounceBox.mostBytes))
    let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    let code = errno
    let isWhole = count == bytes.count && fsync(file) == 0
    close(file)
    let name = String(path.suffix(6))
    guard isWhole, rename(path, "\(folder)/\(name).eml") == 0 else {
      unlink(path)
      throw Files.unwritable(folder, code)
    }
  }

  /// Reads what came back, and removes it. What is no report about a message of ours changes nothing.
  func readAll(into outbox: Outbox) throws {
    guard let directory = opendir(folder) else { return }
    var names: [String] = []
    while let entry = readdir(directory), names.count < 1000 {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".eml"), !name.hasPrefix(".") { names.append(name) }
    }
    closedir(directory)
    for name in names.sorted() {
      let path = "\(folder)/\(name)"
      if let bytes = try? Files.read(path) { try outbox.bounced(Array(bytes.prefix(BounceBox.mostBytes))) }
      unlink(path)
    }
  }
}
