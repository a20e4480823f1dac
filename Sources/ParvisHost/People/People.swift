public import ParticipationKit

/// A staff account.
public struct Person: Sendable {
  /// The id.
  public let id: Int
  /// The address that signs in.
  public let email: String
  /// The name shown in the desk.
  public let name: String
  /// The role.
  public let role: String
  /// Whether the account is disabled.
  public let isDisabled: Bool

  init(_ row: Row) throws {
    id = try row.int("id")
    email = try row.text("email")
    name = try row.text("name")
    role = try row.text("role")
    isDisabled = row.optionalInt("disabled_at") != nil
  }
}

/// A session of the desk.
public struct DeskSession: Sendable {
  /// How far a session reaches.
  enum Stage: String, Sendable {
    /// The password was right; the second factor is asked for.
    case code
    /// The role asks for a second factor that the account does not have yet.
    case enrolment
    /// Signed in.
    case full
  }

  /// Who is signed in.
  public let person: Person
  /// The token that every form of the desk carries.
  public let formToken: String
  /// The digest under which the session is stored.
  let digest: [UInt8]
  let stage: Stage
  /// When the person last showed that it is them.
  let confirmedAt: Timestamp

  /// The person as an actor.
  public var actor: Actor {
    Actor(personID: person.id, name: person.name, role: person.role, channel: "desk")
  }
}

/// Staff accounts, one-time links and sessions. Tokens are stored as digests only.
public struct People: Sendable {
  /// How long a session lasts, in seconds.
  public static let sessionSeconds: Int64 = 12 * 3600
  /// How long, in seconds, the second step of signing in may take.
  static let codeSeconds: Int64 = 300
  /// How long an invitation lasts, in seconds.
  public static let invitationSeconds: Int64 = 7 * 86_400

  let host: Host

  /// Makes the service of a host.
  public init(host: Host) { self.host = host }

  /// The fewest characters of a password (NIST SP 800-63B: length, no composition rules).
  public static let passwordMinimum = 12

  /// The most bytes of UTF-8 of a name.
  static let nameMaximum = 80

  /// All accounts, by name.
  /// - Throws: The store's error.
  public func all() throws -> [Person] {
    try host.ports.store.reading { ledgers in
      try ledgers.host.rows("SELECT * FROM host_person ORDER BY name, id").map(Person.init)
    }
  }

  /// Makes an account. The password is hashed before the transaction.
  /// - Throws: ``Problem`` when the address is taken or something is missing.
  public func add(
    email: String, name: String, role: String, password: String, invitation: String? = nil, locale: String
  ) throws -> Person {
    let email = People.normalised(email)
    try check(email: email, name: name, role: role, password: password, locale: locale)
    let hash = try host.ports.sealing.hashPassword(password)
    let now = host.ports.now()
    return try host.ports.store.perform { ledgers in
      if let invitation { try use(invitation, role: role, now: now, locale: locale, in: ledgers) }
      let id: Int
      do {
        id = try ledgers.host.insert(
          "INSERT INTO host_person(email, name, role, password, created_at) VALUES(?,?,?,?,?)",
          [.text(email), .text(name), .text(role), .text(hash), .timestamp(now)])
      } catch is UniquenessConflict {
        throw Problem.invalid("email", host.words.text("error.emailTaken", locale))
      }
      try host.register.append(
        kind: "account", what: "added", subject: "host/person/\(id)", payload: Array("\(email)\u{0}\(role)".utf8),
        at: now, details: [("role", .string(role))], in: ledgers)
      return try person(id, in: ledgers)
    }
  }

  private func person(_ id: Int, in ledgers: Ledgers) throws -> Person {
    guard let row = try ledgers.host.row("SELECT * FROM host_person WHERE id = ?", [.integer(id)]) else {
      throw Problem.notFound("person \(id)")
    }
    return try Person(row)
  }

  /// An address as it is stored and compared.
  static func normalised(_ email: String) -> String { ByteText.trimmed(email).lowercased() }

  private func check(email: String, name: String, role: String, password: String, locale: String) throws {
    var errors: [Problem.FieldError] = []
    let words = host.words
    if !EmailAddress.isPlausible(email) {
      errors.append(.init(field: "email", message: words.text("error.email", locale)))
    }
    if ByteText.trimmed(name).isEmpty {
      errors.append(.init(field: "name", message: words.text("error.required", locale)))
    } else if ByteText.length(name) > People.nameMaximum || ByteText.hasForbiddenControl(name) {
      errors.append(.init(field: "name", message: words.text("error.name", locale)))
    }
    if host.roles.role(role) == nil { errors.append(.init(field: "role", message: words.text("error.choice", locale))) }
    if let problem = passwordProblem(password, locale: locale) {
      errors.append(.init(field: "password", message: problem))
    }
    if !errors.isEmpty { throw Problem.invalid(errors, detail: words.text("error.summary", locale)) }
  }

  /// Changes the role of an account and ends its sessions.
  /// - Throws: ``Problem`` when there is no such account or role.
  public func setRole(email: String, role: String, by actor: Actor? = nil, locale: String) throws {
    guard host.roles.role(role) != nil else {
      throw Problem.invalid("role", host.words.text("error.choice", locale))
    }
    try change(email: email, what: "role", role: role, by: actor, locale: locale) { ledger, id, _ in
      try ledger.execute(
        "UPDATE host_person SET role = ? WHERE id = ? AND role <> ?", [.text(role), .integer(id), .text(role)])
    }
  }

  /// Disables or enables an account and ends its sessions. An account that is so already is left alone.
  /// - Parameters:
  ///   - email: The address of the account.
  ///   - isDisabled: Whether the account is to be disabled.
  ///   - actor: Who asks at the desk; nil for the command, which stands above all accounts.
  ///   - locale: The language of the refusal.
  /// - Throws: ``Problem`` when there is no such account, when it is the last one that can manage accounts, or when it
  ///   is an administrator’s and the actor is none.
  public func setDisabled(email: String, _ isDisabled: Bool, by actor: Actor? = nil, locale: String) throws {
    try change(email: email, what: isDisabled ? "disabled" : "enabled", by: actor, locale: locale) { ledger, id, now in
      try ledger.execute(
        "UPDATE host_person SET disabled_at = ? WHERE id = ? AND (disabled_at IS NULL) = ?",
        [isDisabled ? .timestamp(now) : .null, .integer(id), .bool(isDisabled)])
    }
  }

  /// Takes the second factor of an account away, as for a lost telephone, and ends its sessions.
  /// - Throws: ``Problem`` when there is no such account, or when it is an administrator’s and the actor is none.
  public func resetSecondFactor(email: String, by actor: Actor? = nil, locale: String) throws {
    let host = self.host
    try change(email: email, what: "factor-removed", by: actor, locale: locale) { ledger, id, _ in
      try SecondFactor(host: host).remove(id, in: ledger)
      return 1
    }
  }

  /// Changes an account when the guards allow it; the body says how many rows it changed.
  private func change(
    email: String, what: String, role: String? = nil, by actor: Actor?, locale: String,
    _ body: @escaping @Sendable (Ledger, Int, Timestamp) throws -> Int
  ) throws {
    let email = People.normalised(email)
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      guard let row = try ledgers.host.row("SELECT * FROM host_person WHERE email = ?", [.text(email)]) else {
        throw Problem.notFound(host.words.text("people.unknown", locale))
      }
      let person = try Person(row)
      if let actor, person.role == Role.administrator, actor.role != Role.administrator {
        throw Problem.conflict(host.words.text("people.administrator", locale))
      }
      let couldManage = try hasManager(in: ledgers)
      let hadAdministrator = try hasAdministrator(in: ledgers)
      guard try body(ledgers.host, person.id, now) > 0 else { return }
      // In the same transaction: two clerks who disable each other at the same instant cannot both succeed.
      if couldManage, try !hasManager(in: ledgers) {
        throw Problem.conflict(host.words.text("people.last", locale))
      }
      // Whoever keeps the installation must not be able to lock everybody out of it by mistake.
      if hadAdministrator, try !hasAdministrator(in: ledgers) {
        throw Problem.conflict(host.words.text("people.lastAdministrator", locale))
      }
      try ledgers.host.execute("DELETE FROM host_session WHERE person = ?", [.integer(person.id)])
      try leaf(what, person, role: role, by: actor, now: now, in: ledgers)
    }
  }

  /// The leaf of a change of an account: which role it has now is public. That an account has no second factor for a
  /// while is told by its day only, so that nobody learns when to try its password.
  private func leaf(
    _ what: String, _ person: Person, role: String?, by actor: Actor?, now: Timestamp, in ledgers: Ledgers
  ) throws {
    let payload = [person.email, what, role ?? "", String(actor?.personID ?? 0)].joined(separator: "\u{0}")
    try host.register.append(
      kind: "account", what: what, subject: "host/person/\(person.id)", payload: Array(payload.utf8),
      moment: host.moment(now, isSecret: what == "factor-removed"),
      details: role.map { [("role", .string($0))] } ?? [], in: ledgers)
  }

  /// Whether an account that is not disabled can manage accounts.
  private func hasManager(in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.rows("SELECT DISTINCT role FROM host_person WHERE disabled_at IS NULL")
      .contains { host.roles.may(try $0.text("role"), "host.people") }
  }

  private func hasAdministrator(in ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row(
      "SELECT 1 FROM host_person WHERE role = ? AND disabled_at IS NULL", [.text(Role.administrator)]) != nil
  }
}
