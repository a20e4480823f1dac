extension Rule {
  /// Which target may import which. An arrow the other way means that the design is wrong.
  static let arrows = Rule("arrows") { tree, report in
    let modules = Set(tree.folders(in: "Plugins"))
    for file in tree.swift {
      guard let home = Home(path: file.path, modules: modules) else { continue }
      for line in file.importLines where !home.allows(line.module) {
        let allowed = home.named.isEmpty ? "nothing of ours" : home.named.sorted().joined(separator: ", ")
        report(
          file.path, line.line,
          "\(home.name) imports \(line.module) — it may import \(allowed); take a value, or a closure as a port")
      }
    }
  }
}

/// A target and what it may import, by the path of its files.
private struct Home {
  let name: String
  /// Targets and libraries that may be imported.
  let named: Set<String>
  /// Tests may import any target of ours but not a C library.
  var isTest = false

  private static let system: Set<String> = ["Glibc", "Synchronization"]
  private static let adapters = [
    "SQLiteStorage": "CSQLite", "MarkdownRendering": "CCMark", "FrontMatter": "CYAML",
    "HTTPListener": "CMicroHTTPD", "Sealing": "CSodium", "OneTimeCodes": "CNettle", "MatrixCodes": "CQREncode",
    "MailDelivery": "CCurl", "ModuleLoading": "CToolchain", "ModuleProcess": "CConfinement",
  ]
  private static let engines: Set<String> = ["SiteGeneration", "ParvisHost"]
  private static let kit: Set<String> = ["ParticipationKit"]

  init?(path: String, modules: Set<String>) {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count > 2 else { return nil }
    switch (parts[0], parts[1], parts[2]) {
    case ("Plugins", let name, "Sources"): self.init(name: name, named: Self.kit.union(["Glibc"]))
    case ("Plugins", let name, "Tests"):
      self.init(
        name: "\(name)Tests",
        named: ["ParticipationKit", "ParticipationTesting", "Testing", "Glibc", "Synchronization", name])
    case ("Sources", let name, _): self.init(name: name, named: Self.allowed(in: name, modules: modules))
    // The template is what an outside author has.
    case ("Tools", "template", "Sources"): self.init(name: "template", named: Self.kit.union(["Glibc"]))
    case ("Tools", "template", _):
      self.init(name: "template", named: ["ParticipationKit", "ParticipationTesting", "Testing", "Untitled"])
    case ("Tools", let name, _): self.init(name: name, named: Self.system.union(["FoundationEssentials"]))
    case ("Tests", let name, _): self.init(name: name, named: Set(Self.adapters.values), isTest: true)
    default: return nil
    }
  }

  private init(name: String, named: Set<String>, isTest: Bool = false) {
    self.name = name
    self.named = named
    self.isTest = isTest
  }

  func allows(_ module: String) -> Bool { isTest ? !named.contains(module) : named.contains(module) }

  private static func allowed(in name: String, modules: Set<String>) -> Set<String> {
    if let library = adapters[name] { return system.union(kit).union([library]) }
    let composition = kit.union(engines).union(adapters.keys)
    switch name {
    case "SiteGeneration", "ParvisHost": return system.union(kit)
    case "ParvisCommune": return system.union(composition).union(["FoundationEssentials"])
    case "ParticipationTesting": return system.union(composition).union(["ParvisCommune"])
    case "parvis":
      // It runs the conformance kit for authors and operators.
      return system.union(composition).union(["ParvisCommune", "ParticipationTesting", "FoundationEssentials"])
        .union(modules)
    default: return system
    }
  }
}

extension SwiftFile {
  /// The lines that import a module.
  fileprivate var importLines: [(line: Int, module: String)] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return occurrences(ofWord: "import").compactMap { offset in
      // From the word on, and not beyond a semicolon: two imports may stand on one line.
      let rest = code.bytes[(offset + 6)...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: ";") }
      let words = String(decoding: rest, as: UTF8.self).split(separator: " ")
      guard let first = words.first else { return nil }
      let named = kinds.contains(first) && words.count > 1 ? words[1] : first
      return (code.line(at: offset), String(named.prefix { $0 != "." }))
    }
  }
}
