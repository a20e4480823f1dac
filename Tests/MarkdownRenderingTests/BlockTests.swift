import MarkdownRendering
import ParticipationKit
import Testing

@Suite("Blocks that comments hold on to")
struct BlockTests {
  private let text = """
    # Titre

    Un paragraphe
    de deux lignes.

    - premier
      - dedans

    - second


    1. compté
    > cité
    encore

    ```
    code

    fin
    ```

        retrait

    ***
    | a | b |
    |---|---|
    | 1 | 2 |

    Sous-titre
    ----------

    <div>

    Fin
    """

  @Test("every block has its kind, its place and its lines")
  func lines() throws {
    let made = try blocks(text)
    #expect(made.map(\.index) == Array(0..<made.count))
    #expect(
      made.map { "\($0.kind) \($0.lines.lowerBound)-\($0.lines.upperBound)" } == [
        "heading 1-1", "paragraph 3-4", "item 6-7", "item 9-9", "item 12-12", "quote 13-14", "code 16-20", "code 22-22",
        "rule 24-24", "table 25-27", "heading 29-30", "paragraph 32-32", "paragraph 34-34",
      ])
  }

  @Test("line ranges never overlap and never leave the text")
  func disjointLines() throws {
    let pieces = [
      "a\n", "\n", "- b\n", "  c\n", "> d\n", "```\n", "    e\n", "1. f\n", "***\n", "| g |\n", "|---|\n", "# h\n",
    ]
    var random = FixedRandom(seed: 11)
    for _ in 0..<2000 {
      let chosen = (0..<Int.random(in: 1...14, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      var last = 0
      for block in try blocks(chosen.joined()) {
        #expect(block.lines.lowerBound > last, "\(chosen)")
        #expect(block.lines.upperBound <= chosen.count, "\(chosen)")
        last = block.lines.upperBound
      }
    }
  }

  @Test("plain words come without mark-up, white space folded")
  func words() throws {
    let made = try blocks(text)
    #expect(
      made.map(\.plainText) == [
        "Titre", "Un paragraphe de deux lignes.", "premier dedans", "second", "compté", "cité encore", "code fin",
        "retrait", "", "a b 1 2", "Sous-titre", "<div>", "Fin",
      ])
    let one = try MarkdownRenderer().render("**Le  pont**\u{A0}:\n`code`\u{202F}! l'eau  \nfin\\\n.", policy: .resident)
    #expect(one.plainText == "Le pont : code ! l’eau fin .")
    #expect(one.plainText == one.node.plainText)
  }

  @Test("list items are li elements, and the whole text joins them")
  func items() throws {
    let made = try MarkdownRenderer(typography: false).render("- a\n- b\n\nfin", policy: .resident)
    #expect(made.blocks.map { $0.node.rendered } == ["<li>a</li>", "<li>b</li>", "<p>fin</p>"])
    #expect(made.node.rendered == "<ul><li>a</li><li>b</li></ul><p>fin</p>")
  }

  @Test("attributes by index stand on the outermost element of each block, alone and in the whole")
  func attributes() throws {
    let made = try MarkdownRenderer(typography: false).render(
      "# t\n\n- a\n- b\n\n> q\n\n```\nc\n```\n\n***\n\nx\n| a |\n|---|\n", policy: .editor
    ) { [.id("b\($0)")] }
    #expect(made.blocks.map { $0.node.rendered.contains(" id=\"b\($0.index)\"") } == Array(repeating: true, count: 8))
    #expect(made.node.rendered.hasPrefix("<h2 id=\"b0\">t</h2><ul><li id=\"b1\">a</li><li id=\"b2\">b</li></ul>"))
    for index in 0..<8 { #expect(made.node.rendered.split(separator: " id=\"b\(index)\"").count == 2) }
  }
}
