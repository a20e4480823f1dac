public import ParticipationKit

/// Brings the schema of each namespace forward, one recorded step at a time.
///
/// Each step is one transaction that also records it in `host_migration`; after a crash the next start goes on with
/// the step that was not recorded. Run it on a writing connection outside a transaction, before anything is
/// served: ``WriterThread/performAlone(_:)``.
public struct Migrator: Sendable {
  private let now: @Sendable () -> Timestamp

  /// Makes a migrator. `now` is the clock that dates the record.
  public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

  /// Applies the steps of a namespace that the database does not have yet.
  ///
  /// - Parameters:
  ///   - connection: A writing connection without an open transaction.
  ///   - namespace: Whose steps; a module's are held inside its own tables.
  ///   - steps: All steps ever released, numbered from 1.
  /// - Returns: How many were applied.
  /// - Throws: ``MigrationError``, ``SQLiteError``. The steps applied before stay.
  @discardableResult
  public func migrate(_ connection: Connection, _ namespace: Namespace, _ steps: [MigrationStep]) throws -> Int {
    try connection.withNamespace(.host) {
      for (index, step) in steps.enumerated() where step.number != index + 1 {
        throw MigrationError.badNumbering(namespace, number: step.number, expected: index + 1)
      }
      try connection.execute(Self.recordTable)
      let applied = try appliedSteps(connection, namespace, steps)
      guard applied < steps.count else { return 0 }
      // A rebuilt table would otherwise fire `ON DELETE`; the check before the commit takes its place. The switch is
      // without effect inside a transaction.
      try connection.execute("PRAGMA foreign_keys=OFF")
      defer { _ = try? connection.execute("PRAGMA foreign_keys=ON") }
      for step in steps[applied...] { try apply(step, of: namespace, on: connection) }
      return steps.count - applied
    }
  }

  /// How many steps of a namespace the database does not have yet. Changes nothing, so a reading connection will do.
  ///
  /// - Throws: ``MigrationError`` as ``migrate(_:_:_:)``, ``SQLiteError``.
  public func pending(_ connection: Connection, _ namespace: Namespace, _ steps: [MigrationStep]) throws -> Int {
    try connection.withNamespace(.host) {
      let record = try connection.firstRow("SELECT 1 FROM sqlite_schema WHERE name = 'host_migration'")
      return steps.count - (record == nil ? 0 : try appliedSteps(connection, namespace, steps))
    }
  }

  private static let recordTable = """
    CREATE TABLE IF NOT EXISTS host_migration (
      namespace TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (namespace, number)) STRICT, WITHOUT ROWID
    """

  /// How many steps the database has, after checking that they are the program's.
  private func appliedSteps(
    _ connection: Connection, _ namespace: Namespace, _ steps: [MigrationStep]
  ) throws -> Int {
    let rows = try connection.rows(
      "SELECT number, name FROM host_migration WHERE namespace = ? ORDER BY number", [.text(namespace.name)])
    if let found = try rows.last?.int("number"), found > steps.count {
      throw MigrationError.newerDatabase(namespace, found: found, known: steps.count)
    }
    for (index, row) in rows.enumerated() {
      let number = try row.int("number")
      guard number == index + 1 else { throw MigrationError.gap(namespace, number: number) }
      let recorded = try row.text("name")
      guard recorded == steps[index].name else {
        throw MigrationError.renamed(namespace, number: number, recorded: recorded, known: steps[index].name)
      }
    }
    return rows.count
  }

  private func apply(_ step: MigrationStep, of namespace: Namespace, on connection: Connection) throws {
    do {
      try connection.transaction {
        let border = try NamespaceBorder(namespace, of: connection)
        try connection.withNamespace(namespace, migrating: true) {
          for sql in step.sql { try connection.script(sql) }
        }
        try border.check(step: step.number)
        try connection.execute(
          "INSERT INTO host_migration (namespace, number, name, at) VALUES (?, ?, ?, ?)",
          [.text(namespace.name), .integer(step.number), .text(step.name), .timestamp(now())])
      }
    } catch let error as SQLiteError {
      throw MigrationError.failed(namespace, number: step.number, name: step.name, error)
    }
  }
}
