import ParticipationKit

/// What leaves the commune: what waits, what left, what failed; how each message reads; addresses that are stopped.
struct MailScreens: Sendable {
  static let permission = "host.mail"
  private static let pageSize = 50

  let room: DeskRoom

  private var host: Host { room.host }

  /// How many messages failed in the last days, for the menu.
  static func failed(_ host: Host, in ledgers: Ledgers) throws -> Int {
    try ledgers.host.count(
      "SELECT count(*) FROM host_outbox WHERE state = 'failed' AND ended_at > ?",
      [.timestamp(host.ports.now().adding(seconds: -7 * 86_400))])
  }

  func get(_ steps: [String]) throws -> WebResponse {
    try room.require(Self.permission)
    switch steps.first {
    case nil: return try list()
    case "samples": return try MailSamples(room: room).get(Array(steps.dropFirst()))
    default:
      guard let id = Int(steps[0]) else { throw Problem.notFound(room.text("error.notFound")) }
      return try single(id, html: steps.count > 1 && steps[1] == "html")
    }
  }

  func post(_ steps: [String], _ raw: RawSubmission) throws -> WebResponse {
    try room.require(Self.permission)
    guard steps.count == 2, let id = Int(steps[0]) else { throw Problem.notFound(room.text("error.notFound")) }
    switch steps[1] {
    case "resend":
      try resend(id)
      return .redirect("/desk/mail/\(id)")
    case "allow":
      try host.ports.store.perform { ledgers in
        try host.addresses.allow(id, in: ledgers)
        try host.register.append(
          kind: "setting", what: "mail-address-allowed", subject: "host/address/\(id)", payload: [],
          at: host.ports.now(), in: ledgers)
      }
      return .redirect("/desk/mail")
    default: throw Problem.notFound(room.text("error.notFound"))
    }
  }

  /// Tries a failed or dropped message again, as long as its words are kept.
  private func resend(_ id: Int) throws {
    let now = host.ports.now()
    let changes = try host.ports.store.perform { ledgers in
      let changes = try ledgers.host.execute(
        """
        UPDATE host_outbox SET state = 'waiting', attempts = 0, due_at = ?, ended_at = NULL, error = ''
        WHERE id = ? AND state IN ('failed','sent') AND content <> ''
        """, [.timestamp(now), .integer(id)])
      if changes == 1 { host.ports.expectDelivery() }
      return changes
    }
    guard changes == 1 else { throw Problem.conflict(room.text("maildesk.cannotResend")) }
  }

  // MARK: The list

  private func list() throws -> WebResponse {
    let state = room.request.parameter("state") ?? ""
    let wanted = ["waiting", "sent", "failed", "dropped"].contains(state) ? state : ""
    let body = try host.ports.store.reading { ledgers -> [HTMLNode] in
      var nodes: [HTMLNode] = []
      if !host.outbox.sendsMail { nodes.append(.p(room.text("maildesk.off"), [.class("told")])) }
      nodes.append(try filters(wanted, in: ledgers))
      let rows = try ledgers.host.rows(
        """
        SELECT o.*, m.email FROM host_outbox o LEFT JOIN host_mail_address m ON m.id = o.address
        WHERE ?1 = '' OR o.state = ?1 OR (?1 = 'waiting' AND o.state = 'sending') ORDER BY o.id DESC LIMIT ?2
        """, [.text(wanted), .integer(Self.pageSize)])
      nodes.append(
        rows.isEmpty
          ? .p(room.text("maildesk.none"))
          : .table(
            caption: room.text("maildesk.title"),
            headings: ["number", "kind", "to", "state", "when"].map { room.text("maildesk.\($0)") },
            rows: try rows.map(cells)))
      nodes.append(try stopped(in: ledgers))
      return nodes
    }
    return room.page(200, title: room.text("maildesk.title"), body)
  }

  private func filters(_ wanted: String, in ledgers: Ledgers) throws -> HTMLNode {
    var counts: [String: Int] = [:]
    for row in try ledgers.host.rows("SELECT state, count(*) AS n FROM host_outbox GROUP BY state") {
      let state = try row.text("state") == "sending" ? "waiting" : try row.text("state")
      counts[state, default: 0] += try row.int("n")
    }
    // A form, since a link of the desk has no place for a parameter.
    let buttons = ["waiting", "sent", "failed", "dropped"].map { state in
      HTMLNode.element(
        .button,
        [.class("button quiet"), .named("type", "submit"), .named("name", "state"), .named("value", state)]
          + (state == wanted ? [.aria("pressed", "true")] : []),
        [.text("\(room.text("maildesk.state.\(state)")) (\(counts[state] ?? 0))")])
    }
    return .element(
      .form, [.named("method", "get"), .action(SitePath("desk/mail")), .class("actions")],
      buttons + [.a(SitePath("desk/mail/samples"), room.text("maildesk.samples"))])
  }

  private func cells(_ row: Row) throws -> [HTMLNode] {
    let id = try row.int("id")
    let call = try row.text("channel") == "call"
    let to = call ? try row.text("hook") : row.optionalText("email").flatMap { MailAddress($0)?.masked } ?? "–"
    let error = try row.text("error")
    return [
      .a(SitePath("desk/mail/\(id)"), String(id)), .text(kind(try row.text("kind"))), .text(to),
      .text(room.text("maildesk.state.\(try row.text("state"))") + (error.isEmpty ? "" : " – \(error)")),
      .text(when(try row.timestamp("created_at"))),
    ]
  }

  func kind(_ name: String) -> String {
    let key = "maildesk.kind.\(name)"
    let words = room.text(key)
    return words == key ? name : words
  }

  private func when(_ instant: Timestamp) -> String {
    DateWords(locale: room.locale).longWithTime(host.zone.civil(instant))
  }

  private func stopped(in ledgers: Ledgers) throws -> HTMLNode {
    let rows = try ledgers.host.rows(
      """
      SELECT id, email, stopped_at FROM host_mail_address WHERE stopped_why = 'refused' AND email IS NOT NULL
      ORDER BY stopped_at DESC LIMIT 100
      """)
    guard !rows.isEmpty else { return .empty }
    return .fragment([
      .h2(room.text("maildesk.stopped")), .p(room.text("maildesk.stopped.help")),
      .element(
        .ul, [.class("rows")],
        try rows.map { row in
          .element(
            .li, [],
            [
              .p([], [.text(try row.text("email"))]),
              button("desk/mail/\(try row.int("id"))/allow", room.text("maildesk.allow")),
            ])
        }),
    ])
  }

  private func button(_ path: String, _ label: String) -> HTMLNode {
    .element(
      .form, [.named("method", "post"), .action(SitePath(path))],
      room.hiddenInputs(returning: "/desk/mail") + [
        .element(.button, [.class("button quiet"), .named("type", "submit")], [.text(label)])
      ])
  }

  // MARK: One message

  private func single(_ id: Int, html: Bool) throws -> WebResponse {
    try host.ports.store.reading { ledgers in
      guard let row = try ledgers.host.row("SELECT * FROM host_outbox WHERE id = ?", [.integer(id)]) else {
        throw Problem.notFound(room.text("error.notFound"))
      }
      let payload = try host.outbox.payload(row, now: host.ports.now(), forDesk: true, in: ledgers)
      if html, case .mail(let mail)? = payload { return Self.htmlPart(mail.html) }
      let state = try row.text("state")
      var body: [HTMLNode] = [
        .facts(try facts(row, payload).map { ($0.label, .text($0.value)) })
      ]
      body += preview(payload, path: "desk/mail/\(id)/html")
      if ["failed", "sent"].contains(state), payload != nil {
        body.append(button("desk/mail/\(id)/resend", room.text("maildesk.resend")))
      }
      body.append(.p([], [.a(SitePath("desk/mail"), room.text("desk.queue.back"))]))
      return room.page(200, title: room.text("maildesk.one", ["number": String(id)]), body)
    }
  }

  private func facts(_ row: Row, _ payload: OutboxJob.Payload?) throws -> [(label: String, value: String)] {
    var facts = [
      (label: room.text("maildesk.kind"), value: kind(try row.text("kind"))),
      (
        label: room.text("maildesk.state"),
        value: "\(room.text("maildesk.state.\(try row.text("state"))")) \(try row.text("error"))"
      ), (label: room.text("maildesk.when"), value: when(try row.timestamp("created_at"))),
      (label: room.text("maildesk.attempts"), value: String(try row.int("attempts"))),
    ]
    if case .mail(let mail)? = payload {
      facts.insert((label: room.text("maildesk.to"), value: mail.to.description), at: 0)
    }
    return facts
  }

  /// How a message reads: its text here, its HTML as a page of its own.
  func preview(_ payload: OutboxJob.Payload?, path: String) -> [HTMLNode] {
    switch payload {
    case .mail(let mail):
      [
        .h2(room.text("maildesk.text")), .p(room.text("maildesk.hidden"), [.class("hint")]),
        .element(.pre, [.class("code")], [.text(mail.text)]),
        .p([], [.a(SitePath(path), room.text("maildesk.html"))]),
      ]
    case .call(let call):
      [.element(.pre, [.class("code")], [.text(String(decoding: call.body, as: UTF8.self))])]
    case nil: [.p(room.text("maildesk.gone"), [.class("told")])]
    }
  }

  /// The HTML part alone, with its own style and nothing else: no script, no picture, no form.
  static func htmlPart(_ html: String) -> WebResponse {
    WebResponse.html(200, Array(html.utf8)).adding([
      ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    ])
  }
}
