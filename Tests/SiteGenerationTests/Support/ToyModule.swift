import ParticipationKit

/// A module with all that a publication meets: records with comments, lists, a front page, streams, a closing time.
enum ToyModule {
  static let schema = [
    """
    CREATE TABLE toy_item (
      id INTEGER PRIMARY KEY, number INTEGER NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
      updated INTEGER NOT NULL, closes INTEGER, latitude REAL, longitude REAL) STRICT
    """,
    """
    CREATE TABLE toy_comment (
      id INTEGER PRIMARY KEY, item INTEGER NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL)
      STRICT
    """,
    "CREATE INDEX toy_comment_item ON toy_comment (item)",
  ]

  static let perPage = 5

  static var families: [DocumentFamily] { [items, lists, index] }

  static let items = DocumentFamily(
    "item", rank: .record, titles: ["fr": "Fiche", "en": "Record"], path: { "toy/item-\($0)" },
    keys: { ledger, after, limit in
      let start = after.flatMap { Int($0) } ?? -1
      return try ledger.rows(
        "SELECT id FROM toy_item WHERE id > ? ORDER BY id LIMIT ?", [.integer(start), .integer(limit)]
      ).map { String(try $0.int("id")) }
    },
    load: { context, key in
      guard let id = Int(key),
        let row = try context.ledger.row(
          "SELECT id, title, body, updated, closes FROM toy_item WHERE id = ?", [.integer(id)])
      else { return nil }
      let comments = try context.ledger.rows(
        "SELECT id, author, body, sent FROM toy_comment WHERE item = ? ORDER BY id", [.integer(id)])
      return try ToyModule.item(row, comments, context.now)
    })

  static func item(_ row: Row, _ rows: [Row], _ now: Timestamp) throws -> Document {
    let title = try row.text("title")
    let body = try row.text("body")
    let closes = row.optionalTimestamp("closes")
    let isOpen = closes.map { $0 > now } ?? false
    let id = try row.int("id")
    let comments = try rows.map {
      Comment(
        id: try $0.int("id"), kind: "comment", author: try $0.text("author"), sent: try $0.timestamp("sent"), block: "",
        quote: "", body: .p(try $0.text("body")), source: try $0.text("body"), answer: nil)
    }
    let discussion = Discussion(subject: Subject("toy", "item", String(id)), comments: comments)
    let updated = max(try row.timestamp("updated"), discussion.updated ?? Timestamp(milliseconds: 0))
    let value = JSONValue.object([
      ("title", .string(title)), ("text", .string(body)), ("open", .bool(isOpen)), ("comments", discussion.value),
    ])
    return Document(
      value: value, dependsOn: [Subject("toy", "talk", String(id))], changesAt: isOpen ? closes : nil, updated: updated,
      search: SearchEntry(title: title, text: body)
    ) { view in
      Page(
        title: title, summary: String(body.prefix(60)), kicker: view.locale == "fr" ? "Fiche" : "Record",
        body: body.split(separator: "\n").map { .p(String($0)) } + [
          .p(isOpen ? "open" : "closed", [.class("state")]), view.discussion(discussion),
          .a(view.path("index"), "index"),
        ])
    }
  }

  static let lists = DocumentFamily(
    "item-page", rank: .list, titles: ["fr": "Liste", "en": "List"], path: { "toy/page-\($0)" },
    keys: { ledger, after, limit in
      let start = after.flatMap { Int($0) } ?? 0
      return try ledger.rows(
        "SELECT DISTINCT (number - 1) / \(perPage) + 1 AS page FROM toy_item WHERE (number - 1) / \(perPage) + 1 > ? "
          + "ORDER BY page LIMIT ?", [.integer(start), .integer(limit)]
      ).map { String(try $0.int("page")) }
    },
    load: { context, key in
      guard let page = Int(key) else { return nil }
      let rows = try context.ledger.rows(
        "SELECT id, title, updated FROM toy_item WHERE number > ? AND number <= ? ORDER BY number",
        [.integer((page - 1) * perPage), .integer(page * perPage)])
      guard !rows.isEmpty else { return nil }
      let entries = try rows.map { (id: String(try $0.int("id")), title: try $0.text("title")) }
      return Document(
        value: .array(entries.map { .string($0.title) }), dependsOn: entries.map { Subject("toy", "item", $0.id) },
        updated: try rows.map { try $0.timestamp("updated") }.max() ?? Timestamp(milliseconds: 0)
      ) { view in
        Page(
          title: "Page \(page)", summary: "", body: [.ul(items: entries.map { .a(view.path("item", $0.id), $0.title) })]
        )
      }
    })

  static let index = DocumentFamily.single("index", titles: ["fr": "Toutes", "en": "All"], path: "toy/index") {
    context in
    let rows = try context.ledger.rows("SELECT id, title, updated FROM toy_item ORDER BY number DESC LIMIT 3")
    let entries = try rows.map { (id: String(try $0.int("id")), title: try $0.text("title")) }
    let updated = try rows.map { try $0.timestamp("updated") }.max() ?? Timestamp(milliseconds: 0)
    return Document(
      value: .object([("count", .integer(rows.count))]), dependsOn: [Subject("toy", "all", "all")], updated: updated
    ) { view in
      Page(title: "Toy", summary: "", body: [.ul(items: entries.map { .a(view.path("item", $0.id), $0.title) })])
    }
  }

  static var streams: [Stream] {
    [Stream.Format.atom, .csv, .geoJSON, .ndjson].map { format in
      Stream("news", format, titles: ["fr": "Fiches", "en": "Records"], dependsOn: [Subject("toy", "all", "all")]) {
        context in
        try context.ledger.rows("SELECT * FROM toy_item ORDER BY number DESC LIMIT 50").map(ToyModule.entry)
      }
    }
  }

  static func entry(_ row: Row) throws -> StreamEntry {
    let id = String(try row.int("id"))
    let latitude = row.optionalReal("latitude")
    return StreamEntry(
      subject: Subject("toy", "item", id), page: SitePath("toy/item-\(id).html"), title: try row.text("title"),
      summary: try row.text("body"), published: Timestamp(seconds: 1_700_000_000),
      updated: try row.timestamp("updated"),
      point: latitude.flatMap { GeoPoint(latitude: $0, longitude: row.optionalReal("longitude") ?? 0) },
      fields: [("number", .integer(try row.int("number")))])
  }
}
