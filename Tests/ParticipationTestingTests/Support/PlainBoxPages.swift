import ParticipationKit

extension PlainBox {
  static let published = "publication = 'published'"

  var documents: [DocumentFamily] {
    [
      DocumentFamily(
        "idea", rank: .record, titles: ["fr": "Idée", "en": "Idea"], path: { "box/\($0)" },
        keys: { ledger, after, limit in
          try ledger.rows(
            "SELECT id FROM box_idea WHERE \(Self.published) AND id > ? ORDER BY id LIMIT ?",
            [.integer(after.flatMap { Int($0) } ?? 0), .integer(limit)]
          ).map { String(try $0.int("id")) }
        }, load: { try load($0, $1) }),
      .single("index", titles: Self.manifest.names, path: "box/index", load: loadIndex),
    ]
  }

  func load(_ context: RenderContext, _ key: String, showsComments: Bool = true) throws -> Document? {
    guard let id = Int(key),
      let row = try context.ledger.row("SELECT * FROM box_idea WHERE id = ? AND \(Self.published)", [.integer(id)])
    else { return nil }
    let words = try row.text("words")
    let discussion = try context.discussion(on: idea(key))
    let voices = try voices(context.ledger, id)
    let answer = try context.officialAnswer(to: idea(key))
    return Document(
      value: .object([
        ("words", .string(words)), ("voices", .integer(voices.count)),
        ("reasons", .array(voices.words.map { .string($0) })), ("answer", answer?.value ?? .null),
        ("comments", discussion.value),
      ]),
      updated: try row.timestamp("decided_at"), search: SearchEntry(title: text("idea", "fr", ["n": key]), text: words)
    ) { view in
      let title = view.text("idea", ["n": key])
      return Page(
        title: title, summary: title,
        body: [
          .p(words), answer.map { view.answer($0) } ?? .empty,
          .p(view.text("voices", ["n": String(voices.count)])), .ul(items: voices.words.map { .text($0) }),
          try view.form("sign", key: key), try view.form("pledge", key: key), try view.form("unsign", key: key),
          try view.form("unpledge", key: key), .h2(view.text("ask")),
          showsComments ? view.discussion(discussion) : .empty, try view.commentForm(on: idea(key)),
          try view.followForm(on: idea(key)),
        ])
    }
  }

  func loadIndex(_ context: RenderContext) throws -> Document? {
    let ideas = try context.ledger.rows(
      "SELECT id, words, decided_at FROM box_idea WHERE \(Self.published) ORDER BY id DESC LIMIT ?", [.integer(shown)])
    let all = try ideas.map { (id: String(try $0.int("id")), words: try $0.text("words")) }
    let updated = try ideas.map { try $0.timestamp("decided_at") }.max() ?? Timestamp(milliseconds: 0)
    return Document(value: .object([("ideas", .array(all.map { .string($0.words) }))]), updated: updated) { view in
      let items = all.map { idea in HTMLNode.a(view.path("idea", idea.id), view.text("idea", ["n": idea.id])) }
      let name = Self.manifest.names[view.locale] ?? ""
      return Page(
        title: name, summary: name,
        body: [items.isEmpty ? .p(view.text("none")) : .ul(items: items), try view.form("suggest")])
    }
  }

  var streams: [Stream] {
    [
      Stream("feed", .atom, titles: ["fr": "Idées", "en": "Ideas"], dependsOn: [index], entries: entries),
      Stream("ideas", .csv, titles: ["fr": "Tableau", "en": "Table"], dependsOn: [index], entries: entries),
    ]
  }

  func entries(_ context: RenderContext) throws -> [StreamEntry] {
    try context.ledger.rows("SELECT * FROM box_idea WHERE \(Self.published) ORDER BY decided_at DESC, id DESC LIMIT 50")
      .map { row in
        let (key, decided) = (String(try row.int("id")), try row.timestamp("decided_at"))
        return StreamEntry(
          subject: idea(key), page: SitePath("box/\(key).html"), title: text("idea", "fr", ["n": key]),
          summary: try row.text("words"), published: decided, updated: decided,
          fields: [("length", .integer(try row.text("words").utf8.count))])
      }
  }

  var deskScreens: [DeskScreen] {
    [
      DeskScreen("ideas", titles: ["fr": "Idées", "en": "Ideas"], permission: "box.edit") { context in
        let title = Self.manifest.names[context.view.locale] ?? ""
        if !context.key.isEmpty {
          guard try row(context.rendering.ledger, context.key) != nil else { return nil }
          return DeskContent(title: title, body: [try context.view.form("fix", key: context.key)])
        }
        let ideas = try context.rendering.ledger.rows("SELECT id, words FROM box_idea ORDER BY id DESC LIMIT 20")
        return DeskContent(
          title: title,
          body: try ideas.map { row in
            let key = String(try row.int("id"))
            return .p([], [.a(context.path("ideas", key), text("idea", context.view.locale, ["n": key]))])
          })
      }
    ]
  }

  // MARK: Files

  var exporters: [Exporter] {
    [
      Exporter("ideas", titles: ["fr": "Idées publiées", "en": "Published ideas"]) { context, _, write in
        let sql = "SELECT id, words, sent_at, reference FROM box_idea WHERE \(Self.published) ORDER BY sent_at, id"
        for row in try context.ledger.rows(sql) {
          let own = try row.text("reference")
          let line = JSONValue.object([
            ("reference", .string(own.isEmpty ? "box-\(try row.int("id"))" : own)),
            ("words", .string(try row.text("words"))), ("sent", .timestamp(try row.timestamp("sent_at"))),
          ])
          try write(line.bytes + [0x0A])
        }
      }
    ]
  }

  var importers: [Importer] {
    [
      Importer("ideas", titles: ["fr": "Idées", "en": "Ideas"]) { context, source in
        var report = ImportReport()
        let ledger = context.action.ledger
        try source.forEachLine { number, line in
          let value = try JSONValue.parse(Array(line))
          guard let reference = value["reference"]?.asString, let words = value["words"]?.asString,
            let sent = value["sent"]?.asString.flatMap({ Timestamp(rfc3339: $0) })
          else { return report.skip(line: number, fr: "incomplet", en: "incomplete") }
          if try ledger.row("SELECT 1 FROM box_idea WHERE reference = ?", [.text(reference)]) != nil {
            report.unchanged += 1
            return
          }
          let id = try ledger.insert(
            """
            INSERT INTO box_idea(words, sent_at, decided_at, publication, reference)
            VALUES(?1, ?2, ?2, 'published', ?3)
            """, [.text(words), .timestamp(sent), .text(reference)])
          report.added += 1
          report.changed += [idea(String(id)), index]
        }
        return report
      }
    ]
  }
}
