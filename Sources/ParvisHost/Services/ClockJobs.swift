public import ParticipationKit

/// Runs what modules do when its time has come, and signs the register's head each day.
struct ClockJobs: Sendable {
  private struct Due: Sendable {
    let module: String
    let job: ClockJob
    let key: String
    let at: Timestamp
  }

  let host: Host

  /// Does what is due and gives the time of what comes next, at the latest the next midnight of the commune.
  func run(now: Timestamp) throws -> Timestamp {
    var (due, next) = try agenda(now)
    for item in due { try perform(item, now) }
    if try isHeadDue(now) {
      try host.ports.store.perform { ledgers in
        _ = try host.treeHeads.sign(reason: "day", at: now, in: ledgers)
      }
    }
    let tomorrow = host.zone.civil(now).date.adding(days: 1)
    if let midnight = CivilDateTime("\(tomorrow)T00:00").map({ host.zone.instant($0) }) { next = min(next, midnight) }
    return next
  }

  private func agenda(_ now: Timestamp) throws -> (due: [Due], next: Timestamp) {
    var due: [Due] = []
    var next = now.adding(seconds: 86_400)
    try host.ports.store.read { ledgers in
      for entry in host.registry.entries {
        for job in entry.instance.clockJobs {
          for (key, at) in try job.times(ledgers(entry.manifest.id), now) {
            if at > now {
              next = min(next, at)
            } else if try !isDone(entry.manifest.id, job.name, key, ledgers) {
              due.append(Due(module: entry.manifest.id, job: job, key: key, at: at))
            }
          }
        }
      }
    }
    return (due.sorted { ($0.at, $0.module, $0.key) < ($1.at, $1.module, $1.key) }, next)
  }

  private func isDone(_ module: String, _ name: String, _ key: String, _ ledgers: Ledgers) throws -> Bool {
    try ledgers.host.row(
      "SELECT 1 FROM host_job WHERE module = ? AND name = ? AND key = ?", [.text(module), .text(name), .text(key)])
      != nil
  }

  private func perform(_ due: Due, _ now: Timestamp) throws {
    try host.ports.store.perform { ledgers in
      let added = try ledgers.host.execute(
        "INSERT INTO host_job(module, name, key, done_at) VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
        [.text(due.module), .text(due.job.name), .text(due.key), .timestamp(now)])
      guard added == 1 else { return }
      let actor = Actor(personID: nil, name: "", role: "clock", channel: "clock")
      let outcome = try due.job.perform(
        host.actionContext(
          module: due.module, key: due.key, actor: actor, locale: host.facts.languages[0], now: now, in: ledgers))
      let what = "\(due.module)/\(due.job.name)"
      var details: [(String, JSONValue)] = []
      if let lines = outcome.published {
        let list = try PublishedList(register: host.register, in: ledgers)
        for line in lines { try list.add(Array(line.utf8)) }
        details = try list.finish()
        try host.seals.keep(
          outcome.subject, position: list.position, place: nil, salt: [], fields: [], in: ledgers)
      }
      _ = try host.register.append(
        kind: "clock", what: what, subject: outcome.subject.description, payload: nil, moment: .exact(now),
        details: details, in: ledgers)
      _ = try host.treeHeads.sign(reason: what, at: now, in: ledgers)
      try host.ports.enqueue(outcome.changed, ledgers)
    }
  }

  /// A head is due when there is none of today, in the commune's time zone, and there are leaves that none covers.
  private func isHeadDue(_ now: Timestamp) throws -> Bool {
    try host.ports.store.reading { ledgers in
      let size = try host.register.nextPosition(in: ledgers)
      guard let last = try host.treeHeads.last(in: ledgers.host) else { return size > 0 }
      return size > last.size && host.zone.civil(last.signed).date < host.zone.civil(now).date
    }
  }
}

extension Host {
  /// Does what time has made due: the modules' jobs of the clock and the daily head of the register.
  /// - Returns: When something is due next, at the latest the next midnight of the commune.
  /// - Throws: What a job throws; ``RegisterGap``; the store's error.
  public func runDueJobs() throws -> Timestamp { try ClockJobs(host: self).run(now: ports.now()) }
}
