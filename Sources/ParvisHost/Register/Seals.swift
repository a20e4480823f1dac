public import ParticipationKit
import Synchronization

/// The lists of names that proofs hold, as JSON: a kind has one list, and each page a proof a comment.
final class FieldNames: Sendable {
  private let kept = Mutex<[String: JSONValue]>([:])
  /// Far more than modules have kinds; what else may stand in the table is not kept.
  private static let most = 256

  /// The names in a text with spaces between.
  func list(_ fields: String) -> JSONValue {
    if let found = kept.withLock({ $0[fields] }) { return found }
    let names = fields.utf8.split(separator: UInt8(ascii: " ")).map { JSONValue.string(String(Substring($0))) }
    let made = JSONValue.array(names)
    kept.withLock { if $0.count < FieldNames.most { $0[fields] = made } }
    return made
  }
}

/// Commits to the words of what is published, and says in public why something is no longer there.
struct Seals: Sendable {
  let host: Host

  /// Writes the leaf of a decision that shows a record, and keeps what its words are proven by.
  /// - Parameters:
  ///   - subject: The record.
  ///   - what: `approved`; `unread` when it is public before anybody read it; `released` when its day has come;
  ///     `redacted` when words of a shown record were taken out; `revised` when an official answer was written anew.
  ///   - words: The author's words as they stand in the record's JSON.
  ///   - reason: Why, for a redaction; empty otherwise.
  ///   - moment: When.
  ///   - more: Further members of the leaf.
  ///   - ledgers: The transaction.
  /// - Returns: The position of the leaf.
  @discardableResult
  func show(
    _ subject: Subject, what: String = "approved", words: [(String, JSONValue)], reason: String = "",
    moment: Register.Moment, more: [(String, JSONValue)] = [], in ledgers: Ledgers
  ) throws -> Int {
    let fields = words.map(\.0)
    var details: [(String, JSONValue)] = reason.isEmpty ? [] : [("reason", .string(reason))]
    // A comment goes with what it is about, so the leaf names that too.
    if let container = words.first(where: { $0.0 == "on" })?.1.asString { details.append(("on", .string(container))) }
    details.append(("fields", .array(fields.map { .string($0) })))
    let leaf = try host.register.append(
      kind: "decision", what: what, subject: subject.description, payload: JSONValue.object(words).bytes,
      moment: moment, details: details + more, in: ledgers)
    try keep(subject, position: leaf.position, place: nil, salt: leaf.salt, fields: fields, in: ledgers)
    // What was taken out must not stand in the bulk dumps until their hour comes.
    if what == "redacted" { try host.enqueueDumps(of: [subject], in: ledgers) }
    return leaf.position
  }

  /// Writes the leaf of a decision that takes a record away, or keeps it away, and forgets what proved its words.
  /// - Parameters:
  ///   - subject: The record.
  ///   - what: `refused`, `withdrawn`, `erased`, or `reopened` when a decision is taken back and the record waits.
  ///   - reason: Why, in one word of the charter; public for ever, so it says nothing of the words or of a person.
  ///   - payload: What else the leaf commits to.
  ///   - moment: When.
  ///   - more: Further members of the leaf.
  ///   - ledgers: The transaction.
  /// - Returns: The position of the leaf.
  @discardableResult
  func hide(
    _ subject: Subject, what: String, reason: String, payload: [UInt8]? = nil, moment: Register.Moment,
    more: [(String, JSONValue)] = [], in ledgers: Ledgers
  ) throws -> Int {
    let leaf = try host.register.append(
      kind: "decision", what: what, subject: subject.description, payload: payload, moment: moment,
      details: [("reason", .string(reason))] + more, in: ledgers)
    try ledgers.host.execute("DELETE FROM host_proof WHERE subject = ?", [.text(subject.description)])
    // What was never shown stands in no dump, and an erasure has them written by itself.
    if what == "withdrawn" || what == "reopened" { try host.enqueueDumps(of: [subject], in: ledgers) }
    return leaf.position
  }

  /// Writes the leaf of an erasure and forgets every salt and word by which what was erased could still be
  /// recognised: of the decision, and of the acts whose receipts name the record.
  @discardableResult
  /// - Parameter actor: Who did it; the leaf commits to the account of somebody at the counter.
  func erase(
    _ subject: Subject, reason: String, by actor: Actor, moment: Register.Moment, in ledgers: Ledgers
  ) throws -> Int {
    try forget(subject, in: ledgers)
    let payload = actor.personID.map { Array("erased\u{0}\(reason)\u{0}\($0)".utf8) }
    return try hide(subject, what: "erased", reason: reason, payload: payload, moment: moment, in: ledgers)
  }

  /// Forgets the salts and words without a leaf of its own, for what was never published: the leaf of a turn of the
  /// retention clocks counts it. Every leaf about the record is meant: the act, and each decision that stood before.
  func forget(_ subject: Subject, in ledgers: Ledgers) throws {
    let name = SQLValue.text(subject.description)
    try ledgers.host.execute(
      """
      UPDATE host_register SET salt = x'' WHERE position IN (
        SELECT position FROM host_proof WHERE subject = ?1 AND place IS NULL
        UNION SELECT position FROM host_receipt WHERE subject = ?1
        UNION SELECT position FROM host_decided WHERE subject = ?1)
      """, [name])
    try ledgers.host.execute("UPDATE host_receipt SET payload = '', lines = '[]' WHERE subject = ?", [name])
    try ledgers.host.execute("DELETE FROM host_proof WHERE subject = ?", [name])
  }

  /// Keeps what a record's words are proven by; a later proof takes the place of an earlier one.
  func keep(
    _ subject: Subject, position: Int, place: Int?, salt: [UInt8], fields: [String], in ledgers: Ledgers
  ) throws {
    try ledgers.host.execute(
      """
      INSERT INTO host_proof(subject, position, place, salt, fields) VALUES(?,?,?,?,?)
      ON CONFLICT(subject) DO UPDATE SET position = excluded.position, place = excluded.place, salt = excluded.salt,
        fields = excluded.fields
      """,
      [
        .text(subject.description), .integer(position), place.map { .integer($0) } ?? .null, .blob(salt),
        .text(fields.joined(separator: " ")),
      ])
  }

  /// The member `proof` of a published record: where its words were erased, the leaf that says so; null when the
  /// register knows nothing of it.
  func proof(of subject: Subject, in ledgers: Ledgers) throws -> JSONValue {
    let name = SQLValue.text(subject.description)
    guard
      let row = try ledgers.host.row(
        "SELECT position, place, salt, fields FROM host_proof WHERE subject = ?", [name])
    else {
      return erasureProof(
        of: subject,
        position: try ledgers.host.row("SELECT position FROM host_erasure WHERE subject = ?", [name])?
          .optionalInt("position"))
    }
    return proof(
      of: subject, position: try row.int(at: 0), place: row.optionalInt(at: 1), salt: row["salt"].asBlob ?? [],
      fields: try row.text(at: 3))
  }

  /// What stands in the place of a proof where words were erased: the record, and the leaf of its erasure.
  func erasureProof(of subject: Subject, position: Int?) -> JSONValue {
    guard let position else { return .null }
    return .object([("subject", .string(subject.description)), ("position", .integer(position))])
  }

  /// The same from columns that were read with something else.
  func proof(of subject: Subject, position: Int, place: Int?, salt: [UInt8], fields: String) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("subject", .string(subject.description)), ("position", .integer(position)),
    ]
    if let place { members.append(("index", .integer(place))) }
    if !fields.isEmpty {
      members.append(("salt", .string(hexadecimal(salt))))
      members.append(("fields", host.fieldNames.list(fields)))
    }
    let counted = host.registry.moderatedKind(subject.module, subject.kind)?.counted ?? []
    if !counted.isEmpty { members.append(("counted", .array(counted.map { .string($0) }))) }
    return .object(members)
  }
}

extension Host {
  /// Marks the bulk dumps in which something of records may stand. A comment stands where what it is about does.
  func enqueueDumps(of records: [Subject], in ledgers: Ledgers) throws {
    let places = try records.map { record in
      guard record.module == "host", record.kind == "comment" else { return record }
      let row = try ledgers.host.row("SELECT subject FROM host_comment WHERE id = ?", [.text(record.key)])
      return try row.flatMap { Subject(try $0.text("subject")) } ?? record
    }
    if !places.isEmpty { try ports.enqueueDumps(places, ledgers) }
  }

  /// A family whose records are moderated, with the member `proof` added to each JSON resource.
  public func proven(_ family: DocumentFamily, module: String) -> DocumentFamily {
    guard registry.moderatedKind(module, family.kind)?.words != nil else { return family }
    return DocumentFamily(
      family.kind, rank: family.rank, titles: family.titles, path: family.path, keys: family.keys,
      load: { context, key in
        guard let document = try family.load(context, key) else { return nil }
        let proof = try context.proof(of: Subject(module, family.kind, key))
        return Document(
          value: document.value?.adding([("proof", proof)]), dependsOn: document.dependsOn,
          changesAt: document.changesAt, updated: document.updated, search: document.search, page: document.page
        ).carrying(document.files)
      }
    ).describing(family.members)
  }

  /// When something was done, as the register may say it: secret acts by their day only.
  func moment(_ now: Timestamp, isSecret: Bool) -> Register.Moment {
    isSecret ? .day(zone.civil(now).date) : .exact(now)
  }
}
