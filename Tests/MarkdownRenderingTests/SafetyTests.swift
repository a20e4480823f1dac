import MarkdownRendering
import ParticipationKit
import Testing

@Suite("Nothing typed becomes mark-up")
struct SafetyTests {
  /// U+FDD0, which Swift does not let a literal hold. The renderer uses it as a mark of its own.
  private static let noncharacter = String(decoding: [0xEF, 0xB7, 0x90] as [UInt8], as: UTF8.self)
  private static let policies = [MarkdownPolicy.resident, .editor]

  @Test(
    "addresses that run code or leak are no links, however they are written",
    arguments: [
      "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))",
      "[x](&#x6A;&#x61;vascript&colon;alert(1))", "[x](<\tjavascript:alert(1)>)", "[x](<java\tscript:alert(1)>)",
      "[x](java&Tab;script:alert(1))", "[x](java&NewLine;script:alert(1))", "[x](&#1;javascript:alert(1))",
      "[x](\u{A0}javascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:msgbox(1))",
      "[x](feed:javascript:alert(1))", "[x](view-source:https://a.fr)", "[x](blob:https://a.fr/1)", "[x](file:///etc)",
      "<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "![x](javascript:alert(1))", "[x](//a.fr)",
      "[x](javascript\\:alert(1))", "[x](\\javascript:alert(1))", "[x](%6Aavascript:alert(1))", "[x](svg:x)",
    ])
  func addresses(_ text: String) throws {
    for policy in Self.policies {
      let page = try html(text, policy)
      #expect(!page.contains("href") && !page.contains("src"), "\(policy.name): \(page)")
    }
  }

  @Test(
    "HTML is shown as the words it is",
    arguments: [
      "<script>alert(1)</script>", "un <b onclick=alert(1)>mot</b>", "<img src=x onerror=alert(1)>", "<!-- caché -->",
      "<div>\n<iframe src=https://a.fr></iframe>\n</div>", "<svg/onload=alert(1)>", "<?php x ?>", "<![CDATA[x]]>",
      "</p></div><form action=/x>", "<style>p{}</style>", "<a href=\"javascript:alert(1)\">x</a>",
    ])
  func htmlIsText(_ text: String) throws {
    for policy in Self.policies {
      let page = try html(text, policy)
      #expect(page == "<p>" + escaped(text) + "</p>")
    }
  }

  @Test("a quote with a combining mark after it is escaped in attributes and text")
  func combiningMarks() throws {
    let page = try html("[x](https://a.fr \"a\u{301} &quot;\u{301} onmouseover=alert(1) x=\") \"\u{301}<\u{338}b>")
    #expect(MarkupCheck.fault(in: page) == nil)
    #expect(page.unicodeScalars.contains("&quot;\u{301} onmouseover".unicodeScalars))
    #expect(
      try html("![\"\u{301} onerror=x](/images/a.png)", .editor).unicodeScalars.contains(
        "alt=\"&quot;\u{301} onerror=x\"".unicodeScalars))
  }

  @Test("NUL becomes U+FFFD and what follows it is not lost; U+FFFD itself passes")
  func nul() throws {
    #expect(try html("avant\0après \u{FFFD}") == "<p>avant\u{FFFD}après \u{FFFD}</p>")
    #expect(try html("`a\0b`") == "<p><code>a\u{FFFD}b</code></p>")
    #expect(try html("[x](https://a.fr/\0b)").contains("https://a.fr/%EF%BF%BDb"))
    #expect(try html("&#0; &#x1; fin").hasSuffix("fin</p>"))
  }

  @Test("the noncharacter that the renderer uses as a mark cannot be used to write something else")
  func noncharacters() throws {
    for policy in Self.policies {
      #expect(
        try html("a\(Self.noncharacter)b `c\(Self.noncharacter)`", policy) == "<p>a\u{FFFD}b <code>c\u{FFFD}</code></p>"
      )
    }
  }

  @Test(
    "bidirectional controls vanish, typed or as entities, so a text reads as what it says",
    arguments: ["\u{202E}", "\u{202A}", "\u{2066}", "\u{2069}", "&#x202E;", "&#8295;"])
  func directions(_ control: String) throws {
    #expect(try html("fin\(control)txt.exe `a`") == "<p>fintxt.exe <code>a</code></p>")
    let page = try html("[a\(control)b](https://a.fr/\(control)x 't\(control)u')")
    #expect(page.contains(">ab</a>") && page.contains("title=\"tu\""))
    #expect(
      !page.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value) })
  }

  @Test("letters in Arabic and Hebrew pass")
  func rightToLeft() throws {
    #expect(try html("مرحبا שלום \u{200F}") == "<p>مرحبا שלום \u{200F}</p>")
  }

  @Test("each special before each kind of scalar stays escaped")
  func specialsBeforeScalars() throws {
    var scalars: [Unicode.Scalar] = (1..<0x3000).compactMap(Unicode.Scalar.init)
    scalars += stride(from: 0x3000, to: 0x11_0000, by: 211).compactMap { Unicode.Scalar(UInt32($0)) }
    scalars += (0xE0100...0xE01EF).compactMap { Unicode.Scalar(UInt32($0)) }
    for start in stride(from: 0, to: scalars.count, by: 100) {
      var text = ""
      for scalar in scalars[start..<min(start + 100, scalars.count)] where scalar != "\r" && scalar != "\n" {
        for special in ["&", "<", ">", "\"", "'"] { text += "x\(special)\(scalar)" }
      }
      let page = try html(text, .editor, typography: true)
      #expect(MarkupCheck.fault(in: page) == nil, "scalars from \(start)")
    }
  }

  @Test(
    "the check of these tests sees what a browser would act on",
    arguments: [
      "<script>", "<p>a > b</p>", "<p onclick=\"x\">", "<a href=\"javascript:x\">", "<a href=\"//a.fr\">", "<p",
      "<img src=\"data:x\">", "<p>\"</p>", "<a title=\"x\" onload=\"y\">",
    ])
  func checkSees(_ page: String) {
    #expect(MarkupCheck.fault(in: page) != nil)
  }

  @Test("no mixture of pieces of mark-up brings forth an element that the renderer does not make")
  func mixtures() throws {
    let pieces = [
      "<", ">", "\"", "'", "&", "&lt;", "&#60;", "&quot;", "\\", "`", "``", "*", "**", "_", "[", "]", "(", ")", "](",
      "![",
      "!", "<!--", "-->", "<script", "</script>", "<a href=", " onload=", "javascript:", "https://a.fr/", "mailto:",
      "\n",
      "\n\n", "\n> ", "\n- ", "\n1. ", "\n    ", "\n```\n", "\n| a | b |\n|---|---|\n", "|", "\\|", " | ", "# ",
      "\n---\n",
      "]: ", "\n[r]: ", "[r]", " ", "\u{301}", "\u{FFFD}", "\0", "\u{202E}", "\u{200D}", "é", "« ", " »", " !", "mot",
      "\r",
      "data:text/html,", Self.noncharacter, "&#xFDD0;", "/images/a.png", "<?", "<![CDATA[", "=", "\t",
    ]
    var random = FixedRandom(seed: 7)
    for round in 0..<4000 {
      let count = Int.random(in: 1...40, using: &random)
      let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      for policy in Self.policies {
        do {
          let made = try MarkdownRenderer().render(text, policy: policy)
          let page = made.node.rendered
          #expect(MarkupCheck.fault(in: page) == nil, "round \(round): \(text.debugDescription)")
          for block in made.blocks {
            #expect(block.plainText == block.node.plainText, "\(text.debugDescription)")
          }
          #expect(!page.unicodeScalars.contains { $0.value == 0xFDD0 })
        } catch let refusal as MarkdownRefusal {
          #expect(refusal.limit == "nesting")
        }
      }
    }
  }

  private func escaped(_ text: String) -> String {
    var writer = HTMLWriter(depth: 0)
    writer.escape(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
