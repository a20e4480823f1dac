/// Runs each rule on its fixtures: `Fixtures/<rule>/fails.txtar` and `passes.txtar`.
///
/// A fixture is a text archive: a line `-- path --` begins each file. In `fails.txtar`, the entry `expected` lists the
/// findings as `path:line`, one a line, in order.
enum SelfTest {
  /// What is wrong with the rules; empty when all is well.
  static func run(root: String) throws -> [String] {
    let folder = "\(root)/Tools/tidy/Fixtures"
    return Rule.all.flatMap { rule in
      fails(rule, at: "\(folder)/\(rule.name)/fails.txtar") + passes(rule, at: "\(folder)/\(rule.name)/passes.txtar")
    }
  }

  private static func fails(_ rule: Rule, at path: String) -> [String] {
    guard let entries = Tree.read(path).map(entries), let expected = entries.first(where: { $0.path == "expected" })
    else { return ["\(path): missing, or without `-- expected --` — a rule that never fires proves nothing"] }
    let tree = Tree(entries.filter { $0.path != "expected" })
    let found = Rule.findings(in: tree, of: [rule]).map(\.place)
    let wanted = String(decoding: expected.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    return found == wanted ? [] : ["\(path): [\(rule.name)] expected \(wanted), found \(found)"]
  }

  private static func passes(_ rule: Rule, at path: String) -> [String] {
    guard let entries = Tree.read(path).map(entries), !entries.isEmpty else { return ["\(path): missing"] }
    return Rule.findings(in: Tree(entries), of: [rule]).map { "\(path): should pass, but \($0)" }
  }

  private static func entries(_ archive: [UInt8]) -> [(path: String, bytes: [UInt8])] {
    var entries: [(path: String, bytes: [UInt8])] = []
    for line in archive.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.starts(with: "-- ".utf8), line.suffix(3).elementsEqual(" --".utf8) {
        entries.append((String(decoding: line.dropFirst(3).dropLast(3), as: UTF8.self), []))
      } else if !entries.isEmpty {
        entries[entries.count - 1].bytes += line + [UInt8(ascii: "\n")]
      }
    }
    // The split gives one empty line after the end of the archive.
    if !entries.isEmpty { entries[entries.count - 1].bytes.removeLast() }
    return entries
  }
}
