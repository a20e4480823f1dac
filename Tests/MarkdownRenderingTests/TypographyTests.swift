import MarkdownRendering
import ParticipationKit
import Testing

@Suite("French spaces and apostrophes")
struct TypographyTests {
  private func set(_ text: String) throws -> String {
    let page = try html(text, .resident, typography: true)
    return page.replacing("\u{202F}", with: "~").replacing("\u{A0}", with: "_")
  }

  @Test(
    "spaces before marks and inside guillemets",
    arguments: [
      ("Bonjour !", "Bonjour~!"), ("Qui ? Moi ; oui", "Qui~? Moi~; oui"), ("Ordre : un", "Ordre_: un"),
      ("deux  !", "deux~!"), ("un « mot » dit", "un «~mot~» dit"), ("un «mot» dit", "un «~mot~» dit"),
      ("«»", "«~»"), ("« »", "«~»"), ("Bonjour!", "Bonjour!"), ("12:30", "12:30"), ("à 12 : 30", "à 12_: 30"),
      ("a != b", "a != b"), ("une  double", "une  double"), ("« fin", "«~fin"), ("dit «", "dit «"),
      ("», oui", "», oui"), ("n° 3 et N° 12", "n°_3 et N°_12"), ("1 640 € et 12 345 678", "1~640_€ et 12~345~678"),
      ("en 2026 120 voix", "en 2026 120 voix"), ("de 18 h 30 à 20 h", "de 18_h_30 à 20_h"),
      ("3 habitants", "3 habitants"),
      ("50 %", "50_%"),
    ])
  func spaces(_ text: String, _ expected: String) throws {
    #expect(try set(text) == "<p>\(expected)</p>")
  }

  @Test(
    "apostrophes between letters",
    arguments: [
      ("l'école d'été", "l’école d’été"), ("aujourd'hui", "aujourd’hui"), ("'mot'", "&#39;mot&#39;"),
      ("5'2", "5&#39;2"), ("l'œuvre", "l’œuvre"), ("é'é", "é’é"), ("l'\u{301}a", "l&#39;\u{301}a"),
    ])
  func apostrophes(_ text: String, _ expected: String) throws {
    #expect(try set(text) == "<p>\(expected)</p>")
  }

  @Test(
    "marks beside emphasis, code and line ends",
    arguments: [
      ("**Non** !", "<strong>Non</strong>~!"), ("Non **!**", "Non~<strong>!</strong>"),
      ("l'**école**", "l’<strong>école</strong>"), ("**l**'école", "<strong>l</strong>’école"),
      ("« **mot** »", "«~<strong>mot</strong>~»"), ("*«mot»*", "<em>«~mot~»</em>"), ("l'`a`", "l&#39;<code>a</code>"),
      ("`a` !", "<code>a</code>~!"), ("fin\n!", "fin\n!"), ("*a « *b* »*", "<em>a «~<em>b</em>~»</em>"),
    ])
  func acrossElements(_ text: String, _ expected: String) throws {
    #expect(try set(text) == "<p>\(expected)</p>")
  }

  @Test("code, HTML and addresses stay as typed")
  func untouched() throws {
    #expect(try set("`l'a !`") == "<p><code>l&#39;a !</code></p>")
    #expect(try set("    l'a !") == "<pre><code>l&#39;a !\n</code></pre>")
    #expect(try set("<b title=\"l'a !\">") == "<p>&lt;b title=&quot;l&#39;a !&quot;&gt;</p>")
    #expect(
      try set("voir http://a.fr/l'eau, d'o'x@a.fr www.l'a.fr l'eau").hasSuffix(
        "d&#39;o&#39;x@a.fr www.l&#39;a.fr l’eau</p>"))
    #expect(try set("[l'eau](https://a.fr/l'eau)").contains("href=\"https://a.fr/l&#39;eau\""))
    #expect(try set("[x](javascript:l'a)").contains("(javascript:l&#39;a)"))
  }

  @Test("without typography nothing is set")
  func off() throws {
    #expect(try html("l'eau « x » !") == "<p>l&#39;eau « x » !</p>")
  }

  @Test("setting a set text changes nothing")
  func idempotent() throws {
    let pieces = [
      " ", "  ", "!", "?", ";", ":", "«", "»", "'", "l", "é", "Œ", "2", "\u{A0}", "\u{202F}", "’", ",", "@", "//",
    ]
    var random = FixedRandom(seed: 3)
    let renderer = MarkdownRenderer()
    for _ in 0..<5000 {
      let count = Int.random(in: 1...14, using: &random)
      let text = "a" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "z"
      let once = try renderer.render(text, policy: .resident).node.rendered
      let inner = once.dropFirst(3).dropLast(4)
      let twice = try renderer.render(String(inner), policy: .resident).node.rendered
      #expect(once == twice, "\(text.debugDescription)")
    }
  }
}
