import ParticipationKit

/// The clerk's switch for a difficult moment: closed, read before publication, or residents only; for everything or
/// one module, until a date, with words that the pages show. Each switch is a leaf of the register.
struct Calm: Sendable {
  /// What applies.
  struct State: Sendable {
    /// Empty for everything, a module's id, or `comments`.
    let scope: String
    /// `closed`, `moderated` or `residents`.
    let mode: String
    let until: Timestamp
    /// The clerk's words by language.
    let words: [String: String]

    init(_ row: Row) throws {
      scope = try row.text("scope")
      mode = try row.text("mode")
      until = try row.timestamp("until")
      let members = (try? JSONValue.parse(Array(try row.text("words").utf8)).asObject) ?? []
      words = Dictionary(members.map { ($0.name, $0.value.asString ?? "") }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The modes, the strictest first.
  static let modes = ["closed", "residents", "moderated"]
  /// How long calm can last at most, in days: a closure without end is a decision for the council.
  static let mostDays = 90
  /// The most characters of the clerk's words.
  static let mostLength = 600

  let host: Host

  /// Everything that is switched on.
  func all(_ now: Timestamp, in ledgers: Ledgers) throws -> [State] {
    try ledgers.host.rows("SELECT * FROM host_calm WHERE until > ? ORDER BY scope", [.timestamp(now)]).map(State.init)
  }

  /// The strictest state that applies to a module's acts; nil for none.
  func state(_ module: String, _ now: Timestamp, in ledgers: Ledgers) throws -> State? {
    // Telling the commune of words that break the law, and appealing against a decision, are rights that no calm ends.
    guard module != Flags.id else { return nil }
    let own = try all(now, in: ledgers).filter { $0.scope.isEmpty || $0.scope == module }
    for mode in Calm.modes {
      if let found = own.first(where: { $0.mode == mode }) { return found }
    }
    return nil
  }

  /// Whether acts of a module are read before they are published, whatever else is set.
  func isModerated(_ module: String, _ now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    try state(module, now, in: ledgers) != nil
  }

  /// Whether residents alone may act in a module, so that its forms ask for a letter code.
  func isForResidents(_ module: String, _ now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    try state(module, now, in: ledgers)?.mode == "residents"
  }

  /// Refuses an act that calm does not let through. Staff who enter it for somebody are let through: the town hall
  /// stays open.
  /// - Throws: ``Problem`` 409 with the clerk's words.
  func check(
    _ request: ActRequest, _ action: HostedAction, isResident: Bool, now: Timestamp, in ledgers: Ledgers
  ) throws {
    if case .counter = request.standing { return }
    // Taking one's own words back is a right that no calm ends.
    if action.withdraws != nil { return }
    guard action.audience.isPublic, request.actor.personID == nil, request.actor.channel != "import",
      let state = try state(request.module, now, in: ledgers)
    else { return }
    guard state.mode == "closed" || (state.mode == "residents" && !isResident) else { return }
    throw Problem(status: 409, code: "calm", detail: sentence(state, request.locale))
  }

  /// What pages say: until when, and the clerk's words.
  func sentence(_ state: State, _ locale: String) -> String {
    let until = DateWords(locale: locale).longWithTime(host.zone.civil(state.until))
    let own = SitePick.text(state.words, locale)
    return host.words.text("calm.told.\(state.mode)", locale, ["date": until]) + (own.isEmpty ? "" : " " + own)
  }

  /// The notice above a form, and whether it stands in its place.
  func notice(
    _ module: String, _ locale: String, now: Timestamp, in ledgers: Ledgers
  ) throws -> (node: HTMLNode, replacesForm: Bool)? {
    guard let state = try state(module, now, in: ledgers) else { return nil }
    let node = HTMLNode.div([.class("told calm")], [.p(sentence(state, locale))])
    return (node, state.mode == "closed")
  }

  /// Switches calm on, or changes it.
  func set(
    scope: String, mode: String, until: Timestamp, words: [String: String], actor: Actor, locale: String
  ) throws {
    try host.authorise(.staff("host.calm"), actor, locale: locale)
    let now = host.ports.now()
    let text = JSONValue.object(words.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }).text
    try host.ports.store.perform { ledgers in
      let position = try PrivacyLeaf(host: host).append(
        kind: "calm", what: mode, subject: "host/calm/\(scope.isEmpty ? "all" : scope)",
        details: [("until", .timestamp(until))], at: now, in: ledgers)
      try ledgers.host.execute(
        """
        INSERT INTO host_calm(scope, mode, until, words, person, at, position) VALUES(?,?,?,?,?,?,?)
        ON CONFLICT(scope) DO UPDATE SET mode = excluded.mode, until = excluded.until, words = excluded.words,
          person = excluded.person, at = excluded.at, position = excluded.position
        """,
        [
          .text(scope), .text(mode), .timestamp(until), .text(text), actor.personID.map { .integer($0) } ?? .null,
          .timestamp(now), .integer(position),
        ])
      try host.ports.enqueueAll(ledgers)
    }
  }

  /// Ends calm before its time.
  func end(scope: String, actor: Actor, locale: String) throws {
    try host.authorise(.staff("host.calm"), actor, locale: locale)
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in try remove([scope], now, in: ledgers) }
  }

  /// When the next calm ends; nil for none.
  func nextEnd(in ledgers: Ledgers) throws -> Timestamp? {
    try ledgers.host.row("SELECT min(until) AS until FROM host_calm")?.optionalTimestamp("until")
  }

  /// Ends what is over: the pages get their forms back.
  func endIfOver(_ now: Timestamp) throws {
    let over = try host.ports.store.reading { ledgers in
      try ledgers.host.rows("SELECT scope FROM host_calm WHERE until <= ?", [.timestamp(now)])
        .map { try $0.text("scope") }
    }
    guard !over.isEmpty else { return }
    try host.ports.store.perform { ledgers in try remove(over, now, in: ledgers) }
  }

  private func remove(_ scopes: [String], _ now: Timestamp, in ledgers: Ledgers) throws {
    for scope in scopes {
      guard try ledgers.host.execute("DELETE FROM host_calm WHERE scope = ?", [.text(scope)]) == 1 else { continue }
      _ = try PrivacyLeaf(host: host).append(
        kind: "calm", what: "ended", subject: "host/calm/\(scope.isEmpty ? "all" : scope)", details: [], at: now,
        in: ledgers)
    }
    try host.ports.enqueueAll(ledgers)
  }
}

extension Host {
  var calm: Calm { Calm(host: self) }
}
