import ParticipationKit

// Finding what a person wants to act on: the page by its address or by words, and what on it can be acted on.

extension CounterScreens {
  /// Something to act on, with what it is called.
  private struct Place {
    let subject: Subject
    let title: String
    let anchor: String
  }

  /// The pages that were meant, by address or by words, each with what can be done there.
  func found(_ wanted: String, now: Timestamp, in ledgers: Ledgers) throws -> [HTMLNode] {
    let columns = "module, kind, key, path, depends"
    var rows = try ledgers("publication").rows(
      "SELECT \(columns) FROM publication_document WHERE path = ?", [.text(sitePath(wanted))])
    if rows.isEmpty {
      rows = try ledgers("publication").rows(
        """
        SELECT \(columns) FROM publication_document
        WHERE search IS NOT NULL AND instr(lower(search), lower(?)) > 0 ORDER BY number DESC LIMIT 20
        """, [.text(wanted)])
    }
    let actions = publicActions
    let items = try rows.compactMap { row -> HTMLNode? in
      let subject = Subject(try row.text("module"), try row.text("kind"), try row.text("key"))
      let own = try links(to: actions, for: subject, now: now, in: ledgers)
      let within = try places(within: subject, depends: try row.text("depends"), wanted, now: now, in: ledgers)
      guard !own.isEmpty || !within.isEmpty else { return nil }
      let page = try row.text("path")
      let title = try host.comments.target(subject, locale: room.locale, in: ledgers)?.title ?? page
      return .fragment([.h3(title), .p(page, [.class("meta")]), .ul(items: own + within.map(commentLink))])
    }
    if items.isEmpty { return [.p(room.text("counter.search.none"), [.class("told")])] }
    return [.ol([.class("rows")], items: items)]
  }

  private func links(
    to actions: [(module: String, action: HostedAction)], for subject: Subject, now: Timestamp, in ledgers: Ledgers
  ) throws -> [HTMLNode] {
    try actions.compactMap { module, action in
      let key = module == Comments.id ? subject.description : subject.key
      guard module == Comments.id || module == subject.module else { return nil }
      guard try openForm(action, key, now: now, in: ledgers) != nil else { return nil }
      return link(module, action, key)
    }
  }

  /// What can be commented on within a page, as the items of an agenda: in the order of their numbers; only those that
  /// were meant, when the address names one or its title has the words.
  private func places(
    within page: Subject, depends: String, _ wanted: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> [Place] {
    let comment = host.comments.action
    let subjects = depends.split(separator: "\n").compactMap { Subject(String($0)) }
    let open = try subjects.compactMap { subject -> Place? in
      guard subject != page, let target = try host.comments.target(subject, locale: room.locale, in: ledgers),
        target.document == page,
        try openForm(comment, subject.description, now: now, in: ledgers) != nil
      else { return nil }
      return Place(subject: subject, title: target.title, anchor: target.anchor)
    }.sorted { (number($0.title), $0.title) < (number($1.title), $1.title) }
    let words = ByteText.folded(wanted)
    let anchor = wanted.split(separator: "#", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    let meant = open.filter { place in
      anchor.isEmpty
        ? ByteText.folded(place.title).contains(words) : !place.anchor.isEmpty && anchor.hasPrefix(place.anchor)
    }
    return meant.isEmpty ? open : meant
  }

  private func number(_ title: String) -> Int {
    ByteText.decimal(title.utf8.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) ?? .max
  }

  private func commentLink(_ place: Place) -> HTMLNode {
    let action = host.comments.action
    let title = action.titles[room.locale] ?? action.name
    return .a(
      SitePath("desk/counter/do/\(Comments.id)/\(action.name)/\(place.subject)"),
      room.text("counter.act", ["act": title, "on": place.title]))
  }

  /// An address as people copy it, as the path of a document: without origin, language and suffix.
  private func sitePath(_ wanted: String) -> String {
    var path = Array(wanted.utf8)[...]
    for base in [host.facts.address, host.serverAddress ?? host.facts.address] where path.starts(with: base.utf8) {
      path = path.dropFirst(base.utf8.count)
    }
    path = path.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "?") }
    path = path.drop { $0 == UInt8(ascii: "/") }
    for language in host.facts.languages.dropFirst() where path.starts(with: "\(language)/".utf8) {
      path = path.dropFirst(language.utf8.count + 1)
    }
    if path.suffix(5).elementsEqual(".html".utf8) { path = path.dropLast(5) }
    return String(decoding: path, as: UTF8.self)
  }
}
