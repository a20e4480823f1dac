import ParticipationKit
import ParticipationTesting
import Testing

@testable import Documents

/// Documents that are files: from the form to the site, and out of it again.
@Suite("Documents as files from the desk")
struct PaperFileTests {
  private let commune: TestCommune
  private let desk: TestDesk
  private static let key = "2026-09-18-plu"
  private static let pdf = SampleFiles.pdf("Le hamster reglementaire de la zone humide")
  private static let other = SampleFiles.pdf("Le castor reglementaire de la zone seche")
  private static let fields = [
    ("kind", "plan"), ("folder", "Urbanisme"), ("title", "PLU"), ("number", ""), ("adopted", "2026-09-18"),
    ("body", ""), ("original", ""), ("note", ""),
  ]

  init() throws {
    commune = try TestCommune([ModuleDescriptor(DocumentsModule.self)])
    desk = try commune.desk(role: "clerk")
  }

  @discardableResult
  private func publish(_ bytes: [UInt8] = pdf, name: String = "PLU signé.pdf", _ more: [(String, String)] = []) throws
    -> TestCommune.Answer
  {
    let answer = desk.act(
      "documents", "publish-document", Self.fields.filter { field in !more.contains { $0.0 == field.0 } } + more,
      files: [("file", name, bytes)])
    try commune.publish()
    return answer
  }

  private func edit(
    _ revision: Int, _ more: [(String, String)], _ files: [(field: String, name: String, bytes: [UInt8])]
  )
    throws -> TestCommune.Answer
  {
    let answer = desk.act(
      "documents", "edit-document", key: Self.key, Self.fields + more + [("revision", String(revision))], files: files)
    try commune.publish()
    return answer
  }

  private var files: [String] { commune.files().map(\.path).filter { $0.hasPrefix("files/") } }
  private func page(_ path: String = "documents/\(key).html") -> String { commune.file(path) ?? "" }

  /// The hidden value with which a form carries its file.
  private func carried(_ body: String) throws -> String {
    let mark = "name=\"file\" value=\""
    let start = try #require(body.firstRange(of: mark))
    return String(body[start.upperBound...].prefix { $0 != "\"" })
  }

  @Test("a PDF is on the page with its digest, in the JSON and the site, and is found by a word inside it")
  func published() throws {
    #expect(try publish().status == 303)
    let path = try #require(files.first)
    #expect(files.count == 1 && path.hasPrefix("files/plu-signe-") && path.hasSuffix(".pdf"))
    #expect(commune.files().first { $0.path == path }?.bytes == Self.pdf)
    #expect(page().contains("href=\"../\(path)\"") && page().contains("Ouvrir le document (PDF, "))
    let json = try JSONValue.parse(Array(page("api/v1/documents/\(Self.key).json").utf8))
    let digest = try #require(json["attachment"]?["sha256"]?.asString)
    #expect(page().contains(digest) && path.contains(digest.prefix(16)))
    #expect(json["attachment"]?["url"]?.asString == "https://essai.example/\(path)")
    #expect(page().contains("Ce texte a été lu automatiquement"))
    let shards = commune.files().filter { $0.path.hasPrefix("search/") }
    #expect(shards.contains { String(decoding: $0.bytes, as: UTF8.self).contains("hamster") })
    #expect(try commune.brokenLinks() == [])
    try commune.passNight()
    #expect(commune.file("documents/catalogue.csv")?.contains(digest) == true)
  }

  @Test("another file is a version; each keeps its own, also through a correction; a full build makes the same site")
  func versions() throws {
    try publish()
    #expect(try edit(1, [("note", "Zones revues")], [("file", "PLU.pdf", Self.other)]).status == 303)
    #expect(files.count == 2)
    let old = page("documents/\(Self.key)--v1.html")
    #expect(old.contains("files/plu-signe-") && page().contains("files/plu-"))
    // The form carries the file that is there: a corrected title keeps it.
    let form = desk.get("/desk/m/documents/paper/\(Self.key)").body
    #expect(form.contains("PLU.pdf"))
    #expect(try edit(2, [("file", try carried(form))], []).status == 303)
    #expect(page().contains("Versions") && !page().contains("Version 3") && files.count == 2)
    #expect(try commune.brokenLinks() == [])
    let full = try commune.fullBuild().map(\.path)
    #expect(commune.files().map(\.path) == full)
    #expect(try edit(3, [("file", try carried(form)), ("file_none", "true"), ("body", "Texte.")], []).status == 303)
    #expect(!page().contains("Ouvrir le document") && files.count == 2, "versions keep theirs")
  }

  @Test("a withdrawn document takes its files out of the site, and brings them back when it is restored")
  func withdrawn() throws {
    try publish()
    _ = try edit(1, [], [("file", "PLU.pdf", Self.other)])
    #expect(desk.act("documents", "withdraw-document", key: Self.key, [("reason", "Annulé.")]).status == 303)
    try commune.publish()
    #expect(files == [])
    #expect(commune.files(holding: "hamster").filter { $0.hasPrefix("site/") } == [])
    #expect(desk.act("documents", "restore-document", key: Self.key, [("confirm", "true")]).status == 303)
    try commune.publish()
    #expect(files.count == 2)
  }

  @Test("one file of two documents stays as long as one of them is public")
  func shared() throws {
    try publish()
    try publish(Self.pdf, name: "PLU signé.pdf", [("title", "Autre")])
    #expect(files.count == 1)
    _ = desk.act("documents", "withdraw-document", key: Self.key, [("reason", "Double.")])
    try commune.publish()
    #expect(files.count == 1)
    _ = desk.act("documents", "withdraw-document", key: "2026-09-18-autre", [("reason", "Double.")])
    try commune.publish()
    #expect(files == [])
  }

  @Test("a refused form keeps its file for the same person and module, and nobody can name another")
  func kept() throws {
    let refused = try publish(Self.pdf, name: "PLU.pdf", [("title", " ")])
    #expect(refused.status == 422 && refused.body.contains("Fichier\u{A0}: PLU.pdf"))
    #expect(files == [], "what is not accepted is not public")
    let token = try carried(refused.body)
    #expect(desk.act("documents", "publish-document", Self.fields + [("file", token)], files: []).status == 303)
    try commune.publish()
    #expect(files.count == 1)
    let someone = try commune.desk(role: "clerk")
    let stolen = someone.act("documents", "publish-document", Self.fields + [("file", token)], files: [])
    #expect(stolen.status == 422 && stolen.body.contains("Choisissez-le de nouveau"))
  }

  @Test(
    "what is not a file of a kind that is taken is refused with the kinds, whatever its name",
    arguments: [
      ("page.pdf", "<!doctype html><script>alert(1)</script>"),
      ("dessin.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
      ("photo.jpg", "\u{FF}\u{D8}"), ("table.csv", "<html>"), ("vide.pdf", ""),
    ])
  func refused(name: String, text: String) throws {
    let answer = try publish(Array(text.utf8), name: name)
    #expect(answer.status == 422 && answer.body.contains("PDF, ODT, DOCX, CSV"), "\(answer.body)")
    #expect(files == [])
  }

  @Test("a table is taken and saved by browsers; a PDF that cannot be read is published without text")
  func others() throws {
    #expect(try publish(Array("nom;prix\ncantine;4,10 €\n".utf8), name: "Budget.CSV").status == 303)
    #expect(files.first?.hasSuffix(".csv") == true && page().contains("download=\"Budget.csv\""))
    #expect(try publish(Array("%PDF-1.4\nrien".utf8), name: "x.pdf", [("title", "Abîmé")]).status == 303)
    let screen = desk.get("/desk/m/documents/paper/2026-09-18-abime").body
    #expect(screen.contains("n’a pas pu être lu") || screen.contains("ne contient pas de texte"))
    #expect(page("documents/2026-09-18-abime.html").contains("Ouvrir le document"))
  }

  @Test("the register says which files came; a file that was exchanged, or is missing, is found")
  func proven() throws {
    try publish()
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    let path = try #require(files.first)
    let copy = try commune.copySite("copy")
    try commune.place(Self.other, beside: "copy/\(path)")
    #expect(try commune.registerFindings(site: copy).contains { $0.contains("not the one whose digest") })
    commune.removeFile("copy/\(path)")
    #expect(try commune.registerFindings(site: copy).contains { $0.contains("is missing") })
  }

  @Test("a file that stands beside its Markdown is imported with it, once")
  func imported() throws {
    let text = """
      ---
      id: plu
      title: "PLU"
      kind: plan
      folder: "Urbanisme"
      file: "plu.pdf"
      ---

      """
    #expect(throws: (any Error).self) { try commune.importText("document", text) }
    try commune.place(Self.pdf, beside: "plu.pdf")
    #expect(try commune.importText("document", text, dryRun: true).added == 1)
    try commune.publish()
    #expect(files == [])
    #expect(try commune.importText("document", text).added == 1)
    #expect(try commune.importText("document", text).unchanged == 1)
    try commune.publish()
    #expect(files.count == 1 && page("documents/plu.html").contains("Ouvrir le document"))
    #expect(try commune.exportText("document", options: ["id": "plu"]).contains("file: \"plu.pdf\""))
    try commune.signHead()
    #expect(try commune.registerFindings() == [])
    for name in ["../plu.pdf", "/etc/passwd", ".hidden"] {
      let outside = text.replacing("file: \"plu.pdf\"", with: "file: \"\(name)\"")
      #expect(throws: (any Error).self) { try commune.importText("document", outside) }
    }
  }
}
