import Glibc
import ParticipationKit

/// Questions to the person at the terminal.
struct Prompt: Sendable {
  let console: Console

  /// Asks until the answer is good. An empty answer takes the default.
  /// - Throws: ``CommandError`` when the input ends.
  func ask(_ question: Bilingual, default value: String, check: (String) -> Bilingual? = { _ in nil }) throws -> String
  {
    while true {
      let shown = value.isEmpty ? "" : " [\(value)]"
      _ = Descriptor(STDERR_FILENO).writeAll(Array("\(question(console.language))\(shown) : ".utf8))
      guard let line = readLine() else {
        throw CommandError(
          .usage, fr: "la saisie s’est arrêtée avant la fin ; rien n’a été fait",
          en: "the input ended early; nothing was done")
      }
      let typed = ByteText.trimmed(line)
      let answer = typed.isEmpty ? value : typed
      guard let complaint = check(answer) else { return answer }
      console.note(complaint)
    }
  }

  /// Reads a password twice without showing it.
  /// - Throws: ``CommandError`` when the input ends or the two differ three times.
  func newPassword() throws -> String {
    for _ in 1...3 {
      let first = try secret(Bilingual(fr: "Mot de passe", en: "Password"))
      let second = try secret(Bilingual(fr: "Encore une fois", en: "Once more"))
      if first == second { return first }
      console.note(Bilingual(fr: "Les deux saisies diffèrent.", en: "The two differ."))
    }
    throw CommandError(
      .usage, fr: "pas de mot de passe ; aucun compte n’a été créé", en: "no password; no account was created")
  }

  private func secret(_ question: Bilingual) throws -> String {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else {
      throw CommandError(
        .usage, fr: "le terminal ne sait pas cacher la saisie ; utilisez --password-file ou --password-stdin",
        en: "the terminal cannot hide what is typed; use --password-file or --password-stdin")
    }
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    _ = Descriptor(STDERR_FILENO).writeAll(Array("\(question(console.language)) : ".utf8))
    let line = readLine()
    console.note("")
    guard let line else {
      throw CommandError(
        .usage, fr: "la saisie s’est arrêtée ; aucun compte n’a été créé",
        en: "the input ended; no account was created")
    }
    return line
  }
}
