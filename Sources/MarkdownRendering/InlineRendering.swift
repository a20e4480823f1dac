import CCMark
import ParticipationKit

/// Writes what lies in lines of text: words, emphasis, code, links, images.
///
/// Neighbouring texts are joined before they are written, because libcmark cuts them at `!`, `&`, `[` and the like.
struct InlineRendering {
  /// Emphasis in emphasis beyond this is shown without: HTML writers and browsers go as deep as the tree.
  private static let deepest = 16

  private let rules: RenderingRules
  /// The text so far.
  var out: HTMLBuilder
  /// The words of the block so far.
  var words = PlainWords()
  private let keepsWords: Bool
  private var addressBudget: Int
  private var run: [UInt8] = []
  private var typeset: [UInt8] = []
  /// The last scalar before the run, for the typography.
  private var before: UInt32 = 0x0A
  private var isInLink = false
  private var isInTable = false

  /// - Parameter length: The length of the source in bytes; what is gathered is seldom longer.
  init(rules: RenderingRules, length: Int, keepsWords: Bool) {
    self.rules = rules
    self.keepsWords = keepsWords
    out = HTMLBuilder(capacity: length + length / 4 + 64)
    addressBudget = rules.addressBudget
    run.reserveCapacity(length + 16)
    typeset.reserveCapacity(length + 16)
    if keepsWords { words.reserve(length) }
  }

  /// Writes the inside of a paragraph or heading.
  mutating func append(container: SyntaxNode) {
    before = 0x0A
    appendChildren(of: container, depth: 0)
    words.addSpace()
  }

  /// Writes the inside of a table's cell.
  mutating func append(cell: [PipeTable.Piece]) {
    before = 0x0A
    isInTable = true
    for piece in cell {
      switch piece {
      case .text(let bytes): TextBytes.append(bytes, to: &run)
      case .node(let node): append(node, depth: 0)
      }
    }
    flush(following: nil)
    isInTable = false
    words.addSpace()
  }

  /// What a closure writes, as a node of its own.
  mutating func node(_ write: (inout InlineRendering) -> Void) -> HTMLNode {
    let whole = out
    out = HTMLBuilder()
    write(&self)
    defer { out = whole }
    return out.node()
  }

  /// Writes text that is shown as it was typed: code, and HTML.
  mutating func verbatim(_ bytes: UnsafeBufferPointer<UInt8>) {
    typeset.removeAll(keepingCapacity: true)
    TextBytes.append(bytes, pipe: isInTable ? "|" : "\\|", to: &typeset)
    before = 0xFFFC
    writeTypeset()
  }

  private mutating func appendChildren(of container: SyntaxNode, depth: Int) {
    var child = container.firstChild
    while let node = child {
      append(node, depth: depth)
      child = node.next
    }
    let end = container.isInlineContainer ? container : nil
    flush(following: end)
  }

  private mutating func append(_ node: SyntaxNode, depth: Int) {
    switch node.kind {
    case CMARK_NODE_TEXT: TextBytes.append(node.literal, to: &run)
    case CMARK_NODE_SOFTBREAK: run.append(0x0A)
    case CMARK_NODE_EMPH, CMARK_NODE_STRONG:
      if depth >= Self.deepest { return appendFlat(node) }
      flush(following: node, isBefore: true)
      let tag: HTMLTag = node.kind == CMARK_NODE_EMPH ? .em : .strong
      out.start(tag)
      appendChildren(of: node, depth: depth + 1)
      out.end(tag)
    case CMARK_NODE_CODE:
      flush(following: node, isBefore: true)
      out.start(.code)
      verbatim(node.literal)
      out.end(.code)
    case CMARK_NODE_LINEBREAK:
      flush(following: node, isBefore: true)
      out.start(.br)
      words.addSpace()
      before = 0x0A
    case CMARK_NODE_HTML_INLINE:
      flush(following: node, isBefore: true)
      verbatim(node.literal)
    case CMARK_NODE_LINK:
      flush(following: node, isBefore: true)
      if depth >= Self.deepest { appendFlat(node) } else { appendLink(node, depth: depth) }
    case CMARK_NODE_IMAGE:
      flush(following: node, isBefore: true)
      appendImage(node)
    default: break
    }
  }

  /// Writes the words of a node that lies too deep for elements, without recursion.
  private mutating func appendFlat(_ node: SyntaxNode) {
    TextBytes.appendWords(of: node, to: &run)
    flush(following: nil)
  }

  // MARK: Links and images

  private static let residentLink: HTMLAttribute = .rel("nofollow ugc noopener")

  private mutating func appendLink(_ node: SyntaxNode, depth: Int) {
    let address = node.address
    let target = isInLink ? nil : allowedTarget(address)
    let wasInLink = isInLink
    isInLink = isInLink || target != nil
    // The budget of addresses counts the title after what lies inside, so the words inside come first.
    let inner = innerNode(of: node, depth: depth + 1)
    isInLink = wasInLink
    guard let target else {
      out.append(inner)
      if !isAutolink(node) { appendAddress(address, inBrackets: true) }
      return
    }
    let shown = inner.isEmpty ? self.node { $0.appendAddress(address, inBrackets: false) } : inner
    out.append(.element(.a, linkAttributes(target, title: node.title), [shown]))
  }

  private mutating func innerNode(of container: SyntaxNode, depth: Int) -> HTMLNode {
    node { $0.appendChildren(of: container, depth: depth) }
  }

  private mutating func appendImage(_ node: SyntaxNode) {
    let address = node.address
    var alternative: [UInt8] = []
    TextBytes.appendWords(of: node, to: &alternative)
    if rules.isEditor, let path = LinkTarget.image(address), takeBudget(address) {
      let alt = String(decoding: alternative, as: UTF8.self)
      out.start(.img, [.src(path), .named("alt", alt)])
      words.addSpace()
      before = 0xFFFC
      return
    }
    let target = isInLink ? nil : allowedTarget(address)
    let inner = self.node { inlines in
      if !alternative.isEmpty {
        inlines.run.append(contentsOf: alternative)
        inlines.flush(following: nil)
      } else if target != nil {
        inlines.appendAddress(address, inBrackets: false)
      }
    }
    if let target {
      out.append(.element(.a, linkAttributes(target, title: node.title), [inner]))
    } else {
      out.append(inner)
      appendAddress(address, inBrackets: !alternative.isEmpty)
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
  private mutating func appendAddress(_ address: UnsafeBufferPointer<UInt8>, inBrackets: Bool) {
    guard !address.isEmpty, takeBudget(address) else { return }
    typeset.removeAll(keepingCapacity: true)
    if inBrackets { typeset.append(contentsOf: " (".utf8) }
    TextBytes.append(address, to: &typeset)
    if inBrackets { typeset.append(UInt8(ascii: ")")) }
    before = inBrackets ? 0x29 : 0xFFFC
    writeTypeset()
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

  /// Writes the run.
  /// - Parameters:
  ///   - following: A node that the run ends at.
  ///   - isBefore: Whether the run ends before that node; otherwise it ends inside it, as its last text.
  private mutating func flush(following: SyntaxNode?, isBefore: Bool = false) {
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
    writeTypeset(isSimple: traits.isSimple && !isSet)
  }

  /// - Parameter isSimple: Whether the text's white space is single plain spaces only.
  private mutating func writeTypeset(isSimple: Bool = false) {
    out.text(typeset)
    guard keepsWords else { return }
    if isSimple { words.append(simple: typeset) } else { words.append(typeset) }
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
