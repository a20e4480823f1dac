extension Rule {
  /// The root shows what the project is; everything else has a home.
  static let topLevel = Rule("top-level") { tree, report in
    let allowed: Set<Substring> = [
      "Package.swift", "Sources", "Plugins", "Tests", "Content", "Tools", "README.md", "LICENSE", "CHANGELOG.md",
      "CONTRIBUTING.md",
    ]
    for name in Set(tree.paths.map { $0.prefix { $0 != "/" } }).sorted() {
      guard !allowed.contains(name), !name.hasPrefix(".") else { continue }
      report(String(name), 1, "not a name of the root — move it into Sources, Plugins, Tests, Content or Tools")
    }
  }
}
