internal import CToolchain
internal import Glibc

/// Another program, run to its end.
struct Program {
  /// How it ended and what it said.
  struct Outcome {
    /// The exit status; 128 and the number of the signal when a signal ended it.
    let status: Int32
    let output: [UInt8]
    let errors: [UInt8]
  }

  /// The file of a program by the `PATH`; nil when there is none.
  static func find(_ name: String) -> String? {
    if name.utf8.contains(UInt8(ascii: "/")) { return access(name, X_OK) == 0 ? name : nil }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// The path behind links.
  static func resolved(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// Runs a program without a shell, in a folder.
  /// - Parameters:
  ///   - path: The file of the program.
  ///   - arguments: What follows its name.
  ///   - folder: Where it runs.
  ///   - scratch: A folder for what it says, since both of its outputs may be long.
  /// - Returns: Nil when it cannot be started.
  static func run(_ path: String, _ arguments: [String], in folder: String, scratch: String) -> Outcome? {
    let files = [scratch + "/output", scratch + "/errors"]
    var actions = posix_spawn_file_actions_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (number, file) in zip([STDOUT_FILENO, STDERR_FILENO], files) {
      posix_spawn_file_actions_addopen(&actions, number, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    parvis_spawn_in(&actions, folder)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    guard posix_spawn(&child, path, &actions, nil, &words, environ) == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return nil } }
    let signal = status & 0x7F
    let read = files.map { file in (try? FileBytes.read(file)) ?? [] }
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: read[0], errors: read[1])
  }
}
