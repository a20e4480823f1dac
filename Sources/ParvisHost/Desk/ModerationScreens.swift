import ParticipationKit

/// The one queue over all modules: a list to pick from, a way to read one after the other, a case with everything about
/// it, and what was decided.
struct ModerationScreens: Sendable {
  static let pageSize = 20

  let room: DeskRoom

  var host: Host { room.host }
  var queue: ModerationQueue { host.moderation }
  private var cards: CaseCard { CaseCard(room: room) }

  func get(_ steps: [String]) throws -> WebResponse {
    try room.require("host.moderate")
    let filter = QueueFilter(room.request, person: room.session.person.id, areas: room.areas)
    // A flood must not keep the page waiting on which it is stopped, nor a full disk: what is left is compared later.
    try? host.compareWords(seconds: 1)
    switch steps.first {
    case nil: return try list(filter)
    case "read": return try reading(filter)
    case let step?:
      guard steps.count == 1, let id = Int(step) else { throw Problem.notFound(room.text("error.notFound")) }
      return try single(id)
    }
  }

  private var after: Int { Int(room.request.parameter("after") ?? "") ?? .min }

  // MARK: The list

  private func list(_ filter: QueueFilter) throws -> WebResponse {
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      let waiting = try queue.waiting(room.areas, in: ledgers)
      let entries = try queue.pending(filter, after: after, limit: ModerationScreens.pageSize + 1, in: ledgers)
      var nodes: [HTMLNode] = [try filters(filter, in: ledgers)]
      guard !entries.isEmpty else { return nodes + [.p(room.text("desk.queue.empty"), [.class("lead")])] }
      nodes.append(head(waiting, filter))
      for entry in entries.prefix(ModerationScreens.pageSize) {
        nodes.append(try cards.node(entry, .list, in: ledgers))
      }
      if entries.count > ModerationScreens.pageSize {
        nodes.append(nextLink(after: entries[ModerationScreens.pageSize - 1].id, filter))
      }
      return nodes + [cards.bulkForm()]
    }
    return room.page(200, title: room.text("desk.moderation"), told() + body)
  }

  private func head(_ waiting: Int, _ filter: QueueFilter) -> HTMLNode {
    .div(
      [.class("queue-head")],
      [
        .p(room.text("desk.queue.count", ["count": String(waiting)]), [.class("lead")]),
        getForm(
          "desk/moderation/read", [("kind", filter.kind), ("category", filter.category), ("view", filter.view)],
          room.text("mod.read.start"), "button"),
      ])
  }

  /// A link with parameters: a form, since links of the desk are paths alone.
  private func getForm(
    _ path: String, _ values: [(String, String)], _ label: String, _ look: String
  ) -> HTMLNode {
    let inputs = values.filter { !$0.1.isEmpty }.map {
      HTMLNode.element(.input, [.named("type", "hidden"), .named("name", $0.0), .named("value", $0.1)])
    }
    let button = HTMLNode.element(.button, [.class(look), .named("type", "submit")], [.text(label)])
    return .element(.form, [.named("method", "get"), .action(SitePath(path))], inputs + [button])
  }

  private func nextLink(after id: Int, _ filter: QueueFilter) -> HTMLNode {
    getForm(
      "desk/moderation",
      [("kind", filter.kind), ("category", filter.category), ("view", filter.view), ("after", String(id))],
      room.text("desk.queue.next"), "button quiet")
  }

  private func filters(_ filter: QueueFilter, in ledgers: Ledgers) throws -> HTMLNode {
    let counts = try queue.counts(in: ledgers).filter { room.mayModerate($0.area) }
    var kinds: [(kind: String, title: String, count: Int)] = []
    for count in counts {
      let kind = "\(count.module)/\(count.kind)"
      if kinds.last?.kind == kind {
        kinds[kinds.count - 1].count += count.waiting
      } else {
        kinds.append((kind, host.kindTitle(count.module, count.kind, room.locale), count.waiting))
      }
    }
    let flagged = counts.reduce(0) { $0 + $1.flagged }
    let embargoed = try queue.embargoed(room.areas, in: ledgers)
    if kinds.count < 2, flagged == 0, embargoed == 0, filter.query.isEmpty { return .empty }
    func option(_ value: String, _ label: String, _ chosen: String) -> HTMLNode {
      .element(.option, [.named("value", value)] + (value == chosen ? [.flag("selected")] : []), [.text(label)])
    }
    func select(_ name: String, _ label: String, _ options: [HTMLNode]) -> HTMLNode {
      let id = "filter-" + name
      return .div(
        [.class("field")],
        [
          .element(.label, [.named("for", id)], [.text(label)]),
          .element(.select, [.id(id), .named("name", name)], options),
        ])
    }
    var fields = [
      select(
        "kind", room.text("mod.filter.kind"),
        [option("", room.text("mod.filter.all"), filter.kind)]
          + kinds.map { option($0.kind, "\($0.title) (\($0.count))", filter.kind) })
    ]
    let categories = counts.filter { "\($0.module)/\($0.kind)" == filter.kind && !$0.category.isEmpty }
    if !categories.isEmpty {
      fields.append(
        select(
          "category", room.text("mod.filter.category"),
          [option("", room.text("mod.filter.all"), filter.category)]
            + categories.map {
              option(
                $0.category,
                "\(host.categoryTitle($0.module, $0.kind, $0.category, room.locale)) (\($0.waiting))", filter.category)
            }))
    }
    fields.append(
      select(
        "view", room.text("mod.filter.view"),
        QueueFilter.views.map { view in
          let number = view == "flagged" ? flagged : view == "embargoed" ? embargoed : 0
          let label = room.text("mod.view.\(view.isEmpty ? "all" : view)") + (number > 0 ? " (\(number))" : "")
          return option(view, label, filter.view)
        }))
    fields.append(
      .element(.button, [.class("button quiet"), .named("type", "submit")], [.text(room.text("mod.filter.apply"))]))
    let isOpen: [HTMLAttribute] = filter.query.isEmpty ? [] : [.flag("open")]
    return .element(
      .details, [.class("filter")] + isOpen,
      [
        .element(.summary, [], [.text(room.text("mod.filter"))]),
        .element(
          .form, [.named("method", "get"), .action(SitePath("desk/moderation")), .class("sheet"), .data("auto")], fields
        ),
      ])
  }

  // MARK: One after the other

  private func reading(_ filter: QueueFilter) throws -> WebResponse {
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      guard let entry = try queue.pending(filter, after: after, limit: 1, in: ledgers).first else {
        let left = try queue.pending(filter, after: .min, limit: 1, in: ledgers)
        return told() + [
          .p(room.text(left.isEmpty ? "desk.queue.empty" : "mod.read.end"), [.class("lead")]),
          left.isEmpty
            ? .p([], [.a("desk/", room.text("desk.dashboard"))])
            : getForm(
              "desk/moderation/read", [("kind", filter.kind), ("category", filter.category), ("view", filter.view)],
              room.text("mod.read.again"), "button"),
        ]
      }
      let waiting = try queue.waiting(room.areas, in: ledgers)
      return [
        .p(
          [.class("meta")],
          [
            .text(room.text("desk.queue.count", ["count": String(waiting)]) + " "),
            .a(SitePath("desk/moderation"), room.text("mod.read.list")),
          ]),
        try cards.node(entry, .reading(told: told(), filter: filter), in: ledgers),
      ]
    }
    return room.page(200, title: room.text("mod.read.title"), body)
  }

  // MARK: One case with everything about it

  func single(
    _ id: Int, status: Int = 200, values: [String: [String]] = [:], problem: Problem? = nil
  ) throws -> WebResponse {
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      guard let entry = try queue.entry(id, in: ledgers) else { throw Problem.notFound(room.text("desk.queue.gone")) }
      try queue.checkMay(room.session.actor, entry, locale: room.locale)
      // What somebody else decided is said above the case; what is wrong with a field, at that field.
      let isField = problem?.fieldErrors.contains { $0.field == "reason" || $0.field == "note" } ?? false
      var nodes: [HTMLNode] = []
      if let problem, !isField {
        nodes.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)]))
      }
      nodes.append(
        try cards.node(entry, .full(values: values, problem: isField ? problem : nil), in: ledgers))
      nodes.append(.p([], [.a(SitePath("desk/moderation"), room.text("desk.queue.back"))]))
      return nodes
    }
    return room.page(status, title: room.text("decision.title"), told() + body)
  }

  // MARK: What was decided

  private static let decidedPage = 100

  /// The last decisions, each of which can be looked at again, and undone for a while; `before` and `imported` say from
  /// which on, in one list or the other.
  func decided() throws -> WebResponse {
    try room.require("host.moderate")
    let isMine = room.request.parameter("view") == "mine"
    let before = room.request.parameter("before").flatMap { Int($0) }
    let importedBefore = isMine ? nil : room.request.parameter("imported").flatMap { Int($0) }
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      var nodes = importedBefore == nil ? try decisions(mine: isMine, before: before, in: ledgers) : []
      if !isMine, before == nil { nodes += try importedDecisions(before: importedBefore, in: ledgers) }
      return nodes.isEmpty ? [.p(room.text("desk.decided.empty"), [.class("lead")])] : nodes
    }
    let other = getForm(
      "desk/decided", [("view", isMine ? "" : "mine")], room.text(isMine ? "mod.decided.all" : "mod.decided.mine"),
      "button quiet")
    return room.page(200, title: room.text("desk.decided"), told() + [other] + body)
  }

  private func decisions(mine isMine: Bool, before: Int?, in ledgers: Ledgers) throws -> [HTMLNode] {
    let size = ModerationScreens.decidedPage
    let found = try queue.decided(
      by: isMine ? room.session.person.id : nil, before: before ?? .max, room.areas, limit: size + 1, in: ledgers)
    guard !found.isEmpty else { return [] }
    let names = try names(in: ledgers)
    let rows = try found.prefix(size).map { found in
      HTMLNode.element(.li, [], try decidedRow(found.record, found.entry, names, in: ledgers))
    }
    var nodes: [HTMLNode] = [.element(.ol, [.class("rows")], rows)]
    if found.count > size {
      nodes.append(older([("view", isMine ? "mine" : ""), ("before", String(found[size - 1].record.id))]))
    }
    return nodes
  }

  private func importedDecisions(before: Int?, in ledgers: Ledgers) throws -> [HTMLNode] {
    let size = ModerationScreens.decidedPage
    let found = try queue.imported(before: before ?? .max, limit: size + 1, in: ledgers)
    let shown = found.prefix(size).filter(mine)
    var nodes: [HTMLNode] = shown.isEmpty ? [] : [.h2(room.text("mod.imported")), cards.rows(shown)]
    if found.count > size { nodes.append(older([("imported", String(found[size - 1].id))])) }
    return nodes
  }

  private func older(_ query: [(String, String)]) -> HTMLNode {
    getForm("desk/decided", query, room.text("mod.decided.older"), "button quiet")
  }

  /// Whether this person's role holds where an entry belongs.
  private func mine(_ entry: ModerationQueue.Entry) -> Bool { room.mayModerate(entry.area) }

  private func names(in ledgers: Ledgers) throws -> [Int: String] {
    var names: [Int: String] = [:]
    for row in try ledgers.host.rows("SELECT id, name FROM host_person") {
      names[try row.int("id")] = try row.text("name")
    }
    return names
  }

  private func decidedRow(
    _ record: ModerationQueue.Record, _ entry: ModerationQueue.Entry, _ names: [Int: String], in ledgers: Ledgers
  ) throws -> [HTMLNode] {
    let look = record.isUndone ? "over" : record.measure.isRestriction ? "stop" : "done"
    var meta: [HTMLNode] = [
      .span(
        room.text("mod.measure.\(record.measure.rawValue)") + (record.isUndone ? room.text("mod.undone.after") : ""),
        [.class("state \(look)")])
    ]
    if !record.reason.isEmpty { meta.append(.text(host.reasonTitle(record.reason, room.locale))) }
    meta.append(.text(record.person.flatMap { names[$0] } ?? room.text("mod.automatic")))
    meta.append(cards.time(record.at))
    var nodes: [HTMLNode] = [
      .element(
        .h2, [], [.a(SitePath("desk/moderation/\(entry.id)"), TitleText.set(entry.excerpt, locale: room.locale))]),
      .ul([.class("meta")], items: meta),
    ]
    if try queue.canUndo(record, room.session.actor, in: ledgers) {
      nodes.append(cards.undoForm(record.id, returning: room.here))
    }
    return nodes
  }

  /// What was just decided, with the way back.
  private func told() -> [HTMLNode] {
    guard let id = room.request.parameter("told").flatMap({ Int($0) }) else { return [] }
    let found = try? host.ports.store.reading { ledgers -> (ModerationQueue.Record, ModerationQueue.Entry, Bool)? in
      guard let record = try queue.record(id, in: ledgers), let entry = try queue.entry(record.entry, in: ledgers),
        mine(entry)
      else {
        return nil
      }
      return (record, entry, try queue.canUndo(record, room.session.actor, in: ledgers))
    }
    guard let (record, entry, isOpen) = found ?? nil else { return [] }
    let words = room.text("mod.measure.\(record.measure.rawValue)") + " : " + excerpt(entry.excerpt, 32)
    var nodes: [HTMLNode] = [
      .p([], [.text(words + " "), .a(SitePath("desk/moderation/\(entry.id)"), room.text("desk.queue.revise"))])
    ]
    if isOpen { nodes.append(cards.undoForm(id, returning: room.here)) }
    return [.div([.class("told decided"), .named("role", "status")], nodes)]
  }
}
