import ParticipationKit
import Testing

@Suite("The words of a module")
struct WordsTests {
  private func catalogue(_ locale: String, _ json: String) throws -> Catalogue {
    try Catalogue(locale: locale, json: Array(json.utf8))
  }

  @Test("arguments are filled in once, and a visitor's braces stay words")
  func arguments() throws {
    let words = try catalogue("fr", #"{"hello": "Bonjour {name}, {count} {name}", "open": "a { b", "odd": "{x}}"}"#)
    #expect(words.text("hello", ["name": "{count}", "count": "2"]) == "Bonjour {count}, 2 {count}")
    #expect(words.text("hello", ["name": "Zoé"]) == "Bonjour Zoé, {count} Zoé")
    #expect(words.text("hello") == "Bonjour {name}, {count} {name}")
    #expect(words.text("open", ["b": "c"]) == "a { b")
    #expect(words.text("odd", ["x": "y"]) == "y}")
    #expect(words.text("absent") == nil)
    #expect(words.keys == ["hello", "odd", "open"])
  }

  @Test(
    "a French « de » goes with the name that follows: the title of a commune's front page is read by everybody",
    arguments: [
      ("Vaubrisey", "de Vaubrisey"), ("Arles", "d’Arles"), ("Étain", "d’Étain"), ("Œuilly", "d’Œuilly"),
      ("Le Mans", "du Mans"), ("Les Éparges", "des Éparges"), ("La Bresse", "de La Bresse"),
      ("L’Eau", "de L’Eau"), ("Lesmont", "de Lesmont"), ("Yvetot", "d’Yvetot"), ("Yolet", "de Yolet"),
      ("Haironville", "de Haironville"), ("", "de "),
    ])
  func french(name: String, expected: String) throws {
    let json = #"{"a": "Sur la place de {commune} !", "b": "de {commune}", "c": "Mode {commune}, le {commune}"}"#
    let french = try catalogue("fr", json)
    let words = ["commune": name]
    #expect(french.text("a", words)?.hasPrefix("Sur la place \(expected)") == true)
    #expect(french.text("b", words) == expected)
    #expect(french.text("c", words) == "Mode \(name), le \(name)")
    #expect(try catalogue("en", json).text("b", words) == "de \(name)")
  }

  @Test("the article of a family's name stays, and its vowel counts")
  func families() throws {
    let words = try catalogue("fr", #"{"by": "Décision de {name}"}"#)
    #expect(words.text("by", ["name": "Le Goff"]) == "Décision de Le Goff")
    #expect(words.text("by", ["name": "Ada"]) == "Décision d’Ada")
    #expect(words.text("by") == "Décision de {name}")
  }

  @Test("French counts zero as one, English does not")
  func plurals() throws {
    let json = #"{"n": {"one": "{count} avis", "other": "{count} aviss"}}"#
    let french = try catalogue("fr", json)
    let english = try catalogue("en", json)
    #expect(
      ["0", "1", "2", "-1"].map { french.text("n", ["count": $0]) } == ["0 avis", "1 avis", "2 aviss", "-1 aviss"])
    #expect(["0", "1", "2"].map { english.text("n", ["count": $0]) } == ["0 aviss", "1 avis", "2 aviss"])
    #expect(french.text("n", ["count": "many"]) == "many aviss")
  }

  @Test(
    "a catalogue that is not one names the key",
    arguments: [("[]", ""), ("1", ""), (#"{"a": 1}"#, "a"), (#"{"a": {"one": "x"}}"#, "a"), (#"{"b": ["x"]}"#, "b")])
  func broken(_ json: String, _ key: String) {
    let error = #expect(throws: CatalogueError.self) { try catalogue("en", json) }
    #expect(error?.key == key)
    #expect(error?.locale == "en")
  }

  @Test("a catalogue that is no JSON is a syntax error")
  func noJSON() {
    #expect(throws: JSONSyntaxError.self) { try catalogue("fr", "{") }
  }

  @Test("what is missing in one language is said in the next, and the key is the last resort")
  func fallback() throws {
    let words = Words([try catalogue("fr", #"{"a": "un", "b": "deux {x}"}"#), try catalogue("en", #"{"a": "one"}"#)])
    #expect(words.text("a", "en") == "one")
    #expect(words.text("b", "en", ["x": "!"]) == "deux !")
    #expect(words.text("a", "de") == "un")
    #expect(words.text("c", "en") == "c")
    #expect(Words([]).text("c", "fr") == "c")
  }
}
