import Glibc
import OneTimeCodes

/// The commune's list of leaked passwords: a file that the operator downloads or writes, read where it lies.
///
/// Two forms are recognised by their first line: `SHA1HEX` or `SHA1HEX:COUNT`, sorted, as Have I Been Pwned publishes
/// them (searched by halves, so that a list of 30 GB costs some dozen reads), and plain passwords, one a line.
struct LeakedPasswords: Sendable {
  let path: String

  /// Whether the list has a password. A list that cannot be read holds nothing: `parvis check` says that it cannot.
  func holds(_ password: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let head = LeakedPasswords.piece(descriptor, at: 0, count: 41)
    let isHashed = head.count >= 40 && head.prefix(40).allSatisfy(LeakedPasswords.isHexadecimal)
    guard isHashed else { return (try? LeakedPasswords.scan(descriptor, path, for: Array(password.utf8))) ?? false }
    return LeakedPasswords.search(descriptor, for: LeakedPasswords.digits(sha1(Array(password.utf8))))
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  private static func digits(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  private static func piece(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    let found = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, off_t(offset)) }
    return Array(buffer.prefix(max(0, found)))
  }

  /// Searches sorted lines by halves: what lies between `low` and `high` starts at the beginning of a line.
  private static func search(_ descriptor: Int32, for wanted: [UInt8]) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    var low = 0
    var high = Int(status.st_size)
    while low < high {
      let middle = low + (high - low) / 2
      // The line that begins at or after the middle; lines are far shorter than a piece.
      let window = piece(descriptor, at: middle, count: 256)
      var start = 0
      if middle > low {
        guard let end = window.firstIndex(of: 0x0A) else {
          high = middle
          continue
        }
        start = end + 1
      }
      guard middle + start < high, window.count >= start + 40 else {
        high = middle
        continue
      }
      let found = window[start..<(start + 40)].map { $0 >= 0x61 ? $0 - 0x20 : $0 }
      if found == wanted { return true }
      if found.lexicographicallyPrecedes(wanted) {
        let rest = window[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? window.count
        low = middle + rest
      } else {
        high = middle
      }
    }
    return false
  }

  private static func scan(_ descriptor: Int32, _ path: String, for wanted: [UInt8]) throws -> Bool {
    var rest: [UInt8] = []
    var isFound = false
    try Files.forEachPiece(descriptor, path) { piece in
      guard !isFound else { return }
      rest += piece
      var start = 0
      while let end = rest[start...].firstIndex(of: 0x0A) {
        let last = end > start && rest[end - 1] == 0x0D ? end - 1 : end
        if rest[start..<last].elementsEqual(wanted) { isFound = true }
        start = end + 1
      }
      rest.removeFirst(start)
    }
    return isFound || (!rest.isEmpty && rest.elementsEqual(wanted))
  }
}
