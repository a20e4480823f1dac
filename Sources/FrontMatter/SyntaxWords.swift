/// Says libyaml's complaints the way a clerk can act on them.
enum SyntaxWords {
  /// What was found and what was expected, for the problem text of libyaml 0.2.5 (`scanner.c`, `parser.c`,
  /// `reader.c`).
  static func words(libyaml problem: String) -> (found: Wording, expected: Wording) {
    for (texts, found, expected) in table where texts.contains(problem) { return (found, expected) }
    return (
      Wording(fr: "écriture YAML illisible (\(problem))", en: "unreadable YAML (\(problem))"),
      Wording(fr: "des lignes « clé: valeur »", en: "lines “key: value”")
    )
  }

  private static let table: [([String], Wording, Wording)] = [
    (
      ["mapping values are not allowed in this context"],
      Wording(fr: "un second « : » dans la valeur", en: "a second “: ” in the value"),
      Wording(fr: "la valeur entre guillemets", en: "the value in quotes")
    ),
    (
      ["could not find expected ':'"],
      Wording(fr: "une ligne sans « : » après la clé", en: "a line without “:” after its key"),
      Wording(fr: "« clé: valeur »", en: "“key: value”")
    ),
    (
      [
        "did not find expected key", "did not find expected '-' indicator",
        "did not find expected <document start>",
      ],
      Wording(
        fr: "un retrait ou un caractère qui rompt la suite des clés",
        en: "an indentation or a character that breaks the run of keys"),
      Wording(
        fr: "une clé ou un tiret aligné avec ceux du dessus, et les textes à guillemets fermés",
        en: "a key or a dash aligned with those above, and quoted texts closed")
    ),
    (
      ["found unexpected end of stream", "found unexpected document indicator"],
      Wording(fr: "un guillemet ouvert et jamais fermé", en: "a quote opened and never closed"),
      Wording(fr: "le guillemet fermant", en: "the closing quote")
    ),
    (
      ["did not find expected alphabetic or numeric character"],
      Wording(fr: "un « * » ou un « & » en tête de valeur", en: "a “*” or “&” at the head of a value"),
      Wording(fr: "la valeur entre guillemets", en: "the value in quotes")
    ),
    (
      ["found character that cannot start any token"],
      Wording(
        fr: "un caractère réservé en tête de valeur (@, `, %)",
        en: "a reserved character at the head of a value (@, `, %)"),
      Wording(fr: "la valeur entre guillemets", en: "the value in quotes")
    ),
    (
      ["did not find expected ',' or ']'", "did not find expected ',' or '}'"],
      Wording(fr: "un crochet ou une accolade non fermés", en: "a bracket or brace that is not closed"),
      Wording(fr: "« , » ou le signe fermant", en: "“,” or the closing sign")
    ),
    (
      ["control characters are not allowed"],
      Wording(fr: "un caractère de contrôle invisible", en: "an invisible control character"),
      Wording(
        fr: "du texte seulement (effacer et retaper la ligne)", en: "text only (delete and retype the line)")
    ),
    (
      ["block sequence entries are not allowed in this context"],
      Wording(fr: "un tiret sur la ligne de sa clé", en: "a dash on the line of its key"),
      Wording(fr: "la liste à la ligne suivante", en: "the list on the next line")
    ),
  ]
}
