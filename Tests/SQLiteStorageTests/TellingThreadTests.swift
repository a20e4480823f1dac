import ParticipationKit
import SQLiteStorage
import Testing

@Suite("Telling callers what became of their work")
struct TellingThreadTests {
  let database: TemporaryDatabase
  let writer: WriterThread

  init() throws {
    database = try TemporaryDatabase()
    writer = try WriterThread(path: database.path)
    try writer.perform { try $0.script("CREATE TABLE host_a(v INTEGER PRIMARY KEY) STRICT") }
  }

  @Test("an answer that takes its time holds up no other act")
  func answersBesideTheWriter() throws {
    let gate = Gate()
    let answers = Journal()
    try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (1)") }) { _ in
      gate.wait()
      answers.add("first")
    }
    gate.waitUntilReached()
    let isWritten = Gate()
    try writer.submit({ connection in
      try connection.execute("INSERT INTO host_a VALUES (2)")
      isWritten.open()
      isWritten.wait()
    }) { _ in answers.add("second") }
    isWritten.waitUntilReached()
    #expect(answers.all.isEmpty)
    gate.open()
    writer.stop()
    #expect(answers.all == ["first", "second"])
  }

  @Test("a thread that waits for its act hears after those before it")
  func order() throws {
    let gate = Gate()
    let answers = Journal()
    try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (1)") }) { _ in
      gate.wait()
      answers.add("submitted")
    }
    gate.waitUntilReached()
    try writer.submit({ _ in gate.open() }) { _ in answers.add("opened") }
    try writer.perform { try $0.execute("INSERT INTO host_a VALUES (2)") }
    #expect(answers.all == ["submitted", "opened"])
    writer.stop()
  }

  @Test("a blocking call in an answer is refused: it would wait for itself")
  func reentrant() throws {
    let answers = Journal()
    try writer.submit({ _ in }) { [writer] _ in
      do { try writer.perform { _ in } } catch { answers.add("\(error as? WriterError == .calledOnWriterThread)") }
      // Neither may this wait for its own thread.
      writer.stop()
    }
    writer.stop()
    #expect(answers.all == ["true"])
  }

  @Test("stopping ends only when everybody was told, accepted or refused")
  func toldAtTheEnd() throws {
    let gate = Gate()
    let answers = Journal()
    try writer.submit({ _ in gate.wait() }) { answers.add($0.name) }
    gate.waitUntilReached()
    for value in 1...20 {
      try writer.submit({ try $0.execute("INSERT INTO host_a VALUES (?)", [.integer(value % 10)]) }) { result in
        if case .failure = result { answers.add("refused") } else { answers.add("kept") }
      }
    }
    gate.open()
    writer.stop()
    #expect(answers.all == Array(repeating: "kept", count: 11) + Array(repeating: "refused", count: 10))
  }
}
