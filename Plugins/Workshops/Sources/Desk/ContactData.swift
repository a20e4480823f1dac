import ParticipationKit

/// The rights of who signed up: see everything, be forgotten; and what time alone removes.
struct ContactData {
  let site: Site
  let days: Int

  var answers: PersonalData {
    PersonalData(
      records: { ledger, email in
        try SignupTable(ledger: ledger).of(email: email).map { site.subject("signup", $0.id) }
      },
      export: { try export($0, $1) }, erase: { try erase($0, $1) }, clocks: [clock]
    )
    .labelled(in: site.words)
  }

  private var clock: RetentionClock {
    RetentionClock(
      "contacts",
      titles: [
        "fr": "Nom et coordonnées des inscrits, après l’atelier",
        "en": "Names and contacts of those who signed up, after the workshop",
      ], days: days,
      erase: { context, before in
        let table = SignupTable(ledger: context.ledger)
        let ids = try table.known(endedBefore: before)
        for id in ids {
          try table.forget(id)
          try context.forgetAuthor(of: site.subject("signup", id))
        }
        return RetentionOutcome(count: ids.count)
      })
  }

  private func signups(of person: PersonReference, _ ledger: Ledger) throws -> [Signup] {
    let table = SignupTable(ledger: ledger)
    let byAddress = try table.of(email: person.email)
    let known = Set(byAddress.map(\.id))
    return try byAddress
      + person.records.filter { $0.kind == "signup" }.compactMap { try table.find($0.key) }.filter {
        !known.contains($0.id)
      }
  }

  private func export(_ ledger: Ledger, _ person: PersonReference) throws -> JSONValue {
    let found = try signups(of: person, ledger)
    guard !found.isEmpty else { return .null }
    return .array(
      found.map { signup in
        .object([
          ("session", .string(signup.session)), ("name", .string(signup.name)), ("email", .string(signup.email)),
          ("phone", .string(signup.phone)), ("state", .string(signup.state)), ("sent", .timestamp(signup.sentAt)),
          ("came", signup.came.map { .bool($0) } ?? .null),
        ])
      })
  }

  /// Forgets who it was. A place for a session to come is given back, since nobody would know whose it is.
  private func erase(_ context: ActionContext, _ person: PersonReference) throws -> Erasure {
    let found = try signups(of: person, context.ledger)
    guard !found.isEmpty else { return .nothing }
    var held: [Signup] = []
    for signup in found {
      let session = try SessionTable(ledger: context.ledger).find(signup.session)
      if signup.state != "left", let session, session.text.ends > context.now {
        held.append(signup)
      } else {
        try SignupTable(ledger: context.ledger).forget(signup.id)
        try context.forgetAuthor(of: site.subject("signup", signup.id))
      }
    }
    return Erasure(
      records: found.map { site.subject("signup", $0.id) }, kept: [site.words.text("erase.kept", context.locale)],
      changed: try Places(site: site).release(held, context))
  }
}
