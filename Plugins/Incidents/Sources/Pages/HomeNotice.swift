internal import ParticipationKit

// What the module says on pages of the host.

extension IncidentsModule {
  var homeNotice: SlotContribution {
    SlotContribution(.home, order: 30) { context in
      let reports = try ReportTable(ledger: context.ledger).newest(3)
      return SlotContent(dependsOn: [listSubject]) { view in
        let items = reports.map { report -> HTMLNode in
          [
            .a(view.path("report", report.number), title(report, view.locale)),
            .text(" – \(view.text(report.state.wordKey))"),
          ]
        }
        return .article(
          [.class("notice")],
          [
            .p(view.text("index.title"), [.class("kind")]),
            .element(.h3, [], [.a(view.path("index"), view.text("home.title"))]),
            items.isEmpty ? .p(view.text("index.none")) : .ul(items: items),
            .a(view.path("new"), view.text("index.report"), [.class("go")]),
          ])
      }
    }
  }

  var deskTile: SlotContribution {
    SlotContribution(.desk, order: 30, isDivided: true) { context in
      let count = try context.ledger.count(
        """
        SELECT count(*) FROM incidents_report WHERE state = 'received' AND publication <> 'withheld'
          AND \(context.reach.condition)
        """, context.reach.arguments)
      return SlotContent(dependsOn: [listSubject]) { view in
        .p(
          [.class("count")],
          [
            .element(.b, [], [.text(String(count))]), " ", .span(view.text("desk.tile", ["count": String(count)])),
          ])
      }
    }
  }
}
