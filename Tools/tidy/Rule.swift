/// One thing that breaks a rule: where, and what to do instead.
struct Finding: Comparable, CustomStringConvertible {
  let path: String
  let line: Int
  let rule: String
  let message: String

  var description: String { "\(place): [\(rule)] \(message)" }

  var place: String { "\(path):\(line)" }

  static func < (first: Finding, second: Finding) -> Bool {
    (first.path, first.line, first.rule, first.message) < (second.path, second.line, second.rule, second.message)
  }
}

/// A rule of the house: a name and what it finds in a tree. Each stands in its own file of `Rules/` and has its own
/// folder in `Fixtures/`.
struct Rule: Sendable {
  let name: String
  private let check: @Sendable (Tree, (String, Int, String) -> Void) -> Void

  /// - Parameter check: calls its second argument with path, line and message for each finding.
  init(_ name: String, check: @escaping @Sendable (Tree, (String, Int, String) -> Void) -> Void) {
    self.name = name
    self.check = check
  }

  static let all = [
    fileLength, functionLength, lineLength, bannedCalls, arrows, pluginsRegistered, documented, leftovers, machinePaths,
    markdownTitle, locales, whitespace, topLevel, quotes,
  ]

  func findings(in tree: Tree) -> [Finding] {
    var found: [Finding] = []
    check(tree) { path, line, message in
      found.append(Finding(path: path, line: line, rule: name, message: message))
    }
    return found
  }

  /// What the rules find, less what a comment allows, plus comments that allow nothing.
  static func findings(in tree: Tree, of rules: [Rule]) -> [Finding] {
    let allowances = tree.files.flatMap(Allowance.read)
    var unused = Set(allowances)
    let found = rules.flatMap { $0.findings(in: tree) }.filter { finding in
      let allowance = Allowance(path: finding.path, line: finding.line - 1, rule: finding.rule)
      guard allowances.contains(allowance) else { return true }
      unused.remove(allowance)
      return false
    }
    let idle = unused.map {
      Finding(
        path: $0.path, line: $0.line, rule: "allowance",
        message: "allows nothing below it, or gives no reason — write `tidy: allow <rule> because …`, or drop it")
    }
    return (found + idle).sorted()
  }
}

/// A comment of its own line `// tidy: allow <rule> because …` that excuses the line below it.
struct Allowance: Hashable {
  let path: String
  let line: Int
  let rule: String

  static func read(_ file: TextFile) -> [Allowance] {
    file.occurrences(of: "tidy: allow ").compactMap { offset -> Allowance? in
      let line = file.line(at: offset)
      let words = file.text(line: line).split(separator: " ")
      guard ["//", "#", "<!--"].contains(words.first ?? ""), words.count >= 4, words[1] == "tidy:" else { return nil }
      let hasReason = words.count >= 6 && words[4] == "because"
      return Allowance(path: file.path, line: line, rule: hasReason ? String(words[3]) : "?")
    }
  }
}
