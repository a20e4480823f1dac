import Glibc
import ParticipationKit
import ParticipationTesting
import ParvisHost
import SQLiteStorage
import Testing

@testable import ParvisCommune

@Suite("Opening, ending and coming back")
struct OpeningTests {
  @Test("a second opener of the same folder is refused with exit code 4, and the first goes on")
  func locked() throws {
    let folder = try Folder()
    let first = try folder.open()
    for _ in 1...3 {
      do {
        _ = try folder.open()
        Issue.record("opened twice")
      } catch let error as CommuneError {
        #expect(error.kind == .locked && error.exitCode == 4)
        #expect(error.message("fr").contains("data/lock"))
      }
    }
    try first.act("write", ["body": "un"])
    first.close()
    try folder.open().close()
  }

  @Test("a refused opener closes only its own file: descriptors of others stay open")
  func refusedOpenerClosesOnce() throws {
    let folder = try Folder()
    let first = try folder.open()
    for _ in 1...200 { #expect(throws: CommuneError.self) { try FolderLock(folder.path + "/data/lock") } }
    try first.act("write", ["body": "un"])
    first.close()
  }

  @Test("a database of a newer program is refused with exit code 4 and left as it is")
  func newerDatabase() throws {
    let folder = try Folder()
    try folder.open().close()
    let database = folder.path + "/data/parvis.sqlite"
    try OpeningTests.script(database, "UPDATE host_migration SET number = 999 WHERE namespace = 'host' AND number = 1")
    let before = folder.read("data/parvis.sqlite")
    do {
      _ = try folder.open()
      Issue.record("opened")
    } catch let error as CommuneError {
      #expect(error.kind == .newerDatabase && error.exitCode == 4)
      #expect(error.message("fr") != error.message("en"))
    }
    #expect(folder.read("data/parvis.sqlite") == before)
  }

  @Test("what was queued when the program was killed is published by the next one")
  func queueSurvives() throws {
    let folder = try Folder()
    let first = try folder.open()
    _ = try first.build(out: nil, dryRun: false)
    try first.act("write", ["body": "avant la coupure"])
    try first.decideAll(approve: true, reason: "")
    first.close()
    #expect(folder.text("site/notes/1.html") == nil)
    let second = try folder.open()
    let server = try CommuneServer.start(second, host: "127.0.0.1", port: 0, behindProxy: false)
    #expect(eventually { folder.text("site/notes/1.html")?.contains("avant la coupure") == true })
    server.stop()
  }

  @Test("a stop is in order only once the site is on the disk; where nothing was written nothing waits for it")
  func syncedBeforeTheEnd() throws {
    let folder = try Folder()
    let path = folder.path
    let locks = Lines()
    // What the lock says while the system writes: a loss of power at that moment must be seen by the next opening.
    let sync: @Sendable () -> Void = {
      locks.add(((try? Files.read(path + "/data/lock")) ?? nil)?.isEmpty == false ? "taken" : "free")
    }
    let first = try folder.open(sync: sync)
    _ = try first.build(out: nil, dryRun: false)
    first.close()
    #expect(locks.all == ["taken"])
    #expect(folder.read("data/lock") == [])
    let second = try folder.open(sync: sync)
    _ = try second.build(out: nil, dryRun: false)
    second.close()
    #expect(locks.all == ["taken"])
  }

  @Test("a site that could not be recorded is not left in order: the next opening compares it")
  func unrecordedEnd() throws {
    let folder = try Folder()
    let first = try folder.open()
    _ = try first.build(out: nil, dryRun: false)
    try first.act("write", ["body": "un"])
    try first.decideAll(approve: true, reason: "")
    // A folder where a file must come stops the publication after other files were written.
    let shard = folder.path + "/site/sitemap-0.xml"
    unlink(shard)
    mkdir(shard, 0o755)
    #expect(throws: (any Error).self) { try first.publishNow() }
    first.close()
    #expect(folder.read("data/lock") != [])
    rmdir(shard)
    let second = try folder.open()
    try second.publishNow()
    #expect(folder.text("site/notes/1.html") != nil && folder.text("site/sitemap-0.xml") != nil)
    second.close()
    #expect(folder.read("data/lock") == [])
  }

  @Test("a start with another configuration or other content makes the whole site anew, and only then")
  func otherEdition() throws {
    let folder = try Folder()
    func serve(_ condition: () -> Bool) throws -> Bool {
      let commune = try folder.open()
      let server = try CommuneServer.start(commune, host: "127.0.0.1", port: 0, behindProxy: false)
      defer { server.stop() }
      return eventually(condition)
    }
    #expect(try serve { folder.text("site/notes/index.html")?.contains("Essai") == true })
    try folder.write("commune.yaml", NotesCommune.yaml.replacing("name: Essai", with: "name: Vaubrisey"))
    #expect(try serve { folder.text("site/notes/index.html")?.contains("Vaubrisey") == true })
    try folder.write("content/pages/acces.md", "---\ntitle: Comment venir\n---\nÀ pied.\n")
    #expect(try serve { folder.text("site/acces.html")?.contains("À pied") == true })
    let reader = try folder.open()
    try reader.siteCheck.noteEdition()
    let queued = try reader.host.ports.store.reading {
      try $0("publication").count("SELECT count(*) FROM publication_queue")
    }
    #expect(queued == 0)
    reader.close()
  }

  @Test(
    "what a stopped restore leaves is not taken for an empty commune, nor its log emptied: acts may be in it alone",
    arguments: ["-wal", ".partial"])
  func halfRestore(rest: String) throws {
    let folder = try Folder()
    try folder.open().close()
    let database = folder.path + "/data/parvis.sqlite"
    #expect(rename(database, database + ".before-1") == 0)
    try folder.write("data/parvis.sqlite" + rest, "acts")
    do {
      _ = try folder.open()
      Issue.record("opened")
    } catch let error as CommuneError {
      #expect(error.exitCode == 3 && error.message("fr").contains("parvis.sqlite" + rest))
    }
    #expect(folder.text("data/parvis.sqlite" + rest) == "acts" && folder.read("data/parvis.sqlite") == nil)
    #expect(rename(database + ".before-1", database) == 0)
    unlink(database + rest)
    try folder.open().close()
  }

  @Test("after an unclean end damaged files are found and written again; after a clean one nothing is read")
  func uncleanEnd() throws {
    let folder = try Folder()
    let first = try folder.open()
    try first.act("write", ["body": "un"])
    try first.decideAll(approve: true, reason: "")
    _ = try first.build(out: nil, dryRun: false)
    first.close()
    #expect(folder.read("data/lock") == [])
    let page = try #require(folder.text("site/notes/1.html"))
    let damaged = String(repeating: "\u{0}", count: page.utf8.count)
    try folder.write("data/lock", "1")
    try OpeningTests.overwrite(folder.path + "/site/notes/1.html", with: 0, count: damaged.utf8.count)
    try OpeningTests.overwrite(folder.path + "/site/robots.txt", with: 0, count: 3)
    let second = try folder.open()
    try second.publishNow()
    #expect(folder.text("site/notes/1.html") == page)
    #expect(folder.text("site/robots.txt")?.contains("Sitemap") == true)
    second.close()
    #expect(folder.read("data/lock") == [])
  }

  @Test("a backup put back into an empty folder gives the same site, and the restored commune goes on")
  func backupAndRestore() throws {
    let folder = try Folder()
    let commune = try folder.open()
    try commune.act("write", ["body": "sauvé"])
    try commune.decideAll(approve: true, reason: "")
    _ = try commune.build(out: nil, dryRun: false)
    let file = folder.path + "/copy.sqlite"
    try commune.backup(to: file)
    #expect(throws: CommuneError.self) { try commune.backup(to: file) }
    let page = folder.text("site/notes/1.html")
    commune.close()

    let empty = try Folder()
    #expect(try Commune.restore(file, into: empty.path, force: false, OpeningTests.options).kept == nil)
    let restored = try empty.open()
    _ = try restored.build(out: nil, dryRun: false)
    #expect(empty.text("site/notes/1.html") == page)
    try restored.act("write", ["body": "la suite"])
    restored.close()
  }

  @Test("a restore keeps what it replaces, with acts that were still in its log, and shows nothing of it any more")
  func restoreKeeps() throws {
    let folder = try Folder()
    let commune = try folder.open()
    let file = folder.path + "/copy.sqlite"
    try commune.backup(to: file)
    try commune.act("write", ["body": "après la sauvegarde"])
    try commune.decideAll(approve: true, reason: "")
    _ = try commune.build(out: nil, dryRun: false)
    #expect(throws: CommuneError.self) {
      try Commune.restore(file, into: folder.path, force: true, OpeningTests.options)
    }
    // What a killed program leaves: a database and its log.
    let killed = try Folder()
    try killed.write("data/note", "")
    for name in ["parvis.sqlite", "parvis.sqlite-wal"] {
      try Transfers.copy(folder.path + "/data/" + name, to: killed.path + "/data/" + name)
    }
    try killed.write("site/notes/1.html", "après")
    commune.close()

    do {
      _ = try Commune.restore(file, into: killed.path, force: false, OpeningTests.options)
      Issue.record("replaced without being asked")
    } catch let error as CommuneError {
      #expect(error.kind == .exists && error.exitCode == 4)
    }
    let refused = #expect(throws: CommuneError.self) {
      try Commune.restore(file, into: killed.path, force: true, OpeningTests.options)
    }
    #expect(refused?.kind == .loss && refused?.exitCode == 4)
    #expect(killed.text("site/notes/1.html") == "après", "a refusal touches nothing")
    let report = try Commune.restore(
      file, into: killed.path, force: true, acceptsLoss: true, OpeningTests.options)
    #expect(report.loss.acts == 1)
    let kept = try #require(report.kept)
    #expect(try OpeningTests.count(kept, "SELECT count(*) FROM notes_note") == 1)
    let restored = try killed.open()
    _ = try restored.build(out: nil, dryRun: false)
    #expect(killed.text("site/notes/1.html") == nil)
    #expect(killed.text("site/notes/index.html") != nil)
    restored.close()
  }

  @Test("what is no backup of a commune is refused before anything is touched")
  func notABackup() throws {
    let folder = try Folder()
    try folder.open().close()
    let before = folder.read("data/parvis.sqlite")
    try folder.write("text", String(repeating: "no database", count: 1_000))
    try OpeningTests.script(folder.path + "/other.sqlite", "CREATE TABLE some_thing(b)")
    for name in ["text", "other.sqlite", "missing"] {
      #expect(throws: CommuneError.self) {
        try Commune.restore("\(folder.path)/\(name)", into: folder.path, force: true, OpeningTests.options)
      }
    }
    #expect(folder.read("data/parvis.sqlite") == before)
    try folder.open().close()
  }

  @Test(
    "an id that would mix up addresses or tables is refused",
    arguments: [
      "", "host", "api", "desk", "register", "json", "pragma", "Notes", "my-notes", "1notes", "notes_x", "nôtes",
      String(repeating: "a", count: 25),
    ])
  func moduleIDs(id: String) {
    #expect(throws: RegistryError.self) { try ModuleRegistry.check(id: id) }
  }

  @Test("no module may take a folder of the host, a word of its addresses, or a prefix that SQLite has")
  func reservedIDs() throws {
    let commune = try NotesCommune.make(languages: ["fr", "en"])
    try commune.publishNote("Bonjour")
    var names = Set(commune.files().compactMap { $0.path.split(separator: "/").first.map(String.init) })
    names.remove("notes")
    // Addresses that the server answers itself.
    names.formUnion(["desk", "receipt", "follow", "me", "confirm", "healthz", "api"])
    names.formUnion(["host", "sqlite", "json", "pragma", "publication"].filter { (try? Namespace.module($0)) == nil })
    names.insert("publication")
    for name in names.sorted() where name.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) {
      #expect(ModuleRegistry.reservedIDs.contains(name), "a module could be called \(name)")
    }
    #expect(names.contains("register") && names.contains("assets") && names.contains("en") && names.contains("pragma"))
  }

  static let options = CommuneOptions(modules: NotesCommune.modules)

  static func script(_ path: String, _ sql: String) throws {
    let writer = try WriterThread(path: path)
    defer { writer.stop() }
    try writer.performAlone { try $0.script(sql) }
  }

  static func count(_ path: String, _ sql: String) throws -> Int64? {
    let writer = try WriterThread(path: path)
    defer { writer.stop() }
    return try writer.perform { try $0.firstRow(sql)?.values.first?.asInteger }
  }
}
