import ParticipationKit
import ParticipationTesting
import Testing

@testable import Documents

/// A document from the desk to its second version, its withdrawal and back.
@Suite("The life of a document")
struct PaperLifeTests {
  private let commune: TestCommune
  private let desk: TestDesk
  private static let key = "2026-09-18-prix-du-repas"

  init() throws {
    commune = try TestCommune([ModuleDescriptor(DocumentsModule.self)], configuration: TestCommune.withMail)
    desk = try commune.desk(role: "clerk")
  }

  private static let fields = [
    ("kind", "deliberation"), ("folder", "Délibérations 2026"), ("title", "Prix du repas"), ("number", "2026-31"),
    ("adopted", "2026-09-18"), ("body", "Le prix est de **4,10 €**."), ("original", ""), ("note", ""),
  ]

  private func with(_ changes: [(String, String)]) -> [(String, String)] {
    Self.fields.filter { field in !changes.contains { $0.0 == field.0 } } + changes
  }

  private func publish(_ changes: [(String, String)] = []) throws -> TestCommune.Answer {
    let answer = desk.act("documents", "publish-document", with(changes))
    try commune.publish()
    return answer
  }

  @Test("the front page of the desk counts what is published")
  func deskTile() throws {
    #expect(desk.get("/desk").body.contains("<b>0</b>"))
    #expect(try publish().status == 303)
    #expect(desk.get("/desk").body.contains("<b>1</b> <span>document publié</span>"))
  }

  private func edit(_ revision: Int, _ changes: [(String, String)]) throws -> Int {
    let answer = desk.act(
      "documents", "edit-document", key: Self.key, with(changes + [("revision", String(revision))]))
    try commune.publish()
    return answer.status
  }

  private func page(_ path: String = "documents/\(key).html") -> String { commune.file(path) ?? "" }

  @Test("it is on its page, in its folder, in the list, the search, the feed and the JSON")
  func published() throws {
    #expect(try publish().status == 303)
    #expect(page().contains("<strong>4,10\u{A0}€</strong>") && page().contains("Délibération 2026-31"))
    #expect(page("en/documents/\(Self.key).html").contains("Deliberation 2026-31"))
    for path in [
      "documents/folder/deliberations-2026.html", "documents/index.html", "documents/feed.atom", "index.html",
    ] {
      #expect(page(path).contains("Prix du repas"), "\(path)")
    }
    let json = try JSONValue.parse(Array(page("api/v1/documents/\(Self.key).json").utf8))
    #expect(json["adopted"]?.asString == "2026-09-18" && json["version"]?.asInteger == 1)
    #expect(json["sha256"]?.asString?.utf8.count == 64)
    let shards = commune.files().filter { $0.path.hasPrefix("search/") }
    #expect(shards.contains { String(decoding: $0.bytes, as: UTF8.self).contains("4,10") }, "the text is found")
    #expect(try commune.brokenLinks() == [])
  }

  @Test("another text is a new version with a note; the one before keeps its page and says that it was replaced")
  func versions() throws {
    _ = try publish()
    #expect(try edit(1, [("title", "Prix du repas à la cantine")]) == 303)
    #expect(!page().contains("Versions"), "a corrected title is no version")
    #expect(try edit(1, [("body", "Autre.")]) == 409, "somebody else’s change is not overwritten")
    #expect(try edit(2, [("body", "Le prix est de 4,20 €."), ("note", "Erreur corrigée.")]) == 303)
    #expect(page().contains("4,20") && page().contains("Erreur corrigée.") && !page().contains("4,10"))
    let old = page("documents/\(Self.key)--v1.html")
    #expect(old.contains("4,10\u{A0}€") && old.contains("Elle a été remplacée"))
    #expect(try commune.brokenLinks() == [])
  }

  @Test("a withdrawn document keeps its page with the reason and loses its text everywhere; it can come back")
  func withdrawn() throws {
    _ = try publish()
    _ = try edit(1, [("body", "Deuxième texte."), ("note", "")])
    let answer = desk.act("documents", "withdraw-document", key: Self.key, [("reason", "Annulée par le tribunal.")])
    #expect(answer.status == 303)
    try commune.publish()
    #expect(page().contains("Annulée par le tribunal.") && page().contains("Retiré le"))
    for text in ["Deuxième texte", "4,10"] {
      #expect(commune.files(holding: text).filter { $0.hasPrefix("site/") } == [], "\(text)")
    }
    #expect(commune.file("documents/\(Self.key)--v1.html") == nil)
    #expect(try edit(3, []) == 409)
    #expect(desk.act("documents", "restore-document", key: Self.key, [("confirm", "true")]).status == 303)
    try commune.publish()
    #expect(page().contains("Deuxième texte") && commune.file("documents/\(Self.key)--v1.html") != nil)
  }

  @Test("a document that moves leaves its old folder, which goes when it is empty")
  func folders() throws {
    _ = try publish()
    #expect(try edit(1, [("folder", "École")]) == 303)
    #expect(commune.file("documents/folder/deliberations-2026.html") == nil)
    #expect(page("documents/folder/ecole.html").contains("Prix du repas"))
  }

  @Test("followers of a folder hear of a new document and of what changed")
  func announced() throws {
    _ = try publish()
    commune.post(
      "/follow/ask/documents/folder/deliberations-2026",
      [("email", "a@essai.example"), ("frequency", "now"), ("lang", "fr")])
    let links: [String] = try commune.sendMail().flatMap { $0.links }
    let link = try #require(links.first { $0.contains("/follow/confirm/") })
    #expect(commune.post(String(link.dropFirst("https://essai.example".count)), []).status == 303)
    _ = try edit(1, [("body", "Autre texte."), ("note", "Prix corrigé.")])
    let mails = try commune.sendMail()
    #expect(mails.map(\.to) == ["a@essai.example"])
    #expect(mails.first?.text.contains("Prix du repas\u{A0}: version 2") == true)
    #expect(mails.first?.text.contains("Prix corrigé.") == true)
  }

  @Test("what cannot be right is refused at its field")
  func refused() throws {
    for (change, words) in [
      (("folder", " "), ""), (("kind", "loi"), ""), (("title", " "), ""),
      (("original", "javascript:alert(1)"), "https://"), (("body", ""), "Donnez le texte"),
    ] {
      let answer = try publish([change])
      #expect(answer.status == 422 && answer.body.contains(words), "\(change)")
    }
    #expect(try publish([("body", ""), ("original", "https://actes.example/1.pdf")]).status == 303)
  }

  @Test("the catalogue has a line for each document, with the columns of the SCDL")
  func catalogue() throws {
    _ = try publish()
    try commune.passNight()
    let table = try #require(commune.file("documents/catalogue.csv"))
    #expect(
      table.contains("COLL_NOM,COLL_INSEE,ID,NUMERO,DATE_ACTE,NATURE,THEME,VERSION,SHA256,FORMAT,URL_ORIGINAL,LICENCE"))
    #expect(table.contains(",Essai,55999,\(Self.key),2026-31,2026-09-18,Délibération,Délibérations 2026,1,"))
  }
}
