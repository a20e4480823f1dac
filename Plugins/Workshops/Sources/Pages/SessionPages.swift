import ParticipationKit

/// The page and the data of one session.
struct SessionDocument {
  let site: Site

  var family: DocumentFamily {
    DocumentFamily(
      "session", rank: .record, titles: ["fr": "Atelier", "en": "Workshop"], path: { "workshops/\($0)" },
      keys: { ledger, after, limit in try SessionTable(ledger: ledger).keys(after: after, limit: limit) },
      load: { context, key in try load(key, context) })
  }

  private func load(_ key: String, _ context: RenderContext) throws -> Document? {
    guard let session = try SessionTable(ledger: context.ledger).find(key) else { return nil }
    let body = try site.markdown(session.text.body, .editor)
    let now = context.now
    return Document(
      value: session.value, changesAt: session.changesAt(after: now), updated: session.changedAt,
      search: SearchEntry(title: session.text.title, text: "\(session.text.place). \(body.plainText)"),
      page: { view in try page(session, body.node, now, view) })
  }

  private func page(_ session: Session, _ body: HTMLNode, _ now: Timestamp, _ view: View) throws -> Page {
    let pieces = SessionPieces(site: site, view: view)
    var nodes: [HTMLNode] = [.p([], [pieces.badge(session, now)])]
    if !session.cancelNote.isEmpty { nodes.append(.p(session.cancelNote, pieces.language)) }
    nodes += [
      facts(session, view, pieces), .h2(view.text("page.text"), [.class("sr")]), .div(pieces.language, [body]),
    ]
    if session.text.ends > now, !session.isCancelled {
      if session.takesSignups(at: now) {
        nodes += [
          .section(
            [.id("sign-up")],
            [try view.form("sign-up", key: session.key), .p(view.text("signUp.privacy"), [.class("hint")])])
        ]
      }
      nodes.append(
        .element(
          .details, [.class("say"), .id("sign-off")],
          [
            .element(.summary, [.class("button quiet")], [.text(view.text("signOff"))]),
            try view.form("sign-off", key: session.key, options: View.FormOptions(id: "off", showsTitle: false)),
          ]))
      nodes.append(try view.followForm(on: site.subject("session", session.key)))
    }
    let when = DateWords(locale: view.locale).longWithTime(view.zone.civil(session.text.starts))
    return Page(
      title: session.text.title, summary: "\(when), \(session.text.place)", kicker: view.text("kicker"), body: nodes
    )
    .titled(in: site.commune.languages.first ?? "")
  }

  private func facts(_ session: Session, _ view: View, _ pieces: SessionPieces) -> HTMLNode {
    let text = session.text
    let words = DateWords(locale: view.locale)
    let end = view.text("fact.until", ["time": words.time(view.zone.civil(text.ends))])
    var rows: [(String, HTMLNode)] = [
      ("fact.when", [view.time(text.starts), .text(", " + end)]),
      ("fact.place", .element(.span, pieces.language, [.text(text.place)])),
      ("fact.places", .text(pieces.places(session))),
      (
        "fact.fee",
        text.fee.isEmpty ? .text(view.text("fee.none")) : .element(.span, pieces.language, [.text(text.fee)])
      ),
    ]
    if !session.isCancelled { rows.append(("fact.closes", view.time(text.closes))) }
    return .element(
      .dl, [.class("facts")],
      rows.flatMap { [.element(.dt, [], [.text(view.text($0.0))]), .element(.dd, [], [$0.1])] })
  }
}

/// What several pages say of a session.
struct SessionPieces {
  let site: Site
  let view: View

  /// The town hall writes in the commune's first language; a page in another one says so (WCAG 2.2, 3.1.2).
  var language: [HTMLAttribute] {
    guard let language = site.commune.languages.first, language != view.locale else { return [] }
    return [.lang(language)]
  }

  /// `8 places, 3 libres` or `8 places, toutes prises ; 2 personnes attendent`.
  func places(_ session: Session) -> String {
    let all = view.text("places", ["count": String(session.text.places)])
    if session.free > 0 { return all + ", " + view.text("places.free", ["count": String(session.free)]) }
    return all + ", "
      + view.text(session.waiting == 0 ? "places.full" : "places.waiting", ["count": String(session.waiting)])
  }

  /// The state in words that stay true, with the shape and colour of the theme.
  func badge(_ session: Session, _ now: Timestamp) -> HTMLNode {
    let words = DateWords(locale: view.locale)
    func date(_ instant: Timestamp) -> [String: String] { ["date": words.longWithTime(view.zone.civil(instant))] }
    if let cancelled = session.cancelledAt {
      return .span(view.text("badge.cancelled", date(cancelled)), [.class("state stop")])
    }
    if session.text.ends <= now {
      return .span(view.text("badge.over", date(session.text.starts)), [.class("state over")])
    }
    if !session.takesSignups(at: now) {
      return .span(view.text("badge.closed", date(session.text.closes)), [.class("state over")])
    }
    return session.free > 0
      ? .span(view.text("badge.open", date(session.text.closes)), [.class("state open")])
      : .span(view.text("badge.full", date(session.text.closes)), [.class("state wait")])
  }

  /// The day as a leaf of a calendar beside some nodes; the day stands in words there, too.
  func leaf(_ session: Session, _ nodes: [HTMLNode]) -> [HTMLNode] {
    // `jeudi 12 mars 2026`: day of the week, day, month, year.
    let words = DateWords(locale: view.locale).long(view.zone.civil(session.text.starts).date)
      .split(separator: " ").map(String.init)
    guard words.count == 4 else { return [.div([], nodes)] }
    return [
      .element(
        .time, [.class("leaf"), .datetime(session.text.starts.rfc3339)],
        [.span(words[0]), .element(.b, [], [.text(words[1])]), .span(words[2])]),
      .div([], nodes),
    ]
  }

  /// A list of sessions, each beside its day; where each leads is the caller's.
  func rows(_ sessions: [Session], _ now: Timestamp, path: (Session) -> SitePath) -> HTMLNode {
    .element(
      .ol, [.class("rows")],
      sessions.map { session in
        .element(.li, [.class("dated")], leaf(session, lines(session, .h3, now, path: path(session))))
      })
  }

  /// What a list says of a session.
  func lines(_ session: Session, _ heading: HTMLTag, _ now: Timestamp, path: SitePath) -> [HTMLNode] {
    let fee = session.text.fee.isEmpty ? view.text("fee.none") : session.text.fee
    return [
      .element(heading, language, [.a(path, view.title(session.text.title))]), .p([], [badge(session, now)]),
      .p(
        [.class("meta")],
        [view.time(session.text.starts), .text(", \(session.text.place). \(places(session)). \(fee).")]),
    ]
  }
}

/// The module's front page: what comes, and what was last.
struct SessionList {
  static let pastShown = 20
  let site: Site

  var family: DocumentFamily {
    .single(
      "list", titles: ["fr": "Liste des ateliers", "en": "List of workshops"], path: "workshops/index",
      load: { context in try load(context) })
  }

  private func load(_ context: RenderContext) throws -> Document {
    let table = SessionTable(ledger: context.ledger)
    let now = context.now
    let coming = try table.coming(after: now)
    let past = try table.past(before: now, limit: Self.pastShown)
    return Document(
      value: .object([("coming", .array(coming.map(\.value))), ("past", .array(past.map(\.value)))]),
      changesAt: coming.compactMap { $0.changesAt(after: now) }.min(),
      updated: (coming + past).map(\.changedAt).max() ?? Timestamp(milliseconds: 0),
      page: { view in try page(coming, past, now, view) })
  }

  private func page(_ coming: [Session], _ past: [Session], _ now: Timestamp, _ view: View) throws -> Page {
    let pieces = SessionPieces(site: site, view: view)
    func rows(_ sessions: [Session]) -> HTMLNode { pieces.rows(sessions, now) { view.path("session", $0.key) } }
    var nodes: [HTMLNode] = [
      .p(view.text("list.lead"), [.class("lead")]), .h2(view.text("list.coming")),
      coming.isEmpty ? .p(view.text("list.none")) : rows(coming),
      .p([.class("meta")], [.a("workshops/sessions.ics", view.text("list.calendar"))]),
      try view.followForm(on: site.subject("list", "index")),
    ]
    if !past.isEmpty { nodes += [.h2(view.text("list.past")), rows(past)] }
    return Page(title: view.text("list.title"), summary: view.text("list.lead"), body: nodes)
  }
}
