extension Rule {
  /// A folder of `Plugins/` that is not listed is silently not built; one that is listed must be whole.
  static let pluginsRegistered = Rule("plugins-registered") { tree, report in
    let manifest = tree.file("Package.swift")
    let listed = manifest.map(listedModules) ?? []
    let folders = tree.folders(in: "Plugins")
    for name in folders {
      if !listed.contains(name) {
        report("Package.swift", 1, "Plugins/\(name) is not built — add \"\(name)\" to `let modules`")
      }
      if let bundled = tree.file("Sources/parvis/BundledModules.swift"), !registers(bundled, name) {
        report(bundled.path, 1, "\(name) is not registered — write `import \(name)` and list its module type")
      }
      for part in ["module.json", "README.md", "Locales/fr.json", "Locales/en.json", "Sources/", "Tests/"]
      where !tree.paths.contains(where: { $0.isPart(part, of: "Plugins/\(name)/") }) {
        report("Plugins/\(name)/\(part)", 1, "missing — an outside author has it, so a bundled module has it too")
      }
    }
    for name in listed where !folders.contains(name) {
      report("Package.swift", 1, "\"\(name)\" has no folder in Plugins — drop it from `let modules`")
    }
    if let manifest, !folders.isEmpty, manifest.firstLine(of: "path: \"Plugins/") == nil {
      report(manifest.path, 1, "module targets give no `path:` — SwiftPM looks for its own plugins in Plugins/")
    }
  }

  /// The names between the brackets of `let modules = [...]`.
  private static func listedModules(_ manifest: TextFile) -> [String] {
    guard let start = manifest.occurrences(of: "let modules = [").first else { return [] }
    let list = manifest.bytes[start...].prefix { $0 != UInt8(ascii: "]") }
    let parts = list.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    return parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map {
      String(decoding: $0.element, as: UTF8.self)
    }
  }

  /// Whether the list of bundled modules imports a module and names a type of it.
  private static func registers(_ bundled: TextFile, _ name: String) -> Bool {
    let code = SwiftFile(bundled)
    let isNamed = ["\(name).self", "\(name)Module"].contains { !code.occurrences(ofWord: $0).isEmpty }
    return !code.occurrences(ofWord: "import \(name)").isEmpty && isNamed
  }
}

extension String {
  fileprivate func isPart(_ part: String, of folder: String) -> Bool {
    part.hasSuffix("/") ? hasPrefix(folder + part) : self == folder + part
  }
}
