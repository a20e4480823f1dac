import CCMark
import ParticipationKit

/// Makes nodes of what lies in lines of text: words, emphasis, code, links, images.
///
/// Neighbouring texts are joined before they become a node, because libcmark cuts them at `!`, `&`, `[` and the like.
struct InlineRendering {
  /// Emphasis in emphasis beyond this is shown without: HTML writers and browsers go as deep as the tree.
  private static let deepest = 16

  private let rules: RenderingRules
  /// The words of the block so far.
  var words = PlainWords()
  private var addressBudget: Int
  private var run: [UInt8] = []
  private var typeset: [UInt8] = []
  /// The last scalar before the run, for the typography.
  private var before: UInt32 = 0x0A
  private var isInLink = false
  private var isInTable = false

  /// - Parameter length: The length of the source in bytes; what is gathered is seldom longer.
  init(rules: RenderingRules, length: Int) {
    self.rules = rules
    addressBudget = rules.addressBudget
    run.reserveCapacity(length + 16)
    typeset.reserveCapacity(length + 16)
    words.reserve(length)
  }

  /// The nodes inside a paragraph or heading.
  mutating func nodes(in container: SyntaxNode) -> [HTMLNode] {
    before = 0x0A
    let nodes = children(of: container, depth: 0)
    words.addSpace()
    return nodes
  }

  /// The nodes of a table's cell.
  mutating func nodes(in cell: [PipeTable.Piece]) -> [HTMLNode] {
    before = 0x0A
    isInTable = true
    var nodes: [HTMLNode] = []
    for piece in cell {
      switch piece {
      case .text(let bytes): TextBytes.append(bytes, to: &run)
      case .node(let node): append(node, to: &nodes, depth: 0)
      }
    }
    flush(to: &nodes, following: nil)
    isInTable = false
    words.addSpace()
    return nodes
  }

  /// Text that is shown as it was typed: code, and HTML.
  mutating func verbatim(_ bytes: UnsafeBufferPointer<UInt8>) -> HTMLNode {
    typeset.removeAll(keepingCapacity: true)
    TextBytes.append(bytes, pipe: isInTable ? "|" : "\\|", to: &typeset)
    before = 0xFFFC
    return takeTypeset()
  }

  private mutating func children(of container: SyntaxNode, depth: Int) -> [HTMLNode] {
    var nodes: [HTMLNode] = []
    var child = container.firstChild
    while let node = child {
      append(node, to: &nodes, depth: depth)
      child = node.next
    }
    let end = container.isInlineContainer ? container : nil
    flush(to: &nodes, following: end)
    return nodes
  }

  private mutating func append(_ node: SyntaxNode, to nodes: inout [HTMLNode], depth: Int) {
    switch node.kind {
    case CMARK_NODE_TEXT: TextBytes.append(node.literal, to: &run)
    case CMARK_NODE_SOFTBREAK: run.append(0x0A)
    case CMARK_NODE_EMPH, CMARK_NODE_STRONG:
      if depth >= Self.deepest {
        appendFlat(node, to: &nodes)
      } else {
        flush(to: &nodes, following: node, isBefore: true)
        let inner = children(of: node, depth: depth + 1)
        nodes.append(.element(node.kind == CMARK_NODE_EMPH ? .em : .strong, [], inner))
      }
    case CMARK_NODE_CODE:
      flush(to: &nodes, following: node, isBefore: true)
      nodes.append(.element(.code, [], [verbatim(node.literal)]))
    case CMARK_NODE_LINEBREAK:
      flush(to: &nodes, following: node, isBefore: true)
      nodes.append(.element(.br))
      words.addSpace()
      before = 0x0A
    case CMARK_NODE_HTML_INLINE:
      flush(to: &nodes, following: node, isBefore: true)
      nodes.append(verbatim(node.literal))
    case CMARK_NODE_LINK:
      flush(to: &nodes, following: node, isBefore: true)
      if depth >= Self.deepest { appendFlat(node, to: &nodes) } else { appendLink(node, to: &nodes, depth: depth) }
    case CMARK_NODE_IMAGE:
      flush(to: &nodes, following: node, isBefore: true)
      appendImage(node, to: &nodes)
    default: break
    }
  }

  /// Appends the words of a node that lies too deep for elements, without recursion.
  private mutating func appendFlat(_ node: SyntaxNode, to nodes: inout [HTMLNode]) {
    TextBytes.appendWords(of: node, to: &run)
    flush(to: &nodes, following: nil)
  }

  // MARK: Links and images

  private static let residentLink: HTMLAttribute = .rel("nofollow ugc noopener")

  private mutating func appendLink(_ node: SyntaxNode, to nodes: inout [HTMLNode], depth: Int) {
    let address = node.address
    let target = isInLink ? nil : allowedTarget(address)
    let wasInLink = isInLink
    isInLink = isInLink || target != nil
    var inner = children(of: node, depth: depth + 1)
    isInLink = wasInLink
    guard let target else {
      nodes.append(contentsOf: inner)
      if !isAutolink(node) { appendAddress(address, inBrackets: true, to: &nodes) }
      return
    }
    if inner.isEmpty { appendAddress(address, inBrackets: false, to: &inner) }
    nodes.append(.element(.a, linkAttributes(target, title: node.title), inner))
  }

  private mutating func appendImage(_ node: SyntaxNode, to nodes: inout [HTMLNode]) {
    let address = node.address
    var alternative: [UInt8] = []
    TextBytes.appendWords(of: node, to: &alternative)
    if rules.isEditor, let path = LinkTarget.image(address), takeBudget(address) {
      let alt = String(decoding: alternative, as: UTF8.self)
      nodes.append(.element(.img, [.src(path), .named("alt", alt)]))
      words.addSpace()
      before = 0xFFFC
      return
    }
    let target = isInLink ? nil : allowedTarget(address)
    var inner: [HTMLNode] = []
    if !alternative.isEmpty {
      run.append(contentsOf: alternative)
      flush(to: &inner, following: nil)
    } else if target != nil {
      appendAddress(address, inBrackets: false, to: &inner)
    }
    if let target {
      nodes.append(.element(.a, linkAttributes(target, title: node.title), inner))
    } else {
      nodes.append(contentsOf: inner)
      appendAddress(address, inBrackets: !alternative.isEmpty, to: &nodes)
    }
  }

  private mutating func allowedTarget(_ address: UnsafeBufferPointer<UInt8>) -> LinkTarget? {
    guard let target = LinkTarget(address, isEditor: rules.isEditor), takeBudget(address) else { return nil }
    return target
  }

  private mutating func linkAttributes(_ target: LinkTarget, title: UnsafeBufferPointer<UInt8>) -> [HTMLAttribute] {
    var attributes: [HTMLAttribute] = []
    switch target {
    case .external(let address): attributes.append(.href(external: address))
    case .site(let path): attributes.append(.href(path))
    case .fragment(let name): attributes.append(.href(fragment: name))
    }
    if !rules.isEditor { attributes.append(Self.residentLink) }
    if !title.isEmpty, takeBudget(title) { attributes.append(.named("title", TextBytes.string(title))) }
    return attributes
  }

  /// Shows an address that is not allowed in a link as words, so that nothing typed vanishes.
  private mutating func appendAddress(
    _ address: UnsafeBufferPointer<UInt8>, inBrackets: Bool, to nodes: inout [HTMLNode]
  ) {
    guard !address.isEmpty, takeBudget(address) else { return }
    typeset.removeAll(keepingCapacity: true)
    if inBrackets { typeset.append(contentsOf: " (".utf8) }
    TextBytes.append(address, to: &typeset)
    if inBrackets { typeset.append(UInt8(ascii: ")")) }
    before = inBrackets ? 0x29 : 0xFFFC
    nodes.append(takeTypeset())
  }

  /// Whether the words of a link are its address, as in `<https://exemple.fr>`.
  private func isAutolink(_ node: SyntaxNode) -> Bool {
    guard let text = node.firstChild, text.next == nil, text.kind == CMARK_NODE_TEXT else { return false }
    if node.address.elementsEqual(text.literal) { return true }
    let scheme = "mailto:".utf8
    return node.address.starts(with: scheme) && node.address.dropFirst(scheme.count).elementsEqual(text.literal)
  }

  private mutating func takeBudget(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= addressBudget else { return false }
    addressBudget -= bytes.count
    return true
  }

  // MARK: Runs of text

  /// Makes a node of the run.
  /// - Parameters:
  ///   - following: A node that the run ends at.
  ///   - isBefore: Whether the run ends before that node; otherwise it ends inside it, as its last text.
  private mutating func flush(to nodes: inout [HTMLNode], following: SyntaxNode?, isBefore: Bool = false) {
    guard !run.isEmpty else { return }
    let traits = run.withUnsafeBufferPointer { RunTraits($0) }
    let next = { isBefore ? Self.firstScalar(of: following) : Self.scalar(after: following) }
    let isSet =
      rules.typography
      && (traits.mayBeSet || (traits.endsWithSpace && FrenchTypography.space(before: next()) != nil))
    if isSet {
      let setter = FrenchTypography(before: before, after: next)
      typeset.removeAll(keepingCapacity: true)
      setter.append(run, to: &typeset)
    } else {
      swap(&run, &typeset)
    }
    run.removeAll(keepingCapacity: true)
    before = TextScalar.last(typeset)
    nodes.append(takeTypeset(isSimple: traits.isSimple && !isSet))
  }

  /// - Parameter isSimple: Whether the text's white space is single plain spaces only.
  private mutating func takeTypeset(isSimple: Bool = false) -> HTMLNode {
    let text = String(decoding: typeset, as: UTF8.self)
    if isSimple { words.append(simple: typeset, text) } else { words.append(typeset) }
    return .text(text)
  }

  /// The first scalar that a node shows; U+FFFC for code and images, a line feed for nothing.
  private static func firstScalar(of node: SyntaxNode?) -> UInt32 {
    var node = node
    while let found = node {
      switch found.kind {
      case CMARK_NODE_TEXT: return TextScalar.first(found.literal)
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: return 0x0A
      case CMARK_NODE_EMPH, CMARK_NODE_STRONG, CMARK_NODE_LINK: node = found.firstChild
      default: return 0xFFFC
      }
    }
    return 0x0A
  }

  /// The first scalar after a node in its block.
  private static func scalar(after node: SyntaxNode?) -> UInt32 {
    var node = node
    while let found = node, found.isInlineContainer {
      if let next = found.next { return firstScalar(of: next) }
      node = found.parent
    }
    return 0x0A
  }
}
