import ParticipationKit

@testable import ParticipationTesting

// Broken in what they declare and in the files of their folder.
extension BrokenModule {
  static let declared: [BrokenModule] = [
    box("manifest", manifest: manifest(version: "1.0"), files: ["module.json": ModuleFiles.json(version: "1.0")]),
    box("owner", manifest: manifest(owner: " "), files: ["module.json": ModuleFiles.json(owner: " ")]),
    box("permissions", manifest: manifest(roles: ["mayor"])),
    box(
      "personal-data", manifest: manifest(personalData: ["fr": "Une adresse, un an."]),
      files: ["module.json": ModuleFiles.json(personalData: ["fr": "Une adresse, un an."])]),
    box(
      "settings",
      settings: [
        SettingField("shown", .int, default: 20, range: 30...100, help: ["fr": "Combien.", "en": "How many."])
      ]),
    box(
      "catalogue",
      catalogues: [
        ("fr", Array(PlainBox.texts(PlainBox.french).utf8)),
        ("en", Array(PlainBox.texts(PlainBox.english.merging(["more": "More"]) { $1 }).utf8)),
      ]),
    box(
      "languages",
      catalogues: [
        ("fr", Array(PlainBox.texts(PlainBox.french).utf8)),
        ("en", Array(PlainBox.texts(PlainBox.english.filter { $0.key != "none" }).utf8)),
      ]),
    box("start", manifest: manifest(frontPage: "nowhere")),
    box("start") { instance, _ in instance.askForFile("suggest") }.behind("a form that asks strangers for a file"),
    box(
      "traits", manifest: manifest(traits: PlainBox.manifest.traits + ["geolocated"]),
      files: ["module.json": ModuleFiles.json(traits: PlainBox.manifest.traits + ["geolocated"])]),
    box("names") { instance, _ in
      instance.actions = instance.actions.map { action in
        guard !action.audience.isPublic else { return action }
        return Action(
          action.name, audience: .staff("box.other"), titles: action.titles, form: action.form, perform: action.perform)
      }
    },
    box("manifest-file", files: ["module.json": ModuleFiles.json(version: "2.0.0")]),
    box("removal", files: ["README.md": ModuleFiles.readme(removal: "")]),
    box("readme", files: ["README.md": ModuleFiles.readme(action: "something")]),
    box("source", files: ["Sources/Box.swift": "let x = try" + "! risky()\n"]),
    box(
      "example", manifest: manifest(traits: []),
      files: [
        "module.json": ModuleFiles.json(traits: []), "Example/imports/01-ideas.ndjson": nil,
      ]
    ) { instance, _ in
      // Nobody can do anything, and there is nothing to begin with.
      instance.actions = instance.actions.map { action in
        Action(
          action.name, audience: action.audience, titles: action.titles, form: { _ in nil }, perform: action.perform)
      }
    },
  ]
}
