internal import CConfinement
internal import Glibc

/// A program that is started with less than Parvis may do: what every child of the host is, be it a module's process or
/// a reader of files.
///
/// The kernel ends the child together with the thread that calls ``run()``.
struct ProgramStart {
  /// The path of the program.
  let program: String
  /// What follows its name.
  let arguments: [String]
  /// Its whole environment beside the search path and the language, as `NAME=value`.
  var environment: [String] = []
  /// Where it begins, and what it may read.
  let folder: String
  /// A folder that nothing may be seen of; empty for none.
  var secret = ""
  /// Its standard input, output and error output.
  let files: (input: Int32, output: Int32, errors: Int32)
  /// The most bytes of data in memory.
  let memory: Int
  /// The most bytes of addresses.
  let addressSpace: Int
  /// The most seconds of processor.
  let processor: Int

  /// Starts it.
  /// - Throws: ``ChildFailure`` of the kind `start`; also where the kernel confines and this program cannot be.
  func run() throws(ChildFailure) -> pid_t {
    let confinement = Confinement.ofThisKernel
    let rules = try confinement.rules(program: Paths.resolved(program), folder: folder, secret: secret)
    let words = CStrings([program] + arguments)
    let variables = CStrings(["PATH=\(Paths.searched.joined(separator: ":"))", "LANG=C.UTF-8"] + environment)
    defer {
      if let rules { close(rules) }
      words.free()
      variables.free()
    }
    var failure = parvis_child_failure()
    let pid = program.withCString { path in
      folder.withCString { folder in
        let child = parvis_child(
          program: path, arguments: words.pointer, environment: variables.pointer, folder: folder, input: files.input,
          output: files.output, errors: files.errors, ruleset: rules ?? -1,
          is_filtered: confinement.hasFilter ? 1 : 0, memory: UInt64(memory), address_space: UInt64(addressSpace),
          processor_seconds: UInt64(processor))
        return withUnsafePointer(to: child) { parvis_child_start($0, &failure) }
      }
    }
    if pid > 0, failure.step == 0 { return pid }
    if pid > 0 { while waitpid(pid, nil, 0) < 0, errno == EINTR {} }
    throw ProgramStart.failure(ProgramStart.steps[Int(failure.step)] ?? "?", failure.code)
  }

  private static let steps = [
    1: "fork", 2: "files", 3: "folder", 4: "limits", 5: "Landlock", 6: "filter", 7: "program",
  ]

  /// A start that failed at a step, with the number of the error.
  static func failure(_ what: String, _ code: Int32) -> ChildFailure {
    let words = String(cString: strerror(code))
    return ChildFailure(
      .start, fr: "le processus ne démarre pas : \(what) (\(words))",
      en: "the process does not start: \(what) (\(words))")
  }
}

/// Words for execve(2).
private struct CStrings {
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
