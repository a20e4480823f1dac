import ParticipationKit
import Testing

@testable import SiteGeneration

/// The frame of pages: links that work in a copied folder, text that cannot become mark-up, languages.
@Suite struct ShellTests {
  private func facts(_ address: String = "https://vaubrisey.example/", isDemonstration: Bool = false) -> CommuneFacts {
    CommuneFacts(
      name: "L’Été & <Fils>", inseeCode: "55999", population: 1752, department: "55", languages: ["fr", "en"],
      address: address, isDemonstration: isDemonstration)
  }

  private func shell(isDemonstration: Bool = false, server: String? = nil) throws -> Shell {
    Shell(
      facts: facts(isDemonstration: isDemonstration),
      navigation: [NavigationItem(module: "agenda", titles: ["fr": "Conseil", "en": "Council"], path: "agenda/index")],
      words: try SiteWords.load(), accent: "#6d2a55", serverAddress: server)
  }

  private func html(_ path: String, locale: String = "fr", isIndexed: Bool = true) throws -> String {
    let page = Page(
      title: "Titre \"<b>\" & 'x'", summary: "Résumé <i>", kicker: "Genre <u>", crumbs: [("Liste", "agenda/list.html")],
      body: [.p("Corps <script>"), .a("agenda/x.html", "lien")])
    let place = Place(
      path: path, locale: locale, module: "agenda",
      alternates: [("fr", "agenda/x.html"), ("en", "en/agenda/x.html")], feeds: [("Flux", "agenda/a.atom")],
      jsonPath: "api/v1/agenda/x.json", isIndexed: isIndexed)
    return String(decoding: try shell().page(page, at: place), as: UTF8.self)
  }

  @Test(arguments: [("x.html", ""), ("a/x.html", "../"), ("a/b/x.html", "../../"), ("en/a/b/x.html", "../../../")])
  func linksClimbByTheDepthOfThePage(_ path: String, _ climb: String) throws {
    let text = try html(path)
    #expect(text.contains("href=\"\(climb)assets/parvis.css\""))
    #expect(text.contains("href=\"\(climb)assets/commune.css\""))
    #expect(text.contains("src=\"\(climb)assets/parvis.js\""))
    #expect(text.contains("href=\"\(climb)agenda/x.html\">lien"))
    #expect(text.contains("href=\"\(climb)agenda/list.html\">Liste"))
    #expect(text.contains("href=\"\(climb)feed.atom\""))
    // No link of the page starts at the server's root: such a page would not work in a copied folder.
    #expect(!text.contains("href=\"/"))
    #expect(!text.contains("src=\"/"))
  }

  @Test func aTitleInAnotherLanguageSaysSo() throws {
    let page = Page(title: "Déneigement : qui ?", summary: "", body: []).titled(in: "fr")
    func html(_ locale: String) throws -> String {
      let place = Place(path: "x.html", locale: locale, module: "agenda", isIndexed: false)
      return String(decoding: try shell().page(page, at: place), as: UTF8.self)
    }
    // Its spaces are those of its own language wherever it stands.
    #expect(try html("en").contains("<h1 lang=\"fr\">Déneigement\u{A0}: qui\u{202F}?</h1>"))
    #expect(try html("en").contains("<title lang=\"fr\">"))
    #expect(try html("fr").contains("<h1>Déneigement"))
  }

  @Test func wordsFromOutsideAreEscapedEverywhere() throws {
    let text = try html("agenda/x.html")
    #expect(!text.contains("<b>\""))
    #expect(!text.contains("<script>"))
    #expect(!text.contains("Résumé <i>"))
    #expect(!text.contains("Genre <u>"))
    #expect(!text.contains("<Fils>"))
    let title = "Titre &quot;&lt;b&gt;&quot; &amp; &#39;x&#39; – Genre &lt;u&gt; – L’Été &amp; &lt;Fils&gt;"
    #expect(text.contains("<title>\(title)</title>"))
    #expect(text.contains("property=\"og:title\" content=\"Titre &quot;&lt;b&gt;"))
  }

  @Test func onlyAPageForAScreenFetchesItselfAgain() throws {
    let place = Place(
      path: "x/y.html", locale: "fr", module: "agenda", alternates: [("fr", "x/y.html")], feeds: [], jsonPath: nil,
      isIndexed: true)
    let page = Page(title: "Écran", summary: "", body: [.p("Coupure")]).forScreen(refreshedEvery: 5)
    let text = String(decoding: try shell().page(page, at: place), as: UTF8.self)
    #expect(text.contains("<meta http-equiv=\"refresh\" content=\"30\">"), "not more often than each 30 seconds")
    #expect(text.contains("<div class=\"screen\"><p>Coupure</p></div>"))
    #expect(page.with(body: [.p("Effacé")]).refreshSeconds == 30, "a notice on it must not stop the screen")
    #expect(!(try html("agenda/x.html")).contains("http-equiv"))
  }

  @Test func aQuoteBeforeACombiningMarkIsEscapedToo() throws {
    let page = Page(title: "a\"\u{301} onx=1", summary: "", body: [])
    let text = String(
      decoding: try shell().page(page, at: Place(path: "x.html", locale: "fr", module: "host")), as: UTF8.self)
    #expect(text.contains("content=\"a&quot;\u{301} onx=1\""))
  }

  @Test func theHeadNamesCanonicalLanguagesFeedAndData() throws {
    let text = try html("agenda/x.html")
    #expect(text.contains("<link rel=\"canonical\" href=\"https://vaubrisey.example/agenda/x.html\">"))
    #expect(
      text.contains("<link rel=\"alternate\" hreflang=\"en\" href=\"https://vaubrisey.example/en/agenda/x.html\">"))
    #expect(text.contains("type=\"application/json\" href=\"https://vaubrisey.example/api/v1/agenda/x.json\""))
    #expect(text.contains("type=\"application/atom+xml\" title=\"Flux\""))
    #expect(text.contains("<a href=\"../en/agenda/x.html\" lang=\"en\" hreflang=\"en\">This page in English</a>"))
    #expect(!text.contains("noindex"))
  }

  @Test func aPageThatIsNotIndexedSaysSoAndHasNoCanonical() throws {
    let text = try html("agenda/x.html", isIndexed: false)
    #expect(text.contains("content=\"noindex\""))
    #expect(!text.contains("canonical"))
  }

  @Test func aPageInEnglishIsEnglishThroughout() throws {
    let text = try html("en/agenda/x.html", locale: "en")
    #expect(text.contains("<html lang=\"en\">"))
    #expect(text.contains("Skip to content"))
    #expect(text.contains("<a href=\"../../en/agenda/index.html\" aria-current=\"true\">Council</a>"))
    #expect(text.contains("1,752 residents"))
    #expect(!text.contains("Aller au contenu"))
  }

  @Test func theCurrentEntryIsMarkedAsPageOnlyOnItself() throws {
    let page = Page(title: "t", summary: "", body: [])
    let shell = try shell()
    let front = String(
      decoding: shell.page(page, at: Place(path: "agenda/index.html", locale: "fr", module: "agenda")), as: UTF8.self)
    #expect(front.contains("<a href=\"../agenda/index.html\" aria-current=\"page\">Conseil</a>"))
    let home = String(
      decoding: shell.page(page, at: Place(path: "index.html", locale: "fr", module: "host")), as: UTF8.self)
    #expect(home.contains("<a href=\"index.html\" aria-current=\"page\">Accueil</a>"))
    #expect(!home.contains("class=\"crumbs\""))
  }

  @Test func onlyADemonstrationSaysThatItIsOne() throws {
    let page = Page(title: "t", summary: "", body: [])
    let place = Place(path: "x.html", locale: "fr", module: "host")
    let demo = String(decoding: try shell(isDemonstration: true).page(page, at: place), as: UTF8.self)
    #expect(demo.contains("class=\"demo\""))
    #expect(!String(decoding: try shell().page(page, at: place), as: UTF8.self).contains("class=\"demo\""))
  }

  /// A sheet of paper says where it comes from; private pages do not leave their address on one.
  @Test func aPrintedPageSaysItsAddress() throws {
    let page = Page(title: "t", summary: "", body: [])
    for (locale, words) in [("fr", "Imprimé depuis"), ("en", "Printed from")] {
      let place = Place(path: "agenda/x.html", locale: locale, module: "agenda")
      let text = String(decoding: try shell().page(page, at: place), as: UTF8.self)
      #expect(text.contains("<p class=\"print-only\">\(words) https://vaubrisey.example/agenda/x.html<span"))
    }
    let own = Place(path: "receipt/secret", locale: "fr", module: "host", isIndexed: false)
    #expect(!String(decoding: try shell().page(page, at: own), as: UTF8.self).contains("print-only"))
  }

  /// The desk is no file: a relative link to it would lead nowhere on a USB stick or another web server.
  @Test func aCopyOfThePageLeadsStaffToTheServer() throws {
    let page = Page(title: "t", summary: "", body: [])
    for (server, base) in [(nil, "https://vaubrisey.example/"), ("https://actes.example/", "https://actes.example/")] {
      let shell = try shell(server: server)
      for path in ["index.html", "en/agenda/x.html"] {
        let place = Place(path: path, locale: "fr", module: "agenda")
        let text = String(decoding: shell.page(page, at: place), as: UTF8.self)
        #expect(text.contains("href=\"\(base)desk/\""))
        #expect(!text.contains("href=\"desk/") && !text.contains("../desk/"))
      }
    }
  }

  @Test func aFrenchTitleNeverBreaksBeforeItsColon() throws {
    let page = Page(
      title: "Vignes : l'avis ?", summary: "", kicker: "Un mot : ici", crumbs: [("A : b", "a.html")], body: [])
    func text(_ locale: String) throws -> String {
      String(
        decoding: try shell().page(page, at: Place(path: "x.html", locale: locale, module: "agenda")), as: UTF8.self)
    }
    let set = "Vignes\u{A0}: l’avis\u{202F}?"
    #expect(try text("fr").contains("<h1>\(set)</h1>") && text("fr").contains("<title>\(set) – Un mot\u{A0}: ici"))
    #expect(try text("fr").contains("A\u{A0}: b</a>"))
    #expect(
      try text("en").contains("<h1>Vignes : l&#39;avis ?</h1>") || text("en").contains("<h1>Vignes : l'avis ?</h1>"))
  }

  @Test func pagesHoldNoInlineScriptOrStyle() throws {
    let text = try html("agenda/x.html")
    for part in text.split(separator: "<script").dropFirst() { #expect(part.hasPrefix(" src=")) }
    #expect(!text.contains("style=\""))
    #expect(!text.contains("<style"))
  }

  @Test func theDeskHasItsOwnFrame() throws {
    let page = Page(title: "À décider", summary: "", body: [.p("x")])
    let bytes = try shell().deskPage(
      page, at: Place(path: "desk/moderation", locale: "fr", module: "host", isIndexed: false),
      menu: [
        DeskMenuItem(title: "À décider", path: "desk/moderation", isCurrent: true, badge: 3, isSeldom: false),
        DeskMenuItem(title: "Courrier", path: "desk/mail", isCurrent: false, badge: 2, isSeldom: true),
        DeskMenuItem(title: "Règles", path: "desk/rules", isCurrent: false, badge: nil, isSeldom: true),
      ], person: "Zoé <b>")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("<body class=\"desk\">"))
    #expect(text.contains("href=\"../desk/moderation\" aria-current=\"page\">À décider <b class=\"badge\">3</b>"))
    // What is seldom used folds away, with how much waits inside.
    #expect(text.contains("<details class=\"more\"><summary>Administration <b class=\"badge\">2</b></summary>"))
    #expect(text.contains("Bureau\u{A0}: Zoé &lt;b&gt;"))
    #expect(text.contains("noindex"))
    #expect(!text.contains("class=\"ground\""))
  }

  @Test func theNotFoundPageWorksAtAnyDepth() throws {
    for (address, root) in [("https://a.example/", "/"), ("https://a.example/commune/", "/commune/")] {
      let shell = Shell(
        facts: facts(address), navigation: [], words: try SiteWords.load(), accent: "", serverAddress: nil)
      let files = StaticFiles(shell: shell, facts: facts(address)).all
      let text = String(decoding: files.first { $0.path == "404.html" }?.bytes ?? [], as: UTF8.self)
      #expect(text.contains("href=\"\(root)assets/parvis.css\""))
      #expect(text.contains("href=\"\(root)index.html\""))
      #expect(text.contains("noindex"))
      let robots = String(decoding: files.first { $0.path == "robots.txt" }?.bytes ?? [], as: UTF8.self)
      #expect(robots.contains("Disallow: \(root)desk/"))
      #expect(robots.contains("Sitemap: \(address)sitemap.xml"))
    }
  }

  @Test func bothLanguagesSayTheSameKeys() throws {
    let catalogues = try SiteWords.catalogues.map { try Catalogue(locale: $0.locale, json: $0.json) }
    #expect(catalogues.count == 2)
    #expect(catalogues[0].keys == catalogues[1].keys)
    #expect(catalogues[0].keys.count > 80)
  }
}
