import ParticipationKit

extension NotesModule {
  var documents: [DocumentFamily] { [records, lists, index] }

  private var records: DocumentFamily {
    DocumentFamily(
      "note", rank: .record, titles: ["fr": "Mot", "en": "Note"], path: { "notes/\($0)" },
      keys: { ledger, after, limit in
        try ledger.rows(
          "SELECT id FROM notes_note WHERE publication = 'published' AND id > ? ORDER BY id LIMIT ?",
          [.integer(after.flatMap { Int($0) } ?? 0), .integer(limit)]
        ).map { String(try $0.int("id")) }
      }, load: loadNote)
  }

  private func loadNote(_ context: RenderContext, _ key: String) throws -> Document? {
    guard
      let row = try context.ledger.row(
        "SELECT * FROM notes_note WHERE id = ? AND publication = 'published'", [.text(key)])
    else { return nil }
    let subject = site.subject("note", key)
    let body = try row.text("body")
    let headline = try row.text("headline")
    if headline == "broken" { throw Refusal(words: "broken") }
    let cheers = try row.int("cheers")
    let talk = try context.discussion(on: subject)
    let answer = try context.officialAnswer(to: subject)
    let published = try row.timestamp("published_at")
    let turns = published.adding(seconds: 86_400)
    let isFresh = context.now < turns
    let text = try site.markdown(body, .resident)
    let value = JSONValue.object([
      ("body", .string(body)), ("headline", .string(headline)), ("cheers", .integer(cheers)),
      ("fresh", .bool(isFresh)), ("discussion", talk.value), ("answer", answer?.value ?? .null),
    ])
    return Document(
      value: value, changesAt: isFresh ? turns : nil,
      updated: max(try row.timestamp("updated_at"), talk.updated ?? Timestamp(milliseconds: 0)),
      search: SearchEntry(title: headline.isEmpty ? "Mot \(key)" : headline, text: body)
    ) { view in
      var nodes: [HTMLNode] = [text.node, .p("cheers: \(cheers)"), .p(isFresh ? "fresh" : "settled")]
      if let answer { nodes.append(view.answer(answer)) }
      nodes += [view.discussion(talk), try view.commentForm(on: subject), try view.form("cheer", key: key)]
      nodes.append(.a(view.path("index"), "index"))
      return Page(title: headline.isEmpty ? "Mot \(key)" : headline, summary: "mot", body: nodes)
    }
  }

  private var lists: DocumentFamily {
    let size = NotesModule.perPage
    return DocumentFamily(
      "note-page", rank: .list, titles: ["fr": "Liste", "en": "List"], path: { "notes/list-\($0)" },
      keys: { ledger, after, limit in
        try ledger.rows(
          """
          SELECT DISTINCT (published_number - 1) / ?1 + 1 AS page FROM notes_note
          WHERE publication = 'published' AND (published_number - 1) / ?1 + 1 > ?2 ORDER BY page LIMIT ?3
          """, [.integer(size), .integer(after.flatMap { Int($0) } ?? 0), .integer(limit)]
        ).map { String(try $0.int("page")) }
      },
      load: { context, key in
        let page = Int(key) ?? 0
        let rows = try context.ledger.rows(
          """
          SELECT id, headline, cheers, updated_at FROM notes_note WHERE publication = 'published'
            AND published_number > ? AND published_number <= ? ORDER BY published_number
          """, [.integer((page - 1) * size), .integer(page * size)])
        guard !rows.isEmpty else { return nil }
        let entries = try rows.map { (id: String(try $0.int("id")), cheers: try $0.int("cheers")) }
        return Document(
          value: .array(entries.map { .object([("id", .string($0.id)), ("cheers", .integer($0.cheers))]) }),
          updated: try rows.map { try $0.timestamp("updated_at") }.max() ?? Timestamp(milliseconds: 0)
        ) { view in
          Page(
            title: view.text("list", ["n": key]), summary: "liste",
            body: [.ul(items: entries.map { .a(view.path("note", $0.id), "Mot \($0.id)") })])
        }
      })
  }

  private var index: DocumentFamily {
    .single("index", titles: Self.manifest.names, path: "notes/index") { context in
      let rows = try newest(context)
      let count = try context.ledger.count("SELECT count(*) FROM notes_note WHERE publication = 'published'")
      let pages = try context.ledger.rows(
        """
        SELECT DISTINCT (published_number - 1) / ? + 1 AS page FROM notes_note WHERE publication = 'published'
        ORDER BY page
        """, [.integer(NotesModule.perPage)]
      ).map { String(try $0.int("page")) }
      return Document(
        value: .object([("count", .integer(count)), ("newest", .array(rows.map { .string($0.subject.key) }))]),
        dependsOn: [all], updated: rows.map(\.updated).max() ?? Timestamp(milliseconds: 0)
      ) { view in
        Page(
          title: Self.manifest.names[view.locale] ?? "", summary: greeting,
          body: [
            .p(greeting), .ul(items: rows.map { .a(view.path("note", $0.subject.key), "Mot \($0.subject.key)") }),
            .ul(items: pages.map { .a(view.path("note-page", $0), "Liste \($0)") }), try view.form("write"),
            try view.form("shut"),
          ])
      }
    }
  }

  private func newest(_ context: RenderContext) throws -> [StreamEntry] {
    try context.ledger.rows(
      "SELECT * FROM notes_note WHERE publication = 'published' ORDER BY published_number DESC LIMIT 3"
    ).map { row in
      let key = String(try row.int("id"))
      return StreamEntry(
        subject: site.subject("note", key), page: SitePath("notes/\(key).html"), title: "Mot \(key)",
        summary: try row.text("body"), published: try row.timestamp("published_at"),
        updated: try row.timestamp("updated_at"), fields: [("cheers", .integer(try row.int("cheers")))])
    }
  }

  var streams: [Stream] {
    [
      Stream("notes", .atom, titles: Self.manifest.names, dependsOn: [all], entries: newest),
      Stream("notes", .csv, titles: Self.manifest.names, dependsOn: [all], entries: newest),
    ]
  }
}
