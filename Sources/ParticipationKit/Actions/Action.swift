/// Who may do something.
public struct Audience: Sendable, Hashable {
  /// The permission that staff need; empty for anyone.
  public let permission: String
  /// How sure the commune must be of who takes part; `anyone` for staff.
  public let level: ParticipationLevel
  /// Whether the host asks for a letter code in the form; whether it must be given, the level says.
  public let takesCode: Bool

  init(permission: String = "", level: ParticipationLevel = .anyone, takesCode: Bool = false) {
    self.permission = permission
    self.level = level
    self.takesCode = takesCode || level.needsCode
  }

  /// Anyone, without account. Such an action never sees a cookie.
  public static let anyone = Audience()
  /// Anyone; who gives a letter code is a verified resident and acts once for each record.
  public static let anyoneOrResident = Audience(takesCode: true)
  /// Somebody who confirms an e-mail address: see ``ParticipationLevel/confirmed``.
  public static let confirmed = Audience(level: .confirmed)
  /// A resident, as often as they want.
  public static let resident = Audience(level: .resident)
  /// A resident, once for each record.
  public static let onePerPerson = Audience(level: .onePerPerson)
  /// A household, once for each record.
  public static let onePerHousehold = Audience(level: .onePerHousehold)
  /// Signed-in staff whose role has a permission.
  public static func staff(_ permission: String) -> Audience { Audience(permission: permission) }

  /// Whether anyone may do it.
  public var isPublic: Bool { permission.isEmpty }
}

/// A permission that a module's staff actions and screens ask for, as `agenda.edit`.
public struct Permission: Sendable, Hashable {
  /// The name: the module's id, a point and a word.
  public let name: String
  /// What it allows, by locale.
  public let titles: [String: String]
  /// The roles that have it unless the commune decides otherwise: `clerk`, `councillor`, `agent`.
  /// Administrators have all.
  public let roles: [String]

  /// Makes a permission.
  public init(_ name: String, roles: [String], titles: [String: String]) {
    self.name = name
    self.roles = roles
    self.titles = titles
  }
}

/// Something that people can do, declared once: the host makes the form, the endpoint `POST
/// /api/v1/<module>/<name>`, validation, permission, limits, idempotency, the receipt and the register's
/// leaf from it.
public struct Action: Sendable {
  /// The name in addresses: lower-case letters, digits and `-`.
  public let name: String
  /// Who may do it.
  public let audience: Audience
  /// What it is called, by locale: in OpenAPI, on receipts and in the register.
  public let titles: [String: String]
  /// How often one address may do it in an hour.
  public let hourlyLimit: Int
  /// How many acts one participant does in a time; nil for no limit but ``hourlyLimit``.
  public let quota: Quota?
  /// Whether nobody may ever say who did what: the register then says the day only and commits to nothing of what was
  /// sent, no receipt repeats it, and the moment is not kept. The effect must store no time and no order either.
  public let isSecret: Bool
  /// The category of what a key names, for staff whose role holds in some categories only, see ``Reach``. Nil closes
  /// the action to them. Where the closure gives nil, as for an action without key, they are let in and the form offers
  /// what ``FormContext/reach`` covers.
  public let category: (@Sendable (FormContext) throws -> String?)?
  /// The form for a key in a language; nil when there is no such thing.
  public let form: @Sendable (FormContext) throws -> Form?
  /// The effect, in one transaction. Throws ``Problem`` to refuse; nothing is then changed.
  public let perform: @Sendable (ActionContext, Submission) throws -> Outcome
  /// The forms of keys that are known beforehand, in a language; see ``describing(_:)``.
  public private(set) var knownForms: (@Sendable (_ locale: String) -> [(key: String, form: Form)])?

  /// Makes an action.
  /// - Parameters:
  ///   - name: The name in addresses.
  ///   - audience: Who may do it.
  ///   - titles: What it is called, by locale.
  ///   - hourlyLimit: How often one address may do it in an hour; the default is 30.
  ///   - quota: How many acts one participant does in a time.
  ///   - isSecret: Whether nobody may ever say who did what; see ``isSecret``.
  ///   - category: The category of what a key names; see ``category``.
  ///   - form: The form for ``FormContext/key``; nil when there is no such thing; throws ``Problem`` when it is closed.
  ///   - perform: The effect.
  public init(
    _ name: String, audience: Audience = .anyone, titles: [String: String], hourlyLimit: Int = 30,
    quota: Quota? = nil, isSecret: Bool = false, category: (@Sendable (FormContext) throws -> String?)? = nil,
    form: @escaping @Sendable (FormContext) throws -> Form?,
    perform: @escaping @Sendable (ActionContext, Submission) throws -> Outcome
  ) {
    self.name = name
    self.audience = audience
    self.titles = titles
    self.hourlyLimit = hourlyLimit
    self.quota = quota
    self.isSecret = isSecret
    self.category = category
    self.form = form
    self.perform = perform
  }
}

extension Action {
  /// The same action with the forms of keys that are known beforehand, as the questionnaires of `content/`: the
  /// description of the API then says the fields of each. They are asked for once, so they must not depend on the time
  /// or on what people do.
  public func describing(_ forms: @escaping @Sendable (_ locale: String) -> [(key: String, form: Form)]) -> Action {
    var action = self
    action.knownForms = forms
    return action
  }
}

/// What a form is made for.
public struct FormContext {
  /// The module's tables, for reading.
  public let ledger: Ledger
  /// The key in the address, as the id of the item that is commented; empty for none.
  public let key: String
  /// The language of the person.
  public let locale: String
  /// The time.
  public let now: Timestamp
  /// Where the member of staff works for whom the form is made; everything for the public.
  public let reach: Reach

  /// Makes a context.
  public init(ledger: Ledger, key: String, locale: String, now: Timestamp, reach: Reach = .everything) {
    self.reach = reach
    self.ledger = ledger
    self.key = key
    self.locale = locale
    self.now = now
  }
}

/// Who acts.
public struct Actor: Sendable, Hashable {
  /// The id of the staff account; nil for the public.
  public let personID: Int?
  /// The name of the staff member; empty for the public.
  public let name: String
  /// The role: `clerk`, `councillor`, `agent`, `administrator`, or `public`.
  public let role: String
  /// The way the act came: `web`, `desk`, `import`; `counter`, `telephone` or `paper` when staff entered it for
  /// somebody.
  public let channel: String

  /// Makes an actor.
  public init(personID: Int?, name: String, role: String, channel: String) {
    self.personID = personID
    self.name = name
    self.role = role
    self.channel = channel
  }

  /// Anybody, by the public forms.
  public static let anyone = Actor(personID: nil, name: "", role: "public", channel: "web")
}

/// What an effect may use, within its transaction.
public struct ActionContext {
  /// The module's tables.
  public package(set) var ledger: Ledger
  /// The key in the address; empty for none.
  public let key: String
  /// Who acts.
  public let actor: Actor
  /// The language of the person.
  public let locale: String
  /// The time of the act; the same for everything in the transaction.
  public let now: Timestamp
  /// Who takes part, when the act is a public one.
  public let participant: Participant
  private let randomBytes: (Int) -> [UInt8]
  let notices: Notices
  private let queue: (ModerationRequest) throws -> Bool
  private let unquote: (Subject) throws -> Void

  /// Makes a context from the host's closures; nothing is public before it was read.
  public init(
    ledger: Ledger, key: String, actor: Actor, locale: String, now: Timestamp,
    participant: Participant = .anyone, random: @escaping (Int) -> [UInt8],
    moderate: @escaping (String, String, String) throws -> Void, notices: Notices = .none,
    unquote: @escaping (Subject) throws -> Void = { _ in }
  ) {
    self.init(
      ledger: ledger, key: key, actor: actor, locale: locale, now: now, participant: participant,
      random: random,
      submit: { request in
        try moderate(request.kind, request.key, request.excerpt)
        return false
      }, notices: notices, unquote: unquote)
  }

  /// Makes a context from the host's closures.
  /// - Parameters:
  ///   - ledger: The module's tables, inside the transaction of the act.
  ///   - key: What the act is about; empty when its address names nothing.
  ///   - actor: Who acts.
  ///   - locale: The language of the answer.
  ///   - now: The time of the act.
  ///   - participant: What the host knows of who takes part.
  ///   - random: So many unpredictable bytes.
  ///   - submit: Puts a record into the moderation queue; gives whether it is public already.
  ///   - notices: What tells followers and participants of events.
  ///   - unquote: Takes the passages that comments quote of a record out of them.
  public init(
    ledger: Ledger, key: String, actor: Actor, locale: String, now: Timestamp,
    participant: Participant = .anyone, random: @escaping (Int) -> [UInt8],
    submit: @escaping (ModerationRequest) throws -> Bool, notices: Notices = .none,
    unquote: @escaping (Subject) throws -> Void = { _ in }
  ) {
    self.ledger = ledger
    self.key = key
    self.actor = actor
    self.locale = locale
    self.now = now
    self.participant = participant
    randomBytes = random
    queue = submit
    self.notices = notices
    self.unquote = unquote
  }

  /// Unpredictable bytes, for keys and codes.
  public func random(_ count: Int) -> [UInt8] { randomBytes(count) }

  /// Takes the passages that comments quote of a record out of them, for good, with a leaf for each comment that is
  /// public. Call it when a text that people could comment is no longer public, as of an item that moves to a closed
  /// session: the quotations would still hold it.
  /// - Throws: The store's error.
  public func withdrawQuotes(from subject: Subject) throws { try unquote(subject) }

  /// Puts a record into the moderation queue; its ``ModeratedKind`` decides what approval does. Call it when the record
  /// is stored: where the commune reads after publication, its ``ModeratedKind/decide`` is called within.
  /// - Parameters:
  ///   - kind: The moderated kind.
  ///   - key: The record's key.
  ///   - excerpt: The first words, for the list.
  ///   - category: What staff sort the queue by, as the service of a report; empty for none.
  /// - Returns: Whether the record is public at once, because the commune reads this kind after publication.
  /// - Throws: The store's error.
  @discardableResult
  public func submitForModeration(
    kind: String, key: String, excerpt: String, category: String = ""
  ) throws -> Bool {
    try queue(ModerationRequest(kind: kind, key: key, excerpt: excerpt, category: category))
  }
}

/// A record that is put into the moderation queue.
public struct ModerationRequest: Sendable {
  /// The moderated kind.
  public let kind: String
  /// The record's key.
  public let key: String
  /// The first words, for the list.
  public let excerpt: String
  /// What staff sort the queue by; empty for none.
  public let category: String

  /// Makes a request.
  public init(kind: String, key: String, excerpt: String, category: String) {
    self.kind = kind
    self.key = key
    self.excerpt = excerpt
    self.category = category
  }
}

/// What an effect did.
public struct Outcome: Sendable {
  /// The subject that the act is about; the register names it.
  public let subject: Subject
  /// The subjects whose documents must be written again.
  public let changed: [Subject]
  /// What happens now, in the person's language: shown on the receipt.
  public let message: String
  /// More lines for the receipt: what they are called and what they say.
  public let lines: [(label: String, value: String)]
  /// What the act adds to published counts; the register says it, so that anybody can count again.
  public let counts: [CountChange]

  /// Makes an outcome.
  public init(
    subject: Subject, changed: [Subject], message: String, lines: [(label: String, value: String)] = [],
    counts: [CountChange] = []
  ) {
    self.subject = subject
    self.changed = changed
    self.message = message
    self.lines = lines
    self.counts = counts
  }
}

/// What an act or an imported record adds to a published count.
public struct CountChange: Sendable, Hashable {
  /// The record whose JSON resource holds the count.
  public let subject: Subject
  /// The member of that JSON, with points between the names: `supports.verified`.
  public let path: String
  /// How many are added; negative for one that is taken back.
  public let amount: Int

  /// Makes a change.
  public init(_ subject: Subject, _ path: String, _ amount: Int = 1) {
    self.subject = subject
    self.path = path
    self.amount = amount
  }
}
