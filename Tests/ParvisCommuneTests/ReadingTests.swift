import Glibc
import ParticipationKit
import ParticipationTesting
import ParvisHost
import SiteGeneration
import Testing

@testable import ParvisCommune

/// Whoever only reads is never told to stop the server.
@Suite("Reading a commune while somebody writes to it")
struct ReadingTests {
  private func reader(_ folder: Folder) throws -> Commune {
    try Commune.open(
      folder.path, CommuneOptions(modules: NotesCommune.modules, clock: { TestCommune.noon }), for: .reading)
  }

  private func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : -1
  }

  @Test("a reader sees what is committed, changes nothing, never checkpoints, and does not keep a writer out")
  func beside() throws {
    let folder = try Folder()
    let writer = try folder.open()
    _ = try writer.build(out: nil, dryRun: false)
    for body in 1...20 { try writer.act("write", ["body": "mot \(body)"]) }
    try writer.decideAll(approve: true, reason: "")
    let log = folder.path + "/data/parvis.sqlite-wal"
    let (logBefore, lockBefore) = (size(log), folder.read("data/lock"))
    #expect(logBefore > 0)
    let reader = try reader(folder)
    #expect(try reader.check().filter { $0.severity == .error }.isEmpty)
    #expect(reader.doctor().contains { $0.name == "database" && $0.isFine })
    #expect(try reader.people.all().isEmpty)
    #expect(try reader.build(out: nil, dryRun: true).written > 20)
    var exported = 0
    try reader.runExport(kind: "notes", options: [:]) { exported += $0.count }
    // The writer goes on meanwhile, and the next look sees it.
    try writer.act("write", ["body": "encore"])
    #expect(try reader.host.ports.store.reading { try $0("notes").count("SELECT count(*) FROM notes_note") } == 21)
    let grown = size(log)
    reader.close()
    #expect(size(log) == grown && grown >= logBefore)
    #expect(folder.read("data/lock") == lockBefore)
    try writer.act("write", ["body": "après"])
    writer.close()
    // And the other way round.
    let alone = try self.reader(folder)
    let next = try folder.open()
    try next.act("write", ["body": "avec un lecteur"])
    next.close()
    alone.close()
  }

  @Test("a reader that is the last to close leaves the log of a killed program as it is, with its acts")
  func lastToClose() throws {
    let folder = try Folder()
    let writer = try folder.open()
    try writer.act("write", ["body": "un"])
    let killed = try Folder()
    try killed.write("data/note", "")
    for name in ["parvis.sqlite", "parvis.sqlite-wal"] {
      try Transfers.copy(folder.path + "/data/" + name, to: killed.path + "/data/" + name)
    }
    let before = killed.read("data/parvis.sqlite-wal")
    let main = killed.read("data/parvis.sqlite")
    let reader = try reader(killed)
    #expect(try reader.host.ports.store.reading { try $0("notes").count("SELECT count(*) FROM notes_note") } == 1)
    reader.close()
    #expect(killed.read("data/parvis.sqlite-wal") == before && before?.isEmpty == false)
    #expect(killed.read("data/parvis.sqlite") == main)
    #expect(killed.read("data/lock") == nil)
    writer.close()
  }

  @Test("nothing can be written through a reader, and the refusal says so")
  func writesNothing() throws {
    let folder = try Folder()
    try folder.open().close()
    let reader = try reader(folder)
    defer { reader.close() }
    for write in [
      { try reader.act("write", ["body": "x"]) },
      { _ = try reader.build(out: nil, dryRun: false) },
      { _ = try reader.build(out: folder.path + "/out", dryRun: false) },
      { _ = try reader.people.invite(role: "clerk") }, { try reader.backup(to: folder.path + "/b") },
    ] as [() throws -> Void] {
      let error = #expect(throws: CommuneError.self) { try write() }
      #expect(error?.exitCode == 4)
    }
    #expect(!Files.exists(folder.path + "/out") && !Files.exists(folder.path + "/b"))
  }

  @Test("a reader of a commune without database makes it as a writer would, and one of a newer program refuses")
  func schema() throws {
    let folder = try Folder()
    let first = try reader(folder)
    #expect(try first.people.all().isEmpty)
    first.close()
    try OpeningTests.script(
      folder.path + "/data/parvis.sqlite",
      "UPDATE host_migration SET number = 999 WHERE namespace = 'host' AND number = 1")
    let error = #expect(throws: CommuneError.self) { try reader(folder) }
    #expect(error?.kind == .newerDatabase)
  }

  @Test("a reader of a database of an older program brings it up to date, or is refused while another writes")
  func olderSchema() throws {
    let folder = try Folder()
    try folder.open().close()
    let database = folder.path + "/data/parvis.sqlite"
    let old = "DELETE FROM host_migration WHERE namespace = 'notes'; DROP TABLE notes_cheer; DROP TABLE notes_note"
    try OpeningTests.script(database, old)
    let lock = try FolderLock(folder.path + "/data/lock")
    #expect(throws: CommuneError.self) { try reader(folder) }
    lock.release(inOrder: true)
    try reader(folder).close()
    #expect(try OpeningTests.count(database, "SELECT count(*) FROM notes_note") == 0)
  }
}
