import ParticipationKit

/// The feed of notices and minutes.
struct AgendaFeed {
  let site: Site

  var stream: Stream {
    Stream(
      "feed", .atom, titles: ["fr": "Convocations et procès-verbaux", "en": "Notices and minutes"],
      dependsOn: [site.subject("meetings", "index")],
      entries: { context in try entries(context) })
  }

  private func entries(_ context: RenderContext) throws -> [StreamEntry] {
    let locale = site.commune.languages.first ?? "fr"
    var entries: [StreamEntry] = []
    for meeting in try Meeting.published(in: context.ledger) {
      guard let sent = meeting.sentAt else { continue }
      let items = try AgendaItem.all(of: meeting.id, in: context.ledger).filter { !$0.isWithdrawn }
      let titles = items.enumerated().map { "\($0 + 1). \($1.title)" }.joined(separator: " — ")
      entries.append(entry("meeting", meeting, "feed.sent", titles, at: sent, locale))
      if let minuted = meeting.minutedAt {
        entries.append(entry("minutes", meeting, "feed.minuted", titles, at: minuted, locale))
      }
      // The feed gives 50 entries; a meeting gives two at most, and older meetings were sent earlier.
      if entries.count >= 100 { break }
    }
    return Array(entries.sorted { ($0.published, $0.subject) > ($1.published, $1.subject) }.prefix(50))
  }

  private func entry(
    _ kind: String, _ meeting: Meeting, _ key: String, _ summary: String, at published: Timestamp, _ locale: String
  ) -> StreamEntry {
    StreamEntry(
      subject: site.subject(kind, meeting.id), page: SitePath("agenda/\(meeting.id).html"),
      title: site.words.text(key, locale, ["title": meeting.title]), summary: summary, published: published,
      updated: published)
  }
}
