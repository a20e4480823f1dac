import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Namespaces")
struct NamespaceTests {
  let database: TemporaryDatabase
  let connection: Connection
  let agenda: Namespace

  init() throws {
    database = try TemporaryDatabase()
    connection = try database.writer()
    agenda = try .module("agenda")
    try connection.script(
      """
      CREATE TABLE host_person(id INTEGER PRIMARY KEY, mail TEXT);
      INSERT INTO host_person VALUES (1, 'secret');
      CREATE TABLE agendas_item(v); CREATE TABLE "agenda-x_item"(v);
      CREATE INDEX host_person_mail ON host_person(mail);
      CREATE VIEW host_view AS SELECT mail FROM host_person;
      CREATE VIRTUAL TABLE host_search USING fts5(body);
      CREATE TABLE host_count(id INTEGER PRIMARY KEY AUTOINCREMENT)
      """)
    try connection.migrate(
      agenda,
      [
        """
        CREATE TABLE agenda_item(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, parent REFERENCES agenda_item(id));
        CREATE INDEX agenda_item_title ON agenda_item(title);
        CREATE VIEW agenda_titles AS SELECT title FROM agenda_item;
        CREATE VIRTUAL TABLE agenda_search USING fts5(title, content='agenda_item', content_rowid='id');
        CREATE TABLE agenda_log(id);
        CREATE TRIGGER agenda_item_added AFTER INSERT ON agenda_item BEGIN
          INSERT INTO agenda_log VALUES (new.id); END;
        CREATE VIRTUAL TABLE agenda_place USING rtree(id, x0, x1, y0, y1)
        """
      ])
  }

  @Test(
    "a module cannot reach what is not its own, however it is written",
    arguments: [
      "SELECT * FROM host_person", "SELECT count(*) FROM host_person", "SELECT 1 FROM host_person",
      "SELECT * FROM main.host_person", "SELECT * FROM \"host_person\"", "SELECT * FROM [HOST_PERSON]",
      "SELECT * FROM `Host_Person`", "SELECT * FROM host_view", "SELECT count(*) FROM main.host_view",
      "SELECT (SELECT mail FROM host_person)", "SELECT EXISTS (SELECT 1 FROM host_person)",
      "WITH c AS (SELECT mail FROM host_person) SELECT * FROM c", "SELECT * FROM (SELECT * FROM host_person)",
      "WITH agenda_c AS (SELECT mail FROM host_person) SELECT * FROM agenda_c",
      "WITH c AS (SELECT 1 FROM host_person) SELECT count(*) FROM c",
      "SELECT * FROM agenda_item JOIN host_person", "SELECT title FROM agenda_item WHERE id IN host_person",
      "SELECT title FROM agenda_item UNION SELECT mail FROM host_person",
      "SELECT title FROM agenda_item ORDER BY (SELECT mail FROM host_person)",
      "INSERT INTO agenda_item(title) SELECT mail FROM host_person",
      "INSERT INTO agenda_item(title) VALUES (1) RETURNING (SELECT mail FROM host_person)",
      "UPDATE agenda_item SET title = mail FROM host_person", "UPDATE host_person SET mail = 'x'",
      "DELETE FROM host_person", "INSERT INTO host_person VALUES (2, 'x')", "REPLACE INTO host_person VALUES (1, 'x')",
      "INSERT INTO agenda_item(id) VALUES (1) ON CONFLICT DO UPDATE SET title = (SELECT mail FROM host_person)",
      "SELECT * FROM agendas_item", "SELECT * FROM \"agenda-x_item\"", "INSERT INTO agendas_item VALUES (1)",
      "SELECT * FROM sqlite_schema", "SELECT * FROM sqlite_master", "SELECT count(*) FROM sqlite_master",
      "SELECT * FROM main.sqlite_schema", "SELECT * FROM sqlite_temp_master",
      "INSERT INTO sqlite_schema VALUES (1, 2, 3, 4, 5)", "DELETE FROM sqlite_schema",
      "UPDATE sqlite_schema SET sql = ''", "SELECT * FROM sqlite_sequence", "DELETE FROM sqlite_sequence",
      "UPDATE sqlite_sequence SET seq = 0", "SELECT * FROM host_search", "SELECT * FROM host_search_content",
      "SELECT * FROM host_search_data", "INSERT INTO host_search(host_search) VALUES ('rebuild')",
      "SELECT * FROM pragma_table_list", "SELECT * FROM pragma_table_info('host_person')",
      "SELECT count(*) FROM pragma_table_list", "SELECT * FROM pragma_database_list", "SELECT * FROM dbstat",
      "SELECT count(*) FROM dbstat", "SELECT count(*) FROM DBSTAT", "SELECT * FROM sqlite_stmt",
      "SELECT * FROM sqlite_dbpage",
      "SELECT load_extension('x')", "SELECT LOAD_EXTENSION('x')", "SELECT fts3_tokenizer('simple')",
      "ATTACH ':memory:' AS agenda_x", "ATTACH 'other.sqlite' AS x", "DETACH main", "PRAGMA user_version",
      "PRAGMA writable_schema = ON",
      "PRAGMA foreign_keys = OFF", "PRAGMA journal_mode = DELETE", "PRAGMA query_only = ON", "PRAGMA synchronous = OFF",
      "PRAGMA table_info(agenda_item)", "PRAGMA optimize", "PRAGMA max_page_count = 10",
      "PRAGMA defer_foreign_keys = 1",
      "PRAGMA data_version = 1", "PRAGMA wal_checkpoint",
      "BEGIN", "COMMIT", "ROLLBACK", "END", "SAVEPOINT agenda_s", "RELEASE parvis_act", "ROLLBACK TO parvis_act",
      "CREATE TEMP TABLE agenda_t(v)", "CREATE TEMP VIEW agenda_v AS SELECT 1",
      "CREATE TEMP TRIGGER agenda_tr AFTER INSERT ON agenda_item BEGIN SELECT 1; END", "ANALYZE", "ANALYZE agenda_item",
      "REINDEX host_person", "REINDEX", "EXPLAIN SELECT * FROM host_person",
      "EXPLAIN QUERY PLAN SELECT * FROM host_person",
      // Its own tables too, outside a migration: no schema changes while the server runs.
      "CREATE TABLE agenda_new(v)", "DROP TABLE agenda_item", "CREATE INDEX agenda_i ON agenda_item(id)",
      "DROP INDEX agenda_item_title", "ALTER TABLE agenda_item ADD COLUMN x", "DROP VIEW agenda_titles",
      "CREATE VIEW agenda_v AS SELECT 1", "DROP TRIGGER agenda_item_added", "DROP TABLE agenda_search",
      "CREATE TRIGGER agenda_tr AFTER INSERT ON agenda_item BEGIN SELECT 1; END",
      "CREATE VIRTUAL TABLE agenda_f USING fts5(x)", "ALTER TABLE agenda_item RENAME TO agenda_other",
    ])
  func escape(_ sql: String) throws {
    let before = try connection.rows("SELECT * FROM sqlite_schema ORDER BY name").map(\.values)
    let error = #expect(throws: SQLiteError.self) {
      try connection.savepoint { try connection.withNamespace(agenda) { try connection.rows(sql) } }
    }
    // Some do not exist in this build of SQLite, which is as good; everything else is refused by name.
    if error?.denial == nil {
      let isRefused = ["no such table", "may not be modified"].contains { error?.message.contains($0) == true }
      #expect(isRefused, "\(sql): \(error.debugDescription)")
    } else {
      #expect(error?.code == .auth)
      #expect(error?.message.contains("module agenda may not") == true)
    }
    #expect(try connection.firstRow("SELECT mail FROM host_person")?["mail"] == "secret")
    #expect(try connection.rows("SELECT * FROM sqlite_schema ORDER BY name").map(\.values) == before)
  }

  @Test("a module cannot copy or rewrite the file", arguments: ["VACUUM", "VACUUM INTO 'agenda_copy.sqlite'"])
  func vacuum(_ sql: String) {
    let error = #expect(throws: SQLiteError.self) {
      try connection.withNamespace(agenda) { try connection.execute(sql) }
    }
    #expect(error?.denial?.operation == "attach or detach")
  }

  @Test("full text, maps and JSON also work on a connection that meets them for the first time in a module's hands")
  func freshConnection() throws {
    try connection.withNamespace(agenda) {
      try connection.execute("INSERT INTO agenda_item(title) VALUES ('Cantine')")
      try connection.execute("INSERT INTO agenda_search(rowid, title) VALUES (1, 'Cantine')")
    }
    try connection.execute("ANALYZE")
    for mode in [ConnectionMode.reader, .writer] {
      let fresh = try Connection(path: database.path, mode: mode)
      try fresh.withNamespace(agenda) {
        let found = try fresh.rows("SELECT title FROM agenda_search WHERE agenda_search MATCH 'cantine' ORDER BY rank")
        #expect(found.first?["title"] == "Cantine")
        let places = try fresh.count("agenda_place WHERE x0 < 6")
        #expect(places == 0)
        let values = try fresh.rows("SELECT value FROM json_each('[1]')")
        #expect(values.count == 1)
        // The statistics of the whole database read as nothing.
        let names = try fresh.rows("SELECT tbl FROM sqlite_stat1 WHERE tbl IS NOT NULL")
        #expect(names.isEmpty)
      }
    }
  }

  @Test("a refusal names the module and the column")
  func words() {
    let error = #expect(throws: SQLiteError.self) {
      try connection.withNamespace(agenda) { try connection.rows("SELECT mail FROM host_person") }
    }
    #expect(error?.denial?.namespace == agenda)
    #expect(error?.denial?.object == "host_person.mail")
    #expect(error?.description.contains("module agenda may not read host_person.mail") == true)
  }

  @Test("a module works freely in its own tables, views, indexes, full text and maps")
  func own() throws {
    try connection.withNamespace(agenda) {
      try connection.transaction {
        try connection.execute("INSERT INTO agenda_item(title) VALUES (?)", ["Cantine"])
        try connection.savepoint { try connection.execute("INSERT INTO Agenda_Item(title) VALUES ('Voirie')") }
      }
      #expect(try connection.count("agenda_log") == 2)
      try connection.execute("INSERT INTO agenda_search(rowid, title) SELECT id, title FROM agenda_item")
      try connection.execute("UPDATE main.agenda_item SET title = 'Voirie communale' WHERE id = 2")
      try connection.execute("INSERT INTO agenda_place VALUES (1, 5, 6, 47, 48)")
      #expect(try connection.count("agenda_titles") == 2)
      let found = try connection.rows("SELECT rowid FROM agenda_search WHERE agenda_search MATCH ?", ["cantine"])
      #expect(found.count == 1)
      #expect(try connection.count("agenda_place WHERE x0 < 6") == 1)
      let odd = """
        WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 3), c AS (SELECT 2)
        SELECT (SELECT count(*) FROM c) + (SELECT count(*) FROM n) + (SELECT count(*) FROM agenda_item)
          + (SELECT count(*) FROM json_each('[1,2]')) AS total
        """
      #expect(try connection.firstRow(odd)?.int("total") == 8)
      try connection.execute("DELETE FROM agenda_item")
    }
  }

  @Test("a statement that the host compiled does not open the door to a module with the same text")
  func cache() throws {
    let sql = "SELECT mail FROM host_person"
    #expect(try connection.rows(sql).count == 1)
    #expect(throws: SQLiteError.self) { try connection.withNamespace(agenda) { try connection.rows(sql) } }
    #expect(try connection.rows(sql).count == 1)
  }

  @Test("a statement compiled again after a change of the schema is still held to its module")
  func compiledAgain() throws {
    let sql = "SELECT * FROM agenda_titles"
    let rows = try connection.withNamespace(agenda) { try connection.rows(sql) }
    #expect(rows.isEmpty)
    // The host may do what a module may not; here it makes the view reach further.
    try connection.execute("DROP VIEW agenda_titles")
    try connection.execute("CREATE VIEW agenda_titles AS SELECT mail AS title FROM host_person")
    let error = #expect(throws: SQLiteError.self) { try connection.withNamespace(agenda) { try connection.rows(sql) } }
    #expect(error?.denial?.object == "host_person.mail")
  }

  @Test("inside a module's query, the host is the host again only for its own part")
  func nesting() throws {
    try connection.withNamespace(agenda) {
      try connection.forEach("SELECT 1 AS one UNION ALL SELECT 2") { _ in
        let people = try connection.withNamespace(.host) { try connection.count("host_person") }
        #expect(people == 1)
        #expect(connection.namespace == agenda)
        #expect(throws: SQLiteError.self) { try connection.count("host_person") }
        return true
      }
    }
    #expect(connection.namespace == .host)
  }

  @Test("the host cannot store a table whose name could be a module's expression")
  func hostNames() {
    let error = #expect(throws: SQLiteError.self) { try connection.execute("CREATE TABLE person(v)") }
    #expect(error?.denial?.namespace == .host)
  }

  @Test(
    "ids that could mean another namespace are refused",
    arguments: ["", "Host", "host", "sqlite", "a_b", "é", "1a", "a b"])
  func ids(_ id: String) {
    #expect(throws: NamespaceError.self) { try Namespace.module(id) }
  }
}
