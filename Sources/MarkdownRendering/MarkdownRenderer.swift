import CCMark
public import ParticipationKit

/// Makes nodes of Markdown texts (CommonMark 0.30, and pipe tables for editors).
///
/// The text is parsed by libcmark and its tree is walked: HTML that somebody typed is never mark-up, it is shown as
/// the words it is. A renderer holds no state, so one value serves every thread.
public struct MarkdownRenderer: Sendable {
  /// Whether French spaces and apostrophes are set in running text.
  public let typography: Bool

  /// Makes a renderer.
  /// - Parameter typography: Whether to set no-break spaces where a plain space stands before `; ! ? :` and inside
  ///   `« »`, and `’` for `'` between letters. Code and addresses are never touched.
  public init(typography: Bool = true) {
    self.typography = typography
  }

  /// Makes nodes of a text.
  ///
  /// The length, and quotes and lists opened on one line, are checked before libcmark sees the text, because version
  /// 0.30 takes quadratic time for some texts. Lists nested over several lines are counted on the tree.
  /// - Parameters:
  ///   - text: Markdown.
  ///   - policy: What the text may contain and how long it may be.
  ///   - attributes: Attributes for the outermost element of a block, by the block's index; for example an `id` that
  ///     comments refer to. They are set in the block's own node and in the whole text's.
  /// - Returns: The blocks in reading order and the whole text.
  /// - Throws: ``MarkdownRefusal`` when the text is longer than `maxLength` characters or quotes and lists lie
  ///   deeper in each other than `maxNesting`.
  public func render(
    _ text: String, policy: MarkdownPolicy, attributes: ((Int) -> [HTMLAttribute])? = nil
  ) throws -> MarkdownText {
    let isEditor = RenderingRules(policy: policy, typography: typography).isEditor
    // Pages show a resident's text whole, and there are many of them.
    guard !isEditor, attributes == nil else {
      let made = try rendered(text, policy, attributes, keepsBlocks: true)
      return MarkdownText(blocks: made.blocks, node: made.node)
    }
    return MarkdownText(node: try rendered(text, policy, nil, keepsBlocks: false).node) {
      // It was not refused a moment ago.
      (try? rendered(text, policy, nil, keepsBlocks: true))?.blocks ?? []
    }
  }

  private func rendered(
    _ text: String, _ policy: MarkdownPolicy, _ attributes: ((Int) -> [HTMLAttribute])?, keepsBlocks: Bool
  ) throws -> (blocks: [MarkdownBlock], node: HTMLNode) {
    var source = text
    // No text has more characters than bytes, so most are not counted.
    if source.utf8.count > policy.maxLength {
      let length = ByteText.length(source)
      guard length <= policy.maxLength else {
        throw MarkdownRefusal(limit: "length", allowed: policy.maxLength, found: length)
      }
    }
    let rules = RenderingRules(policy: policy, typography: typography)
    return try source.withUTF8 { bytes in
      let scan = SourceScan(bytes, markingEscapedPipes: rules.hasTables)
      guard scan.deepestLine <= policy.maxNesting else {
        throw MarkdownRefusal(limit: "nesting", allowed: policy.maxNesting, found: scan.deepestLine)
      }
      let memory = ParsingMemory()
      defer { memory.giveBack() }
      guard let root = scan.parse(bytes) else {
        // libcmark answers nothing only when it has no memory, and then it has already ended the process.
        return ([], .empty)
      }
      var blocks = BlockRendering(rules: rules, scan: scan, attributes: attributes, keepsBlocks: keepsBlocks)
      try blocks.render(root)
      return (blocks.blocks, blocks.node)
    }
  }
}

/// What follows from the policy, decided once for each text.
struct RenderingRules {
  /// How many quotes and lists may lie in each other.
  let maxNesting: Int
  /// Bytes that link addresses may take in all: a reference that is used a thousand times must not fill a disk.
  let addressBudget: Int
  /// Whether French spaces and apostrophes are set.
  let typography: Bool
  /// Whether the text was written by an editor; residents' texts get fewer elements.
  let isEditor: Bool
  /// Whether pipe tables are made.
  var hasTables: Bool { isEditor }

  init(policy: MarkdownPolicy, typography: Bool) {
    maxNesting = policy.maxNesting
    addressBudget = policy.maxLength
    self.typography = typography
    isEditor = policy.name == "editor"
  }
}
