internal import ParticipationKit

// One report for staff: everything about it, also the contact and the internal notes, and the form to handle it.

extension IncidentsModule {
  /// The screen of the report whose number is the key; nil when there is none.
  func reportScreen(_ context: DeskContext) throws -> DeskContent? {
    let table = ReportTable(ledger: context.rendering.ledger)
    guard let report = try table.find(context.key) else { return nil }
    let view = context.view
    let updates = try table.updates(of: report, publicOnly: false)
    var values: [String: [String]] = [
      "state": [report.state.rawValue], "service": [report.service],
      "seen": [String(try table.lastUpdateID(of: report))],
    ]
    if let body = report.referredTo { values["referred_to"] = [body] }
    if let kept = report.duplicateOf { values["duplicate_of"] = [kept] }
    return DeskContent(
      title: "\(report.number) – \(title(report, view.locale))",
      body: [
        .ul(
          [.class("meta")],
          items: [
            state(report.state, view), .text(view.text("publication.\(report.publication.rawValue)")),
            [.text(view.text("report.received") + " "), view.time(report.createdAt)],
          ]),
        .element(.blockquote, [], [rendered(report.description)]), facts(deskFacts(report, context)),
        .h2(view.text("desk.history")), history(updates, view),
        try view.form("update-report", key: report.number, values: values, options: View.FormOptions(id: "update")),
        try view.form("recheck-report", key: report.number, options: View.FormOptions(id: "recheck")),
      ])
  }

  private func deskFacts(_ report: Report, _ context: DeskContext) -> [(label: String, value: HTMLNode)] {
    let view = context.view
    var entries: [(label: String, value: HTMLNode)] = [
      (view.text("label.place"), .text(exactPlace(report, view.locale))),
      (view.text("label.service"), .text(content.services.name(report.service, view.locale))),
      (view.text("label.contact"), contact(report, view)),
      (view.text("label.channel"), .text(view.text("channel.\(report.channel)"))),
    ]
    if let point = report.point {
      entries.append((view.text("label.point"), .text("\(point.latitude), \(point.longitude)")))
    }
    if let body = report.referredTo { entries.append((view.text("label.agency"), .text(body))) }
    if let kept = report.duplicateOf {
      entries.append((view.text("label.kept"), .a(context.path("reports", kept), kept)))
    }
    if report.isPublic {
      entries.append(
        (view.text("label.public-page"), .a(view.path("report", report.number), view.text("desk.see-page"))))
    }
    return entries
  }

  private func contact(_ report: Report, _ view: View) -> HTMLNode {
    guard hasContact(report) else { return .text(view.text("contact.none")) }
    var parts: [HTMLNode] = []
    if let name = report.contactName { parts.append(.text(name + " ")) }
    if let email = report.contactEmail { parts.append(.a(external: "mailto:\(email)", email)) }
    if report.wantsUpdates { parts.append(.text(" – \(view.text("contact.wants-updates"))")) }
    return .fragment(parts)
  }

  private func history(_ updates: [ReportUpdate], _ view: View) -> HTMLNode {
    guard !updates.isEmpty else { return .p(view.text("desk.no-history")) }
    return .ol(
      [.class("timeline")],
      items: updates.map { update in
        let who = view.text(ReportRecord.roles.contains(update.authorRole) ? "role.\(update.authorRole)" : "role.other")
        let visibility = view.text(update.isPublic ? "visibility.public" : "visibility.internal")
        return [
          .p([], [.element(.b, [], [.text(view.text(update.state.wordKey))]), .text(" – \(visibility), \(who)")]),
          .p([.class("meta")], [view.time(update.at)]), update.text.isEmpty ? .empty : rendered(update.text),
        ]
      })
  }
}
