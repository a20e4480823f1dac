import Glibc
@testable import ModuleProcess
import Testing

/// Whoever sends a file chooses what a reader of files is fed with: it must end, and reach nothing.
@Suite("A program that runs once on one file")
struct ConfinedProgramTests {
  private func run(_ program: ConfinedProgram) -> ConfinedProgram.Outcome {
    let file = open("/etc/hostname", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    return program.run(input: file, folder: "/usr")
  }

  @Test("it reads its file and nothing else, and can write nowhere")
  func confined() throws {
    guard case .output(let read) = run(ConfinedProgram("cat", arguments: [])) else {
      Issue.record("cat did not run")
      return
    }
    #expect(!read.isEmpty)
    try #require(Confinement.ofThisKernel.landlock > 0, "this kernel has no Landlock")
    #expect(run(ConfinedProgram("cat", arguments: ["/etc/passwd"])) == .failed)
    #expect(run(ConfinedProgram("touch", arguments: ["/tmp/parvis-confined"])) == .failed)
  }

  @Test("one that never ends, or writes without end, is ended; one that is not installed is said to be so")
  func bounded() {
    var slow = ConfinedProgram("sleep", arguments: ["60"])
    slow.seconds = 1
    #expect(run(slow) == .failed)
    var silent = ConfinedProgram("sh", arguments: ["-c", "exec 1>&-; while :; do sleep 1 & wait; done"])
    silent.seconds = 1
    let start = MonotonicClock.now
    #expect(run(silent) == .failed)
    #expect(MonotonicClock.now - start < 20, "one that closed its output held the thread")
    var loud = ConfinedProgram("yes", arguments: [])
    loud.mostBytes = 100_000
    guard case .output(let bytes) = run(loud) else {
      Issue.record("nothing was kept")
      return
    }
    #expect(bytes.count == 100_000)
    #expect(run(ConfinedProgram("no-such-program", arguments: [])) == .absent)
  }
}
