internal import ParticipationKit
internal import Synchronization

/// Where links to site paths start: climbing from the page, or at an address for pages that are served anywhere.
enum Root: Sendable, Hashable {
  case relative(Int)
  case address(String)
}

/// The bytes that pages of one language, depth and module share.
struct ChromeBytes: Sendable {
  let root: Root
  let homePath: String
  let modulePath: String?
  let head: [UInt8]
  /// From the end of the head to the breadcrumbs: on the page of a menu entry, that entry is marked `page`.
  let frontAsPage: [UInt8]
  let frontAsHome: [UInt8]
  let frontAsPart: [UInt8]
  let crumbsStart: [UInt8]
  let moduleCrumb: [UInt8]?
  let footStart: [UInt8]
  let footEnd: [UInt8]

  func front(of path: String) -> [UInt8] {
    path == modulePath ? frontAsPage : path == homePath ? frontAsHome : frontAsPart
  }
}

/// Keeps the bytes that were made once.
final class ChromeCache: Sendable {
  private struct Key: Hashable {
    let locale: String
    let root: Root
    let module: String
  }

  private let parts: ChromeParts
  let address: [UInt8]
  private let kept = Mutex<[Key: ChromeBytes]>([:])

  init(_ parts: ChromeParts) {
    self.parts = parts
    var bytes: [UInt8] = []
    Shell.escape(parts.facts.address, to: &bytes)
    address = bytes
  }

  func parts(locale: String, root: Root, module: String, modulePath: String? = nil) -> ChromeBytes {
    let key = Key(locale: locale, root: root, module: module)
    if let found = kept.withLock({ $0[key] }) { return found }
    let made = parts.bytes(locale: locale, root: root, module: module)
    kept.withLock { $0[key] = made }
    return made
  }
}

/// Makes the shared bytes.
struct ChromeParts: Sendable {
  let facts: CommuneFacts
  let navigation: [NavigationItem]
  let words: Words
  let serverAddress: String?
  let footer: FooterContent

  static let mainEnd = Array("\n</main>\n".utf8)
  static let mainStart = Array("<main id=\"main\" tabindex=\"-1\">\n".utf8)

  func bytes(locale: String, root: Root, module: String) -> ChromeBytes {
    let item = navigation.first { $0.module == module }
    let home = path("index", locale)
    let modulePath = module == "host" ? nil : item.map { path($0.path, locale) }
    let text = { (key: String) in words.text(key, locale) }
    let crumbs = HTMLNode.element(.li, [], [.a(SitePath(home), text("nav.home"))])
    return ChromeBytes(
      root: root, homePath: home, modulePath: modulePath, head: head(locale, root),
      frontAsPage: front(locale, root, module, current: "page"),
      frontAsHome: front(locale, root, "", current: "page"), frontAsPart: front(locale, root, module, current: "true"),
      crumbsStart: Shell.written(
        crumbs, root, appendingTo: Array("<nav class=\"crumbs\" aria-label=\"\(text("nav.crumbs"))\"><ol>".utf8)),
      moduleCrumb: modulePath.map { path in
        let title = item?.title(locale) ?? module
        return Shell.written(.element(.li, [], [.a(SitePath(path), title)]), root, appendingTo: [])
      },
      footStart: footStart(locale, root), footEnd: footEnd(locale, root))
  }

  /// The file of a page in a language.
  func path(_ base: String, _ locale: String) -> String {
    locale == facts.languages.first ? base + ".html" : locale + "/" + base + ".html"
  }

  private func head(_ locale: String, _ root: Root) -> [UInt8] {
    var out = Array("<!doctype html>\n<html lang=\"\(locale)\">\n<head>\n<meta charset=\"utf-8\">\n".utf8)
    out.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    out.add("<meta name=\"color-scheme\" content=\"light dark\">\n")
    for sheet in ["assets/parvis.css", "assets/commune.css"] {
      out.add("<link rel=\"stylesheet\" href=\"")
      ChromeParts.appendPath(sheet, root, to: &out)
      out.add("\">\n")
    }
    out.add("<link rel=\"icon\" type=\"image/svg+xml\" href=\"")
    ChromeParts.appendPath("assets/icon.svg", root, to: &out)
    out.add("\">\n<script src=\"")
    ChromeParts.appendPath("assets/parvis.js", root, to: &out)
    out.add("\" defer></script>\n<meta property=\"og:type\" content=\"website\">\n")
    out.add(
      "<meta property=\"og:locale\" content=\"\(locale == "fr" ? "fr_FR" : locale == "en" ? "en_GB" : locale)\">\n")
    out.add("<meta property=\"og:site_name\" content=\"")
    Shell.escape(facts.name, to: &out)
    out.add("\">\n")
    return out
  }

  static func appendPath(_ path: String, _ root: Root, to out: inout [UInt8]) {
    switch root {
    case .relative(let depth): for _ in 0..<depth { out.add("../") }
    case .address(let base): Shell.escape(base, to: &out)
    }
    out.add(path)
  }

  private func front(_ locale: String, _ root: Root, _ module: String, current: String) -> [UInt8] {
    let text = { (key: String) in words.text(key, locale) }
    var nodes: [HTMLNode] = []
    if facts.isDemonstration {
      let words = HTMLNode.p([], [.strong(text("demo.title")), " ", .text(text("demo.text"))])
      nodes.append(
        .element(.aside, [.class("demo"), .aria("label", text("demo.label"))], [.div([.class("inner")], [words])]))
    }
    let population = self.words.text(
      "mast.population", locale, ["count": DecimalText.grouped(facts.population, locale)])
    nodes.append(
      .element(
        .header, [.class("masthead")],
        [
          .div(
            [.class("inner")],
            [
              .a(SitePath(path("index", locale)), facts.name, [.class("plaque")]),
              .p(
                [.class("motto")], [.text(population), .element(.br), .text(text("mast.motto"))]),
              menu(locale, module, current: current),
            ])
        ]))
    var out = Array("</head>\n<body>\n<a class=\"skip\" href=\"#main\">".utf8)
    Shell.escape(text("nav.skip"), to: &out)
    out.add("</a>\n")
    out = Shell.written(.fragment(nodes), root, appendingTo: out)
    out.add("\n")
    return out
  }

  private func menu(_ locale: String, _ module: String, current: String) -> HTMLNode {
    var entries = [(module: "", title: words.text("nav.home", locale), path: "index")]
    entries += navigation.map { ($0.module, $0.title(locale), $0.path) }
    entries.append((module: "host", title: words.text("nav.search", locale), path: "recherche"))
    let items = entries.map { entry in
      let isCurrent = entry.module == module && module != "host"
      return HTMLNode.a(
        SitePath(path(entry.path, locale)), entry.title,
        isCurrent ? [.aria("current", current)] : [])
    }
    return .element(.nav, [.class("nav"), .aria("label", words.text("nav.main", locale))], [.ul(items: items)])
  }

  /// The lines about the town hall; those of another language say which.
  private func townHall(_ locale: String) -> [HTMLNode] {
    if let lines = footer.townHall[locale] { return lines.map { .p($0) } }
    guard let other = footer.townHall.min(by: { $0.key < $1.key }) else { return [] }
    return other.value.map { .p($0, [.lang(other.key)]) }
  }

  private func footStart(_ locale: String, _ root: Root) -> [UInt8] {
    let text = { (key: String) in words.text(key, locale) }
    var out = Array("<footer class=\"ground\">\n".utf8)
    out.add(PackageResources.paving_svg)
    out.add("\n<div class=\"inner\">\n")
    var lines = townHall(locale)
    lines.append(.p(text("foot.paper")))
    out = Shell.written(
      .section([], [.h2(text("foot.townHall"))] + lines), root, appendingTo: out)
    var links = footer.links.map { ($0.titles[locale] ?? $0.titles["fr"] ?? $0.path, $0.path) }
    links += [
      (text("page.participate"), "participer"), (text("page.personalData"), "vie-privee"), (text("page.plan"), "plan"),
    ]
    out.add("\n<section><h2>")
    Shell.escape(text("foot.site"), to: &out)
    out.add("</h2><ul>")
    for (title, base) in links {
      out = Shell.written(.element(.li, [], [.a(SitePath(path(base, locale)), title)]), root, appendingTo: out)
    }
    return out
  }

  private func footEnd(_ locale: String, _ root: Root) -> [UInt8] {
    let text = { (key: String) in words.text(key, locale) }
    // The desk is no file: a relative link would lead nowhere in a copy of the site.
    let server = serverAddress ?? facts.address
    let desk = HTMLNode.a(external: server + "desk/", text("foot.desk"))
    // Whoever reads a copy, without the server, learns why these two lead elsewhere.
    let own = HTMLNode.section(
      [],
      [
        .h2(text("foot.server")),
        .ul(items: [.a(external: server + "me", text("foot.me")), desk]),
        .p(words.text("foot.server.text", locale, ["server": ChromeParts.shown(server)])),
      ])
    let section = HTMLNode.section(
      [],
      [
        .h2(text("foot.open")),
        .ul(items: [
          .a(SitePath(path("donnees", locale)), text("page.openData")),
          .a(SitePath(path("modules", locale)), text("page.modules")),
          .a("feed.atom", text("foot.feed")),
        ]),
      ])
    var out = Array("</ul></section>\n".utf8)
    out = Shell.written(.fragment([section, own]), root, appendingTo: out)
    out.add("\n</div>\n</footer>\n</body>\n</html>\n")
    return out
  }
}

extension ChromeParts {
  /// An address as people read it: without scheme and final slash.
  static func shown(_ address: String) -> String {
    var text = Substring(address)
    for scheme in ["https://", "http://"] where text.utf8.starts(with: scheme.utf8) {
      text = text.dropFirst(scheme.utf8.count)
    }
    return String(text.utf8.last == UInt8(ascii: "/") ? text.dropLast() : text)
  }
}

/// Numbers as people read them.
struct DecimalText {
  /// A whole number with thousands set apart: a narrow no-break space in French, a comma in English.
  static func grouped(_ number: Int, _ locale: String) -> String {
    let digits = Array(String(number.magnitude))
    var out = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out += locale == "en" ? "," : "\u{202F}" }
      out.append(digit)
    }
    return out
  }
}
