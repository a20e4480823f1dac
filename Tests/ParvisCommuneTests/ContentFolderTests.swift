import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune

/// A volume that is not mounted, a folder moved by mistake: the site of a commune must not be emptied for it.
@Suite("A folder of content that is gone")
struct ContentFolderTests {
  private func failure(_ folder: Folder, _ access: Commune.Access = .writing) -> CommuneError? {
    do {
      try folder.open(for: access).close()
      return nil
    } catch {
      return error as? CommuneError
    }
  }

  @Test("without content/ nothing is opened, nothing is unpublished, and the words say what to do")
  func whole() throws {
    let folder = try Folder(content: ["pages/eau.md": "---\ntitle: Eau\n---\nFroide."])
    let commune = try folder.open()
    _ = try commune.build(out: nil, dryRun: false)
    commune.close()
    let page = try #require(folder.text("site/eau.html"))
    folder.rename("content", "elsewhere")
    for access in [Commune.Access.writing, .reading] {
      let error = try #require(failure(folder, access))
      #expect(error.kind == .missingContent && error.exitCode == 4)
      let finding = try #require(error.diagnostics.first)
      #expect(finding.file == "content/" && finding.message("fr").contains("dossier vide"))
      #expect(finding.message("en").contains("empty folder"))
    }
    #expect(folder.text("site/eau.html") == page)
    folder.rename("elsewhere", "content")
    #expect(failure(folder) == nil)
  }

  @Test("a folder in it that pages were made from is missed; one that is there and empty says that it is meant")
  func below() throws {
    let folder = try Folder(content: ["pages/eau.md": "---\ntitle: Eau\n---\nFroide.", "map/streets.yaml": "a: 1\n"])
    let commune = try folder.open()
    _ = try commune.build(out: nil, dryRun: false)
    commune.close()
    folder.rename("content/pages", "pages")
    folder.rename("content/map", "map")
    let error = try #require(failure(folder))
    #expect(error.diagnostics.map(\.file) == ["content/map/", "content/pages/"])
    #expect(folder.text("site/eau.html") != nil)
    try Files.makeFolder(folder.path + "/content/pages")
    try Files.makeFolder(folder.path + "/content/map")
    let again = try folder.open()
    _ = try again.build(out: nil, dryRun: false)
    again.close()
    #expect(folder.text("site/eau.html") == nil, "the clerk meant it")
    // What was empty when it was published is missed by nobody.
    Files.removeFolder(folder.path + "/content/pages")
    #expect(failure(folder) == nil)
  }

  @Test("a folder that never was is no mistake")
  func never() throws {
    let folder = try Folder()
    let commune = try folder.open()
    _ = try commune.build(out: nil, dryRun: false)
    commune.close()
    #expect(failure(folder) == nil)
  }
}
