import ParticipationKit

/// A day as a leaf of a calendar, beside what happens on it.
struct DateLeaf {
  let view: View
  let instant: Timestamp

  /// The leaf beside some nodes. The day stands in words there, too.
  func beside(_ nodes: [HTMLNode]) -> HTMLNode {
    .div([.class("dated")], parts(nodes))
  }

  /// The leaf and the nodes, without the frame around them, for a row of a list.
  func parts(_ nodes: [HTMLNode]) -> [HTMLNode] {
    // `jeudi 12 mars 2026`: day of the week, day, month, year.
    let words = DateWords(locale: view.locale).long(view.zone.civil(instant).date).split(separator: " ").map(
      String.init)
    guard words.count == 4 else { return [.div([], nodes)] }
    return [
      .element(
        .time, [.class("leaf"), .datetime(instant.rfc3339)],
        [.span(words[0]), .element(.b, [], [.text(words[1])]), .span(words[2])]),
      .div([], nodes),
    ]
  }
}

extension MeetingState {
  /// The state of a meeting in words that stay true, with the shape and colour of the theme.
  static func badge(of meeting: Meeting, acceptsComments: Bool, view: View) -> HTMLNode {
    let words = DateWords(locale: view.locale)
    let until = words.longWithTime(view.zone.civil(meeting.commentsDeadline))
    func day(_ instant: Timestamp) -> String { words.long(view.zone.civil(instant).date) }
    switch meeting.state {
    case .draft, .sent:
      let key = "badge.\(meeting.state.rawValue)" + (acceptsComments ? ".until" : "")
      return .span(view.text(key, ["date": until]), [.class(acceptsComments ? "state open" : "state wait")])
    case .held: return .span(view.text("badge.held", ["date": day(meeting.startsAt)]), [.class("state wait")])
    case .minuted:
      let date = day(meeting.minutedAt ?? meeting.updatedAt)
      return .span(view.text("badge.minuted", ["date": date]), [.class("state done")])
    }
  }
}

/// The language of what people wrote: the commune's first. A page in another language says so where their words stand
/// (WCAG 2.2, 3.1.2), so that a screen reader pronounces them well.
struct ContentLanguage {
  static func attributes(site: Site, view: View) -> [HTMLAttribute] {
    guard let language = site.commune.languages.first, language != view.locale else { return [] }
    return [.lang(language)]
  }
}
