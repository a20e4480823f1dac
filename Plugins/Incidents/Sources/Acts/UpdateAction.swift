internal import ParticipationKit

// Handling: staff say what becomes of a report. One form for the state, the words to the public and the internal note.

extension IncidentsModule {
  var updateAction: Action {
    Action(
      "update-report", audience: .staff("incidents.handle"),
      titles: ["fr": "Traiter un signalement", "en": "Handle a report"], hourlyLimit: 300,
      category: { try category(of: $0) },
      form: { try updateForm($0) }, perform: { try update($0, $1) })
  }

  private func updateForm(_ context: FormContext) throws -> Form? {
    guard let report = try ReportTable(ledger: context.ledger).find(context.key) else { return nil }
    let locale = context.locale
    let states = ([report.state] + report.state.next).map { Choice($0.rawValue, text($0.wordKey, locale)) }
    return Form(
      title: text("update.title", locale, ["number": report.number]),
      fields: [
        Field("state", .choice, text("update.state", locale), required: true, choices: states),
        Field("text", .text, text("update.text", locale), help: text("update.text-help", locale)),
        Field("referred_to", .line, text("update.referred-to", locale), help: text("update.referred-to-help", locale)),
        Field(
          "duplicate_of", .line, text("update.duplicate-of", locale), help: text("update.duplicate-of-help", locale),
          maxLength: 20),
        Field(
          "service", .choice, text("update.service", locale), choices: content.services.choices(locale)),
        Field("note", .text, text("update.note", locale), help: text("update.note-help", locale)),
        Field("seen", .hidden, text("update.seen", locale)),
      ], submit: text("update.submit", locale))
  }

  private func update(_ context: ActionContext, _ submission: Submission) throws -> Outcome {
    let locale = context.locale
    let table = ReportTable(ledger: context.ledger)
    guard let old = try table.find(context.key) else { throw Problem.notFound(text("error.no-report", locale)) }
    if let seen = submission.int("seen"), seen != (try table.lastUpdateID(of: old)) {
      throw Problem.conflict(text("error.changed-meanwhile", locale))
    }
    let change = try change(old, submission, table, locale)
    var new = old
    if let code = submission.optionalText("service") {
      guard content.services[code] != nil else {
        throw Problem.invalid("service", text("error.unknown-service", locale))
      }
      new.service = code
    }
    apply(change, to: &new, at: context.now)
    try table.replace(old, with: new)
    try record(change, of: new, in: table, context)
    try announceChange(change, of: new, context)
    var changed = new.isPublic ? subjects(changedWith: new) : []
    if let kept = new.duplicateOf, new.state == .duplicate {
      // A chain of duplicates would send the resident from page to page.
      changed += try table.repoint(duplicatesOf: new.number, to: kept).map { site.subject("report", $0) }
    }
    return Outcome(
      subject: subject(of: new), changed: changed,
      message: text("outcome.update", locale, ["number": new.number, "state": text(new.state.wordKey, locale)]))
  }

  /// The change that staff ask for, checked.
  private func change(
    _ report: Report, _ submission: Submission, _ table: ReportTable, _ locale: String
  ) throws -> StateChange {
    guard let state = ReportState(rawValue: submission.text("state")) else {
      throw Problem.invalid("state", text("error.state-order", locale))
    }
    let change = StateChange(
      from: report.state, to: state, text: ByteText.trimmed(submission.text("text")),
      note: ByteText.trimmed(submission.text("note")),
      referredTo: ByteText.singleLine(submission.text("referred_to")),
      duplicateOf: ByteText.trimmed(submission.text("duplicate_of")))
    var faults = change.faults().map { Problem.FieldError(field: $0.field, message: text($0.messageKey, locale)) }
    if state == .duplicate, !change.duplicateOf.isEmpty,
      let message = try duplicateFault(change.duplicateOf, of: report, table, locale)
    {
      faults.append(Problem.FieldError(field: "duplicate_of", message: message))
    }
    for (field, words) in [("text", change.text), ("note", change.note)] where !words.isEmpty {
      if (try? site.markdown(words, .resident)) == nil {
        faults.append(Problem.FieldError(field: field, message: text("error.description-refused", locale)))
      }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults, detail: text("error.correct", locale)) }
    return change
  }

  private func duplicateFault(
    _ number: String, of report: Report, _ table: ReportTable, _ locale: String
  ) throws -> String? {
    if number == report.number { return text("error.duplicate-of-itself", locale) }
    guard let kept = try table.find(number) else {
      return text("error.duplicate-unknown", locale, ["number": number])
    }
    // A chain of duplicates would send the resident from page to page.
    guard kept.state == .duplicate, let end = kept.duplicateOf else { return nil }
    return text("error.duplicate-chain", locale, ["number": number, "kept": end])
  }

  private func apply(_ change: StateChange, to report: inout Report, at now: Timestamp) {
    let isPublicChange = change.to != change.from || !change.text.isEmpty
    report.state = change.to
    report.refer(in: change.to, to: change.referredTo)
    report.duplicateOf = change.to == .duplicate ? change.duplicateOf : nil
    report.closedAt = change.to.isClosed ? report.closedAt ?? now : nil
    // An internal note alone must not be visible from outside, not even as a date.
    if isPublicChange { report.updatedAt = max(report.updatedAt, now) }
  }

  private func record(
    _ change: StateChange, of report: Report, in table: ReportTable, _ context: ActionContext
  ) throws {
    if change.to != change.from || !change.text.isEmpty {
      try table.add(
        ReportUpdate(
          at: context.now, state: change.to, text: change.text, isPublic: true, authorRole: context.actor.role,
          referredTo: change.to == .referred ? change.referredTo : nil,
          duplicateOf: change.to == .duplicate ? change.duplicateOf : nil), to: report)
    }
    if !change.note.isEmpty {
      try table.add(
        ReportUpdate(
          at: context.now, state: change.to, text: change.note, isPublic: false, authorRole: context.actor.role),
        to: report)
    }
  }
}
