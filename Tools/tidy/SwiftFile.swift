/// A Swift file with a copy of its bytes in which strings and comments are blank.
struct SwiftFile {
  let file: TextFile

  /// As long as the file, with the same line ends: only code is left.
  let code: TextFile

  var path: String { file.path }

  init(_ file: TextFile) {
    self.file = file
    var blanking = Blanking(file.bytes)
    blanking.run()
    code = TextFile(path: file.path, bytes: blanking.bytes)
  }

  /// Where a text stands in the code as whole words.
  func occurrences(ofWord text: String) -> [Int] {
    let bytes = code.bytes
    let utf8 = Array(text.utf8)
    return code.occurrences(of: text).filter { offset in
      let after = offset + utf8.count
      let opensWithName = Bytes.isName(utf8.first)
      let endsWithName = Bytes.isName(utf8.last)
      return !(opensWithName && offset > 0 && Bytes.isName(bytes[offset - 1]))
        && !(endsWithName && after < bytes.count && Bytes.isName(bytes[after]))
    }
  }
}

/// Blanks strings and comments: nested block comments, escapes, interpolation (its inside stays code), multi-line and
/// raw strings. Regular expression literals are not known here; the house has none.
private struct Blanking {
  private(set) var bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() { code(untilClosing: false) }

  /// Walks over code; inside an interpolation, up to the parenthesis that closes it.
  private mutating func code(untilClosing: Bool) {
    var open = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "/") where starts("//"): comment()
      case UInt8(ascii: "/") where starts("/*"): blockComment()
      case UInt8(ascii: "\""), UInt8(ascii: "#"): string()
      case UInt8(ascii: "("):
        open += 1
        position += 1
      case UInt8(ascii: ")"):
        if untilClosing && open == 0 { return }
        open -= 1
        position += 1
      default: position += 1
      }
    }
  }

  private mutating func comment() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { blank() }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        blank(2)
      } else if starts("*/") {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && position < bytes.count
  }

  /// A string of any kind, or a `#` that opens none.
  private mutating func string() {
    var sharps = 0
    while position + sharps < bytes.count, bytes[position + sharps] == UInt8(ascii: "#") { sharps += 1 }
    guard position + sharps < bytes.count, bytes[position + sharps] == UInt8(ascii: "\"") else {
      position += sharps
      return
    }
    position += sharps
    let quotes = starts("\"\"\"") ? 3 : 1
    let fence = String(repeating: "#", count: sharps)
    let closing = String(repeating: "\"", count: quotes) + fence
    position += quotes
    while position < bytes.count, !starts(closing) {
      if bytes[position] == UInt8(ascii: "\\"), starts("\\\(fence)(") {
        blank(2 + sharps)
        code(untilClosing: true)
        blank()
      } else if bytes[position] == UInt8(ascii: "\\"), starts("\\\(fence)") {
        blank(2 + sharps)
      } else {
        // A one-line string ends with its line, whatever is missing.
        if quotes == 1, bytes[position] == UInt8(ascii: "\n") { return }
        blank()
      }
    }
    position = min(position + quotes + sharps, bytes.count)
  }

  private func starts(_ text: String) -> Bool {
    var index = position
    for byte in text.utf8 {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
    }
    return true
  }

  private mutating func blank(_ count: Int = 1) {
    for index in position..<min(position + count, bytes.count) where bytes[index] != UInt8(ascii: "\n") {
      bytes[index] = UInt8(ascii: " ")
    }
    position = min(position + count, bytes.count)
  }
}
