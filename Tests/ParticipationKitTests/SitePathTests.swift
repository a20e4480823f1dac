import ParticipationKit
import Testing

@Suite("Places in the site: a copied folder keeps its links, and no link leads to another host")
struct SitePathTests {
  private func href(_ path: SitePath, depth: Int) -> String {
    var writer = HTMLWriter(depth: depth)
    writer.write(.element(.a, [.href(path)]))
    let text = String(decoding: writer.bytes, as: UTF8.self)
    return String(text.dropFirst("<a href=\"".count).dropLast("\"></a>".count))
  }

  @Test("links climb from the page to the root")
  func relative() {
    let path: SitePath = "agenda/2026-03-12.html#item-3"
    #expect(href(path, depth: 0) == "agenda/2026-03-12.html#item-3")
    #expect(href(path, depth: 1) == "../agenda/2026-03-12.html#item-3")
    #expect(href(path, depth: 3) == "../../../agenda/2026-03-12.html#item-3")
  }

  @Test("the root is written as its file, so that it opens from a folder too")
  func root() {
    #expect(href("", depth: 0) == "index.html")
    #expect(href("/", depth: 0) == "index.html")
    #expect(href("", depth: 2) == "../../index.html")
    #expect(href("#board", depth: 2) == "../../index.html#board")
  }

  @Test("a colon in the first segment is no scheme")
  func colon() {
    #expect(href("javascript:alert(1)", depth: 0) == "./javascript:alert(1)")
    #expect(href("a:b/c.html", depth: 0) == "./a:b/c.html")
    #expect(href("a:b/c.html", depth: 1) == "../a:b/c.html")
  }

  @Test(
    "leading slashes and backslashes are dropped",
    arguments: ["//evil.example/x", "/\\evil.example/x", "\\\\evil.example/x", "///evil.example/x"])
  func leadingSlashes(_ text: String) {
    #expect(SitePath(text).path == "evil.example/x")
    #expect(href(SitePath(text), depth: 0) == "evil.example/x")
  }

  /// Browsers skip blanks before an address and tabs inside it, and the writer drops controls.
  @Test(
    "blanks and controls before the slashes do not hide them",
    arguments: [
      " //evil.example/x", "\t//evil.example/x", "\n/\\evil.example/x", "\u{1}//evil.example/x", "/\t/evil.example/x",
    ])
  func hiddenSlashes(_ text: String) {
    let written = href(SitePath(text), depth: 0)
    let seen = written.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F }
    #expect(seen.first != "/" && seen.first != "\\", "\(written)")
  }

  @Test("a path knows its depth, its fragment and its text")
  func parts() {
    let path: SitePath = "a/b/c.html#x"
    #expect(path.path == "a/b/c.html")
    #expect(path.fragment == "x")
    #expect(path.depth == 2)
    #expect(path.description == "a/b/c.html#x")
    #expect(path.at("y") == "a/b/c.html#y")
    #expect(("index.html" as SitePath).depth == 0)
  }

  @Test("feeds and mail get absolute links")
  func base() {
    var writer = HTMLWriter(base: "https://vaubrisey.example/")
    writer.write(.a("agenda/index.html#a", "x"))
    writer.write(.a("", "y"))
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == "<a href=\"https://vaubrisey.example/agenda/index.html#a\">x</a><a href=\"https://vaubrisey.example/\">y</a>"
    )
  }

  @Test("a writer goes on after what it is given")
  func appending() {
    var writer = HTMLWriter(depth: 0, appendingTo: Array("<!doctype html>".utf8))
    writer.write(.p("x"))
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "<!doctype html><p>x</p>")
  }
}
