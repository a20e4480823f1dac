public import ParticipationKit

/// The files that depend on the configuration and the program alone.
struct StaticFiles {
  let shell: Shell
  let facts: CommuneFacts

  var all: [(path: String, bytes: [UInt8])] {
    [
      ("assets/parvis.css", PackageResources.parvis_css), ("assets/parvis.js", PackageResources.parvis_js),
      ("assets/search.js", PackageResources.search_js), ("assets/desk.js", PackageResources.desk_js),
      ("assets/commune.css", shell.accent.css),
      ("assets/icon.svg", shell.accent.icon),
      ("robots.txt", robots), ("404.html", notFound),
    ]
  }

  /// robots.txt (RFC 9309): the desk and receipts are nobody's to list.
  private var robots: [UInt8] {
    var out = Array("User-agent: *\n".utf8)
    for folder in ["desk/", "receipt/"] { out.add("Disallow: \(WebAddress(facts.address).path)\(folder)\n") }
    out.add("\nSitemap: \(facts.address)\(Sitemap.indexPath)\n")
    return out
  }

  /// The page for what does not exist. It is served at any depth, so its links start at the server's root.
  private var notFound: [UInt8] {
    let locale = facts.languages.first ?? "fr"
    let text = { (key: String) in shell.words.text(key, locale) }
    let path = { (base: String) in SitePath(base + ".html") }
    var body: [HTMLNode] = [
      .p(text("missing.lead"), [.class("lead")]),
      .ul(items: [
        .a(path("index"), text("missing.home")), .a(path("recherche"), text("missing.search")),
        .a(path("plan"), text("missing.plan")),
      ]),
    ]
    for other in facts.languages.dropFirst() {
      let link = HTMLNode.a(SitePath("\(other)/index.html"), shell.words.text("missing.home", other))
      body.append(.p([.lang(other)], [.text(shell.words.text("missing.lead", other)), " ", link]))
    }
    let page = Page(title: text("missing.title"), summary: "", kicker: text("missing.kicker"), body: body)
    var out: [UInt8] = []
    let place = Place(path: "404.html", locale: locale, module: "host", isIndexed: false)
    shell.append(page, at: place, base: WebAddress(facts.address).path, to: &out)
    return out
  }
}

/// Whom to tell about a weakness: `.well-known/security.txt` (RFC 9116).
public struct SecurityText: Sendable {
  /// `mailto:` or `https:` addresses, the preferred first.
  public let contacts: [String]
  /// Until when the file counts; less than a year ahead. From the configuration, so that a build gives the same bytes.
  public let expires: Timestamp
  /// The languages that are understood.
  public let languages: [String]

  /// Makes the text.
  public init(contacts: [String], expires: Timestamp, languages: [String] = ["fr", "en"]) {
    self.contacts = contacts
    self.expires = expires
    self.languages = languages
  }

  /// The file, its lines ended by CRLF.
  func bytes(address: String) -> [UInt8] {
    var lines = contacts.map { "Contact: " + ByteText.singleLine($0) }
    lines.append("Expires: " + expires.rfc3339)
    lines.append("Preferred-Languages: " + languages.joined(separator: ", "))
    lines.append("Canonical: \(address).well-known/security.txt")
    return lines.flatMap { Array($0.utf8) + [0x0D, 0x0A] }
  }
}
