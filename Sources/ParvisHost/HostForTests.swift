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
