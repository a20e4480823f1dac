public import ParticipationKit

extension Host {
  /// When the next approved record becomes public; nil when none waits for its day.
  /// - Throws: The store's error.
  public func nextRelease() throws -> Timestamp? {
    try ports.store.reading { ledgers in
      try ledgers.host.row(
        """
        SELECT public_at FROM host_moderation WHERE public_at IS NOT NULL AND state = 'approved'
        ORDER BY public_at, id LIMIT 1
        """)?.optionalTimestamp("public_at")
    }
  }

  /// Makes public what was approved for a time that has come: the effect, a leaf and the documents, one transaction a
  /// record. A record whose module refuses is tried again a quarter of an hour later and does not keep the others
  /// waiting.
  /// - Returns: How many became public.
  /// - Throws: The store's error.
  @discardableResult
  public func releaseDue(now: Timestamp) throws -> Int {
    let due = try ports.store.reading { ledgers in
      try ledgers.host.rows(
        """
        SELECT * FROM host_moderation WHERE public_at IS NOT NULL AND state = 'approved' AND public_at <= ?
        ORDER BY public_at, id LIMIT 1000
        """, [.timestamp(now)]
      ).map(ModerationQueue.Entry.init)
    }
    var released = 0
    for entry in due {
      do {
        try ports.store.perform { ledgers in try self.moderation.release(entry.id, now: now, in: ledgers) }
        released += 1
      } catch let unavailable as StoreUnavailable {
        throw unavailable
      } catch {
        ports.log("embargo not lifted subject=\(entry.subject) error=\(type(of: error))")
        try ports.store.perform { ledgers in
          try ledgers.host.execute(
            "UPDATE host_moderation SET public_at = ? WHERE id = ?",
            [.timestamp(now.adding(seconds: 900)), .integer(entry.id)])
        }
      }
    }
    return released
  }
}

extension ModerationQueue {
  /// Makes one approved record public, unless somebody has decided otherwise meanwhile.
  func release(_ id: Int, now: Timestamp, in ledgers: Ledgers) throws {
    guard let entry = try entry(id, in: ledgers), entry.state == "approved", let day = entry.publicAt, day <= now,
      try host.erasures.date(of: entry.subject, in: ledgers) == nil
    else { return }
    let decision = Decision(isApproved: true, reason: "", note: entry.note)
    let locale = host.facts.languages[0]
    let changed = try effect(of: decision, on: entry, by: .clock, locale: locale, now: now, in: ledgers)
    let leaf = Leaf(
      what: "released", subject: entry.subject, content: ["released", day.rfc3339], effect: .shows(reason: ""))
    _ = try append(leaf, at: now, in: ledgers)
    try ledgers.host.execute(
      "UPDATE host_moderation SET shown = 1, public_at = NULL, version = version + 1 WHERE id = ?", [.integer(id)])
    try host.ports.enqueue(changed, ledgers)
  }
}
