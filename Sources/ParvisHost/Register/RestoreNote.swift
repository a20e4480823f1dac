public import ParticipationKit

/// What the register says of a restore, and what is done again after it.
public struct RestoreNote: Sendable {
  let known: Bool
  let lost: Int
  let head: (size: Int, root: String)?
  let erased: [(subject: Subject, reason: String)]
  let addresses: [String]

  /// Makes a note.
  /// - Parameters:
  ///   - known: Whether there was anything to compare the backup with.
  ///   - lost: How many leaves the backup lacks.
  ///   - size: How many leaves the last signed head covered that the register does not lead to any more; nil for none.
  ///   - root: The root of that head in hexadecimal.
  ///   - erased: What was erased since the backup, with the reason that the register gave.
  ///   - addresses: Addresses that were removed since the backup.
  public init(
    known: Bool, lost: Int, size: Int?, root: String?, erased: [(subject: Subject, reason: String)],
    addresses: [String]
  ) {
    self.known = known
    self.lost = lost
    head = size.flatMap { size in root.map { (size, $0) } }
    self.erased = erased
    self.addresses = addresses
  }
}

extension Host {
  /// Whether the register says of a restore, from a position on.
  /// - Throws: The store's error.
  public func isRestoreNoted(from position: Int) throws -> Bool {
    try ports.store.reading { ledgers in
      try ledgers.host.row(
        "SELECT 1 FROM host_register WHERE position >= ? AND kind = 'restored'", [.integer(position)]) != nil
    }
  }

  /// Notes a restore in the register, erases again what was erased since the backup, and gives the receipts of all acts
  /// from here on other addresses: the links that people have of acts that are lost must not open somebody else's.
  /// - Returns: How many records and addresses were erased.
  /// - Throws: A module's error; the store's error.
  public func noteRestore(_ note: RestoreNote) throws -> (erased: Int, addresses: Int) {
    let now = ports.now()
    let done = try ports.store.perform { ledgers -> (erased: Int, addresses: Int) in
      let position = try self.register.nextPosition(in: ledgers)
      var details: [(String, JSONValue)] = [("kept", .integer(position))]
      if note.known { details.append(("lost", .integer(note.lost))) }
      if let head = note.head { details += [("formerSize", .integer(head.size)), ("formerRoot", .string(head.root))] }
      _ = try self.register.append(
        kind: "restored", what: "host/restore", subject: "host/restore/\(position)", payload: nil, moment: .exact(now),
        details: details, in: ledgers)
      try self.secrets.renewReceipts(from: position, in: ledgers)
      var count = 0
      for reason in Set(note.erased.map(\.reason)).sorted() {
        let order = Erasures.Order(
          actor: Retention.actor, reason: reason, locale: self.facts.languages[0], now: now)
        let records = note.erased.filter { $0.reason == reason }.map(\.subject)
        count += try self.erasures.erase(records, email: "", order, in: ledgers).records.count
      }
      try ledgers.host.execute("UPDATE host_erasure SET position = ? WHERE position = -1", [.integer(position)])
      let columns = try HostColumns(ledgers.host)
      for email in note.addresses { try PersonTables(host: self, columns: columns).erase(email, now, in: ledgers) }
      if !note.addresses.isEmpty { try self.erasures.askForCompaction(now, in: ledgers) }
      return (count, note.addresses.count)
    }
    // This host goes on: receipts of acts that take the places of lost ones must not open with the old links.
    try ports.store.reading { try secrets.reloadReceipts(in: $0) }
    return done
  }
}
