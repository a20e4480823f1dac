extension Verb {
  /// `parvis help [VERB]`, and the files that are made from the same table.
  static let help = Verb(
    "help", summary: Bilingual(fr: "explique un verbe, ou tous", en: "explains a verb, or all of them"),
    operands: [
      Operand("VERB", isRequired: false, fr: "le verbe à expliquer", en: "the verb to explain"),
      Operand("STEP", isRequired: false, fr: "son second mot, s’il en a un", en: "its second word, if it has one"),
    ],
    options: [
      Option("man", fr: "la page de manuel parvis(1)", en: "the manual page parvis(1)"),
      Option(
        "completions", value: "SHELL", fr: "le fichier de complétion pour bash", en: "the completion file for bash"),
    ],
    examples: [
      "parvis help person add", "parvis help --man | man -l -",
      "parvis help --completions bash > /usr/share/bash-completion/completions/parvis",
    ]
  ) { invocation in
    let console = invocation.console
    if invocation.has("man") {
      try console.write(Array(ManPage.text(console.language).utf8))
    } else if let shell = invocation.value("completions") {
      guard shell == "bash" else {
        throw CommandError(
          .usage, fr: "--completions \(shell) : seul bash est connu", en: "--completions \(shell): only bash is known")
      }
      try console.write(Array(BashCompletion.text.utf8))
    } else if invocation.operands.isEmpty {
      try console.write(Array(HelpPage.command(console.language).utf8))
    } else {
      let request = try ArgumentParser(verbs: Command.verbs).parse(invocation.operands + ["--help"])
      guard case .help(let verb?) = request else {
        try console.write(Array(HelpPage.command(console.language).utf8))
        return .done
      }
      try console.write(Array(HelpPage.verb(verb, console.language).utf8))
    }
    return .done
  }

  /// `parvis version`.
  static let version = Verb(
    "version", summary: Bilingual(fr: "la version du programme", en: "the version of the program")
  ) { invocation in
    try invocation.console.say("parvis \(Command.version)")
    return .done
  }
}
