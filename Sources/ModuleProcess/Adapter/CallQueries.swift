internal import ParticipationKit

/// What a call is about, by the names that queries and statements of a declaration bind.
struct CallArguments {
  var values: [String: SQLValue] = [:]

  private static let names = [
    "key", "kind", "locale", "language", "now", "after", "limit", "email", "before", "text", "approved", "reason",
  ]

  /// The names, for a message.
  static var list: String { (names + ["field:NAME", "setting:NAME"]).joined(separator: ", ") }

  static func isKnown(_ name: String) -> Bool {
    names.contains(name) || name.utf8.starts(with: "field:".utf8) || name.utf8.starts(with: "setting:".utf8)
  }

  /// The values for a list of names; `NULL` for what the call is not about.
  func bound(_ names: [String]) -> [SQLValue] { names.map { values[$0] ?? .null } }
}

/// Runs the declared queries of a call, in the module's own tables, for the process.
struct CallQueries {
  /// The most rows of all queries of one thing asked, and the most bytes of their values.
  static let mostRows = 10_000
  static let mostBytes = 4 << 20

  let queries: [String: DeclaredQuery]

  func rows(_ name: String, _ ledger: Ledger, _ arguments: CallArguments) throws -> [Row] {
    guard let query = queries[name] else { return [] }
    return try ledger.rows(query.sql, arguments.bound(query.arguments))
  }

  /// The rows of some queries as a frame holds them: by name, the columns and the rows.
  /// - Throws: The store's error; ``ChildFailure`` when there is more than a frame may hold.
  func frame(_ names: [String], _ ledger: Ledger, _ arguments: CallArguments) throws -> JSONValue {
    var members: [(String, JSONValue)] = []
    var (count, bytes) = (0, 0)
    for name in names {
      guard let query = queries[name] else { continue }
      var columns: [String] = []
      var rows: [JSONValue] = []
      try ledger.forEach(query.sql, arguments.bound(query.arguments)) { row in
        columns = row.columns
        for value in row.values { bytes += value.asText?.utf8.count ?? (value.asBlob?.count ?? 4) * 2 }
        count += 1
        guard count <= CallQueries.mostRows, bytes <= CallQueries.mostBytes else {
          throw ChildFailure(
            .answer, fr: "la requête « \(name) » donne trop de lignes ; bornez-la par LIMIT",
            en: "the query “\(name)” gives too many rows; bound it with LIMIT")
        }
        rows.append(.array(row.values.map(\.wire)))
        return true
      }
      members.append((name, ["columns": .array(columns.map { .string($0) }), "rows": .array(rows)]))
    }
    return .object(members)
  }
}
