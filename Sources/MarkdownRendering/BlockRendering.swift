import CCMark
import ParticipationKit

/// Makes blocks of libcmark's tree, and the whole text of the blocks.
struct BlockRendering {
  private let rules: RenderingRules
  /// For each line of the source whether it is empty.
  private let lines: [Bool]
  private let attributes: ((Int) -> [HTMLAttribute])?
  private var inlines: InlineRendering
  private var blocks: [MarkdownBlock] = []

  init(rules: RenderingRules, scan: SourceScan, attributes: ((Int) -> [HTMLAttribute])?) {
    self.rules = rules
    lines = scan.lines
    self.attributes = attributes
    inlines = InlineRendering(rules: rules, length: scan.length)
  }

  /// Makes the text of the document node.
  mutating func render(_ document: SyntaxNode) throws -> MarkdownText {
    var whole: [HTMLNode] = []
    var child = document.firstChild
    while let node = child {
      if node.kind == CMARK_NODE_LIST {
        whole.append(try list(node))
      } else if rules.hasTables, node.kind == CMARK_NODE_PARAGRAPH, let table = PipeTable(node) {
        appendTable(table, of: node, to: &whole)
      } else if let kind = Self.kind(of: node, rules: rules) {
        let element = try block(node, depth: 0, attributes: nextAttributes())
        finish(kind, from: node.startLine, to: node.endLine, element)
        whole.append(element)
      }
      child = node.next
    }
    return MarkdownText(blocks: blocks, node: .fragment(whole))
  }

  // MARK: Blocks of the text

  /// The kind of a block at the top, by the contract's names; nil for nodes that show nothing.
  private static func kind(of node: SyntaxNode, rules: RenderingRules) -> String? {
    switch node.kind {
    case CMARK_NODE_PARAGRAPH, CMARK_NODE_HTML_BLOCK: "paragraph"
    case CMARK_NODE_HEADING: rules.isEditor ? "heading" : "paragraph"
    case CMARK_NODE_BLOCK_QUOTE: "quote"
    case CMARK_NODE_CODE_BLOCK: "code"
    case CMARK_NODE_THEMATIC_BREAK: "rule"
    default: nil
    }
  }

  private func nextAttributes() -> [HTMLAttribute] { attributes?(blocks.count) ?? [] }

  private mutating func finish(_ kind: String, from start: Int, to end: Int, _ element: HTMLNode) {
    let range = lineRange(from: start, to: kind == "rule" ? start : end)
    blocks.append(
      MarkdownBlock(
        index: blocks.count, lines: range, kind: kind, plainText: inlines.words.take(), node: element))
  }

  /// libcmark 0.30 lets blocks end on the empty lines after them, and some one line later still.
  private func lineRange(from start: Int, to end: Int) -> ClosedRange<Int> {
    let first = max(start, 1)
    var last = min(end, lines.count)
    while last > first, lines[last - 1] { last -= 1 }
    return first...max(first, last)
  }

  private mutating func list(_ node: SyntaxNode) throws -> HTMLNode {
    try checkDepth(1)
    var items: [HTMLNode] = []
    var child = node.firstChild
    while let item = child {
      let element = try listItem(item, isTight: node.isTight, depth: 1, attributes: nextAttributes())
      finish("item", from: item.startLine, to: item.endLine, element)
      items.append(element)
      child = item.next
    }
    return Self.joined(items, as: node)
  }

  private mutating func appendTable(_ table: PipeTable, of node: SyntaxNode, to whole: inout [HTMLNode]) {
    let start = node.endLine - table.tableLines + 1
    if !table.introduction.isEmpty {
      let element = HTMLNode.element(.p, nextAttributes(), inlines.nodes(in: table.introduction))
      finish("paragraph", from: node.startLine, to: start - 1, element)
      whole.append(element)
    }
    let element = TableRendering.element(table, attributes: nextAttributes(), inlines: &inlines)
    finish("table", from: start, to: node.endLine, element)
    whole.append(element)
  }

  // MARK: Elements

  private func checkDepth(_ depth: Int) throws {
    guard depth <= rules.maxNesting else {
      throw MarkdownRefusal(limit: "nesting", allowed: rules.maxNesting, found: depth)
    }
  }

  private mutating func block(
    _ node: SyntaxNode, depth: Int, attributes: [HTMLAttribute] = []
  ) throws -> HTMLNode {
    switch node.kind {
    case CMARK_NODE_HEADING: return heading(node, attributes)
    case CMARK_NODE_BLOCK_QUOTE:
      try checkDepth(depth + 1)
      return .element(.blockquote, attributes, try blocks(in: node, isTight: false, depth: depth + 1))
    case CMARK_NODE_LIST:
      try checkDepth(depth + 1)
      var items: [HTMLNode] = []
      var child = node.firstChild
      while let item = child {
        items.append(try listItem(item, isTight: node.isTight, depth: depth + 1, attributes: []))
        child = item.next
      }
      return Self.joined(items, as: node)
    case CMARK_NODE_CODE_BLOCK: return code(node, attributes)
    case CMARK_NODE_HTML_BLOCK:
      var literal = node.literal
      while literal.last == 0x0A { literal = UnsafeBufferPointer(rebasing: literal.dropLast()) }
      defer { inlines.words.addSpace() }
      return .element(.p, attributes, [inlines.verbatim(literal)])
    case CMARK_NODE_THEMATIC_BREAK: return .element(.hr, attributes)
    default:
      if rules.hasTables, let table = PipeTable(node) { return nestedTable(table) }
      return .element(.p, attributes, inlines.nodes(in: node))
    }
  }

  private mutating func nestedTable(_ table: PipeTable) -> HTMLNode {
    let introduction = table.introduction.isEmpty ? [] : inlines.nodes(in: table.introduction)
    let element = TableRendering.element(table, attributes: [], inlines: &inlines)
    return introduction.isEmpty ? element : .fragment([.element(.p, [], introduction), element])
  }

  private mutating func blocks(in container: SyntaxNode, isTight: Bool, depth: Int) throws -> [HTMLNode] {
    var nodes: [HTMLNode] = []
    var child = container.firstChild
    while let node = child {
      if isTight, node.kind == CMARK_NODE_PARAGRAPH, !(rules.hasTables && PipeTable(node) != nil) {
        nodes.append(contentsOf: inlines.nodes(in: node))
        // Without it the words of an item and of the list inside it would run together in `plainText`.
        if node.next != nil { nodes.append(.text("\n")) }
      } else {
        nodes.append(try block(node, depth: depth))
      }
      child = node.next
    }
    return nodes
  }

  private mutating func listItem(
    _ item: SyntaxNode, isTight: Bool, depth: Int, attributes: [HTMLAttribute]
  ) throws -> HTMLNode {
    .element(.li, attributes, try blocks(in: item, isTight: isTight, depth: depth))
  }

  private static func joined(_ items: [HTMLNode], as list: SyntaxNode) -> HTMLNode {
    guard list.isOrdered else { return .element(.ul, [], items) }
    let start = list.listStart
    return .element(.ol, start == 1 ? [] : [.named("start", "\(start)")], items)
  }

  private static let levels: [HTMLTag] = [.h2, .h2, .h3, .h4, .h5, .h6]

  /// Editors' headings keep their level, save that the page's own `h1` is the only one; residents' are paragraphs, so
  /// that they cannot pose as the site's.
  private mutating func heading(_ node: SyntaxNode, _ attributes: [HTMLAttribute]) -> HTMLNode {
    let inner = inlines.nodes(in: node)
    guard rules.isEditor else { return .element(.p, attributes, [.element(.strong, [], inner)]) }
    return .element(Self.levels[min(max(node.headingLevel, 1), 6) - 1], attributes, inner)
  }

  private mutating func code(_ node: SyntaxNode, _ attributes: [HTMLAttribute]) -> HTMLNode {
    let language = node.fenceInfo.prefix { $0 != 0x20 && $0 != 0x09 }
    let isSafe =
      !language.isEmpty && language.count <= 32
      && language.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
    let names = isSafe ? [HTMLAttribute.class("language-" + String(decoding: language, as: UTF8.self))] : []
    defer { inlines.words.addSpace() }
    return .element(.pre, attributes, [.element(.code, names, [inlines.verbatim(node.literal)])])
  }
}
