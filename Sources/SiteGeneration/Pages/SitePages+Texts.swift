internal import ParticipationKit

extension SitePages {
  /// How to take part, and the charter with its reasons.
  func participatePage(_ locale: String) -> Page {
    let text = { (key: String) in self.text(key, locale) }
    var body: [HTMLNode] = [
      .p(text("participate.lead"), [.class("lead")]), .h2(text("participate.steps")),
      .ol(items: (1...3).map { .text(text("participate.step\($0)")) }),
    ]
    if !sources.rulesPage.isEmpty {
      body.append(.p([], [.a(path(sources.rulesPage, locale), text("participate.rules"))]))
    }
    if !sources.reasons.isEmpty {
      body.append(.h2(text("participate.charter"), [.id("charte")]))
      body.append(.ul(items: sources.reasons.map { .text(SitePages.pick($0, locale)) }))
    }
    body += [
      .h2(text("participate.name")), .p(text("participate.nameText")),
      .p([], [.a(path("vie-privee", locale), text("page.personalData"))]),
    ]
    return Page(title: text("page.participate"), summary: text("participate.lead"), body: body)
  }

  /// Open data: the JSON resources, the API and the streams.
  func dataPage(_ locale: String) -> Page {
    let text = { (key: String) in self.text(key, locale) }
    var body: [HTMLNode] = [
      .p(text("data.lead"), [.class("lead")]), .h2(text("data.api")), .p(text("data.pages")),
      .ul(items: [
        .a("api/v1/index.json", text("data.index")), .a("api/v1/openapi.json", text("data.openapi")),
        .a(SitePath(CommuneFeed.path), text("data.feed")),
      ]),
    ]
    if !sources.streams.isEmpty {
      let rows = sources.streams.map { entry -> [HTMLNode] in
        let suffix = entry.stream.format.suffix
        let file = SitePath("\(entry.module)/\(entry.stream.name).\(suffix)")
        let module = sources.modules.first { $0.id == entry.module }
        let title = HTMLNode.a(file, SitePages.pick(entry.stream.titles, locale))
        let asOf = entry.stream.hasMetadataFile ? SitePath("\(file)\(Stream.metadataSuffix)") : nil
        return [
          asOf.map { .fragment([title, " ", .a($0, text("data.asOf"), [.class("meta")])]) } ?? title,
          .text(SitePages.formats[suffix] ?? suffix),
          .text(module.map { SitePages.pick($0.names, locale) } ?? entry.module),
        ]
      }
      body.append(
        .table(
          caption: text("data.streams"), headings: [text("data.file"), text("data.format"), text("data.module")],
          rows: rows))
    }
    body += problems(locale)
    return Page(title: text("page.openData"), summary: text("data.lead"), body: body)
  }

  /// The problem types of the host (RFC 9457) with their statuses: each `type` leads to its line.
  private static let problemTypes: [(code: String, status: Int)] = [
    ("invalid", 422), ("json", 400), ("encoding", 400), ("too-many-fields", 400), ("media-type", 415),
    ("too-large", 413), ("method", 405), ("not-found", 404), ("forbidden", 403), ("conflict", 409), ("calm", 409),
    ("link", 410), ("idempotency-key-reused", 422), ("robot", 400),
    ("too-many", 429), ("quota", 429), ("idempotency-key", 400), ("busy", 503), ("module", 503), ("disk", 503),
    ("full", 507), ("internal", 500),
  ]

  private func problems(_ locale: String) -> [HTMLNode] {
    let text = { (key: String) in self.text(key, locale) }
    let rows = SitePages.problemTypes.map { problem -> [HTMLNode] in
      [
        .element(.code, [.id("problem-\(problem.code)")], [.text(problem.code)]), .text(String(problem.status)),
        .text(text("problem.\(problem.code)")),
      ]
    }
    let headings = [text("problems.code"), text("problems.status"), text("problems.meaning")]
    return [
      .h2(text("problems")), .p(text("problems.lead")),
      .table(caption: text("problems"), headings: headings, rows: rows),
    ]
  }

  /// What is kept about persons, from the modules' statements.
  func personalDataOrigin(_ labels: [String: String]) -> Origin {
    let entry = SearchEntry(title: text("page.personalData", facts.languages.first ?? "fr"))
    return Origin(page: "personal-data", path: "vie-privee", stage: Origin.Stage(order: 2), labels: labels) {
      snapshot in
      var made: [String: [HTMLNode]] = [:]
      for locale in facts.languages { made[locale] = try sources.privacy?.nodes(snapshot.context("host"), locale) }
      let sections = made
      return Document(
        value: nil, dependsOn: sources.privacy?.dependsOn ?? [], updated: Timestamp(milliseconds: 0), search: entry
      ) { personalDataPage($0.locale, sections[$0.locale] ?? []) }
    }
  }

  private func personalDataPage(_ locale: String, _ sections: [HTMLNode]) -> Page {
    let text = { (key: String) in self.text(key, locale) }
    var body: [HTMLNode] = [
      .p(text("personal.lead"), [.class("lead")]), .h2(text("personal.host")), .p(text("personal.hostText")),
    ]
    for module in sources.modules {
      body.append(.h2(SitePages.pick(module.names, locale)))
      body.append(.p(SitePages.pick(module.personalData.texts, locale)))
    }
    body += sections + [.h2(text("personal.rights")), .p(text("personal.rightsText"))]
    return Page(title: text("page.personalData"), summary: text("personal.lead"), body: body)
  }

  /// The modules with their licences.
  func modulesPage(_ locale: String) -> Page {
    let text = { (key: String) in self.text(key, locale) }
    var body: [HTMLNode] = [.p(text("modules.lead"), [.class("lead")])]
    if !sources.modules.isEmpty {
      let headings = ["name", "version", "owner", "licence"].map { text("modules.\($0)") }
      let rows = sources.modules.map { module -> [HTMLNode] in
        [
          .text(SitePages.pick(module.names, locale)), .text(module.version), .text(module.owner),
          .text(module.licence),
        ]
      }
      body.append(.table(caption: text("page.modules"), headings: headings, rows: rows))
    }
    return Page(title: text("page.modules"), summary: text("modules.lead"), body: body)
  }

  /// The plan of the site: the ways to every page.
  func planPage(_ locale: String) -> Page {
    let text = { (key: String) in self.text(key, locale) }
    let sections = sources.navigation.map { HTMLNode.a(path($0.path, locale), $0.title(locale)) }
    var own =
      [
        ("index", text("nav.home")), ("recherche", text("nav.search")), ("participer", text("page.participate")),
        ("vie-privee", text("page.personalData")), ("donnees", text("page.openData")),
        ("modules", text("page.modules")),
      ] + sources.ownPages.map { ($0.path, SitePages.pick($0.titles, locale)) }
    if !sources.reasons.isEmpty { own.append(("moderation/index", text("page.moderation"))) }
    own += content.map { ($0.name, $0.versions[locale]?.title ?? $0.versions.values.first?.title ?? $0.name) }
    var body: [HTMLNode] = []
    if !sections.isEmpty { body += [.h2(text("plan.sections")), .ul(items: sections)] }
    body += [.h2(text("plan.pages")), .ul(items: own.map { .a(path($0.0, locale), $0.1) })]
    return Page(title: text("page.plan"), summary: text("page.plan"), body: body)
  }

  private static let formats = [
    "atom": "Atom", "geojson": "GeoJSON", "csv": "CSV", "ics": "iCalendar", "ndjson": "NDJSON",
  ]

  /// The text in a language, in French or English when there is none.
  static func pick(_ texts: [String: String], _ locale: String) -> String {
    texts[locale] ?? texts["fr"] ?? texts["en"] ?? ""
  }
}
