import ParticipationKit

/// `/follow/p/<id>-<token>`: what an address follows and how often, and the way out.
struct FollowChoices: Sendable {
  let host: Host

  private func text(_ key: String, _ locale: String, _ arguments: [String: String] = [:]) -> String {
    host.words.text(key, locale, arguments)
  }

  func answer(_ request: WebRequest, _ link: String, _ asked: String) throws -> WebResponse {
    guard let entry = try host.ports.store.reading({ try host.addresses.entry(link: link, "p", in: $0) }) else {
      throw Problem(status: 410, code: "link", detail: text("follow.unknown", asked))
    }
    let locale = entry.locale
    if request.method == "POST" { return try post(request, link, entry, locale) }
    return try page(request, link, entry, locale)
  }

  private func page(
    _ request: WebRequest, _ link: String, _ entry: Addresses.Entry, _ locale: String
  ) throws -> WebResponse {
    let pages = FollowPages(host: host)
    let path = "follow/p/\(link)"
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      var body: [HTMLNode] = []
      if let done = request.parameter("done"), ["confirmed", "saved", "stopped"].contains(done) {
        body.append(.div([.class("told"), .named("role", "status")], [.p(text("follow.done.\(done)", locale))]))
      }
      body.append(.p(text("follow.choices.intro", locale, ["email": entry.email?.description ?? ""])))
      if !entry.stopped.isEmpty { body.append(.p(text("follow.choices.stopped", locale), [.class("told")])) }
      let all = try host.follows.all(entry.id, in: ledgers)
      body.append(all.isEmpty ? .p(text("follow.choices.none", locale)) : try list(all, path, locale, in: ledgers))
      return body
    }
    return pages.page(
      200, text("follow.choices.title", locale),
      body + [
        .h2(text("follow.end.title", locale)),
        .div(
          [.class("actions")],
          [
            pages.button(path, text("follow.end.stop", locale), step: "stop", quiet: true, locale),
            pages.button(path, text("follow.end.data", locale), step: "data", quiet: true, locale),
          ]), .p(text("follow.end.help", locale), [.class("meta")]),
      ], request, locale)
  }

  private func list(
    _ all: [Follows.Followed], _ path: String, _ locale: String, in ledgers: Ledgers
  ) throws -> HTMLNode {
    let rows = try all.enumerated().map { index, followed -> HTMLNode in
      let target = try host.follows.target(followed.subject, locale: locale, in: ledgers)
      let id = "frequency-\(index)"
      let options = Follows.frequencies.map { frequency in
        HTMLNode.element(
          .option,
          [.named("value", frequency)] + (frequency == followed.frequency ? [.flag("selected")] : []),
          [.text(text("follow.frequency.\(frequency)", locale))])
      }
      return .div(
        [.class("field")],
        [
          .element(.label, [.named("for", id)], [.text(target?.title ?? text("follow.gone", locale))]),
          .element(.select, [.id(id), .named("name", "f:\(followed.subject)")], options),
        ])
    }
    return .element(
      .form, [.named("method", "post"), .action(SitePath(path)), .class("sheet")],
      [
        .element(.input, [.named("type", "hidden"), .named("name", "step"), .named("value", "save")])
      ] + rows + [
        .div(
          [.class("actions")],
          [
            .element(
              .button, [.class("button"), .named("type", "submit")], [.text(text("follow.choices.submit", locale))])
          ])
      ])
  }

  private func post(
    _ request: WebRequest, _ link: String, _ entry: Addresses.Entry, _ locale: String
  ) throws -> WebResponse {
    let raw = try deskForm(request, host, locale)
    switch raw.first("step") {
    case "save":
      try host.ports.store.perform { ledgers in
        for followed in try host.follows.all(entry.id, in: ledgers) {
          let wanted = raw.first("f:\(followed.subject)")
          guard Follows.frequencies.contains(wanted), wanted != followed.frequency else { continue }
          try host.follows.set(wanted, entry.id, followed.subject, in: ledgers)
          if wanted != "none" { try host.addresses.allowAfterChoice(entry, in: ledgers) }
        }
      }
      return .redirect("/follow/p/\(link)?done=saved")
    case "stop":
      try host.ports.store.perform { try host.follows.stop(entry, scope: "all", in: $0) }
      return .redirect("/follow/p/\(link)?done=stopped")
    case "data": return try sendDataLink(request, entry, locale)
    default: throw Problem(status: 400, code: "step", detail: text("error.choice", locale))
    }
  }

  /// Sends the personal link to what is held about the address, to see, take along and erase it. This page's own link
  /// stands in every mail and works as long as the address is known, so who has an old mail must not erase with it.
  private func sendDataLink(_ request: WebRequest, _ entry: Addresses.Entry, _ locale: String) throws -> WebResponse {
    guard let email = entry.email else {
      throw Problem(status: 410, code: "link", detail: text("follow.unknown", locale))
    }
    try DataLinks(host: host).send(to: email.description, locale: locale)
    return FollowPages(host: host).page(
      202, text("follow.data.title", locale), [.p(text("follow.data.sent", locale), [.class("lead")])], request, locale)
  }
}

extension Addresses {
  /// Somebody who had stopped everything and now chooses a frequency wants mail again; a refused address stays stopped
  /// until the town hall allows it.
  func allowAfterChoice(_ entry: Entry, in ledgers: Ledgers) throws {
    if entry.stopped == "choice" { try allow(entry.id, in: ledgers) }
  }
}
