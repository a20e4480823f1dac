import ParticipationKit

/// One piece of an HTML or XML text, as the one writer makes them: quoted attributes, escaped text.
enum MarkupPiece: Sendable, Equatable {
  case start(MarkupTag)
  case end(String)
  case text(String)
}

/// A start tag.
struct MarkupTag: Sendable, Equatable {
  let name: String
  let attributes: [(name: String, value: String)]

  static func == (a: MarkupTag, b: MarkupTag) -> Bool {
    a.name == b.name && a.attributes.elementsEqual(b.attributes) { $0 == $1 }
  }

  /// The value of an attribute; empty for a flag, nil when it is not there.
  subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
}

/// Reads HTML byte by byte, without repairing anything: what is written in a page and how.
struct MarkupScan {
  private let bytes: [UInt8]
  private var index = 0
  private(set) var pieces: [MarkupPiece] = []
  /// The line on which each piece begins, counted from 1.
  private(set) var lines: [Int] = []
  private var line = 1

  static func pieces(_ bytes: [UInt8]) -> [MarkupPiece] { MarkupScan(bytes).pieces }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    while index < bytes.count { step() }
  }

  private mutating func add(_ piece: MarkupPiece, from start: Int) {
    pieces.append(piece)
    lines.append(line)
    for byte in bytes[start..<index] where byte == 0x0A { line += 1 }
  }

  private mutating func step() {
    let start = index
    guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else { return text() }
    let next = bytes[index + 1]
    if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
      skip(to: starts("<!--") ? "-->" : ">")
      for byte in bytes[start..<index] where byte == 0x0A { line += 1 }
    } else if next == UInt8(ascii: "/") {
      index += 2
      let name = word()
      skip(to: ">")
      add(.end(name), from: start)
    } else if (0x61...0x7A).contains(next | 0x20) {
      startTag()
    } else {
      text()
    }
  }

  private mutating func text() {
    let start = index
    index += 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
    add(.text(MarkupScan.unescaped(bytes[start..<index])), from: start)
  }

  private mutating func startTag() {
    let start = index
    index += 1
    let name = word()
    var attributes: [(name: String, value: String)] = []
    while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
      if bytes[index] <= 0x20 || bytes[index] == UInt8(ascii: "/") {
        index += 1
        continue
      }
      let attribute = word(until: [0x20, 0x0A, 0x09, UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "/")])
      guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
        attributes.append((attribute, ""))
        if attribute.isEmpty { index += 1 }
        continue
      }
      index += 1
      attributes.append((attribute, value()))
    }
    index = min(index + 1, bytes.count)
    add(.start(MarkupTag(name: name, attributes: attributes)), from: start)
    if name == "script" || name == "style" { rawText(until: "</\(name)") }
  }

  /// The text of a script stands as it is.
  private mutating func rawText(until end: String) {
    let start = index
    let mark = Array(end.utf8)
    while index < bytes.count, !bytes[index...].starts(with: mark) { index += 1 }
    if index > start { add(.text(String(decoding: bytes[start..<index], as: UTF8.self)), from: start) }
  }

  private mutating func value() -> String {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
      return word(until: [0x20, 0x0A, 0x09, UInt8(ascii: ">")])
    }
    let quote = bytes[index]
    let start = index + 1
    let end = bytes[start...].firstIndex(of: quote) ?? bytes.count
    index = min(end + 1, bytes.count)
    return MarkupScan.unescaped(bytes[start..<end])
  }

  private mutating func word(until stops: Set<UInt8> = [0x20, 0x0A, 0x09, 0x2F, 0x3E]) -> String {
    let start = index
    while index < bytes.count, !stops.contains(bytes[index]) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private func starts(_ text: String) -> Bool { bytes[index...].starts(with: Array(text.utf8)) }

  private mutating func skip(to end: String) {
    let mark = Array(end.utf8)
    while index < bytes.count, !bytes[index...].starts(with: mark) { index += 1 }
    index = min(index + mark.count, bytes.count)
  }

  private static let named: [String: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

  /// The text behind the references that the writer uses.
  static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
    var out = ""
    var rest = bytes
    while let sign = rest.firstIndex(of: UInt8(ascii: "&")) {
      out += String(decoding: rest[..<sign], as: UTF8.self)
      let after = rest[(sign + 1)...]
      guard let end = after.prefix(10).firstIndex(of: UInt8(ascii: ";")) else {
        out += "&"
        rest = after
        continue
      }
      let name = String(decoding: after[..<end], as: UTF8.self)
      out += reference(name) ?? "&\(name);"
      rest = after[(end + 1)...]
    }
    return out + String(decoding: rest, as: UTF8.self)
  }

  private static func reference(_ name: String) -> String? {
    if let text = named[name] { return text }
    guard name.utf8.first == UInt8(ascii: "#") else { return nil }
    let digits = name.dropFirst()
    let number =
      digits.utf8.first.map { $0 | 0x20 } == UInt8(ascii: "x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}
