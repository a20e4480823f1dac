/// The name of an element that a module may write. Elements that run code or load from elsewhere are not here.
public struct HTMLTag: Sendable, Hashable {
  /// What is known of an element: one reference, since a page names some hundred.
  final class Parts: Sendable {
    let name: String
    let isVoid: Bool
    /// `<name`, and `</name>`: what the writer copies.
    let start: [UInt8]
    let end: [UInt8]

    init(_ name: String, isVoid: Bool) {
      self.name = name
      self.isVoid = isVoid
      start = Array("<\(name)".utf8)
      end = Array("</\(name)>".utf8)
    }
  }

  let parts: Parts

  /// The name as written.
  public var name: String { parts.name }
  /// Whether the element has no content and no end tag.
  public var isVoid: Bool { parts.isVoid }

  init(_ name: String, void: Bool = false) { parts = Parts(name, isVoid: void) }

  /// Two tags are the same when their names are.
  public static func == (a: HTMLTag, b: HTMLTag) -> Bool { a.name == b.name }
  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// An HTML or SVG element by its name; nil when modules may not write it.
  public init?(named name: String) {
    guard let tag = HTMLTag.known[name] else { return nil }
    self = tag
  }

  static let known: [String: HTMLTag] = {
    let ordinary = """
      a abbr address article aside b bdi blockquote button caption cite code col colgroup data datalist dd del details
      dfn div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header i ins kbd label legend li main
      mark meter nav ol optgroup option output p pre progress q s samp search section select small span strong sub
      summary sup table tbody td textarea tfoot th thead time tr u ul var
      svg g path circle ellipse rect line polyline polygon text tspan title desc defs symbol use marker pattern clipPath
      """
    var table: [String: HTMLTag] = [:]
    for name in ordinary.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      table[String(name)] = HTMLTag(String(name))
    }
    for name in ["br", "hr", "img", "input", "wbr"] { table[name] = HTMLTag(name, void: true) }
    return table
  }()
}
