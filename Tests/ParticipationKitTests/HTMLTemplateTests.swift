import ParticipationKit
import Testing

/// A form is written once and filled for ten thousand pages: what fills it must be as harmless as on the first page.
@Suite("A node written once with places")
struct HTMLTemplateTests {
  private let form = HTMLTemplate(
    .element(
      .form, [.id("c-\(HTMLTemplate.place(1))"), .action(SitePath("api/add/\(HTMLTemplate.place(0))"))],
      [.p("Sur \(HTMLTemplate.place(0))"), .a("agenda/index.html", "Ordre du jour")]))

  @Test("gives what writing the node anew would give, at any depth")
  func sameAsWritten() {
    let anew = HTMLNode.element(
      .form, [.id("c-x-1"), .action(SitePath("api/add/x/y/1"))],
      [.p("Sur x/y/1"), .a("agenda/index.html", "Ordre du jour")])
    for depth in 0...2 {
      var filled = HTMLWriter(depth: depth)
      filled.write(form.filled([.text("x/y/1"), .text("x-1")]))
      var written = HTMLWriter(depth: depth)
      written.write(anew)
      #expect(filled.bytes == written.bytes)
    }
  }

  @Test("escapes what fills a text or an attribute")
  func escapes() {
    let filled = form.filled([.text("\"><script>alert(1)</script>"), .text("'&")]).rendered
    #expect(!filled.contains("<script"))
    #expect(filled.contains("id=\"c-&#39;&amp;\""))
    #expect(filled.contains("Sur &quot;&gt;&lt;script&gt;"))
  }

  @Test("lets an element stand in content, and only its words in an attribute")
  func elements() {
    let filled = form.filled([.element(.strong, [], ["rue « Haute »"]), .element(.em, [], ["a\"b"])]).rendered
    #expect(filled.contains("<p>Sur <strong>rue « Haute »</strong></p>"))
    #expect(filled.contains("action=\"api/add/rue « Haute »\""))
    #expect(filled.contains("id=\"c-a&quot;b\""))
  }

  @Test("leaves a place empty that nothing fills, and takes no place from what fills another")
  func holes() {
    #expect(form.filled([]).rendered.contains("<p>Sur </p>"))
    let nested = form.filled([.text(HTMLTemplate.place(1)), .text("inside")]).rendered
    #expect(!nested.contains("Sur inside"))
  }

  @Test("keeps a place apart from what stands around it, with all the places there are")
  func many() {
    let all = HTMLTemplate(
      .fragment((0..<HTMLTemplate.mostPlaces).map { .p("é\(HTMLTemplate.place($0))ﷲ") }))
    let filled = all.filled((0..<HTMLTemplate.mostPlaces).map { .text(String($0)) }).rendered
    #expect(filled == (0..<HTMLTemplate.mostPlaces).map { "<p>é\($0)ﷲ</p>" }.joined())
  }
}
