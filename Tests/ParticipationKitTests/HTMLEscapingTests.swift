import ParticipationKit
import Testing

@Suite("Escaping: a visitor's words never become mark-up")
struct HTMLEscapingTests {
  static let specials: [(byte: UInt8, written: String)] = [
    (UInt8(ascii: "&"), "&amp;"), (UInt8(ascii: "<"), "&lt;"), (UInt8(ascii: ">"), "&gt;"),
    (UInt8(ascii: "\""), "&quot;"), (UInt8(ascii: "'"), "&#39;"),
  ]

  /// Reliability research 0.1: an escaper that looks at `Character` leaves a quote in place when a combining mark
  /// follows. Each special stands before and after every scalar there is, 1,112,064 of them.
  @Test("each special is replaced whatever scalar stands beside it", arguments: specials.indices)
  func everyScalar(_ index: Int) {
    let (special, written) = Self.specials[index]
    let replacement = Array(written.utf8)
    var source: [UInt8] = []
    var expected: [UInt8] = []
    source.reserveCapacity(6_000_000)
    expected.reserveCapacity(12_000_000)
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      source.append(special)
      expected.append(contentsOf: replacement)
      let isSpecialOrControl = value < 0x80 && (value < 0x40 || value == 0x7F)
      if isSpecialOrControl {
        source.append(UInt8(value))
        expected.append(contentsOf: Self.written(UInt8(value)))
      } else {
        let bytes = UTF8.encode(scalar)
        for byte in bytes ?? .init() { source.append(byte) }
        for byte in bytes ?? .init() { expected.append(byte) }
      }
    }
    var writer = HTMLWriter(depth: 0)
    writer.write(.text(String(decoding: source, as: UTF8.self)))
    #expect(writer.bytes == expected)
  }

  private static func written(_ byte: UInt8) -> [UInt8] {
    if let special = specials.first(where: { $0.byte == byte }) { return Array(special.written.utf8) }
    let isDropped = (byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D) || byte == 0x7F
    return isDropped ? [] : [byte]
  }

  @Test("a quote with a combining mark cannot leave an attribute")
  func attributeValue() {
    let node = HTMLNode.element(.p, [.named("title", "\"\u{301} onmouseover=alert(1) x=\"")], [])
    #expect(node.rendered == "<p title=\"&quot;\u{301} onmouseover=alert(1) x=&quot;\"></p>")
  }

  @Test("words inside every place of a page are escaped")
  func places() {
    let attack = "</p><script>alert('1')</script>"
    let safe = "&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"
    let name = attack
    #expect(("Bonjour \(name)" as HTMLNode).rendered == "Bonjour \(safe)")
    #expect(HTMLNode.p(attack).rendered == "<p>\(safe)</p>")
    #expect(HTMLNode.p("", [.id(attack)]).rendered == "<p id=\"\(safe)\"></p>")
    #expect(HTMLNode.p("", [.class(attack)]).rendered == "<p class=\"\(safe)\"></p>")
    #expect(HTMLNode.p("", [.data("x", attack)]).rendered == "<p data-x=\"\(safe)\"></p>")
    #expect(HTMLNode.p("", [.aria("label", attack)]).rendered == "<p aria-label=\"\(safe)\"></p>")
    #expect(HTMLNode.a(SitePath(attack), "").rendered.contains("<script") == false)
    #expect(HTMLNode.a(SitePath("a.html", fragment: attack), "").rendered.contains("<script") == false)
  }

  @Test("a void element writes neither children nor an end tag")
  func void() {
    #expect(HTMLNode.element(.br, [], ["lost"]).rendered == "<br>")
    #expect(HTMLNode.element(.input, [.flag("required")]).rendered == "<input required>")
  }

  @Test("plain text of a node keeps words apart where blocks end, and only there")
  func plainText() {
    let node: HTMLNode = [.h2("Voirie"), .p([], ["La rue ", .strong("Haute"), ", 12"]), .ul(items: ["a", "b"])]
    #expect(node.plainText == "Voirie La rue Haute, 12 a b")
  }

  @Test("a node says whether it writes nothing")
  func isEmpty() {
    #expect(HTMLNode.empty.isEmpty)
    #expect(([.empty, ""] as HTMLNode).isEmpty)
    #expect(!HTMLNode.p("").isEmpty)
    #expect(!([.empty, "x"] as HTMLNode).isEmpty)
  }

  @Test("a table gives its caption to screen readers and heads its rows")
  func table() {
    let table = HTMLNode.table(caption: "Votes", headings: ["Point", "Pour"], rows: [["1", "9"]])
    #expect(
      table.rendered == """
        <div class="table-wrap" tabindex="0" role="region" aria-label="Votes"><table><caption>Votes</caption>\
        <thead><tr><th scope="col">Point</th><th scope="col">Pour</th></tr></thead>\
        <tbody><tr><th scope="row">1</th><td>9</td></tr></tbody></table></div>
        """)
  }
}
