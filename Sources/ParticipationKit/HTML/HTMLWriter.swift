/// Writes nodes as HTML bytes: the only place where text is escaped.
///
/// Works on UTF-8 bytes: `& < > "` and `'` are replaced, whatever follows them. C0 controls other than tab and line
/// ends are dropped, since no HTML document may hold them.
public struct HTMLWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8]
  private let rootPrefix: [UInt8]
  private let rootedBase: [UInt8]?

  /// Makes a writer for a page.
  /// - Parameters:
  ///   - depth: How many folders deep the page lies; links to site paths climb that far.
  ///   - bytes: What stands before; the writer appends to it.
  public init(depth: Int, appendingTo bytes: [UInt8] = []) {
    self.bytes = bytes
    rootedBase = nil
    var prefix: [UInt8] = []
    for _ in 0..<depth { prefix += [0x2E, 0x2E, 0x2F] }
    rootPrefix = prefix
  }

  /// Makes a writer whose links to site paths start with an address, for feeds and mail.
  /// - Parameter base: The address of the site with its final slash.
  public init(base: String) {
    bytes = []
    rootPrefix = []
    rootedBase = Array(base.utf8)
  }

  /// Appends a node.
  public mutating func write(_ node: HTMLNode) {
    switch node.storage {
    case .text(let text): escape(text)
    case .fragment(let nodes): for child in nodes { write(child) }
    case .element(let element): write(element)
    }
  }

  private mutating func write(_ element: HTMLElement) {
    bytes.append(contentsOf: element.tag.start)
    for attribute in element.attributes { write(attribute) }
    bytes.append(UInt8(ascii: ">"))
    if element.tag.isVoid { return }
    for child in element.children { write(child) }
    bytes.append(contentsOf: element.tag.end)
  }

  private mutating func write(_ attribute: HTMLAttribute) {
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: attribute.name.utf8)
    switch attribute.value {
    case .flag: return
    case .text(let text):
      bytes.append(contentsOf: HTMLWriter.assignment)
      escape(text)
    case .path(let path):
      bytes.append(contentsOf: HTMLWriter.assignment)
      write(path)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func write(_ path: SitePath) {
    if let rootedBase {
      bytes.append(contentsOf: rootedBase)
      escape(path.path)
    } else if path.path.isEmpty, path.fragment == nil || !rootPrefix.isEmpty {
      bytes.append(contentsOf: rootPrefix)
      bytes.append(contentsOf: HTMLWriter.index)
    } else {
      bytes.append(contentsOf: rootPrefix)
      // At the root a colon in the first segment would read as a scheme.
      if rootPrefix.isEmpty, path.path.utf8.contains(UInt8(ascii: ":")) { bytes += [0x2E, 0x2F] }
      escape(path.path)
    }
    if let fragment = path.fragment {
      bytes.append(UInt8(ascii: "#"))
      escape(fragment)
    }
  }

  /// Appends text, escaped for content and for quoted attribute values.
  public mutating func escape(_ text: String) { HTMLWriter.escape(text, into: &bytes) }

  /// Appends text to bytes, escaped for content and for quoted attribute values.
  public static func escape(_ text: String, into bytes: inout [UInt8]) {
    var copy = text
    copy.withUTF8 { source in
      unsafe escape(source, into: &bytes)
    }
  }

  private static func escape(_ source: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
    let table = special
    var start = 0
    var index = 0
    let count = source.count
    while index < count {
      let byte = unsafe source[index]
      if table[Int(byte)] == 0 {
        index += 1
        continue
      }
      if start < index { unsafe bytes.append(contentsOf: source[start..<index]) }
      switch byte {
      case UInt8(ascii: "&"): bytes.append(contentsOf: ampersand)
      case UInt8(ascii: "<"): bytes.append(contentsOf: less)
      case UInt8(ascii: ">"): bytes.append(contentsOf: greater)
      case UInt8(ascii: "\""): bytes.append(contentsOf: quote)
      case UInt8(ascii: "'"): bytes.append(contentsOf: apostrophe)
      default: break
      }
      index += 1
      start = index
    }
    if start < count { unsafe bytes.append(contentsOf: source[start..<count]) }
  }

  private static let assignment: [UInt8] = [UInt8(ascii: "="), UInt8(ascii: "\"")]
  private static let index: [UInt8] = Array("index.html".utf8)
  private static let ampersand: [UInt8] = Array("&amp;".utf8)
  private static let less: [UInt8] = Array("&lt;".utf8)
  private static let greater: [UInt8] = Array("&gt;".utf8)
  private static let quote: [UInt8] = Array("&quot;".utf8)
  private static let apostrophe: [UInt8] = Array("&#39;".utf8)

  /// 1 for bytes that cannot be copied: the five specials and the controls that are dropped.
  private static let special: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    for byte in 0..<0x20 where byte != 0x09 && byte != 0x0A && byte != 0x0D { table[byte] = 1 }
    for byte in Array("&<>\"'".utf8) { table[Int(byte)] = 1 }
    table[0x7F] = 1
    return table
  }()
}
