import Glibc
import ParticipationKit
import ParticipationTesting
import Synchronization
import Testing

@testable import ModuleProcess

/// The example in Python, as an author has it, or changed for a test.
struct Example {
  static let folder: String = {
    let here = #filePath.split(separator: "/").dropLast(4).map(String.init)
    return "/" + (here + ["Tools", "examples", "LostAndFound"]).joined(separator: "/")
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"), "\(path)")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func text(_ name: String) throws -> String { String(decoding: try bytes("\(folder)/\(name)"), as: UTF8.self) }

  /// A copy of the example with another program.
  final class Copy: Sendable {
    private let files: WrittenFolder
    var folder: String { files.path }

    init(_ change: (String) -> String) throws {
      files = try WrittenFolder()
      for name in Copy.names {
        let text = try Example.text(name)
        try files.write(name == "main.py" ? change(text) : text, to: name)
      }
    }

    private static let names = [
      "module.json", "declaration.json", "main.py", "parvis_module.py", "Locales/fr.json", "Locales/en.json",
    ]
  }

  static func package(
    _ folder: String = Example.folder, declaration change: (String) -> String = { $0 }
  ) throws -> ProcessPackage {
    let declaration = String(decoding: try bytes(folder + "/declaration.json"), as: UTF8.self)
    return try ProcessPackage(
      folder: folder, sidecar: JSONValue.parse(bytes(folder + "/module.json")),
      declaration: Array(change(declaration).utf8),
      catalogues: ["fr", "en"].map { (locale: $0, json: try bytes("\(folder)/Locales/\($0).json")) })
  }

  static func commune(
    _ folder: String = Example.folder, declaration: (String) -> String = { $0 },
    limits change: (inout ChildLimits) -> Void = { _ in }
  ) throws -> TestCommune {
    var limits = ChildLimits()
    limits.act = 20
    limits.reading = 20
    limits.publication = 30
    limits.start = 30
    change(&limits)
    return try TestCommune([
      try package(folder, declaration: declaration).descriptor(secret: "", limits: limits, log: { _ in })
    ])
  }

  /// A commune in which each question is asked once: a notice is sent, read, published, and shown at the desk.
  static func liveThrough(_ descriptor: ModuleDescriptor) throws {
    let commune = try TestCommune([descriptor])
    commune.post("/api/v1/lostfound/report", notice())
    let desk = try commune.desk(role: "clerk")
    #expect(desk.get("/desk/moderation/1").status == 200)
    try commune.approveAll()
    try commune.publish()
    #expect(desk.get("/desk/m/lostfound/items").status == 200)
  }

  /// What a person types.
  static func notice(_ thing: String = "Parapluie rouge") -> [(String, String)] {
    [
      ("lang", "fr"), ("what", "found"), ("thing", thing), ("place", "Place du Lavoir"), ("day", "2026-11-20"),
      ("details", "Manche en *bois* <b>clair</b>"), ("name_shown", "first"), ("author", "Camille Martin"),
    ]
  }
}
