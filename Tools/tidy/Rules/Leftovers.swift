extension Rule {
  /// What is to be done later is an issue, not a comment; old code is in git.
  static let leftovers = Rule("leftovers") { tree, report in
    // tidy: allow leftovers because these are the words that the rule looks for
    let words = ["TODO", "FIXME", "XXX", "HACK"]
    for file in tree.files where !file.path.hasSuffix(".md") {
      for word in words {
        for offset in file.occurrences(of: word) where file.isWholeWord(at: offset, length: word.utf8.count) {
          report(file.path, file.line(at: offset), "\(word) — do it now, or file an issue and drop the comment")
        }
      }
    }
    for file in tree.swift.map(\.file) {
      let lines = Set(file.occurrences(of: "// ").map(file.line))
      for line in lines where isCommentedOutCode(file.text(line: line)) {
        report(file.path, line, "commented-out code — delete it; git remembers")
      }
    }
  }

  /// A guess: a comment of its own line that begins and goes on as code does. Documentation may show code.
  private static func isCommentedOutCode(_ line: String) -> Bool {
    let text = line.drop { $0 == " " }
    guard text.hasPrefix("// ") else { return false }
    let comment = text.dropFirst(3)
    if comment == "}" || comment.hasSuffix(" {") { return true }
    let beginsBinding = ["let ", "var ", "self.", "static let "].contains { comment.hasPrefix($0) }
    if beginsBinding { return comment.contains(" = ") }
    if comment.hasPrefix("func ") { return comment.contains("(") }
    return ["return ", "try ", "await "].contains { comment.hasPrefix($0) } && comment.hasSuffix(")")
  }
}

extension TextFile {
  fileprivate func isWholeWord(at offset: Int, length: Int) -> Bool {
    let after = offset + length
    return !(offset > 0 && Bytes.isName(bytes[offset - 1])) && !(after < bytes.count && Bytes.isName(bytes[after]))
  }
}
