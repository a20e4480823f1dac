import Glibc
import ParticipationKit
import Synchronization
import Testing

@testable import ModuleProcess

/// Each way in which a module's process breaks: the host goes on, says what happened, and starts it again.
@Suite struct ChildFailureTests {
  @Test func aProcessThatEndsAtItsStartIsToldWithItsStatusAndThenLeftAlone() throws {
    let child = try SmallChild("sys.exit(3)")
    let first = try #require(child.failure())
    #expect(first.kind == .ended && first.english.contains("status 3"), "\(first)")
    // The next question is asked of a new process at once, the ones after a second failure wait.
    #expect(child.failure()?.kind == .ended)
    let third = try #require(child.failure())
    #expect(third.kind == .resting && third.english.contains("status 3"), "\(third)")
    #expect(child.runner.health.starts == 2)
  }

  @Test func aCrashInACallIsToldWithItsSignalAndTheNextCallIsAnswered() throws {
    let child = try SmallChild(
      """
      greet()
      while True:
          frame = read()
          if frame["call"] == "crash": os.abort()
          answer(frame, {"fine": True})
      """)
    #expect(try child.ask()["fine"]?.asBool == true)
    #expect(throws: ChildFailure.self) { try child.ask("crash") }
    #expect(child.runner.health.failure?.english.contains("signal") == true)
    #expect(try child.ask()["fine"]?.asBool == true, "a crash must not keep the next person waiting")
  }

  @Test func aProcessThatHangsIsEndedAtTheDeadline() throws {
    let child = try SmallChild("greet()\nread()\nimport time\ntime.sleep(600)")
    let begin = MonotonicClock.now
    #expect(child.failure(within: 0.4)?.kind == .deadline)
    #expect(MonotonicClock.now - begin < 15)
    #expect(child.runner.health.isRunning == false)
  }

  @Test func aProcessThatNeverReadsIsEndedAtTheDeadlineToo() throws {
    let child = try SmallChild("greet()\nimport time\ntime.sleep(600)")
    let much = JSONValue.string(String(repeating: "x", count: 3 << 20))
    #expect(throws: ChildFailure.self) { try child.runner.call("ask", [("much", much)], within: 0.4) }
    #expect(child.runner.health.failure?.kind == .deadline)
  }

  @Test(arguments: [
    "sys.stdout.buffer.write(struct.pack('>I', 900 << 20)); sys.stdout.buffer.flush(); read()",
    "body = b'x' * (3 << 20); send(body); read()",
  ]) func anAnswerBeyondTheLimitIsNotRead(code: String) throws {
    let child = try SmallChild("greet()\nread()\n" + code) { $0.mostBytes = 1 << 20 }
    #expect(child.failure()?.kind == .tooLong)
  }

  @Test(arguments: [
    "print('Bonjour, ceci n est pas un cadre', flush=True); read()",
    "send(b'no json'); read()",
    "send(b'{\"id\": 99999, \"result\": {}}'); read()",
    "body = json.dumps({'id': frame['id'], 'result': {}}).encode(); send(body); send(body); read()",
  ]) func whatIsNoAnswerIsGarbage(code: String) throws {
    let child = try SmallChild("greet()\nframe = read()\n" + code)
    var kinds = [child.failure()?.kind]
    // A second frame may come only after the first was taken; then it is found before the next question.
    if kinds == [nil] { kinds.append(child.failure()?.kind) }
    #expect(kinds.contains(.garbage) || child.runner.health.failure?.kind == .garbage, "\(kinds)")
  }

  @Test func anAnswerThatIsCutOffIsAnEnd() throws {
    let child = try SmallChild(
      "greet()\nread()\nsys.stdout.buffer.write(b'\\0\\0\\1\\0{'); sys.stdout.buffer.flush(); sys.exit(0)")
    #expect(child.failure()?.kind == .ended)
  }

  @Test(arguments: ["greet(protocol=2)", "greet(protocol='1')", "greet(module='another')"])
  func anotherVersionOrAnotherModuleIsRefused(code: String) throws {
    let child = try SmallChild(code + "\nread()")
    #expect(child.failure()?.kind == .version)
  }

  @Test(arguments: ["{\"id\": 1, \"error\": \"KeyError\"}", "{\"id\": 1}"])
  func aProcessThatFailsAtItsGreetingIsAskedNothingElse(greeting: String) throws {
    let child = try SmallChild("read()\nsend(b'\(greeting)')\nwhile True: answer(read(), {\"fine\": True})")
    let first = try #require(child.failure())
    #expect(first.kind == .start && first.english.contains("greeting"), "\(first)")
    #expect(!child.runner.health.isRunning)
    #expect(child.failure() != nil, "it would answer without knowing its commune and its settings")
    #expect(child.runner.health.starts == 2)
  }

  @Test func aProcessThatEatsMemoryEndsAndTheHostLives() throws {
    let child = try SmallChild("greet()\nread()\nmany = bytearray(1 << 30)\n") { $0.memory = 128 << 20 }
    #expect(child.failure()?.kind == .ended)
  }

  @Test func aProcessThatEatsTheProcessorBetweenCallsIsEndedAndStartedAgain() throws {
    let child = try SmallChild(
      """
      greet()
      import threading
      def spin():
          while True: pass
      frame = read()
      threading.Thread(target=spin, daemon=True).start()
      answer(frame, {})
      read()
      """
    ) { $0.processor = 1 }
    try child.ask()
    let pid = child.runner.health.pid
    let until = MonotonicClock.now + 30
    while kill(pid, 0) == 0, MonotonicClock.now < until { usleep(20_000) }
    #expect(kill(pid, 0) != 0, "it used more than its second of processor")
    try child.ask()
    #expect(child.runner.health.starts == 2)
  }

  @Test func anErrorInTheCodeKeepsTheProcessAndItsWordsStayThere() throws {
    let child = try SmallChild(
      """
      greet()
      while True:
          frame = read()
          send(json.dumps({"id": frame["id"], "error": "ValueError: Camille lives in Rue Haute"}).encode())
      """)
    let failure = try #require(child.failure())
    #expect(failure.kind == .raised && failure.english.contains("ValueError"))
    #expect(!failure.description.contains("Camille") && !child.lines.joined().contains("Camille"))
    _ = child.failure()
    #expect(child.runner.health.starts == 1)
  }

  @Test func aFailureCanBeNotedWhileAnotherCallIsUnderWay() throws {
    // The writer notes that a query of an act is too long while a batch of documents is being made.
    let child = try SmallChild(
      """
      import time
      greet()
      frame = read()
      print("asked", file=sys.stderr, flush=True)
      while not os.path.exists("go"): time.sleep(0.01)
      answer(frame, {"fine": True})
      read()
      """)
    let answer = Answer()
    try DetachedThread.start { answer.value = (try? child.ask()) ?? .null }
    let until = MonotonicClock.now + 20
    while !child.lines.contains(where: { $0.contains("asked") }), MonotonicClock.now < until { usleep(2000) }
    child.runner.complain(.answer("rows", "fewer"))
    #expect(child.runner.health.failure?.kind == .answer && child.runner.health.isRunning)
    try child.write("", to: "go")
    while answer.value == nil, MonotonicClock.now < until + 10 { usleep(2000) }
    #expect(answer.value?["fine"]?.asBool == true, "noting waited until the call was over")
  }

  private final class Answer: Sendable {
    private let kept = Mutex<JSONValue?>(nil)
    var value: JSONValue? {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  @Test func aMissingProgramIsNamed() throws {
    let runner = ChildRunner(
      ChildPlan(
        module: "small", run: ["no-such-program-here"], folder: "/tmp", secret: "", limits: ChildLimits(), log: { _ in }
      ),
      Greeting(module: "small", moduleVersion: "1.0.0", facts: []))
    do {
      _ = try runner.call("ask", [], within: 5)
      Issue.record("it started")
    } catch {
      #expect(error.kind == .start && error.english.contains("no-such-program-here"))
    }
  }

  @Test func messagesGoToTheLogUpToALimit() throws {
    let child = try SmallChild(
      """
      greet()
      frame = read()
      print("x" * 5000, file=sys.stderr)
      for i in range(200): print("line", i, "\\x1b[31m", file=sys.stderr)
      answer(frame, {})
      """
    ) { $0.mostLines = 10 }
    try child.ask()
    child.runner.stop()
    let until = MonotonicClock.now + 10
    while !child.lines.contains(where: { $0.contains("lines more") }), MonotonicClock.now < until { usleep(5000) }
    let said = child.lines.filter { $0.contains(" says: ") }
    #expect(said.count == 10)
    #expect(said.allSatisfy { $0.utf8.count < 600 && !$0.utf8.contains(0x1B) })
    #expect(child.lines.contains { $0.contains("said 191 lines more") }, "\(child.lines.suffix(2))")
  }

  @Test func theEndOfTheInputEndsTheProcess() throws {
    let child = try SmallChild("greet()\nwhile True: answer(read(), {})")
    try child.ask()
    let pid = child.runner.health.pid
    child.runner.stop()
    #expect(kill(pid, 0) != 0)
    #expect(child.failure()?.kind == .stopped)
  }
}
