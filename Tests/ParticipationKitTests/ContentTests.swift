import ParticipationKit
import Testing

@Suite("Files that a clerk keeps: what is wrong is said with file and line")
struct ContentTests {
  private let file = ContentFile(
    path: "content/services/voirie.md", name: "voirie",
    fields: .mapping(
      [
        (name: "name", value: .scalar("Voirie", line: 2)), (name: "order", value: .scalar("3", line: 3)),
        (name: "code", value: .scalar("3", quoted: true, line: 4)), (name: "open", value: .scalar("true", line: 5)),
        (name: "note", value: .scalar("~", line: 6)), (name: "tilde", value: .scalar("~", quoted: true, line: 7)),
        (name: "tags", value: .list([.scalar("a", line: 8), .scalar("b", line: 9)], line: 8)),
        (name: "price", value: .scalar("1.5", line: 10)),
      ], line: 1), body: "Texte", bodyLine: 12)

  @Test("values are what they were written as")
  func values() {
    let fields = file.fields
    #expect(fields["name"]?.text == "Voirie")
    #expect(fields["order"]?.int == 3)
    #expect(fields["code"]?.int == nil)
    #expect(fields["code"]?.text == "3")
    #expect(fields["open"]?.bool == true)
    #expect(fields["name"]?.bool == nil)
    #expect(fields["note"]?.text == nil)
    #expect(fields["tilde"]?.text == "~")
    #expect(fields["tags"]?.list.compactMap(\.text) == ["a", "b"])
    #expect(fields["name"]?.list.compactMap(\.text) == ["Voirie"])
    #expect(fields["note"]?.list.isEmpty == true)
    #expect(fields["price"]?.number == 1.5)
    #expect(fields["tags"]?.text == nil)
    #expect(fields["absent"] == nil)
  }

  @Test("unknown and missing fields are told together, each at its line")
  func checks() {
    let findings = file.checkFields(
      known: ["name", "order", "code", "open", "note", "tilde", "tags"], required: ["name", "note", "place", "tags"])
    #expect(
      findings.map(\.description) == [
        "content/services/voirie.md:10: unknown field “price”; expected: name, order, code, open, note, tilde, tags",
        "content/services/voirie.md:1: missing field “note”", "content/services/voirie.md:1: missing field “place”",
      ])
    #expect(findings.first?.line("fr").contains("champ inconnu « price »") == true)
    #expect(findings.first?.severity == .error)
  }

  @Test("an empty file and one without front matter are told in one line what they should look like")
  func noHead() {
    func findings(_ path: String, _ body: String, bodyLine: Int = 1) -> [Diagnostic] {
      ContentFile(path: path, name: "a", fields: .mapping([], line: 1), body: body, bodyLine: bodyLine)
        .checkFields(known: ["code", "name"], required: ["code", "name"])
    }
    let cases = [
      ("content/services/a.md", "", "fichier vide", "empty file"),
      ("content/a.md", " \n", "fichier vide", "empty file"),
      ("content/a.md", "Bonjour", "pas d’en-tête", "no front matter"),
      ("content/a.yaml", "", "aucun champ", "no field"),
    ]
    for (path, body, fr, en) in cases {
      let found = findings(path, body)
      #expect(found.count == 1 && found.first?.line == 1 && found.first?.file == path, "\(found)")
      #expect(found.first?.message("fr").hasPrefix(fr) == true && found.first?.message("en").hasPrefix(en) == true)
      #expect(found.first?.message("fr").contains("code: …, name: …") == true)
    }
    // A head that is there lacks single fields.
    #expect(findings("content/a.md", "", bodyLine: 3).count == 2)
  }

  @Test("a finding falls back to French and may concern the whole file")
  func diagnostics() {
    let finding = Diagnostic(.warning, file: "commune.yaml", line: nil, fr: "vide", en: "empty")
    #expect(finding.line("en") == "commune.yaml: empty")
    #expect(finding.message("de") == "vide")
  }

  @Test("settings that are not declared are empty, and types do not mix")
  func settings() {
    let settings = Settings(["days": 5, "open": true, "title": "x"])
    #expect(settings.int("days") == 5)
    #expect(settings.bool("open"))
    #expect(settings.text("title") == "x")
    #expect(settings.text("days").isEmpty)
    #expect(settings.int("title") == 0)
    #expect(!settings.bool("days"))
    #expect(!settings.bool("absent"))
  }
}
