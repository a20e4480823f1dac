import ParticipationKit

extension Outbox {
  /// What time alone brings, then what nobody was told of yet, then the digests that are due. Doing it twice changes
  /// nothing.
  /// - Throws: The store's error, or a module's.
  public func prepare() throws {
    guard host.outgoing.mail != nil || !host.outgoing.webhooks.isEmpty else { return }
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      try askModules(now: now, in: ledgers)
      while try host.announcements.tellAll(now: now, in: ledgers) > 0 {}
      if host.outgoing.mail != nil { try Digests(host: host).makeDue(now: now, in: ledgers) }
    }
  }

  /// When ``prepare()`` has something to do next by time alone.
  public static let prepareSeconds: Int64 = 60

  /// The events that modules say became due since they were asked last.
  private func askModules(now: Timestamp, in ledgers: Ledgers) throws {
    guard let after = try MailClock.last("events", or: now, in: ledgers), after < now else { return }
    for entry in host.registry.entries {
      guard let timed = entry.instance.timedEvents else { continue }
      let module = entry.manifest.id
      for event in try timed.due(ledgers(module), after, now) {
        guard !event.key.isEmpty else { throw UnkeyedEvent(module: module) }
        try host.announcements.add(event, module: module, now: now, in: ledgers)
      }
    }
    try MailClock.set("events", now, in: ledgers)
  }
}

/// A module gave an event of time without a key, so it could happen twice.
struct UnkeyedEvent: Error, CustomStringConvertible {
  let module: String
  var description: String { "module \(module): an event of time needs a key (Event.init(…, once:))" }
}

/// When things that time brings were done last.
struct MailClock: Sendable {
  /// The last time; nil the first time, which is then remembered: what lies before the beginning is not told.
  static func last(_ name: String, or now: Timestamp, in ledgers: Ledgers) throws -> Timestamp? {
    let row = try ledgers.host.row("SELECT at FROM host_mail_clock WHERE name = ?", [.text(name)])
    if let row { return try row.timestamp("at") }
    try set(name, now, in: ledgers)
    return nil
  }

  static func set(_ name: String, _ at: Timestamp, in ledgers: Ledgers) throws {
    try ledgers.host.execute(
      "INSERT OR REPLACE INTO host_mail_clock(name, at) VALUES(?,?)", [.text(name), .timestamp(at)])
  }
}

/// Digests by day and week: at most one a period and person, each event once, never an empty one.
struct Digests: Sendable {
  let host: Host

  /// The most events of one digest.
  private static let mostEvents = 100

  func makeDue(now: Timestamp, in ledgers: Ledgers) throws {
    for frequency in ["daily", "weekly"] {
      let boundary = boundary(frequency, before: now)
      guard let last = try MailClock.last(frequency, or: boundary, in: ledgers), last < boundary else { continue }
      try make(frequency, boundary: boundary, now: now, in: ledgers)
      try MailClock.set(frequency, boundary, in: ledgers)
    }
  }

  /// The last time a digest was due: today or yesterday at the commune's hour; for weekly ones the last Monday.
  func boundary(_ frequency: String, before now: Timestamp) -> Timestamp {
    let hour = host.outgoing.mail?.digestHour ?? 7
    var date = host.zone.civil(now).date
    while true {
      if frequency == "daily" || date.weekday == 1, let civil = CivilDateTime(date: date, hour: hour, minute: 0) {
        let instant = host.zone.instant(civil)
        if instant <= now { return instant }
      }
      date = date.adding(days: -1)
    }
  }

  private func make(_ frequency: String, boundary: Timestamp, now: Timestamp, in ledgers: Ledgers) throws {
    let ledger = ledgers.host
    let last = try ledger.count(
      "SELECT coalesce(max(id), 0) FROM host_event WHERE at < ?", [.timestamp(boundary)])
    let addresses = try ledger.rows(
      """
      SELECT DISTINCT m.id, m.locale FROM host_follow f JOIN host_mail_address m ON m.id = f.address
        JOIN host_event_about a ON a.subject = f.subject AND a.event > f.since AND a.event <= ?1
      WHERE f.frequency = ?2 AND m.stopped_at IS NULL ORDER BY m.id
      """, [.integer(last), .text(frequency)])
    for row in addresses {
      let address = try row.int("id")
      let events = try ledger.rows(
        """
        SELECT DISTINCT a.event FROM host_follow f
          JOIN host_event_about a ON a.subject = f.subject AND a.event > f.since AND a.event <= ?1
        WHERE f.address = ?2 AND f.frequency = ?3 ORDER BY a.event DESC LIMIT ?4
        """, [.integer(last), .integer(address), .text(frequency), .integer(Digests.mostEvents)]
      ).map { try $0.int(at: 0) }
      _ = try host.outbox.insert(
        kind: "digest", address: address, locale: try row.text("locale"), subject: "",
        content: .events(events.reversed(), frequency), about: "",
        key: "d-\(frequency)-\(host.zone.civil(boundary).date)-\(address)", isAsked: false, now: now, in: ledgers)
    }
    try ledger.execute(
      "UPDATE host_follow SET since = ?1 WHERE frequency = ?2 AND since < ?1", [.integer(last), .text(frequency)])
  }
}
