import ParticipationKit

/// The notices of the next meetings on the commune's front page: the nearest, and the one after it, whose draft is
/// often open to comments already.
struct HomeNotice {
  let site: Site
  /// The place among the meetings to come, from 0.
  let place: Int

  static func contributions(_ site: Site) -> [SlotContribution] {
    (0...1).map { place in
      SlotContribution(.home, order: 10 + place) { context in try HomeNotice(site: site, place: place).load(context) }
    } + [HomeNotice(site: site, place: 0).deskTile]
  }

  /// On the front page of the desk: the next meeting, and whether residents can write.
  private var deskTile: SlotContribution {
    SlotContribution(.desk, order: 10) { context in
      guard let next = try coming(context).last else { return nil }
      let acceptsComments = next.acceptsComments(at: context.now)
      return SlotContent(dependsOn: [site.subject("meetings", "index")]) { view in
        .fragment([
          .p(view.title(next.title)),
          .p([], [MeetingState.badge(of: next, acceptsComments: acceptsComments, view: view)]),
        ])
      }
    }
  }

  /// The published meetings that are not over, the nearest last.
  private func coming(_ context: RenderContext) throws -> [Meeting] {
    try Meeting.published(in: context.ledger).filter { $0.endOfDay(in: site.zone) > context.now }
  }

  private func load(_ context: RenderContext) throws -> SlotContent? {
    let coming = try coming(context)
    let index = site.subject("meetings", "index")
    // Without a meeting there is nothing to say, but the next one that is published must bring the notice.
    guard coming.count > place, let next = coming.dropLast(place).last else {
      return SlotContent(dependsOn: [index]) { _ in .empty }
    }
    let count = try context.ledger.count(
      "SELECT count(*) FROM agenda_item WHERE meeting = ? AND is_withdrawn = 0", [.text(next.id)])
    let acceptsComments = next.acceptsComments(at: context.now)
    return SlotContent(
      dependsOn: [index, site.subject("meeting", next.id)],
      changesAt: next.changesAt(after: context.now, in: site.zone),
      node: { view in notice(next, count: count, acceptsComments: acceptsComments, view) })
  }

  private func notice(_ meeting: Meeting, count: Int, acceptsComments: Bool, _ view: View) -> HTMLNode {
    let path = view.path("meeting", meeting.id)
    let arguments = ["count": String(count)]
    return .article(
      [.class("notice")],
      [
        DateLeaf(view: view, instant: meeting.startsAt).beside([
          .p(meeting.assembly, [.class("kind")] + ContentLanguage.attributes(site: site, view: view)),
          .h3Link(path, view.title(meeting.title), ContentLanguage.attributes(site: site, view: view)),
          .p([], [view.time(meeting.startsAt), .text(", \(meeting.place). " + view.text("index.items", arguments))]),
          .p([], [MeetingState.badge(of: meeting, acceptsComments: acceptsComments, view: view)]),
          .a(path, view.text(acceptsComments ? "home.comment" : "home.read", arguments), [.class("go")]),
        ])
      ])
  }
}
