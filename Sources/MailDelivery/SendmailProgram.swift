import Glibc

/// The system's own mail program, with the interface of sendmail: Postfix, OpenSMTPD, Exim, msmtp all bring it.
public struct SendmailProgram: Sendable {
  private let path: String

  /// Makes a sender by the program's absolute path, as `/usr/sbin/sendmail`.
  public init(path: String) { self.path = path }

  /// Hands a message over. No shell is involved: the arguments are a list, and the recipient stands after `--`.
  public func send(_ envelope: MailEnvelope) -> DeliveryOutcome {
    let arguments = [path, "-i", "-f", envelope.from, "--", envelope.to]
    guard let child = ChildProgram(path: path, arguments: arguments) else {
      return .deferred("\(path): \(String(cString: strerror(errno)))")
    }
    // The program wants the line ends of this system.
    let isTaken = child.write(SendmailProgram.localLines(envelope.message))
    return SendmailProgram.outcome(child.wait(), isTaken: isTaken)
  }

  /// The exit codes of sysexits(3).
  static func outcome(_ status: Int32?, isTaken: Bool) -> DeliveryOutcome {
    switch status {
    case 0: isTaken ? .accepted : .deferred("the program ended before it read everything")
    case 65: .rejected("exit 65: message refused", isRecipient: false)
    case 67: .rejected("exit 67: no such user", isRecipient: true)
    case 68: .rejected("exit 68: no such host", isRecipient: true)
    case let code?: .deferred("exit \(code)")
    case nil: .deferred("ended by a signal")
    }
  }

  static func localLines(_ message: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(message.count)
    for (index, byte) in message.enumerated() {
      if byte == 0x0D, index + 1 < message.count, message[index + 1] == 0x0A { continue }
      out.append(byte)
    }
    return out
  }
}

/// A program that runs beside us, with one way into it and nothing else of ours.
///
/// The way is a pair of sockets and not a pipe: writing to a program that has ended is then an error to be read,
/// whatever the process does with SIGPIPE.
struct ChildProgram: ~Copyable {
  private let process: pid_t
  private let input: Int32

  init?(path: String, arguments: [String]) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    // Signals that the server blocks must reach the program; SIGPIPE, which the server ignores, must end it.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigemptyset(&all)
    sigaddset(&all, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let texts: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    let environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
    defer {
      for text in texts + environment { free(text) }
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
      close(ends[0])
    }
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, &attributes, texts, environment)
    guard code == 0 else {
      close(ends[1])
      errno = code
      return nil
    }
    self.process = process
    input = ends[1]
  }

  /// Writes everything and closes the way; false when the program stopped reading.
  func write(_ bytes: [UInt8]) -> Bool {
    defer { close(input) }
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Waits for the end: the exit code, or nil when a signal ended it.
  consuming func wait() -> Int32? {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return nil } }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
  }
}
