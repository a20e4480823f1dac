/// Reads a page as a program for blind people does: what can be seen in the mark-up alone, without a browser.
///
/// The rules are those of WCAG 2.1 that a scan can decide: 1.1.1, 1.3.1, 2.4.2, 2.4.4, 3.1.1, 4.1.1, 4.1.2.
struct PageReading {
  private(set) var problems: [String] = []
  private var ids: Set<String> = []
  private var labelled: Set<String> = []
  private var controls: [(id: String, name: String)] = []
  private var references: [String] = []
  private var level = 0
  private var hasTitle = false
  private var language = ""
  private var headings = 0
  private var open: [(tag: MarkupTag, words: String, hasHeader: Bool)] = []

  private static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
  ]

  init(_ bytes: [UInt8]) {
    for piece in MarkupScan.pieces(bytes) {
      switch piece {
      case .start(let tag): start(tag)
      case .end(let name): end(name)
      case .text(let text):
        for index in open.indices { open[index].words += text.contains { !$0.isWhitespace } ? "x" : "" }
      }
    }
    finish()
  }

  private mutating func start(_ tag: MarkupTag) {
    if let id = tag["id"] {
      if id.isEmpty || !ids.insert(id).inserted { problems.append("the id “\(id)” stands twice or is empty") }
    }
    references += (tag["aria-describedby"] ?? "").split(separator: " ").map(String.init)
    references += (tag["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
    switch tag.name {
    case "html": language = tag["lang"] ?? ""
    case "img": image(tag)
    case "label": if let target = tag["for"] { labelled.insert(target) }
    case "input", "select", "textarea": control(tag)
    case "th": for index in open.indices where open[index].tag.name == "table" { open[index].hasHeader = true }
    case "h1", "h2", "h3", "h4", "h5", "h6": heading(Int(tag.name.dropFirst()) ?? 0)
    default: break
    }
    if let tab = tag["tabindex"], let number = Int(tab), number > 0 {
      problems.append("tabindex=\(number) changes the order of the keyboard")
    }
    // What is said for a picture or by a label counts as words of the link or button around it.
    let said = (tag["alt"] ?? "") + (tag["aria-label"] ?? "") + (tag["aria-labelledby"] ?? "")
    if !said.isEmpty { for index in open.indices { open[index].words += "x" } }
    if !PageReading.void.contains(tag.name), !(tag.name == "path" || tag.name == "use") {
      open.append((tag, said.isEmpty ? "" : "x", false))
    }
  }

  private mutating func image(_ tag: MarkupTag) {
    if tag["alt"] == nil, tag["aria-hidden"] != "true" {
      problems.append("a picture has no alt text (\(tag["src"] ?? ""))")
    }
  }

  private mutating func control(_ tag: MarkupTag) {
    if ["hidden", "submit", "button", "reset"].contains(tag["type"] ?? "") { return }
    let isInside = open.contains { $0.tag.name == "label" }
    if isInside || !(tag["aria-label"] ?? "").isEmpty || tag["aria-labelledby"] != nil { return }
    controls.append((tag["id"] ?? "", tag["name"] ?? ""))
  }

  private mutating func heading(_ next: Int) {
    headings += next == 1 ? 1 : 0
    if level > 0, next > level + 1 { problems.append("h\(next) follows h\(level): a level is left out") }
    level = next
  }

  private mutating func end(_ name: String) {
    guard let index = open.lastIndex(where: { $0.tag.name == name }) else { return }
    let element = open[index]
    open.removeSubrange(index...)
    let isHidden = element.tag["aria-hidden"] == "true"
    switch name {
    case "title": if !element.words.isEmpty, !open.contains(where: { $0.tag.name == "svg" }) { hasTitle = true }
    case "a" where element.tag["href"] != nil && element.words.isEmpty && !isHidden:
      problems.append("a link has no words (\(element.tag["href"] ?? ""))")
    case "button" where element.words.isEmpty && !isHidden: problems.append("a button has no words")
    case "table" where !element.hasHeader: problems.append("a table has no header cells")
    case "h1", "h2", "h3", "h4", "h5", "h6":
      if element.words.isEmpty { problems.append("\(name) is empty") }
    case "svg" where element.tag["role"] == "img" && element.words.isEmpty: problems.append("a drawing has no name")
    case "fieldset" where element.words.isEmpty: problems.append("a group of fields has no words")
    default: break
    }
  }

  private mutating func finish() {
    if !hasTitle { problems.append("the page has no title") }
    if language.isEmpty { problems.append("the page does not say its language") }
    if headings != 1 { problems.append("the page has \(headings) h1, expected one") }
    for control in controls where !labelled.contains(control.id) || control.id.isEmpty {
      problems.append("the field “\(control.name)” has no label")
    }
    for reference in references where !ids.contains(reference) {
      problems.append("“\(reference)” is referred to and does not exist")
    }
  }
}
