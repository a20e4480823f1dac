import ParticipationKit

/// What people can follow in the council's agenda, and what they are told: the notice that left, the minutes.
struct MeetingNotices {
  let site: Site

  /// Every meeting there is or will be.
  private var all: Subject { site.subject("meetings", "index") }

  private func say(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    site.words.text(key, locale, arguments)
  }

  var kinds: [FollowableKind] {
    [
      FollowableKind("meetings") { context in
        context.key == "index" ? FollowTarget(title: say("follow.meetings", context.locale), document: all) : nil
      },
      FollowableKind("meeting") { context in
        guard let meeting = try Meeting.find(context.key, in: context.ledger), meeting.isPublic else { return nil }
        return FollowTarget(title: meeting.title, document: site.subject("meeting", meeting.id))
      },
      FollowableKind("item") { context in
        guard let item = try AgendaItem.find(context.key, in: context.ledger), !item.isWithdrawn,
          let meeting = try Meeting.find(item.meeting, in: context.ledger), meeting.isPublic
        else { return nil }
        return FollowTarget(
          title: item.title, document: site.subject("meeting", meeting.id), anchor: item.anchor)
      },
    ]
  }

  /// Says that a meeting reached a state, with its items; nothing for what nobody waits for.
  func announce(_ meeting: Meeting, _ items: [AgendaItem], reached state: MeetingState, _ context: ActionContext) throws
  {
    guard meeting.isPublic, state == .sent || state == .minuted else { return }
    let live = items.filter { !$0.isWithdrawn }
    let list = live.enumerated().map { "\($0.offset + 1). \($0.element.title)" }.joined(separator: "\n")
    var words: [String: Event.Words] = [:]
    for locale in site.commune.languages {
      let date = DateWords(locale: locale).longWithTime(site.zone.civil(meeting.startsAt))
      words[locale] = Event.Words(
        title: say("notice.\(state.rawValue)", locale, ["title": meeting.title]),
        text: say("notice.when", locale, ["date": date, "place": meeting.place]) + "\n\n" + list)
    }
    try context.announce(
      Event(
        state == .sent ? .sent : .minuted, about: site.subject("meeting", meeting.id),
        within: [all] + live.map { site.subject("item", $0.key) }, words: words,
        once: "\(state.rawValue)/\(meeting.id)"))
  }
}
