import ParticipationKit
import Testing

@testable import SiteGeneration

/// The host's own pages, and the commune's pages from files.
@Suite struct SitePagesTests {
  private func file(_ name: String, _ fields: [(name: String, value: ContentValue)], _ body: String = "Texte")
    -> ContentFile
  {
    ContentFile(
      path: "content/pages/\(name).md", name: name, fields: .mapping(fields, line: 2), body: body, bodyLine: 6)
  }

  private func pages(_ files: [ContentFile]) throws -> [ContentPage] {
    try ContentPage.read(files, languages: ["fr", "en"]) { text, _ in
      if text == "trop" { throw MarkdownRefusal(limit: "length", allowed: 1, found: 2) }
      return MarkdownText(blocks: [], node: .p(text))
    }
  }

  @Test func pagesComeInTheirOrderAndLanguages() throws {
    let found = try pages([
      file("plage", [("title", .scalar("Plage", line: 2)), ("order", .scalar("2", line: 3))]),
      file(
        "mentions",
        [
          ("title", .scalar("Mentions", line: 2)), ("order", .scalar("1", line: 3)),
          ("menu", .scalar("footer", line: 4)),
        ]),
      file("mentions.en", [("title", .scalar("Legal notice", line: 2))]),
    ])
    #expect(found.map(\.name) == ["mentions", "plage"])
    #expect(found[0].isInFooter)
    #expect(found[0].versions["en"]?.title == "Legal notice")
    #expect(found[1].versions["en"] == nil)
  }

  @Test func whatIsWrongIsSaidWithFileAndLine() throws {
    let error = #expect(throws: ContentError.self) {
      try pages([
        file("Été", [("title", .scalar("x", line: 2))]), file("index", [("title", .scalar("x", line: 2))]),
        file("sans", [("titre", .scalar("x", line: 3))]), file("seule.en", [("title", .scalar("x", line: 2))]),
        file("long", [("title", .scalar("x", line: 2))], "trop"),
        file("menu", [("title", .scalar("x", line: 2)), ("menu", .scalar("haut", line: 4))]),
        file("date", [("title", .scalar("x", line: 2)), ("updated", .scalar("hier", line: 5))]),
      ])
    }
    let lines = (error?.diagnostics ?? []).map { $0.line("fr") }
    #expect(lines.contains { $0.hasPrefix("content/pages/Été.md:1: le nom") })
    #expect(lines.contains { $0.hasPrefix("content/pages/index.md:1:") })
    #expect(lines.contains { $0.hasPrefix("content/pages/sans.md:3: champ inconnu « titre »") })
    #expect(lines.contains { $0.contains("champ manquant « title »") })
    #expect(lines.contains { $0.hasPrefix("content/pages/seule.en.md:1: il manque « seule.md »") })
    #expect(lines.contains { $0.hasPrefix("content/pages/long.md:6: texte trop grand") })
    #expect(lines.contains { $0.hasPrefix("content/pages/menu.md:4: menu « haut »") })
    #expect(lines.contains { $0.hasPrefix("content/pages/date.md:5: date « hier »") })
  }

  @Test func theHostsPagesAreInEveryLanguageAndLeadEverywhere() throws {
    let commune = try ToyCommune()
    try commune.create(1...3)
    _ = try commune.publisher().publishPending(now: commune.now)
    for base in ["index", "recherche", "participer", "donnees", "vie-privee", "modules", "plan"] {
      #expect(commune.site["\(base).html"] != nil)
      #expect(commune.site["en/\(base).html"] != nil)
    }
    #expect(commune.page("index.html").contains("<li class=\"large\"><article class=\"notice\"><p>3 fiches</p>"))
    #expect(commune.page("donnees.html").contains("href=\"toy/news.csv\""))
    #expect(commune.page("recherche.html").contains("data-shards=\"search/shard-0.js\""))
    #expect(commune.page("en/recherche.html").contains("data-shards=\"../search/shard-0.js\""))
    #expect(commune.page("recherche.html").contains("<script src=\"assets/search.js\" defer></script>"))
    #expect(commune.page("recherche.html").contains("<noscript>"))
    let shard = commune.page("search/shard-0.js")
    #expect(shard.hasPrefix("parvisSearch(0,[\n"))
    // JSON escapes every `<`, so a title can never end a script.
    #expect(shard.contains("Été n° 1 \\u003cb>"))
    #expect(shard.contains("premiere ligne & coeur 1 seconde ligne"))
  }

  @Test func everyLinkOfTheSiteLeadsToAFile() throws {
    let commune = try ToyCommune()
    try commune.create(1...7)
    _ = try commune.publisher().publishPending(now: commune.now)
    let site = commune.site
    for (path, bytes) in site where path.hasSuffix(".html") && path != "404.html" {
      let text = String(decoding: bytes, as: UTF8.self)
      for attribute in ["href=\"", "src=\""] {
        for part in text.split(separator: attribute).dropFirst() {
          let link = String(part.prefix { $0 != "\"" && $0 != "#" })
          if link.isEmpty || link.contains(":") || link.hasSuffix("desk/") || link.contains("api/v1/") { continue }
          var folders = path.split(separator: "/").dropLast().map(String.init)
          for segment in link.split(separator: "/").map(String.init) {
            if segment == ".." { _ = folders.popLast() } else { folders.append(segment) }
          }
          let target = folders.joined(separator: "/")
          #expect(site[target] != nil, "\(path) points to \(link)")
        }
      }
    }
  }
}
