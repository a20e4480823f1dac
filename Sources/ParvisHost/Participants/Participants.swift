import ParticipationKit

/// By what a participant shows who they are, besides what stands in the form.
enum Standing: Sendable, Hashable {
  /// Nothing: the public forms, which never look at a cookie.
  case open
  /// The link that was mailed to an address: its digest, and that of the letter code that was typed with the act.
  case link([UInt8], email: String, code: [UInt8]?)
  /// A session of the personal pages; the participant's id.
  case account(Int)
  /// A member of staff enters the act for somebody; their id.
  case counter(Int)
}

/// Who takes part: participants, accounts by confirmed address, authorizations by letter code. Three separate things,
/// of which a public act needs none unless it says so.
struct Participants: Sendable {
  /// The names of the fields that the host adds to forms.
  static let codeField = "access_code"
  static let emailField = "confirm_email"

  /// Who was found, within an act's transaction.
  struct Found {
    let participant: Participant
    /// The participant's id; nil for who has none.
    let id: Int?
    /// What stands for the letter code that was shown, whatever the action is told; nil without one.
    var voter: [UInt8]?

    var isResident: Bool { voter != nil }
  }

  let host: Host

  /// A form with the fields that the action's audience asks for.
  func asking(
    _ form: Form, _ action: HostedAction, _ standing: Standing, locale: String, in ledgers: Ledgers
  ) throws -> Form {
    let audience = action.audience
    guard audience.isPublic else { return form }
    let words = host.words
    var fields: [Field] = []
    let isCalm = try host.calm.isForResidents(action.module, host.ports.now(), in: ledgers)
    if try asksForCode(audience, standing, isCalm: isCalm, in: ledgers) {
      let isNeeded =
        (audience.level.needsCode || isCalm) && !(isCounter(standing) && !audience.level.isUnique)
      let help = isNeeded ? "participant.code.help" : "participant.code.help.optional"
      fields.append(
        Field(
          Participants.codeField, .secret, words.text("participant.code", locale), help: words.text(help, locale),
          required: isNeeded, maxLength: 60))
    }
    if audience.level == .confirmed, standing == .open {
      fields.append(
        Field(
          Participants.emailField, .email, words.text("participant.email", locale),
          help: words.text("participant.email.help", locale), required: true, autocomplete: "email"))
    }
    if fields.isEmpty { return form }
    return Form(
      title: form.title, intro: form.intro, groups: form.groups + [Form.Group("", fields)], submit: form.submit)
  }

  /// An account that holds an authorization is not asked for a code again.
  private func asksForCode(
    _ audience: Audience, _ standing: Standing, isCalm: Bool, in ledgers: Ledgers
  ) throws -> Bool {
    guard audience.takesCode || isCalm else { return false }
    switch standing {
    case .open: return true
    // The clerk vouches for who stands there while calm lets residents alone act.
    case .counter: return audience.takesCode
    case .account(let id): return try authorization(of: id, in: ledgers) == nil
    // What was typed was looked at when the act was held; its page has a button and no fields.
    case .link: return false
    }
  }

  private func isCounter(_ standing: Standing) -> Bool {
    if case .counter = standing { true } else { false }
  }

  /// The step « who? » of an act, within its transaction: uses links and codes up, and refuses who lacks what the
  /// action asks for. Nothing is stored that says who did a secret act: a right is a digest that stands for a code at
  /// one record of one action, with the day.
  /// - Throws: ``Problem`` that says what is missing.
  func who(_ request: ActRequest, _ action: HostedAction, now: Timestamp, in ledgers: Ledgers) throws -> Found {
    let audience = action.audience
    guard audience.isPublic else { return Found(participant: .anyone, id: nil) }
    let locale = request.locale
    var id: Int?
    var voter: LetterCodes.Voter?
    switch request.standing {
    case .open, .counter: break
    case .account(let account):
      id = account
      voter = try authorization(of: account, in: ledgers)
    case .link(let digest, let email, let code):
      try use(digest, purpose: "act", now: now, locale: locale, in: ledgers)
      id = try participant(email: email, locale: locale, now: now, in: ledgers)
      if let code { voter = try host.letters.voter(code: code, now: now, locale: locale, in: ledgers) }
    }
    let typed = ByteText.trimmed(request.submission.first(Participants.codeField))
    let isCalm = try host.calm.isForResidents(request.module, now, in: ledgers)
    if audience.takesCode || isCalm, voter == nil, !typed.isEmpty {
      voter = try host.letters.voter(typed: typed, now: now, locale: locale, in: ledgers)
    }
    if audience.level == .confirmed, id == nil, !isCounter(request.standing) {
      throw Problem.forbidden(host.words.text("participant.confirm.needed", locale))
    }
    guard let voter else { return try withoutCode(request, audience, id) }
    if audience.level == .onePerHousehold, !voter.isHousehold {
      throw Problem.invalid(Participants.codeField, host.words.text("participant.code.household", locale))
    }
    let right = self.right(request, voter)
    // A code that calm alone asks for opens the form; how often one acts is then not limited to once.
    if audience.takesCode, audience.level != .resident {
      try take(right, now: now, locale: locale, in: ledgers)
    }
    return Found(participant: Participant(level: .resident, right: right), id: id, voter: voter.digest)
  }

  /// Who gave no code: enough where none is needed. At the counter the clerk vouches for a resident, but not for once
  /// only.
  private func withoutCode(_ request: ActRequest, _ audience: Audience, _ id: Int?) throws -> Found {
    if audience.level.needsCode, !(audience.level == .resident && isCounter(request.standing)) {
      throw Problem.invalid(Participants.codeField, host.words.text("participant.code.needed", request.locale))
    }
    let level: ParticipationLevel =
      audience.level == .resident ? .resident : id != nil ? .confirmed : .anyone
    return Found(participant: Participant(level: level), id: id)
  }

  /// What stands for a resident in an action and for a record, and nowhere else.
  private func right(_ request: ActRequest, _ voter: LetterCodes.Voter) -> [UInt8] {
    host.secrets.derive("right", Array("\(request.module)/\(request.action)/\(request.key)".utf8) + [0] + voter.digest)
  }

  private func take(_ right: [UInt8], now: Timestamp, locale: String, in ledgers: Ledgers) throws {
    let day = host.zone.civil(now).date.description
    let taken = try ledgers.host.execute(
      "INSERT INTO host_right(digest, used_on) VALUES(?,?) ON CONFLICT DO NOTHING", [.blob(right), .text(day)])
    guard taken == 1 else { throw Problem.conflict(host.words.text("participant.code.used", locale)) }
  }

  /// Notes what a participant did, so that they find it again; never for a secret act.
  func done(
    _ request: ActRequest, _ action: HostedAction, _ who: Found, position: Int, in ledgers: Ledgers
  ) throws {
    if case .counter(let person) = request.standing {
      try ledgers.host.execute(
        "INSERT INTO host_counter_act(position, person, channel) VALUES(?,?,?)",
        [.integer(position), .integer(person), .text(request.actor.channel)])
    }
    if case .link(let digest, _, _) = request.standing {
      try ledgers.host.execute("UPDATE host_link SET act = '', email = '' WHERE token = ?", [.blob(digest)])
    }
    guard let id = who.id, !action.isSecret else { return }
    try ledgers.host.execute(
      "INSERT INTO host_participant_act(participant, position) VALUES(?,?)", [.integer(id), .integer(position)])
  }

  /// The participant of an address, made the first time.
  func participant(email: String, locale: String, now: Timestamp, in ledgers: Ledgers) throws -> Int {
    // By their days only: the hour could be that of a secret act.
    let now = host.moment(now, isSecret: true).stored
    let found = try ledgers.host.row("SELECT participant FROM host_account WHERE email = ?", [.text(email)])
    if let id = try found?.int("participant") {
      try ledgers.host.execute(
        "UPDATE host_account SET seen_at = ? WHERE participant = ?", [.timestamp(now), .integer(id)])
      return id
    }
    let id = try ledgers.host.insert("INSERT INTO host_participant(created_at) VALUES(?)", [.timestamp(now)])
    try ledgers.host.execute(
      "INSERT INTO host_account(participant, email, locale, created_at, seen_at) VALUES(?,?,?,?,?)",
      [.integer(id), .text(email), .text(locale), .timestamp(now), .timestamp(now)])
    return id
  }

  /// What an account's letter code is worth; nil when it entered none, or the code was taken back.
  func authorization(of participant: Int, in ledgers: Ledgers) throws -> LetterCodes.Voter? {
    guard
      let row = try ledgers.host.row(
        """
        SELECT a.voter, b.household, b.valid_until FROM host_authorization a
        JOIN host_letter_code c ON c.batch = a.batch AND c.sheet = a.sheet AND c.issue = a.issue
        JOIN host_letter_batch b ON b.id = a.batch WHERE a.participant = ? AND c.state = 'live'
        """, [.integer(participant)]),
      let until = LocalDate(try row.text("valid_until")), host.zone.civil(host.ports.now()).date <= until
    else { return nil }
    return LetterCodes.Voter(digest: try row.blob("voter"), isHousehold: try row.bool("household"))
  }
}
