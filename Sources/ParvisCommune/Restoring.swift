import Glibc
import ParticipationKit
import ParvisHost
import SQLiteStorage

/// What a restore did.
public struct RestoreReport: Sendable {
  /// The name under which the replaced database is kept; nil when there was none.
  public let kept: String?
  /// What the backup lacks of what the commune had.
  public let loss: RestoreLoss
  /// How many records were erased again.
  public let erasedAgain: Int
  /// How many addresses that had been removed meanwhile were removed again.
  public let addressesRemoved: Int
}

extension Commune {
  /// Puts a backup in the place of a commune's database. The one that is there is kept beside, under another name,
  /// and so is the site: it is made anew from the backup at the next publication.
  ///
  /// What was erased since the backup is erased again, the restore becomes a leaf of the register, and the receipts of
  /// acts that are lost lead nowhere. When something cannot be done, everything is put back.
  /// - Parameters:
  ///   - file: The backup.
  ///   - folder: The commune's folder, with its `commune.yaml`.
  ///   - force: Whether a database that exists may be replaced.
  ///   - acceptsLoss: Whether the register may lose leaves that the present database or site has.
  ///   - options: How the commune is opened for the leaf.
  /// - Throws: ``CommuneError``; kind `loss` when the backup is older than what is there.
  public static func restore(
    _ file: String, into folder: String, force: Bool, acceptsLoss: Bool = false, _ options: CommuneOptions
  ) throws -> RestoreReport {
    _ = try CommuneConfiguration.load(folder: folder)
    let data = folder + "/data"
    try Files.makeFolder(data, mode: 0o700)
    let lock = try FolderLock(data + "/lock")
    try Transfers.checkBackup(file)
    let target = data + "/parvis.sqlite"
    if Files.exists(target), !force { throw Transfers.exists(target) }
    let loss = try RestoreLoss.of(backup: file, folder: folder)
    if loss.leaves > 0, !acceptsLoss { throw loss.refusal }
    // The copy is whole and on disk before anything that exists is touched, and so is what is to be done to it.
    let partial = target + ".partial"
    try Transfers.copy(file, to: partial)
    try PendingRestore(partial: partial, position: try RestoreLoss.size(of: file), loss: loss).write(folder)
    let swap = DatabaseSwap(folder: folder, suffix: ".before-\(options.clock().milliseconds)")
    do {
      try swap.run(partial)
      lock.release(inOrder: true)
      let commune = try Commune.open(folder, options)
      defer { commune.close() }
      return RestoreReport(
        kept: swap.kept, loss: loss, erasedAgain: commune.restored?.erased ?? 0,
        addressesRemoved: commune.restored?.addresses ?? 0)
    } catch {
      PendingRestore.forget(folder)
      try swap.undo()
      throw error
    }
  }
}

/// Database and site put aside, and a backup in their place; or back again.
///
/// At every moment `data/parvis.sqlite` is the old database or the new one, whole. What a stop leaves: before the swap
/// the old one, at most without its site, which the next publication writes again; after it the new one, whose
/// ``PendingRestore`` the next opening finishes.
private struct DatabaseSwap {
  let folder: String
  let suffix: String
  /// The name under which the replaced database is kept.
  let kept: String?
  private var target: String { folder + "/data/parvis.sqlite" }
  private var site: String { folder + "/site" }

  init(folder: String, suffix: String) {
    self.folder = folder
    self.suffix = suffix
    let target = folder + "/data/parvis.sqlite"
    kept = Files.exists(target) ? target + suffix : nil
  }

  func run(_ partial: String) throws {
    // The site shows the other database, and this one does not know its files: the next publication makes a new one.
    if Files.isFolder(site) { try Transfers.move(site, site + suffix) }
    if let kept { try keep(as: kept) }
    for rest in ["-wal", "-shm"] { unlink(target + rest) }
    try Transfers.move(partial, target)
    try Transfers.syncFolder(folder + "/data")
  }

  /// Gives the old database a second name, so that it stays in its place until the new one takes it.
  private func keep(as kept: String) throws {
    emptyLog()
    guard Files.exists(target + "-wal") || link(target, kept) != 0 else {
      return try Transfers.syncFolder(folder + "/data")
    }
    // A damaged database, or a file system without second names: it moves away, with its log, which may hold acts that
    // are nowhere else. A stop in between is told at the next opening, with what to do.
    try Transfers.move(target, kept)
    if Files.exists(target + "-wal") { try Transfers.move(target + "-wal", kept + "-wal") }
  }

  /// The log of a database that was not closed in order holds acts that are nowhere else: they go into the file. A
  /// database that cannot be opened keeps its log.
  private func emptyLog() {
    guard let writer = try? WriterThread(path: target, onCommit: {}) else { return }
    writer.stop()
  }

  func undo() throws {
    for rest in ["-wal", "-shm"] { unlink(target + rest) }
    if let kept, Files.exists(kept) {
      try Transfers.move(kept, target)
      // Where both are names of one file, as before the swap, moving does nothing.
      unlink(kept)
      if Files.exists(kept + "-wal") { try Transfers.move(kept + "-wal", target + "-wal") }
    } else if kept == nil {
      unlink(target)
    }
    unlink(target + ".partial")
    if Files.isFolder(site + suffix), !Files.isFolder(site) { try Transfers.move(site + suffix, site) }
    try Transfers.syncFolder(folder + "/data")
  }
}
