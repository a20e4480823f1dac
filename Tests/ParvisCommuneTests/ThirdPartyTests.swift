import ParticipationKit
import ParticipationTesting
import ParvisCommune
import Testing

@Suite("Readers are left alone")
struct ThirdPartyTests {
  /// What a browser fetches by itself when it opens a page.
  private static let fetched: [(tag: String, attribute: String)] = [
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("audio", "src"), ("video", "src"),
    ("embed", "src"), ("object", "data"), ("input", "src"), ("img", "srcset"), ("use", "href"), ("image", "href"),
  ]

  @Test("no emitted page asks another host for anything, runs script of its own or sets a cookie")
  func emitted() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try commune.publishNote("Voir ![une image](https://ailleurs.example/suivi.gif) et <script>alert(1)</script>")
    let pages = commune.files().filter { $0.path.hasSuffix(".html") }
    #expect(pages.count > 10)
    for page in pages {
      for tag in Self.tags(page.bytes) {
        for (name, attribute) in Self.fetched where tag.name == name {
          let value = tag.attributes[attribute] ?? ""
          #expect(!value.contains("//"), "\(page.path): <\(name) \(attribute)=\(value)>")
        }
        let rel = tag.attributes["rel"] ?? ""
        if tag.name == "link", !["canonical", "alternate"].contains(rel) {
          #expect(tag.attributes["href"]?.contains("//") != true, "\(page.path): link \(rel)")
        }
        if tag.name == "script" { #expect(tag.attributes["src"] != nil, "\(page.path): script in the page") }
        #expect(tag.name != "style" && tag.attributes["style"] == nil, "\(page.path): style in the page")
        #expect(!tag.attributes.keys.contains { $0.hasPrefix("on") }, "\(page.path): handler in the page")
        #expect(tag.attributes["http-equiv"] == nil, "\(page.path)")
      }
    }
    for sheet in commune.files() where sheet.path.hasSuffix(".css") {
      let text = String(decoding: sheet.bytes, as: UTF8.self)
      #expect(
        !text.contains("@import") && !text.contains("url(http") && !text.contains("url(\"http")
          && !text.contains("url(//"), "\(sheet.path)")
    }
  }

  @Test("no answer to the public sets a cookie, and every page of the server has a strict policy")
  func answers() throws {
    let commune = try NotesCommune.make()
    let sent = commune.write("un mot", [("email", "a@essai.example")])
    let receipt = commune.get(sent.header("Location") ?? "")
    let asked = commune.post("/me/data", [("email", "a@essai.example")])
    for answer in [sent, receipt, asked, commune.get("/me/data"), commune.get("/healthz"), commune.write("")] {
      #expect(answer.header("Set-Cookie") == nil)
    }
    let folder = try Folder()
    let server = try CommuneServer.start(try folder.open(), host: "127.0.0.1", port: 0, behindProxy: false)
    defer { server.stop() }
    let policy = WireClient(port: server.port).send("GET", "/me/data")?.header("Content-Security-Policy") ?? ""
    #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
    #expect(!policy.contains("unsafe"))
  }

  private struct Tag {
    var name = ""
    var attributes: [String: String] = [:]
  }

  /// The opening tags of a page that our own writer made: attributes are quoted with `"`.
  private static func tags(_ bytes: [UInt8]) -> [Tag] {
    var tags: [Tag] = []
    for piece in bytes.split(separator: UInt8(ascii: "<")) {
      guard let first = piece.first, (0x61...0x7A).contains(first), let end = piece.firstIndex(of: UInt8(ascii: ">"))
      else { continue }
      let text = String(decoding: piece[..<end], as: UTF8.self)
      var tag = Tag(name: String(text.prefix { $0 != " " && $0 != "\n" && $0 != "/" }))
      let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
      for index in stride(from: 0, to: parts.count - 1, by: 2) {
        let name = parts[index].split(separator: " ").last.map(String.init) ?? ""
        tag.attributes[name.hasSuffix("=") ? String(name.dropLast()) : name] = String(parts[index + 1])
      }
      tags.append(tag)
    }
    return tags
  }
}
