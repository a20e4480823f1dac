/// Where a page stands in the site.
public struct Place: Sendable {
  /// The file, as `agenda/x.html` or `en/agenda/x.html`.
  public let path: String
  /// The language.
  public let locale: String
  /// The module; `host` for the host's own pages.
  public let module: String
  /// The same page in every language, this one included.
  public let alternates: [(locale: String, path: String)]
  /// The feeds that belong to the page.
  public let feeds: [(title: String, path: String)]
  /// The same data as JSON; nil for none.
  public let jsonPath: String?
  /// Whether search engines may list the page.
  public let isIndexed: Bool

  /// Makes a place.
  public init(
    path: String, locale: String, module: String, alternates: [(locale: String, path: String)] = [],
    feeds: [(title: String, path: String)] = [], jsonPath: String? = nil, isIndexed: Bool = true
  ) {
    self.path = path
    self.locale = locale
    self.module = module
    self.alternates = alternates
    self.feeds = feeds
    self.jsonPath = jsonPath
    self.isIndexed = isIndexed
  }
}

/// One entry of the main navigation.
public struct NavigationItem: Sendable {
  /// The module whose pages the entry stands for; `host` for a page of the host.
  public let module: String
  /// The words, by locale.
  public let titles: [String: String]
  /// The path without language and suffix, as `agenda/index`.
  public let path: String

  /// Makes an entry.
  public init(module: String, titles: [String: String], path: String) {
    self.module = module
    self.titles = titles
    self.path = path
  }

  func title(_ locale: String) -> String { titles[locale] ?? titles["fr"] ?? titles["en"] ?? module }
}

/// What the foot of every page says about the town hall, and the links it has besides the usual ones.
public struct FooterContent: Sendable {
  /// The lines about the town hall (address, hours, telephone), by locale; another language shows what there is.
  public let townHall: [String: [String]]
  /// More links: words by locale, path without language and suffix.
  public let links: [(titles: [String: String], path: String)]

  /// Makes the content; nothing by default.
  public init(townHall: [String: [String]] = [:], links: [(titles: [String: String], path: String)] = []) {
    self.townHall = townHall
    self.links = links
  }
}

/// Bytes with the small appends that pages are put together from.
extension [UInt8] {
  mutating func add(_ text: String) { append(contentsOf: text.utf8) }

  mutating func add(_ bytes: [UInt8]) { append(contentsOf: bytes) }
}
