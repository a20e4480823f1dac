extension Rule {
  /// What others call is explained above it, also members of public extensions that the formatter passes over.
  static let documented = Rule("documented") { tree, report in
    for file in tree.swift where file.path.hasPrefix("Sources/") || file.path.hasPrefix("Plugins/") {
      for offset in file.occurrences(ofWord: "public") + file.occurrences(ofWord: "open") {
        let line = file.code.line(at: offset)
        guard file.declaresPublicly(line), !file.hasDocumentation(above: line) else { continue }
        report(file.path, line, "public and undocumented — say above it, after `///`, what a caller must know")
      }
    }
  }
}

extension SwiftFile {
  private static let modifiers: Set<Substring> = [
    "static", "final", "override", "nonisolated", "indirect", "mutating", "lazy", "weak", "class", "required",
    "convenience", "prefix", "postfix",
  ]

  /// Whether a line declares something public itself: not an import, an extension or a setter's level alone.
  fileprivate func declaresPublicly(_ line: Int) -> Bool {
    let words = code.text(line: line).split(separator: " ")
    guard let index = words.firstIndex(where: { $0 == "public" || $0 == "open" }), index + 1 < words.count else {
      return false
    }
    let isAtHead = words[..<index].allSatisfy { Self.modifiers.contains($0) || $0.hasPrefix("@") || $0.hasSuffix(")") }
    return isAtHead && !["import", "extension", "="].contains(words[index + 1])
  }

  /// Whether a documentation comment ends directly above a line; attributes may stand between.
  fileprivate func hasDocumentation(above line: Int) -> Bool {
    var above = line - 1
    while above > 0 {
      let text = file.text(line: above).drop { $0 == " " }
      if text.hasPrefix("///") { return true }
      if text.hasSuffix("*/") { return true }
      guard text.hasPrefix("@") || text.hasPrefix(")") || text.hasPrefix("// tidy: allow") else { return false }
      above -= 1
    }
    return false
  }
}
