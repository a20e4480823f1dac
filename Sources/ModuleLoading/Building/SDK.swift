internal import Glibc
public import ParticipationKit

/// What an author builds modules with: the interface of the contract, and beside it the template and the guide.
///
/// A program knows where its own is: beside it in the folder of a build (`Modules/`), or in `share/parvis/sdk` of the
/// prefix where it is installed, which `parvis sdk export` writes. `PARVIS_SDK` names another one.
public struct SDK: Sendable {
  /// The path of the contract's interface.
  public let interface: String
  /// The path of the folder with the template of a module; nil when there is none.
  public let template: String?
  /// The folder with whole modules to copy, as one in Python; nil when there is none.
  let examples: String?
  /// The folder of the guide and its reference.
  let guide: String
  /// The contract that it is of.
  public let contract: ContractVersion
  /// What compiled the contract, in the compiler's own words: `Swift version 6.3.1 (swift-6.3.1-RELEASE)`.
  public let compilerVersion: String
  /// Whether the contract was built with library evolution.
  public let hasEvolution: Bool
  /// A digest of the interface without its remarks.
  public let digest: UInt64

  static let interfaceName = "ParticipationKit.swiftinterface"
  static let facts = "sdk.json"
  static let pages = ["README.md", "LOADING.md", "PROCESSES.md", "VERSIONS.md"]
  static let reference = "Reference"

  /// The pages of the guide in a folder, with the reference below them.
  private static func guide(in folder: String) -> [(from: String, name: String)] {
    let folders = [reference, "Decisions"].flatMap { part in
      SourceFolder.files("\(folder)/\(part)").filter { $0.hasSuffix(".md") }.map { "\(part)/\($0)" }
    }
    let named = (pages + folders).map { (from: $0, name: $0) }
    return (named + others + others.map { (from: $0.name, name: $0.name) })
      .filter { SourceFolder.exists("\(folder)/\($0.from)") }
  }

  /// In the tree these lie beside what they tell of; in an exported SDK all pages are together.
  private static let others = [
    (from: "../SiteGeneration/Assets/README.md", name: "STYLES.md"),
    (from: "../ParticipationTesting/README.md", name: "TESTING.md"),
  ]

  /// A page of the guide whose links lead to the pages beside it, and not into a tree that an author does not have.
  private static func linkedHere(_ page: [UInt8]) -> [UInt8] {
    others.reduce(page) { text, other in
      text.replacing(Array("](\(other.from)".utf8), with: Array("](\(other.name)".utf8))
    }
  }

  /// Finds the SDK.
  /// - Parameter folder: An exported one; nil for that of this program.
  /// - Throws: ``BuildFailure`` that says where it was looked for.
  public static func find(_ folder: String? = nil) throws(BuildFailure) -> SDK {
    if let folder { return try SDK(exported: folder) }
    if let named = getenv("PARVIS_SDK").map({ String(cString: $0) }), !named.isEmpty {
      return try SDK(exported: named)
    }
    let program = Program.resolved("/proc/self/exe")
    let home = parent(program)
    if SourceFolder.exists("\(home)/Modules/\(interfaceName)") { return try SDK(build: home) }
    let places = ["\(parent(home))/share/parvis/sdk", "/usr/local/share/parvis/sdk", "/usr/share/parvis/sdk"]
    for place in places where SourceFolder.exists("\(place)/\(facts)") { return try SDK(exported: place) }
    let list = places.joined(separator: ", ")
    throw BuildFailure(
      .sdk,
      fr:
        "le SDK de ce programme manque (cherché dans \(home)/Modules, \(list)) ; écrivez-le par « parvis sdk export » "
        + "là où Parvis a été compilé, ou nommez-le dans PARVIS_SDK",
      en: "the SDK of this program is missing (looked for in \(home)/Modules, \(list)); write it with “parvis sdk "
        + "export” where Parvis was built, or name it in PARVIS_SDK")
  }

  /// The SDK in the folder of a build, where the sources are above.
  private init(build home: String) throws(BuildFailure) {
    var root = home
    for _ in 0..<4 where !SourceFolder.exists(root + "/Tools/template") { root = SDK.parent(root) }
    let template = root + "/Tools/template"
    try self.init(
      interface: "\(home)/Modules/\(SDK.interfaceName)", contract: .current,
      template: SourceFolder.exists(template) ? template : nil,
      examples: SourceFolder.exists("\(root)/Tools/examples") ? "\(root)/Tools/examples" : nil,
      guide: "\(root)/Sources/ParticipationKit")
  }

  private init(exported folder: String) throws(BuildFailure) {
    let path = "\(folder)/\(SDK.facts)"
    guard let bytes = try? FileBytes.read(path), let facts = try? JSONValue.parse(bytes),
      let epoch = facts["epoch"]?.asInteger, let minor = facts["minor"]?.asInteger
    else {
      throw BuildFailure(
        .sdk, fr: "« \(path) » manque ou est illisible ; refaites le SDK par « parvis sdk export »",
        en: "“\(path)” is missing or unreadable; make the SDK again with “parvis sdk export”")
    }
    let template = "\(folder)/Template"
    try self.init(
      interface: "\(folder)/Modules/\(SDK.interfaceName)", contract: ContractVersion(epoch: epoch, minor: minor),
      template: SourceFolder.exists(template) ? template : nil,
      examples: SourceFolder.exists("\(folder)/Examples") ? "\(folder)/Examples" : nil,
      guide: "\(folder)/Guide")
  }

  private init(
    interface: String, contract: ContractVersion, template: String?, examples: String?, guide: String
  ) throws(BuildFailure) {
    guard let bytes = try? FileBytes.read(interface) else {
      throw BuildFailure(
        .sdk, fr: "« \(interface) » manque ; refaites le SDK par « parvis sdk export »",
        en: "“\(interface)” is missing; make the SDK again with “parvis sdk export”")
    }
    let lines = bytes.split(separator: 0x0A)
    func remark(_ start: String) -> String {
      lines.first { $0.starts(with: start.utf8) }.map {
        ByteText.trimmed(String(decoding: $0.dropFirst(start.utf8.count), as: UTF8.self))
      } ?? ""
    }
    self.interface = interface
    self.template = template
    self.examples = examples
    self.guide = guide
    self.contract = contract
    compilerVersion = remark("// swift-compiler-version:")
    hasEvolution = remark("// swift-module-flags:").split(separator: " ").contains("-enable-library-evolution")
    digest = ModulePackage.digest(lines.filter { !$0.starts(with: "//".utf8) }.joined(separator: [0x0A]))
  }

  /// Writes the SDK into a folder, for authors and for the prefix of an installation.
  /// - Throws: ``BuildFailure`` when the folder holds something else, or cannot be written.
  public func export(to folder: String) throws(BuildFailure) {
    if !SourceFolder.files(folder).isEmpty, !SourceFolder.exists("\(folder)/\(SDK.facts)") {
      throw BuildFailure(
        .folder, fr: "« \(folder) » contient autre chose qu’un SDK ; donnez un dossier vide ou nouveau",
        en: "“\(folder)” holds something else than an SDK; give an empty or new folder")
    }
    try SourceFolder.make("\(folder)/Modules")
    try SourceFolder.copy(interface, to: "\(folder)/Modules/\(SDK.interfaceName)")
    for (source, name) in [(template, "Template"), (examples, "Examples")] {
      guard let source else { continue }
      // What Python leaves beside its sources is no source.
      for file in SourceFolder.files(source) where !file.hasSuffix(".pyc") {
        try SourceFolder.make(SDK.parent("\(folder)/\(name)/\(file)"))
        try SourceFolder.copy("\(source)/\(file)", to: "\(folder)/\(name)/\(file)")
      }
    }
    for page in SDK.guide(in: guide) {
      try SourceFolder.make(SDK.parent("\(folder)/Guide/\(page.name)"))
      try SourceFolder.copy("\(guide)/\(page.from)", to: "\(folder)/Guide/\(page.name)", changing: SDK.linkedHere)
    }
    let facts: JSONValue = [
      "epoch": .integer(contract.epoch), "minor": .integer(contract.minor), "compiler": .string(compilerVersion),
      "triple": .string(HostABI.current.triple), "evolution": .bool(hasEvolution),
      "interface": .string(String(digest, radix: 16)),
    ]
    // Last: an SDK without this file is not whole.
    try SourceFolder.write(facts.bytes + [0x0A], to: "\(folder)/\(SDK.facts)")
  }

  static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
