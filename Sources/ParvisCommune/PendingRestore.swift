import Glibc
import ParticipationKit
import ParvisHost

/// What a restore still has to do to the database that it brings: say so in the register, and erase again what was
/// erased since the backup. Written before the swap, as `data/restore.json`; whoever next opens the commune for writing
/// finishes it, so that a restore which is stopped at any moment brings no erased word back to the public.
struct PendingRestore {
  /// The file of the new database, which a rename keeps. While the database in place is another one, the swap has not
  /// happened.
  let file: UInt64
  /// How many leaves the backup has: the restore is noted behind them.
  let position: Int
  let loss: RestoreLoss

  private static func path(_ folder: String) -> String { folder + "/data/restore.json" }

  init(partial: String, position: Int, loss: RestoreLoss) throws {
    file = try PendingRestore.inode(partial)
    self.position = position
    self.loss = loss
  }

  private init?(_ value: JSONValue) {
    guard let file = value["file"]?.asString.flatMap({ UInt64($0) }), let position = value["position"]?.asInteger else {
      return nil
    }
    self.file = file
    self.position = position
    var loss = RestoreLoss()
    loss.isKnown = value["known"]?.asBool ?? false
    loss.leaves = value["lost"]?.asInteger ?? 0
    if let size = value["size"]?.asInteger, let root = value["root"]?.asString {
      loss.head = RestoreLoss.Head(size: size, root: root)
    }
    loss.erased = (value["erased"]?.asArray ?? []).compactMap { pair in
      guard let parts = pair.asArray, parts.count == 2, let subject = parts[0].asString.flatMap({ Subject($0) }),
        let reason = parts[1].asString
      else { return nil }
      return (subject, reason)
    }
    loss.addresses = (value["addresses"]?.asArray ?? []).compactMap(\.asString)
    self.loss = loss
  }

  /// Brings it to disk.
  /// - Throws: ``CommuneError``.
  func write(_ folder: String) throws {
    let value = JSONValue.object([
      ("file", .string(String(file))), ("position", .integer(position)), ("known", .bool(loss.isKnown)),
      ("lost", .integer(loss.leaves)), ("size", loss.head.map { .integer($0.size) } ?? .null),
      ("root", .string(loss.head?.root)),
      ("erased", .array(loss.erased.map { .array([.string($0.subject.description), .string($0.reason)]) })),
      ("addresses", .array(loss.addresses.map { .string($0) })),
    ])
    try Files.replace(PendingRestore.path(folder), with: value.bytes)
    try Transfers.syncFolder(folder + "/data")
  }

  /// Forgets it: the restore was given up.
  static func forget(_ folder: String) { unlink(path(folder)) }

  /// Finishes a restore that has swapped the databases; takes away what is left of one that has not.
  /// - Returns: How many records and addresses were erased again; nil when there was nothing to finish.
  /// - Throws: ``CommuneError``; what the modules throw.
  static func finish(_ folder: String, _ host: Host) throws -> (erased: Int, addresses: Int)? {
    guard let bytes = try Files.read(path(folder)) else { return nil }
    let database = folder + "/data/parvis.sqlite"
    guard let value = try? JSONValue.parse(bytes), let pending = PendingRestore(value),
      try inode(database) == pending.file
    else {
      // The copy that did not come into its place is in nobody's way, and may be large.
      unlink(database + ".partial")
      forget(folder)
      return nil
    }
    let loss = pending.loss
    // Forgotten only once it is done: what could not be noted or erased again is tried at the next opening.
    let done =
      try host.isRestoreNoted(from: pending.position)
      ? nil
      : host.noteRestore(
        RestoreNote(
          known: loss.isKnown, lost: loss.leaves, size: loss.head?.size, root: loss.head?.root, erased: loss.erased,
          addresses: loss.addresses))
    forget(folder)
    return done
  }

  private static func inode(_ path: String) throws -> UInt64 {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Files.unreadable(path, errno) }
    return UInt64(status.st_ino)
  }
}
