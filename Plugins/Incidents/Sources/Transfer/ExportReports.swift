internal import ParticipationKit

// Exporting reports in the format that the importer reads.

extension IncidentsModule {
  var reportExporter: Exporter {
    Exporter(
      "reports",
      titles: [
        "fr": "Signalements avec leur historique (NDJSON)", "en": "Reports with their history (NDJSON)",
      ],
      options: [
        ("contacts", "`yes` to write names and e-mail addresses too; they are personal data")
      ], write: { try exportReports($0, $1, $2) })
  }

  /// The reference of a report that was made here: no other commune's export has it.
  func ownReference(_ number: String) -> String { "\(site.commune.inseeCode)-\(number)" }

  private func exportReports(
    _ context: RenderContext, _ options: [String: String], _ write: ([UInt8]) throws -> Void
  ) throws {
    let table = ReportTable(ledger: context.ledger)
    let withContact = options["contacts"] == "yes"
    try context.ledger.forEach("SELECT \(Report.columns) FROM incidents_report ORDER BY id") { row in
      let report = try Report(row)
      var line = try record(report, table, context).value(withContact: withContact).bytes
      line.append(0x0A)
      try write(line)
      return true
    }
  }

  private func record(
    _ report: Report, _ table: ReportTable, _ context: RenderContext
  ) throws -> ReportRecord {
    let answer = try context.officialAnswer(to: subject(of: report))
    return try ReportRecord(
      report, reference: report.reference ?? ownReference(report.number),
      answer: answer.map { ReportRecord.Answer(author: $0.author, text: $0.source, at: $0.published) }, in: table)
  }
}

extension ReportRecord {
  /// A stored report as a record.
  init(_ report: Report, reference: String, answer: Answer?, in table: ReportTable) throws {
    self.init(
      reference: reference, number: report.number, service: report.service, street: report.street,
      place: report.placeText, point: report.point, description: report.description, contactName: report.contactName,
      contactEmail: report.contactEmail, wantsUpdates: report.wantsUpdates, received: report.createdAt,
      channel: report.channel, publication: report.publication, published: report.publishedAt, answer: answer,
      history: try table.updates(of: report, publicOnly: false).map { update in
        ReportRecord.Step(
          at: update.at, state: update.state, text: update.text, isPublic: update.isPublic, role: update.authorRole,
          referredTo: update.referredTo, duplicateOf: update.duplicateOf)
      })
  }
}
