import ParticipationKit

/// One case as a moderator reads it: the words in their context, what else is known, and what can be decided.
struct CaseCard: Sendable {
  /// Where a card stands.
  enum Place: Sendable {
    /// Among others, with a box to tick.
    case list
    /// Alone, with large buttons at the thumb; what was decided before is said there too.
    case reading(told: [HTMLNode], filter: QueueFilter)
    /// Alone, with everything that can be done; after a refused form, with what was typed.
    case full(values: [String: [String]], problem: Problem?)
  }

  let room: DeskRoom

  var host: Host { room.host }
  var queue: ModerationQueue { host.moderation }

  func node(_ entry: ModerationQueue.Entry, _ place: Place, in ledgers: Ledgers) throws -> HTMLNode {
    let id = "case-\(entry.id)"
    let evidence = try queue.evidence(entry, locale: room.locale, in: ledgers)
    var nodes: [HTMLNode] = [head(entry, place)]
    nodes.append(.h2(TitleText.set(evidence?.title ?? entry.excerpt, locale: room.locale), [.id(id + "-title")]))
    nodes.append(evidence.map { .element(.blockquote, [], [$0.body]) } ?? .p(room.text("desk.queue.gone")))
    nodes.append(try facts(entry, evidence, in: ledgers))
    if entry.flags > 0 { nodes.append(try flags(entry, in: ledgers)) }
    switch place {
    case .list: nodes.append(try decisions(entry, id, values: [:], problem: nil, in: ledgers))
    case .reading(let told, let filter):
      nodes.append(try around(entry, in: ledgers))
      nodes.append(try thumbs(entry, id, told, filter, in: ledgers))
    case .full(let values, let problem):
      nodes.append(try around(entry, in: ledgers))
      nodes.append(try decisions(entry, id, values: values, problem: problem, in: ledgers))
      nodes.append(holdForm(entry))
      nodes += try more(entry, values: values, in: ledgers)
    }
    return .article(
      [.class("case"), .id(id), .aria("labelledby", id + "-title"), .data("case", String(entry.id))], nodes)
  }

  private func head(_ entry: ModerationQueue.Entry, _ place: Place) -> HTMLNode {
    let title = host.kindTitle(entry.module, entry.kind, room.locale)
    var nodes: [HTMLNode] = []
    if case .list = place, entry.state == "pending" {
      nodes.append(
        .element(
          .label, [.class("pick")],
          [
            .element(
              .input,
              [
                .named("type", "checkbox"), .named("name", "entry"), .named("value", "\(entry.id):\(entry.version)"),
                .named("form", "bulk"),
              ]), .span(room.text("mod.pick"), [.class("sr")]),
          ]))
    }
    let category = host.categoryTitle(entry.module, entry.kind, entry.category, room.locale)
    nodes.append(.p(title + (category.isEmpty ? "" : " · " + category), [.class("kind")]))
    if entry.flags > 0 {
      nodes.append(.span(room.text("mod.flags", ["count": String(entry.flags)]), [.class("state stop")]))
    }
    if entry.publicAt != nil {
      nodes.append(.span(room.text("mod.embargoed"), [.class("state wait")]))
    } else if entry.state != "pending" {
      let look = entry.state == "approved" ? "done" : "stop"
      nodes.append(.span(room.text("desk.state.\(entry.state)"), [.class("state \(look)")]))
    } else if entry.isShown {
      nodes.append(.span(room.text("mod.shown"), [.class("state open")]))
    }
    return .div([.class("case-head")], nodes)
  }

  private func facts(_ entry: ModerationQueue.Entry, _ evidence: Evidence?, in ledgers: Ledgers) throws -> HTMLNode {
    var items: [HTMLNode] = [.fragment([.text(room.text("desk.queue.submitted") + " "), time(entry.submitted)])]
    if let channel = try channel(of: entry, in: ledgers) { items.append(.strong(channel)) }
    let copies = try host.likeness.copies(of: entry.subject, in: ledgers)
    if copies > 0 { items.append(.strong(room.text("mod.copies", ["count": String(copies)]))) }
    if let day = entry.publicAt { items.append(.fragment([.text(room.text("mod.publicAt") + " "), time(day)])) }
    if let holder = entry.holder {
      let name = try ledgers.host.row("SELECT name FROM host_person WHERE id = ?", [.integer(holder)])?.text("name")
      items.append(.text(room.text("mod.heldBy", ["name": name ?? "?"])))
    }
    if let path = evidence?.document.flatMap({ host.pagePath($0, room.locale) }) {
      items.append(.a(path, room.text("desk.queue.see")))
    }
    if case let link = SitePath("desk/moderation/\(entry.id)"), room.steps != ["moderation", String(entry.id)] {
      items.append(.a(link, room.text("mod.more"), [.class("more")]))
    }
    return .ul([.class("meta")], items: items)
  }

  /// In what way words came that a clerk entered for somebody; nil for those that somebody sent.
  private func channel(of entry: ModerationQueue.Entry, in ledgers: Ledgers) throws -> String? {
    guard let position = entry.receipt else { return nil }
    return try room.channel(of: position, in: ledgers).map { room.text("mod.channel", ["channel": $0]) }
  }

  func time(_ instant: Timestamp) -> HTMLNode {
    let words = DateWords(locale: room.locale).longWithTime(host.zone.civil(instant))
    return .element(.time, [.datetime(instant.rfc3339)], [.text(words)])
  }

  private func flags(_ entry: ModerationQueue.Entry, in ledgers: Ledgers) throws -> HTMLNode {
    let items = try queue.openFlags(of: entry.id, in: ledgers).map { flag -> HTMLNode in
      let title = HTMLNode.strong(host.reasonTitle(flag.reason, room.locale))
      return flag.note.isEmpty ? title : .fragment([title, .text(" – " + flag.note)])
    }
    return .div([.class("told flags")], [.p([], [.strong(room.text("mod.flags.said"))]), .ul(items: items)])
  }

  // MARK: What stands around the words

  /// Similar words, the person's history, what was decided before.
  private func around(_ entry: ModerationQueue.Entry, in ledgers: Ledgers) throws -> HTMLNode {
    var nodes: [HTMLNode] = []
    let similar = try queue.similar(to: entry, limit: 5, in: ledgers).filter(mine)
    if !similar.isEmpty {
      nodes.append(fold(room.text("mod.similar", ["count": String(similar.count)]), try rows(similar, in: ledgers)))
    }
    let history = try queue.history(of: entry, limit: 10, in: ledgers).filter(mine)
    if !history.isEmpty {
      let refused = history.count { $0.state == "refused" }
      let title = room.text("mod.history", ["count": String(history.count), "refused": String(refused)])
      nodes.append(fold(title, try rows(history, in: ledgers)))
    } else if entry.receipt != nil {
      let isKnown = try queue.knowsAuthor(of: entry, in: ledgers)
      nodes.append(.p(room.text(isKnown ? "mod.history.first" : "mod.history.none"), [.class("hint")]))
    }
    if entry.kind == "comment", let siblings = try siblings(entry, in: ledgers) { nodes.append(siblings) }
    return .fragment(nodes)
  }

  /// Whether this person's role holds where an entry belongs: what lies elsewhere is not shown.
  private func mine(_ entry: ModerationQueue.Entry) -> Bool { room.mayModerate(entry.area) }

  /// How many comments are public already on what a comment is about.
  private func siblings(_ entry: ModerationQueue.Entry, in ledgers: Ledgers) throws -> HTMLNode? {
    let count = try ledgers.host.count(
      """
      SELECT count(*) FROM (SELECT 1 FROM host_comment WHERE publication = 'published' AND subject =
        (SELECT subject FROM host_comment WHERE id = ?) LIMIT 1000)
      """, [.text(entry.key)])
    return count == 0 ? nil : .p(room.text("mod.siblings", ["count": String(count)]), [.class("hint")])
  }

  private func fold(_ title: String, isOpen: Bool = false, _ content: HTMLNode) -> HTMLNode {
    .element(
      .details, [.class("fold")] + (isOpen ? [.flag("open")] : []), [.element(.summary, [], [.text(title)]), content])
  }

  /// Entries as a list of links.
  func rows(_ entries: [ModerationQueue.Entry], in ledgers: Ledgers) throws -> HTMLNode {
    .ul(
      [.class("rows")],
      items: try entries.map { entry in
        let channel = try channel(of: entry, in: ledgers).map { " · " + $0 } ?? ""
        return .fragment([
          .a(SitePath("desk/moderation/\(entry.id)"), entry.excerpt.isEmpty ? "–" : entry.excerpt),
          .p(
            [.class("meta")],
            [.text(room.text("desk.state.\(entry.state)") + " · "), time(entry.submitted), .text(channel)]),
        ])
      })
  }

  // MARK: What else can be done

  /// What the full case adds: a day of publication, passages to take out, the history of decisions.
  private func more(
    _ entry: ModerationQueue.Entry, values: [String: [String]], in ledgers: Ledgers
  ) throws -> [HTMLNode] {
    var nodes: [HTMLNode] = []
    if !entry.isShown { nodes.append(fold(room.text("mod.embargo.title"), embargoForm(entry, values))) }
    let forms = CaseForms(room: room)
    for text in try queue.markable(entry, locale: room.locale, in: ledgers) {
      let title = room.text("mod.redact.title", ["text": text.title])
      // What was refused comes back open: marks are set by hand, and nobody should have to look for them.
      nodes.append(fold(title, isOpen: values["field"]?.first == text.name, forms.redactForm(entry, text, values)))
    }
    let texts = queue.kind(entry.module, entry.kind)?.texts ?? []
    for original in try queue.originals(of: entry, in: ledgers) {
      let name = texts.first { $0.name == original.field }?.title(room.locale) ?? original.field
      let text = HTMLNode.element(.pre, [], [.text(original.text)])
      nodes.append(fold(room.text("mod.redact.original", ["text": name]), text))
    }
    let records = try queue.records(of: entry.id, in: ledgers)
    if !records.isEmpty { nodes.append(try past(records, in: ledgers)) }
    return nodes
  }

  private func past(_ records: [ModerationQueue.Record], in ledgers: Ledgers) throws -> HTMLNode {
    let items = try records.map { record -> HTMLNode in
      let name = try record.person.flatMap {
        try ledgers.host.row("SELECT name FROM host_person WHERE id = ?", [.integer($0)])?.text("name")
      }
      var words = room.text("mod.measure.\(record.measure.rawValue)")
      if record.isUndone { words += room.text("mod.undone.after") }
      if !record.reason.isEmpty { words += " · " + host.reasonTitle(record.reason, room.locale) }
      words += " · " + (name ?? room.text("mod.automatic"))
      var nodes: [HTMLNode] = [.p(words), .p([.class("meta")], [time(record.at)])]
      if !record.note.isEmpty { nodes.insert(.element(.blockquote, [], [.p(record.note)]), at: 1) }
      if try queue.canUndo(record, room.session.actor, in: ledgers) {
        nodes.append(undoForm(record.id, returning: "/desk/moderation/\(record.entry)"))
      }
      return .fragment(nodes)
    }
    return .section([], [.h3(room.text("mod.past")), .ul([.class("rows")], items: items)])
  }
}
