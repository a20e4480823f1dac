internal import CConfinement
internal import Glibc
internal import ParticipationKit
internal import Synchronization

/// How a module's process is started.
struct ChildPlan: Sendable {
  /// The module, for the log.
  let module: String
  /// The program and what follows its name, as `module.json` says it.
  let run: [String]
  /// The module's folder, with its links resolved.
  let folder: String
  /// A folder that nothing may be seen of; empty for none.
  let secret: String
  let limits: ChildLimits
  let log: @Sendable (String) -> Void
}

/// One running process of a module, with a thread of its own that reads its messages and sees its end.
///
/// The thread also starts the process: the kernel ends a child together with the thread that made it, so that none is
/// left when the host is killed.
final class ChildProcess: Sendable {
  private struct State {
    var pid: pid_t = 0
    var failure: ChildFailure?
    /// The status of waitpid(2), once it ended.
    var status: Int32?
    var isReaped = false
    var isClosed = false
  }

  private let state = Mutex(State())
  /// The host's ends; nil once they are closed. Held while frames go to and fro, so that no number of a closed file,
  /// which the kernel gives to the next one that is opened, is ever waited for, read or written.
  private let ends: Mutex<FrameExchange?>
  /// The host's end of the socket, to say that nothing more will come while frames still go to and fro.
  private let ownInput: Int32
  private let plan: ChildPlan
  /// Closed by the thread when the start is known.
  private let started: (read: Int32, write: Int32)
  private let childEnds: (input: Int32, output: Int32)

  /// Starts the process.
  /// - Throws: ``ChildFailure`` of the kind `start`.
  init(_ plan: ChildPlan) throws(ChildFailure) {
    self.plan = plan
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    var start: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    // A socket and not a pipe where the host writes: a process that is gone must not end the host by a signal.
    guard socketpair(AF_UNIX, type, 0, &input) == 0, parvis_pipe(&output) == 0, parvis_pipe(&start) == 0
    else {
      for file in input + output + start where file >= 0 { close(file) }
      throw ProgramStart.failure("pipe", errno)
    }
    for file in [input[0], output[0]] { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
    ownInput = input[0]
    ends = Mutex(FrameExchange(input: input[0], output: output[0], limit: plan.limits.mostBytes))
    childEnds = (input: input[1], output: output[1])
    started = (read: start[0], write: start[1])
    // Not here instead: supervising lasts as long as the process.
    do {
      try DetachedThread.start { self.supervise() }
    } catch {
      for file in [childEnds.input, childEnds.output, started.read, started.write] { close(file) }
      closeOwnEnds()
      throw ProgramStart.failure("thread", error.number)
    }
    var byte: UInt8 = 0
    while read(started.read, &byte, 1) < 0, errno == EINTR {}
    close(started.read)
    if let failure = state.withLock({ $0.failure }) {
      closeOwnEnds()
      throw failure
    }
  }

  // MARK: The thread

  private func supervise() {
    var errors: [Int32] = [-1, -1]
    let code = parvis_pipe(&errors)
    let outcome: Result<pid_t, ChildFailure> =
      code == 0 ? outcome(errors: errors[1]) : .failure(ProgramStart.failure("pipe", errno))
    for file in [childEnds.input, childEnds.output, errors[1]] where file >= 0 { close(file) }
    state.withLock { state in
      switch outcome {
      case .success(let pid): state.pid = pid
      case .failure(let failure): state.failure = failure
      }
    }
    close(started.write)
    guard case .success(let pid) = outcome else {
      if errors[0] >= 0 { close(errors[0]) }
      return
    }
    var messages = ChildMessages(plan)
    messages.readAll(errors[0])
    close(errors[0])
    reap(pid)
  }

  private func outcome(errors: Int32) -> Result<pid_t, ChildFailure> {
    do throws(ChildFailure) {
      return .success(try start(errors: errors))
    } catch {
      return .failure(error)
    }
  }

  private func start(errors: Int32) throws(ChildFailure) -> pid_t {
    guard let program = Paths.program(plan.run[0], in: plan.folder) else {
      let places = Paths.searched.joined(separator: ", ")
      throw ChildFailure(
        .start, fr: "le programme « \(plan.run[0]) » n’est pas dans \(places) ; installez-le",
        en: "the program “\(plan.run[0])” is not in \(places); install it")
    }
    return try ProgramStart(
      program: program, arguments: Array(plan.run.dropFirst()), environment: ["PARVIS_PROTOCOL=1"],
      folder: plan.folder, secret: plan.secret,
      files: (input: childEnds.input, output: childEnds.output, errors: errors), memory: plan.limits.memory,
      addressSpace: max(1 << 30, 4 * plan.limits.memory), processor: plan.limits.processor
    ).run()
  }

  /// Waits for the end. The id stays the child's until it is taken here, so a signal never meets another process.
  private func reap(_ pid: pid_t) {
    var facts = siginfo_t()
    while waitid(P_PID, id_t(pid), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    state.withLock { state in
      var status: Int32 = 0
      state.status = waitpid(pid, &status, 0) == pid ? status : 0
      state.isReaped = true
    }
  }

  // MARK: Frames

  /// Sends a frame and gives the one that answers it.
  /// - Parameter until: The instant of ``MonotonicClock`` at which it is too late.
  /// - Throws: ``ChildFailure``; of the kind `ended` once ``kill()`` or ``finish()`` was called, also meanwhile.
  func call(_ request: [UInt8], until: Double) throws(ChildFailure) -> [UInt8] {
    try exchanging { (exchange: FrameExchange) throws(ChildFailure) in try exchange.call(request, until: until) }
  }

  /// Checks that the process is there and says nothing unasked.
  /// - Throws: ``ChildFailure``.
  func checkIdle() throws(ChildFailure) {
    try exchanging { (exchange: FrameExchange) throws(ChildFailure) in try exchange.checkIdle() }
  }

  private func exchanging<Value: Sendable>(
    _ body: (FrameExchange) throws(ChildFailure) -> Value
  ) throws(ChildFailure) -> Value {
    let outcome = ends.withLock { exchange -> Result<Value, ChildFailure> in
      guard let exchange else { return .failure(FrameExchange.ended) }
      do throws(ChildFailure) {
        return .success(try body(exchange))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  // MARK: From outside

  /// The id of the process.
  var pid: Int32 { state.withLock { $0.pid } }

  /// Lets it use the processor for one more call.
  func grant() {
    state.withLock { state in
      if !state.isReaped { _ = parvis_child_grant(state.pid, UInt64(plan.limits.processor)) }
    }
  }

  /// How it ended, when it has, or does within a tenth of a second.
  func ending() -> ChildFailure {
    let until = MonotonicClock.now + 0.1
    while MonotonicClock.now < until {
      if let status = state.withLock({ $0.status }) { return ChildProcess.words(status) }
      usleep(2000)
    }
    return FrameExchange.ended
  }

  private static func words(_ status: Int32) -> ChildFailure {
    let signal = status & 0x7F
    if signal == 0 {
      let code = status >> 8 & 0xFF
      return ChildFailure(
        .ended, fr: "le processus s’est arrêté, code \(code)", en: "the process ended with status \(code)")
    }
    let name = String(cString: strsignal(signal))
    return ChildFailure(
      .ended, fr: "le processus a été arrêté par un signal : \(name)", en: "the process was ended by a signal: \(name)")
  }

  /// Ends it at once.
  func kill() {
    state.withLock { state in
      if !state.isReaped { _ = Glibc.kill(state.pid, SIGKILL) }
    }
    closeOwnEnds()
  }

  /// Lets it end by itself: it finds the end of its input. One that stays is ended after a second.
  func finish() {
    // What is shut down stays open under its number: frames may still go to and fro.
    state.withLock { state in
      if !state.isClosed { _ = shutdown(ownInput, Int32(SHUT_RDWR)) }
    }
    let until = MonotonicClock.now + 1
    while MonotonicClock.now < until, !state.withLock({ $0.isReaped }) { usleep(2000) }
    kill()
  }

  /// Closes the host's ends, once no frame goes to and fro any more: with the process their other ends are gone.
  private func closeOwnEnds() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard isFirst else { return }
    ends.withLock { exchange in
      if let exchange {
        close(exchange.input)
        close(exchange.output)
      }
      exchange = nil
    }
  }
}
