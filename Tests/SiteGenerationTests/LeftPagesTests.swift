import Testing

@testable import SiteGeneration

/// What stays readable of a module whose code is gone is cut out of pages; nothing that can still be sent may stay.
@Suite("The pages that a module left")
struct LeftPagesTests {
  private func page(_ main: String) -> [UInt8] {
    Array(
      """
      <html><head><title>Idées &amp; avis – Essai</title>
      <meta name="description" content="Ce qui a été dit &lt;ici&gt;">
      </head><body><main id="main" tabindex="-1">
      \(main)
      </main>
      <footer></footer></body></html>
      """.utf8)
  }

  @Test("title, summary and the inside of main are read; the name of the commune is not part of the title")
  func parts() throws {
    let read = try #require(LeftPages.read(page("<h1>Idées</h1><p>Un banc</p>"), commune: "Essai"))
    #expect(read.title == "Idées & avis")
    #expect(read.summary == "Ce qui a été dit <ici>")
    #expect(String(decoding: read.body, as: UTF8.self) == "<h1>Idées</h1><p>Un banc</p>")
  }

  @Test("forms and the folds around them are gone, and what stands between them is kept")
  func forms() throws {
    let main = """
      <p>a</p><form method="post"><input name="x"></form><p>b</p>\
      <details class="say no-print" id="f"><summary>Suivre</summary>\
      <form action="x"></form></details><p>c</p><details><p>d</p></details>
      """
    let read = try #require(LeftPages.read(page(main), commune: "Essai"))
    #expect(String(decoding: read.body, as: UTF8.self) == "<p>a</p><p>b</p><p>c</p><details><p>d</p></details>")
  }

  @Test("the places that links beside passages lead to stay without the form")
  func passages() throws {
    let main = """
      <details class="say no-print" id="comment-form-i"><form id="c-i">\
      <label id="c-i-block--p1"><input id="c-i-block-1"></label></form></details>
      """
    let read = try #require(LeftPages.read(page(main), commune: "Essai"))
    #expect(
      String(decoding: read.body, as: UTF8.self) == "<span id=\"c-i\"></span><span id=\"c-i-block--p1\"></span>")
  }

  @Test("bytes that are no page of the host give nothing, and a form without end is left as it is")
  func foreign() {
    #expect(LeftPages.read([], commune: "Essai") == nil)
    #expect(LeftPages.read(Array("<main id=\"main\" tabindex=\"-1\">\n".utf8), commune: "Essai") == nil)
    let open = Array("<p>a</p><form method=\"post\">".utf8)
    #expect(LeftPages.withoutForms(open[...]) == open)
  }
}
