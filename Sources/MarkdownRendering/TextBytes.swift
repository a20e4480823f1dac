import CCMark
import Glibc

/// Copies of what libcmark read, made fit to be shown.
enum TextBytes {
  /// Appends bytes without bidirectional controls, with escaped pipes written as `pipe`.
  ///
  /// U+202A–U+202E and U+2066–U+2069 are invisible and can make a text read differently from what it says.
  static func append(_ bytes: UnsafeBufferPointer<UInt8>, pipe: StaticString = "|", to out: inout [UInt8]) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let isUsual = memchr(base, 0xE2, bytes.count) == nil && memchr(base, 0xEF, bytes.count) == nil
    if isUsual {
      out.append(contentsOf: bytes)
      return
    }
    var start = 0
    var index = 0
    while index < bytes.count {
      let isPipe = SourceScan.isEscapedPipe(bytes, at: index)
      guard isPipe || isDirectionControl(bytes, at: index) else {
        index += 1
        continue
      }
      out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
      if isPipe { out.append(contentsOf: UnsafeBufferPointer(start: pipe.utf8Start, count: pipe.utf8CodeUnitCount)) }
      index += 3
      start = index
    }
    if start < bytes.count { out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...])) }
  }

  /// The bytes as text, without bidirectional controls.
  static func string(_ bytes: UnsafeBufferPointer<UInt8>, pipe: StaticString = "|") -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    append(bytes, pipe: pipe, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Whether the byte at a place starts a white-space scalar, and how many bytes that has; nil otherwise.
  ///
  /// The same scalars as the contract's `HTMLNode.plainText` folds.
  static func spaceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
    let byte = bytes[index]
    if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) ? 1 : nil }
    let second = index + 1 < bytes.count ? bytes[index + 1] : 0
    if byte == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : nil }
    guard byte >= 0xE1, index + 2 < bytes.count else { return nil }
    let third = bytes[index + 2]
    switch (byte, second) {
    case (0xE1, 0x9A): return third == 0x80 ? 3 : nil
    case (0xE2, 0x80): return third <= 0x8B || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : nil
    case (0xE2, 0x81): return third == 0x9F ? 3 : nil
    case (0xE3, 0x80): return third == 0x80 ? 3 : nil
    case (0xEF, 0xBB): return third == 0xBF ? 3 : nil
    default: return nil
    }
  }

  private static func isDirectionControl(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    guard bytes[index] == 0xE2, index + 2 < bytes.count else { return false }
    let third = bytes[index + 2]
    switch bytes[index + 1] {
    case 0x80: return (0xAA...0xAE).contains(third)
    case 0x81: return (0xA6...0xA9).contains(third)
    default: return false
    }
  }
}

/// The words of a block without mark-up: white space folded to one space, none at the ends.
struct PlainWords {
  private var bytes: [UInt8] = []
  private var needsSpace = false

  /// Makes room, so that the words of a usual text are gathered without moving them.
  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Appends running text.
  mutating func append(_ text: [UInt8]) {
    text.withUnsafeBufferPointer { append($0) }
  }

  /// Appends a text whose white space is single plain spaces.
  mutating func append(simple bytes: [UInt8]) {
    let startsWithSpace = bytes.first == 0x20
    let endsWithSpace = bytes.last == 0x20
    needsSpace = needsSpace || startsWithSpace
    bytes.withUnsafeBufferPointer { bytes in
      copy(UnsafeBufferPointer(rebasing: bytes.dropFirst(startsWithSpace ? 1 : 0).dropLast(endsWithSpace ? 1 : 0)))
    }
    needsSpace = needsSpace || endsWithSpace
  }

  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      let next = index + 1
      if byte > 0x20, byte < 0xC2 || !Self.mayBeSpace(byte) {
        index = next
      } else if byte == 0x20, start < index, next < text.count, text[next] > 0x20, text[next] < 0xC2 {
        index = next  // one plain space between two words stays where it is
      } else if let length = TextBytes.spaceLength(text, at: index) {
        copy(UnsafeBufferPointer(rebasing: text[start..<index]))
        needsSpace = true
        index += length
        start = index
      } else {
        index += 1
      }
    }
    copy(UnsafeBufferPointer(rebasing: text[start...]))
  }

  /// Parts what follows from what went before.
  mutating func addSpace() { needsSpace = true }

  /// Returns the words and starts anew.
  mutating func take() -> String {
    let words = String(decoding: bytes, as: UTF8.self)
    bytes.removeAll(keepingCapacity: true)
    needsSpace = false
    return words
  }

  private static func mayBeSpace(_ lead: UInt8) -> Bool {
    lead == 0xC2 || lead == 0xE1 || lead == 0xE2 || lead == 0xE3 || lead == 0xEF
  }

  private mutating func copy(_ slice: UnsafeBufferPointer<UInt8>) {
    guard !slice.isEmpty else { return }
    if needsSpace, !bytes.isEmpty { bytes.append(0x20) }
    needsSpace = false
    bytes.append(contentsOf: slice)
  }
}

extension TextBytes {
  /// Appends the words inside a node, however deep it is: for the text beside an image, and emphasis beyond the limit.
  static func appendWords(of node: SyntaxNode, to out: inout [UInt8]) {
    let walk = cmark_iter_new(node.pointer)
    defer { cmark_iter_free(walk) }
    while case let event = cmark_iter_next(walk), event != CMARK_EVENT_DONE {
      guard event == CMARK_EVENT_ENTER, let found = SyntaxNode(cmark_iter_get_node(walk)) else { continue }
      switch found.kind {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE: append(found.literal, to: &out)
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: out.append(0x0A)
      default: break
      }
    }
  }
}
