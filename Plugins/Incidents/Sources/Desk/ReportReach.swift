internal import ParticipationKit

// Reports are divided among staff by their service: who works for roads sees and handles those of roads.

extension IncidentsModule {
  /// The service of the report that a key names; nil for a list, a form, or a report that does not exist.
  func category(of context: FormContext) throws -> String? {
    try ReportTable(ledger: context.ledger).find(context.key)?.service
  }
}

extension Reach {
  /// The reports that it covers, as a condition of SQL.
  var condition: String {
    guard let categories else { return "1" }
    return categories.isEmpty ? "0" : "service IN (\(categories.map { _ in "?" }.joined(separator: ",")))"
  }

  /// What stands for the marks of ``condition``.
  var arguments: [SQLValue] { (categories ?? []).sorted().map { .text($0) } }
}
