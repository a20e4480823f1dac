public import ParticipationKit

/// `/receipt/<position>-<token>`: what became of an act, for whoever has the address.
struct ReceiptPage: Sendable {
  let host: Host

  func answer(_ request: WebRequest, locale: String) -> WebResponse {
    let responder = ProblemResponder(host: host)
    let missing = Problem.notFound(host.words.text("error.notFound", locale))
    var name = request.path.dropFirst("/receipt/".count)
    let wantsJSON = name.hasSuffix(".json")
    if wantsJSON { name = name.dropLast(".json".count) }
    let path = String(request.path.dropFirst())
    guard request.method == "GET" || request.method == "HEAD" else {
      return responder.json(host.wrongMethod(request, locale), instance: request.path, allowed: "GET, HEAD")
    }
    do {
      let book = ReceiptBook(host: host)
      guard let position = book.position(named: name),
        let receipt = try book.receipt(position: position, locale: locale)
      else { throw missing }
      return wantsJSON
        ? json(receipt) : .html(200, host.ports.rendering.page(page(receipt, String(name), locale), path, locale))
    } catch {
      let problem = responder.problem(error, locale: locale)
      return wantsJSON
        ? responder.json(problem, instance: request.path) : responder.page(problem, path: path, locale: locale)
    }
  }

  private func json(_ receipt: Receipt) -> WebResponse {
    WebResponse(
      status: 200, headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
      body: value(receipt).bytes)
  }

  /// The receipt for programs, with all that is needed to check it against the site alone.
  func value(_ receipt: Receipt) -> JSONValue {
    let inclusion = receipt.inclusion.map { inclusion in
      JSONValue.object([
        ("size", .integer(inclusion.head.size)), ("root", .string(hexadecimal(inclusion.head.root))),
        ("path", .array(inclusion.path.map { .string(hexadecimal($0)) })), ("checkpoint", .string(inclusion.head.note)),
      ])
    }
    return .object([
      ("number", .string(receipt.number)), ("action", .string(receipt.what)), ("sent", .timestamp(receipt.sent)),
      ("received", receipt.received.map { .string($0.description) } ?? .null),
      ("message", .string(receipt.message)), ("state", .string(receipt.state)),
      ("reason", receipt.reason.isEmpty ? .null : .string(receipt.reason)),
      ("note", receipt.note.isEmpty ? .null : .string(receipt.note)), ("answer", receipt.answer?.value ?? .null),
      ("position", .integer(receipt.position)), ("leaf", .string(receipt.leaf)),
      ("leafHash", .string(hexadecimal(receipt.leafHash))), ("salt", .string(hexadecimal(receipt.salt))),
      ("payload", receipt.payload.isEmpty ? .null : .string(receipt.payload)), ("inclusion", inclusion ?? .null),
    ]).adding(receipt.moderation?.members ?? [])
  }

  private func erased(_ receipt: Receipt, _ locale: String) -> HTMLNode {
    let date = try? receipt.subject.flatMap { subject in
      try host.ports.store.reading { try host.erasures.date(of: subject, in: $0) }
    }
    return date.flatMap { $0 }.map { host.erasedNotice($0, locale) } ?? .empty
  }

  private func page(_ receipt: Receipt, _ key: String, _ locale: String) -> Page {
    let words = host.words
    func text(_ key: String) -> String { words.text(key, locale) }
    let whatParts = receipt.what.split(separator: "/", maxSplits: 1).map(String.init)
    let action = whatParts.count == 2 ? host.actionTitle(whatParts[0], whatParts[1], locale) : receipt.what
    let sent =
      receipt.isDayOnly
      ? DateWords(locale: locale).long(LocalDate(daysSinceEpoch: Int(receipt.sent.seconds / 86_400)))
      : DateWords(locale: locale).longWithTime(host.zone.civil(receipt.sent))
    var rows: [(String, HTMLNode)] = [
      (text("receipt.number"), .strong(receipt.number)), (text("receipt.action"), .text(action)),
      (text("receipt.sent"), .element(.time, [.datetime(receipt.sent.rfc3339)], [.text(sent)])),
    ]
    if let day = receipt.received { rows.append((text("receipt.arrived"), .text(DateWords(locale: locale).long(day)))) }
    rows += receipt.lines.map { ($0.label, .text($0.value)) }
    rows.append(
      (
        text("receipt.state"),
        .span(
          text(receipt.moderation?.stateKey(receipt.state) ?? "receipt.state.\(receipt.state)"),
          [.class("state \(receipt.state)")])
      ))
    if !receipt.reason.isEmpty {
      rows.append((text("receipt.reason"), .text(host.reasonTitle(receipt.reason, locale))))
    }
    if !receipt.note.isEmpty { rows.append((text("receipt.note"), .text(receipt.note))) }
    rows.append(
      (text("receipt.leaf"), .element(.code, [.class("code")], [.text(hexadecimal(receipt.leafHash))])))
    rows.append((text("receipt.position"), .text(String(receipt.position))))
    var body: [HTMLNode] = [
      .div([.class("notice receipt")], [.p(receipt.message, [.class("lead")])]), erased(receipt, locale),
      .facts(rows), .p(text("receipt.keep"), [.class("meta")]),
      .p(
        [.class("no-print")],
        [
          .a(
            SitePath("me/data/r-\(receipt.position)-\(host.secrets.receiptToken(receipt.position))"),
            text("privacy.receipt.door"))
        ]),
      proof(receipt, locale),
    ]
    if let form = try? host.withdrawals.form(on: receipt, key, locale: locale) { body.append(form) }
    body += receipt.moderation?.nodes(key: key, host: host, locale: locale) ?? []
    if let answer = receipt.answer {
      body.append(.h2(text("receipt.answer")))
      body.append(host.ports.rendering.answer(answer, locale))
    }
    if let path = host.pagePath(for: receipt, locale) {
      body.append(.p([], [.element(.a, [.href(path), .class("button")], [.text(text("receipt.page"))])]))
    }
    return Page(
      title: words.text("receipt.title", locale, ["number": receipt.number]), summary: text("receipt.summary"),
      kicker: text("receipt.kicker"), body: body)
  }
}

extension ReceiptPage {
  /// What proves the act on paper and offline: leaf, salt and what was sent.
  func proofFacts(_ receipt: Receipt, _ locale: String) -> HTMLNode {
    let rows = [
      ("receipt.proof.leaf", receipt.leaf), ("receipt.proof.salt", hexadecimal(receipt.salt)),
      ("receipt.proof.payload", receipt.payload),
    ]
    return .facts(
      rows.filter { !$0.1.isEmpty }.map { key, value in
        (host.words.text(key, locale), .element(.code, [.class("code")], [.text(value)]))
      })
  }

  private func proof(_ receipt: Receipt, _ locale: String) -> HTMLNode {
    func text(_ key: String) -> String { host.words.text(key, locale) }
    let covered = receipt.inclusion.map { inclusion in
      host.words.text("receipt.proof.covered", locale, ["size": String(inclusion.head.size)])
    }
    return .element(
      .details, [],
      [
        .element(.summary, [], [.text(text("receipt.proof"))]),
        .p(text(receipt.salt.isEmpty ? "receipt.proof.lead.erased" : "receipt.proof.lead")),
        .p(covered ?? text("receipt.proof.waiting")), proofFacts(receipt, locale),
      ])
  }
}

extension Host {
  /// The receipt of an act as JSON, by its number; nil when there is none. For whoever has the database.
  /// - Throws: The store's error.
  public func receipt(number: Int) throws -> JSONValue? {
    try ReceiptBook(host: self).receipt(number: number).map { ReceiptPage(host: self).value($0) }
  }

  /// The path of the page of a document in a language, with suffix.
  func pagePath(_ subject: Subject, _ locale: String) -> SitePath? {
    guard let path = registry.documentPath(subject) ?? archive.path(subject) else { return nil }
    return SitePath((locale == facts.languages[0] ? "" : locale + "/") + path + ".html")
  }

  /// The public page where an act shows: the record's own, or the page of what was commented.
  func pagePath(for receipt: Receipt, _ locale: String) -> SitePath? {
    guard let subject = receipt.subject else { return nil }
    guard subject.module == "host" else { return receipt.moderation?.isShown == true ? pagePath(subject, locale) : nil }
    let evidence = try? ports.store.reading { ledgers in
      try moderation.entry(for: subject, in: ledgers).flatMap {
        try moderation.evidence($0, locale: locale, in: ledgers)
      }
    }
    return evidence?.document.flatMap { pagePath($0, locale) }
  }
}
