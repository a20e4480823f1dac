internal import ParticipationKit

/// The words of a page as people read them, cut where a link can lead: by its sections and articles with an id, as the
/// items of an agenda and the comments on them, and by headings with one.
///
/// They are read from what was written, so that whatever a page shows can be found, in the language in which it shows
/// it, and nothing else: forms, menus, drawings and what only machines read are left out.
struct PageWords {
  /// A part of the page. The first has no anchor and holds what stands outside of all others.
  struct Part {
    var anchor: [UInt8] = []
    var heading: [UInt8] = []
    var text: [UInt8] = []

    /// About how many bytes the part takes in a row of the search.
    var room: Int { anchor.count + heading.count + text.count + 16 }
  }

  /// The most bytes that are kept of one page; the minutes of the longest evening are a tenth of it.
  static let mostBytes = 262_144

  private(set) var parts = [Part()]
  /// For each open section or article: whether it is an article, and the part that it stands in.
  private var open: [(tag: UInt64, outer: Int)] = []
  private var current = 0
  /// The heading that is being read, by its tag.
  private var headingTag: UInt64 = 0
  private var total = 0
  /// The next `&` of the document, beyond which nothing was looked for yet.
  private var nextReference = -1

  /// Reads a part of an HTML document that the contract's writer wrote: a tag ends at the first `>`.
  init(_ html: [UInt8], _ range: Range<Int>) {
    var index = range.lowerBound
    while index < range.upperBound, total < PageWords.mostBytes {
      let tag = min(ByteScan.first(UInt8(ascii: "<"), in: html, from: index) ?? range.upperBound, range.upperBound)
      if tag > index { add(html, index..<tag) }
      guard tag < range.upperBound else { return }
      let end = min(ByteScan.first(UInt8(ascii: ">"), in: html, from: tag) ?? range.upperBound, range.upperBound)
      index = end + 1
      if let skipped = read(html, tag + 1..<end) { index = PageWords.skip(skipped, in: html, index..<range.upperBound) }
    }
  }

  // MARK: Tags

  /// Reads a tag.
  /// - Returns: The name of the element when its content is to be left out.
  private mutating func read(_ html: [UInt8], _ tag: Range<Int>) -> ArraySlice<UInt8>? {
    guard let first = tag.first else { return nil }
    let isEnd = html[first] == UInt8(ascii: "/")
    let start = isEnd ? first + 1 : first
    let (nameEnd, name) = PageWords.name(html, start..<tag.upperBound)
    let traits = TagTraits.of(name)
    if !isEnd, isLeftOut(traits, html, nameEnd..<tag.upperBound) { return html[start..<nameEnd] }
    if traits.contains(.part) {
      isEnd ? leave(name) : enter(name, html, nameEnd..<tag.upperBound)
    } else if traits.contains(.heading) {
      isEnd ? (headingTag = 0) : begin(heading: name, html, nameEnd..<tag.upperBound)
    }
    if !traits.contains(.inline) { addSpace() }
    return nil
  }

  private func isLeftOut(_ traits: TagTraits, _ html: [UInt8], _ attributes: Range<Int>) -> Bool {
    if traits.contains(.mute) { return true }
    return attributes.count > 4 && !traits.contains(.empty) && PageWords.isUnread(html, attributes)
  }

  /// Whether attributes say that an element is not read: made for paper or never on it, for ears or eyes alone.
  private static func isUnread(_ html: [UInt8], _ attributes: Range<Int>) -> Bool {
    html.withUnsafeBufferPointer { html in
      for index in attributes {
        let mark: [UInt8]
        switch html[index] {
        case UInt8(ascii: "n"): mark = unprinted
        case UInt8(ascii: "p"): mark = printed
        case UInt8(ascii: "c"): mark = unseen
        case UInt8(ascii: "a"): mark = unspoken
        default: continue
        }
        guard index + mark.count <= attributes.upperBound, html[index + 1] == mark[1] else { continue }
        if html[index..<index + mark.count].elementsEqual(mark) { return true }
      }
      return false
    }
  }

  private mutating func enter(_ name: UInt64, _ html: [UInt8], _ attributes: Range<Int>) {
    open.append((name, current))
    if let id = PageWords.id(html[attributes]) { begin(part: id) }
  }

  private mutating func leave(_ name: UInt64) {
    guard let last = open.last, last.tag == name else { return }
    open.removeLast()
    current = last.outer
  }

  private mutating func begin(heading name: UInt64, _ html: [UInt8], _ attributes: Range<Int>) {
    if open.isEmpty {
      // A heading of the page itself ends what the one before it began.
      current = 0
      if let id = PageWords.id(html[attributes]) { begin(part: id) }
    }
    // The page's title stands in the row already.
    if name == PageWords.title || (current > 0 && parts[current].heading.isEmpty) { headingTag = name }
  }

  private mutating func begin(part id: ArraySlice<UInt8>) {
    current = parts.count
    parts.append(Part(anchor: Array(id)))
  }

  // MARK: Words

  private mutating func add(_ html: [UInt8], _ range: Range<Int>) {
    if headingTag == PageWords.title { return }
    total += range.count
    if nextReference < range.lowerBound {
      nextReference = ByteScan.first(UInt8(ascii: "&"), in: html, from: range.lowerBound) ?? html.count
    }
    if nextReference >= range.upperBound {
      headingTag != 0
        ? parts[current].heading.append(contentsOf: html[range]) : parts[current].text.append(contentsOf: html[range])
    } else if headingTag != 0 {
      PageWords.append(html[range], to: &parts[current].heading)
    } else {
      PageWords.append(html[range], to: &parts[current].text)
    }
  }

  private mutating func addSpace() {
    if headingTag != 0 { return PageWords.addSpace(to: &parts[current].heading) }
    PageWords.addSpace(to: &parts[current].text)
  }

  private static func addSpace(to out: inout [UInt8]) {
    if let last = out.last, last != 0x20 { out.append(0x20) }
  }

  /// Appends text with the writer's five references resolved.
  private static func append(_ text: ArraySlice<UInt8>, to out: inout [UInt8]) {
    var rest = text
    while let mark = rest.firstIndex(of: UInt8(ascii: "&")) {
      out.append(contentsOf: rest[..<mark])
      guard let end = rest[mark...].firstIndex(of: UInt8(ascii: ";")) else { return }
      switch packed(rest[mark + 1..<end]) {
      case packed("amp".utf8): out.append(UInt8(ascii: "&"))
      case packed("lt".utf8): out.append(UInt8(ascii: "<"))
      case packed("gt".utf8): out.append(UInt8(ascii: ">"))
      case packed("quot".utf8): out.append(UInt8(ascii: "\""))
      case packed("#39".utf8): out.append(UInt8(ascii: "'"))
      default: break
      }
      rest = rest[(end + 1)...]
    }
    out.append(contentsOf: rest)
  }

  /// The place after the element that was just opened.
  private static func skip(_ name: ArraySlice<UInt8>, in html: [UInt8], _ range: Range<Int>) -> Int {
    var depth = 1
    var index = range.lowerBound
    while let tag = ByteScan.first(UInt8(ascii: "<"), in: html, from: index), tag < range.upperBound {
      let isEnd = tag + 1 < range.upperBound && html[tag + 1] == UInt8(ascii: "/")
      let start = isEnd ? tag + 2 : tag + 1
      let end = start + name.count
      index = start
      guard end < range.upperBound, html[end] == UInt8(ascii: ">") || html[end] == 0x20,
        html[start..<end].elementsEqual(name)
      else { continue }
      depth += isEnd ? -1 : 1
      if depth == 0 { return (ByteScan.first(UInt8(ascii: ">"), in: html, from: end) ?? range.upperBound) + 1 }
    }
    return range.upperBound
  }

  // MARK: Names

  /// A short name in one word, so that names are compared at once; longer ones are cut.
  static func packed(_ name: some Sequence<UInt8>) -> UInt64 { name.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  /// Where the name of a tag ends, and the name in one word.
  private static func name(_ html: [UInt8], _ tag: Range<Int>) -> (end: Int, name: UInt64) {
    var end = tag.lowerBound
    var name: UInt64 = 0
    while end < tag.upperBound, html[end] != 0x20 {
      if end - tag.lowerBound < 8 { name = name << 8 | UInt64(html[end]) }
      end += 1
    }
    return (end, name)
  }

  private static let title = packed("h1".utf8)
  private static let printed = Array("print-only".utf8)
  private static let unprinted = Array("no-print".utf8)
  private static let unseen = Array("class=\"sr\"".utf8)
  private static let unspoken = Array("aria-hidden=\"true\"".utf8)

  private static func id(_ attributes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let at = place(of: idStart, in: attributes) else { return nil }
    return attributes[(at + idStart.count)...].prefix { $0 != UInt8(ascii: "\"") }
  }

  private static let idStart = Array(" id=\"".utf8)

  private static func has(_ wanted: [UInt8], _ bytes: ArraySlice<UInt8>) -> Bool {
    place(of: wanted, in: bytes) != nil
  }

  private static func place(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= wanted.count else { return nil }
    for start in bytes.startIndex...bytes.endIndex - wanted.count
    where bytes[start] == wanted[0] && bytes[start..<start + wanted.count].elementsEqual(wanted) {
      return start
    }
    return nil
  }

  /// Whether the first part says a text already, by its last words.
  func says(_ text: String) -> Bool {
    let probe = Array(text.utf8.suffix(24))
    return probe.isEmpty || PageWords.has(probe, parts[0].text[...])
  }

  /// Adds words that the page does not show, as other names of what it is about.
  mutating func add(unsaid text: String) {
    addSpace()
    parts[0].text.append(contentsOf: text.utf8)
  }
}
