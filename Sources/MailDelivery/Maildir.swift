import Glibc

/// A folder of messages (the Maildir of qmail): written beside, then renamed, so that a reader sees whole ones only.
public struct Maildir: Sendable {
  private let folder: String

  /// Makes a folder's writer; `new`, `cur` and `tmp` are made when the first message comes.
  public init(folder: String) { self.folder = folder }

  /// Puts a message into `new`, under a name made of the message's own identifier: the same message is one file.
  public func deliver(_ message: [UInt8], name: String) -> DeliveryOutcome {
    for part in ["", "/tmp", "/new", "/cur"] where mkdir(folder + part, 0o700) != 0 && errno != EEXIST {
      return failure()
    }
    let safe = String(
      decoding: name.utf8.map { byte in
        let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: ".")
        return isPlain ? byte : UInt8(ascii: "_")
      }, as: UTF8.self)
    let beside = "\(folder)/tmp/\(safe)"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return failure() }
    var done = 0
    let bytes = SendmailProgram.localLines(message)
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let outcome = failure()
        close(file)
        return outcome
      }
      done += count
    }
    let isSafe = fsync(file) == 0
    close(file)
    guard isSafe, rename(beside, "\(folder)/new/\(safe)") == 0 else { return failure() }
    return .accepted
  }

  private func failure() -> DeliveryOutcome { .deferred("\(folder): \(String(cString: strerror(errno)))") }
}
