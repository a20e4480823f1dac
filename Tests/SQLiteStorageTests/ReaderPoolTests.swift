import ParticipationKit
import SQLiteStorage
import Testing

@Suite("The pool of readers")
struct ReaderPoolTests {
  struct Refused: Error {}

  let database: TemporaryDatabase
  let writer: WriterThread
  let pool: ReaderPool

  init() throws {
    database = try TemporaryDatabase()
    writer = try WriterThread(path: database.path)
    try writer.perform { try $0.execute("CREATE TABLE host_a(v)") }
    pool = try ReaderPool(path: database.path, size: 2)
  }

  @Test("a read sees one state of the database, however much is written meanwhile")
  func snapshot() throws {
    try pool.read { connection in
      #expect(try connection.count("host_a") == 0)
      try writer.perform { try $0.execute("INSERT INTO host_a VALUES (1)") }
      #expect(try connection.count("host_a") == 0)
    }
    #expect(try pool.read { try $0.count("host_a") } == 1)
  }

  @Test("after an error the connection is given back without its transaction")
  func errors() throws {
    for _ in 0..<5 {
      #expect(throws: Refused.self) {
        try pool.read { connection in
          _ = try connection.count("host_a")
          throw Refused()
        }
      }
      #expect(throws: SQLiteError.self) { try pool.read { try $0.execute("INSERT INTO host_a VALUES (1)") } }
    }
    try writer.perform { try $0.execute("INSERT INTO host_a VALUES (1)") }
    #expect(try pool.read { try $0.count("host_a") } == 1)
  }

  @Test("more readers than connections wait for their turn")
  func waiting() async throws {
    let pool = pool
    let total = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<16 {
        group.addTask {
          var seen = 0
          for _ in 0..<20 { seen += try pool.read { try $0.firstRow("SELECT 1 AS one")?.int("one") ?? 0 } }
          return seen
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(total == 320)
  }

  @Test("a closed pool refuses, and lets the writer leave one file")
  func close() throws {
    pool.close()
    pool.close()
    #expect(throws: PoolClosedError.self) { try pool.read { _ in } }
    writer.stop()
    #expect(database.fileNames == ["commune.sqlite"])
  }

  @Test("a pool needs a database that exists")
  func missing() {
    #expect(throws: SQLiteError.self) { _ = try ReaderPool(path: database.folder + "/none.sqlite") }
  }
}
