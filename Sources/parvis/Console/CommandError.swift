import ParticipationKit

/// How the command ends. Programs rely on these numbers.
struct ExitCode: Sendable, Equatable {
  let status: Int32

  /// Done.
  static let done = ExitCode(status: 0)
  /// It worked and found something wrong.
  static let foundWrong = ExitCode(status: 1)
  /// It was called wrongly.
  static let usage = ExitCode(status: 2)
  /// Disk, port or permission did not allow it.
  static let couldNot = ExitCode(status: 3)
  /// It was refused to protect data.
  static let refused = ExitCode(status: 4)
}

/// Why a verb stops, with what to do next.
struct CommandError: Error {
  let code: ExitCode
  let words: Bilingual

  init(_ code: ExitCode, fr: String, en: String) {
    self.code = code
    words = Bilingual(fr: fr, en: en)
  }

  init(_ code: ExitCode, _ words: Bilingual) {
    self.code = code
    self.words = words
  }
}
