import ParticipationKit

/// `/desk/data`: what is held about a person, for somebody at the counter; the clocks; the record of processing.
struct DataScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  func get(_ rest: [String]) throws -> WebResponse {
    try room.require("host.people")
    switch rest.first {
    case nil: return try start(200, problem: nil, typed: "")
    case "record":
      return room.page(200, title: room.text("record.title"), [ProcessingRecord(host: host).node(room.locale)])
    case "record.md":
      return WebResponse(
        status: 200,
        headers: [
          ("Content-Type", "text/markdown; charset=utf-8"), ("Cache-Control", "no-store"),
          ("Content-Disposition", "attachment; filename=\"registre-des-traitements.md\""),
        ], body: Array(ProcessingRecord(host: host).markdown(room.locale).utf8))
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }

  func post(_ step: String, _ raw: RawSubmission) throws -> WebResponse {
    try room.require("host.people")
    if step == "link" { return try room.showLink("data", raw, back: "desk/data") }
    let typed = ByteText.singleLine(raw.first("who"))
    let key: PersonalRights.Key
    do {
      key = try self.key(typed)
    } catch let problem as Problem where problem.status == 422 {
      return try start(422, problem: problem, typed: String(typed.prefix(254)))
    }
    switch step {
    case "find":
      let (host, actor, now) = (host, room.session.actor, host.ports.now())
      try host.ports.store.perform { try host.dataAccess.looked(actor, now: now, in: $0) }
      return try sheet(200, key, typed, told: [])
    case "export":
      if let refused = try confirmed(raw, key, typed) { return refused }
      let value = try host.rights.export(key, actor: room.session.actor, locale: room.locale)
      return WebResponse(
        status: 200,
        headers: [
          ("Content-Type", "application/json"), ("Cache-Control", "no-store"),
          ("Content-Disposition", "attachment; filename=\"donnees-personnelles.json\""),
        ], body: value.bytes)
    case "erase":
      if let refused = try confirmed(raw, key, typed) { return refused }
      let record = raw.first("record")
      let only = record.isEmpty ? nil : Subject(record) ?? Subject("host", "none", "none")
      let done = try host.rights.erase(
        key, only: only, actor: room.session.actor, reason: "counter", locale: room.locale)
      let told = [room.text("privacy.erase.done", ["count": String(done.count)])] + done.kept
      return try sheet(200, key, typed, told: told)
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }

  /// An address; or what only the person has: the address of a receipt, as its QR code says it, the end of it, or a
  /// link that was mailed. The number of a receipt is no secret: it would open anybody's words.
  private func key(_ typed: String) throws -> PersonalRights.Key {
    let wrong = Problem.invalid("who", room.text("privacy.desk.who.wrong"))
    guard typed.utf8.count <= 254 else { throw wrong }
    if EmailAddress.isPlausible(typed) { return .email(typed) }
    let number = typed.utf8.starts(with: "#".utf8) ? String(typed.dropFirst()) : typed
    if ByteText.decimal(number.utf8) != nil {
      throw Problem.invalid("who", room.text("privacy.desk.who.number"))
    }
    let steps = typed.split(separator: "/").map(String.init)
    guard let name = steps.last?.lowercased() else { throw wrong }
    let isMailed = steps.dropLast().suffix(2) == ["me", "data"]
    let link = isMailed || name.utf8.starts(with: "r-".utf8) ? name : "r-" + name
    let found = try host.ports.store.reading { try DataLinks(host: host).key(link, in: $0) }
    guard let found else { throw wrong }
    return found
  }

  /// What gives data out or removes it asks for the password again: a desk left open must not be enough.
  private func confirmed(_ raw: RawSubmission, _ key: PersonalRights.Key, _ typed: String) throws -> WebResponse? {
    let person = room.session.person.id
    let limit = host.secrets.derive("confirm", Array(String(person).utf8))
    if host.limiter.take(limit, limit: 10, windowSeconds: 900, now: host.ports.now()) != nil {
      throw Problem(
        status: 429, code: "throttled", detail: room.text("error.throttled", ["minutes": "15"]),
        retryAfterSeconds: 900)
    }
    let hash = try host.ports.store.reading { ledgers in
      try ledgers.host.row("SELECT password FROM host_person WHERE id = ?", [.integer(person)])?.text("password")
    }
    let password = raw.first("password")
    guard password.utf8.count <= 1024, let hash, host.ports.sealing.verifyPassword(password, hash) else {
      return try sheet(422, key, typed, told: [], wrong: true)
    }
    return nil
  }

  // MARK: Screens

  private func start(_ status: Int, problem: Problem?, typed: String) throws -> WebResponse {
    var body: [HTMLNode] = []
    if let problem { body.append(.div([.class("errors"), .named("role", "alert")], [.p(problem.detail)])) }
    body.append(.p(room.text("privacy.desk.lead"), [.class("lead")]))
    body.append(
      form(
        "find", [input("who", "privacy.desk.who", typed, "text", hint: "privacy.desk.who.help")], "privacy.desk.find")
    )
    body += try messages() + accesses() + clocks()
    body.append(.h2(room.text("record.title")))
    body.append(
      .ul(items: [
        .a("desk/data/record", room.text("record.open")), .a("desk/data/record.md", room.text("record.download")),
      ]))
    return room.page(status, title: room.text("desk.data"), body)
  }

  /// Links that wait here for whoever cannot get mail: given at the counter to the person, and to nobody else.
  private func messages() throws -> [HTMLNode] {
    let items = try host.ports.store.reading { try room.waitingLinks("data", to: "desk/data/link", in: $0) }
    guard !items.isEmpty else { return [] }
    return [
      .element(
        .details, [], [.element(.summary, [], [.text(room.text("privacy.desk.messages"))]), .ul(items: items)])
    ]
  }

  /// The clocks: what, after how long, the last turn with its counts, the next.
  private func clocks() throws -> [HTMLNode] {
    let statement = host.privacyStatement
    let retention = Retention(host: host)
    let last = try host.ports.store.reading { try retention.lastRun(in: $0) }
    let counts = Dictionary(last?.counts.map { ($0.name, $0.count) } ?? [], uniquingKeysWith: { first, _ in first })
    let rows = statement.lines.map { line -> [HTMLNode] in
      [
        .text(SitePick.text(line.titles, room.locale)), .text(room.text("privacy.days", ["days": String(line.days)])),
        .text(String(counts["\(line.owner)/\(line.name)"] ?? 0)),
      ]
    }
    let words = DateWords(locale: room.locale)
    let next = words.longWithTime(host.zone.civil(retention.next(after: host.ports.now())))
    var nodes: [HTMLNode] = [
      .h2(room.text("privacy.clocks")),
      .p(
        last.map { room.text("privacy.desk.last", ["date": words.longWithTime(host.zone.civil($0.at))]) }
          ?? room.text("privacy.desk.never")), .p(room.text("privacy.desk.next", ["date": next])),
    ]
    nodes.append(
      .table(
        caption: room.text("privacy.clocks"),
        headings: ["privacy.what", "privacy.time", "privacy.removed"].map { room.text($0) }, rows: rows))
    return nodes
  }

  private func sheet(
    _ status: Int, _ key: PersonalRights.Key, _ typed: String, told: [String], wrong: Bool = false
  ) throws -> WebResponse {
    let held = try host.ports.store.reading { try host.rights.find(key, locale: room.locale, in: $0) }
    var body: [HTMLNode] = []
    if wrong {
      body.append(.div([.class("errors"), .named("role", "alert")], [.p(room.text("privacy.desk.password.wrong"))]))
    }
    if !told.isEmpty {
      body.append(.div([.class("told"), .named("role", "status")], told.map { .p($0) }))
    }
    body += HeldSheet(host: host, locale: room.locale).nodes(held) { _ in .empty }
    if !held.isEmpty {
      body.append(.h2(room.text("privacy.export")))
      body.append(form("export", [who(typed), password("export")], "privacy.export"))
      body.append(.h2(room.text("privacy.erase.title")))
      body.append(.p(room.text("privacy.stays.text")))
      body.append(form("erase", [who(typed), choice(held), password("erase")], "privacy.erase.submit"))
    }
    body.append(.p([.class("no-print")], [.a("desk/data", room.text("desk.queue.back"))]))
    return room.page(status, title: room.text("privacy.desk.title", ["who": shown(key)]), body)
  }

  /// By whom or what it was found, without a secret.
  private func shown(_ key: PersonalRights.Key) -> String {
    switch key {
    case .email(let address): address
    case .receipt(let position): room.text("privacy.receipt", ["number": ReceiptBook.number(position)])
    }
  }

  /// Who looked, gave out and erased, for all who may do it.
  private func accesses() throws -> [HTMLNode] {
    let lines = try host.ports.store.reading { try host.dataAccess.latest(20, in: $0) }
    guard !lines.isEmpty else { return [] }
    let items = lines.map { line -> HTMLNode in
      .fragment([room.moment(line.at), .text(" – \(line.name) – \(room.text("privacy.access.\(line.act.rawValue)"))")])
    }
    let summary = HTMLNode.element(.summary, [], [.text(room.text("privacy.access"))])
    return [.element(.details, [], [summary, .p(room.text("privacy.access.lead")), .ul(items: items)])]
  }

  private func choice(_ held: HeldData) -> HTMLNode {
    let all = HTMLNode.element(.option, [.named("value", "")], [.text(room.text("privacy.erase.all"))])
    let one = held.entries.filter { $0.erased == nil }.map { entry in
      HTMLNode.element(
        .option, [.named("value", entry.subject.description)],
        [.text("\(entry.title) \(entry.number) \(excerpt(entry.excerpt, 60))")])
    }
    return .div(
      [.class("field")],
      [
        .element(.label, [.named("for", "erase-record")], [.text(room.text("privacy.desk.record"))]),
        .element(.select, [.id("erase-record"), .named("name", "record")], [all] + one),
      ])
  }

  private func who(_ typed: String) -> HTMLNode {
    .element(.input, [.named("type", "hidden"), .named("name", "who"), .named("value", typed)])
  }

  private func password(_ prefix: String) -> HTMLNode {
    input("password", "privacy.desk.password", "", "password", hint: "privacy.desk.password.help", prefix: prefix)
  }

  private func input(
    _ name: String, _ label: String, _ value: String, _ type: StaticString, hint: String, prefix: String = "data"
  ) -> HTMLNode {
    let id = "\(prefix)-\(name)"
    return .div(
      [.class("field")],
      [
        .element(.label, [.named("for", id)], [.text(room.text(label))]),
        .p(room.text(hint), [.class("hint"), .id(id + "-hint")]),
        .element(
          .input,
          [
            .id(id), .named("name", name), .named("type", "\(type)"), .named("value", value),
            .named("autocomplete", "off"), .aria("describedby", id + "-hint"), .flag("required"),
          ]),
      ])
  }

  private func form(_ step: String, _ fields: [HTMLNode], _ submit: String) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath("desk/data/\(step)")), .class("sheet no-print")],
      room.hiddenInputs(returning: "/desk/data") + fields + [
        .div(
          [.class("actions")],
          [.element(.button, [.class("button"), .named("type", "submit")], [.text(room.text(submit))])])
      ])
  }
}
