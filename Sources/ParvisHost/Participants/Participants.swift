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
    var participant: Participant
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
    let isBack = action.withdraws != nil
    // Calm keeps noise away; taking something back makes none.
    let isCalm = try !isBack && host.calm.isForResidents(action.module, host.ports.now(), in: ledgers)
    if try asksForCode(audience, standing, isCalm: isCalm, in: ledgers) {
      let isNeeded =
        !isBack && (audience.level.needsCode || isCalm) && !(isCounter(standing) && !audience.level.isUnique)
      let help = isNeeded || isBack ? "participant.code.help" : "participant.code.help.optional"
      fields.append(
        Field(
          Participants.codeField, .secret, words.text("participant.code", locale), help: words.text(help, locale),
          required: isNeeded, maxLength: 60))
    }
    // One address is enough: the confirmed one serves for the answer too.
    let isMerged =
      audience.level == .confirmed && standing == .open && !action.isSecret && form.fields.contains { $0.isContact }
    if audience.level == .confirmed, standing == .open {
      let help = isMerged ? "participant.email.help.answer" : "participant.email.help"
      fields.append(
        Field(
          Participants.emailField, .email, words.text("participant.email", locale),
          help: words.text(help, locale), required: !isBack, autocomplete: "email"))
    }
    if isBack, !isLink(standing) { fields.append(host.withdrawals.field(audience, standing, locale: locale)) }
    if fields.isEmpty { return form }
    let own = isMerged ? form.withoutContact : form
    return Form(title: own.title, intro: own.intro, groups: own.groups + [Form.Group("", fields)], submit: own.submit)
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

  private func isLink(_ standing: Standing) -> Bool {
    if case .link = standing { true } else { false }
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
    let shown = try shown(request, action, now: now, in: ledgers)
    if let earlier = action.withdraws { return try takingBack(earlier, request, shown, in: ledgers) }
    if audience.level == .confirmed, shown.id == nil, !isCounter(request.standing) {
      throw Problem.forbidden(host.words.text("participant.confirm.needed", locale))
    }
    guard let voter = shown.voter else {
      var found = try withoutCode(request, audience, shown)
      // What can be taken back has a right of its own, for which its receipt stands.
      if action.isWithdrawable, found.participant.right.isEmpty {
        found.participant = Participant(level: found.participant.level, right: host.ports.sealing.random(32))
      }
      return found
    }
    if audience.level == .onePerHousehold, !voter.isHousehold {
      throw Problem.invalid(Participants.codeField, host.words.text("participant.code.household", locale))
    }
    let right = self.right(request.module, request.action, request.key, [0] + voter.digest)
    // A code that calm alone asks for opens the form; how often one acts is then not limited to once.
    if audience.takesCode, audience.level != .resident {
      try take(right, now: now, locale: locale, in: ledgers)
    }
    return Found(participant: Participant(level: .resident, right: right), id: shown.id, voter: voter.digest)
  }

  /// What somebody showed: an account or a confirmed address, a letter code.
  private struct Shown {
    var id: Int?
    var email = ""
    var voter: LetterCodes.Voter?
  }

  private func shown(
    _ request: ActRequest, _ action: HostedAction, now: Timestamp, in ledgers: Ledgers
  ) throws -> Shown {
    let locale = request.locale
    var shown = Shown()
    switch request.standing {
    case .open, .counter: break
    case .account(let account):
      shown.id = account
      shown.email =
        try ledgers.host.row("SELECT email FROM host_account WHERE participant = ?", [.integer(account)])?
        .text("email") ?? ""
      shown.voter = try authorization(of: account, in: ledgers)
    case .link(let digest, let email, let code):
      try use(digest, purpose: "act", now: now, locale: locale, in: ledgers)
      shown.id = try participant(email: email, locale: locale, now: now, in: ledgers)
      shown.email = email
      if let code { shown.voter = try host.letters.voter(code: code, now: now, locale: locale, in: ledgers) }
    }
    let typed = ByteText.trimmed(request.submission.first(Participants.codeField))
    let isCalm = try host.calm.isForResidents(request.module, now, in: ledgers)
    if action.audience.takesCode || isCalm, shown.voter == nil, !typed.isEmpty {
      shown.voter = try host.letters.voter(typed: typed, now: now, locale: locale, in: ledgers)
    }
    return shown
  }

  /// Who takes back what they did by another action: the right that they had then, which is free again.
  private func takingBack(
    _ earlier: String, _ request: ActRequest, _ shown: Shown, in ledgers: Ledgers
  ) throws -> Found {
    let words = host.words
    let named = ByteText.trimmed(request.submission.first(Withdrawals.receiptField))
    let field: String
    let right: [UInt8]
    let what = Withdrawals.what(request.module, earlier, request.key)
    if !named.isEmpty {
      field = Withdrawals.receiptField
      right = try host.withdrawals.right(ofReceipt: named, what, locale: request.locale, in: ledgers)
    } else if let voter = shown.voter {
      field = Participants.codeField
      right = self.right(request.module, earlier, request.key, [0] + voter.digest)
    } else if !shown.email.isEmpty {
      field = Withdrawals.receiptField
      right = self.right(request.module, earlier, request.key, [1] + Array(shown.email.utf8))
    } else {
      throw Problem.invalid(
        Withdrawals.receiptField, words.text("participant.withdraw.needed", request.locale))
    }
    guard try host.withdrawals.release(right, of: what, in: ledgers) else {
      throw Problem.invalid(field, words.text("participant.withdraw.nothing", request.locale))
    }
    let level: ParticipationLevel = shown.voter != nil ? .resident : shown.id != nil ? .confirmed : .anyone
    return Found(
      participant: Participant(level: level, right: right), id: shown.id, voter: shown.voter?.digest)
  }

  /// Who gave no code: enough where none is needed. At the counter the clerk vouches for a resident, but not for once
  /// only.
  private func withoutCode(_ request: ActRequest, _ audience: Audience, _ shown: Shown) throws -> Found {
    if audience.level.needsCode, !(audience.level == .resident && isCounter(request.standing)) {
      throw Problem.invalid(Participants.codeField, host.words.text("participant.code.needed", request.locale))
    }
    let level: ParticipationLevel =
      audience.level == .resident ? .resident : shown.id != nil ? .confirmed : .anyone
    let right =
      shown.email.isEmpty
      ? [] : right(request.module, request.action, request.key, [1] + Array(shown.email.utf8))
    return Found(participant: Participant(level: level, right: right), id: shown.id)
  }

  /// What stands for a resident, or for a confirmed address, in an action and for a record, and nowhere else.
  private func right(_ module: String, _ action: String, _ key: String, _ who: [UInt8]) -> [UInt8] {
    host.secrets.derive("right", Array(Withdrawals.what(module, action, key).utf8) + who)
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
    if action.isWithdrawable || action.withdraws != nil, !action.isSecret {
      try host.withdrawals.note(who.participant.right, of: request, position: position, in: ledgers)
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

extension Field {
  /// Whether it asks, if one likes, for the address at which one wants to be answered.
  var isContact: Bool { kind == .email && autocomplete == "email" && !isRequired && name != Participants.emailField }
}

extension RawSubmission {
  /// What was sent, with the confirmed address where the action would have asked for one to answer.
  func answering(to email: String, _ form: Form) -> RawSubmission {
    var filled = self
    for field in form.fields where field.isContact { filled.values[field.name] = [email] }
    return filled
  }
}

extension Form {
  /// The form without the field for an address to answer.
  var withoutContact: Form {
    Form(
      title: title, intro: intro,
      groups: groups.map { Group($0.legend, $0.fields.filter { !$0.isContact }) }, submit: submit)
  }

  /// Whether there is nothing to fill in but who one is, as with a support: what two people send is then the same.
  var isBare: Bool {
    fields.allSatisfy { [Participants.codeField, Participants.emailField].contains($0.name) }
  }
}
