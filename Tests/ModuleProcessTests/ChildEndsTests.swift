import Glibc
import ParticipationKit
import Synchronization
import Testing

@testable import ModuleProcess

/// The files by which the host speaks with a process: the kernel gives the number of a closed one to the next that is
/// opened, be it the database or somebody's connection.
@Suite struct ChildEndsTests {
  private func process(_ code: String) throws -> (child: ChildProcess, files: WrittenFolder) {
    let files = try WrittenFolder(["main.py": SmallChild.prelude + code])
    let plan = ChildPlan(
      module: "small", run: ["python3", "main.py"], folder: files.path, secret: "", limits: ChildLimits(),
      log: { _ in })
    return (try ChildProcess(plan), files)
  }

  private final class Ending: Sendable {
    private let kept = Mutex<ChildFailure?>(nil)
    var failure: ChildFailure? {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  @Test(arguments: ["kill", "finish"]) func nothingIsReadFromAFileThatTookTheNumberOfAClosedOne(how: String) throws {
    for _ in 0..<8 {
      // The answer has begun, so the host waits for the rest of it.
      let (child, files) = try process(
        "read()\nsys.stdout.buffer.write(b'\\0'); sys.stdout.buffer.flush()\nread()")
      let ending = Ending()
      try DetachedThread.start {
        do throws(ChildFailure) {
          _ = try child.call(Array("{}".utf8), until: MonotonicClock.now + 60)
        } catch {
          ending.failure = error
        }
      }
      usleep(50_000)
      if how == "kill" { child.kill() } else { child.finish() }
      var others: [[Int32]] = []
      for _ in 0..<8 {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        try #require(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && write(ends[1], "words", 5) == 5)
        others.append(ends)
      }
      let until = MonotonicClock.now + 20
      while ending.failure == nil, MonotonicClock.now < until { usleep(1000) }
      #expect(ending.failure?.kind == .ended)
      for ends in others {
        var bytes = [UInt8](repeating: 0, count: 9)
        #expect(read(ends[0], &bytes, 9) == 5, "the words of a file that has nothing to do with the module are gone")
        for file in ends { close(file) }
      }
      withExtendedLifetime(files) {}
    }
  }

  @Test func aClosedProcessAnswersNothing() throws {
    let (child, files) = try process("while True: answer(read(), 1)")
    child.kill()
    #expect(throws: FrameExchange.ended) { try child.call(Array("{}".utf8), until: MonotonicClock.now + 5) }
    #expect(throws: FrameExchange.ended) { try child.checkIdle() }
    child.kill()
    withExtendedLifetime(files) {}
  }
}
