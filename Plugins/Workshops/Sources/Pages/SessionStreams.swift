import ParticipationKit

/// The calendar and the feed of sessions.
struct SessionStreams {
  let site: Site

  private var program: Subject { Places(site: site).program }
  private var locale: String { site.commune.languages.first ?? "fr" }

  var all: [Stream] {
    [
      Stream(
        "sessions", .calendar, titles: ["fr": "Calendrier des ateliers", "en": "Calendar of workshops"],
        dependsOn: [program], entries: { try entries($0, "ORDER BY s.starts_at DESC, s.key DESC LIMIT 500") }),
      Stream(
        "feed", .atom, titles: ["fr": "Nouveaux ateliers", "en": "New workshops"], dependsOn: [program],
        entries: { try entries($0, "ORDER BY s.published_at DESC, s.key DESC LIMIT 50") }),
    ]
  }

  private func entries(_ context: RenderContext, _ order: String) throws -> [StreamEntry] {
    try context.ledger.rows("\(Session.select) \(order)").map { row in
      let session = try Session(row)
      let text = session.text
      let fee = text.fee.isEmpty ? site.words.text("fee.none", locale) : text.fee
      let plain = try site.markdown(text.body, .editor).plainText
      let when = DateWords(locale: locale).longWithTime(site.zone.civil(text.starts))
      let facts = site.words.text("notice.when", locale, ["date": when, "place": text.place])
      let title =
        session.isCancelled ? site.words.text("notice.cancelled", locale, ["title": text.title]) : text.title
      return StreamEntry(
        subject: site.subject("session", session.key), page: SitePath("workshops/\(session.key).html"), title: title,
        summary: [facts, fee, plain].filter { !$0.isEmpty }.joined(separator: "\n"), published: session.publishedAt,
        updated: max(session.publishedAt, session.updatedAt)
      ).taking(
        Occurrence(starts: text.starts, ends: text.ends, place: text.place, isCancelled: session.isCancelled))
    }
  }
}

/// The notice on the commune's front page: the next session that takes sign-ups.
struct HomeNotice {
  let site: Site

  var contribution: SlotContribution {
    SlotContribution(.home, order: 30) { context in try load(context) }
  }

  /// On the front page of the desk: the next session and its places.
  var deskTile: SlotContribution {
    SlotContribution(.desk, order: 60) { context in
      let coming = try SessionTable(ledger: context.ledger).coming(after: context.now)
      guard let next = coming.first(where: { !$0.isCancelled }) else { return nil }
      return SlotContent(dependsOn: [site.subject("list", "index")]) { view in
        .fragment([
          .p(view.title(next.text.title)),
          .ul(
            [.class("meta")],
            items: [view.time(next.text.starts), .text(SessionPieces(site: site, view: view).places(next))]),
        ])
      }
    }
  }

  private func load(_ context: RenderContext) throws -> SlotContent {
    let now = context.now
    let open = try SessionTable(ledger: context.ledger).coming(after: now).filter { $0.takesSignups(at: now) }
    return SlotContent(
      dependsOn: [site.subject("list", "index")], changesAt: open.compactMap { $0.changesAt(after: now) }.min(),
      node: { view in
        guard let next = open.first else { return .empty }
        let pieces = SessionPieces(site: site, view: view)
        let path = view.path("session", next.key)
        let lines = pieces.lines(next, .h3, now, path: path)
        return .article(
          [.class("notice")],
          [
            .div(
              [.class("dated")],
              pieces.leaf(
                next,
                [.p(view.text("kicker"), [.class("kind")])] + lines
                  + [.a(path.at("sign-up"), view.text("home.go"), [.class("go")])]))
          ])
      })
  }
}
