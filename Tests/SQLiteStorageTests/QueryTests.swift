import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Queries")
struct QueryTests {
  let database: TemporaryDatabase
  let connection: Connection

  init() throws {
    database = try TemporaryDatabase()
    connection = try database.writer()
  }

  @Test("every kind of value comes back as it went in")
  func roundTrip() throws {
    let values: [SQLValue] = [
      .null, .integer(Int64.min), .integer(Int64.max), .real(-0.1), .text(""), .text("œ\u{301}\u{0}après 🏛️"),
      .blob([]), .blob([0, 255, 0]),
    ]
    for value in values {
      let row = try #require(try connection.firstRow("SELECT ? AS v, typeof(?1) AS t", [value]))
      #expect(row["v"] == value)
      #expect(row["t"].asText == value.kindName)
    }
  }

  @Test("a large piece of work keeps more pages in memory while it runs, and no more afterwards, also when it fails")
  func cache() throws {
    func pages() throws -> Int64? { try connection.firstRow("PRAGMA cache_size")?.values.first?.asInteger }
    let usual = try pages()
    #expect(usual == -8192)
    #expect(try connection.withCache(kibibytes: 20_000) { try pages() } == -20_000)
    #expect(try pages() == usual)
    #expect(throws: SQLiteError.self) {
      try connection.withCache(kibibytes: 20_000) { try connection.execute("SELECT nothing FROM nowhere") }
    }
    #expect(try pages() == usual)
  }

  @Test("stored text that is not UTF-8 is repaired and does not stop the reader")
  func invalidText() throws {
    let row = try #require(try connection.firstRow("SELECT CAST(x'61ff62' AS TEXT) AS v"))
    #expect(row["v"].asText == "a\u{FFFD}b")
  }

  @Test("too few or too many values are refused before anything runs", arguments: [0, 1, 3])
  func wrongCount(_ count: Int) throws {
    let error = #expect(throws: SQLiteError.self) {
      try connection.rows("SELECT ?, ?", Array(repeating: .integer(1), count: count))
    }
    #expect(error?.code == .range)
  }

  @Test("text after the first statement is refused, white space and comments are not")
  func oneStatement() throws {
    let error = #expect(throws: SQLiteError.self) { try connection.execute("SELECT 1; SELECT 2") }
    #expect(error?.code == .misuse)
    #expect(try connection.rows("SELECT 1 AS a ; -- all\n /* done */ ").count == 1)
    #expect(throws: SQLiteError.self) { try connection.rows("  -- nothing\n") }
    #expect(throws: SQLiteError.self) { try connection.rows("") }
    #expect(throws: SQLiteError.self) { try connection.rows("SELECT 1\u{0}, 2") }
  }

  @Test("the same query may run inside itself")
  func nested() throws {
    try connection.script("CREATE TABLE host_n(v); INSERT INTO host_n VALUES (1),(2),(3)")
    var pairs = 0
    let sql = "SELECT v FROM host_n"
    try connection.forEach(sql) { _ in
      try connection.forEach(sql) { _ in
        pairs += 1
        return true
      }
      return true
    }
    #expect(pairs == 9)
  }

  @Test("a reader that has enough stops, and the statement can be used again at once")
  func stops() throws {
    let sql = "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n) SELECT v FROM n"
    for _ in 0..<2 {
      var last: Int64?
      try connection.forEach(sql) { row in
        last = row["v"].asInteger
        return last != 5
      }
      #expect(last == 5)
    }
  }

  @Test("names of columns follow a change of the schema")
  func columns() throws {
    try connection.execute("CREATE TABLE host_c(a)")
    try connection.execute("INSERT INTO host_c VALUES (1)")
    #expect(try connection.rows("SELECT * FROM host_c").first?.columns == ["a"])
    try connection.execute("ALTER TABLE host_c ADD COLUMN b DEFAULT 2")
    #expect(try connection.rows("SELECT * FROM host_c").first?.columns == ["a", "b"])
    try connection.execute("ALTER TABLE host_c RENAME COLUMN b TO c")
    #expect(try connection.firstRow("SELECT * FROM host_c")?["c"] == .integer(2))
  }

  @Test("the number of changes is that of this statement, not of an earlier one")
  func changes() throws {
    try connection.execute("CREATE TABLE host_c(a)")
    #expect(try connection.execute("INSERT INTO host_c VALUES (1),(2),(3)") == 3)
    #expect(connection.lastInsertRowID == 3)
    #expect(try connection.execute("CREATE INDEX host_i ON host_c(a)") == 0)
    #expect(try connection.execute("UPDATE host_c SET a = 9 WHERE a > 1") == 2)
    #expect(try connection.execute("DELETE FROM host_c WHERE a = 77") == 0)
    #expect(try connection.rows("INSERT INTO host_c VALUES (5) RETURNING a").first?["a"] == .integer(5))
  }

  @Test("more different queries than the cache holds still work")
  func manyStatements() throws {
    var options = ConnectionOptions()
    options.cachedStatements = 3
    let small = try database.writer(options)
    for round in 0..<2 {
      for number in 0..<10 {
        #expect(try small.firstRow("SELECT \(number) + ? AS v", [.integer(round)])?.int("v") == number + round)
      }
    }
  }

  @Test("a double-quoted name that does not exist is an error, not a text")
  func doubleQuotes() {
    #expect(throws: SQLiteError.self) { try connection.rows("SELECT \"nothing\"") }
  }
}

@Suite("Errors of SQLite")
struct SQLiteErrorTests {
  let database: TemporaryDatabase
  let connection: Connection

  init() throws {
    database = try TemporaryDatabase()
    connection = try database.writer()
    try connection.script(
      """
      CREATE TABLE host_p(mail TEXT UNIQUE, age INTEGER NOT NULL CHECK (age > 0)) STRICT;
      CREATE VIRTUAL TABLE host_f USING fts5(body);
      INSERT INTO host_p VALUES ('jeanne@example.org', 3);
      INSERT INTO host_f VALUES ('parvis')
      """)
  }

  @Test("a second act with the same key is told apart from other broken constraints")
  func constraints() {
    let sql = "INSERT INTO host_p VALUES (?, ?)"
    let cases: [([SQLValue], ResultCode)] = [
      (["jeanne@example.org", 3], .constraintUnique), (["b", 0], .constraintCheck),
      (["b", nil], .constraintNotNull), (["b", "many"], .constraintDataType),
    ]
    for (values, code) in cases {
      let error = #expect(throws: SQLiteError.self) { try connection.execute(sql, values) }
      #expect(error?.code == code)
      #expect(error?.isDuplicate == (code == .constraintUnique))
      if let found = error?.code { #expect(ResultCode.constraint ~= found) }
    }
    #expect(!(ResultCode.constraintUnique ~= ResultCode.constraintCheck))
  }

  @Test("no error shows a bound value, also where SQLite quotes it")
  func noValues() {
    let secret = "jeanne@example.org"
    let statements: [(String, [SQLValue])] = [
      ("INSERT INTO host_p VALUES (?, 1)", [.text(secret)]), ("INSERT INTO host_p VALUES ('x', ?)", [.text(secret)]),
      ("SELECT * FROM host_f WHERE host_f MATCH ?", [.text("\(secret) \"")]),
      ("SELECT * FROM host_f WHERE host_f MATCH ?", ["jeanne:x"]),
      ("INSERT INTO host_f(host_f) VALUES (?)", ["jeanne"]), ("SELECT json_extract('{}', ?)", ["jeanne"]),
      ("SELECT json_extract(?, '$.a')", ["{jeanne"]), ("SELECT ? AS jeanne_column FROM host_none", [.text(secret)]),
    ]
    for (sql, values) in statements {
      let error = #expect(throws: SQLiteError.self) { try connection.rows(sql, values) }
      #expect(error?.message.contains("jeanne") == false, "\(sql)")
      #expect(error?.description.contains(secret) == false)
    }
  }

  @Test("the operator is told what to do, in both languages")
  func explanations() {
    for code: ResultCode in [.full, .busy, .readonly, .cantOpen, .corrupt, .notADatabase, .inputOutput, .error] {
      let error = SQLiteError(code: ResultCode(rawValue: code.rawValue | (1 << 8)), message: "m")
      #expect(error.explanation(french: true) != error.explanation(french: false))
    }
  }
}
