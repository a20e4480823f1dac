import Glibc

/// A file as bytes and lines. Lines count from 1.
struct TextFile {
  let path: String
  let bytes: [UInt8]

  /// Where each line starts.
  private let starts: [Int]

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for offset in Bytes.occurrences(of: "\n", in: bytes) where offset + 1 < bytes.count { starts.append(offset + 1) }
    self.starts = bytes.isEmpty ? [] : starts
  }

  var lineCount: Int { starts.count }

  /// The bytes of a line without its end.
  func bytes(line: Int) -> ArraySlice<UInt8> {
    let end = line < starts.count ? starts[line] - 1 : bytes.count - (bytes.last == UInt8(ascii: "\n") ? 1 : 0)
    return bytes[starts[line - 1]..<end]
  }

  func text(line: Int) -> String { String(decoding: bytes(line: line), as: UTF8.self) }

  /// The line that holds a byte.
  func line(at offset: Int) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func occurrences(of text: String) -> [Int] { Bytes.occurrences(of: text, in: bytes) }

  /// The first line that holds a text.
  func firstLine(of text: String) -> Int? { occurrences(of: text).first.map(line) }
}

/// Search in bytes.
enum Bytes {
  /// Where a text stands, by the C library: in a debug build, a loop in Swift takes seconds over the whole tree. Text
  /// files hold no NUL, so the C library sees them whole.
  static func occurrences(of text: String, in bytes: [UInt8]) -> [Int] {
    let needle = text.utf8.map(CChar.init(bitPattern:)) + [0]
    var found: [Int] = []
    unsafe (bytes + [0]).withUnsafeBytes { buffer in
      guard let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
      var from = unsafe base
      while let hit = unsafe strstr(from, needle) {
        unsafe found.append(UnsafePointer(hit) - base)
        unsafe from = UnsafePointer(hit) + needle.count - 1
      }
    }
    return found
  }

  /// Whether a byte can stand inside a Swift name.
  static func isName(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF: return true
    default: return false
    }
  }
}
