internal import ParticipationKit

// Collections for machines. Feed and map layer are written at each act and therefore bounded; the table has everything
// and is written on a schedule.

extension IncidentsModule {
  /// How many reports the map layer holds: enough for years of a village, the same cost for a city.
  static let mapLayerCount = 500

  var feedStream: Stream {
    Stream(
      "feed", .atom, titles: ["fr": "Signalements", "en": "Reports"], dependsOn: [listSubject],
      entries: { try entries($0, limit: 50) })
  }

  var mapStream: Stream {
    Stream(
      "reports", .geoJSON, titles: ["fr": "Carte des signalements", "en": "Map of the reports"],
      dependsOn: [listSubject], entries: { try entries($0, limit: Self.mapLayerCount) })
  }

  var tableStream: Stream {
    Stream(
      "reports", .csv, titles: ["fr": "Tableau des signalements", "en": "Table of the reports"],
      dependsOn: [listSubject], isBulk: true, entries: { try entries($0, limit: Int(Int32.max)) })
  }

  private func entries(_ context: RenderContext, limit: Int) throws -> [StreamEntry] {
    let table = ReportTable(ledger: context.ledger)
    var entries: [StreamEntry] = []
    var batch: [Report] = []
    func add() throws {
      let notes = try table.lastNotes(of: batch)
      for report in batch { entries.append(try entry(report, note: notes[report.id])) }
      batch = []
    }
    try table.forEachPublished(limit: limit) { report in
      batch.append(report)
      if batch.count == Self.batchCount { try add() }
    }
    try add()
    return entries
  }

  /// For how many reports their last notes are asked at once.
  private static let batchCount = 500

  /// The fields are the columns of GeoReport Bulk, in its order, without those that the host writes itself.
  private func entry(_ report: Report, note: String?) throws -> StreamEntry {
    let point = publicPoint(report)
    let agency = report.referredTo ?? content.services[report.service].map(\.agency) ?? ""
    let word = text(report.state.wordKey, mainLocale)
    let words = publicDescription(report).map { rendered($0).plainText } ?? ""
    return StreamEntry(
      subject: subject(of: report), page: SitePath("incidents/\(report.number).html"),
      title: title(report, mainLocale), summary: words.isEmpty ? word : "\(word). \(words)",
      published: report.publishedAt ?? report.createdAt, updated: report.updatedAt, point: point,
      fields: [
        ("service_request_id", .string(report.number)), ("requested_datetime", .timestamp(report.createdAt)),
        ("updated_datetime", .timestamp(report.updatedAt)), ("closed_date", .timestamp(report.closedAt)),
        ("status", .string(report.state.isClosed ? "closed" : "open")), ("status_description", .string(word)),
        ("status_notes", .string(note)), ("source", .string(report.channel)),
        ("service_code", .string(report.service)),
        ("service_name", .string(content.services.name(report.service, mainLocale))),
        ("description", .string(publicDescription(report))),
        ("agency_responsible", .string(agency.isEmpty ? nil : agency)),
        ("address", .string("\(place(report, mainLocale)), \(site.commune.name)")),
        ("lat", point.map { .number($0.latitude) } ?? .null), ("long", point.map { .number($0.longitude) } ?? .null),
      ])
  }
}
