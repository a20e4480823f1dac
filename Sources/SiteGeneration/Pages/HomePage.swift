internal import ParticipationKit

/// The front page: the notices of the modules on the board.
struct HomePage: Sendable {
  let pages: SitePages

  var origin: Origin {
    Origin(page: "home", path: "index", stage: Origin.Stage(order: 2), labels: pages.labels("nav.home")) { snapshot in
      try document(snapshot)
    }
  }

  private func document(_ snapshot: Snapshot) throws -> Document {
    var contents: [(module: String, content: SlotContent)] = []
    for (module, contribution) in pages.sources.slots where contribution.slot == .home {
      if let content = try contribution.load(snapshot.context(module)) { contents.append((module, content)) }
    }
    // Each notice is made with its own module's view, which stays with the snapshot: so all of them are made here.
    var made: [String: [HTMLNode]] = [:]
    for locale in pages.facts.languages {
      made[locale] = try contents.map { try $0.content.node(snapshot.view($0.module, locale)) }
    }
    let notices = made
    return Document(
      value: nil, dependsOn: contents.flatMap(\.content.dependsOn),
      changesAt: contents.compactMap(\.content.changesAt).min(),
      updated: Timestamp(milliseconds: 0)
    ) { view in
      page(notices[view.locale] ?? [], view.locale)
    }
  }

  private func page(_ notices: [HTMLNode], _ locale: String) -> Page {
    let text = { (key: String) in pages.text(key, locale, ["commune": pages.facts.name]) }
    var body: [HTMLNode] = [.p(text("home.lead"), [.class("lead")])]
    let shown = notices.filter { !$0.isEmpty }
    if !shown.isEmpty {
      let pins = shown.enumerated().map { index, node in
        HTMLNode.element(.li, index == 0 ? [.class("large")] : [], [node])
      }
      body.append(
        .section(
          [.class("board"), .aria("labelledby", "board")],
          [
            .div([.class("board-head")], [.h2(text("home.board"), [.id("board")])]),
            .element(.ul, [.class("pins")], pins),
          ]))
    }
    let steps = ["write", "read", "answer"].map { step in
      HTMLNode.fragment([.strong(text("home.\(step)")), " ", .text(text("home.\(step)Text"))])
    }
    body.append(
      .section(
        [.aria("labelledby", "part")],
        [
          .h2(text("home.steps"), [.id("part")]), .ol(items: steps),
          .p([], [.a(pages.path("participer", locale), text("home.more"))]),
        ]))
    return Page(title: text("home.title"), summary: text("home.lead"), body: body)
  }
}

/// The search page: a form that a script answers from the shards.
struct SearchPage: Sendable {
  let pages: SitePages

  var origin: Origin {
    Origin(
      page: "search", path: "recherche", stage: .search, labels: pages.labels("nav.search"), isListed: false,
      script: "assets/search.js",
      withoutScript: { view in
        .p(
          [.class("told")],
          [
            .text(pages.text("search.noScript", view.locale)), " ",
            .a(pages.path("plan", view.locale), pages.text("page.plan", view.locale)),
          ])
      }
    ) { snapshot in
      let shards = snapshot.searchShards
      return Document(value: nil, updated: Timestamp(milliseconds: 0)) { page(shards, $0.locale) }
    }
  }

  private func page(_ shards: [Int], _ locale: String) -> Page {
    let text = { (key: String) in pages.text(key, locale) }
    // Shards lie at the root; rows are paths in the page's own language.
    let climb = locale == pages.facts.languages.first ? "" : "../"
    let form = HTMLNode.element(
      .form,
      [
        .class("search"), .named("role", "search"), .action(pages.path("recherche", locale)), .named("method", "get"),
        .data("shards", shards.map { String($0) }.joined(separator: " ")),
        .data("path", "\(climb)search/\(locale)-"), .data("words", "\(climb)search/words-\(locale)-"),
        .data("results", "results"),
      ],
      [
        .div(
          [.class("field")],
          [
            .element(.label, [.named("for", "q")], [.text(text("search.label"))]),
            .element(
              .input, [.id("q"), .named("name", "q"), .named("type", "search"), .named("autocomplete", "off")]),
          ]),
        .element(.button, [.class("button"), .named("type", "submit")], [.text(text("search.button"))]),
      ])
    let results = HTMLNode.div(
      [.id("results")],
      [.p([.named("role", "status"), .aria("live", "polite")], []), .element(.ol, [.class("rows")])])
    // What can be found, and other ways to it, until something is typed.
    let sections = pages.sources.navigation.map { HTMLNode.a(pages.path($0.path, locale), $0.title(locale)) }
    var tips: [HTMLNode] = [
      .h2(text("search.tips")), .ul(items: (1...3).map { .text(text("search.tip\($0)")) }),
      .h2(text("search.browse")),
    ]
    tips.append(.ul([.class("filters")], items: sections + [.a(pages.path("plan", locale), text("page.plan"))]))
    return Page(
      title: text("search.title"), summary: text("search.lead"),
      body: [.p(text("search.lead"), [.class("lead")]), form, results, .div([.id("search-tips")], tips)])
  }
}
