extension FrontMatterError: CustomStringConvertible {
  /// `file:line:column: what was found; expected: what to write instead`.
  ///
  /// - Parameter locale: `"fr"` for French; anything else gives English.
  public func message(locale: String) -> String {
    let separator = locale == "fr" ? " ; attendu : " : "; expected: "
    let sentence = found.text(locale: locale) + separator + expected.text(locale: locale)
    return "\(file):\(line):\(column): \(sentence)"
  }

  /// The English message.
  public var description: String { message(locale: "en") }

  /// What stands in the file.
  public var found: Wording { words.found }

  /// What should stand there.
  public var expected: Wording { words.expected }

  private var words: (found: Wording, expected: Wording) {
    switch problem {
    case .invalidUTF8, .tooLarge, .tooDeep, .unterminatedFrontMatter, .notAMapping, .severalDocuments:
      fileWords
    case .unknownKey, .missingKey, .wrongValue, .duplicateKey, .keyIsNotText: keyWords
    case .tabIndentation, .alias, .tag, .syntax: notationWords
    }
  }

  /// Words for problems of the file as a whole.
  private var fileWords: (found: Wording, expected: Wording) {
    switch problem {
    case .invalidUTF8(let offset, let byte):
      let hex = "0x" + String(byte, radix: 16, uppercase: true)
      return (
        Wording(
          fr: "octet \(hex) (position \(offset)) qui n’est pas de l’UTF-8",
          en: "byte \(hex) (offset \(offset)) that is not UTF-8"),
        Wording(
          fr: "un fichier enregistré en UTF-8 (choisir cet encodage dans l’éditeur)",
          en: "a file saved as UTF-8 (choose that encoding in the editor)")
      )
    case .tooLarge(let bytes, let bytesMax):
      return (
        Wording(fr: "\(bytes) octets", en: "\(bytes) bytes"),
        Wording(fr: "au plus \(bytesMax) octets", en: "at most \(bytesMax) bytes")
      )
    case .tooDeep(let depthMax):
      return (
        Wording(fr: "imbrication trop profonde", en: "nesting too deep"),
        Wording(fr: "au plus \(depthMax) niveaux", en: "at most \(depthMax) levels")
      )
    case .unterminatedFrontMatter:
      return (
        Wording(
          fr: "en-tête ouvert par « --- » et jamais fermé", en: "a head opened by “---” and never closed"),
        Wording(
          fr: "une ligne « --- » après la dernière clé (ou une première ligne vide s’il n’y a pas d’en-tête)",
          en: "a line “---” after the last key (or an empty first line when there is no head)")
      )
    case .notAMapping(let found):
      return (found, Wording(fr: "des lignes « clé: valeur »", en: "lines “key: value”"))
    default:
      return (
        Wording(fr: "un second document après « --- »", en: "a second document after “---”"),
        Wording(fr: "un seul document par fichier", en: "one document a file")
      )
    }
  }

  /// Words for problems of keys and their values.
  private var keyWords: (found: Wording, expected: Wording) {
    switch problem {
    case .unknownKey(let key, let meant):
      let keys = meant.joined(separator: ", ")
      return (
        Wording(fr: "clé inconnue « \(key) »", en: "unknown key “\(key)”"),
        meant.isEmpty
          ? Wording(fr: "aucune clé ici", en: "no key here") : Wording(fr: keys, en: keys)
      )
    case .missingKey(let key, let expected):
      return (Wording(fr: "clé « \(key) » absente", en: "key “\(key)” missing"), expected)
    case .wrongValue(let key, let found, let expected):
      return (
        Wording(fr: "« \(key) » : \(found.french)", en: "“\(key)”: \(found.english)"), expected
      )
    case .duplicateKey(let key, let firstLine):
      return (
        Wording(
          fr: "clé « \(key) » répétée (déjà ligne \(firstLine))",
          en: "key “\(key)” repeated (first on line \(firstLine))"),
        Wording(fr: "chaque clé une seule fois", en: "each key once")
      )
    default:
      return (
        Wording(fr: "une liste ou un groupe à la place d’une clé", en: "a list or a group in place of a key"),
        Wording(fr: "une clé de texte", en: "a text key")
      )
    }
  }

  /// Words for problems of notation.
  private var notationWords: (found: Wording, expected: Wording) {
    switch problem {
    case .tabIndentation:
      return (
        Wording(fr: "tabulation en début de ligne", en: "a tab at the start of the line"),
        Wording(fr: "des espaces", en: "spaces")
      )
    case .alias:
      return (
        Wording(fr: "alias « * » (non pris en charge)", en: "an alias “*” (not supported)"),
        Wording(
          fr: "la valeur écrite en entier, ou entre guillemets si l’astérisque fait partie du texte",
          en: "the value written out, or quotes when the asterisk belongs to the text")
      )
    case .tag(let tag):
      return (
        Wording(fr: "étiquette « \(tag) » (non prise en charge)", en: "a tag “\(tag)” (not supported)"),
        Wording(
          fr: "la valeur seule, ou entre guillemets si le point d’exclamation fait partie du texte",
          en: "the value alone, or quotes when the exclamation mark belongs to the text")
      )
    case .syntax(let words): return SyntaxWords.words(libyaml: words)
    default: return SyntaxWords.words(libyaml: "")
    }
  }
}
