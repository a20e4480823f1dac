internal import ParticipationKit

// Importing reports: from another tool, or the demonstration. Idempotent by `reference`.

extension IncidentsModule {
  var reportImporter: Importer {
    Importer(
      "reports",
      titles: [
        "fr": "Signalements avec leur historique (NDJSON)", "en": "Reports with their history (NDJSON)",
      ], read: { try importReports($0, $1) })
  }

  private func importReports(_ context: ImportContext, _ source: ImportSource) throws -> ImportReport {
    var report = ImportReport()
    let table = ReportTable(ledger: context.action.ledger)
    try source.forEachLine { number, line in
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
      do {
        let record = try checked(ReportRecordReader.record(line), table)
        try store(record, Array(line), number, table, context, &report)
      } catch let fault as ReportRecord.Fault {
        report.skip(line: number, fr: fault.fr, en: fault.en)
      }
    }
    if report.changed.count > 300 {
      report.changed = []
      report.isBroad = true
    }
    return report
  }

  /// The record, if everything it names exists.
  private func checked(_ record: ReportRecord, _ table: ReportTable) throws -> ReportRecord {
    guard content.services[record.service] != nil else {
      let list = content.services.all.map(\.code).joined(separator: ", ")
      throw ReportRecord.Fault(
        "service inconnu « \(record.service) » ; attendu : \(list)",
        "unknown service “\(record.service)”; expected: \(list)")
    }
    if let street = record.street, content.streets[street] == nil {
      throw ReportRecord.Fault(
        "rue inconnue « \(street) » ; voir content/map/streets.yaml",
        "unknown street “\(street)”; see content/map/streets.yaml")
    }
    for text in [record.description] + record.history.map(\.text) where (try? site.markdown(text, .resident)) == nil {
      throw ReportRecord.Fault(
        "texte trop long ou trop imbriqué (4096 octets, 6 niveaux)",
        "text too long or nested too deep (4096 bytes, 6 levels)")
    }
    var resolved = record
    for (index, step) in record.history.enumerated() {
      guard let kept = step.duplicateOf else { continue }
      guard let number = try keptNumber(kept, table) else {
        throw ReportRecord.Fault(
          "« duplicate_of » : ni un numéro, ni la référence d’un signalement plus haut : « \(kept) »",
          "“duplicate_of”: neither a number nor the reference of a report further up: “\(kept)”")
      }
      resolved.history[index].duplicateOf = number
    }
    return resolved
  }

  /// The number of the report that is kept. A number may also come later in the file: until then the page says it
  /// without a link.
  private func keptNumber(_ words: String, _ table: ReportTable) throws -> String? {
    if Report.parts(ofNumber: words) != nil { return words }
    return try table.ledger.row("SELECT number FROM incidents_report WHERE reference = ?", [.text(words)])?
      .text("number")
  }

  private func store(
    _ record: ReportRecord, _ line: [UInt8], _ number: Int, _ table: ReportTable, _ context: ImportContext,
    _ report: inout ImportReport
  ) throws {
    // The file's own bytes would differ by a space; the record written again does not.
    let digest = site.digest(record.value(withContact: true).bytes)
    let row = try table.ledger.row(
      "SELECT \(Report.columns), reference_digest FROM incidents_report WHERE reference = ?", [.text(record.reference)])
    guard let row else {
      if try isOwn(record, table) {
        // Made here and exported from here: the database is the truth, not its copy.
        report.unchanged += 1
        return
      }
      let added = try add(record, digest, table, context)
      try seal(added, line, context)
      report.added += 1
      if added.isPublic { report.changed += try subjects(changedByPublicationOf: added, in: table) }
      return
    }
    guard row["reference_digest"].asBlob != digest else {
      report.unchanged += 1
      return
    }
    let old = try Report(row)
    if try says(record, whatStandsIn: old, table) {
      // An export from here, brought back: it may leave out contacts, which must not erase them.
      report.unchanged += 1
      return
    }
    var told = record
    if try context.hasRemovedWords(subject(of: old)) {
      // What is new about the report is taken over all the same; its words are those that stay here.
      (told.description, told.place) = (old.description, old.placeText)
      (told.contactName, told.contactEmail, told.wantsUpdates) = (nil, nil, false)
      if record.description != old.description || record.place != old.placeText {
        report.keepWords(line: number, of: subject(of: old))
        if try says(told, whatStandsIn: old, table) { return }
      }
    }
    let new = try bringUpToDate(old, told, digest, table)
    try seal(new, line, context)
    report.updated += 1
    if new.isPublic { report.changed += subjects(changedWith: new) + [streetSubject(old)].compactMap { $0 } }
  }

  /// Puts a report into the batch of the import: its words when they are public.
  private func seal(_ report: Report, _ line: [UInt8], _ context: ImportContext) throws {
    if report.isPublic {
      try context.seal(subject(of: report), words: words(of: report))
    } else {
      try context.include(line)
    }
  }

  /// Whether a record says of a report what is stored. Number and publication are decided here and the official answer
  /// is the host's, so they are not compared; contacts only where the record has them.
  private func says(_ record: ReportRecord, whatStandsIn report: Report, _ table: ReportTable) throws -> Bool {
    var stored = try ReportRecord(report, reference: record.reference, answer: nil, in: table)
    var told = record
    (told.number, told.publication, told.published, told.answer) = (
      stored.number, stored.publication, stored.published, nil
    )
    let hasContact = told.contactName != nil || told.contactEmail != nil
    if !hasContact { (stored.contactName, stored.contactEmail) = (nil, nil) }
    return told.value(withContact: true).bytes == stored.value(withContact: true).bytes
  }

  private func isOwn(_ record: ReportRecord, _ table: ReportTable) throws -> Bool {
    guard let number = record.number, record.reference == ownReference(number), let report = try table.find(number)
    else { return false }
    return report.reference == nil
  }

  private func add(
    _ record: ReportRecord, _ digest: [UInt8], _ table: ReportTable, _ context: ImportContext
  ) throws -> Report {
    var report = try draft(record, table)
    if record.publication == .published || record.published != nil {
      report.publishedNumber = try table.nextPublishedNumber()
      report.publishedAt = record.published ?? record.received
    }
    report.publication = record.publication
    follow(record, &report)
    let added = try table.insert(report, digest: digest)
    try addHistory(record, of: added, table)
    if record.publication == .pending {
      try context.action.submitForModeration(kind: "report", key: added.number, excerpt: excerpt(added))
    } else {
      try context.addDecision(
        ImportedDecision(
          kind: "report", key: added.number, excerpt: excerpt(added), isApproved: added.isPublic,
          decided: record.published ?? record.received))
    }
    if let answer = record.answer {
      try context.addAnswer(
        ImportedAnswer(subject: subject(of: added), author: answer.author, text: answer.text, published: answer.at))
    }
    return added
  }

  /// The new report with the number of the record, or the next free one of its year.
  private func draft(_ record: ReportRecord, _ table: ReportTable) throws -> Report {
    var year = site.zone.civil(record.received).date.year
    var sequence = 0
    if let number = record.number, let parts = Report.parts(ofNumber: number) {
      guard try table.find(number) == nil else {
        throw ReportRecord.Fault(
          "le numéro \(number) est déjà pris ; retirez « number » pour le suivant",
          "the number \(number) is already taken; remove “number” for the next one")
      }
      (year, sequence) = parts
    } else {
      sequence = try table.nextSequence(year: year)
    }
    return Report(
      id: 0, year: year, sequence: sequence, reference: record.reference, service: record.service,
      street: record.street, placeText: record.place, point: record.point, description: record.description,
      contactName: record.contactName, contactEmail: record.contactEmail, wantsUpdates: record.wantsUpdates,
      state: .received, referredTo: nil, duplicateOf: nil, publication: .pending, publishedNumber: nil,
      publishedAt: nil, createdAt: record.received, updatedAt: record.received, closedAt: nil, channel: record.channel)
  }

  /// Where the history has led: state, dates, referral.
  private func follow(_ record: ReportRecord, _ report: inout Report) {
    var closedAt: Timestamp?
    report.updatedAt = max(record.received, record.published ?? record.received)
    // By time, and in the order of the file within the same instant.
    let steps = record.history.filter(\.isPublic).enumerated().sorted {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }
    for step in steps.map(\.element) {
      report.state = step.state
      report.refer(in: step.state, to: step.referredTo ?? "")
      report.duplicateOf = step.state == .duplicate ? step.duplicateOf : nil
      closedAt = step.state.isClosed ? closedAt ?? step.at : nil
      report.updatedAt = max(report.updatedAt, step.at)
    }
    report.closedAt = closedAt
  }

  /// Adds the steps of the file, except those that staff added here and that an export gave back.
  private func addHistory(_ record: ReportRecord, of report: Report, _ table: ReportTable) throws {
    let own = try table.updates(of: report, publicOnly: false)
    for step in record.history {
      let isKnown = own.contains {
        $0.at == step.at && $0.state == step.state && $0.text == step.text && $0.isPublic == step.isPublic
      }
      if isKnown { continue }
      let update = ReportUpdate(
        at: step.at, state: step.state, text: step.text, isPublic: step.isPublic, authorRole: step.role,
        referredTo: step.referredTo, duplicateOf: step.duplicateOf)
      try table.add(update, to: report, isImported: true)
    }
  }

  /// Takes over what the file says about a report that is here already. What was done here stays: number,
  /// publication (it is decided by moderation, never by a file), and the steps that staff added here.
  private func bringUpToDate(
    _ old: Report, _ record: ReportRecord, _ digest: [UInt8], _ table: ReportTable
  ) throws -> Report {
    var new = old
    new.service = record.service
    new.street = record.street
    new.placeText = record.place
    new.point = record.point
    new.description = record.description
    // An export without contacts says nothing about them.
    if record.contactName != nil || record.contactEmail != nil {
      new.contactName = record.contactName
      new.contactEmail = record.contactEmail
      new.wantsUpdates = record.wantsUpdates
    }
    let ownSteps = try table.ledger.count(
      "SELECT count(*) FROM incidents_update WHERE report = ? AND imported = 0", [.integer(old.id)])
    if ownSteps == 0 {
      (new.state, new.referredTo, new.duplicateOf) = (.received, nil, nil)
      follow(record, &new)
    }
    new.updatedAt = max(new.updatedAt, old.updatedAt)
    try table.replace(old, with: new, digest: digest)
    try table.ledger.execute(
      "DELETE FROM incidents_update WHERE report = ? AND imported = 1", [.integer(old.id)])
    try addHistory(record, of: new, table)
    return new
  }
}
