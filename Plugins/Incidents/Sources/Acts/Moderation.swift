internal import ParticipationKit

// Publication: what a moderator's decision does to a report. May be revised at any time.

extension IncidentsModule {
  var moderatedReport: ModeratedKind {
    ModeratedKind(
      "report", titles: ["fr": "Signalement", "en": "Report"],
      categories: { locale in content.services.all.map { Choice($0.code, $0.name(locale)) } },
      evidence: { try evidence($0) },
      decide: { try decide($0, $1) },
      texts: [
        ModeratedText(
          "description", titles: ["fr": "Description", "en": "Description"],
          read: { try ReportTable(ledger: $0.ledger).find($0.key)?.description },
          write: { context, words in try rewrite(context) { $0.description = words } }),
        ModeratedText(
          "place_text", titles: ["fr": "Lieu", "en": "Place"],
          read: { try ReportTable(ledger: $0.ledger).find($0.key)?.placeText },
          write: { context, words in try rewrite(context) { $0.placeText = words } }),
      ],
      words: { context in try ReportTable(ledger: context.ledger).find(context.key).map { words(of: $0) } })
  }

  /// Stores words from which a moderator took something out.
  private func rewrite(_ context: ActionContext, _ change: (inout Report) -> Void) throws -> [Subject] {
    let table = ReportTable(ledger: context.ledger)
    guard let old = try table.find(context.key) else { return [] }
    var new = old
    change(&new)
    if old.isPublic { new.updatedAt = max(old.updatedAt, context.now) }
    try table.replace(old, with: new)
    return old.isPublic ? try subjects(changedByPublicationOf: new, in: table) : []
  }

  /// Back into the queue: for what was published elsewhere and imported, or what turns out to name somebody. Until the
  /// new decision nothing changes.
  var recheckAction: Action {
    Action(
      "recheck-report", audience: .staff("incidents.handle"),
      titles: ["fr": "Remettre un signalement à la modération", "en": "Put a report back to moderation"],
      hourlyLimit: 300, category: { try category(of: $0) },
      form: { context in
        guard try ReportTable(ledger: context.ledger).find(context.key) != nil else { return nil }
        return Form(
          title: text("recheck.title", context.locale), intro: .p(text("recheck.intro", context.locale)), fields: [],
          submit: text("recheck.submit", context.locale))
      },
      perform: { context, _ in
        guard let report = try ReportTable(ledger: context.ledger).find(context.key) else {
          throw Problem.notFound(text("error.no-report", context.locale))
        }
        try context.submitForModeration(
          kind: "report", key: report.number, excerpt: excerpt(report), category: report.service)
        return Outcome(
          subject: subject(of: report), changed: [],
          message: text("outcome.recheck", context.locale, ["number": report.number]))
      })
  }

  private func evidence(_ context: FormContext) throws -> Evidence? {
    guard let report = try ReportTable(ledger: context.ledger).find(context.key) else { return nil }
    let locale = context.locale
    var children: [HTMLNode] = [
      .element(.blockquote, [], [rendered(report.description)]),
      facts([
        (text("label.place", locale), .text(exactPlace(report, locale))),
        (text("label.received", locale), .text(dateWords(report.createdAt, locale))),
        (text("label.contact", locale), .text(text(hasContact(report) ? "contact.given" : "contact.none", locale))),
      ]),
    ]
    let hints = PersonalHints.keys(in: "\(report.description)\n\(report.placeText)")
    if !hints.isEmpty {
      children.append(
        .div(
          [.class("told")],
          [.p(text("hint.title", locale)), .ul(items: hints.map { .text(text($0, locale)) })]))
    }
    return Evidence(
      title: "\(report.number) – \(title(report, locale))", body: .fragment(children), document: subject(of: report))
  }

  private func decide(_ context: ActionContext, _ decision: Decision) throws -> [Subject] {
    let table = ReportTable(ledger: context.ledger)
    guard let old = try table.find(context.key) else { return [] }
    var new = old
    if decision.isApproved {
      new.publication = .published
      new.publishedNumber = try old.publishedNumber ?? table.nextPublishedNumber()
      new.publishedAt = old.publishedAt ?? context.now
      if !old.isPublic { new.updatedAt = max(old.updatedAt, context.now) }
    } else {
      new.publication = .withheld
    }
    try table.replace(old, with: new)
    try table.noteWithholding(of: new, at: context.now)
    if decision.isApproved { try announcePublication(new, context) }
    guard old.isPublic || new.isPublic else { return [] }
    return try subjects(changedByPublicationOf: new, in: table)
  }

  /// What the author wrote, as the register commits to it: the same members as in ``requestValue(_:note:updated:)``.
  func words(of report: Report) -> [(String, JSONValue)] {
    [
      ("service_request_id", .string(report.number)), ("description", .string(publicDescription(report))),
      ("requested_datetime", .timestamp(report.createdAt)),
    ]
  }

  func hasContact(_ report: Report) -> Bool { report.contactName != nil || report.contactEmail != nil }

  /// An instant in words, where only text is possible.
  func dateWords(_ instant: Timestamp, _ locale: String) -> String {
    DateWords(locale: locale).longWithTime(site.zone.civil(instant))
  }

  /// Resident text as nodes. It was accepted under the same policy; should a later version be stricter, the words stay
  /// readable as plain text.
  func rendered(_ text: String) -> HTMLNode {
    (try? site.markdown(text, .resident).node) ?? .p(text)
  }

  /// Names and values, as the theme shows them.
  func facts(_ entries: [(label: String, value: HTMLNode)]) -> HTMLNode {
    .element(
      .dl, [.class("facts")],
      entries.flatMap { [.element(.dt, [], [.text($0.label)]), .element(.dd, [], [$0.value])] })
  }
}
