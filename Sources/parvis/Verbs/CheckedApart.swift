import Glibc
import ParticipationKit
import ParticipationTesting
import ParvisCommune

/// The check of a module whose code is loaded into the process: done in a child of the program, so that a trap in the
/// module is a finding with the rule at hand and not the end of the command.
struct CheckedApart {
  /// Names the file in which the child notes what it is about; set in the child alone.
  static let variable = "PARVIS_CHECK_STEPS"

  /// How a child ended that did not come to its end.
  struct Crash {
    let module: String
    let version: String
    let rule: String
    let signal: Int32

    var report: ConformanceReport {
      Conformance.ended(module: module, version: version, during: rule, by: Crash.name(signal))
    }

    private static func name(_ signal: Int32) -> String {
      let known = [
        SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS",
        SIGFPE: "SIGFPE", SIGKILL: "SIGKILL",
      ]
      return known[signal] ?? "signal \(signal)"
    }
  }

  /// What became of the child.
  enum End {
    /// It came to its end, and said all that is to be said.
    case exited(Int32)
    case crashed(Crash)
  }

  /// Runs this command again in a child, with the same words and the same terminal.
  /// - Parameter folder: The folder of the module.
  /// - Throws: ``CommandError`` when no child can be started.
  static func run(_ folder: ModuleFolder) throws -> End {
    var template = Array("/tmp/parvis-check-XXXXXX".utf8CString)
    let file = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
    guard file >= 0 else { throw failure("/tmp") }
    close(file)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    var words = (["/proc/self/exe"] + CommandLine.arguments.dropFirst()).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    setenv(variable, path, 1)
    defer { unsetenv(variable) }
    var child = pid_t()
    // It returns its code and need not set errno.
    let code = posix_spawn(&child, "/proc/self/exe", nil, nil, &words, environ)
    guard code == 0 else {
      errno = code
      throw failure("/proc/self/exe")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { throw failure("waitpid") } }
    let signal = status & 0x7F
    if signal == 0 { return .exited(status >> 8 & 0xFF) }
    if [SIGINT, SIGTERM, SIGHUP].contains(signal) { return .exited(128 + signal) }
    let steps = String(decoding: (try? FileTree.bytes(of: path)) ?? [], as: UTF8.self).split(separator: "\n")
    let module = steps.first.map { $0.split(separator: " ").map(String.init) } ?? []
    return .crashed(
      Crash(
        module: module.first ?? folder.moduleID ?? "", version: module.count > 1 ? module[1] : "",
        rule: steps.count > 1 ? String(steps[steps.count - 1]) : "start", signal: signal))
  }

  private static func failure(_ what: String) -> CommandError {
    let reason = String(cString: strerror(errno))
    return CommandError(
      .couldNot, fr: "la vérification ne peut pas démarrer : \(what) : \(reason)",
      en: "the check cannot start: \(what): \(reason)")
  }

  /// Notes in the child what it is about; does nothing elsewhere.
  static func note(_ line: String) {
    guard let path = environmentVariable(variable) else { return }
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = Descriptor(file).writeAll(Array((line + "\n").utf8))
    close(file)
  }
}
