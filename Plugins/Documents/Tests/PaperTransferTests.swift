import ParticipationKit
import ParticipationTesting
import Testing

@testable import Documents

@Suite("Documents as files, and the kit on the module")
struct PaperTransferTests {
  private static let file = """
    ---
    id: k1
    title: "Titre"
    kind: order
    folder: "Arrêtés"
    number: "1"
    adopted: 2026-10-05
    ---

    Texte en bleu.

    """

  private let commune: TestCommune

  init() throws { commune = try TestCommune([ModuleDescriptor(DocumentsModule.self)]) }

  @Test("a file is read once, its changed text is a version, and it is written as it was")
  func round() throws {
    #expect(try commune.importText("document", Self.file).added == 1)
    #expect(try commune.importText("document", Self.file).unchanged == 1)
    #expect(try commune.exportText("document", options: ["id": "k1"]) == Self.file)
    #expect(try commune.importText("document", Self.file.replacing("bleu", with: "mauve")).updated == 1)
    try commune.publish()
    #expect(commune.file("documents/k1.html")?.contains("Texte en mauve.") == true)
    #expect(commune.file("documents/k1--v1.html")?.contains("Texte en bleu.") == true)
  }

  @Test("a file withdraws; one that says nothing of it, or the desk’s own withdrawal, brings nothing back")
  func withdrawal() throws {
    let withdrawn = Self.file.replacing("---\n\nTexte", with: "withdrawn: \"Motif\"\n---\n\nTexte")
    #expect(try commune.importText("document", withdrawn).added == 1)
    try commune.publish()
    #expect(commune.file("documents/k1.html")?.contains("Motif") == true)
    #expect(try commune.exportText("document", options: ["id": "k1"]) == withdrawn)
    #expect(try commune.importText("document", Self.file).unchanged == 1)
    let desk = try commune.desk(role: "clerk")
    #expect(desk.act("documents", "restore-document", key: "k1", [("confirm", "true")]).status == 303)
    try commune.publish()
    #expect(commune.file("documents/k1.html")?.contains("Texte") == true)
    #expect(desk.act("documents", "withdraw-document", key: "k1", [("reason", "Erreur.")]).status == 303)
    #expect(try commune.importText("document", Self.file.replacing("bleu", with: "mauve")).updated == 1)
    try commune.publish()
    #expect(commune.file("documents/k1.html")?.contains("Erreur.") == true)
    #expect(commune.files(holding: "Texte en mauve").filter { $0.hasPrefix("site/") } == [])
  }

  @Test(
    "a file that is wrong says where and what was expected, and nothing of it is kept",
    arguments: [
      ("kind: order", "kind: loi", "deliberation"), ("id: k1", "id: K1", "a–z"),
      ("2026-10-05", "demain", "expected a day"), ("folder: \"Arrêtés\"\n", "", "folder"),
      ("Texte en bleu.", "", "original"),
    ])
  func faults(found: String, replaced: String, expected: String) {
    let error = #expect(throws: (any Error).self) {
      try commune.importText("document", Self.file.replacing(found, with: replaced))
    }
    #expect("\(String(describing: error))".contains(expected), "\(String(describing: error))")
  }

  @Test("a key of a version is read back, and nothing else is")
  func keys() {
    #expect(VersionKey.parts(VersionKey.key("a-b", 12))?.paper == "a-b")
    #expect(VersionKey.parts("a-b--v12")?.number == 12)
    for key in ["", "a", "a--v", "a--vx", "a--v-1"] { #expect(VersionKey.parts(key) == nil, "\(key)") }
  }

  @Test("each role gets its own screens and actions and nobody else any")
  func routes() throws { #expect(try commune.routeFindings() == []) }

  @Test("the conformance kit keeps every rule, without exemption")
  func conformance() throws {
    let path = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let folder = try #require(ModuleFolder(path))
    let report = Conformance.check(ModuleDescriptor(DocumentsModule.self), folder: folder)
    #expect(report.reaches(.platinum), "\(report.lines("en").joined(separator: "\n"))")
    #expect(report.results.allSatisfy { $0.state != .exempted })
  }
}
