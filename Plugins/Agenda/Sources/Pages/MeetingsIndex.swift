import ParticipationKit

/// The module's front page: meetings to come first, then past ones year by year.
struct MeetingsIndex {
  let site: Site

  var family: DocumentFamily {
    .single(
      "meetings", titles: ["fr": "Séances du conseil", "en": "Council meetings"], path: "agenda/index",
      load: { context in try load(context) })
  }

  /// What a row says.
  private struct Row {
    let meeting: Meeting
    let count: Int
    let acceptsComments: Bool
  }

  private func load(_ context: RenderContext) throws -> Document {
    var counts: [String: Int] = [:]
    for row in try context.ledger.rows(
      "SELECT meeting, count(*) AS items FROM agenda_item WHERE is_withdrawn = 0 GROUP BY meeting")
    {
      counts[try row.text("meeting")] = try row.int("items")
    }
    let now = context.now
    let rows = try Meeting.published(in: context.ledger).map {
      Row(meeting: $0, count: counts[$0.id] ?? 0, acceptsComments: $0.acceptsComments(at: now))
    }
    let coming = rows.filter { $0.meeting.endOfDay(in: site.zone) > now }
    let past = rows.filter { $0.meeting.endOfDay(in: site.zone) <= now }
    return Document(
      value: .object([("upcoming", .array(coming.reversed().map(value))), ("past", .array(past.map(value)))]),
      changesAt: coming.compactMap { $0.meeting.changesAt(after: now, in: site.zone) }.min(),
      updated: rows.map(\.meeting.updatedAt).max() ?? Timestamp(milliseconds: 0),
      page: { view in try page(view, coming: coming.reversed(), past: past) })
  }

  private func value(_ row: Row) -> JSONValue {
    .object([
      ("key", .string(row.meeting.id)), ("title", .string(row.meeting.title)),
      ("assembly", .string(row.meeting.assembly)), ("starts", .timestamp(row.meeting.startsAt)),
      ("place", .string(row.meeting.place)), ("state", .string(row.meeting.state.rawValue)),
      ("comments_until", .timestamp(row.meeting.commentsDeadline)), ("items", .integer(row.count)),
    ])
  }

  private func page(_ view: View, coming: [Row], past: [Row]) throws -> Page {
    var nodes: [HTMLNode] = [
      .p(view.text("index.lead"), [.class("lead")]), try view.followForm(on: site.subject("meetings", "index")),
      .h2(view.text("index.coming")),
    ]
    nodes.append(coming.isEmpty ? .p(view.text("index.none")) : list(coming, view))
    let years = Set(past.map { year(of: $0, view) }).sorted(by: >)
    if years.count > 1 {
      let links = years.map { HTMLNode.element(.a, [.href(fragment: "y\($0)")], [.text(String($0))]) }
      nodes.append(.ul([.class("filters"), .aria("label", view.text("index.years"))], items: links))
    }
    for year in years {
      nodes.append(.h2(view.text("index.past", ["year": String(year)]), [.id("y\(year)")]))
      nodes.append(list(past.filter { self.year(of: $0, view) == year }, view))
    }
    return Page(title: view.text("index.title"), summary: view.text("index.lead"), body: nodes)
  }

  private func year(of row: Row, _ view: View) -> Int { view.zone.civil(row.meeting.startsAt).date.year }

  private func list(_ rows: [Row], _ view: View) -> HTMLNode {
    .element(
      .ol, [.class("rows")],
      rows.map { row in
        .element(
          .li, [.class("dated")],
          DateLeaf(view: view, instant: row.meeting.startsAt).parts([
            .h3Link(
              view.path("meeting", row.meeting.id), view.title(row.meeting.title),
              ContentLanguage.attributes(site: site, view: view)),
            .p([], [MeetingState.badge(of: row.meeting, acceptsComments: row.acceptsComments, view: view)]),
            .p(
              [.class("meta")],
              [
                view.time(row.meeting.startsAt), .text(", \(row.meeting.place). "),
                .text(view.text("index.items", ["count": String(row.count)])),
              ]),
          ]))
      })
  }
}

extension HTMLNode {
  /// A heading of level 3 that is a link.
  static func h3Link(_ path: SitePath, _ text: String, _ attributes: [HTMLAttribute] = []) -> HTMLNode {
    .element(.h3, attributes, [.a(path, text)])
  }
}
