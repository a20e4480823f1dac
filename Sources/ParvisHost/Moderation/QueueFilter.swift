import ParticipationKit

/// Which entries of the queue are shown: a module's kind, a category, and one of a few views.
struct QueueFilter: Sendable {
  /// The views beside the plain queue.
  static let views = ["", "flagged", "mine", "free", "embargoed"]

  /// `module/kind`, or empty for all.
  let kind: String
  /// The category within the kind; empty for all.
  let category: String
  /// One of ``views``.
  let view: String
  /// Who looks, for `mine`.
  let person: Int
  /// Where the role of who looks holds.
  let areas: AreaFilter

  init(_ request: WebRequest, person: Int, areas: AreaFilter) {
    self.areas = areas
    let parts = (request.parameter("kind") ?? "").split(separator: "/")
    kind = parts.count == 2 ? parts.joined(separator: "/") : ""
    category = kind.isEmpty ? "" : request.parameter("category") ?? ""
    let asked = request.parameter("view") ?? ""
    view = QueueFilter.views.contains(asked) ? asked : ""
    self.person = person
  }

  /// The parameters of an address that keeps this filter.
  var query: String { query(kind: kind, category: category, view: view) }

  /// The parameters of an address with another filter; starts with `?` unless there are none.
  func query(kind: String, category: String, view: String, more: [(String, String)] = []) -> String {
    let all = [("kind", kind), ("category", category), ("view", view)] + more
    let kept = all.filter { !$0.1.isEmpty }.map { "\($0.0)=\(PercentCoding.encode($0.1))" }
    return kept.isEmpty ? "" : "?" + kept.joined(separator: "&")
  }

  /// The condition after WHERE, with its arguments. Written so that one index serves it and the order by id.
  var condition: (sql: String, arguments: [SQLValue]) {
    var sql = view == "embargoed" ? "+state = 'approved' AND public_at IS NOT NULL" : "state = 'pending'"
    var arguments: [SQLValue] = []
    if !kind.isEmpty {
      let parts = kind.split(separator: "/").map(String.init)
      sql += " AND module = ? AND kind = ?"
      arguments += [.text(parts[0]), .text(parts[1])]
      if !category.isEmpty {
        sql += " AND category = ?"
        arguments.append(.text(category))
      }
    }
    switch view {
    case "flagged": sql += " AND flags > 0"
    case "mine":
      sql += " AND holder = ?"
      arguments.append(.integer(person))
    case "free": sql += " AND holder IS NULL"
    default: break
    }
    return ("\(sql) \(areas.sql)", arguments + areas.arguments)
  }
}

extension ModerationQueue {
  /// How many wait, by kind and category.
  struct Count: Sendable {
    let module: String
    let kind: String
    let category: String
    let waiting: Int
    let flagged: Int

    /// As the entries' ``ModerationQueue/Entry/area``.
    var area: String {
      if module == "host" { return String(category.prefix { $0 != "/" }) }
      return category.isEmpty ? module : "\(module)/\(category)"
    }
  }

  /// A page of entries, oldest first, after an id.
  func pending(
    _ filter: QueueFilter? = nil, after id: Int, limit: Int, in ledgers: Ledgers
  ) throws -> [Entry] {
    let (sql, arguments) = filter?.condition ?? ("state = 'pending'", [])
    return try ledgers.host.rows(
      "SELECT * FROM host_moderation WHERE \(sql) AND id > ? ORDER BY id LIMIT ?",
      arguments + [.integer(id), .integer(limit)]
    ).map(Entry.init)
  }

  /// How many wait, for the filters.
  func counts(in ledgers: Ledgers) throws -> [Count] {
    try ledgers.host.rows(
      "SELECT * FROM host_queue_count WHERE waiting > 0 ORDER BY module, kind, category"
    ).map {
      Count(
        module: try $0.text("module"), kind: try $0.text("kind"), category: try $0.text("category"),
        waiting: try $0.int("waiting"), flagged: try $0.int("flagged"))
    }
  }

  /// How many are approved and wait for their day.
  func embargoed(_ areas: AreaFilter, in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count("SELECT count(*) FROM \(Host.waitingForTheirDay) \(areas.sql)", areas.arguments)
  }

  /// Says that somebody reads an entry, so that two people do not read the same; or that nobody does any more. Not a
  /// decision, and no leaf.
  func hold(_ id: Int, by person: Int?, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "UPDATE host_moderation SET holder = ? WHERE id = ?", [person.map { .integer($0) } ?? .null, .integer(id)])
  }

  /// What else the same person sent, newest first: by account, or by the address that they left to be answered; nothing
  /// for words with neither.
  func history(of entry: Entry, limit: Int, in ledgers: Ledgers) throws -> [Entry] {
    var found: [Int: Entry] = [:]
    if let participant = entry.participant {
      let rows = try ledgers.host.rows(
        "SELECT * FROM host_moderation WHERE participant = ? AND id <> ? ORDER BY id DESC LIMIT ?",
        [.integer(participant), .integer(entry.id), .integer(limit)])
      for row in rows {
        let other = try Entry(row)
        found[other.id] = other
      }
    }
    let others = try ledgers.host.rows(
      """
      SELECT o.subject FROM host_contact c JOIN host_contact o ON o.address = c.address AND o.subject <> c.subject
      WHERE c.subject = ? ORDER BY o.created_at DESC LIMIT ?
      """, [.text(entry.subject.description), .integer(limit)])
    for row in others {
      guard let subject = Subject(try row.text("subject")), let other = try self.entry(for: subject, in: ledgers) else {
        continue
      }
      found[other.id] = other
    }
    return Array(found.values.sorted { ($1.submitted, $1.id) < ($0.submitted, $0.id) }.prefix(limit))
  }

  /// Whether anything is known by which other words of the same person could be found.
  func knowsAuthor(of entry: Entry, in ledgers: Ledgers) throws -> Bool {
    try entry.participant != nil
      || ledgers.host.row("SELECT 1 FROM host_contact WHERE subject = ?", [.text(entry.subject.description)]) != nil
  }
}
