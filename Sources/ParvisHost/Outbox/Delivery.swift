public import ParticipationKit

/// What became of an attempt.
public enum DeliveryResult: Sendable, Hashable {
  /// The relay took it.
  case sent
  /// Not now: it is tried again.
  case later(String)
  /// Never: it is not tried again; the recipient is not written to any more when it is the address that is wrong.
  case refused(String, isAddress: Bool)
}

/// A call to another program.
public struct WebhookCall: Sendable {
  /// The name in `commune.yaml`.
  public let hook: String
  /// The number of the message: the same when it is tried again.
  public let id: Int
  /// The JSON body.
  public let body: [UInt8]
}

/// One thing to be sent.
public struct OutboxJob: Sendable {
  /// What is sent.
  public enum Payload: Sendable {
    /// A mail.
    case mail(ComposedMail)
    /// A call.
    case call(WebhookCall)
  }

  /// The number of the message.
  public let id: Int
  /// What kind of message it is, for the log.
  public let kind: String
  /// What is sent.
  public let payload: Payload
}

extension Outbox {
  /// Takes what an unclean end left half sent back into the queue. Only one sender exists: whoever holds the commune's
  /// lock. So at the start nothing can be on its way.
  /// - Throws: The store's error.
  public func recover() throws {
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      _ = try ledgers.host.execute(
        "UPDATE host_outbox SET state = 'waiting', due_at = ?, lease_until = NULL WHERE state = 'sending'",
        [.timestamp(now)])
    }
  }

  /// Takes messages that are due, what people asked for first. What has nothing left to say is dropped here.
  /// - Throws: The store's error.
  public func take(limit: Int) throws -> [OutboxJob] {
    let now = host.ports.now()
    return try host.ports.store.perform { ledgers in
      // A lease that ran out belongs to a sender that hangs: somebody else may try.
      try ledgers.host.execute(
        """
        UPDATE host_outbox SET state = 'waiting', lease_until = NULL WHERE state = 'sending' AND lease_until < ?
        """, [.timestamp(now)])
      let rows = try ledgers.host.rows(
        """
        SELECT * FROM host_outbox WHERE state = 'waiting' AND due_at <= ? ORDER BY is_asked DESC, due_at, id LIMIT ?
        """, [.timestamp(now), .integer(limit)])
      var jobs: [OutboxJob] = []
      for row in rows {
        let id = try row.int("id")
        let made: OutboxJob.Payload?
        do {
          made = try payload(row, now: now, in: ledgers)
        } catch let error as MailHeaderError {
          // One message that cannot be written must not keep the others waiting.
          try end(id, "failed", error.description, now: now, in: ledgers)
          continue
        }
        guard let payload = made else {
          try end(id, "dropped", "", now: now, in: ledgers)
          continue
        }
        try ledgers.host.execute(
          "UPDATE host_outbox SET state = 'sending', attempts = attempts + 1, lease_until = ? WHERE id = ?",
          [.timestamp(now.adding(seconds: Outbox.leaseSeconds)), .integer(id)])
        jobs.append(OutboxJob(id: id, kind: try row.text("kind"), payload: payload))
      }
      return jobs
    }
  }

  /// Marks what became of a message.
  /// - Throws: The store's error.
  public func finish(_ job: OutboxJob, _ result: DeliveryResult) throws {
    let now = host.ports.now()
    try host.ports.store.perform { ledgers in
      switch result {
      case .sent: try end(job.id, "sent", "", now: now, in: ledgers)
      case .refused(let reason, let isAddress):
        try end(job.id, "failed", clean(reason, job), now: now, in: ledgers)
        if isAddress { try stopRecipient(of: job.id, now: now, in: ledgers) }
      case .later(let reason):
        let attempts = try ledgers.host.count("SELECT attempts FROM host_outbox WHERE id = ?", [.integer(job.id)])
        guard attempts < Outbox.mostAttempts else {
          try end(job.id, "failed", clean(reason, job), now: now, in: ledgers)
          return
        }
        try ledgers.host.execute(
          """
          UPDATE host_outbox SET state = 'waiting', lease_until = NULL, due_at = ?, error = ?
          WHERE id = ? AND state = 'sending'
          """,
          [
            .timestamp(now.adding(seconds: Outbox.pause(after: attempts))), .text(clean(reason, job)),
            .integer(job.id),
          ])
      }
    }
  }

  /// A minute, then four times as long each time, at most six hours.
  static func pause(after attempts: Int) -> Int64 {
    var pause: Int64 = 60
    for _ in 1..<max(1, attempts) where pause < 21_600 { pause *= 4 }
    return min(pause, 21_600)
  }

  /// When the next message is due; nil when none waits.
  /// - Throws: The store's error.
  public func nextDue() throws -> Timestamp? {
    try host.ports.store.reading { ledgers in
      try ledgers.host.row("SELECT min(due_at) AS due FROM host_outbox WHERE state = 'waiting'")?
        .optionalTimestamp("due")
    }
  }

  func stopRecipient(of id: Int, now: Timestamp, in ledgers: Ledgers) throws {
    let address = try ledgers.host.row("SELECT address FROM host_outbox WHERE id = ?", [.integer(id)])?
      .optionalInt("address")
    if let address { try host.addresses.stop(address, why: "refused", now: now, in: ledgers) }
  }

  private func end(_ id: Int, _ state: String, _ error: String, now: Timestamp, in ledgers: Ledgers) throws {
    // What somebody asked for holds a link that works. It left, so nothing here needs it any more: neither this file
    // nor a copy of it shall open what it opens. One that failed is kept to be tried again.
    try ledgers.host.execute(
      """
      UPDATE host_outbox SET state = ?1, ended_at = ?2, lease_until = NULL, error = ?3,
        content = iif(is_asked = 1 AND ?1 <> 'failed', '', content) WHERE id = ?4
      """, [.text(state), .timestamp(now), .text(error), .integer(id)])
    try ErasureNotices(host: host).forget(message: id, now: now, in: ledgers)
  }

  /// What a relay said, without the address it may repeat.
  private func clean(_ reason: String, _ job: OutboxJob) -> String {
    let line = Outbox.subjectLine(reason)
    guard case .mail(let mail) = job.payload else { return line }
    return Outbox.without(mail.to.description, line)
  }

  static func without(_ address: String, _ text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    return words.map { $0.lowercased().contains(address.lowercased()) ? "…" : String($0) }.joined(separator: " ")
  }
}
