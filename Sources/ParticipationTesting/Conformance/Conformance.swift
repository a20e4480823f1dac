public import ParticipationKit
import ParvisCommune

/// The conformance kit: runs every rule that concerns a module on throw-away communes and gives its level.
///
/// `parvis module check` runs it, and so do the tests of each module.
public struct Conformance: Sendable {
  private init() {}

  /// Every rule, by level and then in the order of the author's guide.
  public static let rules: [ConformanceRule] = {
    let all =
      declarationRules + folderRules + startRules + inputRules + publicRules + lifeRules + storeRules
      + publicationRules + answerRules + transferRules + qualityRules + sourceRules
    return ConformanceLevel.all.flatMap { level in all.filter { $0.level == level } }
  }()

  /// Checks a module.
  /// - Parameters:
  ///   - descriptor: The module, however it came: registered, loaded, or behind a child process.
  ///   - folder: Its folder; nil leaves out the rules about files and runs without example.
  ///   - level: The highest level whose rules are run.
  ///   - beginning: Is told the id of each rule before it is run.
  /// - Returns: The report. Rules that cannot be run because the module fails before are broken, with that reason.
  public static func check(
    _ descriptor: ModuleDescriptor, folder: ModuleFolder? = nil, upTo level: ConformanceLevel = .platinum,
    beginning: (String) -> Void = { _ in }
  ) -> ConformanceReport {
    run(rules.filter { $0.level <= level }, on: Examination(descriptor, folder: folder), beginning)
  }

  /// The report of a module that ended the process of its check, as a trap does.
  /// - Parameters:
  ///   - module: The module's id.
  ///   - version: The module's version; empty when it ended before it was known.
  ///   - rule: The id of the rule that was being looked at.
  ///   - signal: What ended the process, as `SIGILL`.
  public static func ended(
    module: String, version: String, during rule: String, by signal: String
  ) -> ConformanceReport {
    let found = rules.first { $0.id == rule } ?? rules.first { $0.id == "start" }
    let finding = ConformanceFinding(
      "process",
      "\(signal) ended the process while this rule was looked at: a trap of the module (an index out of range, a "
        + "forced optional, an overflow) ends a server, too")
    let results = found.map {
      ConformanceResult(
        rule: $0, state: .broken, findings: [finding], evidence: "", milliseconds: 0, exemption: "")
    }
    return ConformanceReport(
      module: module, version: version, results: results.map { [$0] } ?? [], refusedExemptions: [])
  }

  /// Checks the declaration alone, which costs milliseconds: what a server does at each start.
  /// - Parameter descriptor: The module.
  public static func checkDeclaration(_ descriptor: ModuleDescriptor) -> ConformanceReport {
    run(rules.filter(\.isStatic), on: Examination(descriptor, folder: nil))
  }

  private static func run(
    _ rules: [ConformanceRule], on examination: Examination, _ beginning: (String) -> Void = { _ in }
  ) -> ConformanceReport {
    var exemptions: [String: String] = [:]
    var refused: [ConformanceFinding] = []
    for entry in examination.folder?.exemptions ?? [] {
      let rule = Conformance.rules.first { $0.id == entry.rule }
      if let problem = problem(with: entry, rule) {
        refused.append(ConformanceFinding("module.json", problem))
      } else {
        exemptions[entry.rule] = entry.reason
      }
    }
    let results = rules.map { rule in
      beginning(rule.id)
      return result(of: rule, on: examination, exemption: exemptions[rule.id])
    }
    return ConformanceReport(
      module: examination.id, version: examination.manifest.version, results: results, refusedExemptions: refused)
  }

  private static func problem(with entry: (rule: String, reason: String), _ rule: ConformanceRule?) -> String? {
    guard let rule else { return "exemption from “\(entry.rule)”: there is no such rule" }
    if rule.level == .bronze { return "exemption from “\(entry.rule)”: rules of bronze have none" }
    return entry.reason.isEmpty ? "exemption from “\(entry.rule)”: the reason is missing" : nil
  }

  private static func result(
    of rule: ConformanceRule, on examination: Examination, exemption: String?
  ) -> ConformanceResult {
    let begin = CommuneOptions.systemClock().milliseconds
    var state = ConformanceResult.State.notConcerned
    var verdict = Verdict()
    do {
      if !(rule.needsFolder && examination.folder == nil), try rule.applies(examination) {
        verdict = try rule.check(examination)
        state = !verdict.findings.isEmpty ? .broken : verdict.missed.isEmpty ? .kept : .notExercised
        if state == .broken, exemption != nil { state = .exempted }
        if state == .notExercised { verdict.evidence = verdict.missed.joined(separator: "; ") }
      }
    } catch {
      // A module that cannot even be opened keeps no rule that needs it open; `start` says what is wrong. Blaming the
      // others would hide it among thirty.
      let isStart = rule.id == "start"
      state = isStart || !(error is StartFailure) ? .broken : .notConcerned
      if state == .broken { verdict.add(rule.id, "the rule could not be run: \(Conformance.words(error))") }
    }
    if state == .notConcerned { verdict.evidence = reason(whyNot: rule, examination) }
    return ConformanceResult(
      rule: rule, state: state, findings: Array(once(verdict.findings).prefix(20)), evidence: verdict.evidence,
      milliseconds: Int(CommuneOptions.systemClock().milliseconds - begin),
      exemption: state == .exempted ? exemption ?? "" : "")
  }
}

extension Conformance {
  /// The same finding once, however often it was met: twenty lines are shown, and each should tell something.
  private static func once(_ findings: [ConformanceFinding]) -> [ConformanceFinding] {
    var seen: Set<String> = []
    return findings.filter { seen.insert("\($0.place)\n\($0.text)").inserted }
  }

  /// Why a rule has nothing to look at. Of a module in a process of its own it is said what such a module cannot have.
  private static func reason(whyNot rule: ConformanceRule, _ examination: Examination) -> String {
    let instance = try? examination.instance()
    if instance?.process != nil, let reason = ofNoProcess[rule.id] { return reason }
    if rule.needsFolder, examination.folder == nil { return "no folder was given" }
    return instance == nil ? "the module does not start" : "the module has nothing of it"
  }

  private static let ofNoProcess: [String: String] = [
    "source": "its code runs in a process of its own, where no check of the Swift compiler is got round",
    "import-twice": "a module in a process of its own offers no imports",
    "round-trip": "a module in a process of its own offers no exports and imports",
  ]
}

/// The module cannot be opened in a commune at all.
struct StartFailure: Error {
  let reason: String
}
