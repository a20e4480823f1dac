public import ParticipationKit

/// The host's own pages: front page, search, how to take part, open data, personal data, modules, plan, and the pages
/// of `content/pages`.
public struct SitePages: Sendable {
  /// What the pages are made from.
  public struct Sources: Sendable {
    /// The menu.
    public let navigation: [NavigationItem]
    /// The contributions to the front page; each gives one `article` of class `notice`.
    public let slots: [(module: String, contribution: SlotContribution)]
    /// The modules that are installed.
    public let modules: [Manifest]
    /// The streams of all modules.
    public let streams: [(module: String, stream: Stream)]
    /// The reasons for which a text is refused, by locale, in the order of the charter.
    public let reasons: [[String: String]]
    /// What the host adds to the page on personal data, from its tables; nil for nothing.
    public let privacy: PrivacySections?
    /// The files of `content/pages`.
    public let content: [ContentFile]
    /// Further pages of the host, which the plan names: path without suffix and titles.
    public let ownPages: [(path: String, titles: [String: String])]
    /// The path of the page that says the rules of moderation in force, which the page on taking part leads to; empty
    /// for none.
    public let rulesPage: String

    /// Makes the sources.
    public init(
      navigation: [NavigationItem] = [], slots: [(module: String, contribution: SlotContribution)] = [],
      modules: [Manifest] = [], streams: [(module: String, stream: Stream)] = [], reasons: [[String: String]] = [],
      privacy: PrivacySections? = nil, content: [ContentFile] = [],
      ownPages: [(path: String, titles: [String: String])] = [], rulesPage: String = ""
    ) {
      self.navigation = navigation
      self.slots = slots.sorted { a, b in
        (a.contribution.order, a.module) < (b.contribution.order, b.module)
      }
      self.modules = modules
      self.streams = streams
      self.reasons = reasons
      self.privacy = privacy
      self.content = content
      self.ownPages = ownPages
      self.rulesPage = rulesPage
    }
  }

  /// Sections that the host adds to the page on personal data.
  public struct PrivacySections: Sendable {
    /// What they change with.
    public let dependsOn: [Subject]
    /// The sections in a language, from the tables of the host.
    public let nodes: @Sendable (RenderContext, _ locale: String) throws -> [HTMLNode]

    /// Makes sections.
    public init(
      dependsOn: [Subject], nodes: @escaping @Sendable (RenderContext, _ locale: String) throws -> [HTMLNode]
    ) {
      self.dependsOn = dependsOn
      self.nodes = nodes
    }
  }

  let facts: CommuneFacts
  let words: Words
  let sources: Sources
  let content: [ContentPage]

  /// Reads the pages of the commune.
  /// - Parameters:
  ///   - facts: The commune.
  ///   - words: The host's words, see ``SiteWords``.
  ///   - sources: What the pages are made from.
  ///   - markdown: Renders Markdown.
  /// - Throws: ``ContentError`` with all that is wrong in `content/pages`.
  public init(
    facts: CommuneFacts, words: Words, sources: Sources,
    markdown: (String, MarkdownPolicy) throws -> MarkdownText
  ) throws {
    self.facts = facts
    self.words = words
    self.sources = sources
    content = try ContentPage.read(sources.content, languages: facts.languages, markdown: markdown)
  }

  /// The links that pages of `content/pages` with `menu: footer` add to the foot; for ``FooterContent``.
  public var footerLinks: [(titles: [String: String], path: String)] {
    content.filter(\.isInFooter).map { ($0.versions.mapValues(\.title), $0.name) }
  }

  /// The pages as origins of documents.
  func origins() -> [Origin] {
    let first = facts.languages.first ?? "fr"
    let labels = labels("page.page")
    var origins = [HomePage(pages: self).origin, SearchPage(pages: self).origin]
    let own: [(kind: String, path: String, page: @Sendable (SitePages, String) -> Page)] = [
      ("participate", "participer", { $0.participatePage($1) }), ("data", "donnees", { $0.dataPage($1) }),
      ("modules", "modules", { $0.modulesPage($1) }),
      ("plan", "plan", { $0.planPage($1) }),
    ]
    for entry in own {
      let page = entry.page
      let entrySearch = SearchEntry(title: page(self, first).title)
      origins.append(
        Origin(page: entry.kind, path: entry.path, stage: Origin.Stage(order: 2), labels: labels) { _ in
          Document(value: nil, updated: Timestamp(milliseconds: 0), search: entrySearch) { page(self, $0.locale) }
        })
    }
    origins.append(personalDataOrigin(labels))
    for page in content {
      origins.append(
        Origin(page: "page-" + page.name, path: page.name, stage: Origin.Stage(order: 2), labels: labels) { _ in
          page.document(first)
        })
    }
    return origins
  }

  /// A text in every language of the commune.
  func labels(_ key: String) -> [String: String] {
    Dictionary(facts.languages.map { ($0, words.text(key, $0)) }, uniquingKeysWith: { first, _ in first })
  }

  func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    words.text(key, locale, arguments)
  }

  /// The page of a path without suffix, in a language.
  func path(_ base: String, _ locale: String) -> SitePath {
    SitePath(locale == facts.languages.first ? base + ".html" : "\(locale)/\(base).html")
  }
}

extension ContentPage {
  /// The page as a document; in a language that it lacks, the text stands in the first one and says so.
  func document(_ first: String) -> Document {
    let main = versions[first]
    let entry = main.map { SearchEntry(title: $0.title) }
    return Document(value: nil, updated: updated, search: entry) { view in
      let found = versions[view.locale]
      let version = found ?? main ?? Version(title: name, summary: "", body: .empty, plainText: "")
      let body: HTMLNode = found == nil ? .div([.lang(first)], [version.body]) : version.body
      return Page(title: version.title, summary: version.summary, body: [body])
        .titled(in: found == nil ? first : view.locale)
    }
  }
}
