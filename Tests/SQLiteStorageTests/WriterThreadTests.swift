import Glibc
import ParticipationKit
import SQLiteStorage
import Synchronization
import Testing

@Suite("The writer's thread")
struct WriterThreadTests {
  struct Refused: Error {}

  let database: TemporaryDatabase
  let writer: WriterThread
  let commits = Counter()

  init() throws {
    database = try TemporaryDatabase()
    writer = try WriterThread(path: database.path) { [commits] in commits.add() }
    try writer.perform { try $0.execute("CREATE TABLE host_a(v UNIQUE)") }
  }

  private func values() throws -> [Int] {
    try Connection(path: database.path, mode: .reader).rows("SELECT v FROM host_a ORDER BY v").map { try $0.int("v") }
  }

  @Test("what was acknowledged is in the files at that moment, as a kill would leave them")
  func durable() throws {
    for value in 1...5 { try writer.perform { try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) } }
    let copy = try TemporaryDatabase()
    for suffix in ["", "-wal"] { makeFile(copy.path + suffix, fileBytes(database.path + suffix)) }
    let after = try copy.writer()
    #expect(try after.count("host_a") == 5)
    #expect(try after.firstRow("PRAGMA integrity_check")?.values.first == "ok")
    writer.stop()
    #expect(commits.value == 6)
  }

  @Test("jobs that wait together share one commit; one that throws undoes only itself; answers keep the order")
  func group() throws {
    let answers = Journal()
    let gate = Gate()
    try writer.submit({ _ in gate.wait() }) { _ in }
    gate.waitUntilReached()
    for number in 1...20 {
      try writer.submit({ connection in
        try connection.execute("INSERT INTO host_a VALUES (?)", [.integer(number)])
        if number % 5 == 0 { throw Refused() }
        return number
      }) { result in answers.add((try? result.get()).map { "\($0)" } ?? "refused \(number)") }
    }
    gate.open()
    try writer.perform { _ in }
    #expect(answers.all == (1...20).map { $0 % 5 == 0 ? "refused \($0)" : "\($0)" })
    #expect(try values() == (1...20).filter { $0 % 5 != 0 })
    writer.stop()
    // The table, the gate, the group, and the last one, which may be in the group.
    #expect((3...4).contains(commits.value))
  }

  @Test("the copy that a new file needs lies on disk: a large database must not be held in memory")
  func rebuildOnDisk() throws {
    try writer.perform { connection in
      try connection.execute("CREATE TABLE host_large(v)")
      try connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 32) "
          + "INSERT INTO host_large SELECT randomblob(1000000) FROM n")
    }
    try writer.emptyLog()
    var isSeen = false
    // The window is some hundred milliseconds wide; on a busy machine the one that looks may miss it.
    for _ in 1...3 where !isSeen {
      let watch = TemporaryFileWatch()
      try writer.rebuild()
      isSeen = watch.stop()
    }
    #expect(isSeen, "no temporary file was open while the file was written anew")
    try writer.emptyLog()
    #expect(try writer.perform { try $0.firstRow("PRAGMA temp_store")?.values.first?.asInteger } == 2)
    #expect(try writer.perform { try $0.count("host_large") } == 32)
    writer.stop()
  }

  @Test("two acts with the same key in one group: the first wins, the second hears that it is a duplicate")
  func duplicates() throws {
    let gate = Gate()
    let answers = Journal()
    try writer.submit({ _ in gate.wait() }) { _ in }
    for _ in 0..<2 {
      try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (1)") }) { result in
        switch result {
        case .success: answers.add("accepted")
        case .failure(let error): answers.add((error as? SQLiteError)?.isDuplicate == true ? "duplicate" : "\(error)")
        }
      }
    }
    gate.open()
    try writer.perform { _ in }
    #expect(answers.all == ["accepted", "duplicate"])
  }

  @Test("a deferred foreign key that one act breaks does not fail the others")
  func deferredKeys() throws {
    try writer.perform { connection in
      try connection.execute("CREATE TABLE host_b(a REFERENCES host_a(v) DEFERRABLE INITIALLY DEFERRED)")
    }
    let gate = Gate()
    let answers = Journal()
    try writer.submit({ _ in gate.wait() }) { _ in }
    for value in [1, 404, 2] {
      try writer.submit({ connection in
        try connection.execute("INSERT INTO host_b VALUES (?)", [.integer(value)])
        if value < 10 { try connection.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }
      }) { result in
        if case .failure(let error) = result {
          answers.add((error as? SQLiteError)?.code == .constraintForeignKey ? "broken key" : "\(error)")
        } else {
          answers.add("kept")
        }
      }
    }
    gate.open()
    try writer.perform { _ in }
    #expect(answers.all == ["kept", "broken key", "kept"])
    #expect(try values() == [1, 2])
  }

  @Test("a full disk refuses, loses nothing that was acknowledged, and reads go on; later there is room again")
  func fullDisk() throws {
    try writer.perform { try $0.execute("INSERT INTO host_a VALUES (1)") }
    try writer.perform { connection in
      let pages = try connection.firstRow("PRAGMA page_count")?.values.first?.asInteger ?? 0
      try connection.execute("PRAGMA max_page_count = \(pages)")
    }
    let error = #expect(throws: SQLiteError.self) {
      try writer.perform { try $0.execute("INSERT INTO host_a VALUES (zeroblob(100000))") }
    }
    #expect(error?.code == .full)
    #expect(try values() == [1])
    try writer.perform { try $0.execute("PRAGMA max_page_count = 100000") }
    try writer.perform { try $0.execute("INSERT INTO host_a VALUES (2)") }
    #expect(try values() == [1, 2])
  }

  @Test("a job that ends the common transaction fails its group, and the writer goes on")
  func endedByJob() throws {
    let gate = Gate()
    let answers = Journal()
    try writer.submit({ _ in gate.wait() }) { _ in }
    try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (1)") }) { answers.add($0.name) }
    try writer.submit({ try $0.execute("ROLLBACK") }) { answers.add($0.name) }
    try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (3)") }) { answers.add($0.name) }
    gate.open()
    try writer.perform { _ in }
    #expect(answers.all == ["transactionEndedByJob", "transactionEndedByJob", "kept"])
    #expect(try values() == [3])
  }

  @Test("a database that another program writes is told as busy, to all who waited")
  func busy() throws {
    let other = try database.writer()
    var options = WriterOptions()
    options.connection.busyTimeoutMilliseconds = 10
    let impatient = try WriterThread(path: database.path, options: options)
    try other.transaction {
      let error = #expect(throws: SQLiteError.self) { try impatient.perform { _ in } }
      #expect(error?.code.primary == .busy)
    }
    try impatient.perform { try $0.execute("INSERT INTO host_a VALUES (1)") }
    impatient.stop()
  }

  @Test("too many waiting jobs are refused at once, and those accepted are done")
  func overloaded() throws {
    var options = WriterOptions()
    options.queueLimit = 3
    let small = try WriterThread(path: database.path, options: options)
    let gate = Gate()
    try small.submit({ _ in gate.wait() }) { _ in }
    gate.waitUntilReached()
    for value in 1...3 {
      try small.submit({ try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }) { _ in }
    }
    #expect(throws: WriterError.overloaded(waiting: 3)) { try small.submit({ _ in }) { _ in Issue.record("called") } }
    gate.open()
    small.stop()
    #expect(try values() == [1, 2, 3])
  }

  @Test("stopping finishes what waits, empties the log and refuses what comes later")
  func stops() throws {
    let answers = Journal()
    for value in 1...500 {
      try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }) { answers.add($0.name) }
    }
    writer.stop()
    writer.stop()
    #expect(answers.all == Array(repeating: "kept", count: 500))
    #expect(database.fileNames == ["commune.sqlite"])
    #expect(throws: WriterError.stopped) { try writer.perform { _ in } }
  }

  @Test("a blocking call on the writer's own thread is refused instead of waiting for ever")
  func reentrant() throws {
    try writer.perform { [writer] _ in
      #expect(throws: WriterError.calledOnWriterThread) { try writer.perform { _ in } }
    }
  }

  @Test("a database that cannot be opened is told by the initialiser")
  func cannotOpen() {
    let error = #expect(throws: SQLiteError.self) { _ = try WriterThread(path: database.folder + "/no/x.sqlite") }
    #expect(error?.code.primary == .cantOpen)
  }

  @Test("work alone may commit by itself, and what it leaves open is undone")
  func alone() throws {
    try writer.performAlone { connection in
      try connection.transaction { try connection.execute("INSERT INTO host_a VALUES (1)") }
      try connection.execute("BEGIN")
      try connection.execute("INSERT INTO host_a VALUES (2)")
    }
    try writer.perform { try $0.execute("INSERT INTO host_a VALUES (3)") }
    #expect(try values() == [1, 3])
    writer.stop()
    #expect(commits.value == 3)
  }

  @Test("a backup is complete, is private, never replaces a file, and leaves no half copy")
  func backup() throws {
    for value in 1...50 { try writer.perform { try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) } }
    let target = database.folder + "/copy.sqlite"
    try writer.backup(to: target)
    var info = stat()
    #expect(stat(target, &info) == 0)
    #expect(info.st_mode & 0o777 == 0o600)
    let bytes = fileBytes(target)
    let error = #expect(throws: SQLiteError.self) { try writer.backup(to: target) }
    #expect(error?.code == .cantOpen)
    #expect(fileBytes(target) == bytes)
    #expect(throws: SQLiteError.self) { try writer.backup(to: database.folder + "/none/copy.sqlite") }
    #expect(!database.fileNames.contains { $0.contains("partial") })
    #expect(try Connection(path: target, mode: .writer).count("host_a") == 50)
  }

  @Test("the log does not grow without end, also with a reader that stays in its snapshot for a while")
  func checkpoints() throws {
    var options = WriterOptions()
    options.checkpointPages = 5
    let small = try WriterThread(path: database.path, options: options)
    let pool = try ReaderPool(path: database.path)
    func write(_ from: Int) throws {
      for value in from..<(from + 100) {
        try small.perform { try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }
      }
    }
    try pool.read { connection in
      _ = try connection.count("host_a")
      try write(0)
    }
    try write(100)
    #expect(fileBytes(database.path + "-wal").count < 1_000_000)
    #expect(small.checkpointError == nil)
    pool.close()
    small.stop()
    #expect(try values().count == 200)
  }

  @Test("while jobs wait the log may grow to four times its pages; then it is written anew and keeps its size")
  func restarts() throws {
    var options = WriterOptions()
    options.checkpointPages = 5
    options.groupLimit = 1
    let small = try WriterThread(path: database.path, options: options)
    defer { small.stop() }
    func log() -> Int { fileBytes(database.path + "-wal").count }
    let gate = Monitor(false)
    try small.submit({ _ in gate.wait(seconds: 20) { $0 ? true : nil } }) { _ in }
    for value in 0..<60 {
      try small.submit({ _ = try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }) { _ in }
    }
    gate.update { $0 = true }
    try small.perform { _ in }
    let bytes = log()
    #expect(bytes > 12 * 4096 && bytes < 40 * 4096)
    // A sync of what lies inside the file takes a fraction of one that makes it longer.
    for value in 60..<160 {
      try small.perform { try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }
      #expect(log() == bytes)
    }
    // What an erasure asks for cuts it all the same.
    try small.emptyLog()
    #expect(log() == 0)
    #expect(try values().count == 160)
  }

  @Test("many threads at once: every acknowledged act is there, once")
  func manyThreads() async throws {
    let writer = writer
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for number in 0..<50 {
            let value = task * 50 + number
            try await withCheckedThrowingContinuation { (next: CheckedContinuation<Void, any Error>) in
              do {
                try writer.submit({ _ = try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value)]) }) {
                  next.resume(with: $0)
                }
              } catch { next.resume(throwing: error) }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try values() == Array(0..<400))
  }
}

/// Counts from any thread.
final class Counter: Sendable {
  private let count = Atomic(0)
  func add() { count.add(1, ordering: .relaxed) }
  var value: Int { count.load(ordering: .relaxed) }
}

/// Notes words from any thread, in order.
final class Journal: Sendable {
  private let words = Mutex<[String]>([])
  func add(_ word: String) { words.withLock { $0.append(word) } }
  var all: [String] { words.withLock { $0 } }
}

/// Holds the writer's thread until a test has filled the queue behind it.
final class Gate: Sendable {
  private let isOpen = Atomic(false)
  private let isReached = Atomic(false)
  func wait() {
    isReached.store(true, ordering: .releasing)
    while !isOpen.load(ordering: .acquiring) { usleep(200) }
  }
  func open() { isOpen.store(true, ordering: .releasing) }
  func waitUntilReached() { while !isReached.load(ordering: .acquiring) { usleep(200) } }
}

extension Result where Failure == any Error {
  /// `kept`, or the name of the writer's error.
  var name: String {
    switch self {
    case .success: "kept"
    case .failure(WriterError.transactionEndedByJob): "transactionEndedByJob"
    case .failure(let error): "\(error)"
    }
  }
}

/// Looks for open temporary files of SQLite until it is stopped. SQLite removes their names at once; the descriptors
/// still tell them.
final class TemporaryFileWatch: Sendable {
  private struct State {
    var isSeen = false
    var isStopping = false
    var isStopped = false
  }

  private let state = Mutex(State())

  init() {
    let state = Unmanaged.passRetained(self)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<TemporaryFileWatch>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, state.toOpaque())
    pthread_detach(thread)
  }

  /// Ends; whether one was seen.
  func stop() -> Bool {
    state.withLock { $0.isStopping = true }
    while !state.withLock({ $0.isStopped }) { usleep(500) }
    return state.withLock { $0.isSeen }
  }

  private func run() {
    while !state.withLock({ $0.isStopping || $0.isSeen }) {
      for name in TemporaryDatabase.names(in: "/proc/self/fd") {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink("/proc/self/fd/" + name, &target, 255)
        guard count > 0 else { continue }
        let text = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.contains("/etilqs_") { state.withLock { $0.isSeen = true } }
      }
      usleep(200)
    }
    state.withLock { $0.isStopped = true }
  }
}
