import Testing

@testable import ParticipationTesting

@Suite("Reading the mark-up of pages")
struct MarkupScanTests {
  @Test("attributes, text and scripts are read as they were written")
  func pieces() {
    let pieces = MarkupScan.pieces(Array("<p class=\"a &amp; b\" hidden>x &lt; y</p><script>if (a<b) {}</script>".utf8))
    #expect(
      pieces == [
        .start(MarkupTag(name: "p", attributes: [("class", "a & b"), ("hidden", "")])), .text("x < y"), .end("p"),
        .start(MarkupTag(name: "script", attributes: [])), .text("if (a<b) {}"), .end("script"),
      ])
  }

  @Test("a form is found with its address and what it shows")
  func forms() {
    let page = """
      <form method="post" action="../api/v1/box/send/7?x=1"><input type="hidden" name="seen" value="3">
      <select name="kind"><option value="a"><option value="b" selected></select><textarea name="t">old</textarea>
      <input type="checkbox" name="c" value="true"></form><form action="/search"></form>
      """
    let forms = MarkupForm.all(Array(page.utf8), mark: "api/v1/")
    #expect(forms.count == 1)
    #expect(forms.first?.place == FormPlace(module: "box", action: "send", key: "7"))
    #expect(forms.first?.values == ["seen": ["3"], "kind": ["b"], "t": ["old"]])
  }

  @Test("what a blind reader would miss is named")
  func reading() {
    let page = """
      <html><body><h1>A</h1><h3>B</h3><img src="x.png"><input name="q"><p id="i"></p><p id="i"></p>
      <table><tr><td>1</td></tr></table><a href="x"></a></body></html>
      """
    let problems = PageReading(Array(page.utf8)).problems
    for word in [
      "h3 follows h1", "alt text", "“q” has no label", "“i” stands twice", "no header cells", "no words",
      "no title", "language",
    ] {
      #expect(problems.contains { Array($0.utf8).holds(word) }, "\(word) is not in \(problems)")
    }
    let good =
      "<html lang=\"fr\"><title>T</title><h1>A</h1><label for=\"q\">Q</label><input id=\"q\" name=\"q\"></html>"
    #expect(PageReading(Array(good.utf8)).problems == [])
  }
}
