import CCMark
import Glibc

/// What must be known of a text's bytes before libcmark parses it.
struct SourceScan {
  /// Stands for a backslash and a pipe while libcmark works, because its tree does not keep the difference between
  /// `|` and `\|`. U+FDD0 is no character: a text that holds it gets U+FFFD in its place. It has to be valid UTF-8,
  /// since libcmark's scanners skip bytes unseen after an invalid one (measured).
  static let escapedPipe: [UInt8] = [0xEF, 0xB7, 0x90]

  /// Whether the mark stands at a place.
  static func isEscapedPipe(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    index + 2 < bytes.count && bytes[index] == 0xEF && bytes[index + 1] == 0xB7 && bytes[index + 2] == 0x90
  }

  /// For each line, whether it holds only spaces and tabs. Its count is the number of lines.
  private(set) var lines: [Bool] = []
  /// The largest number of quotes and lists that one line opens.
  private(set) var deepestLine = 0
  /// The length of the source in bytes.
  let length: Int
  private let marksPipes: Bool
  private let needsMarking: Bool

  /// Looks at each line once.
  init(_ bytes: UnsafeBufferPointer<UInt8>, markingEscapedPipes: Bool) {
    length = bytes.count
    lines.reserveCapacity(8)
    marksPipes = markingEscapedPipes
    needsMarking =
      (markingEscapedPipes && Self.holds(UInt8(ascii: "\\"), UInt8(ascii: "|"), in: bytes))
      || Self.holds(0xEF, 0xB7, in: bytes)
    guard let base = bytes.baseAddress else { return }
    let hasReturns = memchr(base, 0x0D, bytes.count) != nil
    var start = 0
    while start < bytes.count {
      let end: Int
      if hasReturns {
        end = Self.endOfLine(bytes, from: start)
      } else {
        let feed = memchr(base + start, 0x0A, bytes.count - start)
        end = feed.map { $0 - UnsafeMutableRawPointer(mutating: base) } ?? bytes.count
      }
      readLine(UnsafeBufferPointer(rebasing: bytes[start..<end]))
      let isPair = end + 1 < bytes.count && bytes[end] == UInt8(ascii: "\r") && bytes[end + 1] == UInt8(ascii: "\n")
      start = end + (isPair ? 2 : 1)
    }
  }

  /// The end of a line in a text that also holds carriage returns, which end lines too.
  private static func endOfLine(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x20, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return index }
      index += 1
    }
    return index
  }

  private static func holds(_ first: UInt8, _ second: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress, memchr(base, Int32(first), bytes.count) != nil else { return false }
    return zip(bytes, bytes.dropFirst()).contains { $0 == first && $1 == second }
  }

  /// Parses the text; the tree lives until the caller gives its memory back.
  func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> SyntaxNode? {
    guard needsMarking else { return ParsingMemory.parse(bytes) }
    var marked: [UInt8] = []
    marked.reserveCapacity(bytes.count + 16)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
        if marksPipes, bytes[index + 1] == UInt8(ascii: "|") {
          marked.append(contentsOf: Self.escapedPipe)
        } else {
          marked.append(byte)
          marked.append(bytes[index + 1])
        }
        index += 2
      } else if Self.isEscapedPipe(bytes, at: index) {
        marked.append(contentsOf: "\u{FFFD}".utf8)
        index += 3
      } else {
        marked.append(byte)
        index += 1
      }
    }
    return marked.withUnsafeBufferPointer { ParsingMemory.parse($0) }
  }

  private mutating func readLine(_ line: UnsafeBufferPointer<UInt8>) {
    var cursor = LineStart(line)
    let first = cursor.skipSpaces()
    lines.append(first == nil)
    guard let first, LineStart.canOpen(first) else { return }
    deepestLine = max(deepestLine, cursor.countOpenings())
  }
}

/// Reads the quote and list markers that a line starts with.
private struct LineStart {
  private let line: UnsafeBufferPointer<UInt8>
  private var index = 0

  init(_ line: UnsafeBufferPointer<UInt8>) { self.line = line }

  static func canOpen(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"), 0x30...0x39: true
    default: false
    }
  }

  /// Moves to the next byte that is no space and returns it.
  mutating func skipSpaces() -> UInt8? {
    while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
    return index < line.count ? line[index] : nil
  }

  /// Counts the markers from here on, at most to 64. Indented code is counted too: better too many than too few.
  mutating func countOpenings() -> Int {
    var count = 0
    while count < 64, let byte = skipSpaces() {
      if byte == UInt8(ascii: ">") {
        index += 1
      } else if isRule(of: byte) {
        return count
      } else if let length = listMarkerLength(), isSpaceOrEnd(index + length) {
        index += length
      } else {
        return count
      }
      count += 1
    }
    return count
  }

  /// Whether the rest of the line is a thematic break such as `- - -` or `***`, which opens nothing.
  private func isRule(of byte: UInt8) -> Bool {
    guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: "*") else { return false }
    var marks = 0
    for found in line[index...] {
      if found == byte { marks += 1 } else if found != 0x20, found != 0x09 { return false }
    }
    return marks >= 3
  }

  private func listMarkerLength() -> Int? {
    switch line[index] {
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"): return 1
    default: break
    }
    var end = index
    while end < line.count, (0x30...0x39).contains(line[end]) { end += 1 }
    guard end > index, end < line.count else { return nil }
    return line[end] == UInt8(ascii: ".") || line[end] == UInt8(ascii: ")") ? end + 1 - index : nil
  }

  private func isSpaceOrEnd(_ position: Int) -> Bool {
    position >= line.count || line[position] == 0x20 || line[position] == 0x09
  }
}
