import ParticipationKit
import ParvisHost

/// What is said over the local socket, as JSON: errands, and errors that arrive as they were thrown.
struct DoorMessages {
  /// Both sides speak the same version, which changes with the messages.
  static let version = 1

  // MARK: Errors

  static func value(of error: any Error) -> JSONValue {
    switch error {
    case let problem as Problem:
      let fields = problem.fieldErrors.map { JSONValue.array([.string($0.field), .string($0.message)]) }
      return [
        "ok": false, "status": .integer(problem.status), "code": .string(problem.code),
        "detail": .string(problem.detail), "fields": .array(fields),
      ]
    case let error as CommuneError:
      return [
        "ok": false, "kind": .string(error.kind.name), "fr": .string(error.message("fr")),
        "en": .string(error.message("en")), "diagnostics": .array(error.diagnostics.map(value)),
      ]
    default:
      // An error without words of its own could hold somebody's: its kind must do.
      let what = String(describing: type(of: error))
      let told = CommuneError(
        .failed, fr: "Le serveur n’a pas pu le faire (\(what)). Voyez son journal.",
        en: "The server could not do it (\(what)). See its log.")
      return value(of: told)
    }
  }

  private static func value(_ finding: Diagnostic) -> JSONValue {
    [
      "severity": .string(finding.severity.name), "file": .string(finding.file),
      "line": finding.line.map { .integer($0) } ?? .null, "fr": .string(finding.message("fr")),
      "en": .string(finding.message("en")),
    ]
  }

  /// The error that an answer tells.
  static func error(_ answer: JSONValue) -> any Error {
    func text(_ name: String) -> String { answer[name]?.asString ?? "" }
    if let status = answer["status"]?.asInteger {
      let fields = (answer["fields"]?.asArray ?? []).compactMap { field -> Problem.FieldError? in
        guard let parts = field.asArray, parts.count == 2 else { return nil }
        return Problem.FieldError(field: parts[0].asString ?? "", message: parts[1].asString ?? "")
      }
      return fields.isEmpty
        ? Problem(status: status, code: text("code"), detail: text("detail"))
        : Problem.invalid(fields, detail: text("detail"))
    }
    let findings = (answer["diagnostics"]?.asArray ?? []).map { value in
      Diagnostic(
        value["severity"]?.asString == Diagnostic.Severity.warning.name ? .warning : .error,
        file: value["file"]?.asString ?? "", line: value["line"]?.asInteger, fr: value["fr"]?.asString ?? "",
        en: value["en"]?.asString ?? "")
    }
    return CommuneError(
      CommuneError.Kind.named(text("kind")), fr: text("fr"), en: text("en"), diagnostics: findings)
  }

  // MARK: Mail

  static func value(_ report: DeliveryReport) -> JSONValue {
    [
      "ok": true, "sent": .integer(report.sent), "deferred": .integer(report.deferred),
      "failed": .integer(report.failed),
    ]
  }

  static func delivery(_ value: JSONValue) -> DeliveryReport {
    var report = DeliveryReport()
    report.sent = value["sent"]?.asInteger ?? 0
    report.deferred = value["deferred"]?.asInteger ?? 0
    report.failed = value["failed"]?.asInteger ?? 0
    return report
  }

  static func value(_ result: DeliveryResult) -> JSONValue {
    switch result {
    case .sent: ["ok": true, "result": "sent"]
    case .later(let reason): ["ok": true, "result": "later", "reason": .string(reason)]
    case .refused(let reason, let isAddress):
      ["ok": true, "result": "refused", "reason": .string(reason), "address": .bool(isAddress)]
    }
  }

  static func result(_ value: JSONValue) -> DeliveryResult {
    let reason = value["reason"]?.asString ?? ""
    return switch value["result"]?.asString {
    case "sent": .sent
    case "refused": .refused(reason, isAddress: value["address"]?.asBool == true)
    default: .later(reason)
    }
  }

  // MARK: Reports

  static func value(_ report: ImportReport) -> JSONValue {
    [
      "ok": true, "added": .integer(report.added), "unchanged": .integer(report.unchanged),
      "updated": .integer(report.updated), "skipped_count": .integer(report.skippedCount),
      "skipped": .array(report.skipped.map { [.integer($0.line), .string($0.fr), .string($0.en)] }),
    ]
  }

  static func report(_ value: JSONValue) -> ImportReport {
    var report = ImportReport()
    report.added = value["added"]?.asInteger ?? 0
    report.unchanged = value["unchanged"]?.asInteger ?? 0
    report.updated = value["updated"]?.asInteger ?? 0
    report.skippedCount = value["skipped_count"]?.asInteger ?? 0
    report.skipped = (value["skipped"]?.asArray ?? []).compactMap { line in
      guard let parts = line.asArray, parts.count == 3 else { return nil }
      return (line: parts[0].asInteger ?? 0, fr: parts[1].asString ?? "", en: parts[2].asString ?? "")
    }
    return report
  }
}

extension CommuneError.Kind {
  /// The kind with a name; ``failed`` for one that this program does not know.
  static func named(_ name: String) -> CommuneError.Kind {
    let all: [CommuneError.Kind] = [
      .notFound, .badConfiguration, .locked, .newerDatabase, .readOnly, .full, .busyPort, .badAddress, .unreadable,
      .exists, .loss, .missingContent, .invalid, .usage,
    ]
    return all.first { $0.name == name } ?? .failed
  }
}
