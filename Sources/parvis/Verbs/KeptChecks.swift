import ParticipationKit
import ParticipationTesting
import ParvisCommune
import ParvisHost

/// The last whole check of each module, kept beside the data of a commune: `data/checks/<module>.json`.
///
/// A file and not a table: it is written while a server runs, by whoever checks, and nothing is lost with it.
struct KeptChecks: Sendable {
  let folder: String

  private func path(_ module: String) -> String { FileTree.join(folder, "data/checks/\(module).json") }

  /// Keeps a report, with the time and the version of the program that made it.
  func keep(_ report: ConformanceReport) throws {
    try FileTree.makeFolder(FileTree.join(folder, "data"), mode: 0o700)
    try FileTree.makeFolder(FileTree.join(folder, "data/checks"), mode: 0o700)
    let value = report.value.adding([
      ("program", .string(Command.version)), ("at", .timestamp(CommuneOptions.systemClock())),
    ])
    let file = try ReplacedFile(path(report.module))
    try file.write(value.bytes + [0x0A])
    try file.finish()
  }

  /// What the desk shows of the modules: the last check of each, and what is wrong with its declaration today.
  /// - Parameter declarations: What the declarations broke when the program started, by module.
  func grades(_ modules: [ModuleDescriptor], declarations: [String: ConformanceReport]) -> [ModuleGrade] {
    modules.map { module in
      let id = module.manifest.id
      let notes = (declarations[id]?.broken ?? []).map { result in
        ModuleGrade.Note(
          rule: result.rule.id, titles: result.rule.titles, lines: result.findings.map { "\($0.place): \($0.text)" })
      }
      return ModuleGrade(module: id, declaration: notes, check: check(of: module.manifest))
    }
  }

  private func check(of manifest: Manifest) -> ModuleGrade.Check? {
    guard let bytes = try? FileTree.bytes(of: path(manifest.id)), let value = try? JSONValue.parse(bytes),
      let version = value["version"]?.asString, let program = value["program"]?.asString,
      let at = value["at"]?.asString
    else { return nil }
    let rules = value["rules"]?.asArray ?? []
    func notes(_ state: String, _ lines: (JSONValue) -> [String]) -> [ModuleGrade.Note] {
      rules.filter { $0["state"]?.asString == state }.map { rule in
        ModuleGrade.Note(
          rule: rule["id"]?.asString ?? "",
          titles: Dictionary(
            (rule["title"]?.asObject ?? []).map { ($0.name, $0.value.asString ?? "") }, uniquingKeysWith: { $1 }),
          lines: lines(rule))
      }
    }
    return ModuleGrade.Check(
      at: at, moduleVersion: version, programVersion: program,
      isStale: version != manifest.version || program != Command.version, level: value["level"]?.asString ?? "",
      kept: rules.count { $0["state"]?.asString == "kept" },
      broken: notes("broken") { rule in
        (rule["findings"]?.asArray ?? []).map { "\($0["place"]?.asString ?? ""): \($0["text"]?.asString ?? "")" }
      }, missed: notes("not-exercised") { [$0["evidence"]?.asString ?? ""] },
      exempted: notes("exempted") { [$0["exemption"]?.asString ?? ""] })
  }
}

extension CommuneOptions {
  /// The options with what the desk shows of the modules. The rules about declarations run now, once; they cost
  /// milliseconds. The whole check is asked for with `parvis module check`.
  func showingGrades() -> CommuneOptions {
    var options = self
    let modules = self.modules
    var declarations: [String: ConformanceReport] = [:]
    for module in modules {
      let report = Conformance.checkDeclaration(module)
      declarations[module.manifest.id] = report
      for result in report.broken {
        for finding in result.findings {
          log("module \(module.manifest.id): \(result.rule.id): \(finding.place): \(finding.text)")
        }
      }
    }
    let found = declarations
    options.grades = { KeptChecks(folder: $0).grades(modules, declarations: found) }
    return options
  }
}
