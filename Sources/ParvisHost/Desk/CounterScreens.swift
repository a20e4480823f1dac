import ParticipationKit

/// `/desk/counter`: what a person came to say, telephoned or wrote on paper, entered for them by a clerk.
struct CounterScreens: Sendable {
  static let channels = ["counter", "telephone", "paper"]

  let room: DeskRoom

  var host: Host { room.host }

  func get(_ steps: [String]) throws -> WebResponse {
    switch steps.first {
    case nil: return try overview()
    case "do" where steps.count >= 3: return try form(Array(steps.dropFirst()), values: [:], problem: nil)
    case "receipt" where steps.count == 2: return try receipt(Int(steps[1]) ?? -1)
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }

  // MARK: Finding the act

  private func overview() throws -> WebResponse {
    let wanted = ByteText.singleLine(room.request.parameter("page") ?? "")
    let now = host.ports.now()
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      var nodes: [HTMLNode] = [.p(room.text("counter.lead"), [.class("lead")])]
      let direct = try publicActions.filter { try openForm($0.action, "", now: now, in: ledgers) != nil }
      nodes.append(
        .ul([.class("rows")], items: direct.map { link($0.module, $0.action, "") }))
      nodes.append(search(wanted))
      if !wanted.isEmpty { nodes += try found(wanted, now: now, in: ledgers) }
      nodes += try lately(in: ledgers)
      nodes += try waitingLinks(in: ledgers)
      return nodes
    }
    return room.page(200, title: room.text("desk.counter"), body)
  }

  var publicActions: [(module: String, action: HostedAction)] {
    host.registry.entries.flatMap { entry in
      entry.instance.actions.compactMap { action in
        host.action(entry.manifest.id, action.name).map { (module: entry.manifest.id, action: $0) }
      }
    }.filter { $0.action.audience.isPublic } + [(module: Comments.id, action: host.comments.action)]
  }

  /// The form of an action, unless there is no such thing or it is closed: that throws, with words for whoever tries.
  func openForm(_ action: HostedAction, _ key: String, now: Timestamp, in ledgers: Ledgers) throws -> Form? {
    do {
      return try action.form(ledgers, key, room.locale, now, .everything)
    } catch is Problem {
      return nil
    } catch is ModuleUnavailable {
      return nil
    }
  }

  func link(_ module: String, _ action: HostedAction, _ key: String) -> HTMLNode {
    let path = "desk/counter/do/\(module)/\(action.name)" + (key.isEmpty ? "" : "/" + key)
    return .a(SitePath(path), action.titles[room.locale] ?? action.name)
  }

  private func search(_ wanted: String) -> HTMLNode {
    .element(
      .form, [.named("method", "get"), .action(SitePath("desk/counter")), .class("sheet")],
      [
        .div(
          [.class("field")],
          [
            .element(.label, [.named("for", "page")], [.text(room.text("counter.search"))]),
            .p(room.text("counter.search.help"), [.class("hint"), .id("page-hint")]),
            .element(
              .input,
              [
                .id("page"), .named("name", "page"), .named("value", wanted), .named("maxlength", "300"),
                .aria("describedby", "page-hint"),
              ]),
          ]),
        .div(
          [.class("actions")],
          [
            .element(
              .button, [.class("button"), .named("type", "submit")], [.text(room.text("counter.search.submit"))])
          ]),
      ])
  }

  private func lately(in ledgers: Ledgers) throws -> [HTMLNode] {
    let rows = try ledgers.host.rows(
      """
      SELECT k.position, c.action FROM host_counter_act k JOIN host_receipt c ON c.position = k.position
      WHERE k.person = ? ORDER BY k.position DESC LIMIT 10
      """, [.integer(room.session.person.id)])
    guard !rows.isEmpty else { return [] }
    let items = try rows.map { row -> HTMLNode in
      let position = try row.int("position")
      let what = try row.text("action").split(separator: "/", maxSplits: 1).map(String.init)
      let title = what.count == 2 ? host.actionTitle(what[0], what[1], room.locale) : ""
      let channel = try room.channel(of: position, in: ledgers) ?? ""
      return .a(
        SitePath("desk/counter/receipt/\(position)"), "\(ReceiptBook.number(position)) – \(title) – \(channel)")
    }
    return [.h2(room.text("counter.lately")), .ul(items: items)]
  }

  /// Links that people wait for when mail does not reach them: for acts only, never for signing in.
  private func waitingLinks(in ledgers: Ledgers) throws -> [HTMLNode] {
    let items = try room.waitingLinks("confirm", to: "desk/counter/link", in: ledgers)
    guard !items.isEmpty else { return [] }
    return [.h2(room.text("counter.links")), .p(room.text("counter.links.help")), .ul([.class("rows")], items: items)]
  }

  // MARK: Entering it

  private func form(_ target: [String], values: [String: [String]], problem: Problem?) throws -> WebResponse {
    let key = target.dropFirst(2).joined(separator: "/")
    guard let action = host.action(target[0], target[1]), action.audience.isPublic else {
      throw Problem.notFound(room.text("error.noAction"))
    }
    guard
      let form = try host.runner.form(
        action, key: key, locale: room.locale, standing: .counter(room.session.person.id))
    else { throw Problem.notFound(room.text("error.notFound")) }
    let channel = Field(
      "counter_channel", .choice, room.text("counter.channel"), required: true,
      choices: CounterScreens.channels.map { Choice($0, room.text("counter.channel.\($0)")) })
    let received = Field(
      "counter_received", .date, room.text("counter.received"), help: room.text("counter.received.help"))
    let whole = Form(
      title: form.title, intro: form.intro, groups: [Form.Group("", [channel, received])] + form.groups,
      submit: form.submit)
    var values = values
    if values["counter_channel"] == nil { values["counter_channel"] = ["counter"] }
    let once = values["counter_once"]?.first ?? hexadecimal(host.ports.sealing.random(16))
    let path = (["desk", "counter", "do"] + target).joined(separator: "/")
    let state = RenderingPort.FormState(
      action: SitePath(path), id: "counter", values: values, errors: problem?.fieldErrors ?? [],
      hidden: room.hidden(returning: "/desk/counter") + [("counter_once", once)], locale: room.locale,
      showsTitle: false, isDesk: true)
    return room.page(
      problem?.status ?? 200, title: form.title,
      [.p(room.text("counter.form.lead"), [.class("told")])] + room.alert(problem, unlessFields: true) + [
        host.ports.rendering.form(whole, state),
        .p([], [.a(SitePath("desk/counter"), room.text("desk.queue.back"))]),
      ])
  }

  func post(_ steps: [String], _ raw: RawSubmission) throws -> WebResponse {
    if steps == ["link"] { return try room.showLink("confirm", raw, back: "desk/counter") }
    guard steps.first == "do", steps.count >= 3 else { throw Problem.notFound(room.text("error.notFound")) }
    let target = Array(steps.dropFirst())
    guard let action = host.action(target[0], target[1]), action.audience.isPublic else {
      throw Problem.notFound(room.text("error.noAction"))
    }
    do {
      let channel = raw.first("counter_channel")
      guard CounterScreens.channels.contains(channel) else {
        throw Problem.invalid("counter_channel", room.text("error.choice"))
      }
      let once = raw.first("counter_once")
      var act = ActRequest(
        module: target[0], action: target[1], key: target.dropFirst(2).joined(separator: "/"), submission: raw,
        locale: room.locale, actor: Actor(personID: nil, name: "", role: "public", channel: channel), addressKey: [],
        idempotencyKey: once.isEmpty ? nil : "counter-\(room.session.person.id)-\(once)")
      act.standing = .counter(room.session.person.id)
      act.received = try received(raw.first("counter_received"), channel: channel)
      let done = try host.runner.runAndWait(act)
      return .redirect("/desk/counter/receipt/\(done.position)")
    } catch let problem as Problem where ![403, 404].contains(problem.status) {
      return try form(target, values: raw.values, problem: problem)
    }
  }

  /// The day on which a sheet arrived that is entered later. It says so and does nothing else: an act is judged by when
  /// it is entered, since what is counted at a closing is signed then.
  /// - Throws: ``Problem`` 422 for what is no day, not of paper, to come, or longer ago than a year.
  private func received(_ typed: String, channel: String) throws -> LocalDate? {
    let typed = ByteText.trimmed(typed)
    if typed.isEmpty { return nil }
    func refusal(_ key: String) -> Problem { Problem.invalid("counter_received", room.text(key)) }
    guard let day = LocalDate(typed) else { throw refusal("error.date") }
    guard channel == "paper" else { throw refusal("counter.received.paper") }
    let today = host.zone.civil(host.ports.now()).date
    guard day <= today else { throw refusal("counter.received.future") }
    guard day >= today.adding(days: -366) else { throw refusal("counter.received.old") }
    return day
  }

  // MARK: The receipt

  /// The receipt on paper: number, what it is, and the address where it can be followed, also as QR.
  private func receipt(_ position: Int) throws -> WebResponse {
    let channel = try host.ports.store.reading { try room.channel(of: position, in: $0) }
    let book = ReceiptBook(host: host)
    guard let channel, let receipt = try book.receipt(position: position, locale: room.locale) else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    let address = "\(host.serverAddress ?? host.facts.address)\(book.path(position))"
    let what = receipt.what.split(separator: "/", maxSplits: 1).map(String.init)
    let rows: [(String, HTMLNode)] =
      [
        (room.text("receipt.number"), .strong(receipt.number)),
        (
          room.text("receipt.action"),
          .text(what.count == 2 ? host.actionTitle(what[0], what[1], room.locale) : receipt.what)
        ), (room.text("receipt.sent"), room.moment(receipt.sent)),
        (room.text("counter.channel"), .text(channel)),
      ] + receipt.lines.map { ($0.label, .text($0.value)) }
    var nodes: [HTMLNode] = [
      .p(host.facts.name, [.class("kind")]), .p(receipt.message), .facts(rows),
    ]
    if let picture = QRPicture(address, ports: host.ports.accounts) {
      nodes.append(picture.node(label: room.text("counter.receipt.qr")))
    }
    nodes += [
      .p(room.text("counter.receipt.follow")), .p([], [.element(.code, [.class("code")], [.text(address)])]),
      .p(room.text("counter.receipt.proof")), ReceiptPage(host: host).proofFacts(receipt, room.locale),
    ]
    return room.page(
      200, title: room.text("receipt.title", ["number": receipt.number]),
      [
        .p(room.text("counter.receipt.print"), [.class("told no-print")]),
        .section([.class("sheet letter")], nodes),
        .p([.class("no-print")], [.a(SitePath("desk/counter"), room.text("counter.again"), [.class("button")])]),
      ])
  }
}

extension DeskRoom {
  /// By what an act came that a clerk entered for somebody, with the day of its paper; nil for what somebody sent.
  func channel(of position: Int, in ledgers: Ledgers) throws -> String? {
    let row = try ledgers.host.row("SELECT channel FROM host_counter_act WHERE position = ?", [.integer(position)])
    guard let channel = try row.map({ text("counter.channel.\(try $0.text("channel"))") }) else { return nil }
    guard let day = try ReceiptBook(host: host).received(position, in: ledgers) else { return channel }
    return text("counter.channel.received", ["channel": channel, "date": DateWords(locale: locale).long(day)])
  }
}
