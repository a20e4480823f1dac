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
  public init(depth: Int, appendingTo bytes: consuming [UInt8] = []) {
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
    case .written(let written): write(written)
    }
  }

  /// Appends what was written before, with the way to each site path.
  private mutating func write(_ written: [UInt8]) {
    var start = 0
    while let mark = ByteScan.first(HTMLBytes.mark, in: written, from: start) {
      bytes.append(contentsOf: written[start..<mark])
      // The mark is always followed by the kind of the start.
      if let kind = HTMLBytes.PathStart(rawValue: written[mark + 1]) { append(kind) }
      start = mark + 2
    }
    if start == 0 { bytes.append(contentsOf: written) } else { bytes.append(contentsOf: written[start...]) }
  }

  private mutating func append(_ start: HTMLBytes.PathStart) {
    if let rootedBase { return bytes.append(contentsOf: rootedBase) }
    bytes.append(contentsOf: rootPrefix)
    switch start {
    case .plain: break
    case .colon: if rootPrefix.isEmpty { bytes += [0x2E, 0x2F] }
    case .root: bytes.append(contentsOf: HTMLWriter.index)
    case .rootFragment: if !rootPrefix.isEmpty { bytes.append(contentsOf: HTMLWriter.index) }
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

  static func escape(_ source: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) {
    let count = source.count
    var start = 0
    var index = 0
    while true {
      unsafe index = ByteScan.firstSpecialOfHTML(in: source, from: index)
      if start < index { unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index])) }
      if index == count { return }
      switch unsafe source[index] {
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
  }

  private static let index: [UInt8] = Array("index.html".utf8)
  private static let ampersand: [UInt8] = Array("&amp;".utf8)
  private static let less: [UInt8] = Array("&lt;".utf8)
  private static let greater: [UInt8] = Array("&gt;".utf8)
  private static let quote: [UInt8] = Array("&quot;".utf8)
  private static let apostrophe: [UInt8] = Array("&#39;".utf8)
}
