import ParticipationKit

/// One contribution of a person, as their own page shows it.
struct HeldEntry: Sendable {
  let subject: Subject
  let title: String
  let sent: Timestamp
  let channel: String
  /// The day on which its paper arrived, where that was entered at the counter.
  let received: LocalDate?
  /// The number of the receipt; empty for an import.
  let number: String
  /// `none`, `pending`, `approved` or `refused`.
  let state: String
  let excerpt: String
  let erased: Timestamp?
}

/// Everything that the commune holds about one person, found by an address or by a receipt.
struct HeldData: Sendable {
  /// The address that was confirmed; empty for a person known by a receipt.
  let email: String
  let entries: [HeldEntry]
  /// What the host's tables say of the person: account, follows, messages.
  let host: JSONValue
  /// What each module says.
  let modules: [(id: String, value: JSONValue)]

  var records: [Subject] { entries.map(\.subject) }

  /// Whether there is nothing.
  var isEmpty: Bool { entries.isEmpty && modules.isEmpty && (host.asObject ?? []).isEmpty }
}

/// Finds what is held about a person, gives it to them, and removes it.
struct PersonalRights: Sendable {
  /// By what the person is known.
  enum Key: Sendable, Hashable {
    case email(String)
    case receipt(Int)

    /// An address, or the number of a receipt as it is printed; nil for anything else.
    init?(typed: String) {
      let number = typed.utf8.starts(with: "#".utf8) ? String(typed.dropFirst()) : typed
      if typed.utf8.count > 254 { return nil }
      if EmailAddress.isPlausible(typed) {
        self = .email(typed)
      } else if let position = ByteText.decimal(number.utf8), position > 0 {
        self = .receipt(position - 1)
      } else {
        return nil
      }
    }
  }

  let host: Host

  /// Everything held, from one snapshot.
  func find(_ key: Key, locale: String, in ledgers: Ledgers) throws -> HeldData {
    var email = ""
    var records: [Subject] = []
    let columns = try HostColumns(ledgers.host)
    switch key {
    case .email(let address):
      email = People.normalised(address)
      records = try PersonTables(host: host, columns: columns).records(email, in: ledgers)
      for entry in host.registry.entries {
        records += try entry.instance.personalData?.records(ledgers(entry.manifest.id), email) ?? []
      }
    case .receipt(let position):
      records = try host.moderation.record(broughtBy: position, in: ledgers).map { [$0] } ?? []
    }
    var seen: Set<Subject> = []
    records = records.filter { seen.insert($0).inserted }
    let tables = PersonTables(host: host, columns: columns)
    return HeldData(
      email: email, entries: try records.map { try entry($0, locale: locale, in: ledgers) },
      host: email.isEmpty
        ? try tables.masked(records, in: ledgers) : try tables.export(email, in: ledgers),
      modules: try modules(email, records, in: ledgers))
  }

  private func entry(_ subject: Subject, locale: String, in ledgers: Ledgers) throws -> HeldEntry {
    let decision = try host.moderation.entry(for: subject, in: ledgers)
    let row = try host.moderation.receipt(of: subject, in: ledgers).flatMap { position in
      try ledgers.host.row(
        """
        SELECT c.position, c.action, c.channel, r.at FROM host_receipt c JOIN host_register r ON r.position = c.position
        WHERE c.position = ?
        """, [.integer(position)])
    }
    let voice = subject.isVoice ? try words(of: subject, in: ledgers) : nil
    let kind =
      voice == nil
      ? SitePick.text(host.moderation.kind(subject.module, subject.kind)?.titles ?? [:], locale)
      : host.words.text("mod.\(subject.kind).action", locale)
    return HeldEntry(
      subject: subject, title: kind.isEmpty ? subject.description : kind,
      sent: try row?.timestamp("at") ?? decision?.submitted ?? Timestamp(milliseconds: 0),
      channel: row?.optionalText("channel") ?? "import",
      received: try row.flatMap { try ReceiptBook(host: host).received(try $0.int("position"), in: ledgers) },
      number: row?.optionalInt("position").map { ReceiptBook.number($0) } ?? "", state: decision?.state ?? "none",
      excerpt: voice ?? decision?.excerpt ?? "", erased: try host.erasures.date(of: subject, in: ledgers))
  }

  /// What somebody wrote in a flag or an appeal.
  private func words(of voice: Subject, in ledgers: Ledgers) throws -> String {
    let sql =
      voice.kind == "flag"
      ? "SELECT note AS words FROM host_flag WHERE id = ?" : "SELECT body AS words FROM host_appeal WHERE id = ?"
    return try ledgers.host.row(sql, [.integer(Int(voice.key) ?? 0)])?.text("words") ?? ""
  }

  private func modules(
    _ email: String, _ records: [Subject], in ledgers: Ledgers
  ) throws -> [(id: String, value: JSONValue)] {
    var found: [(id: String, value: JSONValue)] = []
    let comments = try records.filter { $0.module == "host" && $0.kind == "comment" }.compactMap { subject in
      try ledgers.host.row(
        "SELECT subject, kind, author, body, sent_at FROM host_comment WHERE id = ?", [.integer(Int(subject.key) ?? 0)])
    }
    if !comments.isEmpty {
      found.append(
        (
          "comments",
          .array(
            try comments.map {
              .object([
                ("on", .string(try $0.text("subject"))), ("kind", .string(try $0.text("kind"))),
                ("author", .string(try $0.text("author"))), ("markdown", .string(try $0.text("body"))),
                ("sent", .timestamp(try $0.timestamp("sent_at"))),
              ])
            })
        ))
    }
    let voices = try records.filter(\.isVoice).map { subject in
      JSONValue.object([
        ("subject", .string(subject.description)), ("words", .string(try words(of: subject, in: ledgers))),
      ])
    }
    if !voices.isEmpty { found.append(("voices", .array(voices))) }
    for entry in host.registry.entries {
      guard let data = entry.instance.personalData else { continue }
      let own = records.filter { $0.module == entry.manifest.id }
      guard !own.isEmpty || !email.isEmpty else { continue }
      let value = try data.export(ledgers(entry.manifest.id), PersonReference(email: email, records: own))
      if !value.isNull { found.append((entry.manifest.id, value)) }
    }
    return found
  }

  /// Everything as one JSON object, for the person to keep.
  func json(_ held: HeldData, now: Timestamp) -> JSONValue {
    .object([
      ("commune", .string(host.facts.name)), ("made", .timestamp(now)),
      ("address", held.email.isEmpty ? .null : .string(held.email)),
      (
        "contributions",
        .array(
          held.entries.map { entry in
            .object([
              ("subject", .string(entry.subject.description)), ("sent", .timestamp(entry.sent)),
              ("channel", .string(entry.channel)),
              ("received", entry.received.map { .string($0.description) } ?? .null),
              ("receipt", entry.number.isEmpty ? .null : .string(entry.number)),
              ("state", .string(entry.state)), ("erased", entry.erased.map { .timestamp($0) } ?? .null),
            ])
          })
      ), ("host", held.host), ("modules", .object(held.modules.map { ($0.id, $0.value) })),
    ])
  }

  /// The export with its leaf: it says that somebody's data was given out, by which door, and nothing of whose.
  func export(_ key: Key, actor: Actor, locale: String) throws -> JSONValue {
    let now = host.ports.now()
    return try host.ports.store.perform { ledgers in
      let held = try find(key, locale: locale, in: ledgers)
      let position = try PrivacyLeaf(host: host).append(
        kind: "export", what: "host/person", subject: "host/export/person",
        details: [
          ("door", .string(actor.channel == "command" ? "command" : actor.personID == nil ? "person" : "counter"))
        ] + (actor.personID.map { [("person", .integer($0))] } ?? []), at: now, in: ledgers)
      try host.dataAccess.note(.export, at: position, by: actor, now: now, in: ledgers)
      return json(held, now: now)
    }
  }

  /// What an erasure did, for the person to read.
  struct Done: Sendable {
    let count: Int
    let kept: [String]
  }

  /// Erases everything, or one record of it.
  func erase(_ key: Key, only: Subject? = nil, actor: Actor, reason: String, locale: String) throws -> Done {
    let now = host.ports.now()
    return try host.ports.store.perform { ledgers in
      let held = try find(key, locale: locale, in: ledgers)
      let records = held.records.filter { only == nil || $0 == only }
      let order = Erasures.Order(actor: actor, reason: reason, locale: locale, now: now)
      // Somebody else pressed the button: whoever the words are from is told, by an address that is gone afterwards.
      let told =
        actor.personID == nil ? [] : try ErasureNotices(host: host).recipients(of: records, held.email, in: ledgers)
      let done = try host.erasures.erase(records, email: only == nil ? held.email : "", order, in: ledgers)
      if only == nil, !held.email.isEmpty {
        try PersonTables(host: host, columns: try HostColumns(ledgers.host)).erase(held.email, now, in: ledgers)
        let position = try PrivacyLeaf(host: host).append(
          kind: "erasure", what: "address", subject: "host/erasure/address",
          details: [("reason", .string(reason))] + (actor.personID.map { [("person", .integer($0))] } ?? []),
          at: now, in: ledgers)
        try host.dataAccess.note(.erase, at: position, by: actor, now: now, in: ledgers)
        try host.erasures.askForCompaction(now, in: ledgers)
      }
      try ErasureNotices(host: host).send(to: told, count: done.records.count, in: ledgers)
      return Done(count: done.records.count, kept: done.kept)
    }
  }
}

extension Subject {
  /// Whether it is what somebody said to the town hall about another's words: a flag or an appeal. Only the receipt
  /// leads to it.
  var isVoice: Bool { module == "host" && (kind == "flag" || kind == "appeal") }
}

extension Host {
  var rights: PersonalRights { PersonalRights(host: self) }
}
