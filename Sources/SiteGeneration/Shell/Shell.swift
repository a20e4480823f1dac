public import ParticipationKit

/// What only some pages of the host have.
struct PageExtras {
  /// A script of the site.
  var script: String?
  /// What people without scripts read instead.
  var withoutScript: HTMLNode?
}

/// The frame of every page: head, banner, navigation, breadcrumbs, foot.
///
/// What does not differ between pages of one language, depth and module is made once and kept as bytes.
public struct Shell: Sendable {
  let facts: CommuneFacts
  let words: Words
  let accent: AccentColor
  let serverAddress: String?
  let chrome: ChromeCache

  /// Makes the frame.
  /// - Parameters:
  ///   - facts: The commune.
  ///   - navigation: The entries of the menu between the front page and the search.
  ///   - words: The host's words, see ``SiteWords``.
  ///   - accent: The commune's colour as `#rrggbb`; anything else gives the colour of ``AccentColor/fallback``.
  ///   - serverAddress: The address of the server with its final slash; nil when it serves the site itself.
  ///   - footer: What the foot says.
  public init(
    facts: CommuneFacts, navigation: [NavigationItem], words: Words, accent: String, serverAddress: String?,
    footer: FooterContent = FooterContent()
  ) {
    self.facts = facts
    self.words = words
    self.accent = AccentColor(accent) ?? .fallback
    self.serverAddress = serverAddress
    chrome = ChromeCache(
      ChromeParts(facts: facts, navigation: navigation, words: words, serverAddress: serverAddress, footer: footer))
  }

  /// The whole HTML document of a page.
  public func page(_ page: Page, at place: Place) -> [UInt8] {
    var out: [UInt8] = []
    append(page, at: place, to: &out)
    return out
  }

  /// Appends the HTML document of a page. Links climb to the site's root by the depth of the place's path.
  /// - Parameters:
  ///   - extras: What only some pages have.
  ///   - base: Where links start instead, for a page that is served at any depth.
  /// - Returns: Where the page's own words lie in the bytes.
  @discardableResult
  func append(
    _ page: Page, at place: Place, extras: PageExtras = PageExtras(), base: String? = nil, to out: inout [UInt8]
  ) -> Range<Int> {
    let depth = place.path.utf8.reduce(0) { $1 == UInt8(ascii: "/") ? $0 + 1 : $0 }
    let root = base.map { Root.address($0) } ?? Root.relative(depth)
    let parts = chrome.parts(locale: place.locale, root: root, module: place.module)
    out.add(parts.head)
    let title = TitleText.set(page.title, locale: page.titleLanguage.isEmpty ? place.locale : page.titleLanguage)
    let kicker = TitleText.set(page.kicker, locale: place.locale)
    let foreign = page.titleLanguage == place.locale ? "" : page.titleLanguage
    appendHead(page, (foreign, title), kicker, at: place, to: &out)
    if let seconds = page.refreshSeconds { out.add("<meta http-equiv=\"refresh\" content=\"\(seconds)\">\n") }
    if let script = extras.script {
      out.add("<script src=\"")
      ChromeParts.appendPath(script, root, to: &out)
      out.add("\" defer></script>\n")
    }
    out.add(parts.front(of: place.path))
    appendCrumbs(page, at: place, parts, to: &out)
    out.add(ChromeParts.mainStart)
    appendTitle(page, (foreign, title), kicker, to: &out)
    let start = out.count
    out = Shell.written(page.body, root, appendingTo: out)
    let body = start..<out.count
    if let node = extras.withoutScript {
      out.add("<noscript>")
      out = Shell.written(node, root, appendingTo: out)
      out.add("</noscript>")
    }
    out.add(ChromeParts.mainEnd)
    if place.isIndexed { appendPaper(place, to: &out) }
    out.add(parts.footStart)
    appendLanguages(place, root, to: &out)
    out.add(parts.footEnd)
    return body
  }

  /// Writes a node after bytes. The buffer moves through the writer and back, so it is not copied.
  static func written(_ node: HTMLNode, _ root: Root, appendingTo bytes: consuming [UInt8]) -> [UInt8] {
    switch root {
    case .relative(let depth):
      var writer = HTMLWriter(depth: depth, appendingTo: bytes)
      bytes = []
      writer.write(node)
      return writer.bytes
    case .address(let base):
      var writer = HTMLWriter(base: base)
      writer.write(node)
      return bytes + writer.bytes
    }
  }

  private func appendHead(
    _ page: Page, _ title: (language: String, text: String), _ kicker: String, at place: Place,
    to out: inout [UInt8]
  ) {
    Shell.start("title", title.language, to: &out)
    Shell.escape(title.text, to: &out)
    // What stands above the title tells pages of one title apart: a report's number, a list's consultation.
    if !kicker.isEmpty {
      out.add(" – ")
      Shell.escape(kicker, to: &out)
    }
    out.add(" – ")
    Shell.escape(facts.name, to: &out)
    out.add("</title>\n")
    if !page.summary.isEmpty {
      appendMeta("name=\"description\"", page.summary, to: &out)
      appendMeta("property=\"og:description\"", page.summary, to: &out)
    }
    appendMeta("property=\"og:title\"", title.text, to: &out)
    guard place.isIndexed else {
      out.add("<meta name=\"robots\" content=\"noindex\">\n")
      return
    }
    out.add("<meta property=\"og:url\" content=\"")
    appendAddress(place.path, to: &out)
    out.add("\">\n<link rel=\"canonical\" href=\"")
    appendAddress(place.path, to: &out)
    out.add("\">\n")
    if place.alternates.count > 1 {
      for alternate in place.alternates {
        out.add("<link rel=\"alternate\" hreflang=\"\(alternate.locale)\" href=\"")
        appendAddress(alternate.path, to: &out)
        out.add("\">\n")
      }
    }
    appendDataLinks(place, to: &out)
  }

  private func appendDataLinks(_ place: Place, to out: inout [UInt8]) {
    if let json = place.jsonPath {
      out.add("<link rel=\"alternate\" type=\"application/json\" href=\"")
      appendAddress(json, to: &out)
      out.add("\">\n")
    }
    for feed in place.feeds {
      out.add("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"")
      Shell.escape(feed.title, to: &out)
      out.add("\" href=\"")
      appendAddress(feed.path, to: &out)
      out.add("\">\n")
    }
  }

  /// The last line of a page on paper: where it comes from, and by the script on which day it was printed.
  private func appendPaper(_ place: Place, to out: inout [UInt8]) {
    out.add("<p class=\"print-only\">")
    Shell.escape(words.text("page.printed", place.locale), to: &out)
    out.add(" ")
    appendAddress(place.path, to: &out)
    out.add("<span data-printed></span></p>\n")
  }

  private func appendMeta(_ name: String, _ content: String, to out: inout [UInt8]) {
    out.add("<meta ")
    out.add(name)
    out.add(" content=\"")
    Shell.escape(content, to: &out)
    out.add("\">\n")
  }

  private func appendAddress(_ path: String, to out: inout [UInt8]) {
    out.add(chrome.address)
    // `index.html` is what a web server gives for its folder, but a copied folder needs the name: keep it.
    Shell.escape(path, to: &out)
  }

  private func appendCrumbs(_ page: Page, at place: Place, _ parts: ChromeBytes, to out: inout [UInt8]) {
    guard place.path != parts.homePath else { return }
    out.add(parts.crumbsStart)
    if let module = parts.moduleCrumb, parts.modulePath != place.path { out.add(module) }
    for crumb in page.crumbs {
      out = Shell.written(
        .element(.li, [], [.a(crumb.path, TitleText.set(crumb.title, locale: place.locale))]), parts.root,
        appendingTo: out)
    }
    out.add("</ol></nav>\n")
  }

  /// The start of an element whose words may be in another language than the page.
  private static func start(_ tag: String, _ language: String, to out: inout [UInt8]) {
    out.add("<" + tag)
    if !language.isEmpty {
      out.add(" lang=\"")
      escape(language, to: &out)
      out.add("\"")
    }
    out.add(">")
  }

  private func appendTitle(
    _ page: Page, _ title: (language: String, text: String), _ kicker: String, to out: inout [UInt8]
  ) {
    if !kicker.isEmpty {
      out.add("<p class=\"kind\">")
      Shell.escape(kicker, to: &out)
      out.add("</p>\n")
    }
    guard page.showsTitle else { return }
    Shell.start("h1", title.language, to: &out)
    Shell.escape(title.text, to: &out)
    out.add("</h1>\n")
  }

  private func appendLanguages(_ place: Place, _ root: Root, to out: inout [UInt8]) {
    for alternate in place.alternates where alternate.locale != place.locale {
      let link = HTMLNode.a(
        SitePath(alternate.path), words.text("foot.otherLanguage", alternate.locale),
        [.lang(alternate.locale), .named("hreflang", alternate.locale)])
      out = Shell.written(.element(.li, [], [link]), root, appendingTo: out)
    }
  }

  /// Escapes text by the rules of the contract's one writer.
  static func escape(_ text: String, to out: inout [UInt8]) { HTMLWriter.escape(text, into: &out) }
}
