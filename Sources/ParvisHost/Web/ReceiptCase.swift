import ParticipationKit

/// What moderation adds to a receipt: the statement of reasons with the way to appeal, the day of publication, or what
/// became of a flag or an appeal.
struct ReceiptCase: Sendable {
  /// Whether the record is public now.
  let isShown: Bool
  /// From when on it will be.
  let publicAt: Timestamp?
  let statement: StatementOfReasons?
  let appeal: Appeals.Appeal?
  /// Whether the decision can be appealed now.
  let isAppealable: Bool
  /// The state of the flag that this receipt is for: `open`, `upheld` or `dismissed`; nil for none.
  let flag: String?
  /// The appeal that this receipt is for.
  let ownAppeal: Appeals.Appeal?

  /// Reads what belongs to a receipt.
  /// - Parameter key: The receipt's name in its address, which proves whose it is.
  static func read(
    _ subject: Subject?, key: String, locale: String, host: Host, in ledgers: Ledgers
  ) throws -> ReceiptCase? {
    guard let subject else { return nil }
    if subject.module == "host", subject.kind == "flag" {
      let row = try ledgers.host.row("SELECT state FROM host_flag WHERE id = ?", [.text(subject.key)])
      return ReceiptCase(flag: try row?.text("state"), ownAppeal: nil)
    }
    if subject.module == "host", subject.kind == "appeal" {
      let row = try ledgers.host.row("SELECT * FROM host_appeal WHERE id = ?", [.text(subject.key)])
      return ReceiptCase(flag: nil, ownAppeal: try row.map(Appeals.Appeal.init))
    }
    let queue = host.moderation
    guard let entry = try queue.entry(for: subject, in: ledgers) else { return nil }
    let isAuthors = entry.receipt.map { key.utf8.starts(with: "\($0)-".utf8) } ?? false
    let record = isAuthors ? try queue.restriction(of: entry, in: ledgers) : nil
    let appeals = Appeals(host: host)
    return ReceiptCase(
      isShown: entry.isShown, publicAt: entry.publicAt,
      statement: try record.map {
        StatementOfReasons(
          $0, try queue.toldMeasure(of: $0, in: ledgers), flags: try queue.flags(behind: $0, in: ledgers), host: host,
          locale: locale)
      },
      appeal: !isAuthors
        ? nil
        : try ledgers.host.row(
          "SELECT * FROM host_appeal WHERE entry = ? ORDER BY id DESC LIMIT 1", [.integer(entry.id)]
        ).map(Appeals.Appeal.init),
      isAppealable: try appeals.appealable(receipt: key, now: host.ports.now(), in: ledgers) != nil, flag: nil,
      ownAppeal: nil)
  }

  private init(
    isShown: Bool, publicAt: Timestamp?, statement: StatementOfReasons?, appeal: Appeals.Appeal?, isAppealable: Bool,
    flag: String?, ownAppeal: Appeals.Appeal?
  ) {
    self.isShown = isShown
    self.publicAt = publicAt
    self.statement = statement
    self.appeal = appeal
    self.isAppealable = isAppealable
    self.flag = flag
    self.ownAppeal = ownAppeal
  }

  private init(flag: String?, ownAppeal: Appeals.Appeal?) {
    self.init(
      isShown: false, publicAt: nil, statement: nil, appeal: nil, isAppealable: false, flag: flag, ownAppeal: ownAppeal)
  }

  /// The word for the state, as a key of the host's words, when moderation knows more than the decision alone.
  func stateKey(_ state: String) -> String {
    if let flag { return "mod.flag.receipt.\(flag)" }
    if let ownAppeal { return "mod.appeal.receipt.\(ownAppeal.state)" }
    if publicAt != nil { return "mod.receipt.embargoed" }
    if state == "pending", isShown { return "mod.receipt.shown" }
    if state == "pending", statement != nil { return "mod.receipt.hidden" }
    return "receipt.state.\(state)"
  }

  /// What stands below the facts of the receipt.
  func nodes(key: String, host: Host, locale: String) -> [HTMLNode] {
    func text(_ key: String, _ arguments: [String: String] = [:]) -> String { host.words.text(key, locale, arguments) }
    var nodes: [HTMLNode] = []
    if let publicAt {
      let day = DateWords(locale: locale).longWithTime(host.zone.civil(publicAt))
      nodes.append(.p(text("mod.receipt.embargo", ["day": day]), [.class("told")]))
    }
    if let statement { nodes.append(statement.node(text("mod.statement.title"))) }
    if let shown = appeal ?? ownAppeal {
      nodes.append(.section([.id("appeal")], [.h2(text("mod.appeal.yours"))] + answer(shown, host, locale)))
    }
    if isAppealable {
      let appeals = Appeals(host: host)
      let state = RenderingPort.FormState(
        action: SitePath("api/v1/\(Flags.id)/appeal/\(key)"), id: "appeal-form", values: [:], errors: [],
        hidden: [("lang", locale)], locale: locale, showsTitle: false, isDesk: false)
      nodes.append(
        .element(
          .details, [.class("say no-print"), .id("appeal-open")],
          [
            .element(.summary, [.class("button quiet")], [.text(text("mod.appeal.open"))]),
            host.ports.rendering.form(appeals.form(locale), state),
          ]))
    }
    return nodes
  }

  private func answer(_ appeal: Appeals.Appeal, _ host: Host, _ locale: String) -> [HTMLNode] {
    func text(_ key: String) -> String { host.words.text(key, locale) }
    var nodes: [HTMLNode] = [
      .element(.blockquote, [], [.p(appeal.body)]),
      .p([], [.span(text("mod.appeal.receipt.\(appeal.state)"), [.class("state \(look(appeal.state))")])]),
    ]
    if !appeal.note.isEmpty { nodes.append(.element(.blockquote, [], [.p(appeal.note)])) }
    if appeal.isSamePerson { nodes.append(.p(text("mod.appeal.samePerson"), [.class("hint")])) }
    if appeal.state == "confirmed" { nodes.append(.p(text("mod.appeal.next"), [.class("hint")])) }
    return nodes
  }

  private func look(_ state: String) -> String { state == "open" ? "wait" : state == "reversed" ? "done" : "stop" }

  /// The members of the receipt's JSON.
  var members: [(String, JSONValue)] {
    var members: [(String, JSONValue)] = [
      ("published", .bool(isShown)), ("publicAt", .timestamp(publicAt)),
      (
        "statement",
        statement.map { statement in
          .object([
            ("message", .string(statement.message)),
            (
              "lines",
              .array(statement.lines.map { .object([("label", .string($0.label)), ("text", .string($0.value))]) })
            ),
          ])
        } ?? .null
      ),
    ]
    if let appeal = appeal ?? ownAppeal {
      members.append(
        (
          "appeal",
          .object([
            ("state", .string(appeal.state)), ("sent", .timestamp(appeal.sent)),
            ("note", appeal.note.isEmpty ? .null : .string(appeal.note)),
          ])
        ))
    }
    if let flag { members.append(("flag", .string(flag))) }
    return members
  }
}
