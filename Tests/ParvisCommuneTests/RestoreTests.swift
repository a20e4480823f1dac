import Glibc
import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// The town hall puts last week's backup back. Nobody's promise is broken in silence, and nobody's erased words return.
@Suite("Restoring an older backup")
struct RestoreTests {
  /// A commune with a backup, then six more acts, an erasure of a note and of an account, and a signed head.
  private func aged() throws -> (folder: Folder, backup: String, lostReceipt: String) {
    let folder = try Folder(yaml: NotesCommune.yaml + "\(TestCommune.withMail)\n")
    let commune = try folder.open()
    try commune.act("write", ["body": "reste"])
    try commune.act("write", ["body": "mon secret", "email": "moi@essai.example"])
    try commune.decideAll(approve: true, reason: "")
    _ = try commune.host.signHead()
    _ = try commune.build(out: nil, dryRun: false)
    let backup = folder.path + "/old.parvis"
    try commune.backup(to: backup)
    for number in 1...6 { try commune.act("write", ["body": "perdu \(number)"]) }
    let lost = try commune.host.ports.store.reading { try commune.host.register.nextPosition(in: $0) } - 1
    _ = try commune.host.rights.erase(
      .email("moi@essai.example"), actor: Retention.actor, reason: "person", locale: "fr")
    _ = try commune.host.signHead()
    _ = try commune.build(out: nil, dryRun: false)
    let token = commune.host.secrets.receiptToken(lost)
    commune.close()
    return (folder, backup, "/receipt/\(lost)-\(token)")
  }

  private func restore(_ folder: Folder, _ backup: String, acceptsLoss: Bool = false) throws -> RestoreReport {
    try Commune.restore(backup, into: folder.path, force: true, acceptsLoss: acceptsLoss, OpeningTests.options)
  }

  @Test("it is refused with what would be lost, and changes nothing")
  func refused() throws {
    let (folder, backup, _) = try aged()
    let before = folder.read("data/parvis.sqlite")
    let error = #expect(throws: CommuneError.self) { try restore(folder, backup) }
    #expect(error?.kind == .loss && error?.exitCode == 4)
    let words = error?.message("en") ?? ""
    #expect(words.contains("6 of them acts of people") && words.contains("would fork"), "\(words)")
    #expect(words.contains("1 erasures would be made again") && words.contains("--accept-loss"))
    #expect(error?.message("fr").contains("se couperait en deux") == true)
    #expect(folder.read("data/parvis.sqlite") == before && folder.text("site/index.html") != nil)
  }

  @Test("accepted, it erases again what was erased, and the register says that it goes on from a backup")
  func accepted() throws {
    let (folder, backup, _) = try aged()
    let report = try restore(folder, backup, acceptsLoss: true)
    #expect(report.loss.acts == 6 && report.loss.head != nil)
    #expect(report.erasedAgain == 1 && report.addressesRemoved == 1)
    let commune = try folder.open()
    defer { commune.close() }
    let leaves = try commune.host.ports.store.reading { ledgers in
      try ledgers.host.rows("SELECT leaf FROM host_register ORDER BY position").map { try $0.text("leaf") }
    }
    let leaf = try #require(leaves.first { $0.contains("\"kind\":\"restored\"") })
    #expect(leaf.contains("\"lost\":\(report.loss.leaves),\"formerSize\":\(report.loss.head?.size ?? 0)"))
    #expect(leaves.last { $0.contains("notes/note/2") }?.contains("\"what\":\"erased\",\"subject\"") == true)
    let (bodies, addresses) = try commune.host.ports.store.reading { ledgers in
      (
        try ledgers("notes").rows("SELECT body FROM notes_note ORDER BY id").map { try $0.text("body") },
        try ledgers.host.count("SELECT count(*) FROM host_mail_address")
      )
    }
    #expect(bodies == ["reste", ""] && addresses == 0)
    _ = try commune.host.signHead()
    _ = try commune.build(out: nil, dryRun: false)
    let site = folder.path + "/site"
    #expect(try Commune.verifyRegister(site).isGood)
    let names = try Files.names(folder.path)
    let former = try #require(names.first { $0.hasPrefix("site.before-") })
    let fork = try Commune.verifyRegister(site, older: "\(folder.path)/\(former)").findings.map { $0.line("en") }
    #expect(fork.contains { $0.contains("the past has changed") || $0.contains("leaves are missing") })
  }

  @Test("the receipt of a lost act opens nobody else’s, whose act now stands in its place")
  func receipts() throws {
    let (folder, backup, lost) = try aged()
    _ = try restore(folder, backup, acceptsLoss: true)
    let commune = try folder.open()
    defer { commune.close() }
    for number in 1...6 { try commune.act("write", ["body": "d’une autre \(number)"]) }
    let router = Router(host: commune.host)
    func status(_ path: String) -> Int {
      let answer = Arrival<WebResponse>()
      router.answer(
        WebRequest(method: "GET", path: path, query: [], headers: [], body: [], remoteAddress: "192.0.2.7")
      ) { answer.set($0) }
      return answer.value().status
    }
    let position = try #require(Int(lost.dropFirst("/receipt/".count).prefix { $0 != "-" }))
    #expect(status("/receipt/\(position)-\(commune.host.secrets.receiptToken(position))") == 200)
    #expect(status(lost) == 404)
    #expect(status("/me/data/r-" + lost.dropFirst("/receipt/".count)) == 410)
    #expect(status("/receipt/0-\(commune.host.secrets.receiptToken(0))") == 200, "receipts from before stay")
  }

  /// What a restore does, up to a stop in the middle of it.
  private func stopped(_ folder: Folder, _ backup: String, afterSwap: Bool) throws {
    let data = folder.path + "/data/"
    try Transfers.copy(backup, to: data + "parvis.sqlite.partial")
    try PendingRestore(
      partial: data + "parvis.sqlite.partial", position: try RestoreLoss.size(of: backup),
      loss: try RestoreLoss.of(backup: backup, folder: folder.path)
    ).write(folder.path)
    folder.rename("site", "site.before-1")
    if afterSwap { folder.rename("data/parvis.sqlite.partial", "data/parvis.sqlite") }
  }

  @Test("stopped before the swap, the commune is the old one whole, and its site is written again")
  func stoppedBefore() throws {
    let (folder, backup, _) = try aged()
    try stopped(folder, backup, afterSwap: false)
    let commune = try folder.open()
    defer { commune.close() }
    #expect(commune.restored == nil)
    let bodies = try commune.host.ports.store.reading { ledgers in
      try ledgers("notes").count("SELECT count(*) FROM notes_note WHERE body LIKE 'perdu%'")
    }
    #expect(bodies == 6)
    #expect(try Files.names(folder.path + "/data").filter { $0.contains("partial") || $0.contains("restore") } == [])
    _ = try commune.build(out: nil, dryRun: false)
    #expect(folder.text("site/index.html") != nil)
  }

  @Test("stopped after the swap, the next opening erases again what was erased, and notes the restore once")
  func stoppedAfter() throws {
    let (folder, backup, _) = try aged()
    try stopped(folder, backup, afterSwap: true)
    for isFirst in [true, false] {
      let commune = try folder.open()
      defer { commune.close() }
      #expect((commune.restored?.erased == 1 && commune.restored?.addresses == 1) == isFirst)
      let (bodies, notes) = try commune.host.ports.store.reading { ledgers in
        (
          try ledgers("notes").rows("SELECT body FROM notes_note ORDER BY id").map { try $0.text("body") },
          try ledgers.host.count("SELECT count(*) FROM host_register WHERE kind = 'restored'")
        )
      }
      #expect(bodies == ["reste", ""] && notes == 1)
      #expect(folder.read("data/restore.json") == nil)
    }
  }

  @Test("the replaced database is kept whole under its other name, with what only its log held")
  func kept() throws {
    let (folder, backup, _) = try aged()
    let report = try restore(folder, backup, acceptsLoss: true)
    let kept = try #require(report.kept)
    folder.rename("data/parvis.sqlite", "data/new.sqlite")
    #expect(rename(kept, folder.path + "/data/parvis.sqlite") == 0)
    for rest in ["-wal", "-shm"] { unlink(folder.path + "/data/parvis.sqlite" + rest) }
    let commune = try folder.open()
    defer { commune.close() }
    #expect(
      try commune.host.ports.store.reading { ledgers in
        try ledgers("notes").count("SELECT count(*) FROM notes_note WHERE body LIKE 'perdu%'")
      } == 6)
  }

  @Test("where the database is gone, the published site tells what would be lost and what was erased")
  func fromSite() throws {
    let (folder, backup, _) = try aged()
    for name in ["parvis.sqlite", "parvis.sqlite-wal", "parvis.sqlite-shm"] {
      try? OpeningTests.remove(folder.path + "/data/" + name)
    }
    let error = #expect(throws: CommuneError.self) { try restore(folder, backup) }
    #expect(error?.kind == .loss && error?.message("en").contains("would fork") == true)
    let report = try restore(folder, backup, acceptsLoss: true)
    #expect(report.kept == nil && report.erasedAgain == 1 && report.loss.acts == 6)
  }

  @Test("a backup of now loses nothing and needs no word more; without anything to compare with, that is said")
  func nothingLost() throws {
    let (folder, _, _) = try aged()
    let commune = try folder.open()
    try commune.backup(to: folder.path + "/new.parvis")
    commune.close()
    let report = try restore(folder, folder.path + "/new.parvis")
    #expect(report.loss.isKnown && report.loss.leaves == 0 && report.erasedAgain == 0)
    let empty = try Folder()
    let other = try Commune.restore(
      folder.path + "/new.parvis", into: empty.path, force: false, OpeningTests.options)
    #expect(!other.loss.isKnown && other.kept == nil)
  }
}
