import ParticipationKit
import Testing

@testable import ModuleProcess

/// `declaration.json`: each mistake is told with its place before anything runs.
@Suite struct DeclarationTests {
  private static let whole = #"""
    {"protocol": 1,
     "queries": {"one": {"sql": "SELECT 1", "with": ["key"]}}, "statements": {"add": "INSERT INTO x_y VALUES(?)"},
     "actions": [{"name": "send", "titles": {"fr": "Envoyer"}, "queries": ["one"]}]}
    """#

  @Test func theExampleAndASmallOneAreRead() throws {
    #expect(try Declaration(Array(Self.whole.utf8)).actions.first?.name == "send")
    let example = try Example.package()
    #expect(example.manifest.id == "lostfound" && example.manifest.personalData.storesPersonalData)
    #expect(example.manifest.permissions.first?.roles == ["clerk", "agent"])
    #expect(example.declaration.actions.first?.forms["en"]?.fields.contains { $0.name == "name_shown" } == true)
  }

  @Test func aDeclaredFormSpeaksItsOwnLanguage() throws {
    let form = #"{"title": "x", "submit": "x", "fields": [{"publicName": true}], "intro": [{"date": "2026-03-12"}]}"#
    let text = Self.whole.replacing(
      "\"name\": \"send\"", with: "\"name\": \"send\", \"forms\": {\"fr\": \(form), \"en\": \(form)}")
    let forms = try #require(try Declaration(Array(text.utf8)).actions.first?.forms)
    #expect(forms["en"]?.fields.map(\.label) == PublicName.fields("en").map(\.label))
    #expect(forms["fr"]?.fields.map(\.label) == PublicName.fields("fr").map(\.label))
    #expect(forms["en"]?.fields.map(\.label) != forms["fr"]?.fields.map(\.label))
    let day = DateWords(locale: "en").medium(try #require(LocalDate("2026-03-12")))
    #expect(forms["en"]?.intro.rendered.contains(day) == true)
    let example = try #require(try Example.package().declaration.actions.first?.forms["en"])
    #expect(example.fields.contains { $0.label == PublicName.fields("en").first?.label })
  }

  @Test(arguments: [
    ("\"protocol\": 1", "\"protocol\": 2", "protocol"), ("\"protocol\": 1", "\"protokoll\": 1", "protokoll"),
    ("\"key\"", "\"keys\"", "queries.one.with"), ("[\"one\"]", "[\"two\"]", "actions.send"),
    ("\"name\": \"send\"", "\"name\": \"Send it\"", "actions[0].name"),
    ("\"titles\": {\"fr\": \"Envoyer\"}", "\"titles\": \"Envoyer\"", "actions[0].titles"),
    ("\"titles\"", "\"title\"", "actions[0].title"),
    ("\"name\": \"send\"", "\"name\": \"send\", \"audience\": \"everybody\"", "actions[0].audience"),
    ("\"name\": \"send\"", "\"name\": \"send\", \"forms\": {\"fr\": {\"title\": \"x\"}}", "actions[0].forms.fr"),
    ("\"name\": \"send\"", "\"name\": \"send\", \"quota\": {\"most\": 0, \"per\": \"day\"}", "actions[0].quota.most"),
  ]) func aMistakeIsToldWithItsPlace(old: String, new: String, place: String) {
    #expect(throws: DeclarationError.self) { try Declaration(Array(Self.whole.replacing(old, with: new).utf8)) }
    do throws(DeclarationError) {
      _ = try Declaration(Array(Self.whole.replacing(old, with: new).utf8))
    } catch {
      #expect(error.place == place, "\(error)")
      #expect(error.message("fr").contains("attendu") && error.message("en").contains("expected"))
    }
  }
}
