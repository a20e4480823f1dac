import Glibc
import ParticipationKit
import Synchronization
import Testing

@testable import ModuleProcess

/// A process of some lines of Python, started as a module's process is.
final class SmallChild: Sendable {
  let runner: ChildRunner
  private let files: WrittenFolder
  /// The module's folder.
  var folder: String { files.path }

  /// - Parameters:
  ///   - code: What the program does; `read()` gives the next frame, `answer(frame, result)` answers one, `greet()`
  ///     answers the first one as it should be.
  ///   - secret: A folder that it must not see.
  ///   - isProgram: Whether the file is run by itself, and not by an interpreter that is named.
  init(
    _ code: String, secret: String = "", isProgram: Bool = false, _ change: (inout ChildLimits) -> Void = { _ in }
  ) throws {
    files = try WrittenFolder(["main.py": "#!/usr/bin/python3\n" + SmallChild.prelude + code])
    if isProgram { try #require(chmod(files.path + "/main.py", 0o755) == 0) }
    var limits = ChildLimits()
    limits.start = 20
    limits.longestRest = 30
    change(&limits)
    let log = SmallChild.Log()
    self.log = log
    runner = ChildRunner(
      ChildPlan(
        module: "small", run: isProgram ? ["./main.py"] : ["python3", "main.py"], folder: files.path, secret: secret,
        limits: limits,
        log: { log.add($0) }),
      Greeting(module: "small", moduleVersion: "1.0.0", facts: []))
  }

  /// Puts a file into its folder.
  func write(_ text: String, to name: String) throws { try files.write(text, to: name) }

  deinit { runner.stop() }

  /// What was written to the log.
  var lines: [String] { log.lines }

  private let log: Log

  /// Lines of a log.
  final class Log: Sendable {
    private let all = Mutex<[String]>([])
    func add(_ line: String) { all.withLock { $0.append(line) } }
    var lines: [String] { all.withLock { $0 } }
  }

  /// Asks, and gives the answer, or the kind of failure.
  @discardableResult
  func ask(_ name: String = "ask", within seconds: Double = 20) throws(ChildFailure) -> JSONValue {
    try runner.call(name, [], within: seconds)
  }

  /// The kind of failure of one question; nil when it is answered.
  func failure(within seconds: Double = 20) -> ChildFailure? {
    do throws(ChildFailure) {
      _ = try ask(within: seconds)
      return nil
    } catch {
      return error
    }
  }

  static let prelude = """
    import sys, json, struct, os
    def read():
        head = sys.stdin.buffer.read(4)
        if len(head) < 4: sys.exit(0)
        return json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))
    def send(body):
        sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
        sys.stdout.buffer.flush()
    def answer(frame, result): send(json.dumps({"id": frame["id"], "result": result}).encode())
    def greet(protocol=1, module="small"):
        answer(read(), {"protocol": protocol, "module": module, "version": "1.0.0"})

    """
}
