public import ParticipationKit
import ParvisHost
import SQLiteStorage
import Sealing

/// What a commune has and a backup lacks: compared with the present database or, where that is gone or cannot be read,
/// with the register of the present site.
public struct RestoreLoss: Sendable {
  /// The last head that was signed and published.
  public struct Head: Sendable {
    /// How many leaves it covers.
    public let size: Int
    /// Their root in hexadecimal.
    public let root: String
  }

  /// Whether there was anything to compare with.
  public internal(set) var isKnown = false
  /// How many leaves of the present register the backup does not have.
  public internal(set) var leaves = 0
  /// How many of them are acts of people.
  public internal(set) var acts = 0
  /// The last signed head, when the backup does not lead to it: a register that goes on from the backup is another one
  /// for whoever kept it.
  public internal(set) var head: Head?
  /// What was erased since the backup, with the reason that the register gives.
  public internal(set) var erased: [(subject: Subject, reason: String)] = []
  /// Addresses that the backup holds and the present database does not hold any more.
  public internal(set) var addresses: [String] = []

  /// Why the restore is refused, and what to do.
  var refusal: CommuneError {
    let headFr = head.map {
      " Le registre se couperait en deux : l’empreinte signée sur \($0.size) lignes n’en serait plus, et toute "
        + "personne qui garde une copie du site le verrait."
    }
    let headEn = head.map {
      " The register would fork: the signed head over \($0.size) leaves would not be of it any more, and whoever keeps "
        + "a copy of the site would see it."
    }
    return CommuneError(
      .loss,
      fr:
        "La sauvegarde est plus ancienne que ce que la commune a : \(leaves) lignes du registre seraient perdues, dont "
        + "\(acts) envois de personnes.\(headFr ?? "") \(erased.count) effacements seraient refaits. "
        + "Prenez une sauvegarde plus récente, ou donnez --accept-loss.",
      en: "The backup is older than what the commune has: \(leaves) leaves of the register would be lost, \(acts) of "
        + "them acts of people.\(headEn ?? "") \(erased.count) erasures would be made again. "
        + "Take a newer backup, or give --accept-loss.")
  }

  // MARK: Comparing

  /// Compares a backup with what a folder has.
  /// - Throws: ``CommuneError`` when the backup cannot be read.
  static func of(backup: String, folder: String) throws -> RestoreLoss {
    let copy: Connection
    do {
      copy = try Connection(path: backup, mode: .reader)
      let database = folder + "/data/parvis.sqlite"
      if Files.exists(database), let loss = try? fromDatabase(copy, try Connection(path: database, mode: .reader)) {
        return loss
      }
      return try fromSite(copy, folder + "/site") ?? RestoreLoss()
    } catch let error as SQLiteError {
      throw StoreErrors.inWords(error, path: backup)
    }
  }

  private static func fromDatabase(_ copy: Connection, _ present: Connection) throws -> RestoreLoss {
    var loss = RestoreLoss()
    loss.isKnown = true
    let same = try firstDifference(copy) { range in try hashes(present, range) }
    let rest = try present.firstRow(
      "SELECT count(*), coalesce(sum(kind = 'act'), 0) FROM host_register WHERE position >= ?", [.integer(same)])
    loss.leaves = try rest?.int(at: 0) ?? 0
    loss.acts = try rest?.int(at: 1) ?? 0
    loss.head = try present.firstRow(
      "SELECT size, root FROM host_head WHERE size > ? ORDER BY size DESC LIMIT 1", [.integer(same)]
    ).map { Head(size: try $0.int(at: 0), root: Hex.encode(try $0.blob("root"))) }
    guard try hasTable("host_erasure", copy), try hasTable("host_erasure", present) else { return loss }
    for row in try present.rows("SELECT subject, reason FROM host_erasure ORDER BY subject") {
      if let subject = Subject(try row.text(at: 0)), try holds(subject, copy) {
        loss.erased.append((subject, try row.text(at: 1)))
      }
    }
    loss.addresses = try addresses(copy).subtracting(try addresses(present)).sorted()
    return loss
  }

  /// What anybody can read of a site: its leaves say what was erased.
  private static func fromSite(_ copy: Connection, _ site: String) throws -> RestoreLoss? {
    var published = RegisterCopy(site)
    guard Files.isFolder(site), try published.readHeads(), let head = published.head else { return nil }
    try published.readLeaves()
    var loss = RestoreLoss()
    loss.isKnown = true
    let found = published
    let same = try firstDifference(copy) { range in
      try range.compactMap { try found.entry($0).map { MerkleHash.leaf($0) } }
    }
    loss.leaves = max(0, head.size - same)
    guard loss.leaves > 0 else { return loss }
    loss.head = Head(size: head.size, root: Hex.encode(head.root))
    for position in same..<head.size {
      if let entry = try found.entry(position), RegisterLeaf(entry)?.kind == "act" { loss.acts += 1 }
    }
    for (name, record) in found.state.records.sorted(by: { $0.key < $1.key }) where record.what == "erased" {
      if let subject = Subject(name), try holds(subject, copy) { loss.erased.append((subject, record.reason)) }
    }
    return loss
  }

  /// The first place at which the backup's leaf is not the present one, or ends.
  private static func firstDifference(_ copy: Connection, _ present: (Range<Int>) throws -> [[UInt8]]) throws -> Int {
    let size = try copy.firstRow("SELECT coalesce(max(position) + 1, 0) FROM host_register")?.int(at: 0) ?? 0
    for start in stride(from: 0, to: size, by: 4096) {
      let range = start..<min(start + 4096, size)
      let (old, new) = (try hashes(copy, range), try present(range))
      for (offset, hash) in old.enumerated() where offset >= new.count || new[offset] != hash { return start + offset }
    }
    return size
  }

  /// How many leaves a backup's register has.
  /// - Throws: ``CommuneError`` when the backup cannot be read.
  static func size(of backup: String) throws -> Int {
    do {
      return try Connection(path: backup, mode: .reader).firstRow(
        "SELECT coalesce(max(position) + 1, 0) FROM host_register")?.int(at: 0) ?? 0
    } catch let error as SQLiteError {
      throw StoreErrors.inWords(error, path: backup)
    }
  }

  private static func hashes(_ connection: Connection, _ range: Range<Int>) throws -> [[UInt8]] {
    try connection.rows(
      "SELECT hash FROM host_register WHERE position >= ? AND position < ? ORDER BY position",
      [.integer(range.lowerBound), .integer(range.upperBound)]
    ).map { try $0.blob("hash") }
  }

  private static func hasTable(_ name: String, _ connection: Connection) throws -> Bool {
    try connection.firstRow("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", [.text(name)]) != nil
  }

  /// Whether a backup has a record with its words.
  private static func holds(_ subject: Subject, _ copy: Connection) throws -> Bool {
    let name = SQLValue.text(subject.description)
    if try hasTable("host_erasure", copy),
      try copy.firstRow("SELECT 1 FROM host_erasure WHERE subject = ?", [name]) != nil
    {
      return false
    }
    return try copy.firstRow(
      """
      SELECT 1 FROM host_receipt WHERE subject = ?1 UNION SELECT 1 FROM host_proof WHERE subject = ?1
      UNION SELECT 1 FROM host_moderation WHERE module || '/' || kind || '/' || key = ?1 LIMIT 1
      """, [name]) != nil
  }

  /// The addresses of residents that a database holds; staff accounts are none.
  private static func addresses(_ connection: Connection) throws -> Set<String> {
    var found: Set<String> = []
    for (table, sql) in [
      ("host_account", "SELECT email FROM host_account"),
      ("host_mail_address", "SELECT lower(email) FROM host_mail_address WHERE email IS NOT NULL"),
    ] where try hasTable(table, connection) {
      for row in try connection.rows(sql) { found.insert(try row.text(at: 0)) }
    }
    return found
  }
}
