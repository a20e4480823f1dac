import CCMark
import ParticipationKit

/// Writes the blocks of libcmark's tree one after the other; each block is also a piece of the whole.
struct BlockRendering {
  private let rules: RenderingRules
  /// For each line of the source whether it is empty.
  private let lines: [Bool]
  private let attributes: ((Int) -> [HTMLAttribute])?
  private var inlines: InlineRendering
  private(set) var blocks: [MarkdownBlock] = []
  /// How many blocks there are, whether they are kept or not.
  private var blockCount = 0
  private let keepsBlocks: Bool

  init(rules: RenderingRules, scan: SourceScan, attributes: ((Int) -> [HTMLAttribute])?, keepsBlocks: Bool) {
    self.rules = rules
    lines = scan.lines
    self.attributes = attributes
    self.keepsBlocks = keepsBlocks
    inlines = InlineRendering(rules: rules, length: scan.length, keepsWords: keepsBlocks)
  }

  /// The whole text.
  var node: HTMLNode { inlines.out.node() }

  /// Makes the text of the document node.
  mutating func render(_ document: SyntaxNode) throws {
    var child = document.firstChild
    while let node = child {
      if node.kind == CMARK_NODE_LIST {
        try list(node)
      } else if rules.hasTables, node.kind == CMARK_NODE_PARAGRAPH, let table = PipeTable(node) {
        appendTable(table, of: node)
      } else if let kind = Self.kind(of: node, rules: rules) {
        let start = inlines.out.count
        try block(node, depth: 0, attributes: nextAttributes())
        finish(kind, from: node.startLine, to: node.endLine, start)
      }
      child = node.next
    }
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

  private func nextAttributes() -> [HTMLAttribute] { attributes?(blockCount) ?? [] }

  /// Keeps what was written since a place as a block.
  private mutating func finish(_ kind: String, from start: Int, to end: Int, _ place: Int) {
    defer { blockCount += 1 }
    guard keepsBlocks else { return }
    let range = lineRange(from: start, to: kind == "rule" ? start : end)
    blocks.append(
      MarkdownBlock(
        index: blockCount, lines: range, kind: kind, plainText: inlines.words.take(),
        node: inlines.out.node(from: place)))
  }

  /// libcmark 0.30 lets blocks end on the empty lines after them, and some one line later still.
  private func lineRange(from start: Int, to end: Int) -> ClosedRange<Int> {
    let first = max(start, 1)
    var last = min(end, lines.count)
    while last > first, lines[last - 1] { last -= 1 }
    return first...max(first, last)
  }

  private mutating func list(_ node: SyntaxNode) throws {
    try checkDepth(1)
    let tag = startList(node)
    var child = node.firstChild
    while let item = child {
      let start = inlines.out.count
      try listItem(item, isTight: node.isTight, depth: 1, attributes: nextAttributes())
      finish("item", from: item.startLine, to: item.endLine, start)
      child = item.next
    }
    inlines.out.end(tag)
  }

  private mutating func appendTable(_ table: PipeTable, of node: SyntaxNode) {
    let start = node.endLine - table.tableLines + 1
    if !table.introduction.isEmpty {
      let place = inlines.out.count
      inlines.out.start(.p, nextAttributes())
      inlines.append(cell: table.introduction)
      inlines.out.end(.p)
      finish("paragraph", from: node.startLine, to: start - 1, place)
    }
    let place = inlines.out.count
    TableRendering.append(table, attributes: nextAttributes(), to: &inlines)
    finish("table", from: start, to: node.endLine, place)
  }

  // MARK: Elements

  private func checkDepth(_ depth: Int) throws {
    guard depth <= rules.maxNesting else {
      throw MarkdownRefusal(limit: "nesting", allowed: rules.maxNesting, found: depth)
    }
  }

  private mutating func block(_ node: SyntaxNode, depth: Int, attributes: [HTMLAttribute] = []) throws {
    switch node.kind {
    case CMARK_NODE_HEADING: heading(node, attributes)
    case CMARK_NODE_BLOCK_QUOTE:
      try checkDepth(depth + 1)
      inlines.out.start(.blockquote, attributes)
      try blocks(in: node, isTight: false, depth: depth + 1)
      inlines.out.end(.blockquote)
    case CMARK_NODE_LIST:
      try checkDepth(depth + 1)
      let tag = startList(node)
      var child = node.firstChild
      while let item = child {
        try listItem(item, isTight: node.isTight, depth: depth + 1, attributes: [])
        child = item.next
      }
      inlines.out.end(tag)
    case CMARK_NODE_CODE_BLOCK: code(node, attributes)
    case CMARK_NODE_HTML_BLOCK:
      var literal = node.literal
      while literal.last == 0x0A { literal = UnsafeBufferPointer(rebasing: literal.dropLast()) }
      inlines.out.start(.p, attributes)
      inlines.verbatim(literal)
      inlines.out.end(.p)
      inlines.words.addSpace()
    case CMARK_NODE_THEMATIC_BREAK: inlines.out.start(.hr, attributes)
    default:
      if rules.hasTables, let table = PipeTable(node) { return nestedTable(table) }
      inlines.out.start(.p, attributes)
      inlines.append(container: node)
      inlines.out.end(.p)
    }
  }

  private mutating func nestedTable(_ table: PipeTable) {
    if !table.introduction.isEmpty {
      inlines.out.start(.p)
      inlines.append(cell: table.introduction)
      inlines.out.end(.p)
    }
    TableRendering.append(table, attributes: [], to: &inlines)
  }

  private mutating func blocks(in container: SyntaxNode, isTight: Bool, depth: Int) throws {
    var child = container.firstChild
    while let node = child {
      if isTight, node.kind == CMARK_NODE_PARAGRAPH, !(rules.hasTables && PipeTable(node) != nil) {
        inlines.append(container: node)
        // Without it the words of an item and of the list inside it would run together in `plainText`.
        if node.next != nil { inlines.out.text([0x0A]) }
      } else {
        try block(node, depth: depth)
      }
      child = node.next
    }
  }

  private mutating func listItem(
    _ item: SyntaxNode, isTight: Bool, depth: Int, attributes: [HTMLAttribute]
  ) throws {
    inlines.out.start(.li, attributes)
    try blocks(in: item, isTight: isTight, depth: depth)
    inlines.out.end(.li)
  }

  private mutating func startList(_ list: SyntaxNode) -> HTMLTag {
    guard list.isOrdered else {
      inlines.out.start(.ul)
      return .ul
    }
    let start = list.listStart
    inlines.out.start(.ol, start == 1 ? [] : [.named("start", "\(start)")])
    return .ol
  }

  private static let levels: [HTMLTag] = [.h2, .h2, .h3, .h4, .h5, .h6]

  /// Editors' headings keep their level, save that the page's own `h1` is the only one; residents' are paragraphs, so
  /// that they cannot pose as the site's.
  private mutating func heading(_ node: SyntaxNode, _ attributes: [HTMLAttribute]) {
    let tag = rules.isEditor ? Self.levels[min(max(node.headingLevel, 1), 6) - 1] : .p
    inlines.out.start(tag, attributes)
    if !rules.isEditor { inlines.out.start(.strong) }
    inlines.append(container: node)
    if !rules.isEditor { inlines.out.end(.strong) }
    inlines.out.end(tag)
  }

  private mutating func code(_ node: SyntaxNode, _ attributes: [HTMLAttribute]) {
    let language = node.fenceInfo.prefix { $0 != 0x20 && $0 != 0x09 }
    let isSafe =
      !language.isEmpty && language.count <= 32
      && language.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
    let names = isSafe ? [HTMLAttribute.class("language-" + String(decoding: language, as: UTF8.self))] : []
    inlines.out.start(.pre, attributes)
    inlines.out.start(.code, names)
    inlines.verbatim(node.literal)
    inlines.out.end(.code)
    inlines.out.end(.pre)
    inlines.words.addSpace()
  }
}
