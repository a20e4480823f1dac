import ParticipationKit
import Testing

@Suite("Attributes: a module cannot write what runs code or leaves the site unseen")
struct HTMLAttributeTests {
  private func written(_ attribute: HTMLAttribute) -> String { HTMLNode.element(.p, [attribute]).rendered }

  @Test("attributes that run code or hold an address are refused by name")
  func refusedNames() {
    let attributes: [HTMLAttribute] = [
      .named("onclick", "x"), .named("ONCLICK", "x"), .named("onpointerrawupdate", "x"), .named("style", "x"),
      .named("srcdoc", "x"), .named("src", "x"), .named("href", "x"), .named("action", "x"), .named("formaction", "x"),
      .named("srcset", "x"), .named("ping", "x"), .named("poster", "x"), .named("xlink:href", "x"),
      .named("http-equiv", "x"), .named("content", "x"), .named("data", "x"), .named("background", "x"),
      .named("HREF", "x"), .named("Style", "x"), .named("SrcDoc", "x"), .named("a b", "x"), .named("a=b", "x"),
      .named("a>b", "x"), .named("", "x"), .named("1a", "x"), .named("é", "x"),
    ]
    for attribute in attributes { #expect(written(attribute) == "<p data-refused=\"x\"></p>") }
    #expect(written(.flag("onclick")) == "<p data-refused></p>")
    #expect(written(.flag("autofocus onfocus=alert(1)")) == "<p data-refused></p>")
  }

  @Test("plain attributes are written as they are")
  func plainNames() {
    #expect(written(.named("scope", "col")) == "<p scope=\"col\"></p>")
    #expect(written(.named("viewBox", "0 0 1 1")) == "<p viewBox=\"0 0 1 1\"></p>")
    #expect(written(.named("stroke-width", "2")) == "<p stroke-width=\"2\"></p>")
    #expect(written(.named("x1", "2")) == "<p x1=\"2\"></p>")
    #expect(written(.flag("hidden")) == "<p hidden></p>")
    #expect(written(.datetime("2026-03-12")) == "<p datetime=\"2026-03-12\"></p>")
    #expect(written(.lang("en")) == "<p lang=\"en\"></p>")
    #expect(written(.rel("nofollow")) == "<p rel=\"nofollow\"></p>")
    #expect(written(.href(fragment: "a b")) == "<p href=\"#a b\"></p>")
  }

  @Test(
    "an address that could run code or open something else becomes harmless",
    arguments: [
      "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://x",
      "//evil.example", "/local", "x", "", "http:", "https://", "mailto:", " https://a.example", "https://a b",
      "java\tscript:alert(1)", "\u{1}javascript:x", "https:\\evil", "https://a\u{7F}b", "http:/a", "feed:https://a",
    ])
  func refusedAddresses(_ address: String) {
    #expect(written(.href(external: address)) == "<p href=\"#\"></p>")
    #expect(written(.action(address)) == "<p action=\"#\"></p>")
  }

  @Test(
    "addresses of the web, mailboxes and telephones are links",
    arguments: ["https://a.example/é?x=1#y", "http://a", "HTTPS://A.example", "mailto:mairie@a.example", "tel:+33329"])
  func allowedAddresses(_ address: String) {
    #expect(written(.href(external: address)) == "<p href=\"\(address)\"></p>")
  }

  @Test("a form goes to a web address, not to a mailbox")
  func actions() {
    #expect(written(.action("https://a.example/api/v1/x/y")) == "<p action=\"https://a.example/api/v1/x/y\"></p>")
    #expect(written(.action("mailto:a@a.example")) == "<p action=\"#\"></p>")
    #expect(written(.action("MailTo:a@a.example")) == "<p action=\"#\"></p>")
    #expect(written(.action("tel:1")) == "<p action=\"#\"></p>")
    #expect(written(.action("api/v1/x/y" as SitePath)) == "<p action=\"api/v1/x/y\"></p>")
  }

  @Test(
    "elements that run code, load or redirect cannot be written",
    arguments: [
      "script", "style", "iframe", "object", "embed", "base", "meta", "link", "template", "noscript", "frame", "applet",
      "foreignObject", "animate", "set", "image", "audio", "video", "source", "SCRIPT", "Script", "math", "", "p>",
    ])
  func forbiddenTags(_ name: String) {
    #expect(HTMLTag(named: name) == nil)
  }

  @Test("elements found by name know whether they are void")
  func tags() {
    #expect(HTMLTag(named: "p") == .p)
    #expect(HTMLTag(named: "br")?.isVoid == true)
    #expect(HTMLTag(named: "img")?.isVoid == true)
    #expect(HTMLTag(named: "svg")?.isVoid == false)
    #expect(HTMLTag(named: "text") == .svgText)
  }
}
