import ParticipationKit
import Testing

@Suite("CommonMark as people type it")
struct CommonMarkTests {
  @Test(
    "mark-up becomes elements",
    arguments: [
      ("un *mot* et **deux**", "<p>un <em>mot</em> et <strong>deux</strong></p>"),
      ("du `code < ici`", "<p>du <code>code &lt; ici</code></p>"),
      ("une ligne\nla suite", "<p>une ligne\nla suite</p>"),
      ("une ligne  \nla suite", "<p>une ligne<br>la suite</p>"),
      ("un\n\ndeux", "<p>un</p><p>deux</p>"),
      ("- un\n- deux", "<ul><li>un</li><li>deux</li></ul>"),
      ("- un\n\n- deux", "<ul><li><p>un</p></li><li><p>deux</p></li></ul>"),
      ("3. un\n4. deux", "<ol start=\"3\"><li>un</li><li>deux</li></ol>"),
      ("- un\n  - dedans\n- deux", "<ul><li>un\n<ul><li>dedans</li></ul></li><li>deux</li></ul>"),
      ("> cité\n> encore", "<blockquote><p>cité\nencore</p></blockquote>"),
      ("***", "<hr>"),
      ("- - - - - - - - - -", "<hr>"),
      ("```swift\nlet a = 1 < 2\n```", "<pre><code class=\"language-swift\">let a = 1 &lt; 2\n</code></pre>"),
      ("```Java\" onclick=x\nx\n```", "<pre><code>x\n</code></pre>"),
      ("    retrait", "<pre><code>retrait\n</code></pre>"),
      ("R&D, &eacute;t&eacute;, 3 < 4", "<p>R&amp;D, été, 3 &lt; 4</p>"),
      ("un \\*mot\\*", "<p>un *mot*</p>"),
      ("[dit][1]\n\n[1]: https://a.fr", "<p><a href=\"https://a.fr\" rel=\"nofollow ugc noopener\">dit</a></p>"),
      ("", ""),
      ("\n \n", ""),
    ])
  func elements(_ text: String, _ expected: String) throws {
    #expect(try html(text) == expected)
  }

  @Test("three kinds of line ends give the same page")
  func lineEnds() throws {
    let text = "# Titre\n\n- un\n- deux\n\n> cité\n\nfin\\\nde ligne"
    let crossed = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(try html(crossed.joined(separator: "\r\n"), .editor) == html(text, .editor))
    #expect(try html(crossed.joined(separator: "\r"), .editor) == html(text, .editor))
  }

  @Test("residents' headings are strong paragraphs, editors' start below the page's own")
  func headings() throws {
    #expect(try html("# Fort") == "<p><strong>Fort</strong></p>")
    let levels = "# un\n## deux\n### trois\n#### quatre\n##### cinq\n###### six"
    #expect(
      try html(levels, .editor)
        == "<h2>un</h2><h2>deux</h2><h3>trois</h3><h4>quatre</h4><h5>cinq</h5><h6>six</h6>")
  }

  @Test("emphasis a thousand deep keeps its words and gives a shallow tree")
  func deepEmphasis() throws {
    let marks = String(repeating: "*", count: 1500)
    let page = try html(marks + "mot" + marks)
    #expect(page.contains("mot"))
    #expect(page.split(separator: "<strong>").count <= 18)
    let images = String(repeating: "![a ", count: 300) + String(repeating: "](b)", count: 300)
    #expect(MarkupCheck.fault(in: try html(images)) == nil)
  }

  @Test("the same text gives the same bytes")
  func deterministic() throws {
    let text = "# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- l'un\n- l'autre !\n\n[x](https://a.fr \"t\") <b>"
    let first = try html(text, .editor, typography: true)
    for _ in 0..<20 { #expect(try html(text, .editor, typography: true) == first) }
  }
}
