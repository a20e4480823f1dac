internal import CConfinement
internal import Glibc

/// A program that is run once on one file, with less than Parvis may do: no network, no other files, no other
/// processes, little memory and time. For readers of formats that come from anybody.
public struct ConfinedProgram: Sendable {
  /// What came of it.
  public enum Outcome: Sendable, Equatable {
    /// What it wrote, cut at the limit.
    case output([UInt8])
    /// It is not installed.
    case absent
    /// It failed, or took too long.
    case failed
  }

  /// Its name, looked for in the system's folders.
  public let name: String
  /// What follows the name.
  public let arguments: [String]
  /// How long it may take, in seconds.
  public var seconds = 20
  /// The most memory, in bytes.
  public var memory = 512 << 20
  /// The most bytes of its output; then it is ended.
  public var mostBytes = 1 << 20

  /// Describes a program.
  public init(_ name: String, arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }

  /// Where it is installed; nil when it is not.
  public var path: String? { Paths.program(name, in: "/") }

  /// Runs it, with an open file as its standard input, and waits.
  /// - Parameters:
  ///   - input: The descriptor of the file.
  ///   - folder: Where the program begins, which it may read.
  public func run(input: Int32, folder: String) -> Outcome {
    guard let program = path else { return .absent }
    var output: [Int32] = [-1, -1]
    guard parvis_pipe(&output) == 0 else { return .failed }
    let silence = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer {
      close(output[0])
      if silence >= 0 { close(silence) }
    }
    // The thread that calls this waits for the child, so it lives as long. Not confined where the kernel confines: then
    // it does not run.
    let pid = try? ProgramStart(
      program: program, arguments: arguments, environment: ["HOME=/nonexistent"], folder: folder,
      files: (input: input, output: output[1], errors: silence), memory: memory, addressSpace: 2 * memory,
      processor: seconds
    ).run()
    close(output[1])
    guard let pid else { return .failed }
    var bytes: [UInt8] = []
    let until = MonotonicClock.now + Double(seconds)
    let isWhole = read(output[0], into: &bytes, until: until)
    let status = end(pid, isWhole ? until : 0)
    if bytes.count >= mostBytes { return .output(Array(bytes.prefix(mostBytes))) }
    return isWhole && status == 0 ? .output(bytes) : .failed
  }

  /// Waits for the child until a time, and then ends it: one that closed its output may go on for ever.
  private func end(_ pid: pid_t, _ until: Double) -> Int32 {
    var status: Int32 = 0
    while MonotonicClock.now < until {
      let found = waitpid(pid, &status, WNOHANG)
      if found == pid { return status }
      if found < 0, errno != EINTR { return -1 }
      usleep(2000)
    }
    _ = kill(pid, SIGKILL)
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// Reads to the end; false when that does not come in time, or too much came.
  private func read(_ output: Int32, into bytes: inout [UInt8], until: Double) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let left = until - MonotonicClock.now
      guard left > 0, bytes.count < mostBytes else { return false }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(left * 1000) + 1)
      if ready < 0, errno != EINTR { return false }
      guard ready > 0 else { continue }
      let count = Glibc.read(output, &buffer, buffer.count)
      if count == 0 { return true }
      if count < 0, errno != EINTR { return false }
      if count > 0 { bytes += buffer[0..<count] }
    }
  }
}
