/// The manual page `parvis(1)` in the macros of man(7), made from the table of verbs.
enum ManPage {
  static func text(_ language: Language) -> String {
    let french = language == .french
    var out = ".TH PARVIS 1 \"\" \"parvis \(Command.version)\" \"Parvis\"\n"
    out += french ? ".SH NOM\n" : ".SH NAME\n"
    out +=
      french
      ? "parvis \\- plateforme de participation d\\(cqune commune\n"
      : "parvis \\- participation platform of a commune\n"
    out += ".SH SYNOPSIS\n.B parvis\n.I \(french ? "VERBE" : "VERB")\n.RI [ options ]\n"
    out += french ? ".SH VERBES\n" : ".SH VERBS\n"
    for verb in Command.verbs { out += section(verb, language) }
    out += french ? ".SH CODES DE SORTIE\n" : ".SH EXIT STATUS\n"
    let codes: [(Int, Bilingual)] = [
      (0, Bilingual(fr: "fait", en: "done")),
      (1, Bilingual(fr: "quelque chose ne va pas", en: "found something wrong")),
      (2, Bilingual(fr: "mal appelé", en: "wrong usage")),
      (3, Bilingual(fr: "impossible : disque, port, permission", en: "could not: disk, port, permission")),
      (4, Bilingual(fr: "refusé pour protéger des données", en: "refused to protect data")),
    ]
    for (code, words) in codes { out += ".TP\n.B \(code)\n\(escaped(words(language)))\n" }
    let environment: [(String, Bilingual)] = [
      ("LC_ALL, LC_MESSAGES, LANG", Bilingual(fr: "la langue des messages", en: "the language of messages")),
      ("NO_COLOR", Bilingual(fr: "jamais de couleurs", en: "never any colours")),
      ("PARVIS_CONTENT", Bilingual(fr: "où est la commune de démonstration", en: "where the demonstration commune is")),
    ]
    out += french ? ".SH ENVIRONNEMENT\n" : ".SH ENVIRONMENT\n"
    for (name, words) in environment { out += ".TP\n.B \(name)\n\(escaped(words(language)))\n" }
    return out
  }

  private static func section(_ verb: Verb, _ language: Language) -> String {
    var out = ".SS \(escaped(verb.name))\n\(escaped(verb.summary(language)))\n.PP\n.B \(escaped(verb.synopsis))\n"
    let details = verb.details(language)
    if !details.isEmpty { out += ".PP\n\(escaped(details))\n" }
    for operand in verb.operands { out += ".TP\n.I \(operand.name)\n\(escaped(operand.help(language)))\n" }
    for option in verb.options { out += ".TP\n.B \(escaped(option.label))\n\(escaped(option.help(language)))\n" }
    if !verb.examples.isEmpty {
      out += ".PP\n.nf\n" + verb.examples.map { "\(escaped($0))\n" }.joined() + ".fi\n"
    }
    return out
  }

  /// Backslashes, hyphens and points at the start of a line mean something to roff.
  private static func escaped(_ text: String) -> String {
    var out = ""
    var isLineStart = true
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "." where isLineStart, "'" where isLineStart: out += "\\&\(scalar)"
      default: out.unicodeScalars.append(scalar)
      }
      isLineStart = scalar == "\n"
    }
    return out
  }
}
