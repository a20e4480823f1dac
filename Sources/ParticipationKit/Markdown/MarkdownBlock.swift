/// What a text may contain, by who wrote it.
public struct MarkdownPolicy: Sendable, Hashable {
  /// The name of the policy, `resident` or `editor`.
  public let name: String
  /// The longest text that is accepted, in characters (Unicode code points), as forms count. libcmark 0.30 has
  /// quadratic cases, all of them made of ASCII marks, so this is a defence, too.
  public let maxLength: Int
  /// The most bytes that such a text takes in UTF-8: four a character.
  public var maxBytes: Int { maxLength * 4 }
  /// How many quotes and lists may lie in each other.
  public let maxNesting: Int

  /// Citizens' text: no images, no raw HTML, headings as paragraphs, links with `rel="nofollow ugc noopener"`. 4,096
  /// characters.
  public static var resident: MarkdownPolicy { MarkdownPolicy(name: "resident", maxLength: 4096, maxNesting: 6) }
  /// Text by signed-in editors and content files: headings from level 2, images of the site, tables. 16,384
  /// characters.
  public static var editor: MarkdownPolicy { MarkdownPolicy(name: "editor", maxLength: 16384, maxNesting: 12) }
}

/// One block of a Markdown text: a paragraph, heading, list item, quote, code or table.
public struct MarkdownBlock: Sendable {
  /// The place of the block in its text, counted from 0.
  public let index: Int
  /// The lines of the source, counted from 1, both ends included.
  public let lines: ClosedRange<Int>
  /// The kind: `paragraph`, `heading`, `item`, `quote`, `code`, `table` or `rule`.
  public let kind: String
  /// The block's words without mark-up.
  public let plainText: String
  /// The block as nodes.
  public let node: HTMLNode

  /// Makes a block.
  public init(index: Int, lines: ClosedRange<Int>, kind: String, plainText: String, node: HTMLNode) {
    self.index = index
    self.lines = lines
    self.kind = kind
    self.plainText = plainText
    self.node = node
  }
}

/// A rendered Markdown text.
public struct MarkdownText: Sendable {
  /// The whole text as nodes, lists and quotes joined.
  public let node: HTMLNode
  private let makeBlocks: @Sendable () -> [MarkdownBlock]

  /// Makes a rendered text.
  public init(blocks: [MarkdownBlock], node: HTMLNode) {
    self.init(node: node) { blocks }
  }

  /// Makes a rendered text whose blocks are made when they are asked for: most pages show a comment whole.
  public init(node: HTMLNode, blocks: @escaping @Sendable () -> [MarkdownBlock]) {
    self.node = node
    makeBlocks = blocks
  }

  /// The blocks in reading order; a list gives one block an item.
  public var blocks: [MarkdownBlock] { makeBlocks() }

  /// The words without mark-up.
  public var plainText: String { blocks.map(\.plainText).joined(separator: " ") }
}

/// Why a Markdown text was refused.
public struct MarkdownRefusal: Error, Sendable {
  /// What was exceeded: `length`, in characters, or `nesting`.
  public let limit: String
  /// The largest value allowed.
  public let allowed: Int
  /// The value found.
  public let found: Int

  /// Makes a refusal.
  public init(limit: String, allowed: Int, found: Int) {
    self.limit = limit
    self.allowed = allowed
    self.found = found
  }
}
