import FrontMatter
import Testing

@Suite("Keys are read by name and type, and every error is told at once")
struct MappingReaderTests {
  private func reader(_ text: String) throws -> MappingReader {
    MappingReader(try yaml(text), file: "commune.yaml")
  }

  private func messages(_ reader: MappingReader, _ locale: String = "fr") -> [String] {
    do throws(FrontMatterErrors) {
      try reader.finish()
      return []
    } catch {
      return error.message(locale: locale).split(separator: "\n").map(String.init)
    }
  }

  @Test("a right file gives its values and no error")
  func right() throws {
    let reader = try reader(
      """
      nom: Fontaine-sous-Bois
      insee: 02001
      population: 750
      surface: 12.5
      ouverte: true
      depuis: 2026-06-12
      etat: tenue
      langues: [fr, en]
      maire: {prenom: Anne}
      salles:
        - nom: Mairie
        - nom: Préau
      vide:
      """)
    #expect(reader.text("nom") == "Fontaine-sous-Bois")
    #expect(reader.text("insee") == "02001")
    #expect(reader.int("population", in: 1...100_000) == 750)
    #expect(reader.double("surface") == 12.5)
    #expect(reader.bool("ouverte"))
    #expect(reader.date("depuis") == "2026-06-12")
    #expect(reader.choice("etat", of: ["projet", "tenue"]) == "tenue")
    #expect(reader.texts("langues") == ["fr", "en"])
    #expect(reader.mapping("maire").text("prenom") == "Anne")
    #expect(reader.mappings("salles").map { $0.text("nom") } == ["Mairie", "Préau"])
    #expect(reader.optionalText("vide") == nil && reader.optionalInt("absent") == nil)
    #expect(reader.optionalBool("absent") == nil && reader.optionalDate("absent") == nil)
    #expect(reader.optionalDouble("surface") == 12.5 && reader.optionalMapping("absent") == nil)
    #expect(reader.optionalChoice("etat", of: ["tenue"]) == "tenue")
    #expect(reader.texts("absent").isEmpty && reader.mappings("absent").isEmpty)
    #expect(messages(reader).isEmpty)
  }

  @Test("all errors come in one go, in the order of the lines")
  func all() throws {
    let reader = try reader(
      """
      titre_: Séance
      population: beaucoup
      date: 2026-02-30
      etat: tenu
      ouvert: yes
      salles: Mairie
      maire: {prenom: ' '}
      """)
    _ = (reader.text("titre"), reader.int("population", in: 1...9), reader.date("date"))
    _ = (reader.choice("etat", of: ["projet", "tenue"]), reader.bool("ouvert"), reader.mappings("salles"))
    _ = reader.mapping("maire").text("prenom")
    #expect(
      messages(reader) == [
        "commune.yaml:1:1: clé « titre » absente ; attendu : un texte",
        "commune.yaml:1:1: clé inconnue « titre_ » ; attendu : titre",
        "commune.yaml:2:13: « population » : « beaucoup » ; attendu : un nombre entier entre 1 et 9",
        "commune.yaml:3:7: « date » : « 2026-02-30 » ; attendu : une date AAAA-MM-JJ",
        "commune.yaml:4:7: « etat » : « tenu » ; attendu : l’un de : projet, tenue",
        "commune.yaml:5:9: « ouvert » : « yes » ; attendu : true ou false",
        "commune.yaml:6:9: « salles » : « Mairie » ; attendu : une liste de groupes « clé: valeur »",
        "commune.yaml:7:17: « prenom » : «   » ; attendu : un texte",
      ])
    #expect(messages(reader, "en")[1] == "commune.yaml:1:1: unknown key “titre_”; expected: titre")
  }

  @Test("an unknown key names the nearest known one, or all when none is near")
  func unknownKeys() throws {
    let reader = try reader("Nom: x\npopulatoin: 3\nzzzzzz: 1\n")
    _ = (reader.optionalText("nom"), reader.optionalInt("population"))
    #expect(
      messages(reader) == [
        "commune.yaml:1:1: clé inconnue « Nom » ; attendu : nom",
        "commune.yaml:2:1: clé inconnue « populatoin » ; attendu : population",
        "commune.yaml:3:1: clé inconnue « zzzzzz » ; attendu : nom, population",
      ])
  }

  @Test("a file of another kind gives twenty lines, not a hundred thousand")
  func manyUnknownKeys() throws {
    let reader = try reader((0..<100).map { "cle\($0): 1\n" }.joined())
    _ = reader.optionalText("nom")
    #expect(messages(reader).count == 20)
  }

  @Test("keys that somebody else reads can be left alone")
  func foreignKeys() throws {
    let reader = try reader("modules: {agenda: {x: 1}}\nautre: 2\n")
    #expect(reader.optionalValue("modules")?["agenda"]?["x"]?.int == 1)
    reader.acceptUnknownKeys()
    #expect(messages(reader).isEmpty)
    #expect(reader.keys == ["modules", "autre"])
  }

  @Test("a value that is not a mapping is one error, not one for each key inside")
  func notAMapping() throws {
    let reader = try reader("salles: [Mairie, {nom: Préau}]\n")
    let names = reader.mappings("salles").map { $0.text("nom") }
    #expect(names == ["", "Préau"])
    #expect(messages(reader) == ["commune.yaml:1:10: une valeur seule ; attendu : des lignes « clé: valeur »"])
    let list = MappingReader(try yaml("- a\n"), file: "commune.yaml")
    _ = (list.text("nom"), list.int("population"), list.mapping("maire").text("prenom"))
    #expect(messages(list) == ["commune.yaml:1:1: une liste ; attendu : des lignes « clé: valeur »"])
  }

  @Test("a missing mapping is one error, not one for each key inside")
  func missingMapping() throws {
    let reader = try reader("nom: x\n")
    _ = (reader.text("nom"), reader.mapping("maire").text("prenom"))
    #expect(messages(reader) == ["commune.yaml:1:1: clé « maire » absente ; attendu : un groupe « clé: valeur »"])
  }

  @Test("an empty file lacks all its keys, on line 1")
  func empty() throws {
    let file = try FrontMatterFile.parse([], file: "page.md")
    let reader = MappingReader(file.frontMatter, file: "page.md")
    _ = reader.text("titre")
    #expect(messages(reader) == ["page.md:1:1: clé « titre » absente ; attendu : un texte"])
  }

  @Test("a caller's own rule is reported at the value, in its words")
  func ownRules() throws {
    let reader = try reader("fin: 2026-01-01\n")
    _ = reader.date("fin")
    reader.report("fin", expected: Wording(fr: "une date après le début", en: "a day after the start"))
    reader.report("debut", expected: Wording(fr: "une date", en: "a date"))
    #expect(
      messages(reader) == [
        "commune.yaml:1:1: clé « debut » absente ; attendu : une date",
        "commune.yaml:1:6: « fin » : « 2026-01-01 » ; attendu : une date après le début",
      ])
  }

  @Test("blank texts, texts in lists and endless values are refused or shortened")
  func texts() throws {
    let reader = try reader("a: '\u{A0} '\nb: [x, '']\nc: \(String(repeating: "é", count: 200))\n")
    _ = (reader.text("a"), reader.texts("b"), reader.int("c"))
    let lines = messages(reader)
    #expect(lines.count == 3)
    #expect(lines[1] == "commune.yaml:2:4: « b » : une liste ; attendu : une liste de textes")
    #expect(lines[2].contains("« \(String(repeating: "é", count: 60))… »"))
  }
}
