/// The house's own rules as a test: `tidy [ROOT]` checks a tree, `tidy --self-test [ROOT]` checks the rules.
///
/// Exit codes as everywhere in Parvis: 0 nothing found, 1 found something, 2 wrong usage, 3 could not read.
@main
struct Tidy {
  static let usage = """
    usage: tidy [ROOT]               check the tree at ROOT (default: the current folder)
           tidy --self-test [ROOT]   check that every rule fires on its fixtures in ROOT/Tools/tidy/Fixtures
    """

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let options = arguments.filter { $0.hasPrefix("-") }
    let root = arguments.first { !$0.hasPrefix("-") } ?? "."
    guard arguments.count - options.count <= 1, options.isEmpty || options == ["--self-test"] else {
      print(usage)
      leave(options == ["--help"] ? 0 : 2)
    }
    do {
      let lines = try options.isEmpty ? check(root) : SelfTest.run(root: root)
      for line in lines { print(line) }
      leave(lines.isEmpty ? 0 : 1)
    } catch {
      print("tidy: cannot read \(root) — give the root of the repository as the argument")
      leave(3)
    }
  }

  private static func check(_ root: String) throws -> [String] {
    let tree = try Tree.repository(at: root)
    return Rule.findings(in: tree, of: Rule.all).map(\.description)
  }
}
