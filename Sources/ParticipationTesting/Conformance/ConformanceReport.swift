public import ParticipationKit

/// What all rules say of a module: its level, with the evidence.
public struct ConformanceReport: Sendable {
  /// The module's id.
  public let module: String
  /// The module's version.
  public let version: String
  /// What became of each rule, in the order of the levels.
  public let results: [ConformanceResult]
  /// Exemptions that name no rule, or a rule of bronze, which has none.
  public let refusedExemptions: [ConformanceFinding]

  /// The rules that are broken.
  public var broken: [ConformanceResult] { results.filter { $0.state == .broken } }

  /// The rules that met nothing to look at, though the module has what they are about.
  public var missed: [ConformanceResult] { results.filter { $0.state == .notExercised } }

  /// The rules that are broken with the author's reason: the level is said with them, never without.
  public var exempted: [ConformanceResult] { results.filter { $0.state == .exempted } }

  /// The level that the module has; nil when it is not even bronze. Silver at most while rules met nothing: nobody
  /// knows whether it keeps them.
  public var level: ConformanceLevel? {
    guard let reached = keptLevel else { return nil }
    return missed.isEmpty ? reached : min(reached, .silver)
  }

  private var keptLevel: ConformanceLevel? {
    var reached: ConformanceLevel?
    for level in ConformanceLevel.all {
      let isBroken = broken.contains { $0.rule.level == level }
      let isLooked = results.contains { $0.rule.level == level }
      guard !isBroken, isLooked, level != .bronze || refusedExemptions.isEmpty else { return reached }
      reached = level
    }
    return reached
  }

  /// Whether the module has a level or a better one.
  public func reaches(_ wanted: ConformanceLevel) -> Bool { level.map { $0 >= wanted } ?? false }

  /// The report for programs, and for the desk that shows it later.
  public var value: JSONValue {
    .object([
      ("module", .string(module)), ("version", .string(version)), ("level", .string(level?.name)),
      ("except", .array(exempted.map { .string($0.rule.id) })),
      (
        "rules",
        .array(
          results.map { result in
            .object([
              ("id", .string(result.rule.id)), ("level", .string(result.rule.level.name)),
              ("state", .string(result.state.name)), ("title", .texts(result.rule.titles)),
              ("reason", .texts(result.rule.reasons)), ("fix", .texts(result.rule.fixes)),
              ("evidence", .string(result.evidence)), ("milliseconds", .integer(result.milliseconds)),
              ("exemption", result.exemption.isEmpty ? .null : .string(result.exemption)),
              ("findings", .array(result.findings.map(ConformanceReport.value))),
            ])
          })
      ), ("refused_exemptions", .array(refusedExemptions.map(ConformanceReport.value))),
    ])
  }

  private static func value(_ finding: ConformanceFinding) -> JSONValue {
    .object([("place", .string(finding.place)), ("text", .string(finding.text))])
  }

  /// The report for a person, a line each: the level, then what is wrong with reason and fix, then the evidence.
  /// - Parameter locale: `fr` or `en`.
  public func lines(_ locale: String) -> [String] {
    let isFrench = locale == "fr"
    let none = isFrench ? "aucun niveau (une règle de bronze est enfreinte)" : "no level (a rule of bronze is broken)"
    var grade = level?.name ?? none
    if level != nil, !exempted.isEmpty {
      grade += (isFrench ? ", sauf " : ", except ") + exempted.map(\.rule.id).joined(separator: ", ")
    }
    var lines = ["\(module) \(version)\(isFrench ? " " : ""): \(grade)"]
    for finding in refusedExemptions { lines.append("✗ \(finding.place): \(finding.text)") }
    for result in results where result.state == .broken {
      lines.append("✗ \(result.rule.id) (\(result.rule.level.name))  \(result.rule.titles[locale] ?? "")")
      for finding in result.findings { lines.append("    \(finding.place): \(finding.text)") }
      lines.append("    \(isFrench ? "Pourquoi : " : "Why: ")\(result.rule.reasons[locale] ?? "")")
      lines.append("    \(isFrench ? "Que faire : " : "Fix: ")\(result.rule.fixes[locale] ?? "")")
    }
    for result in missed {
      lines.append(
        "○ \(result.rule.id) (\(result.rule.level.name))  "
          + (isFrench ? "rien à vérifier, argent au plus : " : "nothing to look at, silver at most: ") + result.evidence
      )
    }
    for result in exempted {
      lines.append(
        "~ \(result.rule.id) (\(result.rule.level.name))  \(isFrench ? "exempté : " : "exempted: ")\(result.exemption)")
      for finding in result.findings.prefix(3) { lines.append("    \(finding.place): \(finding.text)") }
    }
    for result in results where result.state == .kept {
      let evidence = result.evidence.isEmpty ? "" : "  – \(result.evidence)"
      lines.append("✓ \(result.rule.id) (\(result.rule.level.name))\(evidence)")
    }
    let idle = results.filter { $0.state == .notConcerned }
    for (reason, group) in Dictionary(grouping: idle, by: \.evidence).sorted(by: { $0.key < $1.key }) {
      let ids = group.map(\.rule.id).joined(separator: ", ")
      lines.append("· \(isFrench ? "sans objet : " : "not concerned: ")\(ids)\(reason.isEmpty ? "" : "  – \(reason)")")
    }
    return lines
  }
}
