import ParticipationKit
import ParvisCommune

// What the commune holds about one person: the desk's screen « Données personnelles », for whoever has the machine.
extension Verb {
  private static let who = Operand(
    "WHO", fr: "une adresse électronique, ou le numéro d’un reçu", en: "an e-mail address, or the number of a receipt")

  /// `parvis person data`.
  static let personData = Verb(
    "person data",
    summary: Bilingual(
      fr: "montre ce que la commune garde sur une personne", en: "shows what the commune holds about a person"),
    details: Bilingual(
      fr: "Ne dit rien à personne et ne change rien. Sans rien à montrer, le code de sortie est 1.",
      en: "Tells nobody and changes nothing. With nothing to show, the exit code is 1."), operands: [who],
    options: [.commune, .json], examples: ["parvis person data o.perrin@exemple.example", "parvis person data 00042"]
  ) { invocation in
    let held = try invocation.held(.find)
    if invocation.wantsJSON {
      try invocation.console.say(held.text)
      return .done
    }
    for entry in held["contributions"]?.asArray ?? [] {
      func text(_ name: String) -> String { entry[name]?.asString ?? "–" }
      try invocation.console.say("\(text("receipt"))  \(text("sent"))  \(text("subject"))  \(text("state"))")
    }
    for part in ["host", "modules"] {
      for (name, value) in (held[part]?.asObject ?? []).map({ ($0.name, $0.value) }) {
        for item in value.asArray ?? [value] { try invocation.console.say("\(name)  \(item.text)") }
      }
    }
    return .done
  }

  /// `parvis person export`.
  static let personExport = Verb(
    "person export",
    summary: Bilingual(
      fr: "donne à une personne tout ce que la commune garde sur elle, en JSON",
      en: "gives a person all that the commune holds about them, as JSON"),
    details: Bilingual(
      fr: "Sans --out, vers la sortie standard. Une ligne du registre dit que des données sont sorties, et pas de qui.",
      en: "Without --out, to standard output. A leaf of the register says that data went out, and not whose."),
    operands: [who],
    options: [.commune, Option("out", value: "FILE", fr: "le fichier à écrire", en: "the file to write")],
    examples: ["parvis person export o.perrin@exemple.example --out donnees.json"]
  ) { invocation in
    // The file is opened first: a leaf must not say that data went out when they could not be written.
    let file = try invocation.value("out").map { try ReplacedFile($0) }
    let held = try invocation.held(.export)
    guard let file else {
      try invocation.console.say(held.text)
      return .done
    }
    try file.write(held.bytes)
    try file.finish()
    return .done
  }

  /// `parvis person erase-data`.
  static let personEraseData = Verb(
    "person erase-data",
    summary: Bilingual(
      fr: "efface ce que la commune garde sur une personne", en: "erases what the commune holds about a person"),
    details: Bilingual(
      fr: """
        Les textes, noms et adresses sont effacés ; leur place, les décisions et le registre restent et disent « effacé
        le… ». Cela ne se défait pas : vérifiez d’abord que la demande vient de la personne. Hors d’un terminal, il faut
        --yes (sinon code 4).
        """,
      en: """
        Texts, names and addresses are erased; their place, the decisions and the register stay and say “erased on…”.
        This cannot be undone: check first that the request comes from the person. Outside a terminal, --yes is needed
        (else exit code 4).
        """), operands: [who],
    options: [.commune, Option("yes", fr: "sans poser de question", en: "without asking"), .json],
    examples: ["parvis person erase-data o.perrin@exemple.example"]
  ) { invocation in
    let held = try invocation.held(.find)
    let count = held["contributions"]?.asArray?.count ?? 0
    if !invocation.has("yes") {
      guard invocation.console.isInteractive else {
        throw CommandError(
          .refused, fr: "rien n’est effacé sans confirmation ; relisez « parvis person data », puis donnez --yes",
          en: "nothing is erased without being confirmed; read “parvis person data”, then give --yes")
      }
      let answer = try Prompt(console: invocation.console).ask(
        Bilingual(
          fr: "Effacer \(count) contributions et tout ce qui est gardé de « \(invocation.operands[0]) » ? oui/non",
          en: "Erase \(count) contributions and all that is held of “\(invocation.operands[0])”? yes/no"),
        default: "non")
      guard ["oui", "o", "yes", "y"].contains(answer.lowercased()) else {
        throw CommandError(.refused, fr: "rien n’est effacé", en: "nothing is erased")
      }
    }
    let done = try invocation.held(.erase)
    if invocation.wantsJSON {
      try invocation.console.say(
        JSONValue.object([("ok", true)] + (done.asObject ?? []).map { ($0.name, $0.value) }).text)
      return .done
    }
    let erased = done["erased"]?.asInteger ?? 0
    try invocation.console.say(
      Bilingual(
        fr: "Effacé : \(erased) contributions, et ce qui menait à la personne. Ensuite : parvis build",
        en: "Erased: \(erased) contributions, and what led to the person. Next: parvis build"))
    for kept in done["kept"]?.asArray ?? [] { try invocation.console.say(kept.asString ?? "") }
    return .done
  }
}

extension Invocation {
  fileprivate func held(_ errand: CommuneDoor.DataErrand) throws -> JSONValue {
    let held = try withDoor { try $0.personalData(errand, of: operands[0], locale: language.code) }
    guard held.isNull else { return held }
    throw CommandError(
      .foundWrong, fr: "la commune ne garde rien sous « \(operands[0]) »",
      en: "the commune holds nothing under “\(operands[0])”")
  }
}
