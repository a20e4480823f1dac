internal import ParticipationKit

// Reporting: anyone, without account; or staff, for somebody at the counter or on the telephone. Either way the report
// gets its number at once and waits for a moderator.

extension IncidentsModule {
  var reportAction: Action {
    Action(
      "report", titles: ["fr": "Signaler un problème", "en": "Report a problem"], hourlyLimit: 12,
      form: { try reportForm($0) }, perform: { try report($0, $1) })
  }

  var recordAction: Action {
    Action(
      "record-report", audience: .staff("incidents.handle"),
      titles: ["fr": "Noter un signalement reçu à la mairie", "en": "Write down a report made at the town hall"],
      hourlyLimit: 300,
      // With a key the form is that of one service.
      category: { content.services[$0.key]?.code }, form: { try reportForm($0, byStaff: true) },
      perform: { try report($0, $1) })
  }

  private func report(_ context: ActionContext, _ submission: Submission) throws -> Outcome {
    let locale = context.locale
    let code = context.key.isEmpty ? submission.text("service") : context.key
    guard let service = content.services[code] else {
      guard context.key.isEmpty else { throw Problem.notFound(text("error.unknown-service", locale)) }
      throw Problem.invalid("service", text("error.unknown-service", locale))
    }
    let faults = faults(of: submission, locale)
    guard faults.isEmpty else { throw Problem.invalid(faults, detail: text("error.correct", locale)) }

    let table = ReportTable(ledger: context.ledger)
    let report = try table.insert(draft(service, submission, context, table))
    // Without that word the address serves a call from the town hall, and nothing is sent by itself.
    if report.wantsUpdates, let email = report.contactEmail {
      try context.informAuthor(email, about: subject(of: report), updates: true)
    }
    let isPublic = try context.submitForModeration(
      kind: "report", key: report.number, excerpt: excerpt(report), category: report.service)
    return Outcome(
      subject: subject(of: report), changed: [],
      message: text(isPublic ? "outcome.report.public" : "outcome.report", locale, ["number": report.number]),
      lines: [
        (text("label.number", locale), report.number), (text("label.service", locale), service.name(locale)),
        (text("label.place", locale), exactPlace(report, locale)),
      ])
  }

  /// What has to be corrected in a report.
  private func faults(of submission: Submission, _ locale: String) -> [Problem.FieldError] {
    var faults: [Problem.FieldError] = []
    func fault(_ field: String, _ key: String, _ arguments: [String: String] = [:]) {
      faults.append(Problem.FieldError(field: field, message: text(key, locale, arguments)))
    }
    let street = submission.text("street")
    let isElsewhere = street.isEmpty || street == StreetList.elsewhere
    if !isElsewhere, content.streets[street] == nil { fault("street", "error.unknown-street") }
    let placeText = ByteText.singleLine(submission.text("place_text"))
    if isElsewhere, placeText.isEmpty, submission.text("point").isEmpty { fault("place_text", "error.no-place") }
    if !submission.text("point").isEmpty {
      if let message = pointFault(submission.point("point"), locale) {
        faults.append(Problem.FieldError(field: "point", message: message))
      }
    }
    let description = ByteText.trimmed(submission.text("description"))
    if description.unicodeScalars.count < 10 {
      fault("description", "error.description-short")
    } else if (try? site.markdown(description, .resident)) == nil {
      fault("description", "error.description-refused")
    }
    if !submission.bool("not_emergency") { fault("not_emergency", "error.not-emergency") }
    return faults
  }

  /// What is wrong with a place, in words; nil when it may be in the commune.
  private func pointFault(_ point: GeoPoint?, _ locale: String) -> String? {
    guard let point else { return text("error.point-unreadable", locale) }
    switch PointCheck(outline: content.outline, marginMetres: options.marginMetres).check(point) {
    case .inside: return nil
    case .swapped: return text("error.point-swapped", locale)
    case .outside(let metres):
      return text(
        "error.point-outside", locale,
        ["distance": PointCheck.words(metres: metres, locale: locale), "commune": site.commune.name])
    }
  }

  private func draft(
    _ service: Service, _ submission: Submission, _ context: ActionContext, _ table: ReportTable
  ) throws -> Report {
    let year = site.zone.civil(context.now).date.year
    let street = submission.text("street")
    let email = submission.optionalText("contact_email").map { ByteText.trimmed($0) }
    return Report(
      id: 0, year: year, sequence: try table.nextSequence(year: year), reference: nil, service: service.code,
      street: street.isEmpty || street == StreetList.elsewhere ? nil : street,
      placeText: ByteText.singleLine(submission.text("place_text")),
      point: submission.point("point").map { PointCheck.rounded($0) },
      description: ByteText.trimmed(submission.text("description")),
      contactName: submission.optionalText("contact_name").map { ByteText.singleLine($0) }, contactEmail: email,
      wantsUpdates: email != nil && submission.bool("wants_updates"), state: .received, referredTo: nil,
      duplicateOf: nil, publication: .pending, publishedNumber: nil, publishedAt: nil, createdAt: context.now,
      updatedAt: context.now, closedAt: nil, channel: submission.optionalText("channel") ?? context.actor.channel)
  }

  /// The first words for the moderator's list.
  func excerpt(_ report: Report) -> String {
    let words = ByteText.singleLine(report.description)
    let start = String(String.UnicodeScalarView(words.unicodeScalars.prefix(160)))
    return "\(title(report, mainLocale)) : \(start)"
  }
}
