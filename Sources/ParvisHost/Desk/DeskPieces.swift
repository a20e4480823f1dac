import ParticipationKit

extension DeskRoom {
  /// The address of the current screen, for coming back after an act.
  var here: String {
    let kept = request.query.filter { $0.name != "done" && $0.name != "told" }.map {
      "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))"
    }
    return request.path + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
  }

  /// What every form of the desk carries.
  func hidden(returning path: String) -> [(name: String, value: String)] {
    let once = hexadecimal(host.ports.sealing.random(16))
    return [("form_token", session.formToken), ("once", once), ("return", path), ("lang", locale)]
  }

  /// Hidden inputs for forms that are written here by hand.
  func hiddenInputs(returning path: String) -> [HTMLNode] {
    hidden(returning: path).map {
      .element(.input, [.named("type", "hidden"), .named("name", $0.name), .named("value", $0.value)])
    }
  }

  /// A page of the desk with its menu, and the message of the act just done.
  func page(_ status: Int, title: String, _ body: [HTMLNode]) -> WebResponse {
    var nodes = body
    if let message = doneMessage() {
      nodes.insert(.div([.class("told"), .named("role", "status")], [.p(message)]), at: 0)
    }
    let page = Page(title: title, summary: title, body: moduleBanner + nodes + [signOut()])
    return .html(
      status,
      host.ports.rendering.deskPage(page, String(request.path.dropFirst()), locale, menu(), session.person.name))
  }

  private func doneMessage() -> String? {
    guard let done = request.parameter("done"), let position = Int(done) else { return nil }
    let message = try? host.ports.store.reading { ledgers in
      try ledgers.host.row("SELECT message FROM host_receipt WHERE position = ?", [.integer(position)])?.text("message")
    }
    return (message ?? nil) ?? text("desk.done")
  }

  private func signOut() -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath("desk/sign-out")), .class("sign-out no-print")],
      hiddenInputs(returning: "/desk") + [
        .element(.button, [.class("button quiet"), .named("type", "submit")], [.text(text("desk.signOut"))])
      ])
  }

  /// The menu: what this person may do.
  func menu() -> [RenderingPort.MenuItem] {
    let waiting = (try? host.ports.store.reading { try host.moderation.waiting(areas, in: $0) }) ?? 0
    var items: [RenderingPort.MenuItem] = [item("desk.dashboard", "desk", nil)]
    if may("host.moderate") {
      items.append(item("desk.moderation", "desk/moderation", waiting))
      items.append(item("desk.decided", "desk/decided", nil))
      let appeals =
        (try? host.ports.store.reading { try host.moderation.openAppeals(areas, limit: 100, in: $0).count }) ?? 0
      if appeals > 0 || steps.first == "appeals" { items.append(item("mod.appeals", "desk/appeals", appeals)) }
    }
    if may("host.answer") { items.append(item("desk.answers", "desk/answers", nil)) }
    for entry in host.registry.entries {
      guard let screen = entry.instance.deskScreens.first(where: { may($0.permission) }) else { continue }
      let path = "desk/m/\(entry.manifest.id)/\(screen.name)"
      items.append(
        RenderingPort.MenuItem(
          title: entry.manifest.names[locale] ?? entry.manifest.id, path: SitePath(path),
          isCurrent: steps.first == "m" && steps.dropFirst().first == entry.manifest.id, badge: nil,
          isSeldom: false))
    }
    if may("host.counter") { items.append(item("desk.counter", "desk/counter", nil)) }
    return items + seldom()
  }

  /// What few people need, and not each day.
  private func seldom() -> [RenderingPort.MenuItem] {
    var items: [RenderingPort.MenuItem] = []
    if may("host.letters") { items.append(item("desk.letters", "desk/letters", nil, isSeldom: true)) }
    if may(MailScreens.permission) {
      let failed = (try? host.ports.store.reading { try MailScreens.failed(host, in: $0) }) ?? 0
      items.append(item("desk.mail", "desk/mail", failed, isSeldom: true))
    }
    if may("host.settings") { items.append(item("mod.rules", "desk/rules", nil, isSeldom: true)) }
    if may("host.people") { items.append(item("desk.people", "desk/people", nil, isSeldom: true)) }
    if may("host.people") { items.append(item("desk.data", "desk/data", nil, isSeldom: true)) }
    if may("host.calm") { items.append(item("desk.calm", "desk/calm", nil, isSeldom: true)) }
    if may(RoleBook.managing) { items.append(item("desk.roles", "desk/roles", nil, isSeldom: true)) }
    if may(ModuleScreen.permission) { items.append(item("desk.modules", "desk/modules", nil, isSeldom: true)) }
    items.append(item("desk.security", "desk/security", nil, isSeldom: true))
    return items
  }

  private func item(_ key: String, _ path: String, _ badge: Int?, isSeldom: Bool = false) -> RenderingPort.MenuItem {
    let isCurrent = path == (["desk"] + steps.prefix(1)).joined(separator: "/")
    return RenderingPort.MenuItem(
      title: text(key), path: SitePath(path), isCurrent: isCurrent, badge: badge.flatMap { $0 > 0 ? $0 : nil },
      isSeldom: isSeldom)
  }

  /// The view of a module for screens: its forms post to the desk.
  func view(_ module: String) -> View {
    let room = self
    let pieces = View.Pieces(
      form: { name, key, values, options in try room.form(module, name, key, values, options) },
      discussion: { discussion, block in room.host.ports.rendering.discussion(discussion, block, room.locale) },
      commentForm: { _, _ in .empty },
      answer: { room.host.ports.rendering.answer($0, room.locale) },
      path: { room.host.pagePath($0, room.locale) },
      hostText: { room.text($0, $1) })
    return host.ports.rendering.view(module, locale, pieces)
  }

  /// The form of a staff action; what the person may not do is not shown.
  func form(
    _ module: String, _ name: String, _ key: String, _ values: [String: [String]], _ options: View.FormOptions
  ) throws -> HTMLNode {
    guard let action = host.action(module, name), !action.audience.isPublic, may(action.audience.permission) else {
      return .empty
    }
    let form: Form?
    do {
      form = try host.runner.form(action, key: key, locale: locale, actor: session.actor)
    } catch let problem as Problem {
      // A form outside what the role covers is not offered.
      if problem.status == 403 { return .empty }
      return .p(problem.detail, [.class("told")])
    }
    guard let form else { return .empty }
    let path = "desk/do/\(module)/\(name)" + (key.isEmpty ? "" : "/" + key)
    let id = options.id.isEmpty ? "\(module)-\(name)" + (key.isEmpty ? "" : "-" + ByteText.slug(key)) : options.id
    let state = RenderingPort.FormState(
      action: SitePath(path), id: id,
      values: FileIntake(host: host, module: module, person: session.person.id, locale: locale).shown(values, form),
      errors: [], hidden: hidden(returning: here), locale: locale,
      showsTitle: options.showsTitle, isDesk: true)
    return host.ports.rendering.form(form, state)
  }
}
