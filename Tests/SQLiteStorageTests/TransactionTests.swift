import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Transactions")
struct TransactionTests {
  struct Refused: Error {}

  let database: TemporaryDatabase
  let connection: Connection

  init() throws {
    database = try TemporaryDatabase()
    connection = try database.writer()
    try connection.execute("CREATE TABLE host_a(v UNIQUE)")
  }

  @Test("what throws leaves nothing behind")
  func undone() throws {
    #expect(throws: Refused.self) {
      try connection.transaction {
        try connection.execute("INSERT INTO host_a VALUES (1)")
        throw Refused()
      }
    }
    #expect(try connection.count("host_a") == 0)
    #expect(!connection.isInTransaction)
  }

  @Test("a savepoint that throws takes back only its own part")
  func savepoints() throws {
    try connection.transaction {
      try connection.execute("INSERT INTO host_a VALUES (1)")
      #expect(throws: Refused.self) {
        try connection.savepoint {
          try connection.execute("INSERT INTO host_a VALUES (2)")
          try connection.savepoint { try connection.execute("INSERT INTO host_a VALUES (3)") }
          throw Refused()
        }
      }
      try connection.savepoint { try connection.execute("INSERT INTO host_a VALUES (4)") }
    }
    #expect(try connection.rows("SELECT v FROM host_a ORDER BY v").map { try $0.int("v") } == [1, 4])
  }

  @Test("a commit that a deferred foreign key forbids is told, and undone")
  func failedCommit() throws {
    try connection.script(
      """
      CREATE TABLE host_p(id INTEGER PRIMARY KEY);
      CREATE TABLE host_c(p REFERENCES host_p(id) DEFERRABLE INITIALLY DEFERRED)
      """)
    let error = #expect(throws: SQLiteError.self) {
      try connection.transaction { try connection.execute("INSERT INTO host_c VALUES (9)") }
    }
    #expect(error?.code == .constraintForeignKey)
    #expect(!connection.isInTransaction)
    #expect(try connection.count("host_c") == 0)
  }

  @Test("another writer waits for its time-out, then is told that the database is busy")
  func busy() throws {
    var options = ConnectionOptions()
    options.busyTimeoutMilliseconds = 10
    let other = try database.writer(options)
    try connection.transaction {
      let error = #expect(throws: SQLiteError.self) { try other.execute("INSERT INTO host_a VALUES (1)") }
      #expect(error?.code.primary == .busy)
    }
    try other.execute("INSERT INTO host_a VALUES (1)")
  }

  @Test("a disk without room: a typed error, reads go on, writes work when there is room again")
  func full() throws {
    let pages = try #require(try connection.firstRow("PRAGMA page_count")?.values.first?.asInteger)
    try connection.execute("PRAGMA max_page_count = \(pages + 2)")
    let big = SQLValue.blob([UInt8](repeating: 7, count: 50_000))
    let error = #expect(throws: SQLiteError.self) {
      try connection.transaction { try connection.execute("INSERT INTO host_a VALUES (?)", [big]) }
    }
    #expect(error?.code == .full)
    #expect(!connection.isInTransaction)
    #expect(try connection.count("host_a") == 0)
    let reader = try Connection(path: database.path, mode: .reader)
    #expect(try reader.count("host_a") == 0)
    try connection.execute("PRAGMA max_page_count = 100000")
    try connection.transaction { try connection.execute("INSERT INTO host_a VALUES (?)", [big]) }
    #expect(try reader.count("host_a") == 1)
  }
}
