public import ParticipationKit

/// One act as it was asked for.
public struct ActRequest: Sendable {
  /// The module's id, or `comments` and `answers` for the host's own actions.
  public let module: String
  /// The action's name.
  public let action: String
  /// What it is about; empty for nothing.
  public let key: String
  /// What was sent.
  public internal(set) var submission: RawSubmission
  /// The language of the person.
  public let locale: String
  /// Who acts.
  public let actor: Actor
  /// The keyed digest of the network address; empty for acts that are not limited.
  public let addressKey: [UInt8]
  /// The `Idempotency-Key` header; nil for none.
  public let idempotencyKey: String?
  /// What the browser's script says of how the act was made.
  var signals = ActSignals.none
  /// The key of the desk's form that sent it, see ``DeskRoom/onceKey(_:)``; nil for none.
  var onceKey: [UInt8]?
  /// The files that came, with what was read in them.
  var files: [HostFiles.Read] = []
  /// By what a participant shows who they are, besides what stands in the form.
  var standing = Standing.open

  /// Makes a request.
  public init(
    module: String, action: String, key: String, submission: RawSubmission, locale: String, actor: Actor,
    addressKey: [UInt8], idempotencyKey: String?
  ) {
    self.module = module
    self.action = action
    self.key = key
    self.submission = submission
    self.locale = locale
    self.actor = actor
    self.addressKey = addressKey
    self.idempotencyKey = idempotencyKey
  }
}

extension ActRequest {
  /// The same request with what else was sent.
  func with(_ submission: RawSubmission) -> ActRequest {
    var request = self
    request.submission = submission
    return request
  }

  var hasIdempotencyKey: Bool { idempotencyKey?.isEmpty == false }
}

/// An accepted act.
public struct ActResult: Sendable {
  /// The position of its leaf in the register.
  public let position: Int
  /// The secret of its receipt's address; made when it is asked for, which is after the transaction.
  public var receiptToken: String { secrets.receiptToken(position) }
  let secrets: Secrets
  /// What the person is told.
  public let message: String
  /// Whether it was recognised as a repeated one, so that nothing was done twice.
  public let isRepeat: Bool
  /// What the act shows once and the host does not keep, as freshly made access codes; for staff only.
  public let lines: [(label: String, value: String)]
}

/// The way of an act: limits, who, form, validation, effect, leaf, receipt and documents to rewrite in one transaction.
struct ActRunner: Sendable {
  /// How long, in seconds, the same words from the same address count as the same act (DESIGN §5).
  static let repeatSeconds: Int64 = 600
  /// How long, in seconds, an idempotency key is remembered.
  static let keySeconds: Int64 = 86_400

  let host: Host

  /// The form of an action for a key, or nil when there is no such thing.
  /// - Throws: ``Problem`` when the action is closed; the store's error.
  func form(
    _ action: HostedAction, key: String, locale: String, standing: Standing = .open, actor: Actor = .anyone
  ) throws -> Form? {
    try host.ports.store.reading { ledgers in
      let now = host.ports.now()
      let reach = try host.reach(of: actor, action, key: key, locale: locale, now: now, in: ledgers)
      return try host.spoken(locale) { try action.form(ledgers, key, locale, now, reach) }.map {
        try host.participants.asking($0, action, standing, locale: locale, in: ledgers)
      }
    }
  }

  /// Runs an act; `done` is called once, after the commit or with the reason why there is none.
  func run(_ request: ActRequest, done: @escaping @Sendable (Result<ActResult, any Error>) -> Void) {
    do {
      let prepared = try prepare(request)
      let now = host.ports.now()
      let keys = repeatKeys(request, prepared.action)
      host.ports.store.submit({ ledgers in try commit(request, prepared, keys, now: now, in: ledgers) }) { result in
        prepared.count(result.map(\.isRepeat))
        done(result)
      }
    } catch {
      done(.failure(error))
    }
  }

  /// Runs an act and waits until it is on disk. For the desk and the command.
  func runAndWait(_ request: ActRequest) throws -> ActResult {
    let prepared = try prepare(request)
    var request = request
    let files = prepared.form.fields.filter { $0.kind == .file }.compactMap { prepared.submission.file($0.name) }
    if !files.isEmpty { request.files = try host.files.reading(files, for: request.module) }
    let now = host.ports.now()
    let keys = repeatKeys(request, prepared.action)
    let asked = request
    return try prepared.counting {
      try host.ports.store.perform { ledgers in try commit(asked, prepared, keys, now: now, in: ledgers) }
    } isRepeat: {
      $0.isRepeat
    }
  }

  /// Everything before the transaction: nothing here changes anything. Whoever calls it counts how the act ended, with
  /// ``PreparedAct/count(_:)``.
  func prepare(_ request: ActRequest) throws -> PreparedAct {
    let words = host.words
    guard let action = host.action(request.module, request.action) else {
      throw Problem.notFound(words.text("error.noAction", request.locale))
    }
    try host.authorise(action.audience, request.actor, locale: request.locale)
    let allowance = Allowance(request, action, limiter: host.limiter)
    if let wait = allowance?.enter(now: host.ports.now()) {
      let minutes = String((wait + 59) / 60)
      throw Problem(
        status: 429, code: "too-many", detail: words.text("error.tooMany", request.locale, ["minutes": minutes]),
        retryAfterSeconds: wait)
    }
    do {
      let (submission, form) = try checked(request, action)
      return PreparedAct(
        action: action, submission: submission, form: form,
        payload: action.isSecret ? nil : request.submission.sealedText(of: form), allowance: allowance)
    } catch {
      allowance?.refusedForm()
      throw error
    }
  }

  private func checked(_ request: ActRequest, _ action: HostedAction) throws -> (Submission, Form) {
    let words = host.words
    guard request.submission.first("website").isEmpty else {
      throw Problem(status: 400, code: "robot", detail: words.text("error.robot", request.locale))
    }
    guard
      let form =
        try form(
          action, key: request.key, locale: request.locale, standing: request.standing, actor: request.actor)
    else {
      throw Problem.notFound(words.text("error.notFound", request.locale))
    }
    let checker = FormChecker(words: words, locale: request.locale)
    guard case .link(_, let email, _) = request.standing, !action.isSecret else {
      return (try checker.check(request.submission, against: form), form)
    }
    return (try checker.check(request.submission.answering(to: email, form), against: form), form)
  }

  /// The keys by which a repeated act is recognised: the first is looked up, all are remembered; with an
  /// Idempotency-Key the second says that the key was used, whatever the words. A browser whose script
  /// got no answer sends the same words again without the script's key, so both keys lead to the act.
  private func repeatKeys(_ request: ActRequest, _ action: HostedAction) -> [[UInt8]] {
    if let key = request.onceKey { return [key] }
    let what = Array("\(request.module)/\(request.action)/\(request.key)".utf8) + [0]
    var keys: [[UInt8]] = []
    if let key = request.idempotencyKey, !key.isEmpty {
      // With the words: another person who happens to choose the same key must not be shown this one's receipt.
      let named = what + Array(key.utf8) + [0]
      keys.append(host.secrets.derive("idempotency", named + request.submission.canonicalBytes()))
      keys.append(host.secrets.derive("idempotency-name", named))
    }
    if request.actor.personID == nil, !request.addressKey.isEmpty {
      keys.append(host.secrets.derive("repeat", what + request.addressKey + request.submission.canonicalBytes()))
    }
    guard action.isSecret else { return keys }
    // With a key that stands in no file: else whoever has the database tries every address with every answer.
    return keys.map { host.ports.sealing.hmac(host.repeatKey, $0) }
  }

  private func commit(
    _ request: ActRequest, _ prepared: PreparedAct, _ keys: [[UInt8]], now: Timestamp, in ledgers: Ledgers
  ) throws -> ActResult {
    let (action, submission, form) = (prepared.action, prepared.submission, prepared.form)
    if let key = keys.first, let earlier = try earlierAct(request, key, now: now, in: ledgers) { return earlier }
    if request.hasIdempotencyKey, try earlierAct(request, keys[1], now: now, in: ledgers) != nil {
      throw Problem(
        status: 422, code: "idempotency-key-reused", detail: host.words.text("error.keyReused", request.locale))
    }
    // Where nothing is typed, a page that was loaded anew has another key and says the same.
    if form.isBare, request.hasIdempotencyKey, keys.count > 2,
      let earlier = try earlierAct(request, keys[2], within: ActRunner.repeatSeconds, now: now, in: ledgers)
    {
      return earlier
    }
    _ = try host.reach(
      of: request.actor, action, key: request.key, locale: request.locale, now: now, in: ledgers)
    let who = try host.participants.who(request, action, now: now, in: ledgers)
    try host.calm.check(request, action, isResident: who.isResident, now: now, in: ledgers)
    let dues = try host.quotas.check(request, action, who, isBare: form.isBare, now: now, in: ledgers)
    let context = host.actionContext(
      module: request.module, key: request.key, actor: request.actor, locale: request.locale, now: now,
      participant: who.participant, participantID: action.isSecret ? nil : who.id, isSecret: action.isSecret,
      isSuspect: request.signals.isSuspect, in: ledgers)
    try host.files.note(request.files, module: request.module, now: now, in: ledgers)
    let outcome = try host.spoken(request.locale) {
      try action.perform(ledgers, context, submission, request.addressKey)
    }
    try host.follow(outcome.subject, into: action, request, now: now, in: ledgers)
    let what = "\(request.module)/\(request.action)"
    let sealed = SealedAct(payload: prepared.payload, outcome: outcome, files: request.files)
    let position = try sealed.append(
      what: what, channel: request.actor.channel, now: now, host: host, in: ledgers)
    try ReceiptBook(host: host).add(
      position: position, what: what, outcome: outcome, request: request, sealed: sealed, in: ledgers)
    try host.moderation.note(
      receipt: position, of: outcome.subject, at: host.moment(now, isSecret: action.isSecret).stored, in: ledgers)
    try MailedReceipts(host: host).received(request, action, outcome, position: position, in: ledgers)
    try host.participants.done(request, action, who, position: position, in: ledgers)
    // Of a secret act no hour is kept, but the end of the hour until when it is recognised.
    let known = action.isSecret ? Timestamp(seconds: (now.seconds / 3600 + 1) * 3600) : now
    for key in keys {
      try ledgers.host.execute(
        "INSERT OR REPLACE INTO host_repeat(key, position, at) VALUES(?,?,?)",
        [.blob(key), .integer(position), .timestamp(known)])
    }
    try host.quotas.count(dues, isSecret: action.isSecret, now: now, in: ledgers)
    if let key = request.onceKey { host.shownOnce.keep(outcome.lines, for: key, now: now) }
    try host.ports.enqueue(outcome.changed, ledgers)
    return ActResult(
      position: position, secrets: host.secrets, message: outcome.message, isRepeat: false,
      lines: request.actor.personID == nil ? [] : outcome.lines)
  }

  private func earlierAct(
    _ request: ActRequest, _ key: [UInt8], within seconds: Int64? = nil, now: Timestamp, in ledgers: Ledgers
  ) throws -> ActResult? {
    guard
      let row = try ledgers.host.row(
        """
        SELECT r.position, r.at, c.message FROM host_repeat r JOIN host_receipt c ON c.position = r.position
        WHERE r.key = ?
        """, [.blob(key)])
    else { return nil }
    let isNamed = request.hasIdempotencyKey || request.onceKey != nil
    let span = seconds ?? (isNamed ? ActRunner.keySeconds : ActRunner.repeatSeconds)
    guard now.seconds - (try row.timestamp("at")).seconds <= span else { return nil }
    let position = try row.int("position")
    return ActResult(
      position: position, secrets: host.secrets, message: try row.text("message"),
      isRepeat: true, lines: request.onceKey.map { host.shownOnce.lines(for: $0, now: now) } ?? [])
  }

  /// The ends of hours that stand for secret acts are found by an index of their own, since this is asked at each turn.
  static let hours = Migration(
    11, "hours of secret acts",
    ["CREATE INDEX host_repeat_hour ON host_repeat(at) WHERE at % 3600000 = 0"])

  /// Forgets by time alone what repeated acts are recognised by; an act forgets nothing of others.
  func forgetRepeats(_ now: Timestamp) throws {
    let limit = now.adding(seconds: -ActRunner.keySeconds)
    // Of a secret act the end of an hour is kept, and only until it was certainly not sent again by mistake.
    let condition = "at < ?1 OR (at % 3600000 = 0 AND at < ?2)"
    let arguments: [SQLValue] = [.timestamp(limit), .timestamp(now.adding(seconds: -ActRunner.repeatSeconds))]
    let isOld = try host.ports.store.reading { ledgers in
      try ledgers.host.row("SELECT 1 FROM host_repeat WHERE \(condition) LIMIT 1", arguments) != nil
    }
    guard isOld else { return }
    try host.ports.store.perform { ledgers in
      _ = try ledgers.host.execute("DELETE FROM host_repeat WHERE \(condition)", arguments)
    }
  }
}
