import ParticipationKit

@testable import ParticipationTesting

/// The folder of the plain box, as its author would have it.
struct ModuleFiles {
  static func json(
    version: String = "1.0.0", owner: String = "Essai", traits: [String] = PlainBox.manifest.traits,
    personalData: [String: String] = PlainBox.manifest.personalData.texts, more: [(String, JSONValue)] = []
  ) -> String {
    JSONValue.object(
      [
        ("id", "box"), ("version", .string(version)), ("names", .texts(PlainBox.manifest.names)),
        ("owner", .string(owner)), ("licence", "EUPL-1.2"), ("traits", .array(traits.map { .string($0) })),
        (
          "permissions",
          .array([.object([("name", "box.edit"), ("titles", .texts(["fr": "Corriger", "en": "Correct"]))])])
        ),
        ("personalData", .texts(personalData)),
      ] + more
    ).text
  }

  static func readme(action: String = "suggest", removal: String = "## Removal\n\nTake `box:` out.") -> String {
    """
    # Box

    Essai keeps it. Anybody may `\(action)`; who shows who they are may `sign` and `pledge`, then
    `unsign` and `unpledge`; staff with `box.edit` may `fix`. The setting `shown` says how many ideas a
    page has. Import and export: `ideas`.

    \(removal)

    """
  }

  static let idea = """
    {"reference":"old-1","words":"Un banc près du lavoir","sent":"2026-05-01T10:00:00Z"}
    {"reference":"old-2","words":"Des mirabelliers au bord du chemin","sent":"2026-05-02T10:00:00Z"}

    """

  /// Writes the folder of a module; the caller removes it with `TestCommune.remove`.
  static func folder(_ changes: [String: String?] = [:]) throws -> ModuleFolder {
    let path = try TestCommune.temporaryFolder()
    var files: [String: String?] = [
      "module.json": json(), "README.md": readme(), "Sources/Box.swift": "let x = 1\n",
      "Example/imports/01-ideas.ndjson": idea,
    ]
    for (name, text) in changes { files[name] = text }
    for (name, text) in files { if let text { try TestCommune.write(text, to: "\(path)/\(name)") } }
    guard let folder = ModuleFolder(path) else { throw Oops() }
    return folder
  }
}
