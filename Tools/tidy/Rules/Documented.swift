extension Rule {
  /// What others call is explained above it, also members of public extensions that the formatter passes over.
  static let documented = Rule("documented") { tree, report in
    for file in tree.swift where file.path.hasPrefix("Sources/") || file.path.hasPrefix("Plugins/") {
      for offset in file.occurrences(ofWord: "public") + file.occurrences(ofWord: "open") {
        let line = file.code.line(at: offset)
        guard file.declaresPublicly(line), !file.hasDocumentation(above: line) else { continue }
        report(file.path, line, advice)
      }
      for line in file.implicitlyPublicLines where !file.hasDocumentation(above: line) {
        report(file.path, line, advice)
      }
    }
  }

  private static let advice = "public and undocumented — say above it, after `///`, what a caller must know"
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

  /// Lines of declarations that are public because what they stand in is: requirements of a public protocol, cases of a
  /// public enumeration, members of a public extension.
  fileprivate var implicitlyPublicLines: [Int] {
    var found: [Int] = []
    // Of the bodies that are open: the words that declare something public directly inside.
    var bodies: [Set<Substring>] = []
    var next: Set<Substring> = []
    for line in stride(from: 1, through: code.lineCount, by: 1) {
      let words = code.text(line: line).split { " (){:<".utf8.contains($0.utf8.first ?? 0) }
      let head = words.drop { Self.modifiers.contains($0) || $0.hasPrefix("@") }
      if let word = head.first, bodies.last?.contains(word) == true { found.append(line) }
      if let members = Self.members(inside: head) { next = members }
      for byte in code.bytes(line: line) {
        if byte == UInt8(ascii: "{") {
          bodies.append(next)
          next = []
        }
        if byte == UInt8(ascii: "}") { _ = bodies.popLast() }
      }
    }
    return found
  }

  /// What declares something public directly inside a declaration that starts so; nil for what starts nothing.
  private static func members(inside head: ArraySlice<Substring>) -> Set<Substring>? {
    guard head.first == "public", let kind = head.dropFirst().first(where: { !modifiers.contains($0) }) else {
      return nil
    }
    switch kind {
    case "protocol": return ["func", "var", "init", "subscript", "associatedtype"]
    case "enum": return ["case"]
    case "extension": return ["func", "var", "let", "init", "subscript", "struct", "enum", "typealias", "actor"]
    default: return []
    }
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
