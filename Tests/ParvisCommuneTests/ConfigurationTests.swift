import ParticipationKit
import ParticipationTesting
import ParvisHost
import Testing

@testable import ParvisCommune

@Suite("What a clerk writes in files")
struct ConfigurationTests {
  /// One line of `commune.yaml` that is wrong, and the line number that must be named.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let line: Int
    let word: String
    var testDescription: String { new }

    init(_ old: String, _ new: String, _ line: Int, _ word: String) {
      self.old = old
      self.new = new
      self.line = line
      self.word = word
    }
  }

  static let yaml = """
    name: Essai
    insee: "55999"
    population: 752
    department: "55"
    languages: [fr]
    address: https://essai.example/
    time_zone: Europe/Paris
    server: https://actes.essai.example/
    accent: "#6d2a55"
    demonstration: false
    town_hall:
      hours: []
    security_contact: "mailto:a@essai.example"
    security_expires: 2027-01-31
    modules:
      notes:
        greeting: Salut
        most: 3
        loud: true
        mood: gay

    """

  static let mistakes = [
    Mistake("name: Essai", "nam: Essai", 1, "nam"), Mistake("name: Essai", "name:", 1, "name"),
    Mistake("name: Essai", "name: [a]", 1, "name"), Mistake("insee: \"55999\"", "insee: [1]", 2, "insee"),
    Mistake("population: 752", "population: many", 3, "population"),
    Mistake("population: 752", "population: 0", 3, "population"), Mistake("\"55\"", "{a: 1}", 4, "department"),
    Mistake("[fr]", "[fr, de]", 5, "languages"), Mistake("[fr]", "[fr, fr]", 5, "languages"),
    Mistake("[fr]", "{a: 1}", 5, "languages"), Mistake("https://essai", "ftp://essai", 6, "address"),
    Mistake("address: https://essai.example/", "address: \"https://\"", 6, "address"),
    Mistake("address: https://essai.example/", "address: https://essai.example/?a", 6, "address"),
    Mistake("address: https://essai.example/", "address: \"https://a@essai.example/\"", 6, "address"),
    Mistake("Europe/Paris", "Europe/Atlantis", 7, "time_zone"), Mistake("Europe/Paris", "../../x", 7, "time_zone"),
    Mistake("https://actes", "actes", 8, "server"), Mistake("\"#6d2a55\"", "red", 9, "accent"),
    Mistake("\"#6d2a55\"", "\"#6d2a5\"", 9, "accent"),
    Mistake("demonstration: false", "demonstration: no", 10, "demonstration"),
    Mistake("hours: []", "hour: []", 12, "hour"), Mistake("hours: []", "hours: {a: 1}", 12, "hours"),
    Mistake("mailto:a@", "a@", 13, "security_contact"), Mistake("2027-01-31", "2027-02-30", 14, "security_expires"),
    Mistake("2027-01-31", "soon", 14, "security_expires"), Mistake("  notes:\n", "  nots:\n", 16, "nots"),
    Mistake("greeting: Salut", "greting: Salut", 17, "greting"),
    Mistake("greeting: Salut", "greeting: [a]", 17, "« notes.greeting » attend un texte ; trouvé : une liste"),
    Mistake("most: 3", "most: 51", 18, "« notes.most » attend un nombre entier de 1 à 50 ; trouvé : « 51 »"),
    Mistake("most: 3", "most: three", 18, "trouvé : « three »"),
    Mistake("most: 3", "most: \"3\"", 18, "trouvé : « 3 » entre guillemets"),
    Mistake("most: 3", "most: {a: 1}", 18, "trouvé : des clés"), Mistake("most: 3", "most:", 18, "trouvé : rien"),
    Mistake("loud: true", "loud: yes", 19, "trouvé : « yes »"), Mistake("mood: gay", "mood: sad", 20, "« sad »"),
    Mistake("population: 752", "population: 752\npopulation: 3", 4, "population"),
    Mistake("name: Essai", "name: \"Essai", 1, ""),
  ]

  @Test(
    "each mistake is told with its line, what was found and what was expected, in French and English",
    arguments: mistakes)
  func mistake(mistake: Mistake) throws {
    let folder = try Folder(yaml: ConfigurationTests.yaml.replacing(mistake.old, with: mistake.new, maxReplacements: 1))
    do {
      let commune = try folder.open()
      commune.close()
      Issue.record("accepted")
    } catch let error as CommuneError {
      #expect(error.kind == .badConfiguration && error.exitCode == 1)
      let finding = try #require(error.diagnostics.first)
      #expect(finding.file == "commune.yaml")
      #expect(finding.line == mistake.line || mistake.word.isEmpty)
      #expect(error.diagnostics.contains { $0.message("fr").contains(mistake.word) })
      #expect(finding.message("fr") != finding.message("en"))
      #expect(!finding.message("fr").contains("commune.yaml:"))
    }
    #expect(folder.read("data/parvis.sqlite") == nil, "nothing is made for a commune that cannot be opened")
  }

  @Test("the correct file is accepted, and what it leaves out has a sensible value")
  func correct() throws {
    let commune = try Folder(yaml: ConfigurationTests.yaml).open()
    #expect(commune.configuration.server == "https://actes.essai.example/")
    commune.close()
    let plain = try Folder()
    let other = try plain.open()
    #expect(other.configuration.timeZone == "Europe/Paris" && other.configuration.server == nil)
    other.close()
  }

  @Test(
    "one mistake is told once, with the word that is wrong",
    arguments: [
      ("address: https://essai.example/\n", "", "https://www.example.org/"), ("[fr]", "[fr, kl]", "“kl”"),
      ("server: https://actes.essai.example/", "server: [a]", "https://www.example.org/"),
      ("2027-01-31", "soon", "“soon”"),
    ])
  func once(old: String, new: String, shown: String) throws {
    let folder = try Folder(yaml: ConfigurationTests.yaml.replacing(old, with: new, maxReplacements: 1))
    do {
      _ = try folder.open()
      Issue.record("accepted")
    } catch let error as CommuneError {
      let messages = error.diagnostics.map { $0.message("en") }
      #expect(messages.count == 1 && messages[0].contains(shown), "\(messages)")
    }
  }

  @Test("several mistakes are told at once")
  func together() throws {
    let yaml = ConfigurationTests.yaml.replacing("most: 3", with: "most: x").replacing("mood: gay", with: "mood: y")
    let folder = try Folder(yaml: yaml, content: ["topics/a.md": "---\nnope: 1\n---\n"])
    do {
      _ = try folder.open()
      Issue.record("accepted")
    } catch let error as CommuneError {
      #expect(error.diagnostics.map(\.line) == [18, 20])
    }
  }

  @Test(
    "a mistake in content is told with file and line",
    arguments: [
      ("topics/a.md", "---\ntitle: A\nnope: 1\n---\n", 3), ("topics/a.md", "---\nother: A\n---\n", 2),
      ("topics/a.md", "---\ntitle: [A\n---\n", 2), ("topics/a.yaml", "title: A\n bad: x\n", 2),
      ("pages/a.md", "---\ntitle: A\nlang: zz\nnope: x\n---\nx", 3),
    ])
  func content(path: String, text: String, line: Int) throws {
    let folder = try Folder(content: [path: text])
    do {
      let commune = try folder.open()
      commune.close()
      Issue.record("accepted")
    } catch let error as CommuneError {
      #expect(error.exitCode == 1)
      let finding = try #require(error.diagnostics.first)
      #expect(finding.file == "content/" + path)
      #expect(abs((finding.line ?? 0) - line) <= 1, "\(finding)")
      #expect(!finding.message("en").isEmpty && finding.message("fr") != finding.message("en"))
    }
  }

  @Test("a folder without commune.yaml, and one whose data cannot be written, are said in words")
  func folders() throws {
    let empty = try Folder()
    #expect(throws: CommuneError.self) { try CommuneConfiguration.load(folder: empty.path + "/nowhere") }
    let blocked = try Folder()
    try blocked.write("data", "a file where the folder should be")
    do {
      _ = try blocked.open()
      Issue.record("opened")
    } catch let error as CommuneError {
      #expect(error.kind == .readOnly && error.exitCode == 3)
      #expect(error.message("fr").contains(blocked.path + "/data"))
    }
  }

  @Test("a site that cannot be written is said in words, and the acts are kept")
  func blockedSite() throws {
    let folder = try Folder()
    let commune = try folder.open()
    defer { commune.close() }
    try folder.write("site", "a file where the folder should be")
    try commune.act("write", ["body": "gardé"])
    do {
      _ = try commune.build(out: nil, dryRun: false)
      Issue.record("built")
    } catch let error as CommuneError {
      #expect(error.exitCode == 3)
      #expect(error.message("fr") != error.message("en"))
    }
    let kept = try commune.host.ports.store.reading { try $0("notes").count("SELECT count(*) FROM notes_note") }
    #expect(kept == 1)
  }
}
