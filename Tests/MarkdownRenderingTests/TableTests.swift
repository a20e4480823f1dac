import MarkdownRendering
import ParticipationKit
import Testing

@Suite("Pipe tables of editors")
struct TableTests {
  private let frame = "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label="

  @Test("headings, alignment and rows")
  func plain() throws {
    let text = "| Article | Montant | Note |\n|:---|---:|:-:|\n| Salles | 12 000 | a |\n| Eau | 7 | b |"
    #expect(
      try html(text, .editor) == frame
        + "\"Article, Montant, Note\"><table><thead><tr><th scope=\"col\">Article</th>"
        + "<th scope=\"col\" class=\"align-end\">Montant</th><th scope=\"col\" class=\"align-center\">Note</th></tr>"
        + "</thead><tbody><tr><td>Salles</td><td class=\"align-end\">12 000</td><td class=\"align-center\">a</td></tr>"
        + "<tr><td>Eau</td><td class=\"align-end\">7</td><td class=\"align-center\">b</td></tr></tbody></table></div>")
  }

  @Test("mark-up in cells works; code, escapes and emphasis keep their pipes")
  func cells() throws {
    let text = "a | b\n--- | ---\n**x** | `p|q`\ny \\| z | [l](https://a.fr) et *u|v*"
    let page = try html(text, .editor)
    #expect(page.contains("<td><strong>x</strong></td><td><code>p|q</code></td>"))
    #expect(page.contains("<td>y | z</td><td><a href=\"https://a.fr\">l</a> et <em>u|v</em></td>"))
    #expect(try html("a | b\n--- | ---\n`p\\|q` | z", .editor).contains("<td><code>p|q</code></td><td>z</td>"))
  }

  @Test("an escaped pipe outside a table is what CommonMark says")
  func escapedPipes() throws {
    #expect(try html("a \\| b `c\\|d` \\\\|", .editor) == "<p>a | b <code>c\\|d</code> \\|</p>")
    #expect(
      try html("    a\\|b\n\n<i lang='\\|'>", .editor)
        == "<pre><code>a\\|b\n</code></pre><p>&lt;i lang=&#39;\\|&#39;&gt;</p>")
    #expect(try html("[x](https://a.fr/a\\|b 't\\|u')", .editor).contains("href=\"https://a.fr/a%7Cb\" title=\"t|u\""))
  }

  @Test("short rows are filled and no cell of a long row is lost")
  func unevenRows() throws {
    let page = try html("| a | b | c |\n|---|---|---|\n| 1 |\n| 1 | 2 | 3 | 4 |\nseul", .editor)
    #expect(page.contains("<tr><td>1</td><td colspan=\"2\"></td></tr>"))
    #expect(page.contains("<tr><td>1</td><td>2</td><td>3 | 4</td></tr>"))
    #expect(page.contains("<tr><td>seul</td><td colspan=\"2\"></td></tr>"))
  }

  @Test("an empty heading is no heading cell")
  func emptyHeading() throws {
    let page = try html("| | Pour |\n|---|---|\n| A | 12 |", .editor)
    #expect(page.contains("<thead><tr><td></td><th scope=\"col\">Pour</th></tr></thead>"))
  }

  @Test("lines before the headings are a paragraph of their own")
  func introduction() throws {
    let made = try blocks("Résultat *du* vote\ndu soir :\n| a | b |\n|---|---|\n| 1 | 2 |")
    #expect(made.map(\.kind) == ["paragraph", "table"])
    #expect(made.map(\.lines) == [1...2, 3...5])
    #expect(made[0].node.rendered == "<p>Résultat <em>du</em> vote\ndu soir :</p>")
    #expect(made[1].plainText == "a b 1 2")
  }

  @Test("a table may lie in a list or a quote, and end its lines with spaces or CRLF")
  func places() throws {
    #expect(try html("> | a |\n> |---|\n> | 1 |", .editor).contains("<td>1</td>"))
    #expect(try html("- x\n\n  | a |\n  |---|\n  | 1 |", .editor).contains("<td>1</td>"))
    #expect(try html("| a |  \n|---|  \n| 1 |  ", .editor).contains("<td>1</td></tr></tbody>"))
    #expect(try html("| a |\r\n|---|\r\n| 1 |\r\n", .editor).contains("<td>1</td></tr></tbody>"))
  }

  @Test(
    "what is no table stays a paragraph",
    arguments: [
      "| a | b |", "| a | b |\n| c | d |", "| a | b |\n|---|", "a\n|---|---|", "| a | b |\n|-x-|---|",
      "| a | b |\n| : | - |", "| a |\n\n|---|",
    ])
  func noTable(_ text: String) throws {
    #expect(!(try html(text, .editor)).contains("<table"))
  }

  @Test("residents' pipes stay as typed")
  func residents() throws {
    #expect(try html("| a | b |\n|---|---|\n| 1 | 2 |") == "<p>| a | b |\n|---|---|\n| 1 | 2 |</p>")
  }
}
