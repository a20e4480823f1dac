import ParticipationKit
import Synchronization

/// How many acts one participant does in a time: what actions say of themselves, and what the commune adds at the desk.
///
/// A participant is counted by the surest that the act shows: the letter code, else the confirmed e-mail address, else
/// the keyed address of the connection, which changes each day and is counted for a day at most. What is stored is a
/// keyed digest with a number, until the time is over; never which act it was. Secret acts are counted in memory alone,
/// so that no file says that somebody did one.
///
/// Where an act on a record asks for nothing to be typed, as a support, nothing but the sender tells one from another:
/// whoever shows no letter code does it once a day on each record.
struct Quotas: Sendable {
  /// A limit of the commune.
  struct Limit: Sendable, Hashable {
    /// Empty for every act, a module's id, `comments`, or that and an action as `comments/add`.
    let scope: String
    /// `all`, or the participants of one sort: `resident`, `email`, `address`.
    let who: String
    let most: Int
    let period: Quota.Period
  }

  /// What an act will count for, once it is done.
  struct Due: Sendable {
    let key: [UInt8]
    let until: Timestamp
  }

  /// By what participants are counted.
  static let sorts = ["all", "resident", "email", "address"]
  /// The limit of acts without words on one record, which no commune sets.
  private static let record = "record"
  /// What a limit may be.
  static let range = 1...1000

  let host: Host

  /// The limits of the commune.
  func all(in ledgers: Ledgers) throws -> [Limit] {
    try ledgers.host.rows("SELECT scope, who, most, period FROM host_quota ORDER BY scope, who").compactMap { row in
      guard let period = Quota.Period(name: try row.text("period")) else { return nil }
      return Limit(
        scope: try row.text("scope"), who: try row.text("who"), most: try row.int("most"), period: period)
    }
  }

  /// Refuses an act that is one too many; staff who enter acts for others are not counted.
  /// - Returns: What the act counts for, to be given to ``count(_:isSecret:in:)`` when it is done.
  /// - Throws: ``Problem`` 429 that says the limit and when it is over.
  func check(
    _ request: ActRequest, _ action: HostedAction, _ who: Participants.Found, isBare: Bool = false, now: Timestamp,
    in ledgers: Ledgers
  ) throws -> [Due] {
    guard action.audience.isPublic, let person = Person(request, who) else { return [] }
    let name = "\(request.module)/\(request.action)"
    var limits = try all(in: ledgers).filter {
      ["", request.module, name].contains($0.scope) && ["all", person.sort].contains($0.who)
    }
    if let own = action.quota { limits.append(Limit(scope: name, who: "own", most: own.most, period: own.period)) }
    if isBare, !request.key.isEmpty, person.sort != "resident" {
      limits.append(Limit(scope: "\(name)/\(request.key)", who: Quotas.record, most: 1, period: .day))
    }
    return try limits.map { limit in
      let window = self.window(person.sort == "address" ? limit.period.atMostADay : limit.period, person, now)
      let head = "\(limit.scope)\u{0}\(limit.who)\u{0}\(window.name)\u{0}\(person.sort)\u{0}"
      let due = Due(key: host.secrets.derive("quota", Array(head.utf8) + person.bytes), until: window.until)
      let stored = try ledgers.host.count(
        "SELECT count FROM host_quota_count WHERE key = ? AND until > ?", [.blob(due.key), .timestamp(now)])
      guard stored + host.quotaMemory.count(due.key, now: now) < limit.most else {
        guard limit.who == Quotas.record else {
          throw refusal(limit, until: window.until, now: now, request.locale)
        }
        let key = action.audience.takesCode ? "quota.record.code" : "quota.record"
        throw Problem.conflict(host.words.text(key, request.locale))
      }
      return due
    }
  }

  /// Removes what was counted in times that are over.
  func forget(_ now: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute("DELETE FROM host_quota_count WHERE until <= ?", [.timestamp(now)])
  }

  /// Counts an act that was done, within its transaction.
  func count(_ dues: [Due], isSecret: Bool, now: Timestamp, in ledgers: Ledgers) throws {
    guard !dues.isEmpty else { return }
    if isSecret { return host.quotaMemory.add(dues, now: now) }
    for due in dues {
      try ledgers.host.execute(
        """
        INSERT INTO host_quota_count(key, until, count) VALUES(?,?,1)
        ON CONFLICT(key) DO UPDATE SET count = count + 1
        """, [.blob(due.key), .timestamp(due.until)])
    }
  }

  private func refusal(_ limit: Limit, until: Timestamp, now: Timestamp, _ locale: String) -> Problem {
    let words = host.words
    let detail = words.text(
      "quota.reached", locale,
      [
        "most": String(limit.most), "period": words.text("quota.per.\(limit.period.name)", locale),
        "date": DateWords(locale: locale).longWithTime(host.zone.civil(until)),
      ])
    let seconds = Int(max(1, until.seconds - now.seconds))
    return Problem(status: 429, code: "quota", detail: detail, retryAfterSeconds: seconds)
  }

  /// The time that is counted: it begins with the hour, the day, the Monday or the month of the commune.
  private func window(_ period: Quota.Period, _ person: Person, _ now: Timestamp) -> (name: String, until: Timestamp) {
    if period == .hour {
      let hour = now.seconds / 3600
      return ("h\(hour)", Timestamp(milliseconds: (hour + 1) * 3_600_000))
    }
    if person.sort == "address" {
      // The key of a connection changes at midnight UTC: that is its day.
      let day = now.seconds / 86_400
      return ("u\(day)", Timestamp(milliseconds: (day + 1) * 86_400_000))
    }
    let today = host.zone.civil(now).date
    func end(_ day: LocalDate) -> Timestamp {
      CivilDateTime(date: day, hour: 0, minute: 0).map(host.zone.instant) ?? now.adding(seconds: 86_400)
    }
    if period == .week {
      let monday = today.adding(days: 1 - today.weekday)
      return ("w\(monday)", end(monday.adding(days: 7)))
    }
    if period == .month {
      var next = today
      while next.month == today.month { next = next.adding(days: 1) }
      return ("m\(today.year)-\(today.month)", end(next))
    }
    return ("d\(today)", end(today.adding(days: 1)))
  }

  /// Who is counted.
  private struct Person {
    let sort: String
    let bytes: [UInt8]

    /// Nil for who is not counted: staff at the counter, imports, the command.
    init?(_ request: ActRequest, _ who: Participants.Found) {
      if case .counter = request.standing { return nil }
      guard request.actor.personID == nil, request.actor.channel != "import" else { return nil }
      if let voter = who.voter {
        (sort, bytes) = ("resident", voter)
      } else if let id = who.id {
        (sort, bytes) = ("email", Array(String(id).utf8))
      } else if !request.addressKey.isEmpty {
        (sort, bytes) = ("address", request.addressKey)
      } else {
        return nil
      }
    }
  }

  // MARK: What the commune decides

  /// Sets a limit, or changes it.
  func set(_ limit: Limit, actor: Actor, locale: String) throws {
    try host.authorise(.staff("host.calm"), actor, locale: locale)
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      try ledgers.host.execute(
        """
        INSERT INTO host_quota(scope, who, most, period) VALUES(?,?,?,?)
        ON CONFLICT(scope, who) DO UPDATE SET most = excluded.most, period = excluded.period
        """, [.text(limit.scope), .text(limit.who), .integer(limit.most), .text(limit.period.name)])
      try leaf(limit.scope, limit.who, "\(limit.most)/\(limit.period.name)", now, in: ledgers)
    }
  }

  /// Ends a limit.
  func end(scope: String, who: String, actor: Actor, locale: String) throws {
    try host.authorise(.staff("host.calm"), actor, locale: locale)
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      let changes = try ledgers.host.execute(
        "DELETE FROM host_quota WHERE scope = ? AND who = ?", [.text(scope), .text(who)])
      if changes == 1 { try leaf(scope, who, "none", now, in: ledgers) }
    }
  }

  private func leaf(
    _ scope: String, _ who: String, _ value: String, _ now: Timestamp, in ledgers: Ledgers
  ) throws {
    try host.register.append(
      kind: "setting", what: "quota", subject: "host/quota/\(scope.isEmpty ? "all" : scope)",
      payload: Array("\(scope)\u{0}\(who)\u{0}\(value)".utf8), at: now, in: ledgers)
  }
}

extension Host {
  var quotas: Quotas { Quotas(host: self) }
}

/// Counts of secret acts: they live as long as the program, and stand in no file.
final class QuotaMemory: Sendable {
  private let counts = Mutex<[[UInt8]: (until: Timestamp, count: Int)]>([:])

  func count(_ key: [UInt8], now: Timestamp) -> Int {
    counts.withLock { counts in counts[key].map { $0.until > now ? $0.count : 0 } ?? 0 }
  }

  func add(_ dues: [Quotas.Due], now: Timestamp) {
    counts.withLock { counts in
      counts = counts.filter { $0.value.until > now }
      for due in dues { counts[due.key, default: (due.until, 0)].count += 1 }
    }
  }
}

/// The tables of quotas; and the language of records, which outlives their receipts.
struct QuotaSchema {
  /// The number of the step in the host's schema.
  static let number = 8

  static let migration = Migration(
    number, "quotas, language of records",
    [
      "ALTER TABLE host_moderation ADD COLUMN language TEXT NOT NULL DEFAULT ''",
      """
      CREATE TABLE host_quota(scope TEXT NOT NULL, who TEXT NOT NULL, most INTEGER NOT NULL, period TEXT NOT NULL,
        PRIMARY KEY(scope, who)) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE host_quota_count(key BLOB PRIMARY KEY, until INTEGER NOT NULL, count INTEGER NOT NULL) STRICT,
        WITHOUT ROWID
      """,
      "CREATE INDEX host_quota_count_until ON host_quota_count(until)",
    ])

  private init() {}
}
