/// What `--help` prints, made from the table of verbs.
enum HelpPage {
  /// The page of the command as a whole.
  static func command(_ language: Language) -> String {
    let words = Bilingual(
      fr: "Parvis : la place où une commune et ses habitants se parlent.",
      en: "Parvis: the square where a commune and its residents talk.")
    let usage = Bilingual(fr: "Usage : parvis VERBE [options]", en: "Usage: parvis VERB [options]")
    var out = "\(words(language))\n\n\(usage(language))\n\n"
    let longest = Command.verbs.map(\.name.utf8.count).max() ?? 0
    for verb in Command.verbs { out += row(verb.name, verb.summary(language), width: longest + 2) }
    let more = Bilingual(
      fr: """

        « parvis VERBE --help » explique chaque verbe. Une première fois :

          parvis init ma-commune --demo      une commune de démonstration
          parvis serve -C ma-commune         puis ouvrez l’adresse affichée

        Codes de sortie : 0 fait, 1 quelque chose ne va pas, 2 mal appelé, 3 impossible, 4 refusé pour protéger
        des données.

        """,
      en: """

        “parvis VERB --help” explains each verb. The first time:

          parvis init my-commune --demo      a demonstration commune
          parvis serve -C my-commune         then open the address it prints

        Exit codes: 0 done, 1 found something wrong, 2 wrong usage, 3 could not, 4 refused to protect data.

        """)
    return out + more(language)
  }

  /// The page of a verb.
  static func verb(_ verb: Verb, _ language: Language) -> String {
    let usage = Bilingual(fr: "Usage :", en: "Usage:")
    var out = "\(verb.summary(language))\n\n\(usage(language)) \(verb.synopsis)\n"
    let details = verb.details(language)
    if !details.isEmpty { out += "\n\(details)\n" }
    out += "\n"
    for operand in verb.operands { out += row(operand.name, operand.help(language), width: 26) }
    for option in verb.options + [.help] { out += row(option.label, option.help(language), width: 26) }
    if !verb.examples.isEmpty {
      out += "\n" + Bilingual(fr: "Exemples :", en: "Examples:")(language) + "\n"
      for example in verb.examples { out += "  \(example)\n" }
    }
    return out
  }

  private static func row(_ label: String, _ text: String, width: Int) -> String {
    let gap = label.unicodeScalars.count < width ? width - label.unicodeScalars.count : 1
    return "  \(label)\(String(repeating: " ", count: gap))\(text)\n"
  }
}
