import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Migrations")
struct MigratorTests {
  let database: TemporaryDatabase
  let connection: Connection
  let agenda: Namespace
  let migrator = Migrator { Timestamp(milliseconds: 42) }
  let first = MigrationStep(number: 1, name: "items", sql: ["CREATE TABLE agenda_item(id INTEGER PRIMARY KEY, t)"])
  let second = MigrationStep(
    number: 2, name: "states", sql: ["ALTER TABLE agenda_item ADD COLUMN state", "UPDATE agenda_item SET state = 1"])

  init() throws {
    database = try TemporaryDatabase()
    connection = try database.writer()
    agenda = try .module("agenda")
  }

  @Test("each step runs once, with the date of the given clock")
  func once() throws {
    #expect(try migrator.migrate(connection, agenda, [first]) == 1)
    #expect(try migrator.migrate(connection, agenda, [first, second]) == 1)
    #expect(try migrator.migrate(connection, agenda, [first, second]) == 0)
    let rows = try connection.rows("SELECT number, name, at FROM host_migration WHERE namespace = 'agenda'")
    #expect(rows.map(\.values) == [[1, "items", 42], [2, "states", 42]])
  }

  @Test("a step that fails is undone whole, and the next start goes on from there")
  func resumes() throws {
    let broken = MigrationStep(
      number: 2, name: "states",
      sql: ["ALTER TABLE agenda_item ADD COLUMN state", "UPDATE agenda_item SET nothing = 1"])
    let error = #expect(throws: MigrationError.self) { try migrator.migrate(connection, agenda, [first, broken]) }
    guard case .failed(agenda, 2, "states", _) = error else {
      Issue.record("\(error.debugDescription)")
      return
    }
    #expect(try connection.rows("SELECT name FROM pragma_table_info('agenda_item')").count == 2)
    #expect(try connection.rows("PRAGMA foreign_keys").first?.values == [1])
    #expect(try migrator.migrate(connection, agenda, [first, second]) == 1)
  }

  @Test("a database of a newer program is refused and not touched")
  func newer() throws {
    try migrator.migrate(connection, agenda, [first, second])
    let error = #expect(throws: MigrationError.self) { try migrator.migrate(connection, agenda, [first]) }
    guard case .newerDatabase(agenda, found: 2, known: 1) = error else {
      Issue.record("\(error.debugDescription)")
      return
    }
    #expect(error?.explanation(french: true) != error?.explanation(french: false))
  }

  @Test("a renamed step, a hole in the record and wrong numbers are refused")
  func disagreements() throws {
    try migrator.migrate(connection, agenda, [first, second])
    let renamed = MigrationStep(number: 1, name: "other", sql: first.sql)
    #expect(throws: MigrationError.self) { try migrator.migrate(connection, agenda, [renamed, second]) }
    #expect(throws: MigrationError.self) { try migrator.migrate(connection, agenda, [second]) }
    #expect(throws: MigrationError.self) { try migrator.migrate(connection, agenda, [first, first]) }
    try connection.execute("DELETE FROM host_migration WHERE number = 1")
    let error = #expect(throws: MigrationError.self) { try migrator.migrate(connection, agenda, [first, second]) }
    guard case .gap(agenda, number: 2) = error else {
      Issue.record("\(error.debugDescription)")
      return
    }
  }

  @Test("a table can be rebuilt without firing ON DELETE on those that point to it")
  func rebuild() throws {
    try connection.migrate(
      agenda,
      [
        "CREATE TABLE agenda_a(id INTEGER PRIMARY KEY); INSERT INTO agenda_a VALUES (1)",
        "CREATE TABLE agenda_b(a REFERENCES agenda_a(id) ON DELETE CASCADE); INSERT INTO agenda_b VALUES (1)",
      ],
      [
        """
        CREATE TABLE agenda_a2(id INTEGER PRIMARY KEY, note TEXT NOT NULL DEFAULT '');
        INSERT INTO agenda_a2(id) SELECT id FROM agenda_a; DROP TABLE agenda_a;
        ALTER TABLE agenda_a2 RENAME TO agenda_a;
        ALTER TABLE agenda_a ADD COLUMN size INTEGER NOT NULL DEFAULT 0 CHECK (size >= 0)
        """
      ])
    #expect(try connection.count("agenda_b") == 1)
    #expect(try connection.execute("DELETE FROM agenda_a") == 1)
    #expect(try connection.count("agenda_b") == 0)
  }

  @Test("a step that leaves rows pointing to nothing is refused")
  func brokenKeys() throws {
    let sql = ["CREATE TABLE agenda_b(a REFERENCES agenda_b(rowid)); INSERT INTO agenda_b VALUES (7)"]
    #expect(throws: MigrationError.self) { try connection.migrate(agenda, sql) }
    #expect(try connection.count("sqlite_schema WHERE name = 'agenda_b'") == 0)
  }

  @Test("tables with counters and full text can be dropped again")
  func drops() throws {
    try connection.migrate(
      agenda,
      ["CREATE TABLE agenda_n(id INTEGER PRIMARY KEY AUTOINCREMENT, u UNIQUE); INSERT INTO agenda_n(u) VALUES (1)"],
      ["CREATE VIRTUAL TABLE agenda_f USING fts5(x)", "INSERT INTO agenda_f VALUES ('a')", "REINDEX agenda_n"],
      ["DROP TABLE agenda_n", "DROP TABLE agenda_f"])
    #expect(try connection.count("sqlite_schema WHERE name LIKE 'agenda%'") == 0)
  }
}

@Suite("A migration that tries to leave its namespace")
struct MigrationEscapeTests {
  let database: TemporaryDatabase
  let connection: Connection
  let agenda: Namespace

  init() throws {
    database = try TemporaryDatabase()
    connection = try database.writer()
    agenda = try .module("agenda")
    try connection.script(
      """
      CREATE TABLE host_person(id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT);
      INSERT INTO host_person VALUES (1, 'secret'); CREATE TABLE host_seen(mail);
      CREATE INDEX host_person_mail ON host_person(mail);
      CREATE VIEW host_view AS SELECT id FROM host_person
      """)
    try connection.migrate(agenda, ["CREATE TABLE agenda_item(id INTEGER PRIMARY KEY, title)"])
  }

  @Test(
    "is refused, and leaves nothing behind",
    arguments: [
      "CREATE TABLE other_item(v)", "CREATE TABLE host_new(v)", "CREATE TABLE item(v)", "DROP TABLE host_person",
      "CREATE TABLE agenda_copy AS SELECT * FROM host_person", "ALTER TABLE host_person ADD COLUMN x",
      "ALTER TABLE agenda_item RENAME TO host_item", "ALTER TABLE agenda_item RENAME TO item",
      "ALTER TABLE host_person RENAME TO agenda_person", "ALTER TABLE host_person RENAME COLUMN mail TO m",
      "CREATE INDEX agenda_i ON host_person(mail)", "CREATE INDEX host_i ON agenda_item(title)", "REINDEX host_person",
      "CREATE TABLE agenda_ref(p REFERENCES host_person(id))",
      "CREATE TABLE agenda_ref(p REFERENCES HOST_PERSON(id) ON DELETE CASCADE)",
      "ALTER TABLE agenda_item ADD COLUMN p REFERENCES host_person(id)",
      "CREATE TRIGGER agenda_t AFTER UPDATE ON host_person BEGIN SELECT 1; END",
      "CREATE TRIGGER host_t AFTER DELETE ON agenda_item BEGIN SELECT 1; END",
      "CREATE TRIGGER agenda_t AFTER DELETE ON agenda_item BEGIN INSERT INTO host_seen VALUES (1); END",
      "CREATE TRIGGER agenda_t AFTER DELETE ON agenda_item BEGIN DELETE FROM host_person; END",
      """
      CREATE TRIGGER agenda_t AFTER UPDATE OF title ON agenda_item BEGIN
        UPDATE agenda_item SET title = (SELECT mail FROM host_person); END
      """,
      """
      CREATE TRIGGER agenda_t BEFORE INSERT ON agenda_item WHEN (SELECT count(*) FROM host_person) > 0 BEGIN
        SELECT 1; END
      """,
      """
      CREATE TRIGGER agenda_t AFTER DELETE ON agenda_item BEGIN
        INSERT INTO agenda_item(title) WITH host_q AS (SELECT mail FROM host_person) SELECT * FROM host_q; END
      """,
      "CREATE TRIGGER agenda_t AFTER DELETE ON agenda_item BEGIN DELETE FROM host_future; END",
      "CREATE VIEW agenda_v AS SELECT mail FROM host_person",
      "CREATE VIEW agenda_v AS SELECT count(*) FROM host_person",
      "CREATE VIEW host_v AS SELECT 1", "CREATE VIEW agenda_v AS SELECT * FROM sqlite_schema",
      "CREATE VIEW agenda_v AS SELECT * FROM host_future", "CREATE VIEW agenda_v AS SELECT * FROM pragma_database_list",
      """
      CREATE VIEW agenda_v AS SELECT 1 AS a;
      CREATE TRIGGER agenda_t INSTEAD OF DELETE ON agenda_v BEGIN DELETE FROM host_person; END
      """,
      "CREATE TRIGGER agenda_t INSTEAD OF DELETE ON host_view BEGIN SELECT 1; END",
      "CREATE VIRTUAL TABLE agenda_f USING fts5(mail, content='host_person', content_rowid='id')",
      "CREATE VIRTUAL TABLE agenda_f USING fts5vocab(host_search, row)", "CREATE VIRTUAL TABLE host_f USING fts5(x)",
      "CREATE VIRTUAL TABLE agenda_f USING dbstat(main)",
      "CREATE VIRTUAL TABLE agenda_f USING fts4(content='host_person', mail)",
      "UPDATE sqlite_sequence SET seq = 0", "DELETE FROM sqlite_sequence",
      "INSERT INTO sqlite_sequence VALUES ('host_x', 3)",
      "DELETE FROM sqlite_schema WHERE name = 'host_person'", "UPDATE sqlite_schema SET sql = 'x'",
      "PRAGMA writable_schema = ON", "PRAGMA foreign_keys = ON", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ATTACH 'x' AS y",
      "CREATE TEMP TABLE agenda_t(v)", "CREATE TABLE temp.agenda_t(v)", "DROP TABLE host_migration",
      "INSERT INTO host_migration VALUES ('agenda', 3, 'x', 1)", "ANALYZE", "SELECT mail FROM host_person",
    ])
  func escape(_ sql: String) throws {
    func state() throws -> [[SQLValue]] {
      let schema = try connection.rows("SELECT name, sql FROM sqlite_schema ORDER BY name").map(\.values)
      return try schema + connection.rows("SELECT * FROM sqlite_sequence").map(\.values)
        + connection.rows("SELECT * FROM host_migration").map(\.values)
        + connection.rows("SELECT * FROM host_person").map(\.values)
    }
    let before = try state()
    #expect(throws: MigrationError.self) {
      try connection.migrate(agenda, ["CREATE TABLE agenda_item(id INTEGER PRIMARY KEY, title)"], [sql])
    }
    #expect(!connection.isInTransaction)
    #expect(try state() == before)
    #expect(try connection.count("sqlite_temp_schema") == 0)
  }
}
