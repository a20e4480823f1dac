import Glibc
import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Opening a database")
struct OpeningTests {
  let database: TemporaryDatabase

  init() throws { database = try TemporaryDatabase() }

  private func codeOfOpening(_ path: String, _ mode: ConnectionMode) -> ResultCode? {
    let error = #expect(throws: SQLiteError.self) { _ = try Connection(path: path, mode: mode) }
    #expect(error?.description.contains(path) == true || path.isEmpty)
    return error?.code
  }

  @Test("what cannot be opened is told with the path and the reason")
  func cannotOpen() {
    #expect(codeOfOpening(database.folder + "/none/x.sqlite", .writer).map { ResultCode.cantOpen ~= $0 } == true)
    #expect(codeOfOpening(database.folder + "/none.sqlite", .reader).map { ResultCode.cantOpen ~= $0 } == true)
    #expect(codeOfOpening("", .writer) == .cantOpen)
    #expect(codeOfOpening(database.folder, .writer).map { ResultCode.cantOpen ~= $0 } == true)
  }

  @Test("another kind of file is refused and left as it is", arguments: [ConnectionMode.reader, .writer])
  func notADatabase(_ mode: ConnectionMode) {
    let path = database.folder + "/notes.txt"
    let bytes = Array(String(repeating: "Compte rendu du conseil. ", count: 200).utf8)
    makeFile(path, bytes)
    let error = #expect(throws: SQLiteError.self) { _ = try Connection(path: path, mode: mode) }
    #expect(error?.code == .notADatabase)
    #expect(fileBytes(path) == bytes)
  }

  @Test("files of a database can be read by their owner alone")
  func fileMode() throws {
    let connection = try database.writer()
    try connection.execute("CREATE TABLE host_a(v)")
    #expect(database.fileNames.count == 3)
    for name in database.fileNames {
      var info = stat()
      #expect(stat(database.folder + "/" + name, &info) == 0)
      #expect(info.st_mode & 0o777 == 0o600, "\(name)")
    }
  }

  @Test("commits reach the disk: write-ahead log, full synchronisation, foreign keys, no checkpoint by itself")
  func settings() throws {
    let connection = try database.writer()
    let expected: [(String, SQLValue)] = [
      ("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("wal_autocheckpoint", 0),
      ("cell_size_check", 1), ("trusted_schema", 0), ("temp_store", 2), ("busy_timeout", 5000),
    ]
    for (pragma, value) in expected {
      #expect(try connection.rows("PRAGMA \(pragma)").first?.values.first == value, "\(pragma)")
    }
  }

  @Test("a reading connection cannot write, whatever the SQL")
  func readerCannotWrite() throws {
    let writer = try database.writer()
    try writer.execute("CREATE TABLE host_a(v)")
    let reader = try Connection(path: database.path, mode: .reader)
    for sql in [
      "INSERT INTO host_a VALUES (1)", "CREATE TABLE host_b(v)", "DELETE FROM host_a", "PRAGMA user_version=3",
    ] {
      let error = #expect(throws: SQLiteError.self) { try reader.execute(sql) }
      #expect(error?.code.primary == .readonly, "\(sql)")
    }
    #expect(try reader.count("host_a") == 0)
  }

  @Test("a damaged page is told as damage, not as an empty table")
  func damage() throws {
    do {
      let writer = try database.writer()
      try writer.execute("CREATE TABLE host_a(v)")
      for _ in 0..<200 {
        try writer.execute("INSERT INTO host_a VALUES (?)", [.text(String(repeating: "x", count: 300))])
      }
    }
    var bytes = fileBytes(database.path)
    for index in 4096..<bytes.count { bytes[index] = 0xEE }
    makeFile(database.path, bytes)
    let reader = try Connection(path: database.path, mode: .reader)
    let error = #expect(throws: SQLiteError.self) { try reader.rows("SELECT * FROM host_a") }
    #expect(error?.code.primary == .corrupt)
  }

  @Test("two databases in one process know nothing of each other")
  func independent() throws {
    let other = try TemporaryDatabase()
    let a = try database.writer()
    let b = try other.writer()
    try a.execute("CREATE TABLE host_a(v)")
    try b.execute("CREATE TABLE host_b(v)")
    try a.withNamespace(.module("agenda")) {
      #expect(b.namespace == .host)
      let count = try b.count("host_b")
      #expect(count == 0)
      #expect(throws: SQLiteError.self) { try a.count("host_a") }
    }
  }
}
