internal import ParticipationKit

// JSON with the member names of Open311 GeoReport v2: string ids, numbers for coordinates, null for what is not there.
// `state`, `updates` and `official_answer` go beyond the standard.

extension IncidentsModule {
  /// A service request as in `requests.json`. Only what is public: no contact, no internal step.
  func requestValue(_ report: Report, note: String?, updated: Timestamp) -> [(String, JSONValue)] {
    let service = content.services[report.service]
    let point = publicPoint(report)
    return [
      ("service_request_id", .string(report.number)), ("status", .string(report.state.isClosed ? "closed" : "open")),
      ("status_notes", .string(note)), ("state", .string(report.state.rawValue)),
      ("service_code", .string(report.service)),
      ("service_name", .string(content.services.name(report.service, mainLocale))),
      ("description", .string(publicDescription(report))),
      ("agency_responsible", .string(report.referredTo ?? service.flatMap { $0.agency.isEmpty ? nil : $0.agency })),
      ("requested_datetime", .timestamp(report.createdAt)), ("updated_datetime", .timestamp(updated)),
      ("address", .string("\(place(report, mainLocale)), \(site.commune.name)")),
      ("address_id", .string(report.street)),
      ("lat", point.map { .number($0.latitude) } ?? .null), ("long", point.map { .number($0.longitude) } ?? .null),
    ]
  }

  /// Service requests as in `requests.json`.
  func requestValues(_ reports: [Report], in table: ReportTable) throws -> JSONValue {
    let notes = try table.lastNotes(of: reports)
    return .array(reports.map { .object(requestValue($0, note: notes[$0.id], updated: $0.updatedAt)) })
  }

  func updateValue(_ update: ReportUpdate) -> JSONValue {
    .object([
      ("updated_datetime", .timestamp(update.at)), ("state", .string(update.state.rawValue)),
      ("status", .string(update.state.isClosed ? "closed" : "open")), ("description", .string(update.text)),
      ("agency_responsible", .string(update.referredTo)), ("duplicate_of", .string(update.duplicateOf)),
    ])
  }

  /// A service as in `services.json`.
  func serviceValue(_ service: Service) -> JSONValue {
    .object([
      ("service_code", .string(service.code)), ("service_name", .string(service.name(mainLocale))),
      ("description", .string(service.descriptions.text(mainLocale))), ("metadata", .bool(false)),
      ("type", .string("realtime")), ("keywords", .string(service.keywords.joined(separator: ","))),
      ("group", .string(service.groups.text(mainLocale))),
    ])
  }
}
