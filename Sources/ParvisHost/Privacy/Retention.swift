public import ParticipationKit

/// What is kept, and how long: one line of the public page.
public struct RetentionLine: Sendable {
  /// `host` or a module's id.
  public let owner: String
  /// The clock's name.
  public let name: String
  /// What is removed and counted from when, by locale.
  public let titles: [String: String]
  /// After how many days.
  public let days: Int
}

/// The last turn of the retention clocks.
public struct RetentionRun: Sendable {
  /// When.
  public let at: Timestamp
  /// What was removed, by `owner/name`; only what is not zero.
  public let counts: [(name: String, count: Int)]
  /// The position of its leaf; nil when nothing was removed.
  public let position: Int?
}

/// Removes what has been kept long enough: once a day, in one transaction, with one leaf that holds counts alone.
struct Retention: Sendable {
  let host: Host

  /// What pages that show the state of the clocks depend on.
  static let subject = Subject("host", "retention", "index")

  /// The last turn; nil before the first.
  func lastRun(in ledgers: Ledgers) throws -> RetentionRun? { try PrivacyStatement.lastRun(ledgers.host) }

  /// The beginning of the next day of the commune: the next turn.
  func next(after now: Timestamp) -> Timestamp {
    let tomorrow = host.zone.civil(now).date.adding(days: 1)
    return CivilDateTime("\(tomorrow)T00:00").map { host.zone.instant($0) } ?? now.adding(seconds: 86_400)
  }

  /// Turns the clocks unless they were turned today.
  /// - Returns: Whether anything was removed.
  func runIfDue(_ now: Timestamp) throws -> Bool {
    let day = host.zone.civil(now).date.description
    let isDone = try host.ports.store.reading { ledgers in
      try ledgers.host.row("SELECT 1 FROM host_retention_run WHERE day >= ?", [.text(day)]) != nil
    }
    guard !isDone else { return false }
    return try host.ports.store.perform { ledgers in try run(day, now, in: ledgers) }
  }

  private func run(_ day: String, _ now: Timestamp, in ledgers: Ledgers) throws -> Bool {
    let added = try ledgers.host.execute(
      "INSERT INTO host_retention_run(day, at, counts, total) VALUES(?,?,'{}',0) ON CONFLICT(day) DO NOTHING",
      [.text(day), .timestamp(now)])
    guard added == 1 else { return false }
    var counts: [(String, JSONValue)] = []
    var total = 0
    var changed: [Subject] = []
    var cleared: Set<String> = []
    func note(_ name: String, _ outcome: RetentionOutcome) {
      guard outcome.count > 0 else { return }
      counts.append((name, .integer(outcome.count)))
      total += outcome.count
      changed += outcome.changed
    }
    let clocks = HostClocks(host: host, columns: try HostColumns(ledgers.host), now: now)
    for period in PrivacySettings.periods {
      let before = Retention.limit(now, days: host.privacySettings.days(period.name))
      note("host/\(period.name)", try clocks.erase(period.name, before: before, in: ledgers))
    }
    for entry in host.registry.entries {
      let context = host.actionContext(
        module: entry.manifest.id, key: "", actor: Retention.actor, locale: host.facts.languages[0], now: now,
        in: ledgers)
      for clock in entry.instance.personalData?.clocks ?? [] {
        let outcome = try clock.erase(context, Retention.limit(now, days: clock.days))
        note("\(entry.manifest.id)/\(clock.name)", outcome)
        if outcome.count > 0 { cleared.insert(entry.manifest.id) }
      }
    }
    try host.enqueueDumps(of: cleared.sorted().map { Erasures.anything(of: $0) }, in: ledgers)
    if total > 0 { try conclude(day, now, JSONValue.object(counts), total, changed, in: ledgers) }
    try ledgers.host.execute("DELETE FROM host_retention_run WHERE day < ? AND total = 0", [.text(day)])
    try host.ports.enqueue([Retention.subject], ledgers)
    return total > 0
  }

  private func conclude(
    _ day: String, _ now: Timestamp, _ counts: JSONValue, _ total: Int, _ changed: [Subject], in ledgers: Ledgers
  ) throws {
    let position = try PrivacyLeaf(host: host).append(
      kind: "retention", what: "host/retention", subject: "host/retention/\(day)", details: [("counts", counts)],
      at: now, in: ledgers)
    try ledgers.host.execute(
      "UPDATE host_retention_run SET counts = ?, total = ?, position = ? WHERE day = ?",
      [.text(counts.text), .integer(total), .integer(position), .text(day)])
    try ledgers.host.execute("UPDATE host_erasure SET position = ? WHERE position = -1", [.integer(position)])
    try host.erasures.askForCompaction(now, in: ledgers)
    try host.ports.enqueue(changed, ledgers)
  }

  private static func limit(_ now: Timestamp, days: Int) -> Timestamp { now.adding(seconds: -Int64(days) * 86_400) }

  static let actor = Actor(personID: nil, name: "", role: "clock", channel: "clock")
}

extension Host {
  /// What the host and its modules keep, and how long.
  public var privacyStatement: PrivacyStatement {
    PrivacyStatement(registry: registry, settings: privacySettings, words: words, zone: zone)
  }

  /// Does what each day asks for: turns the retention clocks and ends calm that is over. Safe to call at any time.
  /// - Returns: Whether something was removed, so that dumps must be written again.
  /// - Throws: What a module's clock throws; the store's error.
  @discardableResult
  public func runDailyWork() throws -> Bool {
    let now = ports.now()
    try calm.endIfOver(now)
    try runner.forgetRepeats(now)
    try forgetConnections(now)
    let isDone = try Retention(host: self).runIfDue(now)
    if isDone { try files.removeForgotten() }
    return isDone
  }

  /// Removes what was known of connections on days that are over: the key of their addresses, which flags came from
  /// one, and what was counted. Nothing is written when there is nothing.
  private func forgetConnections(_ now: Timestamp) throws {
    let day = secrets.addressDay(now)
    let isOld = try ports.store.reading { ledgers in
      try AddressKeys.hasOld(now, in: ledgers)
        || ledgers.host.row(
          """
          SELECT 1 FROM host_flag WHERE origin IS NOT NULL AND sent_at < ?1
          UNION ALL SELECT 1 FROM host_quota_count WHERE until <= ?2 LIMIT 1
          """, [.timestamp(day), .timestamp(now)]) != nil
    }
    guard isOld else { return }
    try ports.store.perform { ledgers in
      try self.secrets.forgetAddresses(now, in: ledgers)
      try Flags(host: self).forgetOrigins(now, in: ledgers)
      try self.quotas.forget(now, in: ledgers)
    }
  }

  /// When something was last erased without the database file having been written anew since; nil for never.
  /// - Throws: The store's error.
  public func compactionAsked() throws -> Timestamp? {
    try ports.store.reading { try $0.host.row("SELECT asked_at FROM host_compaction")?.timestamp("asked_at") }
  }

  /// The file was written anew, with everything published that was erased until then. What was erased later asks again.
  /// - Throws: The store's error.
  public func compactionDone(asked: Timestamp) throws {
    try ports.store.perform { ledgers in
      _ = try ledgers.host.execute("DELETE FROM host_compaction WHERE asked_at <= ?", [.timestamp(asked)])
    }
  }

  var erasures: Erasures { Erasures(host: self) }
}
