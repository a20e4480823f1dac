import Glibc
import ParticipationKit

/// Where the command speaks: results to standard output, everything else to standard error.
struct Console: Sendable {
  let language: Language
  /// Whether errors may be coloured: a terminal, no `NO_COLOR` (no-color.org), no dumb terminal.
  let isColoured: Bool
  /// Whether a person sees standard error, so that progress makes sense.
  let showsProgress: Bool
  /// Whether a person can be asked.
  let isInteractive: Bool

  /// The console of this process.
  static var current: Console {
    let isErrorTerminal = isatty(STDERR_FILENO) == 1
    let isPlain = environmentVariable("NO_COLOR").map { !$0.isEmpty } ?? false
    return Console(
      language: .of(environment: environmentVariable),
      isColoured: isErrorTerminal && !isPlain && environmentVariable("TERM") != "dumb",
      showsProgress: isErrorTerminal && environmentVariable("TERM") != "dumb",
      isInteractive: isErrorTerminal && isatty(STDIN_FILENO) == 1)
  }

  /// A line of the result.
  /// - Throws: ``CommandError`` when it cannot be written: a full disk must not look like success.
  func say(_ line: String = "") throws { try write(Array(line.utf8) + [0x0A]) }

  /// A line of the result in the person's language.
  func say(_ words: Bilingual) throws { try say(words(language)) }

  /// Bytes of the result.
  func write(_ bytes: [UInt8]) throws {
    guard Descriptor(STDOUT_FILENO).writeAll(bytes) else {
      if errno == EPIPE { Console.endByBrokenPipe() }
      throw CommandError(
        .couldNot, fr: "la sortie standard ne peut pas être écrite : \(SystemError.words(errno, .french))",
        en: "standard output cannot be written: \(SystemError.words(errno, .english))")
    }
  }

  /// Whoever read our output has enough (`parvis … | head`): end as every tool does, without a word.
  private static func endByBrokenPipe() {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
  }

  /// A line for a person, to standard error.
  func note(_ line: String) { _ = Descriptor(STDERR_FILENO).writeAll(Array(line.utf8) + [0x0A]) }

  /// A line for a person, to standard error, in the person's language.
  func note(_ words: Bilingual) { note(words(language)) }

  /// An error: what happened, and what to do next.
  func error(_ message: String) {
    let word = Bilingual(fr: "erreur : ", en: "error: ")(language)
    note(isColoured ? "parvis: \u{1B}[1;31m\(word)\u{1B}[0m\(message)" : "parvis: \(word)\(message)")
  }

  /// Says on a terminal what is being done, and clears the line afterwards.
  func progress<Result>(_ words: Bilingual, _ body: () throws -> Result) rethrows -> Result {
    guard showsProgress else { return try body() }
    _ = Descriptor(STDERR_FILENO).writeAll(Array("\(words(language))…".utf8))
    defer { _ = Descriptor(STDERR_FILENO).writeAll(Array("\r\u{1B}[K".utf8)) }
    return try body()
  }
}
