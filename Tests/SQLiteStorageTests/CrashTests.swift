import Glibc
import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Killed, or out of room, in the middle of writing")
struct CrashTests {
  @Test("kill -9 under writes: what was acknowledged is there, and what is there is whole", arguments: 0..<3)
  func killed(_ round: Int) async throws {
    let database = try TemporaryDatabase()
    let path = database.path
    let acknowledgements = database.folder + "/acknowledged"
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, acknowledgements = acknowledgements as String, round = round as Int] in
      let descriptor = open(acknowledgements, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      var options = WriterOptions()
      options.checkpointPages = 8
      let writer = try WriterThread(path: path, options: options)
      try writer.perform { try $0.script("CREATE TABLE host_a(v UNIQUE); CREATE TABLE host_b(v)") }
      // This thread kills the process while the writer's thread is somewhere in a group, a sync or a checkpoint.
      let acknowledged = Counter()
      for value in 0..<100_000 {
        try writer.submit({ connection in
          try connection.execute("INSERT INTO host_a VALUES (?)", [.integer(value)])
          try connection.execute("INSERT INTO host_b VALUES (?)", [.integer(value)])
        }) { result in
          guard case .success = result else { return }
          _ = write(descriptor, [UInt8(1)], 1)
          acknowledged.add()
        }
        while acknowledged.value + 64 < value {}
        if acknowledged.value > 200 + round * 83 { kill(getpid(), SIGKILL) }
      }
      writer.stop()
    }
    let acknowledged = fileBytes(acknowledgements).count
    #expect(acknowledged > 100)
    let connection = try database.writer()
    let kept = try connection.rows("SELECT v FROM host_a ORDER BY v").map { try $0.int("v") }
    #expect(kept.count >= acknowledged)
    #expect(kept == Array(0..<kept.count))
    #expect(try connection.count("host_b") == kept.count)
    #expect(try connection.firstRow("PRAGMA integrity_check")?.values.first == "ok")
  }

  @Test("when the commit itself cannot be written, nobody of the group hears yes, and nothing of it stays")
  func failedCommit() async throws {
    let database = try TemporaryDatabase()
    let path = database.path
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      let writer = try WriterThread(path: path)
      try writer.perform { try $0.execute("CREATE TABLE host_a(v)") }
      let answers = Journal()
      let gate = Gate()
      try writer.submit({ _ in gate.wait() }) { _ in }
      gate.waitUntilReached()
      for _ in 0..<3 {
        try writer.submit({ _ = try $0.execute("INSERT INTO host_a VALUES (zeroblob(30000))") }) {
          answers.add($0.name)
        }
      }
      // From here, no file of this process can grow: what a full disk does, at the moment of the commit.
      var before = rlimit()
      getrlimit(__rlimit_resource_t(1), &before)
      var now = rlimit(rlim_cur: 20_000, rlim_max: before.rlim_max)
      setrlimit(__rlimit_resource_t(1), &now)
      gate.open()
      #expect(throws: SQLiteError.self) {
        try writer.perform { _ = try $0.execute("INSERT INTO host_a VALUES (zeroblob(30000))") }
      }
      guard answers.all.count == 3, !answers.all.contains("kept") else { exit(11) }
      let pool = try ReaderPool(path: path)
      guard try pool.read({ try $0.count("host_a") }) == 0 else { exit(12) }
      pool.close()
      setrlimit(__rlimit_resource_t(1), &before)
      try writer.perform { _ = try $0.execute("INSERT INTO host_a VALUES (1)") }
      writer.stop()
    }
    #expect(try Connection(path: path, mode: .writer).count("host_a") == 1)
  }
}
