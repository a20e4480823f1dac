package import ParticipationKit

// What ParticipationTesting needs besides the public way; `package`, so that no module and no program reaches it.
extension Host {
  /// Decides everything that waits, as an administrator.
  package func decideAll(_ decision: Decision) throws {
    let actor = Actor(personID: 0, name: "test", role: Role.administrator, channel: "desk")
    let waiting = try ports.store.reading { try self.moderation.pending(after: .min, limit: 100_000, in: $0) }
    let now = ports.now()
    for entry in waiting {
      try ports.store.perform { ledgers in
        try self.moderation.decide(
          entry.id, ModerationQueue.Ruling(decision: decision), actor: actor, locale: self.facts.languages[0], now: now,
          in: ledgers)
      }
    }
  }

  /// Makes an account with a role, without hashing a password, and starts a session.
  package func startSession(role: String) throws -> (cookie: String, formToken: String) {
    let now = ports.now()
    let id = try ports.store.perform { ledgers in
      let count = try ledgers.host.count("SELECT count(*) FROM host_person")
      return try ledgers.host.insert(
        "INSERT INTO host_person(email, name, role, password, created_at) VALUES(?,?,?,'-',?)",
        [.text("test\(count)@essai.example"), .text("Test \(role)"), .text(role), .timestamp(now)])
    }
    let started = try people.start(
      person: id, role: role, isPasswordOnly: true, request: SignInRequest(), now: now)
    guard let session = try people.session(started.token) else { throw WriterStopped() }
    return ("\(Desk.cookieName)=\(started.token)", session.formToken)
  }
}

extension Host {
  /// The desk's table of routes as addresses, for a test that tries each with each role.
  package var deskRouteTable: [(method: String, path: String, permission: String?)] {
    DeskRoute.all.map { route in
      (route.method, "/desk" + (route.step.isEmpty ? "" : "/" + route.step), route.permission)
    }
  }
}

extension Host {
  /// The secret of a receipt's address.
  package func receiptTokenForTest(_ position: Int) -> String { secrets.receiptToken(position) }

  /// The path of the last link that waits at the counter, as somebody there is shown it.
  package func lastHeldLink() throws -> String {
    let now = ports.now()
    return try ports.store.perform { ledgers in
      guard let row = try ledgers.host.row("SELECT id, kind FROM host_held_message ORDER BY id DESC LIMIT 1") else {
        return ""
      }
      let link = try HeldLinks(host: self).show(
        try row.int("id"), try row.text("kind"), by: .clock, locale: self.facts.languages[0], now: now, in: ledgers)
      return "/" + link.dropFirst(self.serverBase.count)
    }
  }

  /// Approves one entry for a later time, as an administrator.
  package func decideForTest(_ id: Int, publicAt: Timestamp) throws {
    let actor = Actor(personID: 0, name: "test", role: Role.administrator, channel: "desk")
    let now = ports.now()
    var ruling = ModerationQueue.Ruling(decision: Decision(isApproved: true, reason: "", note: ""))
    ruling.publicAt = publicAt
    let fixed = ruling
    try ports.store.perform { ledgers in
      try self.moderation.decide(id, fixed, actor: actor, locale: self.facts.languages[0], now: now, in: ledgers)
    }
  }
}

extension Host {
  /// A record of the queue, as the conformance kit sees it.
  package struct QueuedForTest: Sendable {
    /// The number of the entry.
    package let id: Int
    /// The record.
    package let subject: Subject
    /// Whether it is public.
    package let isShown: Bool
  }

  /// Every record that was ever moderated, oldest first.
  package func queuedForTest() throws -> [QueuedForTest] {
    try ports.store.reading { ledgers in
      try ledgers.host.rows("SELECT * FROM host_moderation ORDER BY id").map { row in
        let entry = try ModerationQueue.Entry(row)
        return QueuedForTest(id: entry.id, subject: entry.subject, isShown: entry.isShown)
      }
    }
  }

  /// Decides one entry, again or for the first time, as an administrator.
  package func decideForTest(_ id: Int, _ decision: Decision) throws {
    let actor = Actor(personID: 0, name: "test", role: Role.administrator, channel: "desk")
    let now = ports.now()
    try ports.store.perform { ledgers in
      try self.moderation.decide(
        id, ModerationQueue.Ruling(decision: decision), actor: actor, locale: self.facts.languages[0], now: now,
        in: ledgers)
    }
  }

  /// Erases what the holder of an address and of receipts asks for: everything that is theirs.
  /// - Returns: What stays and why.
  package func eraseForTest(email: String, receipts: [Int]) throws -> [String] {
    let locale = facts.languages[0]
    var kept = try rights.erase(.email(email), actor: .anyone, reason: "person", locale: locale).kept
    for position in receipts {
      kept += try rights.erase(.receipt(position), actor: .anyone, reason: "person", locale: locale).kept
    }
    return kept
  }

  /// What the holder of an address is given.
  package func exportForTest(email: String) throws -> JSONValue {
    try rights.export(.email(email), actor: .anyone, locale: facts.languages[0])
  }
}

extension Host {
  /// Prints letters to households, valid for longer than any test moves its clock.
  /// - Returns: The codes, as they are printed.
  package func lettersForTest(_ count: Int) throws -> [String] {
    let now = ports.now()
    let clerk = Actor(personID: 0, name: "test", role: Role.administrator, channel: "desk")
    let until = zone.civil(now.adding(seconds: 2000 * 86_400)).date
    return try ports.store.perform { ledgers in
      let batch = try self.letters.make(
        count, label: "Test", isHousehold: true, until: until, by: clerk, now: now, in: ledgers)
      return try self.letters.sheets(of: batch, in: ledgers)?.map(\.symbols) ?? []
    }
  }
}

/// The names of the fields that the host adds to forms, for the conformance kit.
package struct HostFields {
  private init() {}
  /// A letter code.
  package static let code = Participants.codeField
  /// An address that is to be confirmed.
  package static let email = Participants.emailField
  /// The receipt of an act that is taken back.
  package static let receipt = Withdrawals.receiptField
}

extension Host {
  /// Whether the document of a record shows the official answer to it, for the conformance kit.
  package func asksForAnswer(_ subject: Subject, in ledgers: Ledgers) throws -> Bool {
    try answers.isShown(subject, at: ports.now(), in: ledgers)
  }
}
