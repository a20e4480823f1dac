internal import ParticipationKit

// What people can follow in reports, and what they are told: a new report, a new state, in the street or everywhere.

extension IncidentsModule {
  var follows: [FollowableKind] {
    [
      FollowableKind("report") { context in
        guard let report = try ReportTable(ledger: context.ledger).published(context.key) else { return nil }
        return FollowTarget(title: "\(report.number) – \(title(report, context.locale))", document: subject(of: report))
      },
      FollowableKind("street") { context in
        guard content.streets[context.key] != nil else { return nil }
        let name = content.streets.name(context.key)
        return FollowTarget(
          title: text("follow.street", context.locale, ["street": name]), document: site.subject("street", context.key))
      },
      FollowableKind("index") { context in
        context.key == "index"
          ? FollowTarget(title: text("follow.all", context.locale), document: listSubject) : nil
      },
    ]
  }

  /// The forms of a report's page: itself, and its street.
  func followForms(_ report: Report, _ view: View) throws -> [HTMLNode] {
    var forms = [try view.followForm(on: subject(of: report), label: view.text("follow.this"))]
    if let street = report.street, content.streets[street] != nil {
      let label = view.text("follow.also", ["street": content.streets.name(street)])
      forms.append(try view.followForm(on: site.subject("street", street), label: label))
    }
    return forms
  }

  private func within(_ report: Report) -> [Subject] {
    [listSubject] + [streetSubject(report)].compactMap { $0 }
  }

  /// A report became public.
  func announcePublication(_ report: Report, _ context: ActionContext) throws {
    try announce(.published, report, text: publicDescription(report) ?? "", once: "report/\(report.number)", context)
  }

  /// Staff said what becomes of it. What is not public is told to nobody; the internal note never is.
  func announceChange(_ change: StateChange, of report: Report, _ context: ActionContext) throws {
    guard report.isPublic, change.to != change.from || !change.text.isEmpty else { return }
    let plain = (try? site.markdown(change.text, .resident).plainText) ?? change.text
    try announce(.changed, report, text: plain, once: "", context)
  }

  private func announce(
    _ kind: Event.Kind, _ report: Report, text words: String, once key: String, _ context: ActionContext
  ) throws {
    var all: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      all[locale] = Event.Words(
        title: text(
          "notice.report", locale,
          [
            "number": report.number, "title": title(report, locale), "state": text(report.state.wordKey, locale),
          ]), text: words)
    }
    try context.announce(Event(kind, about: subject(of: report), within: within(report), words: all, once: key))
  }
}
