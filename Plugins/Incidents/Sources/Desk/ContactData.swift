internal import ParticipationKit

// The rights of a person, by e-mail address: see everything, be forgotten.

extension IncidentsModule {
  var contactData: PersonalData {
    PersonalData(export: { try exportContact($0, $1) }, erase: { try eraseContact($0, $1) })
  }

  private func exportContact(_ ledger: Ledger, _ email: String) throws -> JSONValue {
    let reports = try reports(of: email, ledger)
    guard !reports.isEmpty else { return .null }
    return .array(
      reports.map { report in
        .object([
          ("service_request_id", .string(report.number)), ("service_code", .string(report.service)),
          ("received", .timestamp(report.createdAt)), ("place", .string(place(report, mainLocale))),
          ("lat", report.point.map { .number($0.latitude) } ?? .null),
          ("long", report.point.map { .number($0.longitude) } ?? .null), ("description", .string(report.description)),
          ("contact_name", .string(report.contactName)), ("contact_email", .string(report.contactEmail)),
          ("wants_updates", .bool(report.wantsUpdates)), ("publication", .string(report.publication.rawValue)),
          ("state", .string(report.state.rawValue)), ("channel", .string(report.channel)),
        ])
      })
  }

  /// Forgets who wrote. The report stays: it is about a place, and its text was read for names before publication.
  private func eraseContact(_ context: ActionContext, _ email: String) throws -> [Subject] {
    let reports = try reports(of: email, context.ledger)
    try context.ledger.execute(
      """
      UPDATE incidents_report SET contact_name = NULL, contact_email = NULL, wants_updates = 0 WHERE contact_email = ?
      """, [.text(ByteText.trimmed(email))])
    for report in reports { try context.forgetAuthor(of: subject(of: report)) }
    return reports.map { subject(of: $0) }
  }

  private func reports(of email: String, _ ledger: Ledger) throws -> [Report] {
    let address = ByteText.trimmed(email)
    guard !address.isEmpty else { return [] }
    return try ledger.rows(
      "SELECT \(Report.columns) FROM incidents_report WHERE contact_email = ? ORDER BY id", [.text(address)]
    ).map { try Report($0) }
  }
}
