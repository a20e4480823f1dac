import ParticipationKit

/// Who at the town hall looked at what is held about a person, gave it out or erased it.
///
/// The register has a leaf of each, which commits to the number of the account and says in public only that it was done
/// at the counter; this table says to the town hall who it was.
struct DataAccess: Sendable {
  /// What was done.
  enum Act: String, Sendable { case find, export, erase, link }

  /// One line of the list.
  struct Line: Sendable {
    let at: Timestamp
    let act: Act
    let name: String
  }

  /// The step's number in the namespace `host`.
  static let number = 8

  static let migration = Migration(
    number, "who looked at personal data, leaves of decisions by subject",
    [
      """
      CREATE TABLE host_data_access(position INTEGER PRIMARY KEY, act TEXT NOT NULL CHECK(act IN
        ('find','export','erase','link')), person INTEGER NOT NULL, at INTEGER NOT NULL) STRICT
      """,
      "CREATE INDEX host_data_access_at ON host_data_access(at)",
      // An erasure forgets the salts of all decisions about a record, and must not read the whole register for that.
      """
      CREATE TABLE host_decided(subject TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY(subject, position))
        STRICT, WITHOUT ROWID
      """,
      """
      INSERT INTO host_decided(subject, position)
      SELECT json_extract(leaf, '$.subject'), position FROM host_register WHERE kind = 'decision'
      """,
    ])

  let host: Host

  /// Keeps who did what the leaf at a position says; nothing for the person's own doing.
  func note(_ act: Act, at position: Int, by actor: Actor, now: Timestamp, in ledgers: Ledgers) throws {
    guard let person = actor.personID else { return }
    try ledgers.host.execute(
      "INSERT INTO host_data_access(position, act, person, at) VALUES(?,?,?,?)",
      [.integer(position), .text(act.rawValue), .integer(person), .timestamp(now)])
  }

  /// The leaf of somebody at the counter who looked, with who it was.
  func looked(_ actor: Actor, now: Timestamp, in ledgers: Ledgers) throws {
    let position = try PrivacyLeaf(host: host).append(
      kind: "access", what: "host/person", subject: "host/access/person",
      details: [("door", .string("counter")), ("person", actor.personID.map { .integer($0) } ?? .null)], at: now,
      in: ledgers)
    try note(.find, at: position, by: actor, now: now, in: ledgers)
  }

  /// The leaf of a personal link that was shown at the counter, with to whom.
  func shown(_ actor: Actor, now: Timestamp, in ledgers: Ledgers) throws {
    let position = try PrivacyLeaf(host: host).append(
      kind: "access", what: "host/link", subject: "host/access/link",
      details: [("door", .string("counter")), ("person", actor.personID.map { .integer($0) } ?? .null)], at: now,
      in: ledgers)
    try note(.link, at: position, by: actor, now: now, in: ledgers)
  }

  /// The last of them, newest first.
  func latest(_ count: Int, in ledgers: Ledgers) throws -> [Line] {
    try ledgers.host.rows(
      """
      SELECT a.at, a.act, coalesce(p.name, '?') AS name FROM host_data_access a LEFT JOIN host_person p
      ON p.id = a.person ORDER BY a.position DESC LIMIT ?
      """, [.integer(count)]
    ).map {
      Line(at: try $0.timestamp("at"), act: Act(rawValue: try $0.text("act")) ?? .find, name: try $0.text("name"))
    }
  }
}

extension Host {
  var dataAccess: DataAccess { DataAccess(host: self) }
}
