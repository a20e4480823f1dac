public import ParticipationKit

extension Shell {
  /// The whole HTML document of a desk page: the frame that staff see. Its links start at the server's root.
  /// - Parameters:
  ///   - page: The page.
  ///   - place: Where it stands; the path decides how far links climb.
  ///   - menu: The desk's menu; what is used seldom folds away.
  ///   - person: The name of who is signed in; empty before signing in.
  public func deskPage(
    _ page: Page, at place: Place, menu: [DeskMenuItem], person: String
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
    let header = HTMLNode.element(
      .header, [.class("masthead")],
      [
        .div(
          [.class("inner")],
          [
            .a("desk/", facts.name, [.class("plaque")]), .p(motto, [.class("motto")]),
            deskMenu(menu, text),
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

  /// The menu: each day's screens in the open, administration behind one button, so that a phone shows the work first.
  private func deskMenu(_ menu: [DeskMenuItem], _ text: (String) -> String) -> HTMLNode {
    var items = menu.filter { !$0.isSeldom }.map(\.link) + [HTMLNode.a(SitePath("index.html"), text("desk.seeSite"))]
    let seldom = menu.filter(\.isSeldom)
    if seldom.count == 1 { items.append(seldom[0].link) }
    var nodes = [HTMLNode.ul(items: items)]
    if seldom.count > 1 {
      let waiting = seldom.reduce(0) { $0 + ($1.badge ?? 0) }
      let title = HTMLNode.element(.summary, [], DeskMenuItem.words(text("desk.more"), waiting))
      let isOpen = seldom.contains(where: \.isCurrent) ? [HTMLAttribute.flag("open")] : []
      nodes.append(.element(.details, [.class("more")] + isOpen, [title, .ul(items: seldom.map(\.link))]))
    }
    return .element(.nav, [.class("nav"), .aria("label", text("desk.title"))], nodes)
  }
}

/// An entry of the desk's menu.
public struct DeskMenuItem: Sendable {
  let title: String
  let path: SitePath
  let isCurrent: Bool
  let badge: Int?
  let isSeldom: Bool

  /// Makes an entry; a badge counts what waits there, and what is used seldom folds away.
  public init(title: String, path: SitePath, isCurrent: Bool, badge: Int?, isSeldom: Bool) {
    self.title = title
    self.path = path
    self.isCurrent = isCurrent
    self.badge = badge
    self.isSeldom = isSeldom
  }

  var link: HTMLNode {
    .element(.a, [.href(path)] + (isCurrent ? [.aria("current", "page")] : []), Self.words(title, badge ?? 0))
  }

  static func words(_ title: String, _ waiting: Int) -> [HTMLNode] {
    waiting > 0 ? [.text(title), " ", .element(.b, [.class("badge")], ["\(waiting)"])] : [.text(title)]
  }
}
