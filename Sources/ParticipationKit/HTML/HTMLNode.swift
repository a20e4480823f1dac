/// A piece of a page: text, an element, or a list of both.
///
/// Modules describe pages with nodes and never with text that holds mark-up; the one writer escapes everything, so
/// words from outside cannot become mark-up. A string literal is a text node: `"Bonjour \(name)"`.
public struct HTMLNode: Sendable, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral {
  enum Storage: Sendable {
    case text(String)
    case element(HTMLElement)
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
    HTMLNode(.element(HTMLElement(tag: tag, attributes: attributes, children: children)))
  }

  /// A text node.
  public init(stringLiteral value: String) { self.init(.text(value)) }

  /// A fragment.
  public init(arrayLiteral elements: HTMLNode...) { self.init(.fragment(elements)) }

  /// Whether the node writes nothing.
  public var isEmpty: Bool {
    switch storage {
    case .text(let text): text.isEmpty
    case .element: false
    case .fragment(let nodes): nodes.allSatisfy(\.isEmpty)
    }
  }

  /// The words of the node without mark-up, for search entries and summaries; block elements end with a space.
  public var plainText: String {
    var out = ""
    appendPlainText(to: &out)
    return ByteText.singleLine(out)
  }

  private func appendPlainText(to out: inout String) {
    switch storage {
    case .text(let text): out += text
    case .fragment(let nodes): for node in nodes { node.appendPlainText(to: &out) }
    case .element(let element):
      for node in element.children { node.appendPlainText(to: &out) }
      if !HTMLElement.inline.contains(element.tag.name) { out += " " }
    }
  }

  /// The node as HTML text, its links written from the site's root. For tests and messages; pages use ``HTMLWriter``.
  public var rendered: String {
    var writer = HTMLWriter(depth: 0)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// An element's parts. A class, so that a page's tree is made of small references.
final class HTMLElement: Sendable {
  let tag: HTMLTag
  let attributes: [HTMLAttribute]
  let children: [HTMLNode]

  init(tag: HTMLTag, attributes: [HTMLAttribute], children: [HTMLNode]) {
    self.tag = tag
    self.attributes = attributes
    self.children = children
  }

  static let inline: Set<String> = [
    "a", "abbr", "b", "bdi", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp",
    "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "tspan",
  ]
}
