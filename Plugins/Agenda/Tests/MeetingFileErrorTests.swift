import Testing

@testable import Agenda

/// A clerk who mistypes must be told the line, what was found and what was expected, all at once.
@Suite struct MeetingFileErrorTests {
  private func file(_ fields: String, _ body: String = "## A {#a}\n\nTexte.") -> String {
    "---\nid: s\ntitle: \"T\"\nstarts: 2026-12-11T20:00\nplace: \"M\"\n\(fields)\n---\n\(body)\n"
  }

  @Test func aGoodFileHasNoFinding() throws {
    #expect(try findings(file("state: draft")).isEmpty)
  }

  @Test func allFindingsComeTogetherWithTheirLines() throws {
    let found = try findings(
      "---\nid: Foo Bar\ntitle: \"T\"\nstarts: demain\nstate: envoyé\ncouleur: bleu\n---\n"
        + "## A {#a}\nNature : fromage\n## B {#a}\n"
    )
    #expect(found.contains { $0.hasPrefix("seance.md:6: champ inconnu « couleur »") })
    #expect(found.contains { $0.contains("champ manquant « place »") })
    #expect(found.contains { $0.hasPrefix("seance.md:2: identifiant « Foo Bar »") })
    #expect(found.contains { $0.hasPrefix("seance.md:4: ") && $0.contains("2026-03-12T20:00") })
    #expect(found.contains { $0.hasPrefix("seance.md:5: état inconnu « envoyé » ; attendu : draft") })
    #expect(found.contains { $0.hasPrefix("seance.md:9: nature « fromage » ; attendu : délibération") })
    #expect(found.contains { $0.hasPrefix("seance.md:10: identifiant « a » déjà pris à la ligne 8") })
  }

  @Test(arguments: [
    ("state: sent", "champ manquant « sent »"),
    ("state: minuted\nsent: 2026-12-01T09:00", "champ manquant « minuted »"),
    ("state: draft\nsent: 2026-12-01T09:00", "champ « sent » inattendu"),
    ("state: sent\nsent: 2026-12-12T09:00", "la convocation part après le début"),
    ("state: sent\nsent: 2026-12-01T09:00\npublic: false", "« public: false »"),
    ("state: draft\npublic: oui", "attendu : true ou false"),
  ])
  func fieldsThatContradictTheStateAreFound(fields: String, message: String) throws {
    let found = try findings(file(fields))
    #expect(found.count == 1 && found[0].contains(message), "\(found)")
  }

  @Test func minutesBeforeTheMeetingAreFound() throws {
    let found = try findings(file("state: draft", "## A {#a}\n\nx\n\n### Procès-verbal\n\nAdopté."))
    #expect(found.count == 1 && found[0].hasPrefix("seance.md:8: procès-verbal"))
  }

  @Test func anAgendaWithoutItemCannotBeSent() throws {
    let found = try findings(file("state: sent\nsent: 2026-12-01T09:00", "Rien."))
    #expect(found.count == 1 && found[0].contains("aucun point"))
  }

  @Test func textThatNoFormWouldTakeIsFound() throws {
    let long = String(repeating: "a", count: MeetingFileReader.maxBody + 1)
    #expect(try findings(file("state: draft", "## A {#a}\n\n\(long)")).count == 1)
    #expect(try findings(file("state: draft", "## A {#a}\n\nvu\u{202E}par")).count == 1)
    // Characters count, as in the form: an accented title has as much room.
    #expect(try findings(file("state: draft", "## \(String(repeating: "é", count: 200)) {#a}")).isEmpty)
    #expect(try findings(file("state: draft", "## \(String(repeating: "é", count: 201)) {#a}")).count == 1)
  }

  @Test(arguments: ["A", "a b", "é", "-a", "a--b", "x-b3", "b3-b12", String(repeating: "a", count: 65)])
  func idsThatCannotBeAnchorsAreRefused(id: String) {
    #expect(!ItemID.isValid(id))
  }

  @Test(arguments: ["a", "cantine", "b3", "pv-27-novembre", "salle-bis", "a-b", "x-b3c"])
  func plainIdsAreTaken(id: String) {
    #expect(ItemID.isValid(id))
  }

  @Test func idsMadeOfTitlesAreValidAndDistinct() {
    var taken: Set<String> = []
    for title in ["Cantine", "Cantine", "Cantine !", "", "…", "Point b3", "x b3", String(repeating: "mot ", count: 40)]
    {
      let id = ItemID.make(from: title, taken: taken)
      #expect(ItemID.isValid(id) && taken.insert(id).inserted, "\(title) → \(id)")
    }
  }
}
