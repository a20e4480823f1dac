extension Rule {
  /// A page of documentation has one title. Pages of `Content/` and of modules' examples take theirs from front matter.
  static let markdownTitle = Rule("markdown-title") { tree, report in
    for file in tree.files where file.path.hasSuffix(".md") && !isContent(file.path) {
      let titles = titleLines(file)
      if titles.isEmpty { report(file.path, 1, "no title — begin with one line `# …`") }
      for line in titles.dropFirst() { report(file.path, line, "a second title — make it `## …`") }
    }
  }

  private static func isContent(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.first == "Content" || (parts.first == "Plugins" && parts.dropFirst(2).first == "Example")
  }

  /// The lines that begin with `# ` outside code fences.
  private static func titleLines(_ file: TextFile) -> [Int] {
    var titles: [Int] = []
    var isInFence = false
    for line in 1..<(file.lineCount + 1) {
      let bytes = file.bytes(line: line)
      if bytes.drop(while: { $0 == UInt8(ascii: " ") }).starts(with: "```".utf8) {
        isInFence.toggle()
      } else if !isInFence, bytes.starts(with: "# ".utf8) {
        titles.append(line)
      }
    }
    return titles
  }
}
