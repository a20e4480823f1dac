import MarkdownRendering
import ParticipationKit

/// The HTML of a text, its links written from the site's root.
func html(_ text: String, _ policy: MarkdownPolicy = .resident, typography: Bool = false) throws -> String {
  try MarkdownRenderer(typography: typography).render(text, policy: policy).node.rendered
}

/// The blocks of a text.
func blocks(_ text: String, _ policy: MarkdownPolicy = .editor) throws -> [MarkdownBlock] {
  try MarkdownRenderer(typography: false).render(text, policy: policy).blocks
}

/// Random numbers that are the same in every run (SplitMix64).
struct FixedRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Reads emitted HTML byte by byte as a browser's tokenizer would, and knows which tags and attributes may be there.
struct MarkupCheck {
  private static let allowed: Set<String> = [
    "p", "strong", "em", "code", "pre", "br", "hr", "a", "img", "ul", "ol", "li", "blockquote", "h2",
    "h3", "h4", "h5", "h6",
    "div", "table", "thead", "tbody", "tr", "th", "td",
  ]
  private static let attributes: Set<String> = [
    "href", "rel", "title", "class", "src", "alt", "start", "tabindex", "role", "aria-label", "scope", "colspan",
  ]

  /// The first thing that no text may bring about; nil when the mark-up is the renderer's own.
  static func fault(in html: String) -> String? {
    let bytes = Array(html.utf8)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        if bytes[index] == UInt8(ascii: ">") || bytes[index] == UInt8(ascii: "\"") { return "bare byte at \(index)" }
        index += 1
        continue
      }
      guard let end = endOfTag(bytes, from: index) else { return "tag without end at \(index)" }
      let tag = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
      if let fault = faultInTag(tag) { return fault }
      index = end + 1
    }
    return nil
  }

  private static func endOfTag(_ bytes: [UInt8], from start: Int) -> Int? {
    var isQuoted = false
    for index in start..<bytes.count {
      if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      if bytes[index] == UInt8(ascii: ">"), !isQuoted { return index }
    }
    return nil
  }

  private static func faultInTag(_ tag: String) -> String? {
    if tag.utf8.first == UInt8(ascii: "/") { return allowed.contains(String(tag.dropFirst())) ? nil : "</\(tag)>" }
    let bytes = Array(tag.utf8)
    let name = bytes.prefix { $0 != UInt8(ascii: " ") }
    guard allowed.contains(String(decoding: name, as: UTF8.self)) else { return "<\(tag)>" }
    var rest = bytes.dropFirst(name.count)
    while !rest.isEmpty {
      rest = rest.dropFirst()
      let key = String(decoding: rest.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
      rest = rest.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
      let value = String(decoding: rest.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
      rest = rest.drop { $0 != UInt8(ascii: "\"") }.dropFirst()
      guard attributes.contains(key) else { return "attribute \(key) in <\(tag)>" }
      if key == "href" || key == "src", !isSafe(value) { return "address \(value)" }
    }
    return nil
  }

  private static func isSafe(_ address: String) -> Bool {
    let lower = address.lowercased()
    if ["http://", "https://", "mailto:", "tel:", "#"].contains(where: lower.hasPrefix) { return true }
    return !address.utf8.contains(UInt8(ascii: ":")) && !address.hasPrefix("/") && !address.utf8.contains(0x5C)
  }
}
