public import ParticipationKit

extension Shell {
  /// The whole HTML document of a desk page: the frame that staff see. Its links start at the server's root.
  /// - Parameters:
  ///   - page: The page.
  ///   - place: Where it stands; the path decides how far links climb.
  ///   - menu: The desk's menu; a badge counts what waits.
  ///   - person: The name of who is signed in; empty before signing in.
  public func deskPage(
    _ page: Page, at place: Place, menu: [(title: String, path: SitePath, isCurrent: Bool, badge: Int?)], person: String
  ) -> [UInt8] {
    let text = { (key: String) in words.text(key, place.locale) }
    let root = Root.relative(SitePath(place.path).depth)
    var out = chrome.parts(locale: place.locale, root: root, module: "host").head
    let title = TitleText.set(page.title, locale: place.locale)
    out.add("<title>")
    Shell.escape(title, to: &out)
    out.add(" – ")
    Shell.escape(facts.name, to: &out)
    out.add("</title>\n<meta name=\"robots\" content=\"noindex\">\n<script src=\"")
    ChromeParts.appendPath("assets/desk.js", root, to: &out)
    out.add("\" defer></script>\n</head>\n<body class=\"desk\">\n")
    out.add("<a class=\"skip\" href=\"#main\">")
    Shell.escape(text("nav.skip"), to: &out)
    out.add("</a>\n")
    let motto = person.isEmpty ? text("desk.title") : words.text("desk.of", place.locale, ["name": person])
    let items = menu.map { entry -> HTMLNode in
      var content: [HTMLNode] = [.text(entry.title)]
      if let badge = entry.badge, badge > 0 { content += [" ", .element(.b, [.class("badge")], ["\(badge)"])] }
      return .element(.a, [.href(entry.path)] + (entry.isCurrent ? [.aria("current", "page")] : []), content)
    }
    let home = HTMLNode.a(SitePath("index.html"), text("desk.seeSite"))
    let header = HTMLNode.element(
      .header, [.class("masthead")],
      [
        .div(
          [.class("inner")],
          [
            .a("desk/", facts.name, [.class("plaque")]), .p(motto, [.class("motto")]),
            .element(.nav, [.class("nav"), .aria("label", text("desk.title"))], [.ul(items: items + [home])]),
          ])
      ])
    out = Shell.written(header, root, appendingTo: out)
    out.add("\n")
    if !page.crumbs.isEmpty {
      let crumbs = page.crumbs.map { HTMLNode.a($0.path, $0.title) }
      let nav = HTMLNode.element(
        .nav, [.class("crumbs"), .aria("label", text("nav.crumbs"))],
        [.element(.ol, [], crumbs.map { .element(.li, [], [$0]) })])
      out = Shell.written(nav, root, appendingTo: out)
      out.add("\n")
    }
    out.add(ChromeParts.mainStart)
    if !page.kicker.isEmpty { out = Shell.written(.p(page.kicker, [.class("kind")]), root, appendingTo: out) }
    if page.showsTitle { out = Shell.written(.h1(title), root, appendingTo: out) }
    out = Shell.written(page.body, root, appendingTo: out)
    out.add("\n</main>\n</body>\n</html>\n")
    return out
  }
}
