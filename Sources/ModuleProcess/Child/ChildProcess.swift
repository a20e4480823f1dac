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
  let exchange: FrameExchange
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
      throw ChildProcess.unstarted("pipe", errno)
    }
    for file in [input[0], output[0]] { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
    exchange = FrameExchange(input: input[0], output: output[0], limit: plan.limits.mostBytes)
    childEnds = (input: input[1], output: output[1])
    started = (read: start[0], write: start[1])
    // Not here instead: supervising lasts as long as the process.
    do {
      try DetachedThread.start { self.supervise() }
    } catch {
      for file in [childEnds.input, childEnds.output, started.read, started.write] { close(file) }
      closeOwnEnds()
      throw ChildProcess.unstarted("thread", error.number)
    }
    var byte: UInt8 = 0
    while read(started.read, &byte, 1) < 0, errno == EINTR {}
    close(started.read)
    if let failure = state.withLock({ $0.failure }) {
      closeOwnEnds()
      throw failure
    }
  }

  static func unstarted(_ what: String, _ code: Int32) -> ChildFailure {
    let words = String(cString: strerror(code))
    return ChildFailure(
      .start, fr: "le processus ne démarre pas : \(what) (\(words))",
      en: "the process does not start: \(what) (\(words))")
  }

  // MARK: The thread

  private func supervise() {
    var errors: [Int32] = [-1, -1]
    let code = parvis_pipe(&errors)
    let outcome: Result<pid_t, ChildFailure> =
      code == 0 ? outcome(errors: errors[1]) : .failure(ChildProcess.unstarted("pipe", errno))
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
    let confinement = Confinement.ofThisKernel
    let rules = try confinement.rules(program: Paths.resolved(program), folder: plan.folder, secret: plan.secret)
    defer { if let rules { close(rules) } }
    let environment = ["PATH=\(Paths.searched.joined(separator: ":"))", "LANG=C.UTF-8", "PARVIS_PROTOCOL=1"]
    let words = CStrings([program] + plan.run.dropFirst())
    let variables = CStrings(environment)
    defer {
      words.free()
      variables.free()
    }
    var failure = parvis_child_failure()
    let pid = program.withCString { path in
      plan.folder.withCString { folder in
        let child = parvis_child(
          program: path, arguments: words.pointer, environment: variables.pointer, folder: folder,
          input: childEnds.input, output: childEnds.output, errors: errors, ruleset: rules ?? -1,
          is_filtered: confinement.hasFilter ? 1 : 0, memory: UInt64(plan.limits.memory),
          address_space: UInt64(max(1 << 30, 4 * plan.limits.memory)),
          processor_seconds: UInt64(plan.limits.processor))
        return withUnsafePointer(to: child) { parvis_child_start($0, &failure) }
      }
    }
    if pid > 0, failure.step == 0 { return pid }
    if pid > 0 { while waitpid(pid, nil, 0) < 0, errno == EINTR {} }
    throw ChildProcess.unstarted(ChildProcess.steps[Int(failure.step)] ?? "?", failure.code)
  }

  private static let steps = [
    1: "fork", 2: "files", 3: "folder", 4: "limits", 5: "Landlock", 6: "filter", 7: "program",
  ]

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
    closeOwnEnds()
    let until = MonotonicClock.now + 1
    while MonotonicClock.now < until {
      if state.withLock({ $0.isReaped }) { return }
      usleep(2000)
    }
    kill()
  }

  private func closeOwnEnds() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard isFirst else { return }
    close(exchange.input)
    close(exchange.output)
  }
}

/// Words for execve(2).
struct CStrings {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointer = .allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { (pointer + index).initialize(to: strdup(text)) }
    (pointer + count).initialize(to: nil)
  }

  func free() {
    for index in 0..<count { Glibc.free(pointer[index]) }
    pointer.deallocate()
  }
}
