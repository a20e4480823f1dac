/// Elements as bytes, before it is known on which page they will stand.
///
/// All text is escaped when it is added. A link to a site path starts with ``mark`` and one of ``PathStart``, which
/// ``HTMLWriter`` replaces by the way from the page to the site's root: the escaping drops the mark from every text, so
/// that no text can hold one.
struct HTMLBytes {
  /// Stands before the kind of a path's start: a control that no HTML document may hold.
  static let mark: UInt8 = 0x01

  /// What the way to a site path depends on, besides the page.
  enum PathStart: UInt8 {
    /// An ordinary path.
    case plain = 0x61
    /// A path with a colon, which at the root would read as a scheme.
    case colon = 0x62
    /// The site's root.
    case root = 0x63
    /// A fragment of the site's front page.
    case rootFragment = 0x64
  }

  var bytes: [UInt8] = []

  mutating func append(_ node: HTMLNode) {
    switch node.storage {
    case .text(let text): HTMLWriter.escape(text, into: &bytes)
    case .written(let written): bytes.append(contentsOf: written)
    case .fragment(let nodes): for child in nodes { append(child) }
    }
  }

  mutating func start(_ tag: HTMLTag, _ attributes: [HTMLAttribute]) {
    bytes.append(contentsOf: tag.parts.start)
    for attribute in attributes { append(attribute) }
    bytes.append(UInt8(ascii: ">"))
  }

  mutating func end(_ tag: HTMLTag) { bytes.append(contentsOf: tag.parts.end) }

  private mutating func append(_ attribute: HTMLAttribute) {
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: attribute.name.utf8)
    switch attribute.value {
    case .flag: return
    case .text(let text):
      bytes.append(UInt8(ascii: "="))
      bytes.append(UInt8(ascii: "\""))
      HTMLWriter.escape(text, into: &bytes)
    case .path(let path):
      bytes.append(UInt8(ascii: "="))
      bytes.append(UInt8(ascii: "\""))
      append(path)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(_ path: SitePath) {
    let start: PathStart
    if path.path.isEmpty {
      start = path.fragment == nil ? .root : .rootFragment
    } else {
      start = path.path.utf8.contains(UInt8(ascii: ":")) ? .colon : .plain
    }
    bytes.append(HTMLBytes.mark)
    bytes.append(start.rawValue)
    HTMLWriter.escape(path.path, into: &bytes)
    if let fragment = path.fragment {
      bytes.append(UInt8(ascii: "#"))
      HTMLWriter.escape(fragment, into: &bytes)
    }
  }

  // MARK: The words

  /// Appends the words of written elements. The bytes are the writer's own, so a tag ends at the first `>`, and what
  /// stands after `&` is one of five references.
  static func appendPlainText(of bytes: [UInt8], to out: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "<"):
        let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count
        if isBreak(bytes[index + 1..<end]) { out.append(0x20) }
        index = end + 1
      case UInt8(ascii: "&"):
        let end = bytes[index...].firstIndex(of: UInt8(ascii: ";")) ?? bytes.count - 1
        if let byte = references[bytes[index...end]] { out.append(byte) }
        index = end + 1
      default:
        out.append(bytes[index])
        index += 1
      }
    }
  }

  /// Whether words on both sides of a tag are apart: after the end of an element that is not part of a line, and for
  /// one without content.
  private static func isBreak(_ tag: ArraySlice<UInt8>) -> Bool {
    let isEnd = tag.first == UInt8(ascii: "/")
    let name = tag.dropFirst(isEnd ? 1 : 0).prefix { $0 != 0x20 }
    return isEnd ? !inline.contains(name) : breaking.contains(name)
  }

  private static let references: [ArraySlice<UInt8>: UInt8] = [
    slice("&amp;"): UInt8(ascii: "&"), slice("&lt;"): UInt8(ascii: "<"), slice("&gt;"): UInt8(ascii: ">"),
    slice("&quot;"): UInt8(ascii: "\""), slice("&#39;"): UInt8(ascii: "'"),
  ]

  private static let inline: Set<ArraySlice<UInt8>> = Set(
    [
      "a", "abbr", "b", "bdi", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp",
      "small", "span", "strong", "sub", "sup", "time", "u", "var", "tspan",
    ].map(slice))

  private static let breaking: Set<ArraySlice<UInt8>> = Set(["br", "hr", "img", "input"].map(slice))

  private static func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
}
