// What is wrong with JSON, in the languages of messages.

extension JSONSyntaxError {
  /// The place and the reason in a language, as `octet 12 : la fin du texte manque`; English for any but French.
  public func message(_ locale: String) -> String {
    locale == "fr" ? "JSON, octet \(offset) : \(reason(locale))" : description
  }

  /// Line and column of the text that was read, and the reason: for files that somebody keeps, where nobody counts
  /// bytes. The column counts code points, from 1.
  package func message(_ locale: String, in text: [UInt8]) -> String {
    let before = text.prefix(max(0, offset))
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    return locale == "fr"
      ? "ligne \(line), colonne \(column) : \(reason(locale))" : "line \(line), column \(column): \(reason)"
  }

  /// The reason alone in a language; English for any but French.
  public func reason(_ locale: String) -> String {
    guard locale == "fr" else { return reason }
    if let known = JSONSyntaxError.french[reason] { return known }
    for (start, french) in JSONSyntaxError.beginnings where reason.utf8.starts(with: start.utf8) {
      return french + reason.dropFirst(start.utf8.count)
    }
    return reason
  }

  /// Reasons that end in what was expected.
  static let beginnings = [
    ("nested deeper than ", "l’imbrication dépasse "), ("expected ", "attendu : "),
  ]

  static let french = [
    "nothing may follow the value": "rien ne doit suivre la valeur",
    "a value is missing": "une valeur manque",
    "expected the name of a member": "attendu : le nom d’un membre, entre guillemets",
    "the member appears twice": "ce membre est là deux fois",
    "the end is missing": "la fin manque",
    "expected , or the end": "attendu : une virgule ou la fin",
    "expected a value": "attendu : une valeur",
    "a number may not start with 0": "un nombre ne commence pas par 0",
    "expected digits after the point": "attendu : des chiffres après le point",
    "expected digits in the exponent": "attendu : des chiffres dans l’exposant",
    "the number is too large": "ce nombre est trop grand",
    "a control character must be escaped": "un caractère de contrôle s’écrit \\u et quatre chiffres hexadécimaux",
    "the string has no end": "la fin du texte manque",
    "the string is not valid UTF-8": "ce texte n’est pas de l’UTF-8",
    "unknown escape": "ce qui suit \\ n’est pas connu",
    "half of a surrogate pair": "la moitié d’une paire de substitution",
    "expected four hexadecimal digits": "attendu : quatre chiffres hexadécimaux",
  ]
}

extension JSONValue {
  /// The word for the kind of value in a language, as `un nombre`; English for any but French.
  public func kindWords(_ locale: String) -> String {
    let french = [
      "null": "null", "boolean": "vrai ou faux", "number": "un nombre", "string": "un texte", "array": "une liste",
      "object": "un objet",
    ]
    let english = [
      "null": "null", "boolean": "true or false", "number": "a number", "string": "a text", "array": "a list",
      "object": "an object",
    ]
    return (locale == "fr" ? french : english)[kindName] ?? kindName
  }
}
