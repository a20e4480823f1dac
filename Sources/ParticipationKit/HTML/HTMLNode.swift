/// A piece of a page: text, an element, or a list of both.
///
/// Modules describe pages with nodes and never with text that holds mark-up; the one writer escapes everything, so
/// words from outside cannot become mark-up. A string literal is a text node: `"Bonjour \(name)"`.
public struct HTMLNode: Sendable, Hashable, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral {
  enum Storage: Sendable, Hashable {
    case text(String)
    /// What ``HTMLBytes`` wrote: an element is made into bytes when its children are known, which costs a tenth of
    /// keeping, walking and freeing a tree. Only that writer makes such bytes.
    case written([UInt8])
    case fragment([HTMLNode])
  }

  let storage: Storage

  init(_ storage: Storage) { self.storage = storage }

  /// Text, escaped when written.
  public static func text(_ text: String) -> HTMLNode { HTMLNode(.text(text)) }

  /// Several nodes in a row.
  public static func fragment(_ nodes: [HTMLNode]) -> HTMLNode { HTMLNode(.fragment(nodes)) }

  /// Nothing.
  public static var empty: HTMLNode { HTMLNode(.fragment([])) }

  /// An element with attributes and children. Children of a void element are not written.
  public static func element(
    _ tag: HTMLTag, _ attributes: [HTMLAttribute] = [], _ children: [HTMLNode] = []
  ) -> HTMLNode {
    var room = tag.parts.start.count + tag.parts.end.count + 1
    for attribute in attributes { room += attribute.room }
    for child in children { room += child.room }
    var out = HTMLBytes()
    out.bytes.reserveCapacity(room)
    out.start(tag, attributes)
    if !tag.isVoid {
      for child in children { out.append(child) }
      out.end(tag)
    }
    return HTMLNode(.written(out.bytes))
  }

  /// What the one writer wrote into a page earlier, given back as it is. For the host's own archive of pages; a module
  /// cannot reach it.
  package static func stored(_ bytes: [UInt8]) -> HTMLNode { HTMLNode(.written(bytes.filter { $0 != HTMLBytes.mark })) }

  /// About how many bytes the node takes.
  var room: Int {
    switch storage {
    case .text(let text): text.utf8.count + 8
    case .written(let bytes): bytes.count
    case .fragment(let nodes): nodes.reduce(0) { $0 + $1.room }
    }
  }

  /// A text node.
  public init(stringLiteral value: String) { self.init(.text(value)) }

  /// A fragment.
  public init(arrayLiteral elements: HTMLNode...) { self.init(.fragment(elements)) }

  /// Whether the node writes nothing.
  public var isEmpty: Bool {
    switch storage {
    case .text(let text): text.isEmpty
    case .written(let bytes): bytes.isEmpty
    case .fragment(let nodes): nodes.allSatisfy(\.isEmpty)
    }
  }

  /// The words of the node without mark-up, for search entries and summaries; block elements end with a space.
  public var plainText: String {
    var out: [UInt8] = []
    appendPlainText(to: &out)
    return ByteText.singleLine(String(decoding: out, as: UTF8.self))
  }

  private func appendPlainText(to out: inout [UInt8]) {
    switch storage {
    case .text(let text): out.append(contentsOf: text.utf8)
    case .fragment(let nodes): for node in nodes { node.appendPlainText(to: &out) }
    case .written(let bytes): HTMLBytes.appendPlainText(of: bytes, to: &out)
    }
  }

  /// The node as HTML text, its links written from the site's root. For tests and messages; pages use ``HTMLWriter``.
  public var rendered: String {
    var writer = HTMLWriter(depth: 0)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
