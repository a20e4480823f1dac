import MarkdownRendering
import ParticipationKit
import Testing

@Suite("Links and images by policy")
struct LinkTests {
  private let rel = " rel=\"nofollow ugc noopener\""

  @Test("residents may link to the web and to mailboxes, and the link says that it is theirs")
  func residents() throws {
    #expect(try html("[a](https://a.fr/x?y=1&z=2)") == "<p><a href=\"https://a.fr/x?y=1&amp;z=2\"\(rel)>a</a></p>")
    #expect(try html("<HTTP://a.fr>") == "<p><a href=\"HTTP://a.fr\"\(rel)>HTTP://a.fr</a></p>")
    #expect(try html("<maire@a.fr>") == "<p><a href=\"mailto:maire@a.fr\"\(rel)>maire@a.fr</a></p>")
    #expect(try html("[é](https://a.fr/été)") == "<p><a href=\"https://a.fr/%C3%A9t%C3%A9\"\(rel)>é</a></p>")
    #expect(try html("[a](https://a.fr 'dit \"ça\"')").contains("title=\"dit &quot;ça&quot;\""))
    #expect(try html("[](https://a.fr)") == "<p><a href=\"https://a.fr\"\(rel)>https://a.fr</a></p>")
  }

  @Test("residents may not link inside the site or to a telephone, and lose no word")
  func residentsInside() throws {
    #expect(try html("[ici](/agenda.html)") == "<p>ici (/agenda.html)</p>")
    #expect(try html("[ici](tel:+33123456789)") == "<p>ici (tel:+33123456789)</p>")
  }

  @Test(
    "editors may link inside the site",
    arguments: [
      ("/agenda/2026.html#item-3", "agenda/2026.html#item-3"), ("agenda.html#x", "agenda.html#x"),
      ("/", "index.html"), ("/agenda/", "agenda/index.html"), ("#bas", "#bas"),
      ("/documents/pv.pdf", "documents/pv.pdf"),
      ("tel:+33123456789", "tel:+33123456789"), ("</dossier été/a.html>", "dossier%20%C3%A9t%C3%A9/a.html"),
    ])
  func editorsInside(_ address: String, _ written: String) throws {
    #expect(try html("[x](\(address))", .editor) == "<p><a href=\"\(written)\">x</a></p>")
  }

  @Test(
    "what may lead out of the site by a trick is no link for editors either",
    arguments: [
      "//evil.example/x", "/\\evil.example", "\\\\evil.example", "/../secret.html", "/a/../../b.html", "/./a.html",
      "/javascript:alert(1)", "javascript:alert(1).html", "javascript:alert(1)#.html", "exemple.fr/page.html",
      "www.exemple.fr", "page", "/a//b.html", "https://", "http:///x", "https://mairie.fr@evil.example/", "https:a.fr",
      "/a.html?x=1", "#", "mailto:", "https://\\evil.example",
    ])
  func tricks(_ address: String) throws {
    let page = try html("[x](<\(address)>)", .editor)
    #expect(!page.contains("<a"), "\(page)")
    #expect(page.contains("x"))
  }

  @Test("images are the site's own, and only editors show them")
  func images() throws {
    #expect(
      try html("![Le pont](/images/pont.jpg)", .editor)
        == "<p><img src=\"images/pont.jpg\" alt=\"Le pont\"></p>")
    #expect(try html("![Le *pont*](images/pont.PNG)", .editor).contains("alt=\"Le pont\""))
    #expect(
      try html("![Le pont](https://a.fr/p.jpg)", .editor) == "<p><a href=\"https://a.fr/p.jpg\">Le pont</a></p>")
    #expect(
      try html("![Le pont](https://a.fr/p.jpg)") == "<p><a href=\"https://a.fr/p.jpg\"\(rel)>Le pont</a></p>")
    #expect(try html("![Le pont](/images/pont.jpg)") == "<p>Le pont (/images/pont.jpg)</p>")
    #expect(try html("![](data:image/png;base64,AAAA)", .editor) == "<p>data:image/png;base64,AAAA</p>")
    #expect(try html("![x](/images/a.html)", .editor) == "<p><a href=\"images/a.html\">x</a></p>")
  }

  @Test("a linked image gives one link, never a link in a link")
  func linkedImage() throws {
    #expect(
      try html("[![plan](https://b.fr/p.png)](https://a.fr)")
        == "<p><a href=\"https://a.fr\"\(rel)>plan (https://b.fr/p.png)</a></p>")
    #expect(
      try html("[![plan](/images/p.png)](/plan.html)", .editor)
        == "<p><a href=\"plan.html\"><img src=\"images/p.png\" alt=\"plan\"></a></p>")
  }

  @Test("one long address used a thousand times does not fill the disk")
  func amplification() throws {
    let address = "https://a.fr/" + String(repeating: "x", count: 1900)
    let text = "[a]: \(address)\n\n" + String(repeating: "[a] ", count: 500)
    #expect(try html(text).utf8.count < 5 * 4096)
    let plain =
      "[a]: javascript:" + String(repeating: "x", count: 1900) + "\n\n" + String(repeating: "[a] ", count: 500)
    #expect(try html(plain).utf8.count < 5 * 4096)
  }
}
