import ParticipationKit

/// Official answers: the published questions and comments that wait for one, and the form.
struct AnswerScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  /// How many published questions wait for an answer.
  func waiting(in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count(
      """
      SELECT count(*) FROM host_comment c
        JOIN host_moderation m ON m.module = 'host' AND m.kind = 'comment' AND m.key = CAST(c.id AS TEXT)
      WHERE c.publication = 'published' AND c.kind = 'question'
        AND NOT EXISTS(SELECT 1 FROM host_answer a WHERE a.subject = 'host/comment/' || c.id) \(room.areas.sql)
      """, room.areas.arguments)
  }

  func get(_ key: String) throws -> WebResponse {
    try room.require("host.answer")
    return key.isEmpty ? try list() : try form(key)
  }

  private func list() throws -> WebResponse {
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      let rows = try ledgers.host.rows(
        """
        SELECT c.id, c.kind, c.body, c.subject, c.sent_at FROM host_comment c
          JOIN host_moderation m ON m.module = 'host' AND m.kind = 'comment' AND m.key = CAST(c.id AS TEXT)
        WHERE c.publication = 'published'
          AND NOT EXISTS(SELECT 1 FROM host_answer a WHERE a.subject = 'host/comment/' || c.id) \(room.areas.sql)
        ORDER BY c.kind DESC, c.id LIMIT 100
        """, room.areas.arguments)
      guard !rows.isEmpty else { return [.p(room.text("desk.answers.empty"), [.class("lead")])] }
      return [
        .element(
          .ol, [.class("rows")],
          try rows.map { row in
            let subject = try row.text("subject")
            let target = try Subject(subject).flatMap {
              try host.comments.target($0, locale: room.locale, in: ledgers)
            }
            return .element(
              .li, [],
              [
                .element(
                  .h2, [],
                  [.a(SitePath("desk/answers/host/comment/\(try row.int("id"))"), excerpt(try row.text("body"), 110))]),
                .ul(
                  [.class("meta")],
                  items: [.text(room.text("kind.\(try row.text("kind"))")), .text(target?.title ?? subject)]),
              ])
          })
      ]
    }
    return room.page(200, title: room.text("desk.answers.title"), body)
  }

  private func form(_ key: String) throws -> WebResponse {
    guard let subject = Subject(key) else { throw Problem.notFound(room.text("error.notFound")) }
    let (evidence, answer) = try host.ports.store.reading { ledgers in
      try host.authorise(
        "host.answer", in: host.area(of: subject, in: ledgers), room.session.actor, locale: room.locale)
      return (
        try host.moderation.entry(for: subject, in: ledgers).flatMap {
          try host.moderation.evidence($0, locale: room.locale, in: ledgers)
        },
        try host.answers.answer(to: subject, in: ledgers)
      )
    }
    let values = [
      "body": [answer?.source ?? ""], "author": [answer?.author ?? room.text("answer.author.default")],
    ]
    let form = try room.form(Answers.id, host.answers.action.name, key, values, View.FormOptions(showsTitle: false))
    if form.isEmpty { throw Problem.notFound(room.text("desk.queue.gone")) }
    var body: [HTMLNode] = []
    if let evidence {
      body.append(.article([.class("case")], [.h2(TitleText.set(evidence.title, locale: room.locale)), evidence.body]))
    }
    body.append(form)
    return room.page(200, title: room.text("desk.answers.title"), body)
  }
}
