import ParticipationKit

/// `/desk/letters`: batches of letter codes, their sheets, and what becomes of lost ones.
struct LetterScreens: Sendable {
  let room: DeskRoom

  private var host: Host { room.host }

  func get(_ steps: [String]) throws -> WebResponse {
    guard let step = steps.first else { return try list(problem: nil, values: [:]) }
    guard let id = Int(step), steps.count == 1 else { throw Problem.notFound(room.text("error.notFound")) }
    return try batch(id, problem: nil)
  }

  /// What the last post did, which the address says: so the page can be loaded again.
  private var told: String? {
    let words = (room.request.parameter("told") ?? "").split(separator: "-").map(String.init)
    let numbers = words.dropFirst().compactMap { Int($0) }
    switch (words.first, numbers.count) {
    case ("lost", 1): return room.text("letters.told.lost", ["sheet": String(numbers[0])])
    case ("revoked", 2):
      let arguments = ["count": String(numbers[0]), "used": String(numbers[1])]
      return room.text(numbers[0] == 0 ? "letters.told.none" : "letters.told.revoked", arguments)
    default: return nil
    }
  }

  private var makeForm: Form {
    Form(
      title: room.text("letters.make"),
      fields: [
        Field("label", .line, room.text("letters.label"), help: room.text("letters.label.help"), maxLength: 80),
        Field(
          "count", .number, room.text("letters.count"), help: room.text("letters.count.help"), required: true,
          range: 1...LetterCodes.mostInBatch),
        Field(
          "kind", .choice, room.text("letters.kind"), required: true,
          choices: [
            Choice("person", room.text("letters.kind.person")),
            Choice("household", room.text("letters.kind.household")),
          ]),
        Field("until", .date, room.text("letters.until"), help: room.text("letters.until.help"), required: true),
      ], submit: room.text("letters.make.submit"))
  }

  private func list(problem: Problem?, values: [String: [String]]) throws -> WebResponse {
    let batches = try host.ports.store.reading { try host.letters.batches(in: $0) }
    let rows = batches.map { batch -> [HTMLNode] in
      [
        .a(SitePath("desk/letters/\(batch.id)"), name(batch)), .text(day(batch.madeOn)), .text(String(batch.size)),
        .text(room.text(batch.isHousehold ? "letters.kind.household" : "letters.kind.person")),
        .text(String(batch.used)), .text(String(batch.revoked)), .text(String(batch.reissued)),
        .text(day(batch.validUntil)),
      ]
    }
    let headings = ["batch", "made", "size", "kind", "used", "revoked", "reissued", "until"].map {
      room.text("letters.column.\($0)")
    }
    var body: [HTMLNode] = [.p(room.text("letters.lead"), [.class("lead")])]
    if !rows.isEmpty { body.append(.table(caption: room.text("desk.letters"), headings: headings, rows: rows)) }
    body.append(room.sheet(makeForm, to: "desk/letters/make", id: "make", values: values, problem: problem))
    return room.page(problem?.status ?? 200, title: room.text("desk.letters"), body)
  }

  private func name(_ batch: LetterCodes.Batch) -> String {
    let number = room.text("letters.batch", ["number": String(batch.id)])
    return batch.label.isEmpty ? number : "\(number) – \(batch.label)"
  }

  private func day(_ iso: String) -> String {
    LocalDate(iso).map { DateWords(locale: room.locale).long($0) } ?? iso
  }

  private func batch(_ id: Int, problem: Problem?) throws -> WebResponse {
    guard let batch = try host.ports.store.reading({ try host.letters.batch(id, in: $0) }) else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    var body: [HTMLNode] = [
      .p([.class("no-print")], [.a(SitePath("desk/letters"), room.text("desk.letters"))])
    ]
    body += room.alert(problem)
    if problem == nil, let told { body.append(.p(told, [.class("told no-print"), .named("role", "status")])) }
    body.append(facts(batch))
    if let sheets = try shown(batch) {
      body.append(.p(room.text("letters.sheets.lead"), [.class("told no-print")]))
      body.append(room.button(room.text("letters.printed"), to: "desk/letters/\(id)/printed", style: "button"))
      body += sheets.map { LetterSheet(room: room, batch: batch).node($0) }
    } else {
      body.append(.p(room.text("letters.sheets.gone"), [.class("told")]))
    }
    let number = Field(
      "sheet", .number, room.text("letters.sheet"), help: room.text("letters.sheet.help"), required: true,
      range: 1...batch.size)
    let lost = Form(title: room.text("letters.lost"), fields: [number], submit: room.text("letters.lost.submit"))
    let again = Form(
      title: room.text("letters.reissue"),
      fields: [number, Field("known", .confirmation, room.text("letters.reissue.known"))],
      submit: room.text("letters.reissue.submit"))
    let revoke = Form(
      title: room.text("letters.revoke"),
      fields: [Field("sure", .confirmation, room.text("letters.revoke.sure"), required: true)],
      submit: room.text("letters.revoke.submit"))
    body.append(
      .div(
        [.class("no-print")],
        [
          room.sheet(again, to: "desk/letters/\(id)/reissue", id: "reissue"),
          room.sheet(lost, to: "desk/letters/\(id)/lost", id: "lost"),
          room.sheet(revoke, to: "desk/letters/\(id)/revoke", id: "revoke"),
        ]))
    return room.page(problem?.status ?? 200, title: name(batch), body)
  }

  /// What became of the codes, in words of the list.
  private func facts(_ batch: LetterCodes.Batch) -> HTMLNode {
    let numbers = [
      ("size", batch.size), ("used", batch.used), ("revoked", batch.revoked), ("reissued", batch.reissued),
    ]
    return .facts(
      numbers.map { name, number in (room.text("letters.column.\(name)"), .text(String(number))) }, isPrinted: false)
  }

  /// The sheets of a batch while they can be shown; nil after. Whoever holds them can act as that many residents: so it
  /// must be the clerk who looks, and the register says that somebody looked.
  private func shown(_ batch: LetterCodes.Batch) throws -> [LetterCodes.Sheet]? {
    guard batch.isPrintable else { return nil }
    guard host.people.isConfirmed(room.session) else {
      throw ConfirmationNeeded(back: "/desk/letters/\(batch.id)")
    }
    let (letters, actor, now) = (host.letters, room.session.actor, host.ports.now())
    return try host.ports.store.perform { try letters.show(batch.id, to: actor, now: now, in: $0) }
  }

  func post(_ steps: [String], _ raw: RawSubmission) throws -> WebResponse {
    if steps == ["make"] { return try make(raw) }
    guard steps.count == 2, let id = Int(steps[0]) else { throw Problem.notFound(room.text("error.notFound")) }
    let now = host.ports.now()
    let (letters, locale) = (host.letters, room.locale)
    guard let batch = try host.ports.store.reading({ try letters.batch(id, in: $0) }) else {
      throw Problem.notFound(room.text("error.notFound"))
    }
    let sheet = Int(raw.first("sheet")) ?? 0
    do {
      switch steps[1] {
      case "printed": try host.ports.store.perform { try letters.forget(id, now: now, in: $0) }
      case "lost":
        try host.ports.store.perform { try letters.lose(id, sheet: sheet, now: now, locale: locale, in: $0) }
        return .redirect("/desk/letters/\(id)?told=lost-\(sheet)")
      case "revoke":
        guard raw.first("sure") == "true" else {
          throw Problem(status: 422, code: "invalid", detail: room.text("error.confirmation"))
        }
        let count = try host.ports.store.perform { try letters.revoke(id, now: now, in: $0) }
        return .redirect("/desk/letters/\(id)?told=revoked-\(count)-\(batch.used)")
      case "reissue":
        let isKnown = raw.first("known") == "true"
        let fresh = try host.ports.store.perform {
          try letters.reissue(id, sheet: sheet, mayBeUsed: isKnown, now: now, locale: locale, in: $0)
        }
        return room.page(
          200, title: name(batch),
          [
            .p(room.text("letters.reissue.lead"), [.class("told no-print")]),
            LetterSheet(room: room, batch: batch).node(fresh),
            .p([.class("no-print")], [.a(SitePath("desk/letters/\(id)"), room.text("desk.queue.back"))]),
          ])
      default: throw Problem.notFound(room.text("error.notFound"))
      }
    } catch let problem as Problem where [404, 409, 422].contains(problem.status) && steps[1] != "printed" {
      return try self.batch(id, problem: problem)
    }
    return .redirect("/desk/letters/\(id)")
  }

  private func make(_ raw: RawSubmission) throws -> WebResponse {
    do {
      let sent = try FormChecker(words: host.words, locale: room.locale).check(raw, against: makeForm)
      let now = host.ports.now()
      guard let count = sent.int("count"), let until = LocalDate(sent.text("until")),
        until >= host.zone.civil(now).date
      else { throw Problem.invalid("until", room.text("letters.until.past")) }
      let (letters, actor) = (host.letters, room.session.actor)
      let id = try host.ports.store.perform {
        try letters.make(
          count, label: sent.text("label"), isHousehold: sent.text("kind") == "household", until: until, by: actor,
          now: now, in: $0)
      }
      return .redirect("/desk/letters/\(id)")
    } catch let problem as Problem where problem.status == 422 {
      return try list(problem: problem, values: raw.values)
    }
  }
}

/// One letter on one sheet of A4, in every language of the commune.
struct LetterSheet: Sendable {
  let room: DeskRoom
  let batch: LetterCodes.Batch

  func node(_ sheet: LetterCodes.Sheet) -> HTMLNode {
    let host = room.host
    let printed = CodeSymbols.printed(sheet.symbols)
    let base = host.serverAddress ?? host.facts.address
    var nodes: [HTMLNode] = [
      .p(host.words.text("letters.sheet.kind", room.locale, ["commune": host.facts.name]), [.class("kind")]),
      .p([], [.element(.strong, [.class("code big")], [.text(printed)])]),
    ]
    if let picture = QRPicture("\(base)me/code?code=\(printed)", ports: host.ports.accounts) {
      nodes.append(picture.node(label: host.words.text("letters.sheet.qr", room.locale)))
    }
    for language in host.facts.languages {
      let until = LocalDate(batch.validUntil).map { DateWords(locale: language).long($0) } ?? batch.validUntil
      let arguments = ["commune": host.facts.name, "address": host.facts.address, "until": until]
      let spelled = host.words.text("letters.sheet.spelled", language) + " " + spell(sheet.symbols, language)
      nodes.append(
        .div(
          [.lang(language)],
          [
            .h2(host.words.text("letters.sheet.title", language)), .p(spelled),
            .p(host.words.text("letters.sheet.what", language, arguments)),
            .p(host.words.text(batch.isHousehold ? "letters.sheet.household" : "letters.sheet.person", language)),
            .p(host.words.text("letters.sheet.how", language, arguments)),
            .p(host.words.text("letters.sheet.secret", language)),
          ]))
    }
    let arguments = ["batch": String(batch.id), "sheet": String(sheet.number), "issue": String(sheet.issue)]
    nodes.append(.p(host.words.text("letters.sheet.number", room.locale, arguments), [.class("small")]))
    return .section([.class("sheet letter")], nodes)
  }

  /// The code letter by letter, as one says it on the telephone.
  private func spell(_ symbols: String, _ language: String) -> String {
    symbols.unicodeScalars.map { symbol in
      if ("2"..."9").contains(symbol) { return String(symbol) }
      return room.host.words.text("letters.spell.\(symbol)", language)
    }.joined(separator: ", ")
  }
}
