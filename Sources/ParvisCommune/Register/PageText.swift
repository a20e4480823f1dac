import ParticipationKit

/// What an HTML page shows, as letters: of the whole page, and of each comment on it.
///
/// Letters are ASCII letters and digits and every character from U+00C0 on but U+00D7, U+00F7 and U+2000 to U+206F, so
/// that quotation marks, dashes and spaces, which typography sets, do not count.
struct PageText {
  /// The letters of the whole page.
  private(set) var all: [UInt8] = []
  /// The letters of each element whose id is `r-` and a number, by that number.
  private(set) var comments: [String: [UInt8]] = [:]
  /// How many official answers the page shows: elements `section` of the class `answer`.
  private(set) var answers = 0

  private struct Open {
    let name: [UInt8]
    /// The number of a comment; nil for an element that is not shown.
    let comment: String?
    let start: Int
    var depth = 1
  }

  private var open: [Open] = []
  private var isHidden: Bool { open.contains { $0.comment == nil } }

  /// Elements without an end, which hold nothing.
  private static let empty = Set(
    [
      "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ].map { Array($0.utf8) })
  private static let unseen = Set(["form", "head", "script", "style", "template"].map { Array($0.utf8) })
  /// Elements in which nothing is a tag but their own end.
  private static let raw = Set(["script", "style"].map { Array($0.utf8) })

  /// Reads a page.
  init(_ html: [UInt8]) {
    var index = 0
    while index < html.count {
      let next = html[index...].firstIndex(of: 0x3C) ?? html.count
      if next > index, !isHidden { all += PageText.letters(PageText.text(html[index..<next])) }
      index = next < html.count ? take(html, at: next) : next
    }
    while !open.isEmpty { close(open.count - 1) }
  }

  /// One tag, comment or declaration.
  /// - Returns: Where the text goes on.
  private mutating func take(_ html: [UInt8], at start: Int) -> Int {
    if html[start...].starts(with: "<!--".utf8) { return PageText.end(of: "-->", in: html, from: start + 4) }
    var index = start + 1
    let isEnd = index < html.count && html[index] == 0x2F
    if isEnd { index += 1 }
    guard index < html.count, html[index] | 0x20 >= 0x61, html[index] | 0x20 <= 0x7A || html[index] == 0x21 else {
      if !isHidden, !isEnd { return start + 1 }
      return PageText.end(of: ">", in: html, from: start + 1)
    }
    let nameStart = index
    while index < html.count, html[index] > 0x20, html[index] != 0x3E, html[index] != 0x2F { index += 1 }
    let name = PageText.lowered(html[nameStart..<index])
    let attributes = PageText.attributes(html, &index)
    if isEnd { end(name) } else { begin(name, attributes) }
    guard !isEnd, PageText.raw.contains(name) else { return index }
    // What a script holds is no text, whatever it looks like.
    while index < html.count {
      let next = html[index...].firstIndex(of: 0x3C) ?? html.count
      if next == html.count { return next }
      let tail = PageText.lowered(html[next...].dropFirst(2).prefix(name.count))
      if html[next...].starts(with: "</".utf8), tail == name { return next }
      index = next + 1
    }
    return index
  }

  /// Bytes with the capitals of ASCII made small, as names of elements and attributes are compared.
  private static func lowered(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  }

  private mutating func begin(_ name: [UInt8], _ attributes: [String: String]) {
    if PageText.empty.contains(name) { return }
    for place in open.indices where open[place].name == name { open[place].depth += 1 }
    if PageText.unseen.contains(name) || attributes["hidden"] != nil {
      return open.append(Open(name: name, comment: nil, start: all.count))
    }
    if isHidden { return }
    let classes = (attributes["class"] ?? "").utf8.split(separator: 0x20)
    if name.elementsEqual("section".utf8), classes.contains(where: { $0.elementsEqual("answer".utf8) }) { answers += 1 }
    guard let id = attributes["id"], id.utf8.starts(with: "r-".utf8) else { return }
    let number = id.utf8.dropFirst(2)
    guard !number.isEmpty, number.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
    open.append(Open(name: name, comment: String(decoding: number, as: UTF8.self), start: all.count))
  }

  private mutating func end(_ name: [UInt8]) {
    for place in open.indices.reversed() where open[place].name == name {
      open[place].depth -= 1
      if open[place].depth == 0 { close(place) }
    }
  }

  private mutating func close(_ place: Int) {
    let element = open.remove(at: place)
    if let comment = element.comment { comments[comment, default: []] += all[element.start...] }
  }

  private static func end(of mark: String, in html: [UInt8], from start: Int) -> Int {
    let bytes = Array(mark.utf8)
    var index = min(start, html.count)
    while index < html.count {
      if html[index...].starts(with: bytes) { return index + bytes.count }
      index += 1
    }
    return index
  }

  /// Attributes up to the end of the tag.
  private static func attributes(_ html: [UInt8], _ index: inout Int) -> [String: String] {
    var found: [String: String] = [:]
    while index < html.count, html[index] != 0x3E {
      guard html[index] > 0x20, html[index] != 0x2F else {
        index += 1
        continue
      }
      let start = index
      while index < html.count, html[index] > 0x20, ![0x3D, 0x3E, 0x2F].contains(html[index]) { index += 1 }
      let name = String(decoding: PageText.lowered(html[start..<index]), as: UTF8.self)
      var value = html[index..<index]
      if index < html.count, html[index] == 0x3D {
        index += 1
        let quote = index < html.count && (html[index] == 0x22 || html[index] == 0x27) ? html[index] : nil
        if quote != nil { index += 1 }
        let first = index
        while index < html.count, quote.map({ html[index] != $0 }) ?? (html[index] > 0x20 && html[index] != 0x3E) {
          index += 1
        }
        value = html[first..<index]
        if quote != nil, index < html.count { index += 1 }
      }
      if index == start { index += 1 }
      if found[name] == nil { found[name] = text(value) }
    }
    if index < html.count { index += 1 }
    return found
  }

  private static let references: [String: UInt32] = [
    "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0xA0,
  ]

  /// Text with its character references resolved: the numeric ones, and the six that occur.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
    var out = ""
    var rest = bytes
    while let start = rest.firstIndex(of: 0x26) {
      out += String(decoding: rest[..<start], as: UTF8.self)
      rest = rest[(start + 1)...]
      guard let end = rest.prefix(10).firstIndex(of: 0x3B) else {
        out += "&"
        continue
      }
      let name = String(decoding: rest[..<end], as: UTF8.self)
      guard let scalar = (references[name] ?? number(name)).flatMap({ Unicode.Scalar($0) }) else {
        out += "&"
        continue
      }
      out.unicodeScalars.append(scalar)
      rest = rest[(end + 1)...]
    }
    return out + String(decoding: rest, as: UTF8.self)
  }

  private static func number(_ name: String) -> UInt32? {
    let digits = name.utf8.dropFirst()
    guard name.utf8.first == 0x23, let first = digits.first else { return nil }
    if first | 0x20 == 0x78 { return UInt32(String(decoding: digits.dropFirst(), as: UTF8.self), radix: 16) }
    return UInt32(String(decoding: digits, as: UTF8.self))
  }

  /// The letters of a text.
  static func letters(_ text: some StringProtocol) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      let isLetter =
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0xD7, 0xF7, 0x2000...0x206F: false
        default: scalar.value >= 0xC0
        }
      if isLetter, let bytes = UTF8.encode(scalar) { out.append(contentsOf: bytes) }
    }
    return out
  }
}
