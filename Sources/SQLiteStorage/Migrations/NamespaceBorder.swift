internal import ParticipationKit

/// Checks after a step that it stayed inside its namespace, where the authorizer alone does not see enough.
///
/// The authorizer is not told the new name of a renamed table nor the parent of a foreign key, and it does not look
/// into the body of a trigger or view when it is made. If such a body reached another namespace, it would later
/// run with the rights of the host. So: nothing outside changed, no foreign key leaves, and every statement that
/// fires a trigger or opens a view compiles in the module's own namespace.
struct NamespaceBorder {
  private let namespace: Namespace
  private let connection: Connection
  private let outside: [[SQLValue]]

  /// Notes what is outside, before the step.
  init(_ namespace: Namespace, of connection: Connection) throws {
    self.namespace = namespace
    self.connection = connection
    outside = namespace.isHost ? [] : try Self.outside(namespace, connection)
  }

  /// Checks after the step, inside its transaction.
  /// - Throws: ``MigrationError/escape(_:number:object:)``, or ``SQLiteError``.
  func check(step: Int) throws {
    let now = try objects()
    try checkForeignKeys(now, step)
    guard !namespace.isHost else { return }
    let outsideNow = try Self.outside(namespace, connection)
    if outsideNow != outside {
      let before = Set(outside)
      let changed = outsideNow.first { !before.contains($0) } ?? outside.first { !outsideNow.contains($0) } ?? []
      throw MigrationError.escape(namespace, number: step, object: changed.first?.asText ?? "another table")
    }
    try connection.withNamespace(namespace) {
      for object in now where object.isTable || object.isView {
        // Its body could not be checked for each event alone.
        if object.isView, try hasTriggers(object.name) {
          throw MigrationError.escape(namespace, number: step, object: "trigger on the view \(object.name)")
        }
        try exercise(object)
      }
    }
  }

  private struct Object {
    let name: String
    let isTable: Bool
    let isView: Bool
    let isVirtual: Bool
  }

  /// The namespace's tables and views, without the tables that belong to a virtual table.
  private func objects() throws -> [Object] {
    try connection.rows("SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY name")
      .compactMap { row in
        let name = try row.text("name")
        guard namespace.isHost || namespace.owns(name) else { return nil }
        let type = try row.text("type")
        return Object(
          name: name, isTable: type == "table" || type == "virtual", isView: type == "view",
          isVirtual: type == "virtual")
      }
  }

  /// The schema, and the counters of `AUTOINCREMENT`, of everybody else.
  private static func outside(_ namespace: Namespace, _ connection: Connection) throws -> [[SQLValue]] {
    var found: [[SQLValue]] = []
    let schema = "SELECT name, tbl_name, type, sql FROM sqlite_schema ORDER BY name, type"
    for row in try connection.rows(schema) {
      let name = try row.text("name")
      let isOwn = namespace.owns(name) || name.utf8.starts(with: "sqlite_autoindex_".utf8)
      let table = try row.text("tbl_name")
      if name == "sqlite_sequence" || (isOwn && namespace.owns(table)) { continue }
      found.append(row.values)
    }
    if try connection.firstRow("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'") != nil {
      for row in try connection.rows("SELECT name, seq FROM sqlite_sequence ORDER BY name, seq") {
        if !namespace.owns(try row.text("name")) { found.append(row.values) }
      }
    }
    return found
  }

  /// No foreign key leaves the namespace, and none points to nothing.
  private func checkForeignKeys(_ objects: [Object], _ step: Int) throws {
    for object in objects where object.isTable && !object.isVirtual {
      let keys = try connection.rows(
        "SELECT \"table\" AS parent FROM pragma_foreign_key_list(?)", [.text(object.name)])
      guard !keys.isEmpty else { continue }
      for key in keys where !namespace.isHost {
        let parent = try key.text("parent")
        guard namespace.owns(parent) else {
          throw MigrationError.escape(namespace, number: step, object: "\(object.name) references \(parent)")
        }
      }
      let broken = try connection.firstRow("SELECT 1 FROM pragma_foreign_key_check(?)", [.text(object.name)])
      guard broken == nil else {
        let message = "after the step, rows of \(object.name) point to rows that do not exist"
        throw SQLiteError(code: .constraintForeignKey, message: message)
      }
    }
  }

  /// Compiles every kind of statement on the object, which compiles its triggers; opens views and virtual tables.
  private func exercise(_ object: Object) throws {
    let table = Self.quoted(object.name)
    // One step, because a virtual table reads its content only then.
    _ = try connection.firstRow("SELECT * FROM \(table) LIMIT 1")
    let columns = try connection.withNamespace(.host) {
      try connection.rows("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [.text(object.name)])
        .map { Self.quoted(try $0.text("name")) }
    }
    guard object.isTable, !object.isVirtual else { return }
    let changes = columns.map { "\($0) = \($0)" }.joined(separator: ", ")
    let values = columns.map { _ in "NULL" }.joined(separator: ", ")
    let list = columns.joined(separator: ", ")
    _ = try connection.firstRow("EXPLAIN INSERT INTO \(table) (\(list)) VALUES (\(values))")
    _ = try connection.firstRow("EXPLAIN UPDATE \(table) SET \(changes)")
    _ = try connection.firstRow("EXPLAIN DELETE FROM \(table)")
  }

  private func hasTriggers(_ name: String) throws -> Bool {
    try connection.withNamespace(.host) {
      let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE"
      return try connection.firstRow(sql, [.text(name)]) != nil
    }
  }

  private static func quoted(_ name: String) -> String {
    var out: [UInt8] = [UInt8(ascii: "\"")]
    for byte in name.utf8 {
      if byte == UInt8(ascii: "\"") { out.append(byte) }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
    return String(decoding: out, as: UTF8.self)
  }
}
