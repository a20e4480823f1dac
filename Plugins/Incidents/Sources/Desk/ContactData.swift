internal import ParticipationKit

// The rights of a person: see everything, be forgotten; and what time alone removes.

extension IncidentsModule {
  var contactData: PersonalData {
    PersonalData(
      records: { ledger, email in try reports(of: email, ledger).map { subject(of: $0) } },
      export: { try exportData($0, $1) }, erase: { try eraseData($0, $1) }, clocks: [contactClock]
    )
    .labelled(in: site.words)
  }

  private static var longestContactDays: Int64 { 3 * 365 }

  private var contactClock: RetentionClock {
    RetentionClock(
      "contacts",
      titles: [
        "fr":
          "Nom et adresse de qui a signalé, après le règlement ou le refus (trois ans au plus après la dernière étape)",
        "en":
          "Name and address of who reported, after the closure or refusal (three years after the last step at most)",
      ],
      // A month is counted as 30.44 days; the promise is in months, not in days.
      days: options.contactMonths * 3044 / 100,
      erase: { context, before in
        // Reports that nobody closes: no longer than three years after the last step, or than the time that was set.
        let last = min(before, context.now.adding(seconds: -Self.longestContactDays * 86_400))
        let numbers = try ReportTable(ledger: context.ledger).forgetContacts(
          endedBefore: before, lastStepBefore: last)
        for number in numbers { try context.forgetAuthor(of: site.subject("report", number)) }
        return RetentionOutcome(count: numbers.count)
      })
  }

  private func exportData(_ ledger: Ledger, _ person: PersonReference) throws -> JSONValue {
    let reports = try reports(of: person, ledger)
    guard !reports.isEmpty else { return .null }
    return .array(
      reports.map { report in
        .object([
          ("service_request_id", .string(report.number)), ("service_code", .string(report.service)),
          ("received", .timestamp(report.createdAt)), ("place", .string(exactPlace(report, mainLocale))),
          ("lat", report.point.map { .number($0.latitude) } ?? .null),
          ("long", report.point.map { .number($0.longitude) } ?? .null), ("description", .string(report.description)),
          ("contact_name", .string(report.contactName)), ("contact_email", .string(report.contactEmail)),
          ("wants_updates", .bool(report.wantsUpdates)), ("publication", .string(report.publication.rawValue)),
          ("state", .string(report.state.rawValue)), ("channel", .string(report.channel)),
        ])
      })
  }

  /// Forgets who wrote and what. The number, the service, the place on the map and the commune's own answers stay: they
  /// are about the street.
  private func eraseData(_ context: ActionContext, _ person: PersonReference) throws -> Erasure {
    let table = ReportTable(ledger: context.ledger)
    let found = try reports(of: person, context.ledger)
    guard !found.isEmpty else { return .nothing }
    var changed: [Subject] = []
    for old in found {
      var new = old
      new.description = ""
      new.placeText = ""
      new.contactName = nil
      new.contactEmail = nil
      new.wantsUpdates = false
      try table.replace(old, with: new)
      try context.forgetAuthor(of: subject(of: new))
      if new.isPublic { changed += subjects(changedWith: new) }
    }
    return Erasure(
      records: found.map { subject(of: $0) }, kept: [text("erase.kept", context.locale)], changed: changed)
  }

  private func reports(of person: PersonReference, _ ledger: Ledger) throws -> [Report] {
    let byAddress = try reports(of: person.email, ledger)
    let known = Set(byAddress.map(\.number))
    let table = ReportTable(ledger: ledger)
    let others = try person.records.filter { $0.kind == "report" && !known.contains($0.key) }
      .compactMap { try table.find($0.key) }
    return byAddress + others
  }

  private func reports(of email: String, _ ledger: Ledger) throws -> [Report] {
    let address = ByteText.trimmed(email)
    guard !address.isEmpty else { return [] }
    return try ledger.rows(
      "SELECT \(Report.columns) FROM incidents_report WHERE contact_email = ? ORDER BY id", [.text(address)]
    ).map { try Report($0) }
  }
}
